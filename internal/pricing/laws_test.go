package pricing

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/promo"
)

var goods = []string{"pan", "pot", "lid", "apron", "mouse", "ghost"}

func anAmount(most int64) *rapid.Generator[*promo.Amount] {
	return rapid.Custom(func(t *rapid.T) *promo.Amount {
		if rapid.IntRange(0, 3).Draw(t, "none") > 0 {
			return nil
		}
		return amount(promo.Amount(rapid.Int64Range(0, most).Draw(t, "amount")))
	})
}

// anOrder is a cart of up to eight lines, prior discounts among them.
var anOrder = rapid.Custom(func(t *rapid.T) *promo.Order {
	o := &promo.Order{DiscountAmount: anAmount(5000).Draw(t, "order discount")}
	for range rapid.IntRange(1, 8).Draw(t, "lines") {
		q := rapid.Int64Range(0, 5).Draw(t, "quantity")
		it := promo.OrderItem{SourceID: rapid.SampledFrom(goods).Draw(t, "good"), RelatedObject: promo.ProductObject, Quantity: q, InitialQuantity: q,
			DiscountAmount: anAmount(900).Draw(t, "line discount")}
		if rapid.IntRange(0, 9).Draw(t, "priced") > 0 {
			it.Price = amount(promo.Amount(rapid.Int64Range(0, 5000).Draw(t, "price")))
		}
		o.Items = append(o.Items, it)
	}
	if refused := Normalize(o, shelf); refused != nil {
		t.Fatal(refused)
	}
	return o
})

var anEntry = rapid.Custom(func(t *rapid.T) promo.ApplicableTo {
	e := promo.ApplicableTo{Object: promo.ProductObject, ID: rapid.SampledFrom(goods).Draw(t, "good")}
	if rapid.Bool().Draw(t, "of a collection") {
		e.Object, e.ID = promo.CollectionObject, rapid.SampledFrom([]string{"kit", "sale", string(promo.AllProducts)}).Draw(t, "collection")
	}
	e.Effect = rapid.SampledFrom([]promo.ItemEffect{"", promo.ApplyToCheapest, promo.ApplyFromCheapest, promo.ApplyToMostExpensive, promo.ApplyFromMostExpensive}).Draw(t, "effect")
	e.Target = rapid.SampledFrom([]promo.Target{"", promo.TargetUnit}).Draw(t, "target")
	e.SkipInitially, e.Repeat = rapid.Int64Range(0, 3).Draw(t, "skip"), rapid.Int64Range(0, 3).Draw(t, "repeat")
	e.AmountLimit, e.AggregatedAmountLimit = anAmount(3000).Draw(t, "limit"), anAmount(3000).Draw(t, "aggregated limit")
	if rapid.IntRange(0, 2).Draw(t, "limited") == 0 {
		n := rapid.Int64Range(1, 6).Draw(t, "units")
		e.QuantityLimit, e.AggregatedQuantityLimit = &n, &n
	}
	if rapid.Bool().Draw(t, "priced") {
		e.Price = new(promo.NewDecimal(rapid.Int64Range(0, 4000).Draw(t, "new price"), 0))
	}
	return e
})

