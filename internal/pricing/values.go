package pricing

import (
	"strconv"

	"github.com/scrip-dev/scrip/internal/formula"
	"github.com/scrip-dev/scrip/internal/promo"
)

// noLine is the place of no line: operands of one line are null there (10-pricing R153).
const noLine = -1

// eval evaluates a formula for a line; false when there is none, or it fails.
func (a *applying) eval(f *formula.Formula, line int) (formula.Number, bool) {
	if f == nil {
		return formula.Number{}, false
	}
	return f.Eval(&formula.Env{Values: &operands{a, line}, At: a.At, Zone: a.Zone})
}

// money is an amount in minor units: the formula's, else the static one, else 0 (10-pricing R132, R150).
func (a *applying) money(static *promo.Decimal, f *formula.Formula, line int) promo.Decimal {
	if n, ok := a.eval(f, line); ok {
		return promo.NewDecimal(int64(n.Amount()), 0)
	}
	if static == nil {
		return promo.Decimal{}
	}
	return *static
}

// times is n times an amount, rounded half up (10-pricing R3); it stops at 2^53 - 1, which every cap is below.
func times(d promo.Decimal, n int64) promo.Amount {
	if whole, ok := d.Whole(); ok {
		if product, fits := promo.Amount(whole).Times(n); fits {
			return product
		}
		return promo.MaxInteger
	}
	return promo.Amount(formula.FromDecimal(d).Times(n).Points())
}

// percent is the percentage, multiplied by bundles, at most 100 (10-pricing R31, R53).
func (a *applying) percent(line int) formula.Number {
	n, ok := a.eval(a.terms.percentOff, line)
	if !ok {
		n = a.terms.percent
	}
	n = n.Percent()
	if b := a.bundles(); b > 1 {
		n = n.Times(b).Percent()
	}
	return n
}

// fixed is the new price of a unit: that of the entry, else that of the discount (10-pricing R58); or, without an entry,
// the new total of the order. False when nobody gives one (10-pricing R150).
func (a *applying) fixed(e *entry, line int) (promo.Decimal, bool) {
	if e != nil && (e.price != nil || e.Price != nil) {
		if _, ok := a.eval(e.price, line); ok || e.Price != nil {
			return a.money(e.Price, e.price, line), true
		}
	}
	static := a.terms.Discount.FixedAmount
	if _, ok := a.eval(a.terms.fixedAmount, line); !ok && static == nil {
		return promo.Decimal{}, false
	}
	return a.money(static, a.terms.fixedAmount, line), true
}

// count is a number of units (10-pricing R132).
func (a *applying) count(static *int64, f *formula.Formula) int64 {
	if n, ok := a.eval(f, noLine); ok {
		return n.Units()
	}
	if static == nil {
		return 0
	}
	return *static
}

// shown is the discount as the result shows it: not multiplied by bundles (10-pricing R106), values evaluated, formulas
// gone. A formula that differs from line to line shows its fallback (10-pricing R155).
func (a *applying) shown() *promo.Discount {
	d := *a.terms.Discount
	d.Effect = a.effect
	d.AmountOffFormula, d.PercentOffFormula, d.FixedAmountFormula, d.UnitOffFormula = "", "", "", ""
	dynamic := func(f *formula.Formula) (n formula.Number, here bool) {
		if f == nil {
			return n, false
		}
		if f.PerLine() {
			a.step.Dynamic = true
			return n, false
		}
		n, here = a.eval(f, noLine)
		a.step.Dynamic = a.step.Dynamic || here
		return n, here
	}
	if n, ok := dynamic(a.terms.amountOff); ok {
		d.AmountOff = new(promo.NewDecimal(int64(n.Amount()), 0))
	}
	if n, ok := dynamic(a.terms.percentOff); ok {
		d.PercentOff = new(n.Percent().Decimal())
	}
	if n, ok := dynamic(a.terms.fixedAmount); ok {
		d.FixedAmount = new(promo.NewDecimal(int64(n.Amount()), 0))
	}
	if n, ok := dynamic(a.terms.unitOff); ok {
		d.UnitOff = new(n.Units())
	}
	d.Units = nil
	for i, u := range a.terms.Discount.Units {
		if n, ok := dynamic(a.terms.unitOffs[i]); ok {
			u.UnitOff = new(n.Units())
		}
		u.UnitOffFormula = ""
		d.Units = append(d.Units, u)
		a.step.Goods = append(a.step.Goods, a.good(u.UnitType))
	}
	if d.UnitType != "" {
		a.step.Goods = []Good{a.good(d.UnitType)}
	}
	return &d
}

// good is what the catalogue knows of a product or SKU.
func (a *applying) good(id string) Good {
	shelf := a.before.shelf
	if sku := shelf.SKU(id); sku != nil {
		return Good{shelf.Product(string(sku.Product)), sku}
	}
	return Good{Product: shelf.Product(id)}
}

func exceeded(key, message string, want, got promo.Amount) *promo.Refusal {
	return &promo.Refusal{Key: key, Message: message, Want: strconv.FormatInt(int64(want), 10), Got: strconv.FormatInt(int64(got), 10)}
}
