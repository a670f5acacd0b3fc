package stacking

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

var goods = []string{"mug", "shirt", "lamp", "desk"}

// aCart is an order of a few lines.
var aCart = rapid.Custom(func(t *rapid.T) *promo.Order {
	o := &promo.Order{}
	for range rapid.IntRange(0, 6).Draw(t, "lines") {
		q, price := rapid.Int64Range(0, 4).Draw(t, "quantity"), promo.Amount(rapid.Int64Range(0, 9000).Draw(t, "price"))
		o.Items = append(o.Items, promo.OrderItem{SourceID: rapid.SampledFrom(goods).Draw(t, "good"), RelatedObject: promo.ProductObject,
			Quantity: q, InitialQuantity: q, Price: &price})
	}
	if len(o.Items) == 0 {
		o.Amount = amount(promo.Amount(rapid.Int64Range(0, 50000).Draw(t, "amount")))
	}
	if refused := pricing.Normalize(o, shelf); refused != nil {
		t.Fatal(refused)
	}
	return o
})

// aCandidate is a redeemable of any kind, in some category, under some rule.
func aCandidate(t *testing.T) *rapid.Generator[Candidate] {
	return rapid.Custom(func(r *rapid.T) Candidate {
		code, n := rapid.StringMatching("[A-Z]{8}").Draw(r, "code"), rapid.Int64Range(0, 9000).Draw(r, "n")
		set := pricing.Set{ApplicableToSet: promo.ApplicableToSet{IncludedAll: rapid.Bool().Draw(r, "all"), Included: []promo.ApplicableTo{{Object: promo.ProductObject,
			ID: rapid.SampledFrom(goods).Draw(r, "good")}}}}
		var c Candidate
		switch rapid.IntRange(0, 5).Draw(r, "kind") {
		case 0:
			c = off(code, n)
		case 1:
			c = percent(code, promo.NewDecimal(n, 2).String())
		case 2:
			c = gift(code, promo.Amount(n), nil)
		case 3:
			c = voucher(code, &promo.Discount{Type: promo.AmountDiscount, AmountOff: new(promo.NewDecimal(n, 0)), Effect: promo.ApplyToItemsProportionally}, set)
		case 4:
			c = voucher(code, &promo.Discount{Type: promo.PercentDiscount, PercentOff: new(promo.NewDecimal(n, 2)), Effect: promo.ApplyToItems}, set)
		default:
			c = voucher(code, &promo.Discount{Type: promo.UnitDiscount, UnitOff: new(n % 3), UnitType: rapid.SampledFrom(goods).Draw(r, "unit"), Effect: promo.AddMissingItems})
		}
		c = c.in(rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(r, "category"))
		if rapid.IntRange(0, 5).Draw(r, "expired") == 0 {
			c = c.with(expired)
		}
		if rapid.IntRange(0, 2).Draw(r, "ruled") == 0 {
			c = c.under(t, fmt.Sprintf(`{"1":{"name":"order.amount","conditions":{"$more_than":[%d]}}}`, n))
		}
		return c
	})
}

var someRules = rapid.Custom(func(t *rapid.T) *promo.StackingRules {
	r := promo.DefaultStackingRules()
	r.ApplicationMode = rapid.SampledFrom([]promo.ApplicationMode{promo.ApplyAll, promo.ApplyPartial}).Draw(t, "mode")
	r.SortingRule = rapid.SampledFrom([]promo.SortingRule{promo.RequestedOrder, promo.CategoryHierarchy}).Draw(t, "sorting")
	r.GroupedSortingRule = rapid.SampledFrom([]promo.GroupedSortingRule{promo.JointAlwaysLast, promo.ConfiguredSorting}).Draw(t, "grouped")
	r.NoEffectRule = rapid.SampledFrom([]promo.NoEffectRule{promo.RedeemAnyway, promo.SkipWithoutEffect}).Draw(t, "no effect")
	r.CalculationMode = rapid.SampledFrom([]promo.CalculationMode{promo.DiscountedAmount, promo.InitialAmount}).Draw(t, "calculation")
	r.ProductsMode = rapid.SampledFrom([]promo.ProductsMode{promo.ProductsStack, promo.ProductsOnce}).Draw(t, "products")
	r.ApplicableLimit = rapid.Int64Range(1, 6).Draw(t, "limit")
	if rapid.Bool().Draw(t, "exclusive") {
		r.ExclusiveCategories, r.ExclusiveLimit = categories("a"), rapid.Int64Range(1, 2).Draw(t, "exclusives")
	}
	if rapid.Bool().Draw(t, "joint") {
		r.JointCategories = categories("b")
	}
	if rapid.Bool().Draw(t, "per category") {
		r.ApplicablePerCategory = new(rapid.Int64Range(1, 3).Draw(t, "most"))
	}
	return r
})

