package view

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Ref is a customer of an order.
type Ref struct {
	ID     promo.CustomerID `json:"id"`
	Object string           `json:"object"`
}

// Order is a calculated order in any of its sizes (30 b.4): a member that its size or its numbers do not have is absent.
type Order struct {
	ID            promo.OrderID               `json:"id,omitzero"`
	SourceID      promo.Opt[string]           `json:"source_id,omitzero"`
	CreatedAt     *calendar.Instant           `json:"created_at,omitzero"`
	UpdatedAt     promo.Opt[calendar.Instant] `json:"updated_at,omitzero"`
	Status        promo.OrderStatus           `json:"status,omitzero"`
	Amount        *promo.Amount               `json:"amount,omitzero"`
	Initial       *promo.Amount               `json:"initial_amount,omitzero"`
	Discount      *promo.Amount               `json:"discount_amount,omitzero"`
	ItemsDiscount *promo.Amount               `json:"items_discount_amount,omitzero"`
	TotalDiscount *promo.Amount               `json:"total_discount_amount,omitzero"`
	Total         *promo.Amount               `json:"total_amount,omitzero"`
	Applied       *promo.Amount               `json:"applied_discount_amount,omitzero"`
	ItemsApplied  *promo.Amount               `json:"items_applied_discount_amount,omitzero"`
	TotalApplied  *promo.Amount               `json:"total_applied_discount_amount,omitzero"`
	Items         []OrderItem                 `json:"items,omitzero"`
	Metadata      promo.Metadata              `json:"metadata"`
	Customer      *Ref                        `json:"customer,omitzero"`
	CustomerID    promo.Opt[promo.CustomerID] `json:"customer_id,omitzero"`
	ReferrerID    promo.Opt[promo.CustomerID] `json:"referrer_id,omitzero"`
	Redemptions   *OrderRedemptions           `json:"redemptions,omitzero"`
	Object        string                      `json:"object"`
}

// OrderItem is a line; a lean one has no product and SKU data.
type OrderItem struct {
	ID              string         `json:"id,omitzero"`
	SKUID           string         `json:"sku_id,omitzero"`
	ProductID       string         `json:"product_id,omitzero"`
	RelatedObject   string         `json:"related_object,omitzero"`
	SourceID        string         `json:"source_id,omitzero"`
	Quantity        int64          `json:"quantity"`
	InitialQuantity int64          `json:"initial_quantity"`
	DiscountUnits   *int64         `json:"discount_quantity,omitzero"`
	AppliedUnits    *int64         `json:"applied_discount_quantity,omitzero"`
	AppliedQuantity *int64         `json:"applied_quantity,omitzero"`
	AppliedAmount   *promo.Amount  `json:"applied_quantity_amount,omitzero"`
	Amount          *promo.Amount  `json:"amount,omitzero"`
	InitialAmount   *promo.Amount  `json:"initial_amount,omitzero"`
	Discount        *promo.Amount  `json:"discount_amount,omitzero"`
	Applied         *promo.Amount  `json:"applied_discount_amount,omitzero"`
	Price           *promo.Amount  `json:"price,omitzero"`
	Subtotal        *promo.Amount  `json:"subtotal_amount,omitzero"`
	Product         *Product       `json:"product,omitzero"`
	SKU             *SKU           `json:"sku,omitzero"`
	Object          string         `json:"object"`
	Metadata        promo.Metadata `json:"metadata,omitzero"`

	Replacements []promo.Replacement `json:"application_details,omitzero"`
}

// Product is product data of a line.
type Product struct {
	ID       string         `json:"id,omitzero"`
	SourceID string         `json:"source_id,omitzero"`
	Override *bool          `json:"override,omitzero"`
	Name     string         `json:"name,omitzero"`
	Price    *promo.Decimal `json:"price,omitzero"`
	Metadata promo.Metadata `json:"metadata,omitzero"`
}

// SKU is SKU data of a line.
type SKU struct {
	ID       string         `json:"id,omitzero"`
	SourceID string         `json:"source_id,omitzero"`
	Override *bool          `json:"override,omitzero"`
	SKU      string         `json:"sku,omitzero"`
	Price    *promo.Decimal `json:"price,omitzero"`
	Metadata promo.Metadata `json:"metadata,omitzero"`
}

// OrderRedemptions are an order's redemptions by id, oldest first.
type OrderRedemptions []promo.OrderRedemption

