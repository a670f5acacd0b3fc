package auth

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/storetest"
)

func TestTheLifeOfAToken(t *testing.T) { // 70 E1, R6, R9, R10, R12, R13
	w := newWorld(t)
	s := w.shop("Tea")
	granted, _ := ParseScopes("qualifications  validations qualifications")
	w.project.set(noon.Add(700 * time.Millisecond)) // the issue second counts
	out, err := w.Issue(w.ctx, w.call(), s.who, granted)
	w.must(err)
	if len(out.Value) != 50 || strings.Trim(out.Value, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
		t.Errorf("the token is %s", out.Value)
	}
	if out.Token.ExpiresAt.Unix() != 1903860900 || out.Token.Scope != "qualifications validations" || out.Token.Key != s.who.Key.ID {
		t.Errorf("%+v", out.Token)
	}
	w.project.set(noon.Add(10 * time.Second))
	who, refused, err := w.Bearer(w.ctx, out.Value)
	w.must(err)
	if refused != nil || who.Project.ID != s.id || !who.Scopes.Open(Required("/v1/validations")) || who.Scopes.Open(Required("/v1/vouchers/TEA-10")) {
		t.Errorf("%+v, %v", who, refused)
	}
	w.project.set(noon.Add(5*time.Minute + 45*time.Second + 300*time.Millisecond))
	another := s.identity(w.key(NewKey{Kind: promo.ServerKey, Project: s.id, Role: promo.RoleViewer}))
	live, key, err := w.Introspect(w.ctx, another, out.Value)
	w.must(err)
	if live == nil || key.OAuthClientID != s.server.Key.OAuthClientID || live.ExpiresAt.Sub(w.project.Now(s.id)).Truncate(time.Second) != 554*time.Second {
		t.Errorf("introspection gave %+v of %+v", live, key)
	}
	w.project.set(noon.Add(6 * time.Minute))
	for i, want := range []bool{true, false} {
		if revoked, err := w.Revoke(w.ctx, w.call(), s.who, out.Value); err != nil || revoked != want {
			t.Errorf("revocation %d: %v, %v", i+1, revoked, err)
		}
	}
	if live, _, err := w.Introspect(w.ctx, s.who, out.Value); err != nil || live != nil || w.works(out.Value) {
		t.Errorf("a revoked token is %+v, %v", live, err)
	}
}

func TestOnlyHashesOfTokensAreKept(t *testing.T) { // 70 R9
	w := newWorld(t)
	s := w.shop("Tea")
	value := s.token("api")
	w.must(w.store.Read(w.ctx, promo.Instance, func(r store.Reader) error {
		kept, err := store.Tokens.Get(r, hashOf(value))
		if kept == nil || strings.Contains(fmt.Sprintf("%+v", kept), value) {
			t.Errorf("kept as %+v", kept)
		}
		return err
	}))
}

func TestWhoMayRevoke(t *testing.T) { // 70 R10, R13, R14
	w := newWorld(t)
	tea, coffee := w.shop("Tea"), w.shop("Coffee")
	as := func(role promo.Role) *Identity {
		return tea.identity(w.key(NewKey{Kind: promo.ServerKey, Project: tea.id, Role: role}))
	}
	user := as(promo.RoleUser)
	for name, tt := range map[string]struct {
		who  *Identity
		want bool
	}{
		"the issuing key":              {user, true},
		"an administrator":             {tea.who, true},
		"a user's key":                 {as(promo.RoleUser), false},
		"another project's admin":      {coffee.who, false},
		"an integration administrator": {tea.identity(w.key(NewKey{Kind: promo.IntegrationKey, Project: tea.id})), true},
	} {
		token := tea.tokenOf(user, "api")
		revoked, err := w.Revoke(w.ctx, w.call(), tt.who, token)
		w.must(err)
		if revoked != tt.want || w.works(token) == tt.want {
			t.Errorf("%s: revoked %v", name, revoked)
		}
	}
	if live, _, err := w.Introspect(w.ctx, coffee.who, tea.token("api")); err != nil || live != nil {
		t.Error("a foreign token is active", err)
	}
	ended := tea.token("api")
	w.project.add(Lifetime)
	for _, token := range []string{ended, strings.Repeat("x", 50), "short", ""} {
		if revoked, err := w.Revoke(w.ctx, w.call(), tea.who, token); err != nil || revoked {
			t.Errorf("%q was revoked: %v", token, err)
		}
		if w.works(token) {
			t.Errorf("%q works", token)
		}
	}
}