// Whatever is asked under whatever rules: every candidate gets one answer, what is valid is so by the book, nothing goes
// below zero, the steps sum to the whole, and equal inputs give equal bytes (30 R26-R30, R39, R40, R43, R44; 10-pricing R163).
func TestLawsOfADecision(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		in := on(aCart.Draw(r, "cart"), rapid.SliceOfN(aCandidate(t), 1, 7).Draw(r, "candidates")...)
		in.Rules = someRules.Draw(r, "rules")
		in.Categories = map[promo.CategoryID]*promo.Category{"a": {Hierarchy: 2}, "b": {Hierarchy: 0}, "c": {Hierarchy: 1}}
		d := Decide(in)
		if len(d.Entries) != len(in.Candidates) {
			r.Fatalf("%d answers for %d candidates", len(d.Entries), len(in.Candidates))
		}
		applied, failed := len(d.ByStatus(Applicable)), len(d.ByStatus(Inapplicable)) > 0
		if d.Valid != (applied > 0 && (!failed || in.Rules.ApplicationMode == promo.ApplyPartial)) || int64(applied) > in.Rules.ApplicableLimit {
			r.Fatal(walk(d))
		}
		exclusive, common := 0, 0
		var sum promo.Amount
		for i := range d.Entries {
			e := &d.Entries[i]
			if e.Status != Applicable {
				continue
			}
			sum += e.Step.Applied
			left, _ := pricing.Left(e.Order())
			if left < 0 || e.Step.Applied < 0 {
				r.Fatalf("below zero: %s", walk(d))
			}
			switch e.Class {
			case Exclusive:
				exclusive++
			case Common:
				common++
			}
		}
		if exclusive > 0 && common > 0 || int64(exclusive) > in.Rules.ExclusiveLimit {
			r.Fatal("exclusive and common: ", walk(d))
		}
		if d.Valid {
			if totals := pricing.TotalsOf(d.Final); totals.TotalApplied != nil && *totals.TotalApplied != sum || totals.TotalApplied == nil && sum != 0 {
				r.Fatalf("the steps sum to %d: %s", sum, walk(d))
			}
		}
		one, _ := json.Marshal(d.Final)
		two, _ := json.Marshal(Decide(in).Final)
		if !bytes.Equal(one, two) {
			r.Fatalf("equal inputs:\n%s\n%s", one, two)
		}
		if t.Failed() {
			r.FailNow()
		}
	})
}

// FuzzDecide asks for a few redeemables on a cart, all of them as JSON.
func FuzzDecide(f *testing.F) {
	for _, seed := range []string{
		`{"order":{"amount":8000},"discounts":[{"type":"PERCENT","percent_off":15},{"type":"AMOUNT","amount_off":2500}]}`,
		`{"order":{"items":[{"id":"","source_id":"mug","related_object":"product","quantity":3,"initial_quantity":3,"price":1000}]},"discounts":[{"type":"UNIT","unit_off":1,"unit_type":"mug"},{"type":"FIXED","fixed_amount":5,"effect":"APPLY_TO_ITEMS"}],"rules":{"1":{"name":"order.items.any","conditions":{}}}}`,
		`{"discounts":[{"type":"AMOUNT","amount_off_formula":"ORDER_AMOUNT / 2"}],"rules":{"1":{"name":"order.total_amount","conditions":{"$more_than":[1]}}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var in struct {
			Order     *promo.Order     `json:"order"`
			Discounts []promo.Discount `json:"discounts"`
			Rules     promo.RuleMap    `json:"rules"`
		}
		if json.Unmarshal(text, &in) != nil || len(in.Discounts) > 30 || negative(in.Order) {
			return
		}
		if in.Order != nil && pricing.Normalize(in.Order, shelf) != nil {
			return
		}
		req := on(in.Order)
		req.Customer = ana
		for i := range in.Discounts {
			terms, err := pricing.Compile(pricing.Offer{Discount: &in.Discounts[i]})
			if err != nil || badDiscount(&in.Discounts[i]) {
				return
			}
			c := off(fmt.Sprint("C", i), 1)
			c.Voucher.Discount, c.Terms = &in.Discounts[i], terms
			if i%2 == 0 {
				if p := compiled(&in.Rules); p != nil {
					c.Programs = append(c.Programs, p)
				}
			}
			req.Candidates = append(req.Candidates, c)
		}
		d := Decide(req)
		if len(d.Entries) != len(req.Candidates) {
			t.Fatal(walk(d))
		}
		if left, known := pricing.Left(d.Final); known && left < 0 {
			t.Fatal(walk(d))
		}
	})
}
