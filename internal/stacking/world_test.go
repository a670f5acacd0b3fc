package stacking

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/rules"
)

var noon = time.Date(2027, 3, 28, 12, 0, 0, 0, time.UTC) // a Sunday

// used are counters as a test sets them.
type used struct {
	uses  map[promo.VoucherID]promo.VoucherUse
	held  map[promo.VoucherID]promo.VoucherHeld
	tally map[promo.Tally]int64
}

func (u used) Use(v promo.VoucherID) promo.VoucherUse   { return u.uses[v] }
func (u used) Held(v promo.VoucherID) promo.VoucherHeld { return u.held[v] }
func (u used) Tally(t promo.Tally) int64                { return u.tally[t] }

func amount(a promo.Amount) *promo.Amount { return &a }

func decimal(s string) *promo.Decimal {
	d, err := promo.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return &d
}

// cart is an order with nothing but its amount.
func cart(a promo.Amount) *promo.Order { return &promo.Order{Amount: &a} }

// lines is an order of lines such as "mug 3x1000".
func lines(t testing.TB, texts ...string) *promo.Order {
	t.Helper()
	o := &promo.Order{}
	for _, text := range texts {
		it := promo.OrderItem{RelatedObject: promo.ProductObject}
		var price promo.Amount
		if _, err := fmt.Sscanf(text, "%s %dx%d", &it.SourceID, &it.Quantity, &price); err != nil {
			t.Fatal(text, err)
		}
		it.InitialQuantity, it.Price = it.Quantity, &price
		o.Items = append(o.Items, it)
	}
	if refused := pricing.Normalize(o, shelf); refused != nil {
		t.Fatal(refused)
	}
	return o
}

var shelf *catalog.Shelf // an empty one

// voucher is a discount coupon whose code and id are the same.
func voucher(code string, d *promo.Discount, sets ...pricing.Set) Candidate {
	c := Candidate{Object: promo.VoucherObject, ID: code, Voucher: &promo.Voucher{ID: promo.VoucherID(code), Code: code, Active: true,
		Type: promo.DiscountVoucher, Discount: d}}
	return c.priced(pricing.Offer{Discount: d}, sets...)
}

func (c Candidate) priced(o pricing.Offer, sets ...pricing.Set) Candidate {
	terms, err := pricing.Compile(o, sets...)
	if err != nil {
		panic(err)
	}
	c.Terms = terms
	return c
}

func off(code string, a int64) Candidate {
	return voucher(code, &promo.Discount{Type: promo.AmountDiscount, AmountOff: new(promo.NewDecimal(a, 0))})
}

func percent(code, p string) Candidate {
	return voucher(code, &promo.Discount{Type: promo.PercentDiscount, PercentOff: decimal(p)})
}

func gift(code string, balance promo.Amount, credits *promo.Amount) Candidate {
	g := &promo.Gift{Amount: balance}
	c := Candidate{Object: promo.VoucherObject, ID: code, Asked: credits, Voucher: &promo.Voucher{ID: promo.VoucherID(code), Code: code,
		Active: true, Type: promo.GiftVoucher, Gift: g}}
	return c.priced(pricing.Offer{Gift: g})
}

// card is a loyalty card of ana's that pays with points: 100 points are 15.00 (30 E14).
func card(code string, points *promo.Amount) Candidate {
	c := Candidate{Object: promo.VoucherObject, ID: code, Asked: points, Reward: &Reward{ID: "rew_1", Known: true, Coin: true},
		Voucher: &promo.Voucher{ID: promo.VoucherID(code), Code: code, Active: true, Type: promo.LoyaltyCard, Holder: ana.ID}}
	return c.priced(pricing.Offer{Coin: &promo.CoinReward{ExchangeRatio: promo.NewDecimal(15, 0), PointsRatio: promo.NewDecimal(100, 0)}})
}

func tier(id string, d promo.Discount, campaign *promo.Campaign) Candidate {
	c := Candidate{Object: promo.TierObject, ID: id, Tier: &promo.PromotionTier{ID: promo.TierID(id), Discount: d, Active: true}, Campaign: campaign}
	if campaign != nil {
		c.Tier.Campaign = campaign.ID
	}
	return c.priced(pricing.Offer{Discount: &d})
}

// in puts a candidate into a category.
func (c Candidate) in(category string) Candidate {
	v := *c.Voucher
	v.Category = promo.CategoryID(category)
	c.Voucher = &v
	return c
}

// with changes the voucher of a candidate.
func (c Candidate) with(change func(*promo.Voucher)) Candidate {
	v := *c.Voucher
	change(&v)
	c.Voucher = &v
	return c
}

// under puts a candidate under rule sets, written as JSON.
func (c Candidate) under(t testing.TB, sets ...string) Candidate {
	t.Helper()
	for i, text := range sets {
		p, refused := rules.Compile(&promo.ValidationRule{ID: promo.RuleID(fmt.Sprint("val_", i+1)), Rules: ruleMap(t, text)})
		if refused != nil {
			t.Fatal(refused)
		}
		c.Programs = append(c.Programs, p)
	}
	return c
}

func expired(v *promo.Voucher) { v.ExpirationDate = &noon }

var ana = &Customer{Customer: &promo.Customer{ID: "cust_ana"}, Identified: true}

// on is a request under the default rules.
func on(o *promo.Order, c ...Candidate) *Request {
	return &Request{Cart: o, Shelf: shelf, Candidates: c, Rules: promo.DefaultStackingRules(), Used: used{}, At: Moment{noon, time.UTC, time.Monday}}
}

// ruled changes the stacking rules of a request.
func (r *Request) ruled(change func(*promo.StackingRules)) *Request {
	change(r.Rules)
	return r
}

func (r *Request) by(c *Customer) *Request { r.Customer = c; return r }

func (r *Request) after(u used) *Request { r.Used = u; return r }

// walk tells what became of each entry in processing order: the total left after it, or why it did not apply.
func walk(d Decision) string {
	var out []string
	for i := range d.Entries {
		e := &d.Entries[i]
		switch e.Status {
		case Applicable:
			left, known := pricing.Left(e.Order())
			if !known {
				out = append(out, e.ShownID()+" applied")
				continue
			}
			out = append(out, fmt.Sprint(e.ShownID(), " ", left))
		case Inapplicable:
			out = append(out, e.ShownID()+" "+e.Refused.Key)
		case Skipped:
			out = append(out, e.ShownID()+" ("+e.Skip.Key+")")
		}
	}
	if !d.Valid {
		out = append(out, "not valid")
	}
	return strings.Join(out, ", ")
}
