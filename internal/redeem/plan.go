package redeem

import (
	"context"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/codes"
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/stacking"
	"github.com/scrip-dev/scrip/internal/store"
)

// Redeemer validates and redeems.
type Redeemer struct{ store *store.Store }

// New redeems from a store.
func New(s *store.Store) *Redeemer { return &Redeemer{s} }

// plan is what a request is about, as read.
type plan struct {
	refused    *promo.Refusal // the request itself: nothing is recorded (30 R86)
	candidates []stacking.Candidate
	used       uses // as read: advice, which is all that a validation gives
	customer   person
	cart       cart
	bodies     []string // ids without prefix, parent first (30 R83)
}

// plan reads what a request needs. Vouchers are found by code, then by id (30 R5).
func (r *Redeemer) plan(from store.Reader, project *promo.Project, body *Request, draw *promo.Draw) (*plan, error) {
	p := &plan{candidates: make([]stacking.Candidate, len(body.Redeemables)), used: uses{}}
	for i, e := range body.Redeemables {
		c := &p.candidates[i]
		c.Object, c.ID, c.Asked = string(e.Object), e.ID, e.Gift.Value.Credits.Ptr()
		if e.Object != promo.VoucherObject {
			continue
		}
		v, use, err := store.VoucherUsed(from, codes.Spelling(e.ID, project.CaseSensitiveCodes), e.ID)
		if err != nil {
			return nil, err
		}
		if c.Voucher = v; v != nil {
			p.used[v.ID] = use
		}
	}
	if p.refused = duplicates(p.candidates); p.refused != nil {
		return p, nil
	}
	var err error
	if p.customer, p.refused, err = planCustomer(from, project, body, draw); err != nil || p.refused != nil {
		return p, err
	}
	if p.cart, p.refused, err = planOrder(from, body, draw); err != nil || p.refused != nil {
		return p, err
	}
	for range len(p.candidates) + 1 {
		p.bodies = append(p.bodies, draw.T18(""))
	}
	return p, nil
}

// duplicates refuses a redeemable that is named twice, by whatever name (30 R4); and a stack among others (R3).
func duplicates(candidates []stacking.Candidate) *promo.Refusal {
	seen := map[string]bool{}
	for i := range candidates {
		c := &candidates[i]
		name := c.Object + "/" + c.ID
		if c.Voucher != nil {
			name = string(c.Voucher.ID)
		}
		if seen[name] {
			return &promo.Refusal{Key: "duplicated_redeemables", Message: "Duplicated redeemables detected",
				Details: "Duplicated redeemables detected in one redemption"}
		}
		seen[name] = true
		if c.Object == promo.StackObject && len(candidates) > 1 {
			return &promo.Refusal{Key: "invalid_redeemables", Message: "Invalid redeemables",
				Details: "Promotion Stack cannot be use with other redeemables"}
		}
	}
	return nil
}

// keys is all that a redemption depends on.
func (p *plan) keys() []promo.Key {
	if p.refused != nil {
		return nil
	}
	keys := make([]promo.Key, 0, 2*len(p.candidates)+4)
	for i := range p.candidates {
		if v := p.candidates[i].Voucher; v != nil {
			keys = append(keys, promo.Uses(v.ID), promo.VoucherRow(v.ID))
			if v.Type == promo.GiftVoucher {
				keys = append(keys, promo.Spent(v.ID))
			}
		}
	}
	return append(append(keys, p.customer.keys()...), p.cart.keys()...)
}

// Validation is the outcome of Validate.
type Validation struct {
	ID       string
	Refused  *promo.Refusal
	Decision stacking.Decision
	Tracking string
}

// Validate decides on what it reads, and changes nothing (30 R8, R46).
func (r *Redeemer) Validate(ctx context.Context, call *promo.Call, project *promo.Project, body *Request) (Validation, error) {
	var out Validation
	err := r.store.Glance(ctx, project.ID, func(from store.Reader) (err error) {
		out, err = r.validate(from, call, project, body)
		return err
	})
	return out, err
}

