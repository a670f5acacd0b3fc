package view

import (
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/rules"
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

	// With redeemable expanded (30 R71).
	CampaignName string           `json:"campaign_name,omitzero"`
	CampaignID   promo.CampaignID `json:"campaign_id,omitzero"`
	Name         string           `json:"name,omitzero"` // of a tier
}

// Result is what one redeemable gives, or why it does not.
type Result struct {
	Discount *CalculatedDiscount `json:"discount,omitzero"`
	Gift     *GiftUse            `json:"gift,omitzero"`
	Card     *CardUse            `json:"loyalty_card,omitzero"`
	Bundle   *Bundle             `json:"bundle,omitzero"`
	Error    *Problem            `json:"error,omitzero"`
	Details  *Reason             `json:"details,omitzero"`
}

// GiftUse is what of a card is spent.
type GiftUse struct {
	Balance promo.Amount `json:"balance"`
	Credits promo.Amount `json:"credits"`
}

// CardUse is what of a loyalty card is charged.
type CardUse struct {
	Points promo.Amount `json:"points"`
}

// Bundle is what was found of a bundle (10-pricing b.10).
type Bundle struct {
	Quantity   int64         `json:"quantity"`
	Limit      int64         `json:"limit"`
	Identified []BundleLine  `json:"identified"`
	Missing    []BundleLacks `json:"missing,omitzero"`
}

// BundleLine is units of a line that a bundle uses.
type BundleLine struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Index    int    `json:"item_index"`
	Quantity int64  `json:"item_quantity"`
}

// BundleLacks is units that a bundle lacks.
type BundleLacks struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Quantity int64  `json:"item_quantity"`
}

func newBundle(b *rules.Bundle) *Bundle {
	if b == nil {
		return nil
	}
	out := &Bundle{Quantity: b.Quantity, Limit: b.Limit, Identified: []BundleLine{}}
	for _, u := range b.Identified {
		out.Identified = append(out.Identified, BundleLine{u.ID, u.Object, u.Line, u.Units})
	}
	for _, u := range b.Missing {
		out.Missing = append(out.Missing, BundleLacks{u.ID, u.Object, u.Units})
	}
	return out
}

// Reason is a key with its message.
type Reason struct {
	Message string `json:"message"`
	Key     string `json:"key"`
}

// StackingRules are the rules in force, as answers echo them: without id, dates and calculation modes, and without the two
// limits per category while there are none (30 b.9).
type StackingRules struct {
	RedeemablesLimit     int64                      `json:"redeemables_limit"`
	ApplicableLimit      int64                      `json:"applicable_redeemables_limit"`
	PerCategory          *int64                     `json:"applicable_redeemables_per_category_limit,omitzero"`
	CategoryLimits       map[promo.CategoryID]int64 `json:"applicable_redeemables_category_limits"`
	ExclusiveLimit       int64                      `json:"applicable_exclusive_redeemables_limit"`
	ExclusivePerCategory *int64                     `json:"applicable_exclusive_redeemables_per_category_limit,omitzero"`
	ExclusiveCategories  []promo.CategoryID         `json:"exclusive_categories"`
	JointCategories      []promo.CategoryID         `json:"joint_categories"`
	ApplicationMode      promo.ApplicationMode      `json:"redeemables_application_mode"`
	SortingRule          promo.SortingRule          `json:"redeemables_sorting_rule"`
	NoEffectRule         promo.NoEffectRule         `json:"redeemables_no_effect_rule"`
	NoEffectSkip         []promo.CategoryID         `json:"no_effect_skip_categories"`
	NoEffectAnyway       []promo.CategoryID         `json:"no_effect_redeem_anyway_categories"`
	ProductsMode         promo.ProductsMode         `json:"redeemables_products_application_mode"`
	RollbackMode         promo.RollbackOrderMode    `json:"redeemables_rollback_order_mode"`
	GroupedSorting       promo.GroupedSortingRule   `json:"grouped_redeemables_sorting_rule"`
}

