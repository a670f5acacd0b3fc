package pricing

import (
	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Listed is an entry of the lists of a calculated redeemable (10-pricing b.5, b.6).
type Listed struct {
	promo.ApplicableTo
	Strict          bool // one product of the cart, rather than an entry of a rule
	ProductID       string
	ProductSourceID string
	Indices         []int // of lines taken, from 0, in application order; nil: none
	Units           []LineUnits
}

// LineUnits are the units taken of one line, counted from 1.
type LineUnits struct {
	Index    int
	Units    []int64 // nil when the order has too many to list (10-pricing R123)
	Exceeded bool
}

// maxListed is how many units an order may have for them to be listed one by one (10-pricing R123).
const maxListed = 1000

// Included tells what the incentive may touch and took, entry by entry, then product by product (10-pricing R120-R122).
func (s *Step) Included() []Listed {
	sel := s.selection
	if sel == nil {
		return nil
	}
	named := map[catalog.Item]bool{}
	for i := range sel.terms.included {
		e := &sel.terms.included[i]
		named[catalog.Item{Object: e.Object, ID: e.ApplicableTo.ID}] = true
	}
	var out []Listed
	for i := range sel.terms.included {
		out = append(out, sel.listed(&sel.terms.included[i], sel.of(i)))
	}
	for i := range sel.terms.included {
		e := &sel.terms.included[i]
		if e.Object != promo.CollectionObject {
			continue
		}
		out = sel.strict(out, e, sel.of(i), named)
	}
	return out
}

// of are the units an entry took.
func (s *selection) of(entry int) []taken {
	var out []taken
	for _, t := range s.taken {
		if t.entry == entry {
			out = append(out, t)
		}
	}
	return out
}

// listed is an entry with what it took.
func (s *selection) listed(e *entry, took []taken) Listed {
	l := Listed{ApplicableTo: e.ApplicableTo}
	l.PriceFormula = "" // 10-pricing R126
	l.Budgets = e.shownBudgets()
	for i := range s.lines {
		if line := &s.lines[i]; line.Is(e.ref) { // the catalogue's own names, from a line that has them
			l.fillFrom(line, e.Object)
			break
		}
	}
	s.fill(&l, took)
	return l
}

// fillFrom names the product of a SKU, and the source id where the rule has none (10-pricing b.5).
func (l *Listed) fillFrom(line *catalog.Line, object string) {
	switch object {
	case promo.SKUObject:
		l.ProductID, l.ProductSourceID = line.Product.ID, line.Product.SourceID
		l.SourceID = sourceOr(l.SourceID, line.SKU.SourceID)
	case promo.ProductObject:
		l.SourceID = sourceOr(l.SourceID, line.Product.SourceID)
	}
}

func sourceOr(given *string, known string) *string {
	if given == nil && known != "" {
		return &known
	}
	return given
}

// shownBudgets are the limits as they were set: formulas stay on the rule.
func (e *entry) shownBudgets() (out []promo.UnitBudget) {
	for _, b := range e.ApplicableTo.Budgets {
		out = append(out, promo.UnitBudget{Name: b.Name, Limit: b.Limit})
	}
	return out
}

// fill writes lines and units, in application order (10-pricing R122, R123).
func (s *selection) fill(l *Listed, took []taken) {
	for _, t := range took {
		u := LineUnits{Index: t.line, Exceeded: s.total > maxListed}
		if !u.Exceeded {
			for k := range t.count {
				u.Units = append(u.Units, t.first+k*t.step)
			}
		}
		l.Indices, l.Units = append(l.Indices, t.line), append(l.Units, u)
	}
}

// strict adds one entry for each product or SKU that a collection took, in the order of the cart, with the settings of the
// collection's entry; those that a rule names stand already (10-pricing R121).
func (s *selection) strict(out []Listed, e *entry, took []taken, named map[catalog.Item]bool) []Listed {
	done := map[catalog.Item]bool{}
	for i := range s.lines {
		own, found := s.good(i), false
		var units []taken
		for _, t := range took {
			if s.good(t.line) == own {
				units, found = append(units, t), found || t.line == i
			}
		}
		if !found || done[own] || named[own] || own.ID == "" {
			continue
		}
		done[own] = true
		out = append(out, s.concrete(e, i, own, units))
	}
	return out
}

// good is the SKU of a line, or its product.
func (s *selection) good(i int) catalog.Item {
	l := &s.lines[i]
	if l.SKU.None() {
		return catalog.Item{Object: promo.ProductObject, ID: l.Product.ID}
	}
	return catalog.Item{Object: promo.SKUObject, ID: l.SKU.ID}
}

func (s *selection) concrete(e *entry, line int, own catalog.Item, took []taken) Listed {
	l := Listed{ApplicableTo: e.ApplicableTo, Strict: true}
	l.Object, l.ID, l.SourceID, l.PriceFormula = own.Object, own.ID, nil, ""
	l.Budgets = e.shownBudgets()
	l.fillFrom(&s.lines[line], own.Object)
	if e.price != nil && len(took) > 0 { // evaluated (10-pricing R126)
		l.Price = new(took[0].price)
	}
	s.fill(&l, took)
	return l
}

// Excluded tells what the incentive must not touch, and which lines that took out (10-pricing R124).
func (s *Step) Excluded() []Listed {
	sel := s.selection
	if sel == nil {
		return nil
	}
	var out []Listed
	for i := range sel.terms.excluded {
		out = append(out, sel.listed(&sel.terms.excluded[i], sel.removedBy(i)))
	}
	named := map[catalog.Item]bool{}
	for i := range sel.terms.excluded {
		if e := &sel.terms.excluded[i]; e.Object == promo.CollectionObject {
			out = sel.strict(out, e, sel.removedBy(i), named)
		}
	}
	return out
}

// removedBy are all units of the lines that an excluded entry removes.
func (s *selection) removedBy(entry int) []taken {
	var out []taken
	for i, by := range s.removed {
		if by == entry {
			out = append(out, taken{line: i, first: 1, step: 1, count: s.before.state[i].quantity})
		}
	}
	return out
}
