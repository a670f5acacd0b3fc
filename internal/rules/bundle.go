package rules

import (
	"slices"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// part is so many units of one thing in a bundle.
type part struct {
	ref   catalog.Ref
	units int64
}

// Bundle is what was found of a bundle (10-pricing b.10, R100-R102).
type Bundle struct {
	Quantity   int64 // complete ones, at most Limit
	Limit      int64
	Identified []BundleUnits // units used by them; of an incomplete one, those found
	Missing    []BundleUnits // what one lacks; nil when nothing
}

// BundleUnits is units of a line, or, missing ones, of no line.
type BundleUnits struct {
	Object, ID string
	Line       int
	Units      int64
}

const (
	bundleRule     = "order.items.any"
	bundleQuantity = "order.items.aggregated_quantity"
)

// bundleObjects are the kinds of goods that a bundle is made of, in the order in which they choose: a unit serves one part
// (10-pricing R101).
var bundleObjects = []string{promo.SKUObject, promo.ProductObject, promo.CollectionObject}

// bundleTypes select them (20 b.5).
var bundleTypes = []string{"product_or_sku", promo.CollectionObject}

// bundle reads bundle rules (20 b.5, f).
func (c *compiler) bundle(b *promo.BundleRules) {
	p := c.program
	p.limit = 1
	if b.Limit != nil {
		p.limit = *b.Limit
	}
	if p.limit < 1 || p.limit > 100 {
		c.refuse("Invalid bundle rule 'limit'")
		return
	}
	for i := range b.Rules {
		own, ok := readPart(&b.Rules[i].Rule)
		if !ok {
			c.refuse("Invalid bundle rule '" + b.Rules[i].Key + "'")
			return
		}
		p.parts = append(p.parts, own)
	}
	slices.SortStableFunc(p.parts, func(a, b part) int {
		return slices.Index(bundleObjects, a.ref.Object) - slices.Index(bundleObjects, b.ref.Object)
	})
}

func readPart(r *promo.Rule) (p part, ok bool) {
	if fold(r.Name) != fold(bundleRule) || len(r.Conditions) != 1 || r.Conditions[0].Operator != "$is" {
		return p, false
	}
	list := metadata.ReadValue(r.Conditions[0].Value)
	if list.Kind != metadata.List || len(list.List) != 1 || list.List[0].Kind != metadata.Object {
		return p, false
	}
	thing := list.List[0]
	p.ref, p.units = readRef(thing), 1
	object, kind := thing.Object.Lookup("object").Text, thing.Object.Lookup("type").Text // both are required
	if p.ref.ID == "" || !slices.Contains(bundleObjects, object) || !slices.Contains(bundleTypes, kind) ||
		len(r.Rules.Rules) > 1 {
		return p, false
	}
	for _, sub := range r.Rules.Rules {
		if fold(sub.Name) != fold(bundleQuantity) || len(sub.Conditions) != 1 || sub.Conditions[0].Operator != "$is" {
			return p, false
		}
		v := metadata.ReadValue(sub.Conditions[0].Value)
		if v.Kind == metadata.List && len(v.List) == 1 {
			v = v.List[0]
		}
		n, whole := v.Number.Whole()
		if v.Kind != metadata.Number || !v.Exact || !whole || n < 1 || n > promo.MaxInteger {
			return p, false
		}
		p.units = n
	}
	return p, true
}

// Bundle counts complete bundles in a cart (10-pricing R100-R102); nil when the rule set has none.
func (p *Program) Bundle(lines []catalog.Line, numbers Numbers) *Bundle {
	if len(p.parts) == 0 {
		return nil
	}
	out := &Bundle{Limit: p.limit}
	for b := p.limit; b > 0; b-- {
		if used, short := p.allocate(lines, numbers, b); len(short) == 0 {
			out.Quantity, out.Identified = b, used
			return out
		}
	}
	out.Identified, out.Missing = p.allocate(lines, numbers, 1)
	return out
}

// allocate gives units to the parts of so many bundles, in the order of the cart, none twice; short is what lacks. Units
// that this request made free do not count (10-pricing R100).
func (p *Program) allocate(lines []catalog.Line, numbers Numbers, bundles int64) (used, short []BundleUnits) {
	left, taken := make([]int64, len(lines)), make([]int64, len(lines))
	for i := range lines {
		left[i] = numbers.InitialQuantity(i)
	}
	for _, own := range p.parts {
		need := own.units * bundles
		for i := range lines {
			if need > 0 && left[i] > 0 && lines[i].Is(own.ref) {
				n := min(need, left[i])
				left[i], taken[i], need = left[i]-n, taken[i]+n, need-n
			}
		}
		if need > 0 {
			short = append(short, BundleUnits{Object: own.ref.Object, ID: own.ref.ID, Units: need})
		}
	}
	for i, n := range taken {
		if n > 0 {
			it := itemOf(&lines[i])
			used = append(used, BundleUnits{it.Object, it.ID, i, n})
		}
	}
	return used, short
}
