package campaigns

import (
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/codes"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// VoucherType is the kind of a voucher in a body.
type VoucherType promo.VoucherType

// UnmarshalJSONFrom reads one of the three kinds.
func (t *VoucherType) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, t, VoucherType(promo.DiscountVoucher), VoucherType(promo.GiftVoucher), VoucherType(promo.LoyaltyCard))
}

// Windows are the recurring times of a voucher (40 B.0).
type Windows struct {
	Timeframe promo.Opt[promo.Timeframe] `json:"validity_timeframe"`
	Weekdays  promo.Opt[[]promo.Integer] `json:"validity_day_of_week"`
	Hours     promo.Opt[HoursBody]       `json:"validity_hours"`
}

// HoursBody are parts of days.
type HoursBody struct {
	Daily []DailyBody `json:"daily" required:"true"`
}

// DailyBody is a part of some days, HH:mm to HH:mm.
type DailyBody struct {
	StartTime      string          `json:"start_time"`
	ExpirationTime string          `json:"expiration_time"`
	DaysOfWeek     []promo.Integer `json:"days_of_week"`
}

// DiscountBody is a discount as it is sent (10-pricing b.1).
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
	return promo.ReadEnum(dec, t, DiscountType(promo.AmountDiscount), DiscountType(promo.PercentDiscount),
		DiscountType(promo.UnitDiscount), DiscountType(promo.FixedDiscount))
}

// GiftBody is the money of a new gift card; a balance sent with it is ignored (40 R66).
type GiftBody struct {
	Amount promo.Opt[promo.Amount] `json:"amount" required:"true"`
	Effect promo.Opt[string]       `json:"effect"`
}

// RedemptionBody limits the uses of a new voucher.
type RedemptionBody struct {
	Quantity promo.Opt[Quantity] `json:"quantity"`
}

// Quantity is a number of uses; its fault has a sentence of its own (40 R65).
type Quantity int64

// UnmarshalJSONFrom reads an integer.
func (q *Quantity) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var n promo.Integer
	if dec.PeekKind() != '0' {
		if err := dec.SkipValue(); err != nil {
			return err
		}
		return promo.Wrong("must be number,null")
	}
	if err := n.UnmarshalJSONFrom(dec); err != nil {
		return err
	}
	*q = Quantity(n)
	return nil
}

// VoucherCreate is the body of POST /v1/vouchers and POST /v1/vouchers/{code} (40 C.2).
type VoucherCreate struct {
	Code           promo.Opt[string]           `json:"code"`
	CodeConfig     promo.Opt[codes.Config]     `json:"code_config"`
	Type           promo.Opt[VoucherType]      `json:"type"`
	Campaign       promo.Opt[string]           `json:"campaign"`
	CampaignID     promo.Opt[string]           `json:"campaign_id"`
	Category       promo.Opt[string]           `json:"category"`
	CategoryID     promo.Opt[string]           `json:"category_id"`
	Discount       promo.Opt[DiscountBody]     `json:"discount"`
	Gift           promo.Opt[GiftBody]         `json:"gift"`
	LoyaltyCard    promo.Opt[map[string]any]   `json:"loyalty_card"`
	StartDate      promo.Opt[calendar.Instant] `json:"start_date"`
	ExpirationDate promo.Opt[calendar.Instant] `json:"expiration_date"`
	Windows
	Active          promo.Opt[bool]           `json:"active"`
	AdditionalInfo  promo.Opt[string]         `json:"additional_info"`
	Metadata        promo.Metadata            `json:"metadata"`
	Redemption      promo.Opt[RedemptionBody] `json:"redemption"`
	ValidationRules promo.Opt[[]string]       `json:"validation_rules"`
}

// VoucherUpdate is the body of PUT /v1/vouchers/{code}: absent is unchanged, null clears (40 R3, R70).
type VoucherUpdate struct {
	Category       promo.Opt[string]           `json:"category"`
	CategoryID     promo.Opt[string]           `json:"category_id"`
	StartDate      promo.Opt[calendar.Instant] `json:"start_date"`
	ExpirationDate promo.Opt[calendar.Instant] `json:"expiration_date"`
	Windows
	Active         promo.Opt[bool]         `json:"active"`
	AdditionalInfo promo.Opt[string]       `json:"additional_info"`
	Metadata       promo.Metadata          `json:"metadata"`
	Discount       promo.Opt[DiscountBody] `json:"discount"`
}

