// Package stacking decides which redeemables apply, in what order, and why not (30 d.2 to d.5). It is pure.
//
// This release knows vouchers and the default stacking rules: mode ALL, at most five applied, in requested order.
package stacking

import (
	"strconv"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

// The limits of the default rules (30 b.9).
const (
	RedeemablesMost = 30
	AppliedMost     = 5
)

// Candidate is one redeemable of a request.
type Candidate struct {
	Object  string         // voucher, promotion_tier or promotion_stack
	ID      string         // as sent
	Voucher *promo.Voucher // nil: unknown
	Credits *promo.Amount  // to spend of a gift card; nil: as much as is needed
}

// ShownID is the code of a voucher, else what was sent (30 R5).
func (c *Candidate) ShownID() string {
	if c.Voucher != nil {
		return c.Voucher.Code
	}
	return c.ID
}

// Counters are what was used before, as locked or as read.
type Counters interface {
	Use(promo.VoucherID) promo.VoucherUse
}

// Moment is the one instant of a request (30 R31) in the project's zone.
type Moment struct {
	At   time.Time
	Zone *time.Location
}

// Status of an entry.
type Status string

// The statuses (30 b.5).
const (
	Applicable   Status = "APPLICABLE"
	Inapplicable Status = "INAPPLICABLE"
	Skipped      Status = "SKIPPED"
)

// Skip is why an entry was not evaluated (30 b.5).
type Skip struct{ Key, Message string }

var (
	limitExceeded   = &Skip{"applicable_redeemables_limit_exceeded", "Applicable redeemables limit exceeded"}
	precedingFailed = &Skip{"preceding_validation_failed", "Redeemable cannot be applied due to preceding validation failure"}
)

// Entry is what became of one candidate.
type Entry struct {
	*Candidate
	Status  Status
	Refused *promo.Refusal // INAPPLICABLE
	Skip    *Skip          // SKIPPED
	Order   *promo.Order   // running, after this step; nil without an order
	Balance promo.Amount   // of a gift card, before
	Spent   promo.Amount   // credits spent of it
	Trace   Trace
}

// Trace is what the deciding check compared.
type Trace struct{ Check, Want, Got string }

// Decision is the answer for all candidates, in processing order.
type Decision struct {
	Valid   bool
	Entries []Entry
	Final   *promo.Order // with applied amounts summed over the request; nil without an order, or when not valid
}

// ByStatus are the entries with a status, in order.
func (d *Decision) ByStatus(s Status) []*Entry {
	out := []*Entry{}
	for i := range d.Entries {
		if d.Entries[i].Status == s {
			out = append(out, &d.Entries[i])
		}
	}
	return out
}

// Decide evaluates the candidates one after another on a normalized cart, which may be nil. Limits are tested before a
// candidate is evaluated (30 R26, R30); after the first that does not apply the rest is skipped (R39).
func Decide(cart *promo.Order, candidates []Candidate, used Counters, at Moment) Decision {
	d := Decision{Entries: make([]Entry, len(candidates))}
	running, applied, failed := cart, 0, false
	var taken *promo.Amount
	for i := range candidates {
		e := &d.Entries[i]
		e.Candidate = &candidates[i]
		switch {
		case failed:
			e.Status, e.Skip = Skipped, precedingFailed
			continue
		case applied == AppliedMost:
			e.Status, e.Skip = Skipped, limitExceeded
			continue
		}
		facts := factsOf(e.Candidate, running, used, at)
		if e.Refused, e.Trace = firstRefusal(&facts); e.Refused != nil {
			e.Status, failed = Inapplicable, true
			continue
		}
		e.Status = Applicable
		applied++
		running = e.apply(running, &facts)
		if running != nil && running.Applied != nil {
			taken = add(taken, *running.Applied)
		}
	}
	d.Valid = applied > 0 && !failed
	if d.Valid && running != nil {
		final := *running
		final.Applied = taken
		d.Final = &final
	}
	return d
}

func add(sum *promo.Amount, n promo.Amount) *promo.Amount {
	if sum != nil {
		n += *sum
	}
	return &n
}

// apply prices the entry on the running order and gives the order after it.
func (e *Entry) apply(running *promo.Order, f *facts) *promo.Order {
	e.Balance = f.balance
	left, known := pricing.Left(running)
	if !known {
		e.Order = running // no amount: no effect, no money fields (10-pricing R34)
		return running
	}
	var off promo.Amount
	if e.Voucher.Type == promo.GiftVoucher {
		off = min(f.balance, left)
		if e.Credits != nil {
			off = min(*e.Credits, left)
		}
		e.Spent = off
	} else {
		off = pricing.Discount(e.Voucher.Discount, left)
	}
	next := pricing.Take(*running, off)
	e.Order = &next
	return &next
}

// facts are what the checks look at.
type facts struct {
	*Candidate
	order   *promo.Order
	use     promo.VoucherUse
	balance promo.Amount
	at      Moment
}

func factsOf(c *Candidate, order *promo.Order, used Counters, at Moment) facts {
	f := facts{Candidate: c, order: order, at: at}
	if c.Voucher != nil {
		f.use = used.Use(c.Voucher.ID)
		if g := c.Voucher.Gift; g != nil {
			f.balance = g.Amount - g.Subtracted - f.use.Spent
		}
	}
	return f
}

// check is one row of table E.
type check struct {
	name   string
	refuse func(*facts) *promo.Refusal
}

// checks run in this order; the first that refuses decides (30 R31, table E).
var checks = []check{
	{"exists", exists}, {"enabled", enabled}, {"started", started}, {"notExpired", notExpired}, {"insideWindow", insideWindow},
	{"usesLeft", usesLeft}, {"orderGiven", orderGiven}, {"amountKnown", amountKnown}, {"creditsEnough", creditsEnough},
}

func firstRefusal(f *facts) (*promo.Refusal, Trace) {
	for _, c := range checks {
		if r := c.refuse(f); r != nil {
			return r, Trace{c.name, r.Want, r.Got}
		}
	}
	return nil, Trace{}
}

func (f *facts) refusal(key, message string) *promo.Refusal {
	return &promo.Refusal{Key: key, Message: message, Details: f.Voucher.Code}
}

// exists is row 1. What this release does not keep, tiers and stacks, is unknown.
func exists(f *facts) *promo.Refusal {
	if f.Voucher != nil {
		return nil
	}
	return promo.NotFound(f.Object, f.ID)
}

// enabled is row 2.
func enabled(f *facts) *promo.Refusal {
	if f.Voucher.Active {
		return nil
	}
	return f.refusal("voucher_disabled", "voucher is disabled")
}

// started is row 3: the start is inclusive.
func started(f *facts) *promo.Refusal {
	start := f.Voucher.StartDate
	if start == nil || !f.at.At.Before(*start) {
		return nil
	}
	r := f.refusal("voucher_not_active", "voucher is not active yet")
	r.Want, r.Got = calendar.FormatTime(*start), calendar.FormatTime(f.at.At)
	return r
}

// notExpired is row 4: the end is exclusive.
func notExpired(f *facts) *promo.Refusal {
	end := f.Voucher.ExpirationDate
	if end == nil || f.at.At.Before(*end) {
		return nil
	}
	r := f.refusal("voucher_expired", "voucher expired")
	r.Want, r.Got = calendar.FormatTime(*end), calendar.FormatTime(f.at.At)
	return r
}

// insideWindow is row 5: every part of a recurring window that is given must hold (40 R28).
func insideWindow(f *facts) *promo.Refusal {
	if w := f.Voucher.Window; w == nil || open(w, f.Voucher.StartDate, f.at) {
		return nil
	}
	return f.refusal("voucher_not_active_now", "voucher not active now")
}

func open(w *promo.Window, start *time.Time, at Moment) bool {
	local := at.At.In(at.Zone)
	if w.Weekdays != nil && !hasDay(w.Weekdays, local.Weekday()) {
		return false
	}
	if w.Daily != nil && !insideHours(w.Daily, local) {
		return false
	}
	if w.Timeframe == nil || start == nil {
		return true
	}
	interval, _ := calendar.ParseDuration(w.Timeframe.Interval) // checked when it was saved
	lasting, _ := calendar.ParseDuration(w.Timeframe.Duration)
	return calendar.Recurs{Start: *start, Interval: interval, Duration: lasting}.Open(at.At, at.Zone)
}

func hasDay(days []int, day time.Weekday) bool {
	for _, d := range days {
		if d == int(day) {
			return true
		}
	}
	return false
}

// insideHours reports whether a local time, to the minute, lies in one of the parts of days; both ends are included, so
// that 23:59 covers the day (40 R28, G23). No part goes past midnight: such a one is refused when it is saved.
func insideHours(daily []promo.DailyHours, local time.Time) bool {
	now := local.Format("15:04")
	for _, p := range daily {
		if hasDay(p.DaysOfWeek, local.Weekday()) && p.StartTime <= now && now <= p.ExpirationTime {
			return true
		}
	}
	return false
}

// usesLeft is row 6. Nil Quantity: unlimited.
func usesLeft(f *facts) *promo.Refusal {
	if f.Voucher.Quantity == nil || f.use.Uses < *f.Voucher.Quantity {
		return nil
	}
	r := f.refusal("quantity_exceeded", "quantity exceeded")
	r.Want, r.Got = strconv.FormatInt(*f.Voucher.Quantity, 10), strconv.FormatInt(f.use.Uses, 10)
	return r
}

// orderGiven is row 11, for gift cards.
func orderGiven(f *facts) *promo.Refusal {
	if f.Voucher.Type != promo.GiftVoucher || f.order != nil {
		return nil
	}
	return &promo.Refusal{Key: "missing_order", Message: "Missing order", Details: "Order is required when redeeming a GIFT_VOUCHER"}
}

// amountKnown is row 12.
func amountKnown(f *facts) *promo.Refusal {
	if f.Voucher.Type != promo.GiftVoucher || f.order.Amount != nil {
		return nil
	}
	return &promo.Refusal{Key: "missing_amount", Message: "Missing amount", Details: "Amount is required when redeeming a GIFT_VOUCHER"}
}

// creditsEnough is row 16: credits asked for must be there, even when fewer are needed (30 R50).
func creditsEnough(f *facts) *promo.Refusal {
	if f.Voucher.Type != promo.GiftVoucher || f.Credits == nil || *f.Credits <= f.balance {
		return nil
	}
	r := f.refusal("gift_amount_exceeded", "gift amount exceeded")
	r.Want, r.Got = strconv.FormatInt(int64(*f.Credits), 10), strconv.FormatInt(int64(f.balance), 10)
	return r
}
