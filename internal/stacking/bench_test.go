package stacking

import (
	"fmt"
	"testing"

	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

// fiveOn is five redeemables of different kinds, rules among them, on a cart of so many lines.
func fiveOn(b *testing.B, n int) *Request {
	var text []string
	for i := range n {
		text = append(text, fmt.Sprintf("%s %dx%d", goods[i%len(goods)], i%3+1, 500+10*i))
	}
	rule := `{"1":{"name":"order.amount","conditions":{"$more_than":[100]}},"2":{"name":"order.items.any","conditions":{"$is":["mug"]}}}`
	mugs := pricing.Set{ApplicableToSet: promo.ApplicableToSet{Included: []promo.ApplicableTo{{Object: promo.ProductObject, ID: "mug"}}}}
	return on(lines(b, text...), percent("A", "10").under(b, rule), off("B", 500), gift("C", 900, nil),
		voucher("D", &promo.Discount{Type: promo.PercentDiscount, PercentOff: decimal("12.5"), Effect: promo.ApplyToItems}, mugs).under(b, rule),
		voucher("E", &promo.Discount{Type: promo.AmountDiscount, AmountOff: decimal("700"), Effect: promo.ApplyToItemsProportionally}, pricing.Set{ApplicableToSet: promo.ApplicableToSet{IncludedAll: true}}))
}

func BenchmarkDecide(b *testing.B) {
	for _, n := range []int{5, 20, 100, 500} {
		in := fiveOn(b, n)
		b.Run(fmt.Sprint("5 redeemables, lines=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if d := Decide(in); !d.Valid {
					b.Fatal(walk(d))
				}
			}
		})
	}
	for _, n := range []int{1, 5, 10, 30} {
		in := on(cart(100000))
		in.Rules.ApplicableLimit = 30
		for i := range n {
			in.Candidates = append(in.Candidates, off(fmt.Sprint("C", i), 1))
		}
		b.Run(fmt.Sprint("an amount, candidates=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Decide(in)
			}
		})
	}
}
