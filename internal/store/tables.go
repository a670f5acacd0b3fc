package store

import (
	"encoding/hex"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Vouchers are the codes. They are unique by the spelling in which codes compare in their project (40 R58).
var Vouchers = newTable(Shape{
	Name: "vouchers",
	Columns: []Column{{"code", Text}, {"shown", Text}, {"campaign", Text}, {"type", Text}, {"active", Int}, {"start_date", Int},
		{"expiration_date", Int}, {"holder", Text}, {"quantity", Int}, {"free", Int}, {"created_at", Int}, {"updated_at", Int}},
	Names: []string{"code"},
	Pool:  &PoolSpec{Owner: "campaign", Free: "free"},
}, func(v *promo.Voucher) string { return string(v.ID) }, func(v *promo.Voucher) []any {
	return []any{v.Spelling, v.Code, text(v.Campaign), text(v.Type), truth(v.Active), millisPtr(v.StartDate),
		millisPtr(v.ExpirationDate), text(v.Holder), intPtr(v.Quantity), truth(v.Campaign != "" && v.Holder == ""),
		millis(v.CreatedAt), millisPtr(v.UpdatedAt)}
})

// Customers are people.
var Customers = newTable(Shape{
	Name:    "customers",
	Columns: []Column{{"source_id", Text}, {"tracking", Text}, {"created_at", Int}, {"updated_at", Int}},
	Names:   []string{"source_id", "tracking"},
}, func(c *promo.Customer) string { return string(c.ID) }, func(c *promo.Customer) []any {
	return []any{textPtr(c.SourceID), text(c.Tracking), millis(c.CreatedAt), millisPtr(c.UpdatedAt)}
})

// Orders are what redemptions were applied to.
var Orders = newTable(Shape{
	Name:    "orders",
	Columns: []Column{{"source_id", Text}, {"status", Text}, {"customer", Text}, {"created_at", Int}, {"updated_at", Int}},
	Names:   []string{"source_id"},
}, func(o *promo.Order) string { return string(o.ID) }, func(o *promo.Order) []any {
	return []any{textPtr(o.SourceID), text(o.Status), text(o.Customer), millis(o.CreatedAt), millisPtr(o.UpdatedAt)}
})

// Redemptions are uses, successful or refused.
var Redemptions = newTable(Shape{
	Name: "redemptions",
	Columns: []Column{{"created_at", Int}, {"result", Text}, {"status", Text}, {"voucher", Text}, {"voucher_code", Text},
		{"customer", Text}, {"parent", Text}, {"related", Text}, {"tracking_id", Text}, {"failure_code", Text}},
}, func(r *promo.Redemption) string { return string(r.ID) }, func(r *promo.Redemption) []any {
	return []any{millis(r.Date), text(r.Result), text(r.Status), text(r.Voucher), text(r.VoucherCode), text(r.Customer),
		text(r.Parent), text(r.RelatedID), text(r.Tracking), text(r.FailureCode)}
})

// Tokens are live OAuth tokens, at the instance level, owned by their project.
var Tokens = newTable(Shape{
	Name:    "tokens",
	Columns: []Column{{"owner", Text}, {"key", Text}, {"until", Int}},
	Ending:  &EndingSpec{Owner: "owner", Until: "until"},
}, func(t *promo.OAuthToken) string { return t.Hash }, func(t *promo.OAuthToken) []any {
	return []any{text(t.Project), text(t.Key), millis(t.ExpiresAt)}
})

// Hold is a claim on a counter that ends by itself (30 R121): Of names the counter.
type Hold struct {
	ID     string    `json:"id"`
	Of     string    `json:"of"`
	Holder string    `json:"holder"`
	Amount int64     `json:"amount"`
	Until  time.Time `json:"until"`
}

// Holds are the entries of ending counters.
var Holds = newTable(Shape{
	Name:    "holds",
	Columns: []Column{{"owner", Text}, {"until", Int}, {"amount", Int}},
	Ending:  &EndingSpec{Owner: "owner", Until: "until", Amount: "amount", Load: true},
}, func(h *Hold) string { return h.ID }, func(h *Hold) []any {
	return []any{text(h.Of), millis(h.Until), h.Amount}
})

// Remembered is the answer of a call that was sent with an Idempotency-Key (60 R14); Key is the header's value.
type Remembered struct {
	Key         string    `json:"key"`
	Fingerprint []byte    `json:"fingerprint"`
	Status      int       `json:"status"`
	Body        []byte    `json:"body"`
	At          time.Time `json:"at"`
}

// Onces are remembered answers. A key may hold any bytes a header may, so the name is its hex.
var Onces = newTable(Shape{
	Name:    "onces",
	Columns: []Column{{"key", Text}, {"at", Int}},
	Names:   []string{"key"},
}, func(o *Remembered) string { return hex.EncodeToString([]byte(o.Key)) }, func(o *Remembered) []any {
	return []any{hex.EncodeToString([]byte(o.Key)), millis(o.At)}
})

func intPtr(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

// CountTokens is how many tokens of a project are stored, ended ones that were not dropped yet included.
func CountTokens(r Reader, owner promo.ProjectID) (int, error) {
	n, err := r.snapshot().Count(Tokens.Shape, Select{Project: r.Project(), Where: "owner = ?", Args: []any{string(owner)}})
	return int(n), err
}