func property(path, must string) *promo.Refusal {
	return promo.InvalidPayload("Property " + path + " " + must)
}

func invalidVoucher(details string) *promo.Refusal {
	return &promo.Refusal{Key: "invalid_voucher", Message: "Invalid Voucher", Details: details}
}

// Check refuses values out of bounds, in order of the members (10-pricing f, 40 F).
func (b *VoucherCreate) Check() *promo.Refusal {
	if b.Code.Given() {
		if refused := codes.Check(b.Code.Value, ".code"); refused != nil {
			return refused
		}
	}
	if refused := b.Discount.Value.check(b.Discount.Given()); refused != nil {
		return refused
	}
	if g := b.Gift.Value; b.Gift.Given() {
		switch {
		case !g.Amount.Given():
			return promo.InvalidPayload("Property .gift must have required property 'amount'")
		case g.Amount.Value < 0:
			return property(".gift.amount", "must be >= 0")
		case g.Effect.Given() && g.Effect.Value != string(promo.ApplyToOrder) && g.Effect.Value != string(promo.ApplyToItems):
			return property(".gift.effect", "must be equal to one of the allowed values [ APPLY_TO_ORDER, APPLY_TO_ITEMS ]")
		}
	}
	if refused := b.Windows.check(); refused != nil {
		return refused
	}
	if refused := metadata.Check(b.Metadata, ".metadata"); refused != nil {
		return refused
	}
	if q := b.Redemption.Value.Quantity; q.Given() && q.Value < 1 {
		return property(".redemption.quantity", "must be >= 1")
	}
	return nil
}

// Check refuses values out of bounds.
func (b *VoucherUpdate) Check() *promo.Refusal {
	switch {
	case b.Active.Null:
		return property(".active", "must be boolean")
	case b.Discount.Null:
		return property(".discount", "must be object")
	}
	if refused := b.Windows.check(); refused != nil {
		return refused
	}
	if refused := metadata.Check(b.Metadata, ".metadata"); refused != nil {
		return refused
	}
	return b.Discount.Value.check(b.Discount.Given())
}

// effects are what each kind of discount may do (10-pricing b.1).
var effects = map[promo.DiscountType][]promo.Effect{
	promo.AmountDiscount: {promo.ApplyToOrder, promo.ApplyToItems, promo.ApplyToItemsProportionally,
		promo.ApplyToItemsProportionallyQuantity, promo.ApplyToItemsByQuantity},
	promo.PercentDiscount: {promo.ApplyToOrder, promo.ApplyToItems},
	promo.FixedDiscount:   {promo.ApplyToOrder, promo.ApplyToItems},
	promo.UnitDiscount:    {"ADD_MISSING_ITEMS", "ADD_NEW_ITEMS", "ADD_MANY_ITEMS", "ADD_SAME_ITEMS"},
}

func (d *DiscountBody) check(sent bool) *promo.Refusal {
	if !sent {
		return nil
	}
	if !d.Type.Given() {
		return promo.InvalidPayload("Property .discount must have required property 'type'")
	}
	if refused := d.checkEffect(); refused != nil {
		return refused
	}
	for _, f := range []struct {
		name  string
		value promo.Opt[promo.Decimal]
		most  promo.Decimal
	}{{"amount_off", d.AmountOff, promo.NewDecimal(promo.MaxInteger, 0)}, {"percent_off", d.PercentOff, promo.NewDecimal(100, 0)},
		{"amount_limit", d.AmountLimit, promo.NewDecimal(promo.MaxInteger, 0)}} {
		switch {
		case !f.value.Given():
		case f.value.Value.Sign() < 0:
			return property(".discount."+f.name, "must be >= 0")
		case f.value.Value.Cmp(f.most) > 0:
			return property(".discount."+f.name, "must be <= "+f.most.String())
		}
	}
	if d.AggregatedAmountLimit.Given() && d.AggregatedAmountLimit.Value < 0 {
		return property(".discount.aggregated_amount_limit", "must be >= 0")
	}
	return d.checkSupported()
}

