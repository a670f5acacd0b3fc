package stacking

import (
	"slices"
	"strings"

	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/rules"
)

// rulesHold is rows 10 to 14: the rule sets, and what gift cards and points need of an order. The lower row decides; what
// a gift card needs comes after rules of the same row.
func (f *facts) rulesHold() *promo.Refusal {
	violated := f.judge(nil)
	needs := f.orderNeeded()
	if violated != nil && (needs == nil || row(violated) <= row(needs)) {
		return violated
	}
	if needs != nil {
		return needs
	}
	return f.bundled()
}

// row is the row of table E that a refusal belongs to.
func row(r *promo.Refusal) int {
	switch r.Key {
	case "missing_customer":
		return 10
	case "missing_order":
		return 11
	case "missing_amount":
		return 12
	case "missing_order_items":
		return 13
	}
	return 14
}

// judge asks every rule set (20 R57); after is nil before pricing (20 R54). The first that fails names the key, all that
// fail are listed (20 R51).
func (f *facts) judge(after *rules.Effect) *promo.Refusal {
	if len(f.Programs) == 0 {
		return nil
	}
	asked := f.ruleFacts(after)
	var first *rules.Verdict
	var violated []string
	for _, p := range f.Programs {
		v := p.Check(&asked)
		f.Trace.Rules = append(f.Trace.Rules, v.Trace...)
		if v.Holds {
			continue
		}
		if first == nil {
			first = &v
		}
		violated = append(violated, string(p.ID()))
	}
	if first == nil {
		return nil
	}
	fail := &first.Failure
	f.Message = fail.Custom
	r := &promo.Refusal{Key: fail.Key, Message: fail.Message, Details: fail.Details}
	if r.Details == "" {
		r.Details = f.kind() + " cannot be redeemed because of violated validation rules: " + strings.Join(violated, ", ")
	}
	return r
}

// ruleFacts are what rules see of the running order: its value before this incentive, after those before it (20 R30).
func (f *facts) ruleFacts(after *rules.Effect) rules.Facts {
	asked := rules.Facts{Order: f.in.Cart, Lines: f.cart.Lines(), Numbers: f.cart, Customer: f.customer, Holder: f.holds(), Redemption: f.metadata,
		Tallied: f.tallied, After: after, Scope: rules.Scope{At: f.in.At.At, Zone: f.in.At.Zone, FirstWeekday: f.in.At.FirstWeekday,
			AppID: f.in.AppID, User: f.in.User}}
	own := f.scope()
	asked.Voucher, asked.Tier, asked.Campaign = own.Voucher, own.Tier, own.Campaign
	if f.customer != nil {
		asked.Scope.Customer = f.customer.ID
	}
	if left, known := f.cart.Left(); known {
		asked.Left = &left
	}
	if initial, known := f.cart.Initial(); known {
		asked.Initial = &initial
	}
	return asked
}

// orderNeeded is rows 11 and 12: gift cards and points pay for something.
func (f *facts) orderNeeded() *promo.Refusal {
	gift, points := f.isGift(), f.paysWithPoints()
	switch {
	case !gift && !points:
		return nil
	case f.in.Cart == nil:
		return &promo.Refusal{Key: "missing_order", Message: "Missing order", Details: needed("An order", gift)}
	case f.in.Cart.Amount == nil:
		return &promo.Refusal{Key: "missing_amount", Message: "Missing amount", Details: needed("Amount", gift)}
	}
	return nil
}

func needed(what string, gift bool) string {
	if gift {
		return what + " is required when redeeming a GIFT_VOUCHER"
	}
	return what + " is required when redeeming a LOYALTY_CARD"
}

// bundled is row 14 for bundles: without a complete one the incentive does not apply (20 R40). Of several, the one found
// least often counts.
func (f *facts) bundled() *promo.Refusal {
	for _, p := range f.Programs {
		if b := p.Bundle(f.cart.Lines(), f.cart); b != nil && (f.Bundle == nil || b.Quantity < f.Bundle.Quantity) {
			f.Bundle = b
			if b.Quantity == 0 {
				return &promo.Refusal{Key: "order_rules_violated", Message: "order does not match validation rules",
					Details: f.kind() + " cannot be redeemed because of violated validation rules: " + string(p.ID())}
			}
		}
	}
	return nil
}

// affordable is rows 15 to 17: the effect, on the running order.
func (f *facts) affordable() *promo.Refusal {
	if f.Reward != nil && !f.Reward.Coin && f.isCard() {
		return f.spendsPrice()
	}
	own := f.scope()
	if f.customer != nil {
		own.Customer = f.customer.ID
	}
	use := pricing.Use{Terms: f.Terms, Mode: f.mode(f.Category), Once: f.in.Rules.ProductsMode == promo.ProductsOnce,
		Available: f.Balance, Asked: f.Asked, Values: f, At: f.in.At.At, Zone: f.in.At.Zone, Scope: own, Tallied: f.tallied}
	if len(f.Programs) > 0 {
		asked := f.ruleFacts(nil)
		for _, p := range f.Programs {
			use.Also = append(use.Also, p.Included(&asked)...)
		}
	}
	if f.Bundle != nil {
		use.Bundles = f.Bundle.Quantity
	}
	step, refused := f.cart.Apply(&use)
	if refused == nil {
		f.Step = step
		return nil
	}
	if refused.Details == "" {
		refused.Details = f.Voucher.Code // only what is spent can be exceeded
	}
	return refused
}

// spendsPrice: a reward that is no payment costs its price and leaves the order alone (30 R54).
func (f *facts) spendsPrice() *promo.Refusal {
	if f.Reward.Price > f.Balance {
		return compared(f.refusal("loyalty_card_points_exceeded", "loyalty card points exceeded"), whole(f.Reward.Price), whole(f.Balance))
	}
	f.Step = pricing.Step{Cart: f.cart.Idle(), Spent: f.Reward.Price, Moved: true}
	return nil
}

// rulesHoldAfter is row 18: rules about what the incentive did (20 R54).
func (f *facts) rulesHoldAfter() *promo.Refusal {
	if !slices.ContainsFunc(f.Programs, (*rules.Program).NeedsEffect) {
		return nil
	}
	after := rules.Effect{Discount: f.Step.Applied}
	if f.isGift() {
		after.Credits = f.Step.Spent
	} else {
		after.Points = f.Step.Spent
	}
	if left, known := f.Step.Cart.Left(); known {
		after.Total = &left
	}
	return f.judge(&after)
}
