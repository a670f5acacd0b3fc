package redeem

import (
	"context"
	"slices"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/stacking"
	"github.com/scrip-dev/scrip/internal/store"
)

// Outcome is what became of a redemption.
type Outcome struct {
	// Refused is the request itself: nothing was recorded (30 R86).
	Refused  *promo.Refusal
	Decision stacking.Decision

	Redemptions []*promo.Redemption // successes, in application order
	Parent      *promo.Redemption   // of a request for several
	Order       *promo.Order        // as stored
	Customer    *promo.Customer

	// Failure is why nothing was redeemed; Failed is the record of it, Of the redeemable it belongs to.
	Failure *promo.Refusal
	Failed  *promo.Redemption
	Of      *stacking.Candidate
}

// Redeem decides and records at one instant (30 R31), in one transaction (R81).
func (r *Redeemer) Redeem(ctx context.Context, call *promo.Call, project *promo.Project, body *Request) (Outcome, error) {
	read := func(from store.Reader) (*plan, []promo.Key, error) {
		p, err := r.plan(from, project, body, call.Draw)
		if err != nil {
			return nil, nil, err
		}
		return p, p.keys(), nil
	}
	return store.Update(ctx, r.store, call, read, func(p *plan, l *store.Locked) (Outcome, store.Changes, error) {
		if p.refused != nil {
			return Outcome{Refused: p.refused}, store.Changes{}, nil
		}
		w := writing{plan: p, call: call, project: project, body: body}
		return w.decide(l)
	})
}

// writing is one redemption under the locks.
type writing struct {
	*plan
	call    *promo.Call
	project *promo.Project
	body    *Request
	out     Outcome
	changes store.Changes
	used    uses
}

func (w *writing) decide(l *store.Locked) (Outcome, store.Changes, error) {
	candidates, err := w.lockCandidates(l)
	if err != nil {
		return w.out, w.changes, err
	}
	customer, changed, err := w.customer.locked(l, w.call.Draw)
	if err != nil {
		return w.out, w.changes, err
	}
	stored, orderID, err := w.cart.locked(l)
	if err != nil {
		return w.out, w.changes, err
	}
	priced, refused := w.cart.priced(stored, w.call.Draw)
	if refused != nil {
		return Outcome{Refused: refused}, store.Changes{}, nil
	}
	if refused := w.sourceTaken(l, stored, orderID); refused != nil {
		return Outcome{Refused: refused}, store.Changes{}, nil
	}
	if changed {
		store.Customers.Put(&w.changes, customer) // also when the redemption fails (30 R9)
	}
	w.out.Customer = customer
	if priced != nil {
		priced.ID = orderID
		if customer != nil {
			priced.Customer = customer.ID
		}
		if priced.Status != promo.OrderFulfilled { // 30 R110
			priced.Status = promo.OrderPaid
		}
		if stored == nil {
			priced.CreatedAt = w.call.Draw.At()
		}
	}
	own := *w.plan // as it stands under the locks: the plan may be decided again
	own.candidates, own.used = candidates, w.used
	if w.out.Decision, err = own.decide(priced, w.customer.as(customer), w.call, w.project, w.body); err != nil {
		return w.out, w.changes, err
	}
	if w.out.Decision.Valid {
		w.succeed(stored)
	} else {
		w.fail()
	}
	return w.out, w.changes, nil
}

// lockCandidates are the candidates as they stand under the locks: a voucher deleted since the plan is unknown.
func (w *writing) lockCandidates(l *store.Locked) ([]stacking.Candidate, error) {
	out := slices.Clone(w.candidates)
	w.used = make(uses, len(out))
	for i := range out {
		v := out[i].Voucher
		if v == nil {
			continue
		}
		now, err := store.Vouchers.Locked(l, promo.VoucherRow(v.ID))
		if err != nil {
			return nil, err
		}
		out[i].Voucher = now
		use := promo.VoucherUse{Uses: l.Counter(promo.Uses(v.ID))}
		if v.Type == promo.GiftVoucher {
			use.Spent = promo.Amount(l.Counter(promo.Spent(v.ID)))
		}
		w.used[v.ID] = use
	}
	return out, nil
}

// sourceTaken refuses to give an order the source id of another (30 R112).
func (w *writing) sourceTaken(l *store.Locked, stored *promo.Order, id promo.OrderID) *promo.Refusal {
	if stored == nil || w.cart.source != "" {
		return nil
	}
	source := w.cart.sent.SourceID.Or("")
	if source == "" || stored.SourceID != nil && *stored.SourceID == source {
		return nil
	}
	if by := l.Named(promo.OrderSource(source)); by != "" && by != string(id) {
		return promo.Duplicate("order", "source_id", source)
	}
	return nil
}

// record is the part that all records of this request share.
func (w *writing) record(prefix string, i int) *promo.Redemption {
	rec := &promo.Redemption{ID: promo.RedemptionID(prefix + w.bodies[i]), Date: w.call.Draw.At(), Result: promo.ResultSuccess,
		Status: promo.StatusSucceeded, Metadata: metadata.Clean(w.body.Metadata), ChannelID: w.call.Caller.AppID,
		SessionKey: w.body.Session.Value.Key.Or("")}
	if rec.Metadata == nil && w.body.Metadata.Kind() == '{' {
		rec.Metadata = promo.Metadata("{}") // null only if none was sent (30 b.6)
	}
	if c := w.out.Customer; c != nil {
		rec.Customer, rec.Tracking = c.ID, c.Tracking
	}
	return rec
}

