package view

import (
	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Redemption is one use, or the parent of several (30 b.6).
type Redemption struct {
	ID          promo.RedemptionID          `json:"id"`
	Object      string                      `json:"object"`
	Date        calendar.Instant            `json:"date"`
	CustomerID  promo.Opt[promo.CustomerID] `json:"customer_id"`
	TrackingID  *string                     `json:"tracking_id"`
	Metadata    *promo.Metadata             `json:"metadata"`
	Amount      *promo.Amount               `json:"amount,omitzero"`
	Parent      promo.RedemptionID          `json:"redemption,omitzero"`
	Result      string                      `json:"result"`
	Status      string                      `json:"status"`
	Session     *SessionKey                 `json:"session,omitzero"`
	Related     *Related                    `json:"related_redemptions,omitzero"`
	FailureCode string                      `json:"failure_code,omitzero"`
	FailureText string                      `json:"failure_message,omitzero"`
	Order       *Order                      `json:"order"`
	Channel     Channel                     `json:"channel"`
	Customer    *SimpleCustomer             `json:"customer"`
	RelatedType string                      `json:"related_object_type"`
	RelatedID   string                      `json:"related_object_id"`
	Voucher     any                         `json:"voucher"` // SimpleVoucher or Voucher; null for parents
	Gift        *GiftAmount                 `json:"gift,omitzero"`
}

// SessionKey names the session that a redemption used.
type SessionKey struct {
	Key string `json:"key"`
}

// Related are the children of a parent.
type Related struct {
	Redemptions []RelatedRedemption `json:"redemptions,omitzero"`
}

// RelatedRedemption is one child.
type RelatedRedemption struct {
	ID   promo.RedemptionID `json:"id"`
	Date calendar.Instant   `json:"date"`
}

// Channel is through what a redemption came (30 R85).
type Channel struct {
	ID   string `json:"channel_id"`
	Type string `json:"channel_type"`
}

// GiftAmount are credits subtracted.
type GiftAmount struct {
	Amount promo.Amount `json:"amount"`
}

// SimpleCustomer is the form in redemptions (60 2.5).
type SimpleCustomer struct {
	ID       promo.CustomerID `json:"id"`
	Name     *string          `json:"name"`
	Email    *string          `json:"email"`
	SourceID *string          `json:"source_id"`
	Metadata promo.Metadata   `json:"metadata"`
	Object   string           `json:"object"`
}

// NewSimpleCustomer is the simple form; nil stays nil.
func NewSimpleCustomer(c *promo.Customer) *SimpleCustomer {
	if c == nil {
		return nil
	}
	return &SimpleCustomer{c.ID, c.Name, c.Email, c.SourceID, metadata.Shown(c.Metadata), "customer"}
}

// NewRedemption is a redemption with an order of a size and a voucher in a form, nil for none.
func NewRedemption(r *promo.Redemption, c *promo.Customer, order *Order, voucher any) Redemption {
	out := Redemption{ID: r.ID, Object: "redemption", Date: calendar.Instant{Time: r.Date}, CustomerID: idOrNull(r.Customer),
		Amount: r.Credits, Parent: r.Parent, Result: r.Result, Status: r.Status, FailureCode: r.FailureCode, FailureText: r.FailureMessage,
		Order: order, Channel: Channel{r.ChannelID, "API"}, Customer: NewSimpleCustomer(c), RelatedType: r.RelatedType, RelatedID: r.RelatedID,
		Voucher: voucher}
	if r.Tracking != "" {
		out.TrackingID = &r.Tracking
	}
	if len(r.Metadata) > 0 {
		out.Metadata = &r.Metadata
	}
	if r.SessionKey != "" {
		out.Session = &SessionKey{r.SessionKey}
	}
	if r.Credits != nil {
		out.Gift = &GiftAmount{*r.Credits}
	}
	if len(r.Children) > 0 {
		out.Related = &Related{}
		for _, id := range r.Children {
			out.Related.Redemptions = append(out.Related.Redemptions, RelatedRedemption{id, out.Date})
		}
	}
	return out
}

// Redemptions is the answer to POST redemptions (30 C2).
type Redemptions struct {
	Redemptions  []Redemption `json:"redemptions"`
	Parent       *Redemption  `json:"parent_redemption,omitzero"`
	Order        *Order       `json:"order,omitzero"`
	Inapplicable []Entry      `json:"inapplicable_redeemables"`
	Skipped      []Entry      `json:"skipped_redeemables"`
}
