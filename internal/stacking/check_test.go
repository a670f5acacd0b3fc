package stacking

import (
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

var (
	later   = noon.Add(time.Hour)
	earlier = noon.Add(-time.Hour)
)

func TestTheFirstCheckThatRefusesDecides(t *testing.T) { // 30 R31, table E; 20-rules R51, R57; 40 R72
	none := int64(1)
	coupon := off("C", 5)
	spent := used{uses: map[promo.VoucherID]promo.VoucherUse{"C": {Uses: 1}}}
	needsVIP := `{"1":{"name":"customer.segment","conditions":{"$is":["seg_vip"]}}}`
	bigOrder := `{"1":{"name":"order.amount","conditions":{"$more_than":[50000]}}}`
	ownCard := card("C", nil)
	for name, tt := range map[string]struct {
		c    Candidate
		want string // key: details
	}{
		"1":  {Candidate{Object: promo.VoucherObject, ID: "C"}, "not_found: Cannot find voucher with id C"},
		"1t": {Candidate{Object: promo.TierObject, ID: "promo_9"}, "not_found: Cannot find promotion_tier with id promo_9"},
		"2":  {coupon.with(func(v *promo.Voucher) { v.Active, v.ExpirationDate = false, &earlier }), "voucher_disabled: C"},
		"2, the campaign": {func() Candidate { c := coupon.with(expired); c.Campaign = &promo.Campaign{}; return c }(),
			"voucher_disabled: C"},
		"3":                {coupon.with(func(v *promo.Voucher) { v.StartDate, v.Quantity = &later, &none }), "voucher_not_active: C"},
		"4":                {coupon.with(func(v *promo.Voucher) { v.ExpirationDate, v.Quantity = &noon, &none }), "voucher_expired: C"}, // the end is exclusive
		"5":                {coupon.with(func(v *promo.Voucher) { v.Window, v.Quantity = &promo.Window{Weekdays: []int{1}}, &none }), "voucher_not_active_now: C"},
		"6":                {coupon.with(func(v *promo.Voucher) { v.StartDate, v.Quantity = &noon, &none }).under(t, bigOrder), "quantity_exceeded: C"}, // the start is inclusive
		"7":                {coupon.with(func(v *promo.Voucher) { v.Referral, v.Holder = true, ana.ID }).under(t, bigOrder), "referrer_not_permitted_to_redeem: C"},
		"8":                {func() Candidate { c := ownCard; c.Reward = nil; return c }(), "missing_reward: A reward is required when redeeming a LOYALTY_CARD"},
		"8, unknown":       {func() Candidate { c := ownCard; c.Reward = &Reward{ID: "rew_9"}; return c }(), "not_found: Cannot find reward with id rew_9"},
		"9":                {ownCard.with(func(v *promo.Voucher) { v.Holder = "cust_ben" }).under(t, bigOrder), "invalid_customer: C"},
		"9, nobody's":      {ownCard.with(func(v *promo.Voucher) { v.Holder = "" }), "not_published: C"},
		"14":               {gift("C", 10, amount(11)).under(t, bigOrder), "order_rules_violated: Gift Card cannot be redeemed because of violated validation rules: val_1"},
		"14, the customer": {coupon.under(t, needsVIP), "customer_rules_violated: Discount Coupon cannot be redeemed because of violated validation rules: val_1"},
		"14, two sets":     {coupon.under(t, needsVIP, `{}`, bigOrder), "customer_rules_violated: Discount Coupon cannot be redeemed because of violated validation rules: val_1, val_3"},
		"16":               {gift("C", 10, amount(11)), "gift_amount_exceeded: C"},
		"17":               {ownCard, "loyalty_card_points_exceeded: C"},
		"18": {coupon.under(t, `{"1":{"name":"order.total_amount","conditions":{"$more_than":[95]}}}`),
			"order_rules_violated: Discount Coupon cannot be redeemed because of violated validation rules: val_1"},
		"18, referral": {coupon.with(func(v *promo.Voucher) { v.Referral = true }).under(t, `{"1":{"name":"campaign.orders.amount_discounted","conditions":{"$less_than":[5]}}}`),
			"redemption_rules_violated: Referral Code cannot be redeemed because of violated validation rules: val_1"},
	} {
		d := Decide(on(cart(100), tt.c, off("D", 1)).by(ana).after(spent))
		e := d.Entries[0]
		if e.Refused == nil || e.Refused.Error() != tt.want || d.Valid || d.Final != nil || e.Trace.Check == "" {
			t.Errorf("%s: got %v, want %s", name, e.Refused, tt.want)
		}
		if d.Entries[1].Skip != precedingFailed { // 30 R39
			t.Errorf("%s: what follows is %+v", name, d.Entries[1])
		}
	}
}

func TestTiersObeyTheirCampaign(t *testing.T) { // 30 R31 rows 2t, 5t; 40 R28
	five := promo.Discount{Type: promo.AmountDiscount, AmountOff: decimal("5")}
	live := func() *promo.Campaign { return &promo.Campaign{ID: "camp_1", Active: true} }
	monday := &promo.Window{Weekdays: []int{1}}
	for name, tt := range map[string]struct {
		change func(*promo.PromotionTier, *promo.Campaign)
		want   string
	}{
		"both are on":                 {func(*promo.PromotionTier, *promo.Campaign) {}, "promo_1 95"},
		"the tier is off":             {func(t *promo.PromotionTier, _ *promo.Campaign) { t.Active = false }, "promo_1 promotion_inactive, not valid"},
		"the campaign is off":         {func(_ *promo.PromotionTier, c *promo.Campaign) { c.Active = false }, "promo_1 promotion_inactive, not valid"},
		"the tier has not begun":      {func(t *promo.PromotionTier, _ *promo.Campaign) { t.StartDate = &later }, "promo_1 promotion_inactive, not valid"},
		"the tier has ended":          {func(t *promo.PromotionTier, _ *promo.Campaign) { t.ExpirationDate = &noon }, "promo_1 promotion_inactive, not valid"},
		"the campaign has ended":      {func(_ *promo.PromotionTier, c *promo.Campaign) { c.ExpirationDate = &noon }, "promo_1 promotion_inactive, not valid"},
		"not in the tier's window":    {func(t *promo.PromotionTier, _ *promo.Campaign) { t.Window = monday }, "promo_1 promotion_not_active_now, not valid"},
		"nor in that of its campaign": {func(_ *promo.PromotionTier, c *promo.Campaign) { c.Window = monday }, "promo_1 promotion_not_active_now, not valid"},
	} {
		c := tier("promo_1", five, live())
		tt.change(c.Tier, c.Campaign)
		if got := walk(Decide(on(cart(100), c))); got != tt.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	c := off("C", 5) // a code obeys its own window alone
	c.Campaign = &promo.Campaign{Active: true, ExpirationDate: &noon, Window: monday}
	if got := walk(Decide(on(cart(100), c))); got != "C 95" {
		t.Error(got)
	}
}

func TestWhatIsMissing(t *testing.T) { // 30 table E rows 10-13; 20-rules R48
	item := `{"1":{"name":"order.items.count","conditions":{"$more_than":[1]}}}`
	total := `{"1":{"name":"order.amount","conditions":{"$more_than":[1]}}}`
	per := `{"1":{"name":"redemption.count.per_customer","conditions":{"$less_than_or_equal":[1]}}}`
	pricedCard := card("CARD", nil)
	for name, tt := range map[string]struct {
		in   *Request
		want string
	}{
		"a gift card without an order":  {on(nil, gift("G", 10, nil)), "missing_order: An order is required when redeeming a GIFT_VOUCHER"},
		"points without an order":       {on(nil, pricedCard).by(ana), "missing_order: An order is required when redeeming a LOYALTY_CARD"},
		"a gift card without an amount": {on(&promo.Order{}, gift("G", 10, nil)), "missing_amount: Amount is required when redeeming a GIFT_VOUCHER"},
		"a rule without an order":       {on(nil, off("A", 1).under(t, total)), "missing_order: Order is required to validate rules"},
		"a rule without an amount":      {on(&promo.Order{}, off("A", 1).under(t, total)), "missing_amount: Order amount is required to validate rules"},
		"a rule without lines":          {on(cart(5), off("A", 1).under(t, item)), "missing_order_items: Order items are required to validate rules"},
		"a rule without a customer":     {on(cart(5), off("A", 1).under(t, per)), "missing_customer: Customer is required to validate rules"},
		"the lower row comes first":     {on(nil, gift("G", 10, nil).under(t, per)), "missing_customer: Customer is required to validate rules"},
		"what a gift card needs is before a violation": {on(&promo.Order{}, gift("G", 10, nil).under(t, `{"1":{"name":"order.metadata","property":"x","conditions":{"$is":["y"]}}}`)),
			"missing_amount: Amount is required when redeeming a GIFT_VOUCHER"},
	} {
		d := Decide(tt.in)
		if e := d.Entries[0]; e.Refused == nil || e.Refused.Error() != tt.want {
			t.Errorf("%s: %v", name, e.Refused)
		}
	}
}

func TestHoldsOfOthers(t *testing.T) { // 30 R123; E11
	u := used{uses: map[promo.VoucherID]promo.VoucherUse{"C": {Uses: 1}}, held: map[promo.VoucherID]promo.VoucherHeld{"C": {Uses: 2}, "G": {Credits: 3200}}}
	c := off("C", 1).with(func(v *promo.Voucher) { v.Quantity = new(int64(3)) })
	d := Decide(on(cart(9000), c).after(u))
	if e := d.Entries[0]; e.Refused == nil || e.Refused.Key != "quantity_exceeded" || e.Refused.Want != "3" || e.Refused.Got != "3" {
		t.Error(e.Refused)
	}
	if got := walk(Decide(on(cart(9000), gift("G", 5000, amount(2000))).after(u))); got != "G gift_amount_exceeded, not valid" {
		t.Error(got)
	}
	if got := walk(Decide(on(cart(9000), gift("G", 5000, nil)).after(u))); got != "G 7200" {
		t.Error(got)
	}
	c = card("CARD", nil)
	c.Terms, c.Reward = nil, &Reward{ID: "rew_2", Known: true, Price: 300}
	u = used{uses: map[promo.VoucherID]promo.VoucherUse{"CARD": {Points: 400}}, held: map[promo.VoucherID]promo.VoucherHeld{"CARD": {Points: 101}}}
	if got := walk(Decide(on(nil, c).by(ana).after(u))); got != "CARD loyalty_card_points_exceeded, not valid" {
		t.Error(got)
	}
}

func TestOtherRewardsCostTheirPrice(t *testing.T) { // 30 R54; table E rows 17, 19
	c := card("CARD", nil)
	c.Terms, c.Reward = nil, &Reward{ID: "rew_2", Known: true, Price: 300}
	have := func(n promo.Amount) used {
		return used{uses: map[promo.VoucherID]promo.VoucherUse{"CARD": {Points: n}}}
	}
	d := Decide(on(cart(50), percent("P", "10"), c).by(ana).after(have(300)).ruled(skipIdle))
	if got := walk(d); got != "P 45, CARD 45" || d.Entries[1].Step.Spent != 300 || d.Entries[1].Order().Applied != nil {
		t.Error(got, d.Entries[1].Step.Spent)
	}
	if got := walk(Decide(on(nil, c).by(ana).after(have(300)))); got != "CARD applied" { // no order is needed (30 C14)
		t.Error(got)
	}
	if got := walk(Decide(on(nil, c).by(ana).after(have(299)))); got != "CARD loyalty_card_points_exceeded, not valid" {
		t.Error(got)
	}
	coupon := off("C", 5) // to which a reward means nothing
	coupon.Reward = &Reward{Undeliverable: &promo.Refusal{Key: "reward_out_of_stock"}}
	if got := walk(Decide(on(cart(50), coupon))); got != "C 45" {
		t.Error(got)
	}
	c.Reward.Undeliverable = &promo.Refusal{Key: "reward_out_of_stock"}
	if got := walk(Decide(on(nil, c).by(ana).after(have(300)))); got != "CARD reward_out_of_stock, not valid" {
		t.Error(got)
	}
}
