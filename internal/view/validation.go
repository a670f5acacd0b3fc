package view

import (
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/stacking"
)

// Validation is the answer to POST validations (30 b.5).
type Validation struct {
	ID            string        `json:"id"`
	Valid         bool          `json:"valid"`
	Redeemables   []Entry       `json:"redeemables"`
	Skipped       []Entry       `json:"skipped_redeemables,omitempty"`
	Inapplicable  []Entry       `json:"inapplicable_redeemables,omitempty"`
	Order         *Order        `json:"order,omitzero"`
	TrackingID    string        `json:"tracking_id"`
	StackingRules StackingRules `json:"stacking_rules"`
}

// Entry is one redeemable of an answer.
type Entry struct {
	Status         stacking.Status `json:"status"`
	ID             string          `json:"id"`
	Object         string          `json:"object"`
	Order          *Order          `json:"order,omitzero"`
	ApplicableTo   *Applicables    `json:"applicable_to,omitzero"`
	InapplicableTo *Applicables    `json:"inapplicable_to,omitzero"`
	Result         Result          `json:"result"`
	Metadata       promo.Metadata  `json:"metadata"`
	Categories     *[]Category     `json:"categories,omitzero"`
}

// Applicables list the lines an incentive may touch; empty until rules name any.
type Applicables struct {
	Object string     `json:"object"`
	Ref    string     `json:"data_ref"`
	Data   []struct{} `json:"data"`
	Total  int        `json:"total"`
}

// Result is what one redeemable gives, or why it does not.
type Result struct {
	Discount *CalculatedDiscount `json:"discount,omitzero"`
	Gift     *GiftUse            `json:"gift,omitzero"`
	Error    *Problem            `json:"error,omitzero"`
	Details  *Reason             `json:"details,omitzero"`
}

// CalculatedDiscount is a discount with its effect resolved (10-pricing b.1).
type CalculatedDiscount struct {
	promo.Discount
	Effect  promo.Effect `json:"effect"`
	Dynamic bool         `json:"is_dynamic"`
}

// GiftUse is what of a card is spent.
type GiftUse struct {
	Balance promo.Amount `json:"balance"`
	Credits promo.Amount `json:"credits"`
}

// Reason is a key with its message.
type Reason struct {
	Message string `json:"message"`
	Key     string `json:"key"`
}

// StackingRules are the rules in force, as answers echo them (30 b.9).
type StackingRules struct {
	RedeemablesLimit    int              `json:"redeemables_limit"`
	ApplicableLimit     int              `json:"applicable_redeemables_limit"`
	ExclusiveLimit      int              `json:"applicable_exclusive_redeemables_limit"`
	CategoryLimits      map[string]int64 `json:"applicable_redeemables_category_limits"`
	ExclusiveCategories []string         `json:"exclusive_categories"`
	JointCategories     []string         `json:"joint_categories"`
	ApplicationMode     string           `json:"redeemables_application_mode"`
	SortingRule         string           `json:"redeemables_sorting_rule"`
	NoEffectRule        string           `json:"redeemables_no_effect_rule"`
	NoEffectSkip        []string         `json:"no_effect_skip_categories"`
	NoEffectAnyway      []string         `json:"no_effect_redeem_anyway_categories"`
	ProductsMode        string           `json:"redeemables_products_application_mode"`
	RollbackMode        string           `json:"redeemables_rollback_order_mode"`
	GroupedSorting      string           `json:"grouped_redeemables_sorting_rule"`
}

var defaultRules = StackingRules{RedeemablesLimit: stacking.RedeemablesMost, ApplicableLimit: stacking.AppliedMost, ExclusiveLimit: 1,
	CategoryLimits: map[string]int64{}, ExclusiveCategories: []string{}, JointCategories: []string{}, ApplicationMode: "ALL",
	SortingRule: "REQUESTED_ORDER", NoEffectRule: "REDEEM_ANYWAY", NoEffectSkip: []string{}, NoEffectAnyway: []string{},
	ProductsMode: "STACK", RollbackMode: "WITH_ORDER", GroupedSorting: "JOINT_ALWAYS_LAST"}

// Detail is what was asked for with options.expand (30 R70-R73).
type Detail struct{ Order, Redeemable, Category bool }

// NewValidation is the answer to a validation (30 R40-R42).
func NewValidation(id, tracking, requestID string, d *stacking.Decision, detail Detail) Validation {
	out := Validation{ID: id, Valid: d.Valid, TrackingID: tracking, StackingRules: defaultRules, Order: NewOrder(d.Final, Step)}
	out.Skipped = NewEntries(d.ByStatus(stacking.Skipped), requestID, detail)
	out.Inapplicable = NewEntries(d.ByStatus(stacking.Inapplicable), requestID, detail)
	if d.Valid {
		out.Redeemables = NewEntries(d.ByStatus(stacking.Applicable), requestID, detail)
		return out
	}
	for i := range d.Entries {
		out.Redeemables = append(out.Redeemables, newEntry(&d.Entries[i], requestID, detail))
	}
	return out
}

// NewEntries are the forms of several entries; never nil.
func NewEntries(entries []*stacking.Entry, requestID string, detail Detail) []Entry {
	out := make([]Entry, len(entries))
	for i, e := range entries {
		out[i] = newEntry(e, requestID, detail)
	}
	return out
}

func newEntry(e *stacking.Entry, requestID string, detail Detail) Entry {
	out := Entry{Status: e.Status, ID: e.ShownID(), Object: e.Object, Metadata: metadata.Shown(nil)}
	if out.Object == promo.StackObject {
		out.Object = promo.TierObject // the word of every entry that is no voucher (30 R3, R74)
	}
	if detail.Redeemable && e.Voucher != nil {
		out.Metadata = metadata.Shown(e.Voucher.Metadata)
	}
	if detail.Category {
		out.Categories = &[]Category{}
	}
	switch e.Status {
	case stacking.Applicable:
		none := &Applicables{"list", "data", []struct{}{}, 0}
		out.ApplicableTo, out.InapplicableTo = none, none
		if detail.Order {
			out.Order = NewOrder(e.Order, Step)
		}
		if e.Voucher.Type == promo.GiftVoucher {
			out.Result.Gift = &GiftUse{e.Balance, e.Spent}
		} else {
			out.Result.Discount = &CalculatedDiscount{Discount: *e.Voucher.Discount, Effect: promo.ApplyToOrder}
		}
	case stacking.Inapplicable:
		p := NewProblem(e.Refused, RefusalStatus(e.Refused), requestID)
		p.RedeemableID, p.RedeemableType = out.ID, e.Object
		out.Result.Error, out.Result.Details = &p, &Reason{p.Message, p.Key}
	case stacking.Skipped:
		out.Result.Details = &Reason{e.Skip.Message, e.Skip.Key}
	}
	return out
}
