package pricing

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/promo"
)

func amount(a promo.Amount) *promo.Amount { return &a }

func TestNormalize(t *testing.T) { // 10-pricing R9, R10, R12, R13, R16
	for name, tt := range map[string]struct {
		order  promo.Order
		amount promo.Amount
		left   promo.Amount
	}{
		"lines make the order":            {promo.Order{Items: []promo.OrderItem{{Quantity: 3, InitialQuantity: 3, Price: amount(1000)}, {Quantity: 1, InitialQuantity: 1, Amount: amount(450)}}}, 3450, 3450},
		"a line's amount is kept":         {promo.Order{Items: []promo.OrderItem{{Quantity: 2, InitialQuantity: 2, Price: amount(3000), Amount: amount(3400)}}}, 3400, 3400},
		"an order's amount is kept":       {promo.Order{Amount: amount(10), Items: []promo.OrderItem{{Quantity: 1, InitialQuantity: 1, Price: amount(1000)}}}, 10, 10},
		"prior discounts count":           {promo.Order{Amount: amount(100), DiscountAmount: amount(30)}, 100, 70},
		"and are cut to what is there":    {promo.Order{Amount: amount(100), DiscountAmount: amount(300)}, 100, 0},
		"line discounts are cut to lines": {promo.Order{Items: []promo.OrderItem{{Quantity: 1, InitialQuantity: 1, Price: amount(40), DiscountAmount: amount(90)}, {Quantity: 1, InitialQuantity: 1, Price: amount(60)}}}, 100, 60},
		"quantity 0 is worth nothing":     {promo.Order{Items: []promo.OrderItem{{Price: amount(40)}, {Quantity: 1, InitialQuantity: 1, Price: amount(60)}}}, 60, 60},
	} {
		o := tt.order
		if refused := Normalize(&o, nil); refused != nil {
			t.Errorf("%s: %v", name, refused)
			continue
		}
		if left, known := Left(&o); !known || *o.Amount != tt.amount || left != tt.left {
			t.Errorf("%s: amount %d, left %d", name, *o.Amount, left)
		}
	}
	unknown := promo.Order{Items: []promo.OrderItem{{Quantity: 1, InitialQuantity: 1}}}
	if refused := Normalize(&unknown, nil); refused != nil || unknown.Amount != nil {
		t.Error("an order without prices has an amount")
	}
	huge := promo.Order{Items: []promo.OrderItem{{Quantity: 2, InitialQuantity: 2, Price: amount(promo.MaxInteger)}}}
	if refused := Normalize(&huge, nil); refused == nil || refused.Key != "invalid_amount" { // 10-pricing f
		t.Error(refused)
	}
}

// However carts come in: what is written adds up, nothing is below zero, and working it out again changes nothing
// (10-pricing R5, R6, R13).
func TestLawsOfACart(t *testing.T) {
	number := rapid.OneOf(rapid.Int64Range(0, 5000), rapid.Int64Range(0, promo.MaxInteger))
	maybe := func(t *rapid.T, name string) *promo.Amount {
		if !rapid.Bool().Draw(t, name+" is sent") {
			return nil
		}
		return amount(promo.Amount(number.Draw(t, name)))
	}
	rapid.Check(t, func(t *rapid.T) {
		o := promo.Order{Amount: maybe(t, "amount"), DiscountAmount: maybe(t, "discount")}
		for range rapid.IntRange(0, 4).Draw(t, "lines") {
			n := rapid.Int64Range(0, 4).Draw(t, "quantity")
			o.Items = append(o.Items, promo.OrderItem{Quantity: n, InitialQuantity: n, Price: maybe(t, "price"), Amount: maybe(t, "line"),
				DiscountAmount: maybe(t, "line discount")})
		}
		if refused := Normalize(&o, nil); refused != nil {
			if refused.Key != "invalid_amount" {
				t.Fatal(refused)
			}
			return
		}
		totals, again := TotalsOf(&o), o
		again.Items = slices.Clone(o.Items)
		if refused := Normalize(&again, nil); refused != nil || !reflect.DeepEqual(o, again) {
			t.Fatalf("again: %v\n%+v\n%+v", refused, o, again)
		}
		for _, a := range []*promo.Amount{o.Amount, o.DiscountAmount, totals.ItemsDiscount, totals.TotalDiscount, totals.Total} {
			if a != nil && (*a < 0 || *a > promo.MaxInteger) {
				t.Fatalf("%d in %+v", *a, totals)
			}
		}
		if o.Amount != nil && totals.TotalDiscount != nil && *totals.Total != *o.Amount-*totals.TotalDiscount {
			t.Fatalf("%d - %d is not %d", *o.Amount, *totals.TotalDiscount, *totals.Total)
		}
	})
}

func TestTotalsAreWrittenOnceComputed(t *testing.T) { // 10-pricing R110-R113, R116
	o := promo.Order{Amount: amount(1000)}
	if totals := TotalsOf(&o); totals.TotalDiscount != nil || totals.ItemsDiscount != nil || totals.TotalApplied != nil || *totals.Total != 1000 {
		t.Errorf("nothing was computed: %+v", totals)
	}
	taken := *apply(t, "twice", &o, discounting(t, off("300", ""), nil), discounting(t, off("0", ""), nil)).steps[1].Cart.Order()
	if totals := TotalsOf(&taken); *taken.DiscountAmount != 300 || *taken.Applied != 0 || *totals.TotalDiscount != 300 || *totals.Total != 700 || *totals.TotalApplied != 0 {
		t.Errorf("%+v", totals)
	}
	if o.DiscountAmount != nil {
		t.Error("the order itself was changed")
	}
	lines := promo.Order{Amount: amount(1000), Items: []promo.OrderItem{{Amount: amount(600), DiscountAmount: amount(100)}, {Amount: amount(400)}}}
	if totals := TotalsOf(&lines); *totals.ItemsDiscount != 100 || *totals.TotalDiscount != 100 || *totals.Total != 900 {
		t.Errorf("%+v", totals)
	}
}
