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

// The effects on units (10-pricing d.8, d.9). ReplaceItems is in no public enumeration (G1).
const (
	AddMissingItems Effect = "ADD_MISSING_ITEMS"
	AddNewItems     Effect = "ADD_NEW_ITEMS"
	AddManyItems    Effect = "ADD_MANY_ITEMS"
	AddSameItems    Effect = "ADD_SAME_ITEMS"
	ReplaceItems    Effect = "REPLACE_ITEMS"
)

// Discount is stored as it was sent (10-pricing b.1); members that do not belong to its type are nil or "". A value
// with a formula is what stands when the formula fails (R150).
type Discount struct {
	Type                  DiscountType `json:"type"`
	Effect                Effect       `json:"effect,omitzero"`
	AmountOff             *Decimal     `json:"amount_off,omitzero"` // minor units
	AmountOffFormula      string       `json:"amount_off_formula,omitzero"`
	PercentOff            *Decimal     `json:"percent_off,omitzero"`
	PercentOffFormula     string       `json:"percent_off_formula,omitzero"`
	AmountLimit           *Decimal     `json:"amount_limit,omitzero"`
	AggregatedAmountLimit *Amount      `json:"aggregated_amount_limit,omitzero"`
	FixedAmount           *Decimal     `json:"fixed_amount,omitzero"` // minor units
	FixedAmountFormula    string       `json:"fixed_amount_formula,omitzero"`
	UnitOff               *int64       `json:"unit_off,omitzero"`
	UnitOffFormula        string       `json:"unit_off_formula,omitzero"`
	UnitType              string       `json:"unit_type,omitzero"` // a product or SKU; a collection of AddSameItems
	Units                 []UnitOff    `json:"units,omitzero"`     // of AddManyItems
}

// UnitOff is one entry of a discount that gives several kinds of units (10-pricing b.2). Effect is AddNewItems or
// AddMissingItems.
type UnitOff struct {
	UnitOff        *int64 `json:"unit_off,omitzero"`
	UnitOffFormula string `json:"unit_off_formula,omitzero"`
	UnitType       string `json:"unit_type"`
	Effect         Effect `json:"effect"`
}
