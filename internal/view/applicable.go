package view

import (
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Applicables list the items that an incentive may touch, or must not (10-pricing b.6).
type Applicables struct {
	Object string       `json:"object"`
	Ref    string       `json:"data_ref"`
	Data   []Applicable `json:"data"`
	Total  int          `json:"total"`
}

// Applicable is one entry (10-pricing b.5).
type Applicable struct {
	Object                  string           `json:"object"`
	ID                      string           `json:"id"`
	SourceID                *string          `json:"source_id,omitzero"`
	ProductID               string           `json:"product_id,omitzero"`
	ProductSourceID         string           `json:"product_source_id,omitzero"`
	Strict                  bool             `json:"strict"`
	Price                   *promo.Decimal   `json:"price,omitzero"`
	Effect                  promo.ItemEffect `json:"effect"`
	QuantityLimit           *int64           `json:"quantity_limit,omitzero"`
	AggregatedQuantityLimit *int64           `json:"aggregated_quantity_limit,omitzero"`
	AmountLimit             *promo.Amount    `json:"amount_limit,omitzero"`
	AggregatedAmountLimit   *promo.Amount    `json:"aggregated_amount_limit,omitzero"`
	OrderItemIndices        []int            `json:"order_item_indices,omitzero"`
	OrderItemUnits          []ItemUnits      `json:"order_item_units,omitzero"`
	SkipInitially           int64            `json:"skip_initially"`
	Repeat                  int64            `json:"repeat"`
	Target                  promo.Target     `json:"target"`

	ProductCampaign                     *int64 `json:"product_campaign_quantity_limit,omitzero"`
	ProductCustomerCampaign             *int64 `json:"product_customer_campaign_quantity_limit,omitzero"`
	ProductInCollectionCampaign         *int64 `json:"product_in_collection_campaign_quantity_limit,omitzero"`
	ProductInCollectionCustomerCampaign *int64 `json:"product_in_collection_customer_campaign_quantity_limit,omitzero"`
	ProductTier                         *int64 `json:"product_promotion_tier_quantity_limit,omitzero"`
	ProductCustomerTier                 *int64 `json:"product_customer_promotion_tier_quantity_limit,omitzero"`
	ProductInCollectionTier             *int64 `json:"product_in_collection_promotion_tier_quantity_limit,omitzero"`
	ProductInCollectionCustomerTier     *int64 `json:"product_in_collection_customer_promotion_tier_quantity_limit,omitzero"`
}

// ItemUnits are the units taken of one line, counted from 1.
type ItemUnits struct {
	Index    int     `json:"index"`
	Units    []int64 `json:"units,omitzero"`
	Exceeded bool    `json:"units_limit_exceeded,omitzero"`
}

// NewApplicables is the form of one of the lists.
func NewApplicables(list []pricing.Listed) *Applicables {
	out := &Applicables{"list", "data", make([]Applicable, len(list)), len(list)}
	for i := range list {
		out.Data[i] = newApplicable(&list[i])
	}
	return out
}

func newApplicable(l *pricing.Listed) Applicable {
	e := &l.ApplicableTo
	out := Applicable{Object: e.Object, ID: e.ID, SourceID: e.SourceID, ProductID: l.ProductID, ProductSourceID: l.ProductSourceID,
		Strict: l.Strict, Price: e.Price, Effect: e.Effect, QuantityLimit: e.QuantityLimit, AggregatedQuantityLimit: e.AggregatedQuantityLimit,
		AmountLimit: e.AmountLimit, AggregatedAmountLimit: e.AggregatedAmountLimit, OrderItemIndices: l.Indices,
		SkipInitially: e.SkipInitially, Repeat: e.Repeat, Target: e.Target}
	for _, u := range l.Units {
		out.OrderItemUnits = append(out.OrderItemUnits, ItemUnits{u.Index, u.Units, u.Exceeded})
	}
	for i, into := range []**int64{&out.ProductCampaign, &out.ProductCustomerCampaign, &out.ProductInCollectionCampaign,
		&out.ProductInCollectionCustomerCampaign, &out.ProductTier, &out.ProductCustomerTier, &out.ProductInCollectionTier,
		&out.ProductInCollectionCustomerTier} {
		for _, b := range e.Budgets {
			if b.Name == promo.BudgetNames[i] {
				*into = b.Limit
			}
		}
	}
	return out
}
