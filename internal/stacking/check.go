package stacking

import (
	"slices"
	"strconv"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/promo"
)

// checks run in this order; the first that refuses decides (30 R31, table E).
var checks = []struct {
	name   string
	refuse func(*facts) *promo.Refusal
}{
	{"exists", (*facts).exists},
	{"enabled", (*facts).enabled},
	{"tierActive", (*facts).tierActive},
	{"started", (*facts).started},
	{"notExpired", (*facts).notExpired},
	{"insideWindow", (*facts).insideWindow},
	{"tierInsideWindow", (*facts).tierInsideWindow},
	{"usesLeft", (*facts).usesLeft},
	{"notByReferrer", (*facts).notByReferrer},
	{"rewardNamed", (*facts).rewardNamed},
	{"rewardKnown", (*facts).rewardKnown},
	{"published", (*facts).published},
	{"byHolder", (*facts).byHolder},
	{"rulesHold", (*facts).rulesHold},
	{"affordable", (*facts).affordable},
	{"rulesHoldAfter", (*facts).rulesHoldAfter},
	{"deliverable", (*facts).deliverable},
}

// refusal is one whose details are the code, or the id of a tier.
func (f *facts) refusal(key, message string) *promo.Refusal {
	details := f.ID
	if f.Voucher != nil {
		details = f.Voucher.Code
	} else if f.Tier != nil {
		details = string(f.Tier.ID)
	}
	return &promo.Refusal{Key: key, Message: message, Details: details}
}

// compared notes what a refusal wanted and what it met.
func compared(r *promo.Refusal, want, got string) *promo.Refusal {
	r.Want, r.Got = want, got
	return r
}

