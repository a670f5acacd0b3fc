// Package pricing says what one redeemable does to an order (chapter 10): it is pure, and money is exact until its last
// step.
package pricing

import (
	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Normalize works out what a cart leaves open (10-pricing R8-R13, R16): unit prices, line amounts, the order amount, and
// prior discounts cut to what is there. Refused: an amount beyond 2^53 - 1.
func Normalize(o *promo.Order, shelf *catalog.Shelf) *promo.Refusal {
	var sum promo.Amount
	known := false
	for i := range o.Items {
		it := &o.Items[i]
		it.Price = shelf.UnitPrice(it)
		if refused := normalizeItem(it); refused != nil {
			return refused
		}
		if a := it.Amount; a != nil {
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
