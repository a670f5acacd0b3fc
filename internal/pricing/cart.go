package pricing

import (
	"slices"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Cart is an order on its way through a request. It does not change: applying something gives another, so that a step
// can be thrown away.
type Cart struct {
	order   *promo.Order // nil: none
	lines   []catalog.Line
	shelf   *catalog.Shelf
	initial *promo.Amount // the amount before the first effect of the request (10-pricing R17); nil: not known

	// sums of the request so far (10-pricing R26)
	applied *promo.Amount
	sums    []lineSum
}

// lineSum is what a request did to a line; the zero value is nothing.
type lineSum struct {
	applied        *promo.Amount
	units          int64 // given free
	quantity       int64 // added or, negative, replaced
	quantityAmount promo.Amount
	priced         bool // quantityAmount was computed
	replacements   []promo.Replacement
}

// Open begins the calculation of a request on a normalized order, which may be nil and is not changed. Nothing has been
// applied yet (10-pricing R14).
func Open(o *promo.Order, shelf *catalog.Shelf) *Cart {
	c := &Cart{shelf: shelf}
	if o == nil {
		return c
	}
	own := *o
	own.Items, own.Applied = slices.Clone(o.Items), nil
	for i := range own.Items {
		clearStep(&own.Items[i])
	}
	c.order, c.lines, c.sums = &own, shelf.Lines(&own), make([]lineSum, len(own.Items))
	c.initial = own.InitialAmount
	if c.initial == nil {
		c.initial = own.Amount
	}
	return c
}

// clearStep forgets what the last step did to a line.
func clearStep(it *promo.OrderItem) {
	it.Applied, it.AppliedDiscountQuantity, it.AppliedQuantity, it.AppliedQuantityAmount, it.Replacements = nil, nil, nil, nil, nil
}

// Order is the running order, with the applied amounts of its last step; nil without an order. It is shared: change a
// copy.
func (c *Cart) Order() *promo.Order { return c.order }

// Lines are what the lines of the running order are.
func (c *Cart) Lines() []catalog.Line { return c.lines }

// Left is what is still to pay; false while the order amount is not known.
func (c *Cart) Left() (promo.Amount, bool) { return Left(c.order) }

// Initial is the order amount before the first effect of the request; false when it was not known.
func (c *Cart) Initial() (promo.Amount, bool) {
	if c.initial == nil {
		return 0, false
	}
	return *c.initial, true
}

// Idle is the cart after a step that does nothing to it.
func (c *Cart) Idle() *Cart { return c.next() }

// next is a copy to apply a step to.
func (c *Cart) next() *Cart {
	n := *c
	if c.order == nil {
		return &n
	}
	own := *c.order
	own.Items, own.Applied = slices.Clone(c.order.Items), nil // none stay none
	for i := range own.Items {
		clearStep(&own.Items[i])
	}
	n.order, n.sums, n.lines = &own, slices.Clone(c.sums), c.lines[:len(c.lines):len(c.lines)]
	return &n
}

// Final is the order after the request, its applied amounts summed over it (10-pricing R26, R116).
func (c *Cart) Final() *promo.Order {
	if c.order == nil {
		return nil
	}
	out := *c.order
	out.Items, out.Applied = slices.Clone(c.order.Items), c.applied
	for i := range out.Items {
		it, sum := &out.Items[i], &c.sums[i]
		clearStep(it)
		it.Applied, it.Replacements = sum.applied, sum.replacements
		it.AppliedDiscountQuantity, it.AppliedQuantity = unlessZero(sum.units), unlessZero(sum.quantity)
		if sum.priced && sum.quantity != 0 {
			it.AppliedQuantityAmount = new(sum.quantityAmount)
		}
	}
	return &out
}

// Settled is an order as it is kept: what one request applied is forgotten, the running totals stay (10-pricing R116).
func Settled(o *promo.Order) *promo.Order {
	kept := *o
	kept.Items, kept.Applied = slices.Clone(o.Items), nil
	for i := range kept.Items {
		clearStep(&kept.Items[i])
	}
	return &kept
}

func unlessZero(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

// takeFromOrder takes an amount off the order as a whole (10-pricing R33, R111): computed zeros are written.
func (c *Cart) takeFromOrder(off promo.Amount) {
	c.order.DiscountAmount = plus(c.order.DiscountAmount, &off)
	c.order.Applied = &off
	c.applied = plus(c.applied, &off)
}

// takeFromLine takes an amount off a line, on top of what this step took (10-pricing R27, R112).
func (c *Cart) takeFromLine(i int, off promo.Amount, slab *amounts) {
	it, sum := &c.order.Items[i], &c.sums[i]
	it.DiscountAmount = slab.sum(it.DiscountAmount, off)
	it.Applied = slab.sum(it.Applied, off)
	sum.applied = slab.sum(sum.applied, off)
}

// amounts are cut from one piece of memory: a step writes three for each line.
type amounts []promo.Amount

// sum is a + b as a new amount; nil counts as 0.
func (s *amounts) sum(a *promo.Amount, b promo.Amount) *promo.Amount {
	if len(*s) == 0 {
		*s = make(amounts, 30)
	}
	out := &(*s)[0]
	*s = (*s)[1:]
	*out = or0(a) + b
	return out
}