func newStackingRules(r *promo.StackingRules) StackingRules {
	out := StackingRules{RedeemablesLimit: r.RedeemablesLimit, ApplicableLimit: r.ApplicableLimit, PerCategory: r.ApplicablePerCategory,
		CategoryLimits: r.CategoryLimits, ExclusiveLimit: r.ExclusiveLimit, ExclusivePerCategory: r.ExclusivePerCategory,
		ExclusiveCategories: listed(r.ExclusiveCategories), JointCategories: listed(r.JointCategories), ApplicationMode: r.ApplicationMode,
		SortingRule: r.SortingRule, NoEffectRule: r.NoEffectRule, NoEffectSkip: listed(r.NoEffectSkip), NoEffectAnyway: listed(r.NoEffectRedeem),
		ProductsMode: r.ProductsMode, RollbackMode: r.RollbackOrderMode, GroupedSorting: r.GroupedSortingRule}
	if out.CategoryLimits == nil {
		out.CategoryLimits = map[promo.CategoryID]int64{}
	}
	return out
}

// listed is a list that is never null (30 R74).
func listed(ids []promo.CategoryID) []promo.CategoryID {
	if ids == nil {
		return []promo.CategoryID{}
	}
	return ids
}

// Detail is what was asked for with options.expand (30 R70-R73).
type Detail struct{ Order, Redeemable, Category bool }

// NewValidation is the answer to a validation (30 R40-R42).
func NewValidation(id, tracking, requestID string, d *stacking.Decision, detail Detail) Validation {
	out := Validation{ID: id, Valid: d.Valid, TrackingID: tracking, StackingRules: newStackingRules(d.Rules), Order: NewOrder(d.Final, Step)}
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

// expand adds what is known of a redeemable beside the decision (30 R71).
func (out *Entry) expand(c *stacking.Candidate) {
	switch {
	case c.Voucher != nil:
		out.Metadata = metadata.Shown(c.Voucher.Metadata)
	case c.Tier != nil:
		out.Metadata, out.Name = metadata.Shown(c.Tier.Metadata), c.Tier.Name
	}
	if c.Campaign != nil {
		out.CampaignName, out.CampaignID = c.Campaign.Name, c.Campaign.ID
	}
}

func newEntry(e *stacking.Entry, requestID string, detail Detail) Entry {
	out := Entry{Status: e.Status, ID: e.ShownID(), Object: e.Object, Metadata: metadata.Shown(nil)}
	if out.Object == promo.StackObject {
		out.Object = promo.TierObject // the word of every entry that is no voucher (30 R3, R74)
	}
	if detail.Redeemable {
		out.expand(e.Candidate)
	}
	if detail.Category {
		out.Categories = &[]Category{}
	}
	switch e.Status {
	case stacking.Applicable:
		out.ApplicableTo, out.InapplicableTo = NewApplicables(e.Step.Included()), NewApplicables(e.Step.Excluded())
		out.Result.Bundle = newBundle(e.Bundle)
		if detail.Order {
			out.Order = NewOrder(e.Order(), Step)
		}
		switch {
		case e.Step.Discount != nil:
			out.Result.Discount = newCalculatedDiscount(&e.Step)
		case e.Voucher.Type == promo.GiftVoucher:
			out.Result.Gift = &GiftUse{e.Balance, e.Step.Spent}
		default:
			out.Result.Card = &CardUse{e.Step.Spent}
		}
	case stacking.Inapplicable:
		p := NewProblem(e.Refused, requestID)
		p.RedeemableID, p.RedeemableType = out.ID, e.Object
		out.Result.Error, out.Result.Details, out.Result.Bundle = &p, &Reason{p.Message, p.Key}, newBundle(e.Bundle)
		if e.Message != "" { // 30 R32
			p.Error, out.Result.Details.Message = &OwnWords{e.Message}, e.Message
		}
	case stacking.Skipped:
		out.Result.Details = &Reason{e.Skip.Message, e.Skip.Key}
	}
	return out
}
