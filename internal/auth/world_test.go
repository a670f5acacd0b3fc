package auth

import (
	"context"
	"crypto/rand"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/sqlite"
)

// noon is when every test begins, in project time: 70 E1.
var noon = time.Date(2030, 5, 1, 10, 0, 0, 0, time.UTC)

// clock is a time that tests set.
type clock struct{ at atomic.Pointer[time.Time] }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.set(at)
	return c
}

func (c *clock) Now(promo.ProjectID) time.Time { return *c.at.Load() }
func (c *clock) machine() time.Time            { return *c.at.Load() }
func (c *clock) set(at time.Time)              { c.at.Store(&at) }
func (c *clock) add(d time.Duration)           { c.set(c.machine().Add(d)) }

// counting is a backend that counts the reads outside of writing transactions.
type counting struct {
	store.Backend
	reads *atomic.Int64
}

func (c counting) Snapshot(ctx context.Context) (store.Snapshot, error) {
	c.reads.Add(1)
	return c.Backend.Snapshot(ctx)
}

func (c counting) Glance(ctx context.Context) (store.Snapshot, error) {
	c.reads.Add(1)
	return c.Backend.Glance(ctx)
}

// world is an Access over an empty database, with its two clocks.
type world struct {
	testing.TB
	*Access
	ctx     context.Context
	store   *store.Store
	project *clock
	machine *clock
	reads   *atomic.Int64
}

func newWorld(t testing.TB) *world {
	t.Helper()
	b, err := sqlite.Temporary()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, ctx: context.Background(), project: newClock(noon), machine: newClock(noon), reads: &atomic.Int64{}}
	w.store = store.New(counting{b, w.reads})
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return w.node()
}

// node is another Access over the same database, as another process would have.
func (w *world) node() *world {
	other := *w
	other.machine = newClock(w.machine.machine())
	other.Access = New(w.store, w.project, other.machine.machine, rand.Reader)
	return &other
}

// call is a call at the project's time.
func (w *world) call() *promo.Call {
	return &promo.Call{Draw: promo.NewDraw(w.project.Now(""), rand.Reader)}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// shop is a project with its first keys.
type shop struct {
	*world
	id             promo.ProjectID
	server, client Secret
	who            *Identity // behind its server key
}

func (w *world) shop(name string) *shop {
	w.Helper()
	made, err := w.CreateProject(w.ctx, w.call(), &ProjectCreate{Name: promo.Some(name), Timezone: promo.Some("UTC"),
		Currency: promo.Some("PLN"), CaseSensitive: promo.Some(true)})
	w.must(err)
	if made.Refused != nil {
		w.Fatal(made.Refused)
	}
	s := &shop{world: w, id: made.Project.ID, server: made.Server, client: made.Client}
	s.who = s.identity(s.server)
	return s
}

// identity is who shows a server key's secret; the test ends when it is refused.
func (w *world) identity(key Secret) *Identity {
	w.Helper()
	who, refused, err := w.ServerKey(w.ctx, key.Key.AppID, key.Token)
	w.must(err)
	if refused != nil {
		w.Fatal(refused)
	}
	return who
}

// key makes another key.
func (w *world) key(k NewKey) Secret {
	w.Helper()
	out, err := w.CreateKey(w.ctx, w.call(), k)
	w.must(err)
	if out.Refused != nil {
		w.Fatal(out.Refused)
	}
	return out.Secret
}

// token is a fresh one of the shop's first key.
func (s *shop) token(scope string) string { return s.tokenOf(s.who, scope) }

func (s *shop) tokenOf(who *Identity, scope string) string {
	s.Helper()
	out, err := s.Issue(s.ctx, s.call(), who, scope)
	s.must(err)
	if out.Refused != nil {
		s.Fatal(out.Refused)
	}
	return out.Value
}

// works reports whether a token is taken.
func (w *world) works(token string) bool {
	w.Helper()
	who, refused, err := w.Bearer(w.ctx, token)
	w.must(err)
	w.agree(who, refused)
	return refused == nil
}

// opens reports whether a server key's secret is taken.
func (w *world) opens(appID, secret string) bool {
	w.Helper()
	who, refused, err := w.ServerKey(w.ctx, appID, secret)
	w.must(err)
	w.agree(who, refused)
	return refused == nil
}

// agree checks that there is an identity or the one refusal of 70 R22, never both.
func (w *world) agree(who *Identity, refused *promo.Refusal) {
	w.Helper()
	if (who == nil) != (refused != nil) || refused != nil && *refused != *Unauthorized() {
		w.Errorf("identity %v, refusal %v", who, refused)
	}
}

// cost is how many reads a function costs.
func (w *world) cost(do func()) int64 {
	before := w.reads.Load()
	do()
	return w.reads.Load() - before
}

// details is what a refusal says; "" when there is none.
func details(r *promo.Refusal) string {
	if r == nil {
		return ""
	}
	return r.Details
}

// body decodes JSON as the wire does, as far as that matters here.
func body[T any](t testing.TB, text string) *T {
	t.Helper()
	v := new(T)
	if err := json.UnmarshalRead(strings.NewReader(text), v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
