package redeem

import (
	"slices"

	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// cart is the order of a request, as planned.
type cart struct {
	sent   *OrderBody
	id     promo.OrderID // found or drawn; "" without an order
	source string        // its source id when it is named by one
	stored *promo.Order  // as read; nil when it is new
	byID   bool
}

// planOrder finds the order that a request refers to (30 R14). Refused: an unknown id.
func planOrder(r store.Reader, body *Request, draw *promo.Draw) (cart, *promo.Refusal, error) {
	if !body.Order.Given() {
		return cart{}, nil, nil
	}
	c := cart{sent: &body.Order.Value}
	var err error
	if id := c.sent.ID.Or(""); id != "" {
		c.byID = true
		c.stored, err = store.Orders.Get(r, id)
		if c.stored == nil && err == nil {
			return c, promo.NotFound("order", id), nil
		}
	} else if c.source = c.sent.SourceID.Or(""); c.source != "" {
		c.stored, err = store.Orders.By(r, "source_id", c.source)
	}
	if err != nil {
		return c, nil, err
	}
	if c.stored != nil {
		c.id = c.stored.ID
	} else {
		c.id = promo.OrderID(draw.T18("ord_"))
	}
	return c, nil, nil
}

func (c *cart) keys() []promo.Key {
	if c.sent == nil {
		return nil
	}
	keys := []promo.Key{promo.OrderRow(c.id)}
	if source := c.sent.SourceID.Or(""); source != "" {
		keys = append(keys, promo.OrderSource(source))
	}
	return keys
}

// priced is the cart to price on top of what is stored (30 R13-R15): fields sent with an id override the stored ones, a
// known source id keeps them. Its amounts are worked out.
func (c *cart) priced(stored *promo.Order, draw *promo.Draw) (*promo.Order, *promo.Refusal) {
	if c.sent == nil {
		return nil, nil
	}
	var o promo.Order
	if stored != nil {
		o = *stored
		o.Items = slices.Clone(o.Items) // the stored one is shared, and amounts are worked out in place
	}
	if stored == nil || c.byID {
		c.sent.apply(&o, draw)
	}
	return &o, pricing.Normalize(&o, nil) // no product is known yet
}

// locked is the order as it stands under the locks; nil when it is new. A source id that somebody took since the plan is
// followed to its row.
func (c *cart) locked(l *store.Locked) (*promo.Order, promo.OrderID, error) {
	if c.sent == nil {
		return nil, "", nil
	}
	id := c.id
	if c.source != "" {
		if by := promo.OrderID(l.Named(promo.OrderSource(c.source))); by != "" && by != id {
			if !l.Holds(promo.OrderRow(by)) {
				return nil, "", store.NeedKeys(promo.OrderRow(by))
			}
			id = by
		}
	}
	now, err := store.Orders.Locked(l, promo.OrderRow(id))
	return now, id, err
}
