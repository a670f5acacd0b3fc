package view

import (
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/rules"
	"github.com/scrip-dev/scrip/internal/stacking"
)

func written(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// What no stored rule can bring about yet has its form already.
func TestEntries(t *testing.T) { // 20-rules R50-R52; 30 R32, R41, b.5; 10-pricing R96, R102, b.10
	card := &stacking.Candidate{Object: promo.VoucherObject, ID: "CARD", Voucher: &promo.Voucher{Code: "CARD", Type: promo.LoyaltyCard}}
	tier := &stacking.Candidate{Object: promo.TierObject, ID: "promo_1", Tier: &promo.PromotionTier{ID: "promo_1", Name: "Spring", Metadata: promo.Metadata(`{"a":1}`)},
		Campaign: &promo.Campaign{ID: "camp_1", Name: "Year"}}
	violated := &promo.Refusal{Key: "order_rules_violated", Message: "order does not match validation rules", Details: "Promotion Tier cannot be redeemed because of violated validation rules: val_1"}
	bundle := &rules.Bundle{Limit: 1, Identified: []rules.BundleUnits{{Object: "product", ID: "b", Line: 2, Units: 1}}, Missing: []rules.BundleUnits{{Object: "products_collection", ID: "pc", Units: 2}}}
	const none = `{"object":"list","data_ref":"data","data":[],"total":0}`
	for name, tt := range map[string]struct {
		e      stacking.Entry
		detail Detail
		want   string
	}{
		"points": {stacking.Entry{Candidate: card, Status: stacking.Applicable, Step: pricing.Step{Spent: 300}}, Detail{},
			`{"status":"APPLICABLE","id":"CARD","object":"voucher","applicable_to":` + none + `,"inapplicable_to":` + none + `,"result":{"loyalty_card":{"points":300}},"metadata":{}}`},
		"own words and a bundle": {stacking.Entry{Candidate: tier, Status: stacking.Inapplicable, Refused: violated, Message: "Add two more", Bundle: bundle}, Detail{},
			`{"status":"INAPPLICABLE","id":"promo_1","object":"promotion_tier","result":{"bundle":{"quantity":0,"limit":1,"identified":[{"id":"b","object":"product","item_index":2,"item_quantity":1}],` +
				`"missing":[{"id":"pc","object":"products_collection","item_quantity":2}]},"error":{"code":400,"key":"order_rules_violated","message":"order does not match validation rules",` +
				`"details":"Promotion Tier cannot be redeemed because of violated validation rules: val_1","request_id":"v-1","redeemable_id":"promo_1","redeemable_type":"promotion_tier","error":{"message":"Add two more"}},` +
				`"details":{"message":"Add two more","key":"order_rules_violated"}},"metadata":{}}`},
		"a tier in full": {stacking.Entry{Candidate: tier, Status: stacking.Skipped, Skip: &stacking.Skip{Key: "no_effect", Message: "m"}}, Detail{Redeemable: true},
			`{"status":"SKIPPED","id":"promo_1","object":"promotion_tier","result":{"details":{"message":"m","key":"no_effect"}},"metadata":{"a":1},"campaign_name":"Year","campaign_id":"camp_1","name":"Spring"}`},
	} {
		if got := written(t, newEntry(&tt.e, "v-1", tt.detail)); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, tt.want)
		}
	}
}

func TestApplicables(t *testing.T) { // 10-pricing b.5, b.6, R69, R120-R123, R126
	n := int64(5)
	l := pricing.Listed{ApplicableTo: promo.ApplicableTo{Object: "sku", ID: "sku_1", SourceID: new("s"), Effect: promo.ApplyToEvery, Target: promo.TargetItem, Repeat: 1, Price: new(promo.NewDecimal(125, 1)),
		QuantityLimit: &n, Budgets: []promo.UnitBudget{{Name: "product_in_collection_customer_promotion_tier_quantity_limit", Limit: &n}}},
		Strict: true, ProductID: "prod_1", ProductSourceID: "p", Indices: []int{0, 2}, Units: []pricing.LineUnits{{Index: 0, Units: []int64{1}}, {Index: 2, Exceeded: true}}}
	want := `{"object":"list","data_ref":"data","data":[{"object":"sku","id":"sku_1","source_id":"s","product_id":"prod_1","product_source_id":"p","strict":true,"price":12.5,"effect":"APPLY_TO_EVERY",` +
		`"quantity_limit":5,"order_item_indices":[0,2],"order_item_units":[{"index":0,"units":[1]},{"index":2,"units_limit_exceeded":true}],"skip_initially":0,"repeat":1,"target":"ITEM",` +
		`"product_in_collection_customer_promotion_tier_quantity_limit":5}],"total":1}`
	if got := written(t, NewApplicables([]pricing.Listed{l})); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestCalculatedDiscounts(t *testing.T) { // 10-pricing b.1, b.2, b.11, R155
	product, sku := &promo.Product{ID: "prod_1", SourceID: new("p"), Name: "Pot"}, &promo.SKU{ID: "sku_1", Product: "prod_1", SKU: "Small"}
	for name, tt := range map[string]struct {
		step pricing.Step
		want string
	}{
		"units": {pricing.Step{Discount: &promo.Discount{Type: promo.UnitDiscount, Effect: promo.AddNewItems, UnitOff: new(int64(2)), UnitType: "sku_1"}, Goods: []pricing.Good{{Product: product, SKU: sku}}},
			`{"type":"UNIT","effect":"ADD_NEW_ITEMS","unit_off":2,"unit_type":"sku_1","product":{"id":"prod_1","source_id":"p","name":"Pot"},"sku":{"id":"sku_1","sku":"Small"},"is_dynamic":false}`},
		"several kinds": {pricing.Step{Discount: &promo.Discount{Type: promo.UnitDiscount, Effect: promo.AddManyItems, Units: []promo.UnitOff{{UnitOff: new(int64(1)), UnitType: "prod_1", Effect: promo.AddNewItems}, {UnitType: "prod_9", Effect: promo.AddMissingItems}}},
			Goods: []pricing.Good{{Product: product}, {}}},
			`{"type":"UNIT","effect":"ADD_MANY_ITEMS","units":[{"unit_off":1,"unit_type":"prod_1","effect":"ADD_NEW_ITEMS","product":{"id":"prod_1","source_id":"p","name":"Pot"}},{"unit_type":"prod_9","effect":"ADD_MISSING_ITEMS"}]}`},
		"percent": {pricing.Step{Discount: &promo.Discount{Type: promo.PercentDiscount, Effect: promo.ApplyToOrder, PercentOff: new(promo.NewDecimal(3325, 2)), AmountLimit: new(promo.NewDecimal(500, 0))}, Dynamic: true},
			`{"type":"PERCENT","effect":"APPLY_TO_ORDER","percent_off":33.25,"amount_limit":500,"is_dynamic":true}`},
	} {
		if got := written(t, newCalculatedDiscount(&tt.step)); got != tt.want {
			t.Errorf("%s: %s\nwant %s", name, got, tt.want)
		}
	}
}
