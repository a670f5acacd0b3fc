package pricing

import (
	"time"

	"github.com/scrip-dev/scrip/internal/formula"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Use is one application of an offer.
type Use struct {
	Terms     *Terms
	Also      []promo.ApplicableTo  // what discount_applicable conditions matched (10-pricing R40)
	Bundles   int64                 // complete bundles found; 0: there is no bundle (10-pricing R103)
	Mode      promo.CalculationMode // "" is DISCOUNTED_AMOUNT (10-pricing R24)
	Once      bool                  // lines are discounted once (10-pricing R107)
	Available promo.Amount          // credits or points there are
	Asked     *promo.Amount         // credits or points to spend; nil: as 10-pricing R90 and R93 say

	Values formula.Operands // of customer, request and incentive; those of the order are this package's
	At     time.Time
	Zone   *time.Location

	Scope   promo.Tally               // voucher or tier, campaign, customer: whose unit budgets (10-pricing R69)
	Tallied func(t promo.Tally) int64 // units used so far; nil: none
}

// Step is what an application did.
type Step struct {
	Cart     *Cart           // after it
	Discount *promo.Discount // of a discount, as result.discount shows it (10-pricing R155): values evaluated, effect resolved
	Dynamic  bool            // a formula gave a value
	Applied  promo.Amount    // money taken off
	Spent    promo.Amount    // credits or points
	Moved    bool            // it had an effect (10-pricing R108)
	Units    []UnitsTaken    // for the unit budgets (10-pricing R69)
	Goods    []Good          // of free units: one, or one of each kind (10-pricing b.1, b.2)

	selection *selection // what the lists tell of; nil: they are empty
}

// Good is what the catalogue knows of the goods of free units; nil: nothing, or no SKU.
type Good struct {
	Product *promo.Product
	SKU     *promo.SKU
}

// UnitsTaken is how many units a step adds to a budget's count.
type UnitsTaken struct {
	promo.Tally
	Units int64
}

// applying is one application on its way; cart is the one to be.
type applying struct {
	*Use
	terms  *Terms
	effect promo.Effect
	before *Cart
	cart   *Cart
	step   Step
}

// Apply applies an offer to the cart. Refused: missing_order_items_amount, gift_amount_exceeded and
// loyalty_card_points_exceeded (10-pricing c), and invalid_amount beyond 2^53 - 1. Whether a gift card has an order to
// pay for is to be asked before.
func (c *Cart) Apply(u *Use) (Step, *promo.Refusal) {
	a := &applying{Use: u, terms: u.Terms.with(u.Also), before: c, cart: c.next()}
	a.effect = a.terms.effect()
	if refused := a.run(); refused != nil {
		return Step{}, refused
	}
	a.step.Cart, a.step.Applied = a.cart, a.cart.applied.Amount
	for i := range a.cart.state {
		a.step.Applied += a.cart.did[i].applied.Amount
	}
	a.step.Moved = a.step.Moved || a.step.Applied > 0 || a.step.Spent > 0
	return a.step, nil
}

func (a *applying) run() *promo.Refusal {
	switch {
	case a.terms.Coin != nil:
		return a.payWithPoints()
	case a.terms.Gift != nil && a.effect == promo.ApplyToItems:
		return a.giftOnItems()
	case a.terms.Gift != nil:
		return a.giftOnOrder()
	}
	a.step.Discount = a.shown()
	switch a.effect {
	case promo.AddNewItems, promo.AddMissingItems, promo.AddManyItems, promo.AddSameItems:
		return a.addUnits()
	case promo.ReplaceItems:
		a.choose()
		return a.replace()
	case promo.ApplyToOrder:
		a.choose() // for the lists alone (10-pricing R33, R125)
		a.discountOrder()
		return nil
	}
	a.choose()
	a.discountItems()
	return nil
}

// bundles is B, 1 without a bundle (10-pricing R103).
func (u *Use) bundles() int64 { return max(1, u.Bundles) }

// discountOrder takes off the order as a whole (10-pricing R30-R34); nothing while its amount is not known.
func (a *applying) discountOrder() {
	left, known := a.cart.Left()
	if !known {
		return
	}
	base := left
	if a.Mode == promo.InitialAmount {
		base, _ = a.cart.Initial()
	}
	d, off := a.terms.Discount, promo.Amount(0)
	switch d.Type {
	case promo.AmountDiscount:
		off = times(a.money(d.AmountOff, a.terms.amountOff, noLine), a.bundles())
	case promo.PercentDiscount:
		off = a.percent(noLine).PercentOf(base, 1, 1)
		if d.AmountLimit != nil {
			off = min(off, d.AmountLimit.Floor()) // a cap is never passed
		}
	case promo.FixedDiscount:
		if price, given := a.fixed(nil, noLine); given {
			off = max(0, base-price.Round())
		}
	}
	if d.AggregatedAmountLimit != nil && d.Type != promo.FixedDiscount {
		off = min(off, *d.AggregatedAmountLimit)
	}
	a.cart.takeFromOrder(min(off, left))
}

// giftOnOrder pays for the order with credits (10-pricing R90, R91, R94).
func (a *applying) giftOnOrder() *promo.Refusal {
	a.choose()
	if refused := a.creditsThere(); refused != nil {
		return refused
	}
	left, known := a.cart.Left()
	if !known {
		return nil
	}
	a.step.Spent = min(a.pool(), left)
	a.cart.takeFromOrder(a.step.Spent)
	return nil
}

// pool is what may be spent: what was asked for, else all there is.
func (u *Use) pool() promo.Amount {
	if u.Asked != nil {
		return *u.Asked
	}
	return max(0, u.Available)
}

// creditsThere is row 16 of 30 table E: credits asked for must be there, even when fewer are needed.
func (u *Use) creditsThere() *promo.Refusal {
	if u.Asked == nil || *u.Asked <= u.Available {
		return nil
	}
	return exceeded("gift_amount_exceeded", "gift amount exceeded", *u.Asked, u.Available)
}
