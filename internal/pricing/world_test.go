package pricing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/formula"
	"github.com/scrip-dev/scrip/internal/promo"
)

func decimal(s string) *promo.Decimal {
	d, err := promo.ParseDecimal(s)
	if err != nil {
		panic(err)
	}
	return &d
}

// shelf is the catalogue of the chapter's examples.
var shelf = catalog.NewShelf(
	[]*promo.Product{{ID: "prod_soap", SourceID: new("soap"), Price: decimal("350")}, {ID: "prod_sponge", Price: decimal("120")}, {ID: "prod_gift"},
		{ID: "prod_small", Price: decimal("300")}, {ID: "prod_large", Price: decimal("450")}, {ID: "prod_jam"}, {ID: "prod_tea"}, {ID: "prod_mint"},
		{ID: "prod_vase", SourceID: new("vase"), Name: "Vase", Price: decimal("5000")}},
	[]*promo.SKU{{ID: "sku_mint", SourceID: new("mint"), Product: "prod_mint", SKU: "Mint", Price: decimal("400")}, {ID: "sku_vase_s", Product: "prod_vase", Price: decimal("4500")}},
	[]catalog.Collection{collection("kit", "pan", "pot", "lid"), collection("sale", "pot", "apron"), collection("pc_food", "prod_jam", "prod_tea"),
		collection("pc_wash", "prod_soap", "prod_sponge"), collection("pc_acc", "mouse", "cable")}, catalog.Env{})

func collection(id string, products ...string) catalog.Collection {
	c := catalog.Collection{ID: promo.CollectionID(id)}
	for _, p := range products {
		c.Items = append(c.Items, catalog.Item{Object: promo.ProductObject, ID: p})
	}
	return c
}

// basket reads a cart such as "cup 900 x 2, plate 1500 x 1 (discount 300)"; a price - is not known. Ids of the catalogue
// begin with prod_ and sku_, other names are source ids of products that it does not have.
func basket(t testing.TB, text string, change ...func(*promo.Order)) *promo.Order {
	t.Helper()
	o := &promo.Order{}
	for _, line := range strings.Split(text, ", ") {
		if line == "" {
			continue
		}
		words := strings.Fields(line)
		it := promo.OrderItem{SourceID: words[0], RelatedObject: promo.ProductObject}
		switch {
		case strings.HasPrefix(words[0], "prod_"):
			it = promo.OrderItem{ProductID: words[0]}
		case strings.HasPrefix(words[0], "sku_"):
			it = promo.OrderItem{SKUID: words[0]}
		}
		if words[1] != "-" {
			it.Price = amount(promo.Amount(whole(t, words[1])))
		}
		it.Quantity = whole(t, words[3])
		it.InitialQuantity = it.Quantity
		if len(words) > 4 {
			it.DiscountAmount = amount(promo.Amount(whole(t, strings.Trim(words[5], ")"))))
		}
		o.Items = append(o.Items, it)
	}
	for _, c := range change {
		c(o)
	}
	if refused := Normalize(o, shelf); refused != nil {
		t.Fatal(refused)
	}
	return o
}