// succeed records the applied ones, under a parent when several were asked for (30 R80), and stores the order (R111).
func (w *writing) succeed(stored *promo.Order) {
	d := &w.out.Decision
	several := len(w.candidates) > 1
	if several {
		w.out.Parent = w.record("r_", 0)
		w.out.Parent.RelatedType, w.out.Parent.RelatedID = promo.RedemptionObject, string(w.out.Parent.ID)
		w.out.Parent.Order = asStood(d.Final, true)
	}
	for i, e := range d.ByStatus(stacking.Applicable) {
		rec := w.record("r_", i+1)
		w.relate(rec, e)
		rec.Order = asStood(e.Order(), !several)
		use := w.used[e.Voucher.ID]
		use.Uses++
		w.changes.Add(promo.Uses(e.Voucher.ID), 1)
		if e.Voucher.Type == promo.GiftVoucher {
			spent := e.Step.Spent
			rec.Credits = &spent
			use.Spent += spent
			w.changes.Add(promo.Spent(e.Voucher.ID), int64(spent))
		}
		rec.After = &use
		if several {
			rec.Parent = w.out.Parent.ID
			w.out.Parent.Children = append(w.out.Parent.Children, rec.ID)
		}
		w.out.Redemptions = append(w.out.Redemptions, rec)
	}
	top := w.out.Redemptions[0]
	if several {
		top = w.out.Parent
		store.Redemptions.Put(&w.changes, w.out.Parent)
	}
	for _, rec := range w.out.Redemptions {
		store.Redemptions.Put(&w.changes, rec)
	}
	if d.Final != nil {
		w.storeOrder(stored, top)
	}
}

// asStood is an order as a record keeps it: without the map of the order's redemptions, which the stored order has, and
// which would make every record larger than the one before. In one that is not a child's the discount of the request is
// written as 0 where nothing was computed (10-pricing R114).
func asStood(o *promo.Order, whole bool) *promo.Order {
	if o == nil {
		return nil
	}
	kept := *o
	kept.Redemptions = nil
	if whole {
		writeZero(&kept)
	}
	return &kept
}

// writeZero writes an applied discount of 0 where a request applied no money at all (10-pricing R114).
func writeZero(o *promo.Order) {
	if t := pricing.TotalsOf(o).TotalApplied; o.Applied == nil && (t == nil || *t == 0) {
		o.Applied = new(promo.Amount)
	}
}

// storeOrder keeps the order with its discounts and the redemption in its map (30 R111, b.4).
func (w *writing) storeOrder(stored *promo.Order, top *promo.Redemption) {
	o := *w.out.Decision.Final
	o.Redemptions = append(slices.Clone(o.Redemptions), promo.OrderRedemption{ID: top.ID, Date: top.Date,
		RelatedType: top.RelatedType, RelatedID: top.RelatedID, Stacked: top.Children})
	if stored != nil {
		at := w.call.Draw.At()
		o.UpdatedAt = &at
	}
	kept := pricing.Settled(&o) // 10-pricing R116
	writeZero(&o)
	w.out.Order = &o
	store.Orders.Put(&w.changes, kept)
}

func (w *writing) relate(rec *promo.Redemption, e *stacking.Entry) {
	if e.Voucher == nil { // what cannot be found is related to itself (30 R87)
		rec.RelatedType, rec.RelatedID = promo.RedemptionObject, string(rec.ID)
		return
	}
	rec.RelatedType, rec.RelatedID = promo.VoucherObject, string(e.Voucher.ID)
	rec.Voucher, rec.VoucherCode = e.Voucher.ID, e.Voucher.Code
}

// fail records why nothing was redeemed (30 R86-R88): mode ALL, so one redeemable is the reason.
func (w *writing) fail() {
	e := w.out.Decision.ByStatus(stacking.Inapplicable)[0]
	w.out.Failure, w.out.Of = e.Refused, e.Candidate
	failed := func(i int) *promo.Redemption {
		rec := w.record("rf_", i)
		rec.Result, rec.Status = promo.ResultFailure, promo.StatusFailed
		rec.FailureCode, rec.FailureMessage = e.Refused.Key, e.Refused.Message
		return rec
	}
	records := make([]*promo.Redemption, 1, 2)
	if len(w.candidates) == 1 {
		w.out.Failed = failed(1)
		w.relate(w.out.Failed, e)
	} else {
		child := failed(1)
		w.relate(child, e)
		w.out.Failed = failed(0)
		w.out.Failed.RelatedType, w.out.Failed.RelatedID = promo.RedemptionObject, string(w.out.Failed.ID)
		w.out.Failed.Children, child.Parent = []promo.RedemptionID{child.ID}, w.out.Failed.ID
		records = append(records, child)
	}
	records[0] = w.out.Failed
	for _, rec := range records { // the parent first (30 R83)
		if use, known := w.used[rec.Voucher]; known {
			rec.After = &use
		}
		store.Redemptions.Put(&w.changes, rec)
	}
}
