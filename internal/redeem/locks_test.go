package redeem

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/sqlite"
)

// What a plan read is advice: a voucher that is disabled before its row is locked is not redeemed.
func TestTheLockedVoucherDecides(t *testing.T) { // 30 R31, R132
	b, err := sqlite.Temporary()
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(b)
	t.Cleanup(func() { _ = s.Close() })
	ctx, project := context.Background(), &promo.Project{ID: "proj_a", Timezone: "UTC", CaseSensitiveCodes: true}
	begin := time.Date(2030, 5, 1, 10, 0, 0, 0, time.UTC)
	call := func() *promo.Call { return &promo.Call{Project: project.ID, Draw: promo.NewDraw(begin, rand.Reader)} }
	off := promo.NewDecimal(10, 0)
	put := func(active bool) {
		t.Helper()
		v := &promo.Voucher{ID: "v_1", Code: "OFF", Spelling: "OFF", Active: active, Type: promo.DiscountVoucher,
			Discount: &promo.Discount{Type: promo.PercentDiscount, PercentOff: &off}, CreatedAt: begin}
		keys := []promo.Key{promo.VoucherCode("OFF"), promo.VoucherRow("v_1")}
		if _, err := store.Turn(ctx, s, call(), keys, func(*store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			store.Vouchers.Put(&ch, v)
			return struct{}{}, ch, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	put(true)
	body, c := &Request{Redeemables: []Redeemable{{Object: promo.VoucherObject, ID: "OFF"}}}, call()
	out, err := store.Update(ctx, s, c, func(from store.Reader) (*plan, []promo.Key, error) {
		p, err := New(s).plan(from, project, body, c.Draw)
		if err != nil {
			return nil, nil, err
		}
		put(false)
		return p, p.keys(), nil
	}, func(p *plan, l *store.Locked) (Outcome, store.Changes, error) {
		w := writing{plan: p, call: c, project: project, body: body}
		return w.decide(l)
	})
	if err != nil || out.Failure == nil || out.Failure.Key != "voucher_disabled" || len(out.Redemptions) > 0 {
		t.Errorf("%+v, %v", out, err)
	}
}
