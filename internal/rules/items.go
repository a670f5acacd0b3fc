package rules

import (
	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/promo"
)

// cart refuses a rule about lines where there are none (20 R48).
func (c *check) cart() (seen, bool) {
	switch {
	case c.Order == nil:
		return missed(MissesOrder), false
	case len(c.Lines) == 0:
		return missed(MissesItems), false
	}
	return seen{}, true
}

// matches reports whether a line is one of those that a condition names (20 R32).
func (c *condition) matches(l *catalog.Line) bool {
	for k := range c.wants {
		ref := c.wants[k].ref
		if c.op.name == "$from" {
			ref.Object = promo.CollectionObject
		}
		if l.Is(ref) {
			return true
		}
	}
	return false
}

// matching are the lines that all conditions of the names given match; without conditions every line. The list stands in
// the buffer: give it back by release.
func (c *check) matching(n *node, names ...string) []int {
	if c.buf == nil {
		c.buf = make([]int, 0, 2*len(c.Lines))
	}
	from := len(c.buf)
	for i := range c.Lines {
		if n.selects(&c.Lines[i], names) {
			c.buf = append(c.buf, i)
		}
	}
	return c.buf[from:len(c.buf):len(c.buf)]
}

func (n *node) selects(l *catalog.Line, names []string) bool {
	for i := range n.conds {
		for _, name := range names {
			if n.conds[i].op.name == name && !n.conds[i].matches(l) {
				return false
			}
		}
	}
	return true
}

// release gives back what matching took since then.
func (c *check) release(mark int) { c.buf = c.buf[:mark] }

// over judges the sub-rules over the lines that matched; every tells that those about each line must hold for all (20
// R37).
func (c *check) over(n *node, lines []int, every bool) seen {
	s := seen{Seen: Seen{Outcome: Holds, Failed: -1, Lines: len(lines), Got: whole(int64(len(lines)))}}
	if len(n.sub.rules) == 0 {
		return s
	}
	outerLines, outerEvery := c.lines, c.every
	c.lines, c.every = lines, every
	holds, why := c.group(&n.sub)
	c.lines, c.every = outerLines, outerEvery
	if !holds {
		s.Outcome, s.inner = Violated, &why
	}
	return s
}

// unmatched is a rule about items that no line, or not every line, matches.
func unmatched(lines int) seen {
	return seen{Seen: Seen{Outcome: Violated, Failed: -1, Lines: lines, Got: whole(int64(lines))}}
}

// itemsAny: some line matches, and the sub-rules hold over those that do (20 R33).
func (c *check) itemsAny(n *node) seen {
	if s, there := c.cart(); !there {
		return s
	}
	mark := len(c.buf)
	defer c.release(mark)
	lines := c.matching(n, "$is", "$from")
	if len(lines) == 0 {
		return unmatched(0)
	}
	return c.over(n, lines, false)
}

// itemsEvery: every line matches, and the sub-rules hold (20 R34).
func (c *check) itemsEvery(n *node) seen {
	if s, there := c.cart(); !there {
		return s
	}
	mark := len(c.buf)
	defer c.release(mark)
	lines := c.matching(n, "$is", "$from")
	if len(lines) < len(c.Lines) {
		return unmatched(len(lines))
	}
	return c.over(n, lines, true)
}

// itemsNone is the opposite of itemsAny, and holds for an empty cart (20 R35, R48).
func (c *check) itemsNone(n *node) seen {
	if _, there := c.cart(); !there {
		return seen{Seen: Seen{Outcome: Holds, Failed: -1, Got: whole(int64(0))}}
	}
	s := c.itemsAny(n)
	s.inner = nil
	if s.Outcome == Holds {
		s.Outcome = Violated
	} else {
		s.Outcome = Holds
	}
	return s
}

// outermost is the rule about the dearest or the cheapest lines among those in $from (20 R36).
func outermost(sign int) func(*check, *node) seen {
	return func(c *check, n *node) seen {
		if s, there := c.cart(); !there {
			return s
		}
		mark := len(c.buf)
		defer c.release(mark)
		pool := c.matching(n, "$from")
		best := catalog.Price{}
		for _, i := range pool {
			if p := c.Lines[i].Price; p.Known() && (!best.Known() || p.Cmp(best) == sign) {
				best = p
			}
		}
		from := len(c.buf)
		for _, i := range pool {
			if p := c.Lines[i].Price; p.Known() && p.Cmp(best) == 0 && n.selects(&c.Lines[i], []string{"$is"}) {
				c.buf = append(c.buf, i)
			}
		}
		lines := c.buf[from:len(c.buf):len(c.buf)]
		if len(lines) == 0 {
			return unmatched(0)
		}
		return c.over(n, lines, true)
	}
}

// goodID is the older rule about products or SKUs (20 R38): one line must be one of them, or none.
func (c *check) goodID(n *node) seen {
	if s, there := c.cart(); !there {
		return s
	}
	mark := len(c.buf)
	defer c.release(mark)
	lines := c.matching(n, "$is", "$in")
	if len(lines) == 0 {
		return unmatched(0)
	}
	for i := range n.conds {
		if !n.conds[i].op.without {
			continue
		}
		for k := range c.Lines {
			if n.conds[i].matches(&c.Lines[k]) {
				return unmatched(1)
			}
		}
	}
	return c.over(n, lines, false)
}

