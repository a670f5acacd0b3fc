package pricing

import "github.com/scrip-dev/scrip/internal/promo"

// Left is what is still to pay, T of 10-pricing R22; false while the order amount is not known.
func Left(o *promo.Order) (promo.Amount, bool) {
	if o == nil || o.Amount == nil {
		return 0, false
	}
	left := *o.Amount - or0(o.DiscountAmount)
	for i := range o.Items {
		left -= or0(o.Items[i].DiscountAmount)
	}
	return max(0, left), true
}

func or0(a *promo.Amount) promo.Amount {
	if a == nil {
		return 0
	}
	return *a
}

// Totals are the calculated fields of an order; nil ones were never computed (10-pricing R110-R113).
type Totals struct {
	ItemsDiscount, TotalDiscount, Total, ItemsApplied, TotalApplied *promo.Amount
}

// TotalsOf works out the calculated fields.
func TotalsOf(o *promo.Order) (t Totals) {
	var discount, applied promo.Amount
	discounted, computed := false, false
	for i := range o.Items {
		it := &o.Items[i]
		if it.DiscountAmount != nil {
			discount, discounted = discount+*it.DiscountAmount, true
		}
		if it.Applied != nil {
			applied, computed = applied+*it.Applied, true
		}
	}
	if discounted {
		t.ItemsDiscount = &discount
	}
	if computed {
		t.ItemsApplied = &applied
	}
	t.TotalDiscount = plus(t.ItemsDiscount, o.DiscountAmount)
	t.TotalApplied = plus(t.ItemsApplied, o.Applied)
	if left, known := Left(o); known {
		t.Total = &left
	}
	return t
}

// plus adds what was computed; nil when neither was.
func plus(a, b *promo.Amount) *promo.Amount {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return new(*a + *b)
}
