package view

import (
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

// CalculatedDiscount is a discount as it was applied (10-pricing b.1, R155): values evaluated, effect resolved.
type CalculatedDiscount struct {
	Type                  promo.DiscountType `json:"type"`
	Effect                promo.Effect       `json:"effect"`
	AmountOff             *promo.Decimal     `json:"amount_off,omitzero"`
	PercentOff            *promo.Decimal     `json:"percent_off,omitzero"`
	AmountLimit           *promo.Decimal     `json:"amount_limit,omitzero"`
	AggregatedAmountLimit *promo.Amount      `json:"aggregated_amount_limit,omitzero"`
	FixedAmount           *promo.Decimal     `json:"fixed_amount,omitzero"`
	UnitOff               *int64             `json:"unit_off,omitzero"`
	UnitType              string             `json:"unit_type,omitzero"`
	Product               *UnitProduct       `json:"product,omitzero"`
	SKU                   *UnitSKU           `json:"sku,omitzero"`
	Units                 []CalculatedUnits  `json:"units,omitzero"`
	Dynamic               *bool              `json:"is_dynamic,omitzero"` // absent where several kinds of units are given
}

// CalculatedUnits is one kind of free units of several (10-pricing b.2).
type CalculatedUnits struct {
	UnitOff  *int64       `json:"unit_off,omitzero"`
	UnitType string       `json:"unit_type"`
	Effect   promo.Effect `json:"effect"`
	Product  *UnitProduct `json:"product,omitzero"`
	SKU      *UnitSKU     `json:"sku,omitzero"`
}

// UnitProduct is the product of free units.
type UnitProduct struct {
	ID       promo.ProductID `json:"id"`
	SourceID *string         `json:"source_id,omitzero"`
	Name     string          `json:"name,omitzero"`
}

// UnitSKU is the SKU of free units.
type UnitSKU struct {
	ID       promo.SKUID `json:"id"`
	SourceID *string     `json:"source_id,omitzero"`
	SKU      string      `json:"sku,omitzero"`
}

func newCalculatedDiscount(s *pricing.Step) *CalculatedDiscount {
	d := s.Discount
	out := &CalculatedDiscount{Type: d.Type, Effect: d.Effect, AmountOff: d.AmountOff, PercentOff: d.PercentOff, AmountLimit: d.AmountLimit,
		AggregatedAmountLimit: d.AggregatedAmountLimit, FixedAmount: d.FixedAmount, UnitOff: d.UnitOff, UnitType: d.UnitType}
	if d.Effect != promo.AddManyItems {
		out.Dynamic = &s.Dynamic
		if len(s.Goods) == 1 {
			out.Product, out.SKU = unitGood(s.Goods[0])
		}
		return out
	}
	for i, u := range d.Units {
		own := CalculatedUnits{UnitOff: u.UnitOff, UnitType: u.UnitType, Effect: u.Effect}
		own.Product, own.SKU = unitGood(s.Goods[i])
		out.Units = append(out.Units, own)
	}
	return out
}

func unitGood(g pricing.Good) (p *UnitProduct, s *UnitSKU) {
	if g.Product != nil {
		p = &UnitProduct{g.Product.ID, g.Product.SourceID, g.Product.Name}
	}
	if g.SKU != nil {
		s = &UnitSKU{g.SKU.ID, g.SKU.SourceID, g.SKU.SKU}
	}
	return p, s
}
