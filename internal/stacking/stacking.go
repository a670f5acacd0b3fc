// Package stacking decides which redeemables apply, in what order, and why not (30 d.2 to d.5). It is pure: what it
// judges, time and counters included, is in the request.
package stacking

import (
	"time"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/rules"
)

// Request is all that a decision depends on.
type Request struct {
	Cart       *promo.Order   // normalized; nil: none was sent
	Shelf      *catalog.Shelf // what the catalogue knows of the cart and of the incentives; nil: nothing
	Candidates []Candidate    // as requested; a stack stands replaced by its tiers (30 R3)
	Rules      *promo.StackingRules
	Categories map[promo.CategoryID]*promo.Category // those that candidates have, for their hierarchy

	Customer *Customer      // nil: nobody (30 R12)
	Metadata promo.Metadata // of the request (30 b.2)
	NewLine  func() string  // makes the id of a line that a unit effect adds; nil: they have none
	AppID    string         // of the key that called
	User     string         // login of the one who called; "" for keys
	At       Moment
	Used     Counters
}

// Customer is who redeems.
type Customer struct {
	*promo.Customer                      // what was sent over what is stored (30 R8); without an id when unknown
	Identified      bool                 // by id, source id or tracking id (20 R48)
	InSegment       func(id string) bool // nil: in none
	Tiers           []string             // loyalty tiers held now
}

// Moment is the one instant of a request (30 R31) in the project's zone.
type Moment struct {
	At           time.Time
	Zone         *time.Location
	FirstWeekday time.Weekday // of the project's weeks (20 R44)
}

// Counters are what was used before, as locked or as read.
type Counters interface {
	// Use is what was used of a voucher.
	Use(promo.VoucherID) promo.VoucherUse
	// Held is what other sessions hold of it (30 R123).
	Held(promo.VoucherID) promo.VoucherHeld
	// Tally is what a counting rule or unit budget has counted (20 R42).
	Tally(promo.Tally) int64
}

// Status of an entry.
type Status string

// The statuses (30 b.5).
const (
	Applicable   Status = "APPLICABLE"
	Inapplicable Status = "INAPPLICABLE"
	Skipped      Status = "SKIPPED"
)

// Entry is what became of one candidate.
type Entry struct {
	*Candidate
	Category promo.CategoryID // effective (30 R20)
	Class    Class
	Status   Status
	Refused  *promo.Refusal // INAPPLICABLE
	Message  string         // the caller's own words for it (20 R50); "" when there are none
	Skip     *Skip          // SKIPPED

	Step    pricing.Step  // APPLICABLE: what it did
	Bundle  *rules.Bundle // nil without bundle rules
	Balance promo.Amount  // of a gift or loyalty card, before: what may be spent
	Trace   Trace
}

// Order is the running order after this step; nil without an order, and when the entry does not apply. It is written anew
// at each call.
func (e *Entry) Order() *promo.Order {
	if e.Step.Cart == nil {
		return nil
	}
	return e.Step.Cart.Order()
}

// Trace is what the decision about one candidate compared.
type Trace struct {
	Check     string // the check of table E that refused; "" when none did
	Want, Got string
	Rules     []rules.Seen // what the rules compared, before pricing and after
}

// Decision is the answer for all candidates, in processing order.
type Decision struct {
	Rules   *promo.StackingRules // that it followed
	Valid   bool
	Entries []Entry
	Final   *promo.Order // with applied amounts summed over the request; nil without an order, or when not valid
}

// ByStatus are the entries with a status, in order; never nil.
func (d *Decision) ByStatus(s Status) []*Entry {
	out := []*Entry{}
	for i := range d.Entries {
		if d.Entries[i].Status == s {
			out = append(out, &d.Entries[i])
		}
	}
	return out
}

// Decide evaluates the candidates one after another, each on the order as left by those before it (10-pricing R21).
func Decide(in *Request) Decision {
	d := newDeciding(in)
	d.run()
	out := Decision{Rules: in.Rules, Entries: d.done}
	applied, failed := 0, false
	for i := range out.Entries {
		switch out.Entries[i].Status {
		case Applicable:
			applied++
		case Inapplicable:
			failed = true
		}
	}
	out.Valid = applied > 0 && (!failed || in.Rules.ApplicationMode == promo.ApplyPartial) // 30 R40
	if out.Valid {
		out.Final = d.cart.Final()
	}
	return out
}
