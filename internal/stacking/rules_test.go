package stacking

import (
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/rules"
)

func ruleMap(t testing.TB, text string) (m promo.RuleMap) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(text, err)
	}
	return m
}

// What an earlier redeemable of the request took, or used up, counts for the next.
func TestRulesSeeTheRunningOrder(t *testing.T) { // 30 R33, R34; 20-rules R30, R42, R45
	campaign := func(c Candidate) Candidate {
		return c.with(func(v *promo.Voucher) { v.Campaign = "camp_1" })
	}
	rule := func(name, op, value string) string {
		return `{"1":{"name":"` + name + `","conditions":{"` + op + `":[` + value + `]}}}`
	}
	counted := func(t promo.Tally, n int64) used { return used{tally: map[promo.Tally]int64{t: n}} }
	for name, tt := range map[string]struct {
		in   *Request
		want string
	}{
		"the amount before it": {on(cart(100), off("A", 20), off("B", 10).under(t, rule("order.amount", "$is", "80"))), "A 80, B 70"},
		"the initial amount":   {on(cart(100), off("A", 20), off("B", 10).under(t, rule("order.initial_amount", "$is", "100"))), "A 80, B 70"},
		"the amount after it":  {on(cart(100), off("A", 20), off("B", 10).under(t, rule("order.total_amount", "$is", "70"))), "A 80, B 70"},
		"too little after it":  {on(cart(100), off("A", 20), off("B", 10).under(t, rule("order.total_amount", "$more_than", "70"))), "A 80, B order_rules_violated, not valid"},
		"a violated one leaves no trace": {on(cart(100), off("A", 20), off("B", 10).under(t, rule("order.total_amount", "$more_than", "70")), off("C", 1)).ruled(partial),
			"A 80, B order_rules_violated, C 79"},
		"two codes of one campaign count twice": {on(cart(100), campaign(off("A", 1)), campaign(off("B", 1)).under(t, rule("campaign.redemptions.count", "$less_than_or_equal", "2"))),
			"A 99, B 98"},
		"and no more than that": {on(cart(100), campaign(off("A", 1)), campaign(off("B", 1)).under(t, rule("campaign.redemptions.count", "$less_than_or_equal", "1"))),
			"A 99, B redemption_rules_violated, not valid"},
		"another campaign is another count": {on(cart(100), off("A", 1), campaign(off("B", 1)).under(t, rule("campaign.redemptions.count", "$less_than_or_equal", "1"))),
			"A 99, B 98"},
		"what was counted before": {on(cart(100), campaign(off("B", 1)).under(t, rule("campaign.redemptions.count", "$less_than_or_equal", "5"))).
			after(counted(promo.Tally{Campaign: "camp_1"}, 5)), "B redemption_rules_violated, not valid"},
		"of this customer": {on(cart(100), campaign(off("A", 1)), campaign(off("B", 1)).under(t, rule("campaign.redemptions.customers_count", "$less_than_or_equal", "1"))).by(ana),
			"A 99, B redemption_rules_violated, not valid"},
		"credits of the campaign": {on(cart(100), campaign(gift("G", 60, nil)), campaign(gift("H", 60, nil)).under(t, rule("redemption.gift.amount", "$less_than_or_equal", "99"))),
			"G 40, H redemption_rules_violated, not valid"},
		"credits that fit": {on(cart(100), campaign(gift("G", 60, nil)), campaign(gift("H", 60, nil)).under(t, rule("redemption.gift.amount", "$less_than_or_equal", "100"))),
			"G 40, H 0"},
		"discounts of the campaign": {on(cart(100), campaign(off("A", 6)), campaign(off("B", 5)).under(t, rule("campaign.orders.amount_discounted", "$less_than_or_equal", "10"))),
			"A 94, B redemption_rules_violated, not valid"},
		"orders of the campaign": {on(cart(100), campaign(off("A", 6)), campaign(off("B", 5)).under(t, rule("campaign.orders.amount", "$less_than_or_equal", "200"))),
			"A 94, B 89"},
		"a skipped one does not count": {on(cart(100), campaign(off("NIL", 0)), campaign(off("B", 5)).under(t, rule("campaign.redemptions.count", "$less_than_or_equal", "1"))).ruled(skipIdle),
			"NIL (no_effect), B 95"},
	} {
		if got := walk(Decide(tt.in)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestOwnWords(t *testing.T) { // 30 R32; 20-rules R50
	set := `{"1":{"name":"order.amount","conditions":{"$more_than":[5000]},"error":{"message":"Spend more"}}}`
	d := Decide(on(cart(100), off("A", 1).under(t, set)))
	e := d.Entries[0]
	if e.Refused == nil || e.Message != "Spend more" || e.Refused.Message != "order does not match validation rules" {
		t.Errorf("%q, %+v", e.Message, e.Refused)
	}
	if e.Trace.Check != "rulesHold" || len(e.Trace.Rules) != 1 {
		t.Errorf("trace %+v", e.Trace)
	}
}

func TestHolderRule(t *testing.T) { // 20-rules R22, Q20
	set := `{"1":{"name":"publication.redeemable_by_linked_customer","conditions":{"$is":[true]}}}`
	held := off("A", 1).with(func(v *promo.Voucher) { v.Holder = ana.ID }).under(t, set)
	ben := &Customer{Customer: &promo.Customer{ID: "cust_ben"}, Identified: true}
	for name, tt := range map[string]struct {
		in   *Request
		want string
	}{
		"its holder":    {on(cart(9), held).by(ana), "A 8"},
		"somebody else": {on(cart(9), held).by(ben), "A customer_rules_violated, not valid"},
		"nobody":        {on(cart(9), held), "A missing_customer, not valid"},
		"nobody's code": {on(cart(9), off("A", 1).under(t, set)).by(ana), "A customer_rules_violated, not valid"},
	} {
		if got := walk(Decide(tt.in)); got != tt.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// compiled is a rule set, or nil when it is none.
func compiled(m *promo.RuleMap) *rules.Program {
	p, refused := rules.Compile(&promo.ValidationRule{ID: "val_1", Rules: *m})
	if refused != nil {
		return nil
	}
	return p
}

// negative reports whether an order has what the checks of bodies refuse (30 f).
func negative(o *promo.Order) bool {
	if o == nil {
		return false
	}
	bad := func(a *promo.Amount) bool { return a != nil && *a < 0 }
	found := bad(o.Amount) || bad(o.DiscountAmount) || bad(o.InitialAmount) || len(o.Items) > 500
	for i := range o.Items {
		it := &o.Items[i]
		found = found || it.Quantity < 0 || it.InitialQuantity < 0 || bad(it.Price) || bad(it.Amount) || bad(it.DiscountAmount) || bad(it.InitialAmount) ||
			it.DiscountQuantity != nil && *it.DiscountQuantity < 0
	}
	return found
}

// badDiscount reports whether a discount has what the checks of bodies refuse (10-pricing f).
func badDiscount(d *promo.Discount) bool {
	found := d.UnitOff != nil && *d.UnitOff < 0 || d.AggregatedAmountLimit != nil && *d.AggregatedAmountLimit < 0
	for _, n := range []*promo.Decimal{d.AmountOff, d.PercentOff, d.AmountLimit, d.FixedAmount} {
		found = found || n != nil && n.Sign() < 0
	}
	for i := range d.Units {
		found = found || d.Units[i].UnitOff != nil && *d.Units[i].UnitOff < 0
	}
	return found
}
