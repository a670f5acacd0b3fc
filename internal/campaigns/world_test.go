package campaigns_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/campaigns"
	"github.com/scrip-dev/scrip/internal/pgtest"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/postgres"
	"github.com/scrip-dev/scrip/internal/store/sqlite"
)

// begin is the instant at which every case begins.
var begin = time.Date(2030, 5, 1, 10, 0, 0, 0, time.UTC)

// world is a project of its own.
type world struct {
	testing.TB
	store    *store.Store
	vouchers *campaigns.Vouchers
	project  *promo.Project
	now      time.Time
	once     *promo.Once // of the next call
}

// on runs a case on both backends.
func on(t *testing.T, test func(*world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		b, err := sqlite.Temporary()
		if err != nil {
			t.Fatal(err)
		}
		test(newWorld(t, b))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		b, err := postgres.Open(t.Context(), pgtest.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		test(newWorld(t, b))
	})
}

func newWorld(t testing.TB, b store.Backend) *world {
	s := store.New(b)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	id := promo.ProjectID(promo.NewDraw(begin, rand.Reader).Random("proj_", 8))
	return &world{t, s, campaigns.NewVouchers(s), &promo.Project{ID: id, CaseSensitiveCodes: true}, begin, nil}
}

// folding makes it a project where case does not count (40 R58).
func (w *world) folding() *world {
	w.project.CaseSensitiveCodes = false
	return w
}

func (w *world) call() *promo.Call {
	return &promo.Call{Project: w.project.ID, Draw: promo.NewDraw(w.now, rand.Reader), Once: w.once}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// body reads a body as the decoder of requests does; what is wrong with it comes back as the sentence for it.
func body[T any](text string, into *T) string {
	if err := json.Unmarshal([]byte(text), into); err != nil {
		var wrong interface{ Must() string }
		var at *json.SemanticError
		if !errors.As(err, &at) {
			return err.Error()
		}
		path := strings.ReplaceAll(string(at.JSONPointer), "/", ".")
		if errors.As(err, &wrong) {
			return "Property " + path + " " + wrong.Must()
		}
		return "Property " + path + " must be another type"
	}
	if c, ok := any(into).(interface{ Check() *promo.Refusal }); ok {
		if refused := c.Check(); refused != nil {
			return refused.Key + ": " + refused.Details
		}
	}
	return ""
}

// create makes a voucher of a body that passes its checks.
func (w *world) create(text string) campaigns.Result {
	w.Helper()
	b := &campaigns.VoucherCreate{}
	if wrong := body(text, b); wrong != "" {
		w.Fatalf("%s: %s", text, wrong)
	}
	out, err := w.vouchers.Create(context.Background(), w.call(), w.project, b)
	w.must(err)
	return out
}

// created makes a voucher that is not refused.
func (w *world) created(text string) *promo.Voucher {
	w.Helper()
	out := w.create(text)
	if out.Refused != nil {
		w.Fatalf("%s: %v", text, out.Refused)
	}
	return out.Voucher
}

// coded makes a discount voucher with a code.
func (w *world) coded(code string) campaigns.Result {
	w.Helper()
	text, err := jsontext.AppendQuote(nil, code)
	w.must(err)
	return w.create(`{"code":` + string(text) + `,"discount":{"type":"PERCENT","percent_off":10}}`)
}

func (w *world) get(spellings ...string) campaigns.Result {
	w.Helper()
	out, err := w.vouchers.Get(context.Background(), w.project, spellings)
	w.must(err)
	return out
}

func (w *world) update(code, text string) campaigns.Result {
	w.Helper()
	b := &campaigns.VoucherUpdate{}
	if wrong := body(text, b); wrong != "" {
		w.Fatalf("%s: %s", text, wrong)
	}
	out, err := w.vouchers.Update(context.Background(), w.call(), w.project, []string{code}, b)
	w.must(err)
	return out
}

func (w *world) delete(code string, force bool) campaigns.Result {
	w.Helper()
	out, err := w.vouchers.Delete(context.Background(), w.call(), w.project, []string{code}, force)
	w.must(err)
	return out
}

func (w *world) list(q store.PageQuery) campaigns.Page {
	w.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	q.Env.Now = w.now
	out, err := w.vouchers.List(context.Background(), w.project, q)
	w.must(err)
	return out
}

// refused expects a refusal.
func (w *world) refused(what string, out campaigns.Result, want string) {
	w.Helper()
	got := "none"
	if out.Refused != nil {
		got = out.Refused.Error()
	}
	if got != want {
		w.Errorf("%s: refused with %q, want %q", what, got, want)
	}
	if out.Refused != nil && out.Voucher != nil {
		w.Errorf("%s: a voucher comes with the refusal", what)
	}
}

// same expects two values to be the same in JSON.
func (w *world) same(what string, got, want any) {
	w.Helper()
	if g, x := w.canonical(got), w.canonical(want); g != x {
		w.Errorf("%s: got %s, want %s", what, g, x)
	}
}

func (w *world) canonical(v any) string {
	w.Helper()
	text, err := json.Marshal(v)
	w.must(err)
	w.must((*jsontext.Value)(&text).Canonicalize())
	return string(text)
}
