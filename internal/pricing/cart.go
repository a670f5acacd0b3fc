package pricing

import (
	"slices"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Cart is an order on its way through a request. It does not change: applying something gives another, so that a step
// can be thrown away. What changes from step to step are plain numbers, kept apart from what lines are, so that a step
// copies little.
type Cart struct {
	base  *promo.Order      // as it was opened; nil: none
	items []promo.OrderItem // what the lines are, added ones included; what changes stands in state
	lines []catalog.Line
	state []line
	did   []change // by this step
	totals
	replaced []promo.Replacement // in this step
	before   *Cart               // the step before; nil: none
	shelf    *catalog.Shelf
	newID    func() string
}

// totals are the numbers of the order as a whole.
type totals struct {
	amount   opt
	initial  opt          // the amount before the first effect of the request (10-pricing R17)
	shown    bool         // initial is written: units were added or replaced
	discount opt          // order level, running
	items    promo.Amount // sum of the line discounts
	applied  opt          // order level, of this step
}

// line is the numbers of one line.
type line struct {
	quantity         int64
	amount, discount opt
	freed            int64 // units free so far
	sentFree         bool  // their number was sent, be it 0
	recount          bool  // 10-pricing R16
}

// change is what a step, or a request, did to a line.
type change struct {
	applied        opt   // line-level discount
	units          int64 // given free
	quantity       int64 // added or, negative, replaced
	quantityAmount opt
}

// opt is an amount that may not be known.
type opt struct {
	promo.Amount
	known bool
}

func known(a *promo.Amount) opt {
	if a == nil {
		return opt{}
	}
	return opt{*a, true}
}

// plus adds; what was not known counts as 0.
func (o *opt) plus(a promo.Amount) { o.Amount, o.known = o.Amount+a, true }

// Open begins the calculation of a request on a normalized order, which may be nil and is not changed. Nothing has been
// applied yet (10-pricing R14). newID names the lines that are added; nil: they have no ids.
func Open(o *promo.Order, shelf *catalog.Shelf, newID func() string) *Cart {
	c := &Cart{base: o, shelf: shelf, newID: newID}
	if o == nil {
		return c
	}
	c.items, c.lines, c.state = o.Items, shelf.Lines(o), make([]line, len(o.Items))
	c.amount, c.discount, c.initial = known(o.Amount), known(o.DiscountAmount), known(o.InitialAmount)
	c.shown = c.initial.known
	if !c.shown {
		c.initial = c.amount
	}
	for i := range o.Items {
		it := &o.Items[i]
		c.state[i] = line{quantity: it.Quantity, amount: known(it.Amount), discount: known(it.DiscountAmount),
			freed: or0int(it.DiscountQuantity), sentFree: it.DiscountQuantity != nil, recount: it.Recount}
		c.totals.items += c.state[i].discount.Amount
	}
	return c
}

func or0int(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// Lines are what the lines of the running order are.
func (c *Cart) Lines() []catalog.Line { return c.lines }

// Quantity is the units of a line now.
func (c *Cart) Quantity(i int) int64 { return c.state[i].quantity }

// InitialQuantity is the units of a line before the request (10-pricing R16).
func (c *Cart) InitialQuantity(i int) int64 { return c.items[i].InitialQuantity }

// Amount is what a line is worth before discounts; false while that is not known.
func (c *Cart) Amount(i int) (promo.Amount, bool) {
	return c.state[i].amount.Amount, c.state[i].amount.known
}

// Left is what is still to pay, T of 10-pricing R22; false while the order amount is not known.
func (c *Cart) Left() (promo.Amount, bool) {
	return max(0, c.amount.Amount-c.discount.Amount-c.totals.items), c.amount.known
}

// Initial is the order amount before the first effect of the request; false when it was not known.
func (c *Cart) Initial() (promo.Amount, bool) { return c.initial.Amount, c.initial.known }

// rest is what is left of a line, s of 10-pricing R22.
func (c *Cart) rest(i int) promo.Amount {
	return max(0, c.state[i].amount.Amount-c.state[i].discount.Amount)
}

// Idle is the cart after a step that does nothing to it.
func (c *Cart) Idle() *Cart { return c.next() }

// next is a copy to apply a step to.
func (c *Cart) next() *Cart {
	n := *c
	n.items, n.lines = c.items[:len(c.items):len(c.items)], c.lines[:len(c.lines):len(c.lines)]
	n.state, n.did = slices.Clone(c.state), make([]change, len(c.state))
	n.applied, n.replaced, n.before = opt{}, nil, c
	return &n
}

// takeFromOrder takes an amount off the order as a whole (10-pricing R33, R111): computed zeros are written.
func (c *Cart) takeFromOrder(off promo.Amount) {
	c.discount.plus(off)
	c.applied.plus(off)
}

// takeFromLine takes an amount off a line, on top of what this step took (10-pricing R27, R112).
func (c *Cart) takeFromLine(i int, off promo.Amount) {
	c.state[i].discount.plus(off)
	c.did[i].applied.plus(off)
	c.totals.items += off
}

// moveUnits notes units added to a line, or replaced; value is what they are worth, when that is known.
func (c *Cart) moveUnits(i int, n int64, value promo.Amount, priced bool) {
	c.state[i].quantity += n
	c.did[i].quantity += n
	if priced {
		c.did[i].quantityAmount.plus(value)
	}
}

// fitDiscounts cuts discounts, those of the order as a whole last, when the order has become so much cheaper that they no
// longer fit (10-pricing R6, R88).
func (c *Cart) fitDiscounts() {
	room := c.amount.Amount
	c.totals.items = 0
	for i := range c.state {
		l := &c.state[i]
		if l.amount.known {
			l.discount.Amount = min(l.discount.Amount, l.amount.Amount)
		}
		l.discount.Amount = min(l.discount.Amount, room)
		room -= l.discount.Amount
		c.totals.items += l.discount.Amount
		c.did[i].applied.Amount = min(c.did[i].applied.Amount, l.discount.Amount)
	}
	c.discount.Amount = min(c.discount.Amount, room)
}
