package campaigns

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/formula"
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
	FixedAmount           promo.Opt[promo.Decimal] `json:"fixed_amount"`
	FixedAmountFormula    promo.Opt[string]        `json:"fixed_amount_formula"`
	UnitOff               promo.Opt[promo.Integer] `json:"unit_off"`
	UnitOffFormula        promo.Opt[string]        `json:"unit_off_formula"`
	UnitType              promo.Opt[string]        `json:"unit_type"`
	Units                 promo.Opt[[]UnitOffBody] `json:"units"`
}

// UnitOffBody is one kind of free units of several (10-pricing b.2).
type UnitOffBody struct {
	UnitOff        promo.Opt[promo.Integer] `json:"unit_off"`
	UnitOffFormula promo.Opt[string]        `json:"unit_off_formula"`
	UnitType       promo.Opt[string]        `json:"unit_type"`
	Effect         promo.Opt[UnitEffect]    `json:"effect"`
}

// UnitEffect is what one kind of units of several may do.
type UnitEffect promo.Effect

// UnmarshalJSONFrom reads one of the two effects.
func (e *UnitEffect) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, (*promo.Effect)(e), promo.AddNewItems, promo.AddMissingItems)
}

// DiscountType is the kind of a discount in a body.
type DiscountType promo.DiscountType

// UnmarshalJSONFrom reads one of the four kinds.
func (t *DiscountType) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, (*promo.DiscountType)(t), promo.AmountDiscount, promo.PercentDiscount, promo.UnitDiscount,
		promo.FixedDiscount)
}

// effects are what each kind of discount may do (10-pricing b.1, G1).
var effects = map[promo.DiscountType][]promo.Effect{
	promo.AmountDiscount: {promo.ApplyToOrder, promo.ApplyToItems, promo.ApplyToItemsProportionally,
		promo.ApplyToItemsProportionallyQuantity, promo.ApplyToItemsByQuantity},
	promo.PercentDiscount: {promo.ApplyToOrder, promo.ApplyToItems},
	promo.FixedDiscount:   {promo.ApplyToOrder, promo.ApplyToItems},
	promo.UnitDiscount:    {promo.AddMissingItems, promo.AddNewItems, promo.AddManyItems, promo.AddSameItems, promo.ReplaceItems},
}

func (d *DiscountBody) kind() promo.DiscountType { return promo.DiscountType(d.Type.Value) }

func (d *DiscountBody) effect() promo.Effect { return promo.Effect(d.Effect.Value) }

// check refuses values out of bounds (10-pricing f).
func (d *DiscountBody) check() *promo.Refusal {
	if !d.Type.Given() {
		return lacks(".discount", "type")
	}
	if allowed := effects[d.kind()]; d.Effect.Given() && !slices.Contains(allowed, d.effect()) {
		return promo.Property(".discount.effect", promo.OneOf(allowed...))
	}
	switch d.kind() {
	case promo.AmountDiscount:
		return cmp.Or(
			between("amount_off", d.AmountOff, promo.MaxInteger),
			readable(".discount.amount_off_formula", d.AmountOffFormula),
			oneOf(".discount", "amount_off", d.AmountOff.Given(), d.AmountOffFormula.Given()),
			d.checkLimit())
	case promo.PercentDiscount:
		return cmp.Or(
			between("percent_off", d.PercentOff, 100),
			readable(".discount.percent_off_formula", d.PercentOffFormula),
			oneOf(".discount", "percent_off", d.PercentOff.Given(), d.PercentOffFormula.Given()),
			between("amount_limit", d.AmountLimit, promo.MaxInteger),
			d.checkLimit())
	case promo.FixedDiscount:
		byEntry := d.effect() == promo.ApplyToItems // its prices may stand on the entries of rules
		return cmp.Or(
			between("fixed_amount", d.FixedAmount, promo.MaxInteger),
			readable(".discount.fixed_amount_formula", d.FixedAmountFormula),
			oneOf(".discount", "fixed_amount", d.FixedAmount.Given() || byEntry, d.FixedAmountFormula.Given()))
	}
	return d.checkUnits()
}

