package view

import (
	"crypto/sha256"
	"net/url"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Voucher is the full form (40 B.2). Empty members are printed as null, but for holder_id and referrer_id (40 R4).
type Voucher struct {
	ID             promo.VoucherID   `json:"id"`
	Code           string            `json:"code"`
	Campaign       *string           `json:"campaign"`
	CampaignID     *promo.CampaignID `json:"campaign_id"`
	Category       *string           `json:"category"`
	CategoryID     *string           `json:"category_id"`
	Categories     []Category        `json:"categories"`
	Type           promo.VoucherType `json:"type"`
	Discount       *promo.Discount   `json:"discount"`
	Gift           *Gift             `json:"gift"`
	LoyaltyCard    *struct{}         `json:"loyalty_card"`
	StartDate      *calendar.Instant `json:"start_date"`
	Expires        *calendar.Instant `json:"expiration_date"`
	Timeframe      *promo.Timeframe  `json:"validity_timeframe"`
	Weekdays       *[]int            `json:"validity_day_of_week"`
	Hours          *Hours            `json:"validity_hours"`
	Active         bool              `json:"active"`
	AdditionalInfo *string           `json:"additional_info"`
	Metadata       promo.Metadata    `json:"metadata"`
	Assets         Assets            `json:"assets"`
	Referral       bool              `json:"is_referral_code"`
	CreatedAt      calendar.Instant  `json:"created_at"`
	UpdatedAt      *calendar.Instant `json:"updated_at"`
	HolderID       promo.CustomerID  `json:"holder_id,omitzero"`
	Object         string            `json:"object"`
	Publish        Publish           `json:"publish"`
	Redemption     Uses              `json:"redemption"`
	Assignments    *Assignments      `json:"validation_rules_assignments,omitzero"` // not in lists
}

// Category is what a voucher belongs to (40 B.0).
type Category struct {
	ID        string            `json:"id"`
	Name      string            `json:"name"`
	Hierarchy int64             `json:"hierarchy"`
	Object    string            `json:"object"`
	CreatedAt calendar.Instant  `json:"created_at"`
	UpdatedAt *calendar.Instant `json:"updated_at,omitzero"`
}

// Gift is the money on a card; what was subtracted is printed only above zero (40 R66).
type Gift struct {
	Amount     promo.Amount `json:"amount"`
	Subtracted promo.Amount `json:"subtracted_amount,omitzero"`
	Balance    promo.Amount `json:"balance"`
	Effect     promo.Effect `json:"effect,omitzero"`
}

// Hours are the parts of days in which a voucher may be used.
type Hours struct {
	Daily []promo.DailyHours `json:"daily"`
}

// Assets are the images of a code (40 R75).
type Assets struct {
	QR      Asset `json:"qr"`
	Barcode Asset `json:"barcode"`
}

// Asset is one image.
type Asset struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// Publish counts publications: a code is published once in its life (40 R87).
type Publish struct {
	Object string `json:"object"`
	Count  int64  `json:"count"`
	URL    string `json:"url"`
}

// Uses are what there is of a voucher and what was used, with where to find the redemptions.
type Uses struct {
	SimpleUses
	Object string `json:"object"`
	URL    string `json:"url"`
}

// SimpleUses are what there is of a voucher and what was used.
type SimpleUses struct {
	Quantity         *int64        `json:"quantity"` // null is unlimited (40 R65)
	RedeemedQuantity int64         `json:"redeemed_quantity"`
	RedeemedAmount   *promo.Amount `json:"redeemed_amount,omitzero"` // gift cards alone, from 0 on
}

// Assignments are the rules of a voucher; there are none until rules can be assigned.
type Assignments struct {
	Object string     `json:"object"`
	Ref    string     `json:"data_ref"`
	Data   []struct{} `json:"data"`
	Total  int64      `json:"total"`
}

// NewVoucher is the full form of a single voucher; base is the external address of this server.
func NewVoucher(v *promo.Voucher, use promo.VoucherUse, base string) Voucher {
	out := NewListedVoucher(v, use, base)
	out.Assignments = &Assignments{Object: "list", Ref: "data", Data: []struct{}{}}
	return out
}

// NewListedVoucher is the form in lists: without its rules (40 B.2).
func NewListedVoucher(v *promo.Voucher, use promo.VoucherUse, base string) Voucher {
	path := "/v1/vouchers/" + url.PathEscape(v.Code)
	out := Voucher{ID: v.ID, Code: v.Code, Categories: []Category{}, Type: v.Type, Discount: v.Discount, Gift: newGift(v, use),
		StartDate: calendar.At(v.StartDate), Expires: calendar.At(v.ExpirationDate), Active: v.Active, AdditionalInfo: v.AdditionalInfo,
		Metadata: metadata.Shown(v.Metadata), Assets: newAssets(v.ID, base), CreatedAt: calendar.Instant{Time: v.CreatedAt},
		UpdatedAt: calendar.At(v.UpdatedAt), HolderID: v.Holder, Object: "voucher",
		Publish:    Publish{Object: "list", URL: path + "/publications?page=1&limit=10"},
		Redemption: Uses{newSimpleUses(v, use), "list", path + "/redemptions?page=1&limit=10"}}
	if v.Holder != "" {
		out.Publish.Count = 1
	}
	if w := v.Window; w != nil {
		out.Timeframe = w.Timeframe
		if w.Weekdays != nil {
			out.Weekdays = &w.Weekdays
		}
		if w.Daily != nil {
			out.Hours = &Hours{w.Daily}
		}
	}
	return out
}

func newSimpleUses(v *promo.Voucher, use promo.VoucherUse) SimpleUses {
	out := SimpleUses{Quantity: v.Quantity, RedeemedQuantity: use.Uses}
	if v.Type == promo.GiftVoucher {
		out.RedeemedAmount = &use.Spent
	}
	return out
}

// newGift is the money on a gift card; nil for other vouchers (40 R76).
func newGift(v *promo.Voucher, use promo.VoucherUse) *Gift {
	if v.Gift == nil {
		return nil
	}
	return &Gift{v.Gift.Amount, v.Gift.Subtracted, v.Gift.Amount - v.Gift.Subtracted - use.Spent, v.Gift.Effect}
}

// newAssets names the images of a code by ids that are the same all its life (40 R75). They are made of a hash of the
// voucher's id, from which nobody gets back to it, and are nowhere stored.
func newAssets(id promo.VoucherID, base string) Assets {
	asset := func(kind string) Asset {
		h := sha256.Sum256([]byte(kind + "\x00" + string(id)))
		b := h[:16]
		b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80 // UUID version 8
		uuid := promo.UUIDText([16]byte(b))
		return Asset{uuid, base + "/api/v1/assets/" + kind + "/" + uuid}
	}
	return Assets{asset("qr"), asset("barcode")}
}

// SimpleVoucher is the form in redemptions and webhooks (30 b.6): of discount and gift the one that applies.
type SimpleVoucher struct {
	ID         promo.VoucherID   `json:"id"`
	Code       string            `json:"code"`
	Discount   *promo.Discount   `json:"discount,omitzero"`
	Gift       *Gift             `json:"gift,omitzero"`
	Type       promo.VoucherType `json:"type"`
	Campaign   *string           `json:"campaign"`
	CampaignID *promo.CampaignID `json:"campaign_id"`
	Referral   bool              `json:"is_referral_code"`
	HolderID   promo.CustomerID  `json:"holder_id,omitzero"`
	CategoryID *string           `json:"category_id"`
	Active     bool              `json:"active"`
	CreatedAt  calendar.Instant  `json:"created_at"`
	UpdatedAt  *calendar.Instant `json:"updated_at"`
	Redemption SimpleUses        `json:"redemption"`
	StartDate  *calendar.Instant `json:"start_date"`
	Expires    *calendar.Instant `json:"expiration_date"`
	Metadata   promo.Metadata    `json:"metadata"`
	Object     string            `json:"object"`
}

// NewSimpleVoucher is the simple form.
func NewSimpleVoucher(v *promo.Voucher, use promo.VoucherUse) SimpleVoucher {
	return SimpleVoucher{ID: v.ID, Code: v.Code, Discount: v.Discount, Gift: newGift(v, use), Type: v.Type, HolderID: v.Holder,
		Active: v.Active, CreatedAt: calendar.Instant{Time: v.CreatedAt}, UpdatedAt: calendar.At(v.UpdatedAt),
		Redemption: newSimpleUses(v, use), StartDate: calendar.At(v.StartDate), Expires: calendar.At(v.ExpirationDate),
		Metadata: metadata.Shown(v.Metadata), Object: "voucher"}
}
