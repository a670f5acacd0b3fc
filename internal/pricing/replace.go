package pricing

import (
	"github.com/scrip-dev/scrip/internal/promo"
)

// replace turns units of the selected lines into units of another good (10-pricing d.9). Whoever gets dearer goods keeps
// paying the old price. Refused: an amount beyond 2^53 - 1.
func (a *applying) replace() *promo.Refusal {
	s := a.step.selection
	if s == nil || a.cart.order == nil {
		return nil
	}
	d := a.terms.Discount
	each := satTimes(a.count(d.UnitOff, a.terms.unitOff), 1) // the units of the selection are what bundles multiply (R104)
	if each == 0 {
		return nil
	}
	target := -1
	if places := a.matching(d.UnitType); len(places) > 0 {
		target = places[0]
	}
	for _, t := range s.taken {
		if t.line == target || !a.before.lines[t.line].Price.Known() {
			continue
		}
		if target < 0 {
			target = a.append(d.UnitType)
		}
		if !a.cart.lines[target].Price.Known() { // 10-pricing R88
			return nil
		}
		if refused := a.exchange(t.line, t.count, target, satTimes(t.count, each)); refused != nil {
			return refused
		}
	}
	return nil
}

// fitDiscounts cuts discounts, those of the order as a whole last, when the order has become so much cheaper that they no
// longer fit (10-pricing R6, R88).
func (a *applying) fitDiscounts() {
	o := a.cart.order
	_ = cutDiscounts(o) // they fitted before, so nothing can overflow
	fit := func(applied **promo.Amount, discount *promo.Amount) {
		if *applied != nil && **applied > or0(discount) {
			*applied = new(or0(discount))
		}
	}
	for i := range o.Items {
		fit(&o.Items[i].Applied, o.Items[i].DiscountAmount)
		fit(&a.cart.sums[i].applied, o.Items[i].DiscountAmount)
	}
	fit(&a.cart.applied, o.DiscountAmount)
}

// exchange moves units from one line to another (10-pricing R85-R87).
func (a *applying) exchange(source int, lost int64, target int, gained int64) *promo.Refusal {
	value, _, refused := a.valueOf(source, lost)
	if refused != nil {
		return refused
	}
	from := &a.cart.order.Items[source]
	value = min(value, or0(from.Amount))
	if refused := a.grow(from, -value); refused != nil {
		return refused
	}
	from.Quantity -= lost
	if from.DiscountAmount != nil { // 10-pricing R88
		from.DiscountAmount = new(min(*from.DiscountAmount, *from.Amount))
	}
	if _, refused := a.add([]int{target}, "", gained); refused != nil {
		return refused
	}
	a.fitDiscounts()
	worth, _, refused := a.valueOf(target, gained)
	if refused != nil {
		return refused
	}
	to := &a.cart.order.Items[target]
	left, _ := a.cart.Left()
	off := min(max(0, worth-value), rest(to), left)
	a.cart.takeFromLine(target, off, &a.slab)
	r := promo.Replacement{Source: source, SourceUnits: -lost, SourceAmount: -value, Target: target, TargetUnits: gained,
		TargetAmount: worth, TargetDiscount: off}
	from.AppliedQuantity = new(or0int(from.AppliedQuantity) - lost)
	from.AppliedQuantityAmount = a.slab.sum(from.AppliedQuantityAmount, -value)
	sum := &a.cart.sums[source]
	sum.quantity, sum.quantityAmount, sum.priced = sum.quantity-lost, sum.quantityAmount-value, true
	for _, i := range []int{source, target} {
		it, sum := &a.cart.order.Items[i], &a.cart.sums[i]
		it.Replacements = append(it.Replacements[:len(it.Replacements):len(it.Replacements)], r)
		sum.replacements = append(sum.replacements[:len(sum.replacements):len(sum.replacements)], r)
	}
	return nil
}
