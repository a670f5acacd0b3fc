package pricing

import (
	"github.com/scrip-dev/scrip/internal/formula"
	"github.com/scrip-dev/scrip/internal/promo"
)

// part is a line that may get money: its value and its cap (10-pricing d.6), and then its share.
type part struct {
	taken
	entry    *entry
	base     promo.Amount // the value is base·num/den
	num, den int64
	cap      promo.Amount // C
	share    promo.Amount
}

// parts are the selected lines that have an amount, in application order (10-pricing R51).
func (a *applying) parts() []part {
	s := a.step.selection
	if s == nil {
		return nil
	}
	out := make([]part, 0, len(s.taken))
	for _, t := range s.taken {
		l := &a.cart.state[t.line]
		if !l.amount.known {
			continue
		}
		left := a.cart.rest(t.line)
		p := part{taken: t, entry: &a.terms.included[t.entry], base: left, num: t.count, den: l.quantity, cap: left}
		if t.count != l.quantity {
			p.cap = portion(left, t.count, l.quantity)
		}
		if a.Mode == promo.InitialAmount {
			it := &a.cart.items[t.line]
			p.base, p.num, p.den = or0(it.InitialAmount), min(t.count, it.InitialQuantity), it.InitialQuantity
		}
		if p.den == 0 {
			p.base, p.num, p.den = 0, 1, 1 // a line that this request made
		}
		out = append(out, p)
	}
	return out
}

var hundred = formula.FromDecimal(promo.NewDecimal(100, 0))

// portion is a·num/den, rounded half up.
func portion(a promo.Amount, num, den int64) promo.Amount {
	if num == den {
		return a
	}
	return hundred.PercentOf(a, num, den)
}

// discountItems gives each selected line its share (10-pricing R53-R58).
func (a *applying) discountItems() {
	parts, d := a.parts(), a.terms.Discount
	switch {
	case a.effect == promo.ApplyToItemsProportionally, a.effect == promo.ApplyToItemsProportionallyQuantity:
		a.split(parts)
	case d.Type == promo.PercentDiscount:
		perLine := a.terms.percentOff != nil && a.terms.percentOff.PerLine()
		p := a.percent(noLine)
		for i := range parts {
			if perLine {
				p = a.percent(parts[i].line)
			}
			parts[i].share = min(parts[i].cap, p.PercentOf(parts[i].base, parts[i].num, parts[i].den))
		}
	case d.Type == promo.FixedDiscount:
		a.reprice(parts)
	default:
		n := a.bundles()
		for i := range parts {
			if a.effect == promo.ApplyToItemsByQuantity { // each unit once, however many bundles (10-pricing R104)
				n = parts[i].count
			}
			parts[i].share = min(parts[i].cap, times(a.money(d.AmountOff, a.terms.amountOff, parts[i].line), n))
		}
	}
	a.give(parts, promo.MaxInteger)
}

// reprice brings units down to a new price; none is raised (10-pricing R58).
func (a *applying) reprice(parts []part) {
	for i := range parts {
		p := &parts[i]
		p.share = min(p.cap, max(0, portion(p.base, p.num, p.den)-times(p.price, p.count)))
	}
}

// give takes the shares off, each under the caps that are left, of which whole is that of all lines together; lines in
// application order (10-pricing R60, R61, R25). It gives the sum.
func (a *applying) give(parts []part, whole promo.Amount) (sum promo.Amount) {
	left, known := a.cart.Left()
	if !known {
		return 0
	}
	d := a.terms.Discount
	var perLine *promo.Amount
	if d != nil {
		if d.Type == promo.PercentDiscount && d.AmountLimit != nil {
			perLine = new(d.AmountLimit.Floor())
		}
		if d.AggregatedAmountLimit != nil && d.Type != promo.FixedDiscount {
			whole = min(whole, *d.AggregatedAmountLimit)
		}
	}
	inEntry, of := promo.Amount(0), (*entry)(nil)
	for i := range parts {
		p := &parts[i]
		if p.entry != of {
			of, inEntry = p.entry, promo.MaxInteger
			if of.AggregatedAmountLimit != nil {
				inEntry = *of.AggregatedAmountLimit
			}
		}
		off := p.share
		if perLine != nil {
			off = min(off, *perLine)
		}
		if of.AmountLimit != nil {
			off = min(off, *of.AmountLimit)
		}
		off = min(off, inEntry, whole, a.cart.rest(p.line), left)
		inEntry, whole, left = inEntry-off, whole-off, left-off
		a.cart.takeFromLine(p.line, off)
		sum += off
		if off > 0 {
			a.counted(of, a.before.lines[p.line].Product.ID, p.count)
		}
	}
	return sum
}

// giftOnItems pays for selected lines, one after another (10-pricing R92). Refused: nothing there to pay for, and more
// credits than there are.
func (a *applying) giftOnItems() *promo.Refusal {
	a.choose()
	parts := a.parts()
	if len(parts) == 0 {
		return &promo.Refusal{Key: "missing_order_items_amount", Message: "Missing applicable order items",
			Details: "At least one applicable order item with amount is required to redeem this GIFT_VOUCHER"}
	}
	if refused := a.creditsThere(); refused != nil {
		return refused
	}
	for i := range parts {
		parts[i].share = parts[i].cap // as much as there is; the pool is the cap of all
	}
	a.step.Spent = a.give(parts, a.pool())
	return nil
}