// checkUnits refuses free units of nothing, and several kinds where one is meant or one where several are.
func (d *DiscountBody) checkUnits() *promo.Refusal {
	if !d.many() {
		return units(".discount", d.UnitOff, d.UnitOffFormula, d.UnitType)
	}
	if !d.Units.Given() {
		return lacks(".discount", "units")
	}
	if len(d.Units.Value) == 0 {
		return promo.Property(".discount.units", "must NOT have fewer than 1 items")
	}
	for i := range d.Units.Value {
		u, path := &d.Units.Value[i], fmt.Sprintf(".discount.units[%d]", i)
		if refused := units(path, u.UnitOff, u.UnitOffFormula, u.UnitType); refused != nil {
			return refused
		}
		if !u.Effect.Given() {
			return lacks(path, "effect")
		}
	}
	return nil
}

func units(path string, off promo.Opt[promo.Integer], text, of promo.Opt[string]) *promo.Refusal {
	switch {
	case off.Given() && off.Value < 0:
		return promo.Property(path+".unit_off", "must be >= 0")
	case !of.Given() || of.Value == "":
		return lacks(path, "unit_type")
	}
	return cmp.Or(readable(path+".unit_off_formula", text), oneOf(path, "unit_off", off.Given(), text.Given()))
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

// readable refuses a formula that is none, and says where (10-pricing R152).
func readable(path string, text promo.Opt[string]) *promo.Refusal {
	if !text.Given() {
		return nil
	}
	if _, fault := formula.Parse(text.Value); fault != nil {
		return promo.Property(path, fmt.Sprintf("is not a valid formula: %s at character %d", fault.Reason, fault.Offset+1))
	}
	return nil
}

// oneOf refuses what has neither its value nor a formula for it.
func oneOf(path, name string, value, formula bool) *promo.Refusal {
	if value || formula {
		return nil
	}
	return lacks(path, name)
}

func (d *DiscountBody) checkLimit() *promo.Refusal {
	if d.AggregatedAmountLimit.Given() && d.AggregatedAmountLimit.Value < 0 {
		return promo.Property(".discount.aggregated_amount_limit", "must be >= 0")
	}
	return nil
}

// known refuses units of what the catalogue does not have (10-pricing f). Until there is one, that is all but what is
// built in.
func (d *DiscountBody) known() *promo.Refusal {
	if d.kind() != promo.UnitDiscount {
		return nil
	}
	if len(d.Units.Value) == 0 && d.effect() == promo.AddSameItems {
		if d.UnitType.Value != string(promo.AllProducts) {
			return promo.NotFound(promo.CollectionObject, d.UnitType.Value)
		}
		return nil
	}
	of := []string{d.UnitType.Value}
	if d.many() {
		of = of[:0]
		for i := range d.Units.Value {
			of = append(of, d.Units.Value[i].UnitType.Value)
		}
	}
	for _, id := range of {
		if id != string(promo.ShippingProduct) {
			return promo.NotFound(promo.ProductObject, id)
		}
	}
	return nil
}

// many reports whether several kinds of units are given (10-pricing R20).
func (d *DiscountBody) many() bool {
	return d.effect() == promo.AddManyItems || !d.Effect.Given() && d.Units.Given()
}

// fact is the discount as it is kept: as sent, an effect that was not sent absent (40 R7), without members that do not
// belong to its kind.
func (d *DiscountBody) fact() *promo.Discount {
	out := &promo.Discount{Type: d.kind(), Effect: d.effect()}
	switch out.Type {
	case promo.AmountDiscount:
		out.AmountOff, out.AmountOffFormula = d.AmountOff.Ptr(), d.AmountOffFormula.Value
		out.AggregatedAmountLimit = d.AggregatedAmountLimit.Ptr()
	case promo.PercentDiscount:
		out.PercentOff, out.PercentOffFormula, out.AmountLimit = d.PercentOff.Ptr(), d.PercentOffFormula.Value, d.AmountLimit.Ptr()
		out.AggregatedAmountLimit = d.AggregatedAmountLimit.Ptr()
	case promo.FixedDiscount:
		out.FixedAmount, out.FixedAmountFormula = d.FixedAmount.Ptr(), d.FixedAmountFormula.Value
	case promo.UnitDiscount:
		if !d.many() {
			out.UnitOff, out.UnitOffFormula, out.UnitType = (*int64)(d.UnitOff.Ptr()), d.UnitOffFormula.Value, d.UnitType.Value
			break
		}
		for i := range d.Units.Value {
			u := &d.Units.Value[i]
			out.Units = append(out.Units, promo.UnitOff{UnitOff: (*int64)(u.UnitOff.Ptr()), UnitOffFormula: u.UnitOffFormula.Value,
				UnitType: u.UnitType.Value, Effect: promo.Effect(u.Effect.Value)})
		}
	}
	return out
}
