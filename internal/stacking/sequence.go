package stacking

import (
	"cmp"
	"math"
	"slices"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Class is how the category of a redeemable stacks (30 R22).
type Class uint8

// The classes.
const (
	Common    Class = iota
	Joint           // goes with everything
	Exclusive       // goes with joint ones and, within limits, with its like
)

func classOf(c promo.CategoryID, r *promo.StackingRules) Class {
	switch {
	case c == "":
		return Common
	case slices.Contains(r.ExclusiveCategories, c):
		return Exclusive
	case slices.Contains(r.JointCategories, c):
		return Joint
	}
	return Common
}

// sorted orders entries as the project sorts (30 R21): as requested, or by the hierarchy of their categories, without a
// category last. Ties keep the order requested.
func (d *deciding) sorted(entries []Entry) []Entry {
	if d.in.Rules.SortingRule == promo.CategoryHierarchy {
		slices.SortStableFunc(entries, func(a, b Entry) int { return cmp.Compare(d.hierarchy(&a), d.hierarchy(&b)) })
	}
	return entries
}

func (d *deciding) hierarchy(e *Entry) int64 {
	if c := d.in.Categories[e.Category]; c != nil {
		return c.Hierarchy
	}
	return math.MaxInt64
}

// of are the requested entries of some classes, sorted.
func (d *deciding) of(classes ...Class) []Entry {
	var out []Entry
	for i := range d.requested {
		if slices.Contains(classes, d.requested[i].Class) {
			out = append(out, d.requested[i])
		}
	}
	return d.sorted(out)
}

// run evaluates everything in its order (30 R23-R25). Where there are exclusive ones, common ones wait to learn whether
// one of them applies; if none does, the rest is evaluated as if they had not been there.
func (d *deciding) run() {
	exclusive := d.of(Exclusive)
	if len(exclusive) == 0 {
		d.evaluateAll(d.sorted(slices.Clone(d.requested)))
		return
	}
	first := append(exclusive, d.of(Joint)...)
	if d.in.Rules.GroupedSortingRule == promo.ConfiguredSorting {
		first = d.of(Exclusive, Joint)
	}
	start := d.state
	d.evaluateAll(first)
	if d.exclusive > 0 || d.failed {
		d.evaluateAll(d.of(Common))
		return
	}
	tried := d.done
	d.state = start
	for _, e := range tried {
		if e.Class == Exclusive {
			d.done = append(d.done, e)
		}
	}
	d.evaluateAll(d.of(Common, Joint))
}