// productMetadata tests the metadata of each line's SKU, or product: some line must match, or all (20 R38).
func (c *check) productMetadata(n *node) seen {
	if s, there := c.cart(); !there {
		return s
	}
	mark := len(c.buf)
	defer c.release(mark)
	var witness seen
	for i := range c.Lines {
		s := c.test(n, Value{Value: c.Lines[i].GoodMetadata().Lookup(n.Property)})
		if s.Outcome == Holds {
			c.buf = append(c.buf, i)
		}
		if decides := (s.Outcome == Holds) != n.matchAll; i == 0 || decides && (witness.Outcome == Holds) == n.matchAll {
			witness = s // the first line that decides, for the trace
		}
	}
	lines := c.buf[mark:len(c.buf):len(c.buf)]
	if len(lines) == 0 || n.matchAll && len(lines) < len(c.Lines) {
		witness.Lines, witness.Outcome = len(lines), Violated
		return witness
	}
	s := c.over(n, lines, false)
	s.Got, s.Failed = witness.Got, witness.Failed
	return s
}

// ofLine reads a value of one line.
type ofLine func(c *check, n *node, line int) Value

func unitPrice(c *check, _ *node, i int) Value { return priceValue(c.Lines[i].Price) }

func lineQuantity(c *check, _ *node, i int) Value { return whole(c.Numbers.Quantity(i)) }

func lineMetadata(c *check, n *node, i int) Value {
	return Value{Value: c.Lines[i].Metadata().Lookup(n.Property)}
}

const (
	some = false
	each = true
)

// allLines is a rule about some line, or each.
func allLines(value ofLine, every bool) func(*check, *node) seen {
	return func(c *check, n *node) seen {
		if s, there := c.cart(); !there {
			return s
		}
		mark := len(c.buf)
		defer c.release(mark)
		for i := range c.Lines {
			c.buf = append(c.buf, i)
		}
		return c.quantified(n, c.buf[mark:], value, every)
	}
}

// matchedLines is a sub-rule about some of the matched lines, or each (20 R37).
func matchedLines(value ofLine) func(*check, *node) seen {
	return func(c *check, n *node) seen { return c.quantified(n, c.lines, value, c.every) }
}

// quantified tests lines until one decides; that one is what the trace shows. A line without a unit price fails every
// condition on it (20 R29).
func (c *check) quantified(n *node, lines []int, value ofLine, every bool) (s seen) {
	s = unmatched(0)
	for k, i := range lines {
		v := value(c, n, i)
		one := c.test(n, v)
		if v.absent() && !n.kind.metadata {
			one = seen{Seen: Seen{Outcome: Violated, Failed: -1}}
		}
		if decides := (one.Outcome == Holds) != every; decides || k == 0 || every {
			s = one
			if decides {
				break
			}
		}
	}
	s.Lines = len(lines)
	return s
}

// itemsCount is how many units there are (20 Q22).
func (c *check) itemsCount(n *node) seen {
	if s, there := c.cart(); !there {
		return s
	}
	units := int64(0)
	for i := range c.Lines {
		units = min(units+c.Numbers.Quantity(i), promo.MaxInteger)
	}
	return c.test(n, whole(units))
}

// aggregatedQuantity is the units of the matched lines together (20 R37).
func (c *check) aggregatedQuantity(n *node) seen {
	units := int64(0)
	for _, i := range c.lines {
		units = min(units+c.Numbers.Quantity(i), promo.MaxInteger)
	}
	return c.test(n, whole(units))
}

// aggregatedAmount is what the matched lines are worth together (20 R28, R37).
func (c *check) aggregatedAmount(n *node) seen {
	amount := promo.Amount(0)
	for _, i := range c.lines {
		if a, known := c.Numbers.Amount(i); known {
			amount = min(amount+a, promo.MaxInteger)
		}
	}
	return c.test(n, whole(amount))
}

// Included are the items that discount_applicable markers add to a discount (20 R39): those that the rule above names, or
// whose lines its metadata matches.
func (p *Program) Included(f *Facts) (out []promo.ApplicableTo) {
	for _, n := range p.top.rules {
		if !n.used || !n.discounting {
			continue
		}
		if n.kind.ops == idOps {
			out = append(out, n.named()...)
			continue
		}
		c := check{Facts: f, program: p, zone: f.zone()}
		for i := range f.Lines {
			if l := &f.Lines[i]; c.test(n, Value{Value: l.GoodMetadata().Lookup(n.Property)}).Outcome == Holds {
				out = append(out, itemOf(l))
			}
		}
	}
	return out
}

// named are the items of positive conditions.
func (n *node) named() (out []promo.ApplicableTo) {
	for i := range n.conds {
		if n.conds[i].op.without {
			continue
		}
		for k := range n.conds[i].wants {
			ref := n.conds[i].wants[k].ref
			it := promo.ApplicableTo{Object: ref.Object, ID: ref.ID}
			if ref.SourceID != "" {
				it.SourceID = &ref.SourceID
			}
			out = append(out, it)
		}
	}
	return out
}

func itemOf(l *catalog.Line) promo.ApplicableTo {
	if l.SKU.None() {
		return promo.ApplicableTo{Object: promo.ProductObject, ID: l.Product.ID}
	}
	return promo.ApplicableTo{Object: promo.SKUObject, ID: l.SKU.ID}
}
