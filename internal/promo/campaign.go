package promo

import "time"

// CampaignType is the kind of a campaign (40 B.1).
type CampaignType string

// The kinds of campaigns.
const (
	DiscountCoupons CampaignType = "DISCOUNT_COUPONS"
	GiftVouchers    CampaignType = "GIFT_VOUCHERS"
	LoyaltyProgram  CampaignType = "LOYALTY_PROGRAM"
	PromotionOffer  CampaignType = "PROMOTION"
	ReferralProgram CampaignType = "REFERRAL_PROGRAM"
)

// Campaign is what a decision needs of a campaign: its switch, its own times (tiers obey them, codes do not, 40 R28)
// and its category.
type Campaign struct {
	ID             CampaignID   `json:"id"`
	Name           string       `json:"name"`
	Type           CampaignType `json:"campaign_type"`
	Active         bool         `json:"active"`
	StartDate      *time.Time   `json:"start_date,omitzero"`
	ExpirationDate *time.Time   `json:"expiration_date,omitzero"`
	Window         *Window      `json:"window,omitzero"`
	Category       CategoryID   `json:"category,omitzero"`
	Metadata       Metadata     `json:"metadata,omitzero"`
}

// CategoryID is `cat_` and a sortable body.
type CategoryID string

// Category groups incentives for stacking; hierarchy 0 comes first (30 R21).
type Category struct {
	ID        CategoryID `json:"id"`
	Name      string     `json:"name"`
	Hierarchy int64      `json:"hierarchy"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt *time.Time `json:"updated_at,omitzero"`
}

// TierID is `promo_` and 24 random characters.
type TierID string

// PromotionTier is a cart promotion (40 B.5).
type PromotionTier struct {
	ID             TierID     `json:"id"`
	Name           string     `json:"name"`
	Banner         *string    `json:"banner,omitzero"`
	Campaign       CampaignID `json:"campaign"`
	Discount       Discount   `json:"discount"`
	Hierarchy      int64      `json:"hierarchy"`
	Active         bool       `json:"active"`
	StartDate      *time.Time `json:"start_date,omitzero"`
	ExpirationDate *time.Time `json:"expiration_date,omitzero"`
	Window         *Window    `json:"window,omitzero"`
	Category       CategoryID `json:"category,omitzero"`
	Metadata       Metadata   `json:"metadata,omitzero"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      *time.Time `json:"updated_at,omitzero"`
}

// StackID is `stack_` and 24 random characters.
type StackID string
