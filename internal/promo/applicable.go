package promo

// ItemEffect says which of the matched lines or units are taken (10-pricing R47-R49). "" is ApplyToEvery.
type ItemEffect string

// The item effects.
const (
	ApplyToEvery           ItemEffect = "APPLY_TO_EVERY"
	ApplyToCheapest        ItemEffect = "APPLY_TO_CHEAPEST"
	ApplyFromCheapest      ItemEffect = "APPLY_FROM_CHEAPEST"
	ApplyToMostExpensive   ItemEffect = "APPLY_TO_MOST_EXPENSIVE"
	ApplyFromMostExpensive ItemEffect = "APPLY_FROM_MOST_EXPENSIVE"
)

// Target is what an entry selects and counts. "" is TargetItem.
type Target string

// The targets.
const (
	TargetItem Target = "ITEM"
	TargetUnit Target = "UNIT"
)

// The kinds of things in a catalogue, as conditions and entries name them.
const (
	ProductObject    = "product"
	SKUObject        = "sku"
	CollectionObject = "products_collection"
)

// ApplicableToSet is the items that an incentive may touch and must not (10-pricing b.4); excluded wins.
type ApplicableToSet struct {
	Included    []ApplicableTo `json:"included,omitzero"`
	Excluded    []ApplicableTo `json:"excluded,omitzero"`
	IncludedAll bool           `json:"included_all,omitzero"`
}

// ApplicableTo is one entry (10-pricing b.5), with what was set on the rule. Zero values stand for defaults; nil limits
// are none.
type ApplicableTo struct {
	Object                  string       `json:"object"` // product, sku or products_collection
	ID                      string       `json:"id"`
	SourceID                *string      `json:"source_id,omitzero"`
	Effect                  ItemEffect   `json:"effect,omitzero"`
	Target                  Target       `json:"target,omitzero"`
	Repeat                  int64        `json:"repeat,omitzero"` // 0 is 1
	SkipInitially           int64        `json:"skip_initially,omitzero"`
	Price                   *Decimal     `json:"price,omitzero"` // minor units; the formula's fallback
	PriceFormula            string       `json:"price_formula,omitzero"`
	QuantityLimit           *int64       `json:"quantity_limit,omitzero"`
	AggregatedQuantityLimit *int64       `json:"aggregated_quantity_limit,omitzero"`
	AmountLimit             *Amount      `json:"amount_limit,omitzero"`
	AggregatedAmountLimit   *Amount      `json:"aggregated_amount_limit,omitzero"`
	Budgets                 []UnitBudget `json:"budgets,omitzero"` // in the order of BudgetNames
}

// BudgetNames are the unit budgets over time (10-pricing R69), as the public API names and orders them.
var BudgetNames = []string{
	"product_campaign_quantity_limit",
	"product_customer_campaign_quantity_limit",
	"product_in_collection_campaign_quantity_limit",
	"product_in_collection_customer_campaign_quantity_limit",
	"product_promotion_tier_quantity_limit",
	"product_customer_promotion_tier_quantity_limit",
	"product_in_collection_promotion_tier_quantity_limit",
	"product_in_collection_customer_promotion_tier_quantity_limit",
}

// UnitBudget limits the discounted units of an entry over all redemptions (10-pricing R69). Limit nil: none, unless the
// formula gives one.
type UnitBudget struct {
	Name    string `json:"name"`
	Limit   *int64 `json:"limit,omitzero"`
	Formula string `json:"formula,omitzero"`
}
