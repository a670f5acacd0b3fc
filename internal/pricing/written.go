package pricing

import (
	"slices"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Order is the running order, with the applied amounts of its last step; nil without an order. It is written anew at each
// call.
func (c *Cart) Order() *promo.Order {
	return c.written(c.applied, c.did, c.replaced)
}

// Final is the order after the request, its applied amounts summed over it (10-pricing R26, R116).
func (c *Cart) Final() *promo.Order {
	var applied opt
	var replaced []promo.Replacement
	did := make([]change, len(c.state))
	for step := c; step != nil; step = step.before {
		applied.add(step.applied)
		replaced = append(slices.Clip(step.replaced), replaced...)
		for i := range step.did {
			did[i].add(&step.did[i])
		}
	}
	// what no longer fitted was cut, which may have been given in this request (10-pricing R88)
	applied.Amount = min(applied.Amount, c.discount.Amount)
	for i := range did {
		did[i].applied.Amount = min(did[i].applied.Amount, c.state[i].discount.Amount)
	}
	return c.written(applied, did, replaced)
}

// add adds what was computed.
func (o *opt) add(more opt) {
	if more.known {
		o.plus(more.Amount)
	}
}

func (d *change) add(more *change) {
	d.applied.add(more.applied)
	d.quantityAmount.add(more.quantityAmount)
	d.units, d.quantity = d.units+more.units, d.quantity+more.quantity
}

func (c *Cart) written(applied opt, did []change, replaced []promo.Replacement) *promo.Order {
	if c.base == nil {
		return nil
	}
	var m memory
	out := *c.base
	out.Amount, out.DiscountAmount, out.Applied, out.InitialAmount = m.amount(c.amount), m.amount(c.discount), m.amount(applied), nil
	if c.shown {
		out.InitialAmount = m.amount(c.initial)
	}
	out.Items = slices.Clone(c.items) // none stay none
	for i := range out.Items {
		d := &change{}
		if i < len(did) { // nothing was applied to a cart just opened
			d = &did[i]
		}
		m.line(&out.Items[i], &c.state[i], d)
	}
	for _, r := range replaced { // shown on both lines (10-pricing R87)
		for _, i := range []int{r.Source, r.Target} {
			out.Items[i].Replacements = append(out.Items[i].Replacements, r)
		}
	}
	return &out
}

// memory is what pointers of one written order point into: many amounts in a few pieces.
type memory struct {
	amounts []promo.Amount
	counts  []int64
}

func (m *memory) amount(o opt) *promo.Amount {
	if !o.known {
		return nil
	}
	if len(m.amounts) == cap(m.amounts) {
		m.amounts = make([]promo.Amount, 0, 64)
	}
	m.amounts = append(m.amounts, o.Amount)
	return &m.amounts[len(m.amounts)-1]
}

// count is a number that is written unless it is 0 (10-pricing R115).
func (m *memory) count(n int64) *int64 {
	if n == 0 {
		return nil
	}
	if len(m.counts) == cap(m.counts) {
		m.counts = make([]int64, 0, 16)
	}
	m.counts = append(m.counts, n)
	return &m.counts[len(m.counts)-1]
}

// line writes the numbers of a line.
func (m *memory) line(it *promo.OrderItem, l *line, d *change) {
	it.Quantity, it.Recount = l.quantity, l.recount
	it.Amount, it.DiscountAmount, it.Applied = m.amount(l.amount), m.amount(l.discount), m.amount(d.applied)
	it.DiscountQuantity = m.count(l.freed)
	if it.DiscountQuantity == nil && l.sentFree {
		it.DiscountQuantity = new(l.freed)
	}
	it.AppliedDiscountQuantity, it.AppliedQuantity = m.count(d.units), m.count(d.quantity)
	it.AppliedQuantityAmount, it.Replacements = nil, nil
	if d.quantity != 0 {
		it.AppliedQuantityAmount = m.amount(d.quantityAmount)
	}
}

// Settled is an order as it is kept: what one request applied is forgotten, the running totals stay (10-pricing R116).
func Settled(o *promo.Order) *promo.Order {
	kept := *o
	kept.Items, kept.Applied = slices.Clone(o.Items), nil
	for i := range kept.Items {
		it := &kept.Items[i]
		it.Applied, it.AppliedDiscountQuantity, it.AppliedQuantity, it.AppliedQuantityAmount, it.Replacements = nil, nil, nil, nil, nil
	}
	return &kept
}
