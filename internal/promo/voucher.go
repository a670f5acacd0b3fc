package promo

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// VoucherID is `v_` and 32 random characters (60 2.1).
type VoucherID string

// CampaignID is `camp_` and 24 random characters.
type CampaignID string

// VoucherType is the kind of a voucher (40 B.2).
type VoucherType string

// The kinds of vouchers.
const (
	DiscountVoucher VoucherType = "DISCOUNT_VOUCHER"
	GiftVoucher     VoucherType = "GIFT_VOUCHER"
	LoyaltyCard     VoucherType = "LOYALTY_CARD"
)

// Metadata is an object of custom attributes, kept as it was sent: values keep their JSON type (60 R81). Nil is empty.
type Metadata = jsontext.Value

// Voucher is what is kept of a code. What was used of it stands in counters (Uses, Spent); balance, campaign name and
// links are worked out.
type Voucher struct {
	ID             VoucherID   `json:"id"`
	Code           string      `json:"code"`
	Spelling       string      `json:"spelling"`          // the code as it compares in its project (40 R58)
	Campaign       CampaignID  `json:"campaign,omitzero"` // "" for a standalone voucher
	Type           VoucherType `json:"type"`
	Discount       *Discount   `json:"discount,omitzero"`
	Gift           *Gift       `json:"gift,omitzero"`
	Quantity       *int64      `json:"quantity,omitzero"` // uses there are; nil is unlimited (40 R65)
	Active         bool        `json:"active"`
	StartDate      *time.Time  `json:"start_date,omitzero"`
	ExpirationDate *time.Time  `json:"expiration_date,omitzero"`
	AdditionalInfo *string     `json:"additional_info,omitzero"`
	Metadata       Metadata    `json:"metadata,omitzero"`
	Holder         CustomerID  `json:"holder,omitzero"`
	Category       CategoryID  `json:"category,omitzero"`
	Referral       bool        `json:"is_referral_code,omitzero"`
	CreatedAt      time.Time   `json:"created_at"`
	UpdatedAt      *time.Time  `json:"updated_at,omitzero"`

	Window *Window `json:"window,omitzero"` // recurring times in which it may be used
}

// Window is a recurring validity: every part that is given must hold (40 R28).
type Window struct {
	Timeframe *Timeframe   `json:"timeframe,omitzero"`
	Weekdays  []int        `json:"weekdays,omitzero"` // 0 is Sunday
	Daily     []DailyHours `json:"daily,omitzero"`
}

// Timeframe opens for Duration every Interval from the start date on; both are ISO 8601 durations (40 B.0).
type Timeframe struct {
	Interval string `json:"interval"`
	Duration string `json:"duration"`
}

// DailyHours is a part of the day, HH:mm to HH:mm in the project's zone, on some weekdays.
type DailyHours struct {
	StartTime      string `json:"start_time"`
	ExpirationTime string `json:"expiration_time"`
	DaysOfWeek     []int  `json:"days_of_week"`
}

// Gift is the money on a gift card (40 B.0): balance = Amount - Subtracted - what was spent (40 R76).
type Gift struct {
	Amount     Amount `json:"amount"`
	Subtracted Amount `json:"subtracted,omitzero"`
	Effect     Effect `json:"effect,omitzero"`
}

// Binned is a voucher in the trash bin: gone from every call, while its code stays taken (40 R73, R136).
type Binned struct {
	ID        string    `json:"id"` // tbe_ and a sortable body
	Voucher   Voucher   `json:"voucher"`
	DeletedAt time.Time `json:"deleted_at"`
}