// anOffer is any discount with any items.
var anOffer = rapid.Custom(func(t *rapid.T) Use {
	n := rapid.Int64Range(0, 6000).Draw(t, "n")
	d := off(fmt.Sprint(n), rapid.SampledFrom([]promo.Effect{"", promo.ApplyToOrder, promo.ApplyToItems, promo.ApplyToItemsByQuantity,
		promo.ApplyToItemsProportionally, promo.ApplyToItemsProportionallyQuantity}).Draw(t, "effect"))
	whole := rapid.SampledFrom([]promo.Effect{"", promo.ApplyToOrder, promo.ApplyToItems})
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		d = percentOff(promo.NewDecimal(n, 2).String(), whole.Draw(t, "percent effect"))
		d.AmountLimit = new(promo.NewDecimal(rapid.Int64Range(0, 9000).Draw(t, "amount limit"), 0))
	case 1:
		d = fixed(fmt.Sprint(n), whole.Draw(t, "fixed effect"))
	case 2:
		d = unitsOff(rapid.Int64Range(0, 4).Draw(t, "units off"), rapid.SampledFrom(append(goods, "prod_soap", "sku_mint")).Draw(t, "unit"),
			rapid.SampledFrom([]promo.Effect{"", promo.AddNewItems, promo.ReplaceItems}).Draw(t, "unit effect"))
	case 3:
		d.AggregatedAmountLimit = anAmount(4000).Draw(t, "aggregated")
	}
	set := Set{Rule: "val_1", ApplicableToSet: promo.ApplicableToSet{Included: rapid.SliceOfN(anEntry, 0, 3).Draw(t, "included"),
		Excluded: rapid.SliceOfN(anEntry, 0, 1).Draw(t, "excluded"), IncludedAll: rapid.Bool().Draw(t, "all")}}
	terms, err := Compile(Offer{Discount: d}, set)
	if err != nil {
		t.Fatal(err)
	}
	return Use{Terms: terms, Bundles: rapid.Int64Range(0, 3).Draw(t, "bundles"), Once: rapid.Bool().Draw(t, "once"),
		Mode: rapid.SampledFrom([]promo.CalculationMode{"", promo.InitialAmount}).Draw(t, "mode")}
})

// Whatever is applied, in whatever order: no amount goes below zero or above what was there, all identities hold, what
// was there before is not changed, and equal inputs give equal bytes (10-pricing R5, R6, R25, R163).
func TestLawsOfACalculation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := anOrder.Draw(r, "order")
		sent, _ := json.Marshal(o)
		uses := rapid.SliceOfN(anOffer, 1, 4).Draw(r, "uses")
		run := func() (out []byte) {
			c := Open(o, shelf, nil)
			for i := range uses {
				step, refused := c.Apply(&uses[i])
				if refused != nil {
					r.Fatal(refused)
				}
				checkLaws(t, "a step", c.Order(), step.Cart.Order())
				if !step.Moved && step.Applied != 0 || step.Applied < 0 {
					r.Fatalf("%+v", step)
				}
				c = step.Cart
				out = fmt.Appendf(out, "%v %v", written(step.Included()), written(step.Excluded()))
			}
			checkLaws(t, "the final order", nil, c.Final())
			bytes, err := json.Marshal(c.Final(), json.Deterministic(true))
			if err != nil {
				r.Fatal(err)
			}
			return append(out, bytes...)
		}
		if first, second := run(), run(); !bytes.Equal(first, second) {
			r.Fatalf("equal inputs:\n%s\n%s", first, second)
		}
		if again, _ := json.Marshal(o); !bytes.Equal(sent, again) {
			r.Fatal("the order itself was changed")
		}
		if t.Failed() {
			r.FailNow()
		}
	})
}

// The parts add up to the whole, none is larger than its share by a unit, and none is negative (10-pricing R4).
func TestPartsSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := promo.Amount(rapid.Int64Range(0, promo.MaxInteger).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) promo.Amount {
			return promo.Amount(rapid.Int64Range(0, promo.MaxInteger).Draw(t, "weight"))
		}), 1, 20).Draw(t, "weights")
		var sum, all promo.Amount
		parts := Split(total, weights)
		for i, p := range parts {
			sum, all = sum+p, all+weights[i]
			if p < 0 || weights[i] == 0 && p != 0 {
				t.Fatalf("%v of %v", parts, weights)
			}
		}
		if all > 0 && sum != total || all == 0 && sum != 0 {
			t.Fatalf("%v sum to %d, not to %d", parts, sum, total)
		}
	})
}

// What does nothing changes nothing but the zeros it writes (10-pricing R108, R112).
func TestApplyingNothingChangesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := anOrder.Draw(r, "order")
		terms, err := Compile(Offer{Discount: rapid.SampledFrom([]*promo.Discount{off("0", promo.ApplyToOrder), off("0", promo.ApplyToItems), percentOff("0", ""), unitsOff(0, "pan", ""),
			off("700", promo.ApplyToItems)}).Draw(r, "nothing")}, including(product("nobody has this")))
		if err != nil {
			r.Fatal(err)
		}
		step, refused := Open(o, shelf, nil).Apply(&Use{Terms: terms})
		if refused != nil || step.Moved || step.Applied != 0 {
			r.Fatalf("%+v, %v", step, refused)
		}
		before, after := TotalsOf(o), TotalsOf(step.Cart.Final())
		if or0(before.Total) != or0(after.Total) || or0(before.TotalDiscount) != or0(after.TotalDiscount) || len(o.Items) != len(step.Cart.Order().Items) {
			r.Fatalf("%+v, then %+v", before, after)
		}
	})
}

