package pricing

import (
	"cmp"
	"slices"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/promo"
)

// selection is the lines and units that an item-level effect may touch (10-pricing d.5).
type selection struct {
	terms   *Terms
	before  *Cart
	lines   []catalog.Line // of it
	taken   []taken        // in application order (10-pricing R52)
	removed []int          // by line: the excluded entry that removes it, or -1
	total   int64          // units of the order
}

// taken is the units taken of one line: first, and every step-th from there, so many.
type taken struct {
	line, entry        int
	first, step, count int64
	price              promo.Decimal // the new unit price, of FIXED only
}

// choose selects lines and units, entry by entry (10-pricing R40-R52).
func (a *applying) choose() {
	if len(a.terms.included) == 0 && len(a.terms.excluded) == 0 {
		return
	}
	s := &selection{terms: a.terms}
	a.step.selection = s
	s.before, s.lines = a.before, a.before.lines
	claimed, prices := a.claim(s)
	order := make([]int, 0, len(s.lines))
	s.taken = make([]taken, 0, len(s.lines))
	for e := range a.terms.included {
		order = order[:0]
		for i, by := range claimed {
			if by == e {
				order = append(order, i)
			}
		}
		if len(order) == 0 {
			continue
		}
		a.sort(order, a.terms.included[e].ApplicableTo.Effect)
		from := len(s.taken)
		s.taken = pick(s.taken, order, a.before, e, &a.terms.included[e])
		a.limit(s, from, &a.terms.included[e])
	}
	if prices != nil {
		for k := range s.taken {
			s.taken[k].price = prices[s.taken[k].line]
		}
	}
}

// claim gives each line to the entry that claims it; -1 to none. For new unit prices it gives those too.
func (a *applying) claim(s *selection) (claimed []int, prices []promo.Decimal) {
	fixed := a.terms.Discount != nil && a.terms.Discount.Type == promo.FixedDiscount && a.effect == promo.ApplyToItems
	claimed, s.removed = make([]int, len(s.lines)), make([]int, len(s.lines))
	if fixed {
		prices = make([]promo.Decimal, len(s.lines))
	}
	for i := range s.lines {
		s.total += a.before.state[i].quantity
		claimed[i], s.removed[i] = -1, s.terms.excludes(&s.lines[i])
		if s.removed[i] >= 0 || a.before.state[i].quantity == 0 || a.spent(i) {
			continue
		}
		for _, e := range a.terms.claims {
			if !s.lines[i].Is(a.terms.included[e].ref) {
				continue
			}
			if !fixed {
				claimed[i] = e
				break
			}
			// the lowest new price claims, ties by the order of claims (10-pricing R45)
			if price, given := a.fixed(&a.terms.included[e], i); given && (claimed[i] < 0 || price.Cmp(prices[i]) < 0) {
				claimed[i], prices[i] = e, price
			}
		}
	}
	return claimed, prices
}

// spent reports whether a line takes no more discounts: it has one, and lines are discounted once (10-pricing R107).
func (a *applying) spent(i int) bool {
	return a.Once && a.effect != promo.ApplyToOrder && a.before.state[i].discount.Amount > 0
}

// excludes is the first excluded entry that a line matches, or -1 (10-pricing R42).
func (t *Terms) excludes(l *catalog.Line) int {
	return slices.IndexFunc(t.excluded, func(e entry) bool { return l.Is(e.ref) })
}

// sort puts lines into the order in which an entry takes them (10-pricing R47): by unit price, then by what is left of
// them, then as requested; lines without a price come last.
func (a *applying) sort(lines []int, by promo.ItemEffect) {
	sign := 1
	switch by {
	case promo.ApplyToEvery:
		return
	case promo.ApplyToMostExpensive, promo.ApplyFromMostExpensive:
		sign = -1
	}
	slices.SortStableFunc(lines, func(i, j int) int {
		x, y := a.before.lines[i].Price, a.before.lines[j].Price
		if !x.Known() || !y.Known() {
			return cmp.Compare(btoi(!x.Known()), btoi(!y.Known()))
		}
		return cmp.Or(sign*x.Cmp(y), cmp.Compare(a.before.rest(i), a.before.rest(j)))
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pick takes every repeat-th line or unit behind the first ones skipped, or a single one (10-pricing R46-R50).
func pick(out []taken, order []int, c *Cart, place int, e *entry) []taken {
	single := e.ApplicableTo.Effect == promo.ApplyToCheapest || e.ApplicableTo.Effect == promo.ApplyToMostExpensive
	skip, repeat := e.SkipInitially, e.Repeat
	at := int64(0) // position of the next line or unit
	for _, i := range order {
		q := c.state[i].quantity
		if e.Target == promo.TargetItem {
			if at >= skip && (single && at == skip || !single && (at-skip)%repeat == 0) {
				out = append(out, taken{line: i, entry: place, first: 1, step: 1, count: q})
			}
			at++
			continue
		}
		first := max(0, skip-at) // of this line, counted from 0
		if gone := at + first - skip; gone%repeat != 0 {
			first += repeat - gone%repeat
		}
		if single {
			if at <= skip && skip < at+q {
				out = append(out, taken{line: i, entry: place, first: skip - at + 1, step: 1, count: 1})
			}
		} else if first < q {
			out = append(out, taken{line: i, entry: place, first: first + 1, step: repeat, count: (q-1-first)/repeat + 1})
		}
		at += q
	}
	return out
}

// limit keeps the first units of what an entry took (10-pricing R50): per line, over the entry, and of budgets over time.
// What is left without a unit is not selected.
func (a *applying) limit(s *selection, from int, e *entry) {
	if e.QuantityLimit == nil && e.AggregatedQuantityLimit == nil && len(e.budgets) == 0 {
		return
	}
	b := int64(1)
	if a.scalesUnits() {
		b = a.bundles()
	}
	over := int64(-1)
	if e.AggregatedQuantityLimit != nil {
		over = satTimes(*e.AggregatedQuantityLimit, b)
	}
	left := a.budgetsOf(e)
	kept := s.taken[:from]
	for _, t := range s.taken[from:] {
		if e.QuantityLimit != nil {
			t.count = min(t.count, satTimes(*e.QuantityLimit, b))
		}
		if over >= 0 {
			t.count = min(t.count, over)
		}
		t.count = left.atMost(s.lines[t.line].Product.ID, t.count)
		if t.count == 0 {
			continue
		}
		if over >= 0 {
			over -= t.count
		}
		left.take(s.lines[t.line].Product.ID, t.count)
		kept = append(kept, t)
	}
	s.taken = kept
}

// scalesUnits: bundles multiply the unit limits where they do not multiply the value (10-pricing R104).
func (a *applying) scalesUnits() bool {
	return a.effect == promo.ApplyToItemsByQuantity || a.effect == promo.ReplaceItems ||
		a.effect == promo.ApplyToItems && a.terms.Discount != nil && a.terms.Discount.Type == promo.FixedDiscount
}

func satTimes(n, b int64) int64 {
	if p, fits := promo.Amount(n).Times(b); fits {
		return int64(p)
	}
	return promo.MaxInteger
}
