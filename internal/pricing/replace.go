package pricing

import "github.com/scrip-dev/scrip/internal/promo"

// replace turns units of the selected lines into units of another good (10-pricing d.9). Whoever gets dearer goods keeps
// paying the old price. Refused: an amount beyond 2^53 - 1.
func (a *applying) replace() *promo.Refusal {
	s := a.step.selection
	if s == nil || a.cart.base == nil {
		return nil
	}
	d := a.terms.Discount
	each := a.count(d.UnitOff, a.terms.unitOff) // the units of the selection are what bundles multiply (R104)
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

// exchange moves units from one line to another (10-pricing R85-R87). Discounts on the source are cut to what is left of
// it (R88).
func (a *applying) exchange(source int, lost int64, target int, gained int64) *promo.Refusal {
	value, _, refused := a.valueOf(source, lost)
	if refused != nil {
		return refused
	}
	value = min(value, a.cart.state[source].amount.Amount)
	a.cart.moveUnits(source, -lost, -value, true)
	if refused := a.grow(source, -value); refused != nil {
		return refused
	}
	if _, refused := a.add([]int{target}, "", gained); refused != nil {
		return refused
	}
	a.cart.fitDiscounts()
	worth, _, refused := a.valueOf(target, gained)
	if refused != nil {
		return refused
	}
	left, _ := a.cart.Left()
	off := min(max(0, worth-value), a.cart.rest(target), left)
	a.cart.takeFromLine(target, off)
	r := promo.Replacement{Source: source, SourceUnits: -lost, SourceAmount: -value, Target: target, TargetUnits: gained,
		TargetAmount: worth, TargetDiscount: off}
	a.cart.replaced = append(a.cart.replaced, r)
	return nil
}