// A percentage of the lines differs from that of the whole by half a unit a line at most (10-pricing R3).
func TestPercentOfThePartsAndOfTheWhole(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := anOrder.Draw(r, "order")
		o.DiscountAmount = nil
		for i := range o.Items {
			o.Items[i].DiscountAmount = nil
		}
		p := promo.NewDecimal(rapid.Int64Range(0, 10000).Draw(r, "percent"), 2).String()
		on := func(e promo.Effect) promo.Amount {
			u := discounting(t, percentOff(p, e), []Set{every})
			step, _ := Open(o, shelf, nil).Apply(&u)
			return step.Applied
		}
		parts, whole := on(promo.ApplyToItems), on(promo.ApplyToOrder)
		if d := 2 * (parts - whole); d > promo.Amount(len(o.Items)+1) || -d > promo.Amount(len(o.Items)+1) {
			r.Fatalf("%s %%: %d of the parts, %d of the whole", p, parts, whole)
		}
	})
}

// A limit raised never lowers the discount. Where both limits of units hold, it may: a cheaper line can then take more of
// the units that there are for all (10-pricing R50).
func TestRaisedLimits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o, e := anOrder.Draw(r, "order"), anEntry.Draw(r, "entry")
		d := percentOff("40", promo.ApplyToItems)
		raise := rapid.SampledFrom([]func(n int64){
			func(n int64) { e.AmountLimit = amount(promo.Amount(n)) }, func(n int64) { e.AggregatedAmountLimit = amount(promo.Amount(n)) },
			func(n int64) { e.QuantityLimit, e.AggregatedQuantityLimit = new(n/100+1), nil },
			func(n int64) { e.QuantityLimit, e.AggregatedQuantityLimit = nil, new(n/100+1) },
			func(n int64) { d.AmountLimit = new(promo.NewDecimal(n, 0)) }, func(n int64) { d.AggregatedAmountLimit = amount(promo.Amount(n)) },
		}).Draw(r, "which")
		low := rapid.Int64Range(0, 2000).Draw(r, "low")
		with := func(n int64) promo.Amount {
			raise(n)
			u := discounting(t, d, []Set{including(e)})
			step, refused := Open(o, shelf, nil).Apply(&u)
			if refused != nil {
				r.Fatal(refused)
			}
			return step.Applied
		}
		if a, b := with(low), with(low+rapid.Int64Range(0, 3000).Draw(r, "more")); b < a {
			r.Fatalf("%d, and %d with the higher limit", a, b)
		}
	})
}

// The first redeemable of a request sees the same in both modes (10-pricing R24).
func TestModesAgreeOnTheFirst(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o, u := anOrder.Draw(r, "order"), anOffer.Draw(r, "use")
		o.DiscountAmount = nil
		for i := range o.Items {
			o.Items[i].DiscountAmount = nil
		}
		u.Mode = promo.DiscountedAmount
		one, _ := Open(o, shelf, nil).Apply(&u)
		u.Mode = promo.InitialAmount
		two, _ := Open(o, shelf, nil).Apply(&u)
		if !reflect.DeepEqual(one.Cart.Final(), two.Cart.Final()) {
			r.Fatalf("%v, and %v", orderOf(one.Cart.Final()), orderOf(two.Cart.Final()))
		}
	})
}