func TestRevocationOnAnotherNode(t *testing.T) { // 70 R13, R25
	w := newWorld(t)
	s := w.shop("Tea")
	token := s.token("api")
	other := w.node()
	if !other.works(token) {
		t.Fatal("the other node does not know the token")
	}
	if revoked, err := other.Revoke(w.ctx, w.call(), s.who, token); err != nil || !revoked {
		t.Fatal(revoked, err)
	}
	if other.works(token) {
		t.Error("the node that revoked it takes it")
	}
	if revoked, err := w.Revoke(w.ctx, w.call(), s.who, token); err != nil || revoked {
		t.Error("it was revoked twice", err)
	}
	w.machine.add(Age)
	if w.works(token) {
		t.Error("the first node never notices")
	}
}

func TestAThousandLiveTokens(t *testing.T) { // 70 E4, R7
	w := newWorld(t)
	s := w.shop("Tea")
	oldest := s.token("api")
	w.project.set(noon.Add(10 * time.Minute))
	const callers, each = 64, 17
	var granted [callers]int
	storetest.AtOnce(callers, func(i int) bool {
		for range each {
			out, err := w.Issue(w.ctx, w.call(), s.who, "api")
			if err != nil {
				t.Error(err)
			}
			if out.Refused == nil {
				granted[i]++
			}
		}
		return true
	})
	sum := 1
	for _, n := range granted {
		sum += n
	}
	if sum != promo.LiveTokensMost {
		t.Errorf("%d live tokens", sum)
	}
	issue := func(at time.Time) Issued {
		w.project.set(at)
		out, err := w.Issue(w.ctx, w.call(), s.who, "api")
		w.must(err)
		return out
	}
	end := noon.Add(Lifetime)
	refused := issue(end.Add(-212 * time.Second))
	if r := refused.Refused; r == nil || r.Key != "oauth_token_limit_reached" || r.Message != "Too many OAuth tokens" ||
		refused.RetryAfter != 212 || refused.Value != "" || refused.Token != nil {
		t.Errorf("the next one: %+v", refused)
	}
	if again := issue(end.Add(-211*time.Second - time.Millisecond)); again.RetryAfter != 212 { // rounded up
		t.Errorf("a millisecond less than 212 s: %d", again.RetryAfter)
	}
	if !w.works(oldest) {
		t.Error("an old token was pushed out")
	}
	if out, err := w.Issue(w.ctx, w.call(), w.shop("Coffee").who, "api"); err != nil || out.Refused != nil {
		t.Error("another project has to wait as well", err)
	}
	if revoked, err := w.Revoke(w.ctx, w.call(), s.who, oldest); err != nil || !revoked {
		t.Fatal(revoked, err)
	}
	if out := issue(end.Add(-200 * time.Second)); out.Refused != nil {
		t.Error("revoking one made no room")
	}
	if out := issue(end); out.Refused == nil {
		t.Error("1001 live tokens")
	}
	if out := issue(end.Add(10 * time.Minute)); out.Refused != nil { // all but the last few ended
		t.Error("ended tokens count")
	}
}

// Callers that issue and revoke side by side leave what their tokens sum up to, and every revoked token is dead at once.
func TestIssuingAndRevokingSideBySide(t *testing.T) { // 70 R7, R13
	w := newWorld(t)
	s := w.shop("Tea")
	storetest.AtOnce(32, func(int) bool {
		for range 20 {
			out, err := w.Issue(w.ctx, w.call(), s.who, "api")
			if err != nil || out.Refused != nil {
				t.Error(out.Refused, err)
				return false
			}
			if !w.works(out.Value) {
				t.Error("a fresh token is refused")
			}
			if revoked, err := w.Revoke(w.ctx, w.call(), s.who, out.Value); err != nil || !revoked {
				t.Error(revoked, err)
			}
			if w.works(out.Value) {
				t.Error("a revoked token works")
			}
		}
		return true
	})
	left := 0
	for {
		out, err := w.Issue(w.ctx, w.call(), s.who, "api")
		w.must(err)
		if out.Refused != nil {
			break
		}
		left++
	}
	if left != promo.LiveTokensMost {
		t.Errorf("room for %d", left)
	}
}

func BenchmarkBearer(b *testing.B) {
	w := newWorld(b)
	token := w.shop("Tea").token("api")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			w.works(token)
		}
	})
}

func BenchmarkIssueAndRevoke(b *testing.B) {
	w := newWorld(b)
	s := w.shop("Tea")
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if revoked, err := w.Revoke(w.ctx, w.call(), s.who, s.token("api")); err != nil || !revoked {
				b.Error(revoked, err)
			}
		}
	})
}