type orderRedemption struct {
	Date        calendar.Instant     `json:"date"`
	RelatedType string               `json:"related_object_type"`
	RelatedID   string               `json:"related_object_id"`
	Stacked     []promo.RedemptionID `json:"stacked,omitzero"`
}

// MarshalJSONTo writes an object keyed by id.
func (r OrderRedemptions) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, e := range r {
		if err := enc.WriteToken(jsontext.String(string(e.ID))); err != nil {
			return err
		}
		if err := json.MarshalEncode(enc, orderRedemption{calendar.Instant{Time: e.Date}, e.RelatedType, e.RelatedID, e.Stacked}); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// Size is how much of an order is shown (30 b.4).
type Size int

// The sizes.
const (
	Step   Size = iota // a running calculation, or the final one, of a validation
	Child              // of one redemption of several
	Parent             // of a parent, or of a single redemption
	Full               // on its own
)

// NewOrder is an order at a size; nil stays nil.
func NewOrder(o *promo.Order, size Size) *Order {
	if o == nil {
		return nil
	}
	t := pricing.TotalsOf(o)
	out := &Order{ID: o.ID, Amount: o.Amount, Initial: o.InitialAmount, Discount: o.DiscountAmount, ItemsDiscount: t.ItemsDiscount,
		TotalDiscount: t.TotalDiscount, Total: t.Total, Applied: o.Applied, ItemsApplied: t.ItemsApplied, TotalApplied: t.TotalApplied, Items: newItems(o.Items, size != Child),
		Metadata: metadata.Shown(o.Metadata), Object: "order"}
	switch {
	case o.ID == "": // an unsaved cart has neither id (30 b.4)
	case o.SourceID != nil:
		out.SourceID = promo.Some(*o.SourceID)
	default:
		out.SourceID = null[string]()
	}
	if size == Child {
		return out
	}
	out.CustomerID, out.ReferrerID = idOrNull(o.Customer), idOrNull(o.Referrer)
	if size == Step {
		return out
	}
	out.Status = o.Status
	out.CreatedAt = &calendar.Instant{Time: o.CreatedAt}
	out.UpdatedAt = null[calendar.Instant]()
	if o.UpdatedAt != nil {
		out.UpdatedAt = promo.Some(calendar.Instant{Time: *o.UpdatedAt})
	}
	if size == Parent {
		return out
	}
	if o.Customer != "" {
		out.Customer = &Ref{o.Customer, "customer"}
	}
	if len(o.Redemptions) > 0 {
		out.Redemptions = (*OrderRedemptions)(&o.Redemptions)
	}
	return out
}

func null[T any]() promo.Opt[T] { return promo.Opt[T]{Set: true, Null: true} }

func idOrNull(id promo.CustomerID) promo.Opt[promo.CustomerID] {
	if id == "" {
		return null[promo.CustomerID]()
	}
	return promo.Some(id)
}

func newItems(items []promo.OrderItem, detailed bool) []OrderItem {
	if items == nil {
		return nil
	}
	out := make([]OrderItem, len(items))
	for i := range items {
		it := &items[i]
		out[i] = OrderItem{ID: it.ID, SKUID: it.SKUID, ProductID: it.ProductID, RelatedObject: it.RelatedObject, SourceID: it.SourceID,
			Quantity: it.Quantity, InitialQuantity: it.InitialQuantity, DiscountUnits: it.DiscountQuantity, AppliedUnits: it.AppliedDiscountQuantity,
			AppliedQuantity: it.AppliedQuantity, AppliedAmount: it.AppliedQuantityAmount, Amount: it.Amount, InitialAmount: it.InitialAmount,
			Discount: it.DiscountAmount, Applied: it.Applied, Price: it.Price, Object: "order_item", Metadata: it.Metadata, Replacements: it.Replacements}
		if it.Amount != nil {
			rest := *it.Amount
			if it.DiscountAmount != nil {
				rest -= *it.DiscountAmount
			}
			out[i].Subtotal = &rest
		}
		if g := it.Product; g != nil && detailed {
			out[i].Product = &Product{g.ID, g.SourceID, g.Override, g.Name, g.Price, g.Metadata}
		}
		if g := it.SKU; g != nil && detailed {
			out[i].SKU = &SKU{g.ID, g.SourceID, g.Override, g.Name, g.Price, g.Metadata}
		}
	}
	return out
}
