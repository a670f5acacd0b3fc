package stacking

import (
	"github.com/scrip-dev/scrip/internal/promo"
)

// accepted is what an entry applied earlier in the request adds to counts (20 R42, 30 R34).
type accepted struct {
	who                promo.Tally // voucher or tier, campaign, customer, key and user
	orders, discounted promo.Amount
	credits            promo.Amount
	units              []unitsOf
}

type unitsOf struct {
	promo.Tally
	units int64
}

func (d *deciding) acceptedOf(e *Entry) accepted {
	a := accepted{who: e.scope(), discounted: e.Step.Applied}
	a.who.AppID, a.who.User = d.in.AppID, d.in.User
	if d.customer != nil {
		a.who.Customer = d.customer.ID
	}
	if initial, known := d.cart.Initial(); known {
		a.orders = initial
	}
	if e.isGift() {
		a.credits = e.Step.Spent
	}
	for _, u := range e.Step.Units {
		a.units = append(a.units, unitsOf{u.Tally, u.Units})
	}
	return a
}

// tallied is what was counted before this request, and in it so far.
func (d *deciding) tallied(t promo.Tally) int64 {
	n := d.in.Used.Tally(t)
	for i := range d.accepted {
		n += d.accepted[i].adds(t)
	}
	return n
}

// adds is what a redemption adds to a tally: nothing when it is not among those counted.
func (a *accepted) adds(t promo.Tally) int64 {
	if t.Measure == promo.UnitsDiscounted {
		return a.unitsIn(t)
	}
	if !matches(t.Voucher, a.who.Voucher) || !matches(t.Tier, a.who.Tier) || !matches(t.Campaign, a.who.Campaign) ||
		!matches(t.Customer, a.who.Customer) || !matches(t.AppID, a.who.AppID) || !matches(t.User, a.who.User) {
		return 0
	}
	switch t.Measure {
	case promo.OrdersAmount:
		return int64(a.orders)
	case promo.AmountDiscounted:
		return int64(a.discounted)
	case promo.GiftCredits:
		return int64(a.credits)
	}
	return 1
}

func matches[S ~string](asked, has S) bool { return asked == "" || asked == has }

func (a *accepted) unitsIn(t promo.Tally) (n int64) {
	for _, u := range a.units {
		if u.Tally == t {
			n += u.units
		}
	}
	return n
}
