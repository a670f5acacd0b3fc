package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

func TestEveryHeaderPairTakesItsOwnKeys(t *testing.T) { // 70 4.1, R8, R29, R40; section 11
	w := newWorld(t)
	s := w.shop("Tea")
	integration := w.key(NewKey{Kind: promo.IntegrationKey, Project: s.id, Name: "shop"})
	management := w.key(NewKey{Kind: promo.ManagementKey, Name: "ops"})
	for name, key := range map[string]struct {
		Secret
		server, client, management bool
	}{
		"server":      {s.server, true, false, false},
		"client":      {s.client, false, true, false},
		"integration": {integration, true, false, false},
		"management":  {management, false, false, true},
	} {
		id, token := key.Key.AppID, key.Token
		check := func(family string, who *Identity, refused *promo.Refusal, err error, want bool) {
			t.Helper()
			w.must(err)
			w.agree(who, refused)
			if (refused == nil) != want {
				t.Errorf("a %s key as %s: %v", name, family, refused)
			}
			if who != nil && (who.Key.AppID != id || (who.Project == nil) != key.management || who.Token != nil) {
				t.Errorf("a %s key is %+v", name, who)
			}
		}
		who, refused, err := w.ServerKey(w.ctx, id, token)
		check("server", who, refused, err, key.server)
		who, refused, err = w.OAuthClient(w.ctx, id, token)
		check("OAuth client", who, refused, err, key.server)
		who, refused, err = w.ClientKey(w.ctx, id, token)
		check("client", who, refused, err, key.client)
		who, refused, err = w.ManagementKey(w.ctx, id, token)
		check("management", who, refused, err, key.management)
		if key.server {
			who, refused, err = w.OAuthClient(w.ctx, key.Key.OAuthClientID, token)
			check("OAuth client by its client id", who, refused, err, true)
		}
		for family, pair := range map[string][2]string{"wrong secret": {id, s.client.Token + "x"}, "no secret": {id, ""}, "no id": {"", token},
			"the client id as app id": {key.Key.OAuthClientID, token}} {
			who, refused, err = w.ServerKey(w.ctx, pair[0], pair[1])
			check(family, who, refused, err, false)
		}
	}
}

func TestSecretsAreKeptAsSaltedHashes(t *testing.T) { // 70 R42, R48; section 2
	w := newWorld(t)
	s := w.shop("Tea")
	keys, err := w.ListKeys(w.ctx, s.id)
	w.must(err)
	salts := map[string]bool{}
	for i, secret := range []Secret{s.server, s.client} {
		k := keys[i]
		sum := sha256.Sum256(append(slices.Clone(k.Salt), secret.Token...))
		if hex.EncodeToString(k.Hash) != hex.EncodeToString(sum[:]) || len(k.Salt) < 16 || salts[string(k.Salt)] {
			t.Errorf("%s is kept as %x with salt %x", secret.Token, k.Hash, k.Salt)
		}
		salts[string(k.Salt)] = true
		if len(k.AppID) != 36 || len(secret.Token) != 36 || k.AppID[14] != '4' || k.Last4 != secret.Token[32:] {
			t.Errorf("the pair %s %s ends in %s", k.AppID, secret.Token, k.Last4)
		}
		if k.Role != promo.RoleAdmin || !k.Primary || k.Status != promo.KeyActive {
			t.Errorf("the first key is %+v", k)
		}
	}
	if len(keys) != 2 || len(keys[0].OAuthClientID) != 21 || keys[1].OAuthClientID != "" {
		t.Errorf("keys %+v", keys)
	}
}

func TestNoReadForWhatIsKnown(t *testing.T) { // 70 R25: entries live 5 s
	w := newWorld(t)
	s := w.shop("Tea")
	token := s.token("api")
	calls := func() {
		if !w.opens(s.server.Key.AppID, s.server.Token) || !w.works(token) {
			t.Error("refused")
		}
	}
	calls()
	if n := w.cost(func() { calls(); calls() }); n != 0 {
		t.Errorf("known credentials cost %d reads", n)
	}
	if n := w.cost(func() { w.must(third(w.Introspect(w.ctx, s.who, token))) }); n != 0 {
		t.Errorf("introspection cost %d reads", n)
	}
	w.machine.add(Age - 1)
	if n := w.cost(calls); n != 0 {
		t.Errorf("%d reads just before the entries are too old", n)
	}
	w.machine.add(1)
	if n := w.cost(calls); n == 0 {
		t.Error("entries never grow old")
	}
	if n := w.cost(func() { w.opens("nobody", "nothing-at-all"); w.opens("nobody", "nothing-at-all") }); n != 2 {
		t.Errorf("that nobody was found was remembered: %d reads", n)
	}
}

func third[A, B any](_ A, _ B, err error) error { return err }

func TestIssuingAndRevokingReadNothing(t *testing.T) {
	w := newWorld(t)
	s := w.shop("Tea")
	if n := w.cost(func() {
		token := s.token("api")
		if revoked, err := w.Revoke(w.ctx, s.call(), s.who, token); err != nil || !revoked {
			t.Error(revoked, err)
		}
	}); n != 0 {
		t.Errorf("%d reads", n)
	}
}

func TestChangesElsewhereAreSeenInTime(t *testing.T) { // 70 R25, R119
	w := newWorld(t)
	s := w.shop("Tea")
	other := w.node()
	token := s.token("api")
	if !other.works(token) || !other.opens(s.server.Key.AppID, s.server.Token) {
		t.Fatal("refused by the other node")
	}
	out, err := w.SetStatus(w.ctx, w.call(), s.server.Key.AppID, promo.KeyBlocked)
	w.must(err)
	if out.Refused != nil || w.works(token) || w.opens(s.server.Key.AppID, s.server.Token) {
		t.Error("the node that blocked the key did not notice")
	}
	if !other.works(token) {
		t.Error("the other node cannot know yet")
	}
	other.machine.add(Age)
	if other.works(token) || other.opens(s.server.Key.AppID, s.server.Token) {
		t.Error("the other node never notices")
	}
}

func TestRememberedTokensEndInTime(t *testing.T) { // 70 R6, R22, R100
	w := newWorld(t)
	s := w.shop("Tea")
	token := s.token("api")
	w.project.add(Lifetime - time.Millisecond)
	if !w.works(token) {
		t.Error("it ended early")
	}
	w.project.add(time.Millisecond)
	if n := w.cost(func() {
		if w.works(token) {
			t.Error("it outlived its 900 seconds")
		}
	}); n != 0 {
		t.Errorf("%d reads", n)
	}
	w.project.set(noon)
	if out, err := w.DeleteProject(w.ctx, w.call(), string(s.id)); err != nil || out.Refused != nil {
		t.Fatal(out.Refused, err)
	}
	if w.works(token) || w.opens(s.server.Key.AppID, s.server.Token) {
		t.Error("keys or tokens of a deleted project open")
	}
	w.must(w.store.Read(w.ctx, promo.Instance, func(r store.Reader) error {
		kept, err := store.Tokens.Get(r, hashOf(token))
		if kept != nil {
			t.Error("the token outlived its project")
		}
		return err
	}))
}
