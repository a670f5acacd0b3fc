// Package pricing says what one redeemable does to an order (chapter 10). It is pure, and money is exact until its last
// step.
//
// This release prices what works on the order amount: amounts, percents and gift credits.
package pricing

import (
	"github.com/scrip-dev/scrip/internal/promo"
)

// Normalize works out what a cart leaves open (10-pricing R9-R13, R16): quantities, line amounts, the order amount, and
// prior discounts cut to what is there. Refused: an amount beyond 2^53 - 1.
func Normalize(o *promo.Order) *promo.Refusal {
	var sum promo.Amount
	known := false
	for i := range o.Items {
		if refused := normalizeItem(&o.Items[i]); refused != nil {
			return refused
		}
		if a := o.Items[i].Amount; a != nil {
			var fits bool
			if sum, fits = promo.Sum(sum, *a); !fits {
				return overflow("order.amount")
			}
			known = true
		}
	}
	if o.Amount == nil && known {
		o.Amount = &sum
	}
	return cutDiscounts(o)
}

// cutDiscounts cuts prior discounts to what is there, lines first and earlier lines before later ones, so that the total
// is what is left of the amount (10-pricing R6, R13).
func cutDiscounts(o *promo.Order) *promo.Refusal {
	var sum promo.Amount
	for i := range o.Items {
		d := o.Items[i].DiscountAmount
		if d == nil {
			continue
		}
		cut := *d
		if o.Amount != nil {
			cut = min(cut, *o.Amount-sum)
		}
		var fits bool
		if sum, fits = promo.Sum(sum, cut); !fits {
			return overflow("order.items_discount_amount")
		}
		o.Items[i].DiscountAmount = &cut
	}
	if o.DiscountAmount == nil {
		return nil
	}
	if o.Amount != nil {
		cut := min(*o.DiscountAmount, *o.Amount-sum)
		o.DiscountAmount = &cut
	}
	if _, fits := promo.Sum(sum, *o.DiscountAmount); !fits {
		return overflow("order.total_discount_amount")
	}
	return nil
}

func normalizeItem(it *promo.OrderItem) *promo.Refusal {
	if it.Amount == nil && it.Price != nil {
		a, fits := it.Price.Times(it.Quantity)
		if !fits {
			return overflow("order.items.amount")
		}
		it.Amount = &a
	}
	if it.Amount != nil && it.DiscountAmount != nil {
		cut := min(*it.DiscountAmount, *it.Amount)
		it.DiscountAmount = &cut
	}
	switch {
	case it.InitialAmount != nil:
	case it.InitialQuantity == it.Quantity || it.Price == nil:
		it.InitialAmount = it.Amount
	default:
		a, fits := it.Price.Times(it.InitialQuantity)
		if !fits {
			return overflow("order.items.initial_amount")
		}
		it.InitialAmount = &a
	}
	return nil
}

func overflow(of string) *promo.Refusal {
	return &promo.Refusal{Key: "invalid_amount", Message: "Invalid Amount", Details: "Property ." + of + " is beyond 9007199254740991"}
}

// itemsDiscount is the sum of what was taken off lines.
func itemsDiscount(o *promo.Order) (sum promo.Amount) {
	for i := range o.Items {
		if d := o.Items[i].DiscountAmount; d != nil {
			sum += *d
		}
	}
	return sum
}

// Left is what is still to pay, T of 10-pricing R22; false while the order amount is not known.
func Left(o *promo.Order) (promo.Amount, bool) {
	if o == nil || o.Amount == nil {
		return 0, false
	}
	left := *o.Amount - itemsDiscount(o)
	if o.DiscountAmount != nil {
		left -= *o.DiscountAmount
	}
	return max(0, left), true
}

// Discount is how much a discount takes off when so much is left to pay (10-pricing R30, R31, R25): rounded once, half
// up, then capped.
func Discount(d *promo.Discount, left promo.Amount) promo.Amount {
	off := left
	switch {
	case d.Type == promo.PercentDiscount && d.PercentOff != nil:
		off = d.PercentOff.PercentOf(left)
		if d.AmountLimit != nil {
			off = min(off, d.AmountLimit.Floor()) // a cap is never passed
		}
	case d.Type == promo.AmountDiscount && d.AmountOff != nil:
		off = d.AmountOff.Round()
	default:
		return 0
	}
	if d.AggregatedAmountLimit != nil {
		off = min(off, *d.AggregatedAmountLimit)
	}
	return min(off, left)
}

// Take takes an amount off an order, on top of what was taken before (10-pricing R26, R111). The order is a copy; total
// carries the sum of the request.
func Take(o promo.Order, off promo.Amount) promo.Order {
	running := off
	if o.DiscountAmount != nil {
		running += *o.DiscountAmount
	}
	o.DiscountAmount, o.Applied = &running, &off
	return o
}

// Totals are the calculated fields of an order; nil ones were never computed (10-pricing R110-R113).
type Totals struct {
	ItemsDiscount, TotalDiscount, Total, TotalApplied *promo.Amount
}

// TotalsOf works out the calculated fields.
func TotalsOf(o *promo.Order) (t Totals) {
	for i := range o.Items {
		if o.Items[i].DiscountAmount != nil {
			sum := itemsDiscount(o)
			t.ItemsDiscount = &sum
			break
		}
	}
	if o.DiscountAmount != nil || t.ItemsDiscount != nil {
		sum := itemsDiscount(o)
		if o.DiscountAmount != nil {
			sum += *o.DiscountAmount
		}
		t.TotalDiscount = &sum
	}
	if left, known := Left(o); known {
		t.Total = &left
	}
	t.TotalApplied = o.Applied
	return t
}