func whole(t testing.TB, s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func amountOf(n int64) func(*promo.Order) {
	return func(o *promo.Order) { o.Amount = amount(promo.Amount(n)) }
}

// The discounts of the examples; an effect "" is resolved.
func off(n string, effect promo.Effect) *promo.Discount {
	return &promo.Discount{Type: promo.AmountDiscount, AmountOff: decimal(n), Effect: effect}
}

func percentOff(p string, effect promo.Effect) *promo.Discount {
	return &promo.Discount{Type: promo.PercentDiscount, PercentOff: decimal(p), Effect: effect}
}

func fixed(n string, effect promo.Effect) *promo.Discount {
	d := &promo.Discount{Type: promo.FixedDiscount, Effect: effect}
	if n != "" {
		d.FixedAmount = decimal(n)
	}
	return d
}

func unitsOff(n int64, of string, effect promo.Effect) *promo.Discount {
	return &promo.Discount{Type: promo.UnitDiscount, UnitOff: &n, UnitType: of, Effect: effect}
}

// every includes everything.
var every = Set{ApplicableToSet: promo.ApplicableToSet{IncludedAll: true}}

// including are entries of a rule.
func including(entries ...promo.ApplicableTo) Set {
	return Set{Rule: "val_1", ApplicableToSet: promo.ApplicableToSet{Included: entries}}
}

func product(id string, change ...func(*promo.ApplicableTo)) promo.ApplicableTo {
	return item(promo.ProductObject, id, change...)
}

func inCollection(id string, change ...func(*promo.ApplicableTo)) promo.ApplicableTo {
	return item(promo.CollectionObject, id, change...)
}

// all is All Products as an entry with settings.
func all(change ...func(*promo.ApplicableTo)) promo.ApplicableTo {
	return inCollection(string(promo.AllProducts), change...)
}

func item(object, id string, change ...func(*promo.ApplicableTo)) promo.ApplicableTo {
	e := promo.ApplicableTo{Object: object, ID: id}
	for _, c := range change {
		c(&e)
	}
	return e
}

func units(n int64) func(*promo.ApplicableTo) {
	return func(e *promo.ApplicableTo) { e.QuantityLimit = &n }
}
func unitsInAll(n int64) func(*promo.ApplicableTo) {
	return func(e *promo.ApplicableTo) { e.AggregatedQuantityLimit = &n }
}
func upTo(n promo.Amount) func(*promo.ApplicableTo) {
	return func(e *promo.ApplicableTo) { e.AmountLimit = &n }
}
func at(price string) func(*promo.ApplicableTo) {
	return func(e *promo.ApplicableTo) { e.Price = decimal(price) }
}

func from(effect promo.ItemEffect, skip, repeat int64) func(*promo.ApplicableTo) {
	return func(e *promo.ApplicableTo) { e.Effect, e.SkipInitially, e.Repeat = effect, skip, repeat }
}

func byUnit(e *promo.ApplicableTo) { e.Target = promo.TargetUnit }

// discounting is a use of a discount; change may set more of it.
func discounting(t testing.TB, d *promo.Discount, sets []Set, change ...func(*Use)) Use {
	t.Helper()
	return using(t, Offer{Discount: d}, sets, change...)
}

func using(t testing.TB, o Offer, sets []Set, change ...func(*Use)) Use {
	t.Helper()
	terms, err := Compile(o, sets...)
	if err != nil {
		t.Fatal(err)
	}
	u := Use{Terms: terms, At: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}
	for _, c := range change {
		c(&u)
	}
	return u
}

// calculated is a cart with what a few uses did to it, one after another.
type calculated struct {
	t     testing.TB
	name  string
	steps []Step
	final *promo.Order
}

func apply(t testing.TB, name string, o *promo.Order, uses ...Use) calculated {
	t.Helper()
	out, c := calculated{t: t, name: name}, Open(o, shelf, nil)
	for i := range uses {
		step, refused := c.Apply(&uses[i])
		if refused != nil {
			t.Fatalf("%s: step %d: %v", name, i+1, refused)
		}
		checkLaws(t, name, c.Order(), step.Cart.Order())
		out.steps = append(out.steps, step)
		c = step.Cart
	}
	out.final = c.Final()
	checkLaws(t, name, nil, out.final)
	return out
}

// checkLaws are the identities of 10-pricing R5 and R6.
func checkLaws(t testing.TB, name string, before, o *promo.Order) {
	t.Helper()
	totals := TotalsOf(o)
	var items, applied promo.Amount
	for i := range o.Items {
		it := &o.Items[i]
		items, applied = items+or0(it.DiscountAmount), applied+or0(it.Applied)
		if it.Amount != nil && (*it.Amount < 0 || or0(it.DiscountAmount) > *it.Amount) || or0(it.DiscountAmount) < 0 || or0(it.Applied) < 0 || it.Quantity < 0 {
			t.Errorf("%s: line %d: %s", name, i, lineOf(it))
		}
	}
	if o.Amount == nil {
		return
	}
	total := *o.Amount - or0(o.DiscountAmount) - items
	if total < 0 || *totals.Total != total || or0(totals.ItemsDiscount) != items || or0(totals.TotalApplied) != applied+or0(o.Applied) || or0(o.Applied) < 0 {
		t.Errorf("%s: %v", name, orderOf(o))
	}
}

var orderColumns = []string{"amount", "initial", "discount", "items_disc", "total_disc", "total", "applied", "items_applied", "total_applied"}

// orderOf are the fields of a calculated order as the chapter heads them; - is absent.
func orderOf(o *promo.Order) map[string]string {
	t := TotalsOf(o)
	return named(orderColumns, shown(o.Amount), shown(o.InitialAmount), shown(o.DiscountAmount), shown(t.ItemsDiscount), shown(t.TotalDiscount),
		shown(t.Total), shown(o.Applied), shown(t.ItemsApplied), shown(t.TotalApplied))
}

var lineColumns = []string{"qty", "disc_qty", "init_qty", "amount", "discount", "init_amount", "applied", "appl_disc_qty", "appl_qty",
	"appl_qty_amount", "price", "subtotal"}

func lineOf(it *promo.OrderItem) map[string]string {
	subtotal := "-"
	if it.Amount != nil {
		subtotal = fmt.Sprint(max(0, *it.Amount-or0(it.DiscountAmount)))
	}
	return named(lineColumns, fmt.Sprint(it.Quantity), shown(it.DiscountQuantity), fmt.Sprint(it.InitialQuantity), shown(it.Amount), shown(it.DiscountAmount),
		shown(it.InitialAmount), shown(it.Applied), shown(it.AppliedDiscountQuantity), shown(it.AppliedQuantity), shown(it.AppliedQuantityAmount), shown(it.Price), subtotal)
}

func shown[N ~int64](n *N) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

func named(names []string, values ...string) map[string]string {
	out := map[string]string{}
	for i, n := range names {
		out[n] = values[i]
	}
	return out
}

// order compares an order with one row of a table of the chapter: the columns, then the values. What has no column is
// absent.
func (c calculated) order(label string, o *promo.Order, columns, row string) {
	c.t.Helper()
	c.compare(c.name+" "+label, orderOf(o), orderColumns, columns, row)
}

// lines compares the lines of the final order. Where there are no columns for them, nothing was added: initial values are
// those of now.
func (c calculated) lines(columns string, rows ...string) {
	c.t.Helper()
	if len(rows) != len(c.final.Items) {
		c.t.Errorf("%s: %d lines, want %d", c.name, len(c.final.Items), len(rows))
		return
	}
	for i, row := range rows {
		got := lineOf(&c.final.Items[i])
		check := slices.Clone(lineColumns)
		for _, pair := range [][2]string{{"init_qty", "qty"}, {"init_amount", "amount"}} {
			if !strings.Contains(columns, pair[0]) {
				if got[pair[0]] != got[pair[1]] {
					c.t.Errorf("%s: line %d: %s is %s, %s is %s", c.name, i, pair[0], got[pair[0]], pair[1], got[pair[1]])
				}
				check = slices.DeleteFunc(check, func(n string) bool { return n == pair[0] })
			}
		}
		c.compare(fmt.Sprintf("%s line %d", c.name, i), got, check, columns, row)
	}
}

func (c calculated) compare(label string, got map[string]string, all []string, columns, row string) {
	c.t.Helper()
	names, values := strings.Fields(columns), strings.Fields(row)
	if len(names) != len(values) {
		c.t.Fatalf("%s: %d columns, %d values", label, len(names), len(values))
	}
	want := named(names, values...)
	for _, n := range all {
		w, asked := want[n]
		if !asked {
			w = "-"
		}
		if got[n] != w {
			c.t.Errorf("%s: %s is %s, want %s", label, n, got[n], w)
		}
	}
}

// applied are the applied discounts of the final lines, such as "900 / - / 500".
func (c calculated) applied() string {
	var out []string
	for i := range c.final.Items {
		out = append(out, shown(c.final.Items[i].Applied))
	}
	return strings.Join(out, " / ")
}

// given are operands that a test sets; of metadata under NAME/key.
type given map[string]formula.Value

func (g given) Operand(name formula.Operand, key string) formula.Value {
	if key != "" {
		return g[string(name)+"/"+key]
	}
	return g[string(name)]
}
