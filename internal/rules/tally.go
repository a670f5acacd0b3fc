package rules

import (
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/promo"
)

// period is a calendar period in the project's zone (20 R44).
type period uint8

const (
	ever period = iota
	day
	week
	month
)

// tally is what a counting rule counts.
type tally struct {
	measure     promo.Measure
	ofCampaign  bool // else of this voucher or tier (20 R43)
	perCustomer bool
	perKey      bool
	perUser     bool
	period      period
}

var (
	ordersAmount     = tally{measure: promo.OrdersAmount, ofCampaign: true}
	amountDiscounted = tally{measure: promo.AmountDiscounted, ofCampaign: true}
	giftCredits      = tally{measure: promo.GiftCredits, ofCampaign: true}
)

// of is the count for a redemption; false when the context has nothing to count (20 R25).
func (t *tally) of(s *Scope) (out promo.Tally, counts bool) {
	out.Measure, out.Since = t.measure, t.period.begin(s)
	switch {
	case t.ofCampaign && s.Campaign != "":
		out.Campaign = s.Campaign
	case s.Voucher != "":
		out.Voucher = s.Voucher
	default:
		out.Tier = s.Tier
	}
	if t.perCustomer {
		out.Customer = s.Customer
	}
	if t.perKey {
		out.AppID = s.AppID
	}
	if t.perUser {
		out.User = s.User
	}
	somewhere := out.Campaign != "" || out.Voucher != "" || out.Tier != ""
	return out, somewhere && (!t.perKey || s.AppID != "") && (!t.perUser || s.User != "")
}

// begin is when the period began that the instant is in.
func (p period) begin(s *Scope) time.Time {
	zone := s.zone()
	switch p {
	case day:
		return calendar.Day(s.At, zone, 0).From.UTC()
	case week:
		return calendar.Week(s.At, zone, s.FirstWeekday, 0).From.UTC()
	case month:
		return calendar.Month(s.At, zone, 0).From.UTC()
	}
	return time.Time{}
}

// judge compares a counter: what was counted before, and this redemption (20 R41, R45).
func (t *tally) judge(c *check, n *node) seen {
	own, counts := t.of(&c.Scope)
	switch {
	case t.perCustomer && (c.Customer == nil || !c.Customer.Identified):
		return missed(MissesCustomer)
	case !counts:
		return c.test(n, Value{})
	case t.needsEffect() && c.After == nil:
		return missed(Later)
	}
	before := int64(0)
	if c.Tallied != nil && (!t.perCustomer || own.Customer != "") { // who is not known yet has no past
		before = c.Tallied(own)
	}
	s := c.test(n, whole(before+t.part(c)))
	s.Before = before
	return s
}

func (t *tally) needsEffect() bool {
	return t.measure == promo.AmountDiscounted || t.measure == promo.GiftCredits
}

// part is what this redemption adds.
func (t *tally) part(c *check) int64 {
	switch t.measure {
	case promo.OrdersAmount:
		if c.Initial == nil {
			return 0
		}
		return int64(*c.Initial)
	case promo.AmountDiscounted:
		return int64(c.After.Discount)
	case promo.GiftCredits:
		return int64(c.After.Credits)
	}
	return 1
}

// Tallies are all counts that a check may ask for, so that they can be locked before (20 R46).
func (p *Program) Tallies(s *Scope) []promo.Tally {
	var out []promo.Tally
	for _, n := range p.top.rules {
		t := n.kind.counts
		if t == nil || !n.used || t.perCustomer && s.Customer == "" {
			continue
		}
		if own, counts := t.of(s); counts {
			out = append(out, own)
		}
	}
	return out
}
