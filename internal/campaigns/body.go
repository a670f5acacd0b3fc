package campaigns

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/codes"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// VoucherCreate is the body of POST /v1/vouchers and POST /v1/vouchers/{code} (40 B.2, C.2). Null is absent (40 R2).
type VoucherCreate struct {
	Code           promo.Opt[string]           `json:"code"` // of the path, in the second call (40 R62)
	CodeConfig     promo.Opt[codes.Config]     `json:"code_config"`
	Campaign       promo.Opt[string]           `json:"campaign"`
	CampaignID     promo.Opt[string]           `json:"campaign_id"`
	Category       promo.Opt[string]           `json:"category"`
	CategoryID     promo.Opt[string]           `json:"category_id"`
	Type           promo.Opt[VoucherType]      `json:"type"`
	Discount       promo.Opt[DiscountBody]     `json:"discount"`
	Gift           promo.Opt[GiftBody]         `json:"gift"`
	LoyaltyCard    promo.Opt[LoyaltyCardBody]  `json:"loyalty_card"`
	StartDate      promo.Opt[calendar.Instant] `json:"start_date"`
	ExpirationDate promo.Opt[calendar.Instant] `json:"expiration_date"`
	Windows
	Active          promo.Opt[bool]           `json:"active"`
	AdditionalInfo  promo.Opt[string]         `json:"additional_info"`
	Metadata        promo.Metadata            `json:"metadata"`
	ValidationRules promo.Opt[[]string]       `json:"validation_rules"`
	Redemption      promo.Opt[RedemptionBody] `json:"redemption"`
}

// VoucherUpdate is the body of PUT /v1/vouchers/{code}: absent is unchanged, null clears (40 R3). What is not here, such
// as code, type, gift and redemption, is ignored (40 R70).
type VoucherUpdate struct {
	Category       promo.Opt[string]           `json:"category"`
	CategoryID     promo.Opt[string]           `json:"category_id"`
	Discount       promo.Opt[DiscountBody]     `json:"discount"` // replaced whole
	StartDate      promo.Opt[calendar.Instant] `json:"start_date"`
	ExpirationDate promo.Opt[calendar.Instant] `json:"expiration_date"`
	Windows
	Active         promo.Opt[bool]   `json:"active"`
	AdditionalInfo promo.Opt[string] `json:"additional_info"`
	Metadata       promo.Metadata    `json:"metadata"` // merged by key; null is absent (60 R35)
}

// VoucherType is the kind of a voucher in a body.
type VoucherType promo.VoucherType

// UnmarshalJSONFrom reads one of the three kinds.
func (t *VoucherType) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, (*promo.VoucherType)(t), promo.DiscountVoucher, promo.GiftVoucher, promo.LoyaltyCard)
}

// GiftBody is the money of a new gift card. A balance that is sent with it is ignored (40 R66).
type GiftBody struct {
	Amount promo.Opt[promo.Amount] `json:"amount" required:"true"`
	Effect promo.Opt[GiftEffect]   `json:"effect"`
}

// GiftEffect is what gift cards may do (10-pricing b.1).
type GiftEffect promo.Effect

// UnmarshalJSONFrom reads one of the two effects.
func (e *GiftEffect) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, (*promo.Effect)(e), promo.ApplyToOrder, promo.ApplyToItems)
}

// LoyaltyCardBody tells that a loyalty card is asked for. What is on one comes with loyalty programs.
type LoyaltyCardBody struct{}

// RedemptionBody limits the uses of a new voucher.
type RedemptionBody struct {
	Quantity promo.Opt[Quantity] `json:"quantity"` // null is unlimited
}

// Quantity is a number of uses. A wrong type has a sentence of its own (40 R65).
type Quantity promo.Integer

// UnmarshalJSONFrom reads an integer.
func (q *Quantity) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '0' {
		return promo.Mistyped(dec, "must be number,null")
	}
	return (*promo.Integer)(q).UnmarshalJSONFrom(dec)
}

// Check refuses values out of bounds, in order of the members (10-pricing f, 40 F).
func (b *VoucherCreate) Check() *promo.Refusal {
	if b.Discount.Given() {
		if refused := b.Discount.Value.check(); refused != nil {
			return refused
		}
	}
	if b.Gift.Given() {
		if refused := b.Gift.Value.check(); refused != nil {
			return refused
		}
	}
	if refused := b.Windows.check(); refused != nil {
		return refused
	}
	if refused := metadata.Check(b.Metadata, ".metadata"); refused != nil {
		return refused
	}
	if q := b.Redemption.Value.Quantity; q.Given() && q.Value < 1 {
		return promo.Property(".redemption.quantity", "must be >= 1")
	}
	return nil
}

// Check refuses values out of bounds, in order of the members. Null on a member that cannot be empty is one (60 R35);
// whether discount can be depends on the voucher.
func (b *VoucherUpdate) Check() *promo.Refusal {
	if b.Discount.Given() {
		if refused := b.Discount.Value.check(); refused != nil {
			return refused
		}
	}
	if refused := b.Windows.check(); refused != nil {
		return refused
	}
	if b.Active.Null {
		return promo.Property(".active", "must be boolean")
	}
	return metadata.Check(b.Metadata, ".metadata")
}

func (g *GiftBody) check() *promo.Refusal {
	switch {
	case !g.Amount.Given():
		return lacks(".gift", "amount")
	case g.Amount.Value < 0:
		return promo.Property(".gift.amount", "must be >= 0")
	}
	return nil
}

// lacks refuses an object without a member that it needs.
func lacks(path, member string) *promo.Refusal {
	return promo.Property(path, "must have required property '"+member+"'")
}

// unsupported refuses a member that the contract knows and this release does not do yet.
func unsupported(path string) *promo.Refusal { return promo.Property(path, "is not supported yet") }

// invalidVoucher refuses a body whose members do not fit each other or the voucher (40 R67).
func invalidVoucher(details string) *promo.Refusal {
	return &promo.Refusal{Key: "invalid_voucher", Message: "Invalid Voucher", Details: details}
}
