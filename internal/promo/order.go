package promo

import "time"

// OrderID is `ord_` and a sortable body (60 2.1).
type OrderID string

// OrderStatus is where an order is in its life (30 b.3).
type OrderStatus string

// The statuses of an order.
const (
	OrderCreated   OrderStatus = "CREATED"
	OrderPaid      OrderStatus = "PAID"
	OrderCanceled  OrderStatus = "CANCELED"
	OrderFulfilled OrderStatus = "FULFILLED"
)

// Order is what is kept of an order, and the cart that a decision prices (30 b.4). Discounts are running totals; nil
// means never computed, so that the field stays absent (10-pricing R111). Amount nil: not known.
type Order struct {
	ID             OrderID     `json:"id,omitzero"`
	SourceID       *string     `json:"source_id,omitzero"`
	Status         OrderStatus `json:"status,omitzero"`
	Amount         *Amount     `json:"amount,omitzero"`
	InitialAmount  *Amount     `json:"initial_amount,omitzero"`  // before units were added or replaced; nil: none were (10-pricing R17)
	DiscountAmount *Amount     `json:"discount_amount,omitzero"` // order level
	Items          []OrderItem `json:"items,omitzero"`
	Metadata       Metadata    `json:"metadata,omitzero"`
	Customer       CustomerID  `json:"customer,omitzero"`
	Referrer       CustomerID  `json:"referrer,omitzero"`
	CreatedAt      time.Time   `json:"created_at,omitzero"`
	UpdatedAt      *time.Time  `json:"updated_at,omitzero"`

	Redemptions []OrderRedemption `json:"redemptions,omitzero"` // oldest first

	Applied *Amount `json:"applied,omitzero"` // order-level discount of one step or request; never on a stored order (10-pricing R116)
}

// OrderRedemption is one entry of the map of an order's redemptions (30 b.4).
type OrderRedemption struct {
	ID          RedemptionID   `json:"id"`
	Date        time.Time      `json:"date"`
	RelatedType string         `json:"related_object_type"`
	RelatedID   string         `json:"related_object_id"`
	Stacked     []RedemptionID `json:"stacked,omitzero"`
}

// OrderItem is a line (30 b.3). Nil numbers are not known.
type OrderItem struct {
	ID               string  `json:"id"`
	ProductID        string  `json:"product_id,omitzero"`
	SKUID            string  `json:"sku_id,omitzero"`
	SourceID         string  `json:"source_id,omitzero"`
	RelatedObject    string  `json:"related_object,omitzero"`
	Quantity         int64   `json:"quantity"`
	InitialQuantity  int64   `json:"initial_quantity"`
	Recount          bool    `json:"recount,omitzero"`           // sent with initial_quantity alone: units added to it begin at price x quantity (10-pricing R16)
	DiscountQuantity *int64  `json:"discount_quantity,omitzero"` // units given free so far; nil: none, and none sent
	Price            *Amount `json:"price,omitzero"`
	Amount           *Amount `json:"amount,omitzero"`
	InitialAmount    *Amount `json:"initial_amount,omitzero"`
	DiscountAmount   *Amount `json:"discount_amount,omitzero"`

	// Of one step or request, never on a stored order (10-pricing R115, R116). Nil: not computed.
	Applied                 *Amount       `json:"applied,omitzero"`
	AppliedDiscountQuantity *int64        `json:"applied_discount_quantity,omitzero"`
	AppliedQuantity         *int64        `json:"applied_quantity,omitzero"` // negative: replaced
	AppliedQuantityAmount   *Amount       `json:"applied_quantity_amount,omitzero"`
	Replacements            []Replacement `json:"application_details,omitzero"`

	Product  *LineGood `json:"product,omitzero"`
	SKU      *LineGood `json:"sku,omitzero"`
	Metadata Metadata  `json:"metadata,omitzero"`
}

// Replacement is units of one line that became units of another (10-pricing b.9). Indexes count from 0; what the source
// lost is negative.
type Replacement struct {
	Source         int    `json:"source_index"`
	SourceUnits    int64  `json:"source_applied_quantity"`
	SourceAmount   Amount `json:"source_applied_quantity_amount"`
	Target         int    `json:"target_index"`
	TargetUnits    int64  `json:"target_applied_quantity"`
	TargetAmount   Amount `json:"target_applied_quantity_amount"`
	TargetDiscount Amount `json:"target_applied_discount_amount"`
}

// LineGood is the product or SKU data sent with a line.
type LineGood struct {
	ID       string   `json:"id,omitzero"`
	SourceID string   `json:"source_id,omitzero"`
	Override *bool    `json:"override,omitzero"`
	Name     string   `json:"name,omitzero"` // `sku` on a SKU
	Price    *Decimal `json:"price,omitzero"`
	Metadata Metadata `json:"metadata,omitzero"`
}
