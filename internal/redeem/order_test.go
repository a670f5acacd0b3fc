package redeem

import (
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
)

// What is locked is shared by a whole group: pricing a cart leaves it as it is (30 R14).
func TestTheStoredOrderIsNotChangedInPlace(t *testing.T) {
	amount, off, less := promo.Amount(1000), promo.Amount(500), promo.Count(200)
	stored := &promo.Order{ID: "ord_1", Amount: &amount, Items: []promo.OrderItem{{Quantity: 1, Amount: &amount, DiscountAmount: &off}}}
	c := cart{sent: &OrderBody{Amount: promo.Some(less)}, byID: true}
	o, refused := c.priced(stored, nil)
	if refused != nil || *o.Items[0].DiscountAmount != 200 {
		t.Fatal(o, refused)
	}
	if *stored.Items[0].DiscountAmount != 500 || *stored.Amount != 1000 {
		t.Errorf("the stored order became %+v", stored)
	}
}
