package promo

// DiscountType is the kind of a discount (10-pricing b.1).
type DiscountType string

// The kinds of discounts.
const (
	AmountDiscount  DiscountType = "AMOUNT"
	PercentDiscount DiscountType = "PERCENT"
	UnitDiscount    DiscountType = "UNIT"
	FixedDiscount   DiscountType = "FIXED"
)

// Effect is how a discount or gift card hits the order (10-pricing b.1). "" is resolved when it is applied (R20).
type Effect string

// The effects on money.
const (
	ApplyToOrder                       Effect = "APPLY_TO_ORDER"
	ApplyToItems                       Effect = "APPLY_TO_ITEMS"
	ApplyToItemsProportionally         Effect = "APPLY_TO_ITEMS_PROPORTIONALLY"
	ApplyToItemsProportionallyQuantity Effect = "APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY"
	ApplyToItemsByQuantity             Effect = "APPLY_TO_ITEMS_BY_QUANTITY"
)

// Discount is stored as it was sent (10-pricing b.1); members that do not belong to its type are nil.
type Discount struct {
	Type                  DiscountType `json:"type"`
	Effect                Effect       `json:"effect,omitzero"`
	AmountOff             *Decimal     `json:"amount_off,omitzero"` // minor units
	PercentOff            *Decimal     `json:"percent_off,omitzero"`
	AmountLimit           *Decimal     `json:"amount_limit,omitzero"`
	AggregatedAmountLimit *Amount      `json:"aggregated_amount_limit,omitzero"`
}