func (d *DiscountBody) checkEffect() *promo.Refusal {
	if !d.Effect.Given() {
		return nil
	}
	allowed := effects[promo.DiscountType(d.Type.Value)]
	names := make([]string, len(allowed))
	for i, e := range allowed {
		if names[i] = string(e); names[i] == d.Effect.Value {
			return nil
		}
	}
	return property(".discount.effect", "must be equal to one of the allowed values [ "+strings.Join(names, ", ")+" ]")
}

// checkSupported refuses what this release cannot price, so that nothing is priced wrongly: formulas, effects on lines,
// free units and fixed prices come with the decision kernel.
func (d *DiscountBody) checkSupported() *promo.Refusal {
	switch kind := promo.DiscountType(d.Type.Value); {
	case d.AmountOffFormula.Given():
		return property(".discount.amount_off_formula", "is not supported yet")
	case d.PercentOffFormula.Given():
		return property(".discount.percent_off_formula", "is not supported yet")
	case kind != promo.AmountDiscount && kind != promo.PercentDiscount:
		return property(".discount.type", "must be AMOUNT or PERCENT: "+string(kind)+" is not supported yet")
	case d.Effect.Given() && d.Effect.Value != string(promo.ApplyToOrder):
		return property(".discount.effect", "must be APPLY_TO_ORDER: "+d.Effect.Value+" is not supported yet")
	case kind == promo.AmountDiscount && !d.AmountOff.Given():
		return promo.InvalidPayload("Property .discount must have required property 'amount_off'")
	case kind == promo.PercentDiscount && !d.PercentOff.Given():
		return promo.InvalidPayload("Property .discount must have required property 'percent_off'")
	}
	return nil
}

// fact is the discount as it is kept: as sent, members of other kinds left out (40 R7).
func (d *DiscountBody) fact() *promo.Discount {
	out := &promo.Discount{Type: promo.DiscountType(d.Type.Value), Effect: promo.Effect(d.Effect.Or("")),
		AggregatedAmountLimit: d.AggregatedAmountLimit.Ptr()}
	if out.Type == promo.AmountDiscount {
		out.AmountOff = d.AmountOff.Ptr()
	} else {
		out.PercentOff, out.AmountLimit = d.PercentOff.Ptr(), d.AmountLimit.Ptr()
	}
	return out
}

var (
	clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

func (w *Windows) check() *promo.Refusal {
	if t := w.Timeframe.Value; w.Timeframe.Given() {
		if !calendar.IsDuration(t.Interval) {
			return property(".validity_timeframe.interval", "must be an ISO 8601 duration")
		}
		if !calendar.IsDuration(t.Duration) {
			return property(".validity_timeframe.duration", "must be an ISO 8601 duration")
		}
	}
	for _, day := range w.Weekdays.Value {
		if day < 0 || day > 6 {
			return property(".validity_day_of_week", "must hold days from 0 to 6")
		}
	}
	for _, d := range w.Hours.Value.Daily {
		if !clockTime.MatchString(d.StartTime) || !clockTime.MatchString(d.ExpirationTime) {
			return property(".validity_hours.daily", "must hold times as HH:mm")
		}
		for _, day := range d.DaysOfWeek {
			if day < 0 || day > 6 {
				return property(".validity_hours.daily", "must hold days from 0 to 6")
			}
		}
	}
	return nil
}

// apply puts what was sent over a window; nil when nothing is left.
func (w *Windows) apply(before *promo.Window) *promo.Window {
	out := promo.Window{}
	if before != nil {
		out = *before
	}
	if w.Timeframe.Set {
		out.Timeframe = w.Timeframe.Ptr()
	}
	if w.Weekdays.Set {
		out.Weekdays = ints(w.Weekdays.Value)
	}
	if w.Hours.Set {
		out.Daily = nil
		for _, d := range w.Hours.Value.Daily {
			out.Daily = append(out.Daily, promo.DailyHours{StartTime: d.StartTime, ExpirationTime: d.ExpirationTime, DaysOfWeek: ints(d.DaysOfWeek)})
		}
	}
	if out.Timeframe == nil && out.Weekdays == nil && out.Daily == nil {
		return nil
	}
	return &out
}

func ints(in []promo.Integer) []int {
	var out []int
	for _, n := range in {
		out = append(out, int(n))
	}
	return out
}
