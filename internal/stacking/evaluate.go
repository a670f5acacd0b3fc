package stacking

import (
	"slices"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/rules"
)

// deciding is one decision on its way.
type deciding struct {
	in        *Request
	requested []Entry
	metadata  metadata.Attributes // of the request
	profile   metadata.Attributes // of the customer
	customer  *rules.Customer
	state
}

// state is what evaluating the next entry depends on, and changes.
type state struct {
	done      []Entry
	cart      *pricing.Cart
	applied   int64
	exclusive int64 // applied ones of the exclusive class
	failed    bool  // mode ALL, and something did not apply
	accepted  []accepted
}

func newDeciding(in *Request) *deciding {
	d := &deciding{in: in, requested: make([]Entry, len(in.Candidates)), metadata: metadata.Read(in.Metadata)}
	d.done = make([]Entry, 0, len(in.Candidates))
	for i := range in.Candidates {
		e := &d.requested[i]
		e.Candidate = &in.Candidates[i]
		e.Category = e.category()
		e.Class = classOf(e.Category, in.Rules)
	}
	if c := in.Customer; c != nil {
		d.profile = metadata.Read(c.Metadata)
		d.customer = &rules.Customer{ID: c.ID, Identified: c.Identified, Metadata: d.profile, InSegment: c.InSegment, Tiers: c.Tiers}
	}
	d.cart = pricing.Open(in.Cart, in.Shelf, in.NewLine)
	return d
}

func (d *deciding) evaluateAll(entries []Entry) {
	for _, e := range entries {
		d.evaluate(&e)
		d.done = append(d.done, e)
	}
}

// evaluate decides about one entry on the running order.
func (d *deciding) evaluate(e *Entry) {
	for i := range skips {
		if skips[i].hits(d, e) {
			e.Status, e.Skip = Skipped, skips[i].skip
			return
		}
	}
	f := d.facts(e)
	if e.Refused, e.Trace.Check = f.refused(); e.Refused != nil {
		e.Status = Inapplicable
		e.Trace.Want, e.Trace.Got = e.Refused.Want, e.Refused.Got
		d.failed = d.in.Rules.ApplicationMode == promo.ApplyAll // 30 R39
		return
	}
	if d.in.Cart != nil && !e.Step.Moved && d.skipsWithoutEffect(e.Category) {
		e.Status, e.Skip = Skipped, noEffect // neither counted nor consumed (30 R38)
		return
	}
	e.Status, d.cart = Applicable, e.Step.Cart
	d.applied++
	if e.Class == Exclusive {
		d.exclusive++
	}
	d.accepted = append(d.accepted, d.acceptedOf(e))
}

// skipsWithoutEffect is what the rules say of a redeemable that does nothing (30 R38): its category first.
func (d *deciding) skipsWithoutEffect(c promo.CategoryID) bool {
	switch {
	case c != "" && slices.Contains(d.in.Rules.NoEffectSkip, c):
		return true
	case c != "" && slices.Contains(d.in.Rules.NoEffectRedeem, c):
		return false
	}
	return d.in.Rules.NoEffectRule == promo.SkipWithoutEffect
}

// mode is what percentages are taken of (30 R36).
func (d *deciding) mode(c promo.CategoryID) promo.CalculationMode {
	switch {
	case c != "" && slices.Contains(d.in.Rules.InitialModeCategories, c):
		return promo.InitialAmount
	case c != "" && slices.Contains(d.in.Rules.DiscountedModeCategories, c):
		return promo.DiscountedAmount
	}
	return d.in.Rules.CalculationMode
}

// facts are what is asked about one entry.
type facts struct {
	*deciding
	*Entry
	use  promo.VoucherUse
	held promo.VoucherHeld
}

func (d *deciding) facts(e *Entry) *facts {
	f := &facts{deciding: d, Entry: e}
	v := e.Voucher
	if v == nil {
		return f
	}
	f.use, f.held = d.in.Used.Use(v.ID), d.in.Used.Held(v.ID)
	switch {
	case v.Gift != nil:
		e.Balance = v.Gift.Amount - v.Gift.Subtracted - f.use.Spent - f.held.Credits
	case e.isCard():
		e.Balance = f.use.Points - f.held.Points
	}
	return f
}

// refused runs the checks of table E in its order; nil when the redeemable applies, and then its step is there. name is
// that of the check that refused.
func (f *facts) refused() (r *promo.Refusal, name string) {
	for i := range checks {
		if r := checks[i].refuse(f); r != nil {
			return r, checks[i].name
		}
	}
	return nil, ""
}