func FuzzApply(f *testing.F) {
	for _, seed := range []string{
		`{"order":{"amount":18990},"discount":{"type":"AMOUNT","amount_off":2500}}`,
		`{"order":{"items":[{"id":"","product_id":"pan","quantity":3,"initial_quantity":3,"price":900}]},"discount":{"type":"PERCENT","percent_off":12.5,"effect":"APPLY_TO_ITEMS"},"set":{"included_all":true}}`,
		`{"order":{"items":[{"id":"","product_id":"prod_soap","quantity":9007199254740991,"initial_quantity":1,"price":1}]},"discount":{"type":"UNIT","unit_off":9007199254740991,"unit_type":"prod_soap"}}`,
		`{"order":{"items":[{"id":"","quantity":0,"initial_quantity":0,"price":1}]},"discount":{"type":"FIXED","fixed_amount":0},"set":{"excluded":[{"object":"product","id":""}]}}`,
		`{"order":{},"discount":{"type":"AMOUNT","amount_off_formula":"ORDER_ITEM_PRICE / 0"},"set":{"included":[{"object":"sku","id":"x","target":"UNIT","repeat":9007199254740991,"skip_initially":9007199254740991}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var in struct {
			Order    promo.Order           `json:"order"`
			Discount promo.Discount        `json:"discount"`
			Set      promo.ApplicableToSet `json:"set"`
			Bundles  int64                 `json:"bundles"`
		}
		if json.Unmarshal(text, &in) != nil || !sane(&in.Order, &in.Discount, &in.Set) {
			return
		}
		if Normalize(&in.Order, shelf) != nil {
			return
		}
		terms, err := Compile(Offer{Discount: &in.Discount}, Set{ApplicableToSet: in.Set})
		if err != nil {
			return
		}
		for _, mode := range []promo.CalculationMode{promo.DiscountedAmount, promo.InitialAmount} {
			step, refused := Open(&in.Order, shelf, nil).Apply(&Use{Terms: terms, Mode: mode, Bundles: in.Bundles % 100})
			if refused != nil {
				if refused.Key != "invalid_amount" {
					t.Fatal(refused)
				}
				continue
			}
			checkLaws(t, string(text), &in.Order, step.Cart.Order())
			_, _ = step.Included(), step.Excluded()
		}
	})
}

// sane reports whether the checks before pricing would have let it through: nothing is negative (10-pricing f).
func sane(o *promo.Order, d *promo.Discount, s *promo.ApplicableToSet) bool {
	fine := or0(o.Amount) >= 0 && or0(o.DiscountAmount) >= 0 && or0(o.InitialAmount) >= 0 && len(o.Items) <= 500
	for i := range o.Items {
		it := &o.Items[i]
		fine = fine && it.Quantity >= 0 && it.InitialQuantity >= 0 && or0(it.Price) >= 0 && or0(it.Amount) >= 0 && or0(it.DiscountAmount) >= 0 &&
			or0(it.InitialAmount) >= 0 && or0int(it.DiscountQuantity) >= 0
	}
	for _, n := range []*promo.Decimal{d.AmountOff, d.PercentOff, d.AmountLimit, d.FixedAmount} {
		fine = fine && (n == nil || n.Sign() >= 0)
	}
	fine = fine && or0int(d.UnitOff) >= 0 && or0(d.AggregatedAmountLimit) >= 0
	for i := range d.Units {
		fine = fine && or0int(d.Units[i].UnitOff) >= 0
	}
	for _, e := range s.Included {
		fine = fine && e.Repeat >= 0 && e.SkipInitially >= 0 && or0(e.AmountLimit) >= 0 && or0(e.AggregatedAmountLimit) >= 0 &&
			or0int(e.QuantityLimit) >= 0 && or0int(e.AggregatedQuantityLimit) >= 0 && (e.Price == nil || e.Price.Sign() >= 0) && len(e.Budgets) == 0
	}
	return fine
}

func BenchmarkApply(b *testing.B) {
	for _, n := range []int{5, 20, 100, 500} {
		text := ""
		for i := range n {
			if i > 0 {
				text += ", "
			}
			text += fmt.Sprintf("%s %d x %d", goods[i%len(goods)], 500+7*i, i%4+1)
		}
		o := basket(b, text)
		u := discounting(b, percentOff("12.5", promo.ApplyToItems), []Set{including(product("pan", units(2)), product("pot", upTo(900)), inCollection("kit"), inCollection("sale"), all())})
		c := Open(o, shelf, nil)
		b.Run(fmt.Sprint("5 entries, lines=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Apply(&u)
			}
		})
		onOrder := discounting(b, percentOff("12.5", promo.ApplyToOrder), nil)
		b.Run(fmt.Sprint("order, lines=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Apply(&onOrder)
			}
		})
	}
}
