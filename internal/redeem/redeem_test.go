package redeem_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/redeem"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/sqlite"
)

var begin = time.Date(2030, 5, 1, 10, 0, 0, 0, time.UTC)

func project(id string) *promo.Project {
	return &promo.Project{ID: promo.ProjectID(id), Timezone: "UTC", CaseSensitiveCodes: true, Secret: "secret of " + id}
}

func TestTrackingIDs(t *testing.T) { // 30 R16
	a, b := project("proj_a"), project("proj_b")
	id := redeem.Tracking(a, "ann")
	if id != redeem.Tracking(a, "ann") || !strings.HasPrefix(id, "track_") {
		t.Errorf("%s is not always the same", id)
	}
	if id == redeem.Tracking(a, "bob") || id == redeem.Tracking(b, "ann") {
		t.Error("two people, or two projects, share a tracking id")
	}
}

func TestExpand(t *testing.T) { // 30 R70, R71
	for body, want := range map[string]string{
		`{}`:                                  "order",
		`{"options":null}`:                    "order",
		`{"options":{"expand":[]}}`:           "order",
		`{"options":{"expand":["category"]}}`: "category",
		`{"options":{"expand":["order","redeemable"]}}`: "order redeemable",
	} {
		var r redeem.Request
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range []redeem.Expand{"order", "redeemable", "category"} {
			if r.Expands(e) {
				got = append(got, string(e))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s shows %v, want %s", body, got, want)
		}
	}
}

// newStore is a store of its own with distinct codes D0, D1, …
func newStore(t testing.TB, p *promo.Project, codes int) *store.Store {
	t.Helper()
	b, err := sqlite.Temporary()
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(b)
	t.Cleanup(func() { _ = s.Close() })
	off := promo.NewDecimal(10, 0)
	for i := range codes {
		v := &promo.Voucher{ID: promo.VoucherID(fmt.Sprint("v_", i)), Code: fmt.Sprint("D", i), Spelling: fmt.Sprint("D", i), Active: true,
			Type: promo.DiscountVoucher, Discount: &promo.Discount{Type: promo.PercentDiscount, PercentOff: &off}, CreatedAt: begin}
		name := promo.VoucherCode(v.Spelling)
		if _, err := store.Turn(context.Background(), s, call(p), []promo.Key{name}, func(*store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			store.Vouchers.Put(&ch, v)
			return struct{}{}, ch, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func call(p *promo.Project) *promo.Call {
	return &promo.Call{Project: p.ID, Draw: promo.NewDraw(begin, rand.Reader)}
}

func request(t testing.TB, code string) *redeem.Request {
	t.Helper()
	r := new(redeem.Request)
	body := `{"redeemables":[{"object":"voucher","id":"` + code + `"}],"order":{"amount":20000},"customer":{"source_id":"ann"}}`
	if err := json.Unmarshal([]byte(body), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// A validation changes nothing that a redemption could see (30 R8, R46).
func TestValidationChangesNothing(t *testing.T) {
	p := project("proj_a")
	s := newStore(t, p, 1)
	r := redeem.New(s)
	for range 3 {
		out, err := r.Validate(context.Background(), call(p), p, request(t, "D0"))
		if err != nil || !out.Decision.Valid || *out.Decision.Final.Applied != 2000 {
			t.Fatal(out, err)
		}
	}
	if err := s.Read(context.Background(), p.ID, func(from store.Reader) error {
		uses, err := store.Counter(from, promo.Uses("v_0"))
		if err != nil {
			return err
		}
		ann, err := store.Customers.By(from, "source_id", "ann")
		if uses != 0 || ann != nil {
			t.Errorf("%d uses, customer %v", uses, ann)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	out, err := r.Redeem(context.Background(), call(p), p, request(t, "D0"))
	if err != nil || out.Failure != nil || out.Redemptions[0].After.Uses != 1 || out.Customer == nil {
		t.Fatal(out, err)
	}
}

// A redemption keeps what it says of its customer, and dates a change of the profile, but only a change.
func TestTheCustomerIsKept(t *testing.T) { // 60 R34-R36, R41
	p := project("proj_a")
	s := newStore(t, p, 1)
	r := redeem.New(s)
	said := func(after time.Duration, customer string) *promo.Customer {
		t.Helper()
		body := request(t, "D0")
		if err := json.Unmarshal([]byte(customer), &body.Customer); err != nil {
			t.Fatal(err)
		}
		at := &promo.Call{Project: p.ID, Draw: promo.NewDraw(begin.Add(after), rand.Reader)}
		if out, err := r.Redeem(context.Background(), at, p, body); err != nil || out.Failure != nil {
			t.Fatal(out, err)
		}
		var ann *promo.Customer
		if err := s.Read(context.Background(), p.ID, func(from store.Reader) (err error) {
			ann, err = store.Customers.By(from, "source_id", "ann")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return ann
	}
	first := `{"source_id":"ann","name":"Ann","birthdate":"2000-01-31","metadata":{"a":1,"b":{"c":"x"}},"address":{"city":"Oslo","state":null}}`
	if c := said(0, first); *c.Name != "Ann" || c.Address.City.Value != "Oslo" || !c.Address.State.Null || c.UpdatedAt != nil {
		t.Errorf("made: %+v", c)
	}
	if c := said(time.Hour, `{"source_id":"ann","name":"Ann","metadata":{"b":{"c":"\u0078"},"a":1},"address":{"city":"Oslo"}}`); c.UpdatedAt != nil {
		t.Errorf("nothing differs: %+v", c)
	}
	c := said(2*time.Hour, `{"source_id":"ann","name":null,"address":{"line_1":"Quay 1"}}`)
	if c.Name != nil || c.Address.City.Value != "Oslo" || c.Address.Line1.Value != "Quay 1" || *c.Birthdate != "2000-01-31" ||
		c.UpdatedAt == nil || !c.UpdatedAt.Equal(begin.Add(2*time.Hour)) || !c.CreatedAt.Equal(begin) {
		t.Errorf("changed: %+v", c)
	}
	if c := said(3*time.Hour, `{"source_id":"ann","address":null,"birthdate":null}`); c.Address != nil || c.Birthdate != nil {
		t.Errorf("cleared: %+v", c)
	}
}

// The hundredth redemption of an order is kept in as many bytes as the second: the order alone has the map of all.
func TestRecordsDoNotGrow(t *testing.T) { // 30 b.4
	p := project("proj_a")
	s := newStore(t, p, 1)
	r := redeem.New(s)
	var sizes []int
	for range 100 {
		body := request(t, "D0")
		body.Order.Value.SourceID = promo.Some("one")
		out, err := r.Redeem(context.Background(), call(p), p, body)
		if err != nil || out.Failure != nil {
			t.Fatal(out, err)
		}
		doc, err := json.Marshal(out.Redemptions[0])
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(doc))
		if n := len(out.Order.Redemptions); n != len(sizes) {
			t.Fatalf("the order knows %d of %d", n, len(sizes))
		}
	}
	if sizes[99] > sizes[1]+100 {
		t.Errorf("from %d to %d bytes", sizes[1], sizes[99])
	}
}

func BenchmarkRedeem(b *testing.B) {
	const codes = 1000
	p := project("proj_a")
	r := redeem.New(newStore(b, p, codes))
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			out, err := r.Redeem(context.Background(), call(p), p, request(b, fmt.Sprint("D", n.Add(1)%codes)))
			if err != nil || out.Failure != nil {
				b.Error(out.Failure, err)
				return
			}
		}
	})
}
