package stacking

import (
	"testing"

	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

// What formulas know beside the order; null in a formula leaves the static amount, 7.00 here.
func TestOperandsOfFormulas(t *testing.T) { // 10-pricing R136
	from, to := noon.AddDate(-3, 0, 0), noon.AddDate(2, 0, 0)
	who := &Customer{Customer: &promo.Customer{ID: "cust_ana", Birthdate: new("2000-02-29"),
		Metadata: promo.Metadata(`{"age":26}`)}, Identified: true}
	full := func(v *promo.Voucher) {
		v.Metadata, v.Quantity, v.StartDate, v.ExpirationDate = promo.Metadata(`{"worth":11}`), new(int64(40)), &from, &to
	}
	times := used{uses: map[promo.VoucherID]promo.VoucherUse{"F": {Uses: 3}}}
	for formula, want := range map[string][3]promo.Amount{ // with all there is, with nothing, of a tier with all there is
		`CUSTOMER_METADATA("age")`:                    {2600, 700, 2600},
		`YEAR(CUSTOMER_BIRTHDATE) - 1990`:             {1000, 700, 1000},
		`REDEMPTION_METADATA("bags")`:                 {400, 700, 400},
		`PUBLICATION_METADATA("gift")`:                {500, 700, 700},
		`REDEEMABLE_METADATA("worth")`:                {1100, 700, 1200},
		`VOUCHER_METADATA("worth")`:                   {1100, 700, 1200},
		`VOUCHER_REDEMPTION_QUANTITY`:                 {4000, 700, 700},
		`VOUCHER_REDEEMED_QUANTITY`:                   {300, 0, 700},
		`VOUCHER_PUBLISH_COUNT`:                       {100, 0, 700},
		`YEAR(VOUCHER_START_DATE) - 2020`:             {400, 700, 700},
		`YEAR(VOUCHER_EXPIRATION_DATE) - 2020`:        {900, 700, 700},
		`YEAR(PROMOTION_TIER_START_DATE) - 2020`:      {700, 700, 400},
		`YEAR(PROMOTION_TIER_EXPIRATION_DATE) - 2020`: {700, 700, 900},
	} {
		d := promo.Discount{Type: promo.AmountDiscount, AmountOff: decimal("700"), AmountOffFormula: formula}
		all := voucher("F", &d).with(full)
		all.Published = &Publication{1, promo.Metadata(`{"gift":5}`)}
		byTier := tier("promo_1", d, nil)
		byTier.Tier.Metadata, byTier.Tier.StartDate, byTier.Tier.ExpirationDate = promo.Metadata(`{"worth":12}`), &from, &to
		for i, in := range []*Request{on(cart(9000), all).by(who).after(times), on(cart(9000), voucher("F", &d)), on(cart(9000), byTier).by(who)} {
			if i != 1 {
				in.Metadata = promo.Metadata(`{"bags":4}`)
			}
			got := Decide(in)
			if left, _ := pricing.Left(got.Entries[0].Order()); left != 9000-want[i] {
				t.Errorf("%s, request %d: %d off, want %d", formula, i, 9000-left, want[i])
			}
		}
	}
	stranger := &Customer{Customer: &promo.Customer{ID: "cust_ben"}, Identified: true}
	young := voucher("F", &promo.Discount{Type: promo.AmountDiscount, AmountOff: decimal("700"), AmountOffFormula: "YEAR(CUSTOMER_BIRTHDATE)"})
	if got := walk(Decide(on(cart(9000), young).by(stranger))); got != "F 8300" {
		t.Error("no birthdate:", got)
	}
}
