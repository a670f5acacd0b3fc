package pricing

import "github.com/scrip-dev/scrip/internal/promo"

// budgets are the unit budgets of an entry with what is left of them (10-pricing R69).
type budgets struct {
	*applying
	entry *entry
	left  map[promo.Tally]int64 // as far as asked
}

// budgetsOf are the budgets that count: none for effects that they do not work with.
func (a *applying) budgetsOf(e *entry) budgets {
	d := a.terms.Discount
	works := d != nil && (a.effect == promo.ApplyToItemsByQuantity ||
		a.effect == promo.ApplyToItems && (d.Type == promo.PercentDiscount || d.Type == promo.FixedDiscount))
	if !works || len(e.budgets) == 0 {
		return budgets{}
	}
	return budgets{a, e, make(map[promo.Tally]int64, len(e.budgets))}
}

// atMost is how many of so many units of a product all budgets allow.
func (b *budgets) atMost(product string, n int64) int64 {
	if b.entry == nil {
		return n
	}
	for i := range b.entry.budgets {
		own := &b.entry.budgets[i]
		limit, set := b.limitOf(own)
		if !set {
			continue
		}
		t := own.tallyOf(b.Scope, product)
		left, asked := b.left[t]
		if !asked {
			left = limit
			if b.Tallied != nil {
				left -= b.Tallied(t)
			}
			b.left[t] = left
		}
		n = min(n, max(0, left))
	}
	return n
}

// take uses units up.
func (b *budgets) take(product string, n int64) {
	if b.entry == nil {
		return
	}
	for i := range b.entry.budgets {
		if t := b.entry.budgets[i].tallyOf(b.Scope, product); n > 0 {
			if _, set := b.left[t]; set {
				b.left[t] -= n
			}
		}
	}
}

// limitOf is the limit: the formula's, else the plain one, else none (10-pricing R150).
func (b *budgets) limitOf(own *budget) (int64, bool) {
	if n, ok := b.eval(own.formula, noLine); ok {
		return n.Units(), true
	}
	if own.Limit == nil {
		return 0, false
	}
	return *own.Limit, true
}

// counted notes units for the budgets of an entry: those of lines that received money.
func (a *applying) counted(e *entry, product string, units int64) {
	for i := range e.budgets {
		a.step.Units = append(a.step.Units, UnitsTaken{e.budgets[i].tallyOf(a.Scope, product), units})
	}
}
