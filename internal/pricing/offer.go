package pricing

import (
	"fmt"
	"slices"
	"strings"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/formula"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Offer is what an incentive gives: exactly one of them.
type Offer struct {
	Discount *promo.Discount
	Gift     *promo.Gift // its effect counts, not its balance
	Coin     *promo.CoinReward
}

// Set is the items of one rule that an incentive may touch, and those that it must not.
type Set struct {
	Rule promo.RuleID
	promo.ApplicableToSet
}

// Terms is a compiled offer: formulas parsed, entries in the order in which they claim lines. It does not change.
type Terms struct {
	Offer
	amountOff, percentOff, fixedAmount, unitOff *formula.Formula // nil: none
	percent                                     formula.Number   // of PercentOff
	unitOffs                                    []*formula.Formula

	included []entry // in list order, All Products last (10-pricing R40, R43)
	excluded []entry
	claims   []int // places in included: SKUs, products, collections, each in list order (10-pricing R45)
}

// entry is one entry of the lists, compiled.
type entry struct {
	promo.ApplicableTo
	ref     catalog.Ref
	price   *formula.Formula
	budgets []budget
}

type budget struct {
	promo.UnitBudget
	formula *formula.Formula
	tally   promo.Tally // of the entry; whose it is, the use says
}

// Compile reads an offer and the items it goes with (10-pricing R40): lists are joined in the order of the sets. The
// error names a formula that cannot be read.
func Compile(o Offer, sets ...Set) (*Terms, error) {
	t := &Terms{Offer: o}
	if d := o.Discount; d != nil {
		if err := t.readFormulas(d); err != nil {
			return nil, err
		}
	}
	all := false
	for _, s := range sets {
		all = all || s.IncludedAll
		for i := range s.Included {
			e, err := newEntry(&s.Included[i], s.Rule, i)
			if err != nil {
				return nil, err
			}
			t.included = append(t.included, e)
		}
		for i := range s.Excluded {
			x := s.Excluded[i]
			t.excluded = append(t.excluded, bareEntry(x.Object, x.ID, x.SourceID))
		}
	}
	if all || len(t.included) == 0 && len(t.excluded) > 0 { // 10-pricing R44
		t.included = append(t.included, bareEntry(promo.CollectionObject, string(promo.AllProducts), nil))
	}
	t.claims = claims(t.included)
	return t, nil
}

func (t *Terms) readFormulas(d *promo.Discount) (err error) {
	read := func(name, text string) (f *formula.Formula) {
		if text == "" || err != nil {
			return nil
		}
		f, err = readFormula("discount."+name, text)
		return f
	}
	t.amountOff, t.percentOff = read("amount_off_formula", d.AmountOffFormula), read("percent_off_formula", d.PercentOffFormula)
	t.fixedAmount, t.unitOff = read("fixed_amount_formula", d.FixedAmountFormula), read("unit_off_formula", d.UnitOffFormula)
	for i := range d.Units {
		t.unitOffs = append(t.unitOffs, read(fmt.Sprintf("units[%d].unit_off_formula", i), d.Units[i].UnitOffFormula))
	}
	if d.PercentOff != nil {
		t.percent = formula.FromDecimal(*d.PercentOff)
	}
	return err
}

func readFormula(name, text string) (*formula.Formula, error) {
	f, fault := formula.Parse(text)
	if fault != nil {
		return nil, fmt.Errorf("%s: %w", name, fault)
	}
	return f, nil
}

func newEntry(a *promo.ApplicableTo, rule promo.RuleID, place int) (entry, error) {
	e := bareEntry(a.Object, a.ID, a.SourceID)
	e.ApplicableTo = *a
	e.defaults()
	var err error
	if a.PriceFormula != "" {
		if e.price, err = readFormula("price_formula", a.PriceFormula); err != nil {
			return e, err
		}
	}
	for _, b := range a.Budgets {
		own := budget{UnitBudget: b, tally: promo.Tally{Measure: promo.UnitsDiscounted, Rule: rule, Entry: place}}
		if b.Formula != "" {
			if own.formula, err = readFormula(b.Name+"_formula", b.Formula); err != nil {
				return e, err
			}
		}
		e.budgets = append(e.budgets, own)
	}
	return e, nil
}

// bareEntry is an entry with nothing but defaults, such as excluded ones, whose settings are ignored (10-pricing R42).
func bareEntry(object, id string, sourceID *string) entry {
	e := entry{ApplicableTo: promo.ApplicableTo{Object: object, ID: id, SourceID: sourceID}, ref: catalog.Ref{Object: object, ID: id}}
	if sourceID != nil {
		e.ref.SourceID = *sourceID
	}
	e.defaults()
	return e
}

// defaults are written out in the lists (10-pricing R120).
func (e *entry) defaults() {
	if e.Effect == "" {
		e.Effect = promo.ApplyToEvery
	}
	if e.Target == "" {
		e.Target = promo.TargetItem
	}
	if e.Repeat == 0 {
		e.Repeat = 1
	}
}

// claims orders entries by who claims a line first (10-pricing R45).
func claims(included []entry) []int {
	rank := func(i int) int {
		switch included[i].Object {
		case promo.SKUObject:
			return 0
		case promo.ProductObject:
			return 1
		}
		return 2
	}
	places := make([]int, len(included))
	for i := range places {
		places[i] = i
	}
	slices.SortStableFunc(places, func(a, b int) int { return rank(a) - rank(b) })
	return places
}

// with are the terms with what discount_applicable conditions matched, as included entries (10-pricing R40).
func (t *Terms) with(also []promo.ApplicableTo) *Terms {
	if len(also) == 0 {
		return t
	}
	more := *t
	last := len(t.included)
	if last > 0 && t.included[last-1].ID == string(promo.AllProducts) { // it stays last
		last--
	}
	more.included = slices.Clone(t.included[:last])
	for i := range also {
		more.included = append(more.included, bareEntry(also[i].Object, also[i].ID, also[i].SourceID))
	}
	more.included = append(more.included, t.included[last:]...)
	more.claims = claims(more.included)
	return &more
}

// effect is the one used (10-pricing R20).
func (t *Terms) effect() promo.Effect {
	items := len(t.included) > 0
	switch {
	case t.Gift != nil:
		if t.Gift.Effect == "" {
			return promo.ApplyToOrder
		}
		return t.Gift.Effect
	case t.Discount == nil:
		return promo.ApplyToOrder
	case t.Discount.Effect != "":
		return t.Discount.Effect
	case t.Discount.Type == promo.UnitDiscount && len(t.Discount.Units) > 0:
		return promo.AddManyItems
	case t.Discount.Type == promo.UnitDiscount:
		return promo.AddMissingItems
	case items:
		return promo.ApplyToItems
	}
	return promo.ApplyToOrder
}

// tallyOf is the count behind a budget: its name says over what and whose (10-pricing R69). A standalone voucher is its
// own campaign. Without a customer the count is that of nobody, so that only this request fills it.
func (b *budget) tallyOf(scope promo.Tally, product string) promo.Tally {
	t := b.tally
	if strings.Contains(b.Name, "promotion_tier") {
		t.Tier = scope.Tier
	} else if t.Campaign = scope.Campaign; t.Campaign == "" {
		t.Voucher = scope.Voucher
	}
	if strings.Contains(b.Name, "_customer_") {
		if t.Customer = scope.Customer; t.Customer == "" {
			t.Customer = nobody
		}
	}
	if strings.Contains(b.Name, "_in_collection_") {
		t.Product = product
	}
	return t
}

const nobody promo.CustomerID = "-"
