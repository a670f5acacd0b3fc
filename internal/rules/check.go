package rules

import (
	"time"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// check is one evaluation of a program.
type check struct {
	*Facts
	program *Program
	trace   []Seen
	zone    *time.Location
	lines   []int // the lines that the rule above matched, when a sub-rule is judged
	buf     []int // where lists of lines are kept, one behind the other
	every   bool  // sub-rules about each line must hold for all of them (20 R37)
	omitted []string
}

// Check judges a rule set. Before pricing, rules that need the effect count as true (20 R54).
func (p *Program) Check(f *Facts) (v Verdict) {
	if len(p.top.rules) == 0 {
		return Verdict{Holds: true}
	}
	c := check{Facts: f, program: p, trace: make([]Seen, 0, p.leaves), zone: f.zone()}
	v.Holds, v.Failure = c.group(&p.top)
	v.Trace, v.Omitted = c.trace, c.omitted
	return v
}

func (s *Scope) zone() *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

// maxGroup bounds what a group needs no memory for.
const maxGroup = 8

// group judges the rules of a map that its logic names, and says which one to report (20 R9, R49).
func (c *check) group(g *group) (holds bool, why Failure) {
	var few [maxGroup]seen
	outcomes := few[:]
	if len(g.rules) > maxGroup {
		outcomes = make([]seen, len(g.rules))
	}
	for i, n := range g.rules {
		if !n.used {
			continue
		}
		place := len(c.trace)
		c.trace = append(c.trace, Seen{}) // before those of its sub-rules
		outcomes[i] = c.node(n)
		c.trace[place] = outcomes[i].Seen
	}
	if g.expr.holds(outcomes) {
		return true, Failure{}
	}
	i := g.expr.reported(outcomes)
	if inner := outcomes[i].inner; inner != nil {
		return false, *inner
	}
	return false, failureOf(g.rules[i], outcomes[i].Outcome)
}

func failureOf(n *node, o Outcome) Failure {
	f, missed := missing[o]
	if !missed {
		f = failures[n.Family]
	}
	f.Leaf, f.Custom = &n.Leaf, n.Message
	return f
}

// node judges one rule.
func (c *check) node(n *node) (s seen) {
	if !n.inner && c.Omit != nil && c.Omit(&n.Leaf) {
		c.omitted = append(c.omitted, n.Path)
		s = missed(Omitted)
	} else {
		s = n.kind.eval(c, n)
	}
	s.Leaf = &n.Leaf
	return s
}

// test judges a value by all conditions of a rule (20 R13).
func (c *check) test(n *node, v Value) seen {
	s := seen{Seen: Seen{Got: v, Failed: c.failed(n, &v), Outcome: Holds}}
	if s.Failed < 0 {
		return s
	}
	s.Outcome = Violated
	if needed, one := n.conds[s.Failed].nearest(&v); one {
		if v = whole(needed); c.failed(n, &v) < 0 {
			s.Needed, s.Turns = needed, true
		}
	}
	return s
}

// failed is the place of the first condition that a value does not meet, or -1.
func (c *check) failed(n *node, v *Value) int {
	for i := range n.conds {
		if !n.conds[i].test(v, c.zone, c.At) {
			return i
		}
	}
	return -1
}

// nearest is the number nearest to what was met that would have held; false when no one number would.
func (c *condition) nearest(v *Value) (int64, bool) {
	if v.Kind != metadata.Number || len(c.wants) != 1 || !c.wants[0].numeric {
		return 0, false
	}
	units, scale := c.wants[0].number.Parts()
	below := int64(1)
	for range scale {
		below *= 10
	}
	floor := units / below
	if units%below != 0 && units < 0 {
		floor--
	}
	exact := units%below == 0
	switch c.op.name {
	case "$is", "$in":
		return floor, exact
	case "$more_than":
		return floor + 1, true
	case "$less_than_or_equal":
		return floor, true
	case "$more_than_or_equal":
		if exact {
			return floor, true
		}
		return floor + 1, true
	case "$less_than":
		if exact {
			return floor - 1, true
		}
		return floor, true
	}
	return 0, false
}

func missed(o Outcome) seen { return seen{Seen: Seen{Outcome: o, Failed: -1}} }

// segment asks for each segment that is named whether the customer is in it now (20 R70).
func (c *check) segment(n *node) seen {
	if c.Customer == nil {
		return missed(MissesCustomer)
	}
	return c.member(n, func(id string) bool { return c.Customer.InSegment != nil && c.Customer.InSegment(id) })
}

func (c *check) loyaltyTier(n *node) seen {
	if c.Customer == nil {
		return missed(MissesCustomer)
	}
	return c.member(n, func(id string) bool {
		for _, t := range c.Customer.Tiers {
			if t == id {
				return true
			}
		}
		return false
	})
}

// member judges conditions that name groups by whether the customer is in one of them.
func (c *check) member(n *node, in func(id string) bool) seen {
	s := seen{Seen: Seen{Outcome: Holds, Failed: -1}}
	for i := range n.conds {
		cond, found := &n.conds[i], false
		for k := range cond.wants {
			if id := cond.wants[k].Text; in(id) {
				found = true
				s.Got = textual(id)
				break
			}
		}
		if found == cond.op.without { // a negative operator wants none
			s.Outcome, s.Failed = Violated, i
			return s
		}
	}
	return s
}

func (c *check) customerMetadata(n *node) seen {
	if c.Customer == nil {
		return missed(MissesCustomer)
	}
	return c.attribute(n, c.Customer.Metadata)
}

func (c *check) attribute(n *node, a metadata.Attributes) seen {
	return c.test(n, Value{Value: a.Lookup(n.Property)})
}

func (c *check) linkedCustomer(n *node) seen {
	if c.Customer == nil || !c.Customer.Identified {
		return missed(MissesCustomer)
	}
	return c.test(n, flag(c.Holder))
}

// money judges an amount of the order; nil is one that cannot be derived (20 R48).
func (c *check) money(n *node, a *promo.Amount) seen {
	switch {
	case c.Order == nil:
		return missed(MissesOrder)
	case a == nil:
		return missed(MissesAmount)
	}
	return c.test(n, whole(*a))
}

func (c *check) orderAmount(n *node) seen   { return c.money(n, c.Left) }
func (c *check) initialAmount(n *node) seen { return c.money(n, c.Initial) }

func (c *check) totalAmount(n *node) seen {
	if c.Order == nil || c.Left == nil {
		return c.money(n, nil)
	}
	if c.After == nil {
		return missed(Later)
	}
	return c.money(n, c.After.Total)
}

// orderMetadata never misses anything: without an order it is absent (20 R48).
func (c *check) orderMetadata(n *node) seen {
	if c.Order == nil {
		return c.test(n, Value{})
	}
	return c.attribute(n, metadata.Read(c.Order.Metadata))
}

func (c *check) redemptionMetadata(n *node) seen { return c.attribute(n, c.Redemption) }

func (c *check) eventMetadata(n *node) seen {
	if c.Event == nil {
		return c.test(n, Value{})
	}
	return c.attribute(n, *c.Event)
}

func (c *check) apiKey(n *node) seen    { return c.test(n, textual(c.AppID)) }
func (c *check) userLogin(n *node) seen { return c.test(n, textual(c.User)) }

func (c *check) pointsUsed(n *node) seen {
	if c.After == nil {
		return missed(Later)
	}
	return c.test(n, whole(c.After.Points))
}

// marker always holds: it says something about the rule above it (20 R38, R39).
func (c *check) marker(*node) seen { return seen{Seen: Seen{Outcome: Holds, Failed: -1}} }
