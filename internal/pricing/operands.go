package pricing

import (
	"strings"

	"github.com/scrip-dev/scrip/internal/formula"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// operands gives formulas what they may know of the order and of one line (10-pricing R136); line is noLine for none.
type operands struct {
	*applying
	line int
}

func (o *operands) Operand(name formula.Operand, key string) formula.Value {
	text := string(name)
	switch {
	case strings.HasPrefix(text, formula.EachLine):
		return o.ofLine(o.line, text[len(formula.EachLine):], key)
	case strings.HasPrefix(text, formula.CheapestLine):
		return o.ofLine(o.outermost(-1), text[len(formula.CheapestLine):], key)
	case strings.HasPrefix(text, formula.ExpensiveLine):
		return o.ofLine(o.outermost(1), text[len(formula.ExpensiveLine):], key)
	case strings.HasPrefix(text, "ORDER_"):
		return o.ofOrder(text, key)
	case text == "order.bundle.quantity":
		if o.Bundles == 0 {
			return formula.Value{}
		}
		return formula.Int(o.Bundles)
	case o.Values == nil:
		return formula.Value{}
	}
	return o.Values.Operand(name, key)
}

func (o *operands) ofOrder(name, key string) formula.Value {
	order := o.before.base
	if order == nil {
		return formula.Value{}
	}
	switch name {
	case "ORDER_AMOUNT": // before discounts (10-pricing G21)
		if initial, known := o.before.Initial(); known {
			return formula.Money(initial)
		}
	case "ORDER_ITEMS_QUANTITY":
		return formula.Int(int64(len(o.before.state)))
	case "ORDER_UNITS_QUANTITY":
		units := int64(0)
		for i := range o.before.state {
			units = min(units+o.before.state[i].quantity, promo.MaxInteger)
		}
		return formula.Int(units)
	case "ORDER_METADATA":
		return formula.Attribute(metadata.Read(order.Metadata).Lookup(key))
	}
	return formula.Value{}
}

// ofLine is an operand of a line as it stands before this step.
func (o *operands) ofLine(i int, name, key string) formula.Value {
	if i == noLine {
		return formula.Value{}
	}
	state, line := &o.before.state[i], &o.before.lines[i]
	switch name {
	case "PRICE":
		if line.Price.Known() {
			return formula.MoneyRatio(line.Price.Amount, line.Price.Of)
		}
	case "AMOUNT":
		if state.amount.known {
			return formula.Money(state.amount.Amount)
		}
	case "SUBTOTAL":
		if state.amount.known {
			return formula.Money(o.before.rest(i))
		}
	case "UNITS_QUANTITY":
		return formula.Int(state.quantity)
	case "METADATA":
		return formula.Attribute(line.Metadata().Lookup(key))
	case "PRODUCT_METADATA":
		return formula.Attribute(line.ProductMetadata().Lookup(key))
	}
	return formula.Value{}
}

// outermost is the line with the lowest or the highest unit price; of several the one with the lowest subtotal, then the
// first (10-pricing R137).
func (o *operands) outermost(sign int) int {
	best := noLine
	for i := range o.before.lines {
		if !o.before.lines[i].Price.Known() {
			continue
		}
		if best == noLine {
			best = i
			continue
		}
		c := o.before.lines[i].Price.Cmp(o.before.lines[best].Price)
		if c == sign || c == 0 && o.before.rest(i) < o.before.rest(best) {
			best = i
		}
	}
	return best
}
