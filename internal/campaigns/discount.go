package campaigns

import (
	"cmp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
)

// DiscountBody is a discount as it is sent (10-pricing b.1). Members of other kinds of discounts are ignored.
type DiscountBody struct {
	Type                  promo.Opt[DiscountType]  `json:"type" required:"true"`
	Effect                promo.Opt[string]        `json:"effect"`
	AmountOff             promo.Opt[promo.Decimal] `json:"amount_off"`
	AmountOffFormula      promo.Opt[string]        `json:"amount_off_formula"`
	PercentOff            promo.Opt[promo.Decimal] `json:"percent_off"`
	PercentOffFormula     promo.Opt[string]        `json:"percent_off_formula"`
	AmountLimit           promo.Opt[promo.Decimal] `json:"amount_limit"`
	AggregatedAmountLimit promo.Opt[promo.Amount]  `json:"aggregated_amount_limit"`
}

// DiscountType is the kind of a discount in a body.
type DiscountType promo.DiscountType

// UnmarshalJSONFrom reads one of the four kinds.
func (t *DiscountType) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, (*promo.DiscountType)(t), promo.AmountDiscount, promo.PercentDiscount, promo.UnitDiscount,
		promo.FixedDiscount)
}

// effects are what each kind of discount may do (10-pricing b.1, G1).
var effects = map[promo.DiscountType][]string{
	promo.AmountDiscount: {"APPLY_TO_ORDER", "APPLY_TO_ITEMS", "APPLY_TO_ITEMS_PROPORTIONALLY",
		"APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY", "APPLY_TO_ITEMS_BY_QUANTITY"},
	promo.PercentDiscount: {"APPLY_TO_ORDER", "APPLY_TO_ITEMS"},
	promo.FixedDiscount:   {"APPLY_TO_ORDER", "APPLY_TO_ITEMS"},
	promo.UnitDiscount:    {"ADD_MISSING_ITEMS", "ADD_NEW_ITEMS", "ADD_MANY_ITEMS", "ADD_SAME_ITEMS", "REPLACE_ITEMS"},
}

func (d *DiscountBody) kind() promo.DiscountType { return promo.DiscountType(d.Type.Value) }

// check refuses values out of bounds (10-pricing f).
func (d *DiscountBody) check() *promo.Refusal {
	if !d.Type.Given() {
		return lacks(".discount", "type")
	}
	if allowed := effects[d.kind()]; d.Effect.Given() && !slices.Contains(allowed, d.Effect.Value) {
		return promo.Property(".discount.effect", promo.OneOf(allowed...))
	}
	switch d.kind() {
	case promo.AmountDiscount:
		return cmp.Or(
			between("amount_off", d.AmountOff, promo.MaxInteger),
			oneOf("amount_off", d.AmountOff.Given(), d.AmountOffFormula.Given()),
			d.checkLimit())
	case promo.PercentDiscount:
		return cmp.Or(
			between("percent_off", d.PercentOff, 100),
			oneOf("percent_off", d.PercentOff.Given(), d.PercentOffFormula.Given()),
			between("amount_limit", d.AmountLimit, promo.MaxInteger),
			d.checkLimit())
	}
	return nil // supported refuses the others whole
}

func between(name string, value promo.Opt[promo.Decimal], most int64) *promo.Refusal {
	limit := promo.NewDecimal(most, 0)
	switch {
	case !value.Given():
		return nil
	case value.Value.Sign() < 0:
		return promo.Property(".discount."+name, "must be >= 0")
	case value.Value.Cmp(limit) > 0:
		return promo.Property(".discount."+name, "must be <= "+limit.String())
	}
	return nil
}

// oneOf refuses a discount that has neither its value nor a formula for it.
func oneOf(name string, value, formula bool) *promo.Refusal {
	if value || formula {
		return nil
	}
	return lacks(".discount", name)
}

func (d *DiscountBody) checkLimit() *promo.Refusal {
	if d.AggregatedAmountLimit.Given() && d.AggregatedAmountLimit.Value < 0 {
		return promo.Property(".discount.aggregated_amount_limit", "must be >= 0")
	}
	return nil
}

// supported refuses what this release cannot price yet: formulas, effects on lines, free units and fixed prices.
func (d *DiscountBody) supported() *promo.Refusal {
	switch {
	case d.kind() != promo.AmountDiscount && d.kind() != promo.PercentDiscount:
		return unsupported(".discount.type", string(d.kind()))
	case d.Effect.Given() && d.Effect.Value != string(promo.ApplyToOrder):
		return unsupported(".discount.effect", d.Effect.Value)
	case d.kind() == promo.AmountDiscount && d.AmountOffFormula.Given():
		return unsupported(".discount.amount_off_formula", "")
	case d.kind() == promo.PercentDiscount && d.PercentOffFormula.Given():
		return unsupported(".discount.percent_off_formula", "")
	}
	return nil
}

// fact is the discount as it is kept: as sent, an effect that was not sent absent (40 R7), without members that do not
// belong to its kind.
func (d *DiscountBody) fact() *promo.Discount {
	out := &promo.Discount{Type: d.kind(), Effect: promo.Effect(d.Effect.Value), AggregatedAmountLimit: d.AggregatedAmountLimit.Ptr()}
	if out.Type == promo.AmountDiscount {
		out.AmountOff = d.AmountOff.Ptr()
	} else {
		out.PercentOff, out.AmountLimit = d.PercentOff.Ptr(), d.AmountLimit.Ptr()
	}
	return out
}