func whole[N ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// exists is row 1.
func (f *facts) exists() *promo.Refusal {
	if f.known() {
		return nil
	}
	return promo.NotFound(f.Object, f.ID)
}

// enabled is row 2: the switch of the code and that of its campaign.
func (f *facts) enabled() *promo.Refusal {
	if f.Voucher == nil || f.Voucher.Active && (f.Campaign == nil || f.Campaign.Active) {
		return nil
	}
	return f.refusal("voucher_disabled", "voucher is disabled")
}

// tierActive is row 2t: switch and dates of a tier and of its campaign (40 R28).
func (f *facts) tierActive() *promo.Refusal {
	t, c, now := f.Tier, f.Campaign, f.in.At.At
	if t == nil || t.Active && within(t.StartDate, t.ExpirationDate, now) &&
		(c == nil || c.Active && within(c.StartDate, c.ExpirationDate, now)) {
		return nil
	}
	return &promo.Refusal{Key: "promotion_inactive", Message: "Inactive Promotion",
		Details: "Promotion Tier with id: " + string(t.ID) + " is disabled."}
}

// within: the start is inclusive, the end exclusive (30 R31); nil is open.
func within(start, end *time.Time, now time.Time) bool {
	return (start == nil || !now.Before(*start)) && (end == nil || now.Before(*end))
}

// started is row 3.
func (f *facts) started() *promo.Refusal {
	if f.Voucher == nil || within(f.Voucher.StartDate, nil, f.in.At.At) {
		return nil
	}
	return compared(f.refusal("voucher_not_active", "voucher is not active yet"),
		calendar.FormatTime(*f.Voucher.StartDate), calendar.FormatTime(f.in.At.At))
}

// notExpired is row 4.
func (f *facts) notExpired() *promo.Refusal {
	if f.Voucher == nil || within(nil, f.Voucher.ExpirationDate, f.in.At.At) {
		return nil
	}
	return compared(f.refusal("voucher_expired", "voucher expired"),
		calendar.FormatTime(*f.Voucher.ExpirationDate), calendar.FormatTime(f.in.At.At))
}

// insideWindow is row 5: a code obeys its own window alone (40 R28).
func (f *facts) insideWindow() *promo.Refusal {
	if f.Voucher == nil || open(f.Voucher.Window, f.Voucher.StartDate, f.in.At) {
		return nil
	}
	return f.refusal("voucher_not_active_now", "voucher not active now")
}

// tierInsideWindow is row 5t: a tier obeys its own window and its campaign's (40 R28).
func (f *facts) tierInsideWindow() *promo.Refusal {
	t, c := f.Tier, f.Campaign
	if t == nil || open(t.Window, t.StartDate, f.in.At) && (c == nil || open(c.Window, c.StartDate, f.in.At)) {
		return nil
	}
	return f.refusal("promotion_not_active_now", "promotion not active now")
}

// open reports whether every part of a recurring window that is given holds (40 R28); nil is always open.
func open(w *promo.Window, start *time.Time, at Moment) bool {
	if w == nil {
		return true
	}
	local := at.At.In(at.Zone)
	if w.Weekdays != nil && !slices.Contains(w.Weekdays, int(local.Weekday())) {
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

// insideHours reports whether a local time, to the minute, lies in one of the parts of days; both ends are included, so
// that 23:59 covers the day (40 R28, G23). No part goes past midnight: such a one is refused when it is saved.
func insideHours(daily []promo.DailyHours, local time.Time) bool {
	now := local.Format("15:04")
	for _, p := range daily {
		if slices.Contains(p.DaysOfWeek, int(local.Weekday())) && p.StartTime <= now && now <= p.ExpirationTime {
			return true
		}
	}
	return false
}

// usesLeft is row 6: uses that are spent, or held for others (30 R123). Nil Quantity: unlimited.
func (f *facts) usesLeft() *promo.Refusal {
	if f.Voucher == nil || f.Voucher.Quantity == nil || f.use.Uses+f.held.Uses < *f.Voucher.Quantity {
		return nil
	}
	return compared(f.refusal("quantity_exceeded", "quantity exceeded"), whole(*f.Voucher.Quantity), whole(f.use.Uses+f.held.Uses))
}

// notByReferrer is row 7: the owner of a referral code does not redeem it (50 R94).
func (f *facts) notByReferrer() *promo.Refusal {
	if f.Voucher == nil || !f.Voucher.Referral || !f.holds() {
		return nil
	}
	return f.refusal("referrer_not_permitted_to_redeem", "voucher cannot be redeemed by referrer")
}

// holds reports whether the customer holds the code.
func (f *facts) holds() bool {
	c := f.in.Customer
	return f.Voucher != nil && c != nil && c.ID != "" && c.ID == f.Voucher.Holder
}

// rewardNamed is row 8.
func (f *facts) rewardNamed() *promo.Refusal {
	if !f.isCard() || f.Reward != nil {
		return nil
	}
	return &promo.Refusal{Key: "missing_reward", Message: "Missing reward", Details: "A reward is required when redeeming a LOYALTY_CARD"}
}

// rewardKnown is row 8: a reward that is not assigned to the card's campaign is unknown.
func (f *facts) rewardKnown() *promo.Refusal {
	if !f.isCard() || f.Reward.Known {
		return nil
	}
	return promo.NotFound("reward", f.Reward.ID)
}

// published is row 9: a card belongs to somebody before it is used (50 R15).
func (f *facts) published() *promo.Refusal {
	if !f.isCard() || f.Voucher.Holder != "" {
		return nil
	}
	return f.refusal("not_published", "Voucher is not published")
}

// byHolder is row 9: nobody else pays with a card (30 R56).
func (f *facts) byHolder() *promo.Refusal {
	if !f.isCard() || f.in.Customer == nil || f.holds() {
		return nil
	}
	return f.refusal("invalid_customer", "Customer must be a holder of a loyalty card.")
}

// deliverable is row 19.
func (f *facts) deliverable() *promo.Refusal {
	if f.Reward == nil || !f.isCard() {
		return nil
	}
	return f.Reward.Undeliverable
}
