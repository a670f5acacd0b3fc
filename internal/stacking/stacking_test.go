package stacking

import (
	"fmt"
	"testing"

	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

func initialMode(r *promo.StackingRules) { r.CalculationMode = promo.InitialAmount }

func partial(r *promo.StackingRules) { r.ApplicationMode = promo.ApplyPartial }

func skipIdle(r *promo.StackingRules) { r.NoEffectRule = promo.SkipWithoutEffect }

func categories(ids ...string) (out []promo.CategoryID) {
	for _, id := range ids {
		out = append(out, promo.CategoryID(id))
	}
	return out
}

func TestStacks(t *testing.T) { // 30 E1-E4; R21 R24 R35 R36 R43
	ninety := promo.Discount{Type: promo.AmountDiscount, AmountOff: decimal("2500")}
	over := `{"1":{"name":"order.amount","conditions":{"$more_than_or_equal":[10000]}}}`
	for name, tt := range map[string]struct {
		in   *Request
		want string
	}{
		"E1: gift card, percent, amount off": {on(cart(80000), gift("G", 9000, amount(1500)), percent("P", "15"), tier("promo_1", ninety, nil)),
			"G 78500, P 66725, promo_1 64225"},
		"E1: of the initial amount": {on(cart(80000), gift("G", 9000, amount(1500)), percent("P", "15"), off("A", 2500)).ruled(initialMode),
			"G 78500, P 66500, A 64000"},
		"E2: amount, then percent":         {on(cart(26000), off("A", 6000), percent("B", "25")), "A 20000, B 15000"},
		"E2: percent, then amount":         {on(cart(26000), percent("B", "25"), off("A", 6000)), "B 19500, A 13500"},
		"E2: the first takes the minimum":  {on(cart(10500), percent("A", "10"), percent("B", "20").under(t, over)), "A 9450, B order_rules_violated, not valid"},
		"E2: the other way both hold":      {on(cart(10500), percent("B", "20").under(t, over), percent("A", "10")), "B 8400, A 7560"},
		"E3: the cap of what is left":      {on(cart(10000), percent("A", "70"), percent("B", "60")).ruled(initialMode), "A 3000, B 0"},
		"E3: the second takes of the rest": {on(cart(10000), percent("A", "70"), percent("B", "60")), "A 3000, B 1200"},
		"E4: .625 rounds up":               {on(cart(3333), percent("A", "12.5")), "A 2916"},
		"E4: .845 rounds up":               {on(cart(999), percent("A", "15.5")), "A 844"},
		"more than there is":               {on(cart(100), off("A", 500), off("B", 500)), "A 0, B 0"},
		"without an order":                 {on(nil, off("A", 500)), "A applied"},
	} {
		if got := walk(Decide(tt.in)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	d := Decide(on(cart(80000), gift("G", 9000, amount(1500)), percent("P", "15"), off("A", 2500)))
	if *d.Final.Applied != 15775 || *d.Final.DiscountAmount != 15775 || *d.Entries[1].Order().Applied != 11775 || *d.Entries[1].Order().DiscountAmount != 13275 {
		t.Errorf("E1: final %+v, second step %+v", d.Final, d.Entries[1].Order())
	}
}

func TestAllOrPartial(t *testing.T) { // 30 E5; R30 R39 R40
	list := []Candidate{off("OK1", 10), off("EXPIRED", 10).with(expired), off("OK2", 10)}
	if got := walk(Decide(on(cart(100), list...))); got != "OK1 90, EXPIRED voucher_expired, OK2 (preceding_validation_failed), not valid" {
		t.Error("ALL:", got)
	}
	if got := walk(Decide(on(cart(100), list...).ruled(partial))); got != "OK1 90, EXPIRED voucher_expired, OK2 80" {
		t.Error("PARTIAL:", got)
	}
	if d := Decide(on(cart(100), list[1]).ruled(partial)); d.Valid || d.Final != nil {
		t.Error("nothing applied, and it is valid") // 30 G22
	}
	if got := walk(Decide(on(cart(0), off("A", 5)).ruled(skipIdle))); got != "A (no_effect), not valid" { // 30 G22
		t.Error("all skipped:", got)
	}
}

func TestLimits(t *testing.T) { // 30 E6, E7; R26-R30
	var many []Candidate
	for i := range 30 {
		many = append(many, off(fmt.Sprint("C", i), 1))
	}
	many[20] = Candidate{Object: promo.VoucherObject, ID: "JUNK"} // not even looked at
	d := Decide(on(cart(100), many...))
	if !d.Valid || len(d.ByStatus(Applicable)) != 5 || len(d.ByStatus(Skipped)) != 25 || d.Entries[20].Skip != limitExceeded {
		t.Errorf("E6: %s", walk(d))
	}
	coupon := func(code, category string) Candidate { return off(code, 1).in(category) }
	of := []Candidate{coupon("gold1", "gold"), coupon("gold2", "gold"), coupon("silver1", "silver"), coupon("silver2", "silver"),
		coupon("silver3", "silver"), coupon("plain1", "")}
	in := on(cart(100), of...).ruled(func(r *promo.StackingRules) {
		r.ApplicablePerCategory, r.CategoryLimits = new(int64(2)), map[promo.CategoryID]int64{"gold": 1}
	})
	const full = "(applicable_redeemables_per_category_limit_exceeded)"
	if got := walk(Decide(in)); got != "gold1 99, gold2 "+full+", silver1 98, silver2 97, silver3 "+full+", plain1 96" {
		t.Errorf("E7: %s", got)
	}
	in.Candidates = []Candidate{off("a", 1), off("b", 1), off("c", 1)} // 30 R28
	if got := walk(Decide(in)); got != "a 99, b 98, c 97" {
		t.Errorf("without a category there is no such limit: %s", got)
	}
}

func TestExclusiveAndJoint(t *testing.T) { // 30 E8; R22-R25
	rules := func(r *promo.StackingRules) {
		r.ExclusiveCategories, r.JointCategories = categories("vip"), categories("gift")
	}
	common, joint, vip := percent("TEN", "10"), off("GIFT", 500).in("gift"), percent("VIP", "40").in("vip")
	gone := vip.with(expired)
	both := func(r *promo.StackingRules) { rules(r); partial(r) }
	for name, tt := range map[string]struct {
		in   *Request
		want string
	}{
		"E8":                     {on(cart(20000), common, joint, vip).ruled(rules), "VIP 12000, GIFT 11500, TEN (exclusion_rules_not_met)"},
		"E8: a second exclusive": {on(cart(20000), vip, percent("VIP2", "40").in("vip")).ruled(rules), "VIP 12000, VIP2 (applicable_exclusive_redeemables_limit_exceeded)"},
		"E8: an expired one in mode PARTIAL": {on(cart(20000), common, joint, gone).ruled(both),
			"VIP voucher_expired, TEN 18000, GIFT 17500"},
		"an expired one in mode ALL": {on(cart(20000), common, joint, gone).ruled(rules),
			"VIP voucher_expired, GIFT (preceding_validation_failed), TEN (preceding_validation_failed), not valid"},
		"an exclusive without effect lets the others be": {on(cart(20000), common, off("NIL", 0).in("vip"), joint).ruled(func(r *promo.StackingRules) {
			rules(r)
			skipIdle(r)
		}), "NIL (no_effect), TEN 18000, GIFT 17500"},
		"without an exclusive there is no grouping": {on(cart(20000), common, joint).ruled(rules), "TEN 18000, GIFT 17500"},
		"exclusive and joint in one group": {on(cart(20000), common, joint, vip).ruled(func(r *promo.StackingRules) {
			rules(r)
			r.GroupedSortingRule = promo.ConfiguredSorting
		}), "GIFT 19500, VIP 11700, TEN (exclusion_rules_not_met)"},
		"exclusives per category": {on(cart(20000), vip, percent("VIP2", "40").in("vip"), percent("STAR", "50").in("star")).ruled(func(r *promo.StackingRules) {
			r.ExclusiveCategories, r.ExclusiveLimit, r.ExclusivePerCategory = categories("vip", "star"), 3, new(int64(1))
		}), "VIP 12000, VIP2 (applicable_exclusive_redeemables_per_category_limit_exceeded), STAR 6000"},
		"failure comes before exclusion": {on(cart(20000), vip, gone.with(func(v *promo.Voucher) { v.Category = "gift" }), common).ruled(rules),
			"VIP 12000, VIP voucher_expired, TEN (preceding_validation_failed), not valid"}, // 30 R26
	} {
		if got := walk(Decide(tt.in)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestHierarchy(t *testing.T) { // 30 E9; R20, R21
	in := on(cart(100), off("x", 1), off("y", 1).in("four"), off("z", 1).in("zero"), off("w", 1).in("four")).ruled(func(r *promo.StackingRules) {
		r.SortingRule = promo.CategoryHierarchy
	})
	in.Categories = map[promo.CategoryID]*promo.Category{"four": {Hierarchy: 4}, "zero": {Hierarchy: 0}}
	if got := walk(Decide(in)); got != "z 99, y 98, w 97, x 96" {
		t.Error(got)
	}
	from := func(own, campaign, stack string) promo.CategoryID { // 30 R20
		c := tier("promo_1", promo.Discount{Type: promo.AmountDiscount, AmountOff: decimal("1")}, &promo.Campaign{Category: promo.CategoryID(campaign)})
		c.Tier.Category, c.StackCategory = promo.CategoryID(own), promo.CategoryID(stack)
		return c.category()
	}
	if a, b, c := from("a", "b", "c"), from("", "b", "c"), from("", "", "c"); a != "a" || b != "b" || c != "c" {
		t.Error(a, b, c)
	}
}

func TestPointsAsPayment(t *testing.T) { // 30 E14; R53
	balance := func(n promo.Amount) used {
		return used{uses: map[promo.VoucherID]promo.VoucherUse{"CARD": {Points: n}}}
	}
	for name, tt := range map[string]struct {
		have  promo.Amount
		asked *promo.Amount
		spent promo.Amount
		want  string
	}{
		"as many blocks as cover it": {5000, nil, 1400, "CARD 0"},
		"as many as there are":       {970, nil, 900, "CARD 6750"},
		"points asked for":           {970, amount(130), 130, "CARD 18300"},
		"more than there are":        {970, amount(971), 0, "CARD loyalty_card_points_exceeded, not valid"},
		"not one block":              {99, nil, 0, "CARD loyalty_card_points_exceeded, not valid"},
	} {
		d := Decide(on(cart(20250), card("CARD", tt.asked)).by(ana).after(balance(tt.have)))
		if got := walk(d); got != tt.want || d.Entries[0].Step.Spent != tt.spent {
			t.Errorf("%s: %s, %d points", name, got, d.Entries[0].Step.Spent)
		}
	}
}

func TestWithoutEffect(t *testing.T) { // 30 E16; R38
	all, idle := percent("ALL", "100"), off("IDLE", 500)
	for name, tt := range map[string]struct {
		in   *Request
		want string
	}{
		"E16: redeemed anyway": {on(cart(3000), all, idle), "ALL 0, IDLE 0"},
		"E16: skipped":         {on(cart(3000), all, idle).ruled(skipIdle), "ALL 0, IDLE (no_effect)"},
		"E16: skipped by its category": {on(cart(3000), all, idle.in("thin")).ruled(func(r *promo.StackingRules) { r.NoEffectSkip = categories("thin") }),
			"ALL 0, IDLE (no_effect)"},
		"redeemed by its category": {on(cart(3000), all, idle.in("thick")).ruled(func(r *promo.StackingRules) {
			skipIdle(r)
			r.NoEffectRedeem = categories("thick")
		}), "ALL 0, IDLE 0"},
		"no order is not no effect": {on(nil, idle).ruled(skipIdle), "IDLE applied"},
		"a skipped one does not use up the limit": {on(cart(3000), off("NIL", 0), off("A", 1)).ruled(func(r *promo.StackingRules) {
			skipIdle(r)
			r.ApplicableLimit = 1
		}), "NIL (no_effect), A 2999"},
		"an empty gift card": {on(cart(3000), gift("G", 0, nil)).ruled(skipIdle), "G (no_effect), not valid"},
	} {
		if got := walk(Decide(tt.in)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	if d := Decide(on(cart(3000), all, idle)); *d.Entries[1].Order().Applied != 0 {
		t.Error("E16: the second step took", *d.Entries[1].Order().Applied)
	}
}

func TestOnce(t *testing.T) { // 30 E17; R37
	mugs := pricing.Set{ApplicableToSet: promo.ApplicableToSet{Included: []promo.ApplicableTo{{Object: promo.ProductObject, ID: "mug"}}}}
	all := pricing.Set{ApplicableToSet: promo.ApplicableToSet{IncludedAll: true}}
	p := voucher("P", &promo.Discount{Type: promo.AmountDiscount, Effect: promo.ApplyToItems, AmountOff: decimal("500")}, mugs)
	q := voucher("Q", &promo.Discount{Type: promo.PercentDiscount, Effect: promo.ApplyToItems, PercentOff: decimal("10")}, all)
	in := on(lines(t, "mug 3x1000", "shirt 1x4000"), p, q)
	if got := walk(Decide(in)); got != "P 6500, Q 5850" {
		t.Error("STACK:", got)
	}
	in.ruled(func(r *promo.StackingRules) { r.ProductsMode = promo.ProductsOnce })
	if got := walk(Decide(in)); got != "P 6500, Q 6100" {
		t.Error("ONCE:", got)
	}
}