func (r *Redeemer) validate(from store.Reader, call *promo.Call, project *promo.Project, body *Request) (Validation, error) {
	out := Validation{ID: call.Draw.T18("valid_")}
	p, err := r.plan(from, project, body, call.Draw)
	if err != nil {
		return out, err
	}
	if out.Refused = p.refused; p.refused != nil {
		return out, nil
	}
	priced, refused := p.cart.priced(p.cart.stored, call.Draw)
	if out.Refused = refused; refused != nil {
		return out, nil
	}
	if priced != nil && body.Order.Value.Customer.Given() && (p.cart.stored == nil || p.cart.byID) {
		who, refused, err := planCustomer(from, project, &Request{Order: body.Order}, call.Draw)
		if out.Refused = refused; err != nil || refused != nil {
			return out, err
		}
		priced.Customer = who.knownID() // the order's own, never the one beside it (30 R17)
	}
	out.Decision, err = p.decide(priced, p.customer.profile(), call, project, body)
	out.Tracking = p.tracking(project, call.Draw)
	return out, err
}

// decide is the one decision of validations and redemptions (30 R1). The error is a stored formula that cannot be read.
func (p *plan) decide(cart *promo.Order, who *stacking.Customer, call *promo.Call, project *promo.Project, body *Request) (stacking.Decision, error) {
	in := stacking.Request{Cart: cart, Candidates: p.candidates, Rules: promo.DefaultStackingRules(), Customer: who, Metadata: body.Metadata,
		AppID: call.Caller.AppID, At: moment(project, call), Used: p.used, NewLine: func() string { return call.Draw.T18("ordli_") }}
	for i := range in.Candidates {
		c := &in.Candidates[i]
		if c.Voucher == nil {
			continue
		}
		var err error
		if c.Terms, err = pricing.Compile(pricing.Offer{Discount: c.Voucher.Discount, Gift: c.Voucher.Gift}); err != nil {
			return stacking.Decision{}, err
		}
	}
	return stacking.Decide(&in), nil
}

func (w *person) knownID() promo.CustomerID {
	if w.found {
		return w.id
	}
	return ""
}

// tracking of a validation: the customer's, or a fresh one (30 R16).
func (p *plan) tracking(project *promo.Project, draw *promo.Draw) string {
	if id := p.customer.identity(); id != "" {
		return id
	}
	return Tracking(project, draw.Random("", 32))
}

func moment(project *promo.Project, call *promo.Call) stacking.Moment {
	zone, known := calendar.Zone(project.Timezone) // loaded once, not once per call
	if !known {
		zone = time.UTC
	}
	return stacking.Moment{At: call.Draw.At(), Zone: zone, FirstWeekday: time.Monday}
}

// uses are counters as they were read or locked.
type uses map[promo.VoucherID]promo.VoucherUse

// Use is what was used of a voucher.
func (u uses) Use(v promo.VoucherID) promo.VoucherUse { return u[v] }

// Held is nothing: sessions hold nothing yet.
func (u uses) Held(promo.VoucherID) promo.VoucherHeld { return promo.VoucherHeld{} }

// Tally is nothing: no rules are assigned yet.
func (u uses) Tally(promo.Tally) int64 { return 0 }

// ValidateOnce is Validate for a call with an Idempotency-Key: its answer is remembered, so it takes a turn of its own.
func (r *Redeemer) ValidateOnce(ctx context.Context, call *promo.Call, project *promo.Project, body *Request) (Validation, error) {
	return store.Update(ctx, r.store, call, func(from store.Reader) (Validation, []promo.Key, error) {
		out, err := r.validate(from, call, project, body)
		return out, nil, err
	}, func(out Validation, _ *store.Locked) (Validation, store.Changes, error) {
		return out, store.Changes{}, nil
	})
}
