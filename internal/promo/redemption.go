package promo

import "time"

// RedemptionID is `r_`, `rf_` when failed, and a sortable body (30 b.0).
type RedemptionID string

// The results and statuses of a redemption (30 b.6).
const (
	ResultSuccess   = "SUCCESS"
	ResultFailure   = "FAILURE"
	StatusSucceeded = "SUCCEEDED"
	StatusFailed    = "FAILED"
)

// The kinds of redeemables, and what a redemption relates to (30 b.1, b.6).
const (
	VoucherObject    = "voucher"
	TierObject       = "promotion_tier"
	StackObject      = "promotion_stack"
	RedemptionObject = "redemption"
)

// Redemption is one use of a redeemable, or the parent of several, successful or refused (30 b.6).
type Redemption struct {
	ID             RedemptionID   `json:"id"`
	Date           time.Time      `json:"date"`
	Parent         RedemptionID   `json:"parent,omitzero"`
	Children       []RedemptionID `json:"children,omitzero"`
	Result         string         `json:"result"`
	Status         string         `json:"status"`
	FailureCode    string         `json:"failure_code,omitzero"`
	FailureMessage string         `json:"failure_message,omitzero"`
	Customer       CustomerID     `json:"customer,omitzero"`
	Tracking       string         `json:"tracking_id,omitzero"`
	Metadata       Metadata       `json:"metadata,omitzero"`
	Order          *Order         `json:"order,omitzero"` // as it stood after this step; Order.ID names the stored one
	ChannelID      string         `json:"channel_id"`
	SessionKey     string         `json:"session_key,omitzero"`
	RelatedType    string         `json:"related_object_type"`
	RelatedID      string         `json:"related_object_id"`
	Voucher        VoucherID      `json:"voucher,omitzero"`
	VoucherCode    string         `json:"voucher_code,omitzero"` // for lists and filters
	Credits        *Amount        `json:"credits,omitzero"`      // spent from a gift card
	After          *VoucherUse    `json:"after,omitzero"`
}

// VoucherUse is what has been used of a voucher: its counters at one instant.
type VoucherUse struct {
	Uses  int64  `json:"uses"`
	Spent Amount `json:"spent,omitzero"` // gift cards only

	Points Amount `json:"points,omitzero"` // the balance of a loyalty card
}

// VoucherHeld is what open sessions of others hold of a voucher (30 R123).
type VoucherHeld struct {
	Uses            int64
	Credits, Points Amount
}
