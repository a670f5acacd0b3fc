package pricing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/scrip-dev/scrip/internal/formula"
	"github.com/scrip-dev/scrip/internal/promo"
)

const (
	freeOrder = "amount initial items_disc total_disc total items_applied total_applied"
	freeLine  = "qty disc_qty init_qty amount discount init_amount applied appl_disc_qty appl_qty appl_qty_amount price subtotal"
)

func TestFreeUnits(t *testing.T) { // 10-pricing W17-W23; R15, R17, R70-R82
	soap := "prod_soap 350 x 1, prod_sponge 120 x 4"
	many := &promo.Discount{Type: promo.UnitDiscount, Units: []promo.UnitOff{{UnitOff: new(int64(2)), UnitType: "sku_mint", Effect: promo.AddMissingItems},
		{UnitOff: new(int64(1)), UnitType: "prod_sponge", Effect: promo.AddNewItems}, {UnitOff: new(int64(1)), UnitType: "prod_gift", Effect: promo.AddNewItems}}}
	for name, tt := range map[string]struct {
		cart    string
		d       *promo.Discount
		order   string
		row     string
		columns string
		lines   []string
	}{
		"W17": {soap, unitsOff(2, "prod_soap", promo.AddNewItems), freeOrder, "1530 830 700 700 830 700 700", freeLine,
			[]string{"3 2 1 1050 700 350 700 2 2 700 350 350", "4 - 4 480 - 480 - - - - 120 480"}},
		"W18": {soap, unitsOff(3, "prod_soap", ""), freeOrder, "1530 830 1050 1050 480 1050 1050", freeLine, // the default effect (10-pricing R20)
			[]string{"3 3 1 1050 1050 350 1050 3 2 700 350 0", "4 - 4 480 - 480 - - - - 120 480"}},
		"W19": {soap, unitsOff(3, "prod_sponge", promo.AddMissingItems), freeOrder, "830 830 360 360 470 360 360", "qty disc_qty amount discount applied appl_disc_qty price subtotal",
			[]string{"1 - 350 - - - 350 350", "4 3 480 360 360 3 120 120"}},
		"W20": {soap, many, freeOrder, "1750 830 920 920 830 920 920", freeLine,
			[]string{"1 - 1 350 - 350 - - - - 350 350", "5 1 4 600 120 480 120 1 1 120 120 480", "2 2 0 800 800 0 800 2 2 800 400 0", "1 1 0 - - - - 1 1 - - -"}},
		"W21 a": {"prod_soap 350 x 1", unitsOff(1, "prod_5h1pp1ng", promo.AddMissingItems), "amount total", "350 350", "qty disc_qty init_qty amount init_amount appl_disc_qty appl_qty price subtotal",
			[]string{"1 - 1 350 350 - - 350 350", "1 1 0 - - 1 1 - -"}},
		"W21 b": {"prod_soap 350 x 1, 5h1pp1ng 490 x 1", unitsOff(1, "prod_5h1pp1ng", promo.AddMissingItems), freeOrder, "840 840 490 490 350 490 490", "qty disc_qty amount discount applied appl_disc_qty price subtotal",
			[]string{"1 - 350 - - - 350 350", "1 1 490 490 490 1 490 0"}},
		"W22": {soap, unitsOff(1, "pc_wash", promo.AddSameItems), freeOrder, "1300 830 470 470 830 470 470", freeLine,
			[]string{"2 1 1 700 350 350 350 1 1 350 350 350", "5 1 4 600 120 480 120 1 1 120 120 480"}},
		"R74 once for each": {"prod_soap 350 x 1, prod_soap 350 x 2, prod_sponge 120 x 0", unitsOff(1, "pc_wash", promo.AddSameItems), freeOrder, "1400 1050 350 350 1050 350 350", freeLine,
			[]string{"2 1 1 700 350 350 350 1 1 350 350 350", "2 - 2 700 - 700 - - - - 350 700", "0 - 0 0 - 0 - - - - 120 0"}},
		"R80 none": {soap, unitsOff(0, "prod_soap", ""), "amount total", "830 830", "qty amount price subtotal", []string{"1 350 350 350", "4 480 120 480"}},
		"R79 a unit that is gone": {"prod_soap 350 x 1", unitsOff(2, "prod_gone", ""), "amount total", "350 350", "qty disc_qty init_qty amount init_amount appl_disc_qty appl_qty price subtotal",
			[]string{"1 - 1 350 350 - - 350 350", "2 2 0 - - 2 2 - -"}},
		"R70 by source id, a product without SKU": {"soap 350 x 2", unitsOff(1, "prod_soap", ""), freeOrder, "700 700 350 350 350 350 350", "qty disc_qty amount discount applied appl_disc_qty price subtotal",
			[]string{"2 1 700 350 350 1 350 350"}},
		"R70 not through a SKU of it": {"sku_vase_s 4500 x 1", unitsOff(1, "prod_vase", promo.AddMissingItems), freeOrder, "9500 4500 5000 5000 4500 5000 5000", freeLine,
			[]string{"1 - 1 4500 - 4500 - - - - 4500 4500", "1 1 0 5000 5000 0 5000 1 1 5000 5000 0"}},
		"R74 not in the cart": {"apron 4000 x 1", unitsOff(1, "pc_wash", promo.AddSameItems), "amount total", "4000 4000", "qty amount price subtotal", []string{"1 4000 4000 4000"}},
	} {
		c := apply(t, name, basket(t, tt.cart), discounting(t, tt.d, nil))
		c.order("final", c.final, tt.order, tt.row)
		c.lines(tt.columns, tt.lines...)
		if len(c.steps[0].Included()) != 0 { // 10-pricing R125
			t.Error(name, c.steps[0].Included())
		}
		if moved := name != "R80 none" && name != "R74 not in the cart"; c.steps[0].Moved != moved { // 10-pricing R108
			t.Errorf("%s: moved %t", name, c.steps[0].Moved)
		}
	}
	w20 := apply(t, "R79", basket(t, soap), discounting(t, many, nil)).final.Items[2]
	if w20.SKUID != "sku_mint" || w20.ProductID != "prod_mint" || w20.SKU == nil || w20.SKU.SourceID != "mint" || w20.SKU.Name != "Mint" || w20.Product.ID != "prod_mint" {
		t.Errorf("R79: %+v", w20)
	}

	c := apply(t, "W23", basket(t, "sku_mint 400 x 1"), discounting(t, unitsOff(1, "sku_mint", ""), nil), discounting(t, unitsOff(2, "sku_mint", ""), nil))
	for i, row := range []string{"400 400 400 400 0 400 400", "1200 400 1200 1200 0 800 800"} {
		c.order("step", c.steps[i].Cart.Order(), freeOrder, row)
	}
	c.order("final", c.final, freeOrder, "1200 400 1200 1200 0 1200 1200")
	c.lines(freeLine, "3 3 1 1200 1200 400 1200 3 2 800 400 0")

	// an explicit order amount grows too (10-pricing R75)
	c = apply(t, "R75", basket(t, "prod_soap 350 x 1", amountOf(6000)), discounting(t, unitsOff(2, "prod_soap", promo.AddNewItems), nil))
	c.order("final", c.final, freeOrder, "6700 6000 700 700 6000 700 700")

	// what is left to pay caps what is given (10-pricing R76)
	c = apply(t, "R76", basket(t, "prod_soap 350 x 2"), discounting(t, off("500", promo.ApplyToOrder), nil), discounting(t, unitsOff(1, "prod_soap", ""), nil))
	if c.applied() != "200" {
		t.Error("R76:", c.applied())
	}
}

// Shops send a cart back with the free units still in its amounts, and initial_quantity alone.
func TestCartsThatComeBack(t *testing.T) { // 10-pricing R16
	o := basket(t, "prod_soap 350 x 1", func(o *promo.Order) {
		o.Items[0].Amount, o.Items[0].Recount = amount(1050), true
	})
	c := apply(t, "R16", o, discounting(t, unitsOff(2, "prod_soap", promo.AddNewItems), nil))
	c.order("final", c.final, freeOrder, "1050 1050 700 700 350 700 700")
	if it := c.final.Items[0]; it.Quantity != 3 || *it.Amount != 1050 {
		t.Errorf("R16: %v", lineOf(&it))
	}
	untouched := apply(t, "R16", o, discounting(t, percentOff("10", promo.ApplyToOrder), nil))
	if *untouched.final.Items[0].Amount != 1050 {
		t.Error("a line that no unit effect touches keeps its amount")
	}
}

func TestReplacement(t *testing.T) { // 10-pricing W24; R85-R88
	cart := "prod_small 300 x 5"
	source := []Set{including(product("prod_small", units(2)))}
	const line = "qty init_qty amount discount init_amount applied appl_qty appl_qty_amount price subtotal"
	for name, tt := range map[string]struct {
		n       int64
		target  string
		order   string
		lines   [2]string
		details promo.Replacement
	}{
		"W24 a": {1, "prod_large", "1800 1500 300 300 1500 300 300", [2]string{"3 5 900 - 1500 - -2 -600 300 900", "2 0 900 300 0 300 2 900 450 600"},
			promo.Replacement{SourceUnits: -2, SourceAmount: -600, Target: 1, TargetUnits: 2, TargetAmount: 900, TargetDiscount: 300}},
		"W24 b": {1, "prod_sponge", "1140 1500 0 0 1140 0 0", [2]string{"3 5 900 - 1500 - -2 -600 300 900", "2 0 240 0 0 0 2 240 120 240"},
			promo.Replacement{SourceUnits: -2, SourceAmount: -600, Target: 1, TargetUnits: 2, TargetAmount: 240}},
		"W24 c": {3, "prod_sponge", "1620 1500 120 120 1500 120 120", [2]string{"3 5 900 - 1500 - -2 -600 300 900", "6 0 720 120 0 120 6 720 120 600"},
			promo.Replacement{SourceUnits: -2, SourceAmount: -600, Target: 1, TargetUnits: 6, TargetAmount: 720, TargetDiscount: 120}},
	} {
		c := apply(t, name, basket(t, cart), discounting(t, unitsOff(tt.n, tt.target, promo.ReplaceItems), source))
		c.order("final", c.final, freeOrder, tt.order)
		c.lines(line, tt.lines[0], tt.lines[1])
		for i := range 2 { // shown on both lines (10-pricing R87)
			if got := c.final.Items[i].Replacements; len(got) != 1 || got[0] != tt.details {
				t.Errorf("%s: line %d: %+v", name, i, got)
			}
		}
	}
	// a whole line may go, and stays in the list; its discount goes with it
	c := apply(t, "R87", basket(t, "prod_small 300 x 2 (discount 100), prod_large 450 x 1"), discounting(t, unitsOff(1, "prod_large", promo.ReplaceItems), []Set{including(product("prod_small"))}))
	if it := c.final.Items[0]; it.Quantity != 0 || *it.Amount != 0 || *it.DiscountAmount != 0 || c.final.Items[1].Quantity != 3 {
		t.Errorf("R87: %v, %v", lineOf(&it), lineOf(&c.final.Items[1]))
	}
	for name, cart := range map[string]string{"source": "prod_gift - x 2", "target": "prod_small 300 x 2"} { // 10-pricing R88
		target := map[string]string{"source": "prod_large", "target": "prod_gift"}[name]
		c := apply(t, name, basket(t, cart), discounting(t, unitsOff(1, target, promo.ReplaceItems), []Set{every}))
		if c.final.Items[0].Quantity != 2 {
			t.Errorf("R88: the price of the %s is not known, and it was replaced", name)
		}
	}
}

func TestBundlesMultiply(t *testing.T) { // 10-pricing W38; R103-R106
	const columns = "amount discount items_disc total_disc total applied items_applied total_applied"
	mouse := func(change ...func(*promo.ApplicableTo)) []Set { return []Set{including(product("mouse", change...))} }
	capped := off("1000", promo.ApplyToItems)
	capped.AggregatedAmountLimit = amount(1500)
	for name, tt := range map[string]struct {
		d    *promo.Discount
		sets []Set
		want string
	}{
		"1000 off order":                     {off("1000", ""), nil, "160600 2000 - 2000 158600 2000 - 2000"},
		"5 % off order":                      {percentOff("5", ""), nil, "160600 16060 - 16060 144540 16060 - 16060"},
		"60 % off order":                     {percentOff("60", ""), nil, "160600 160600 - 160600 0 160600 - 160600"},
		"fixed order":                        {fixed("99000", ""), nil, "160600 61600 - 61600 99000 61600 - 61600"},
		"700 off mouse line":                 {off("700", promo.ApplyToItems), mouse(), "160600 - 1400 1400 159200 - 1400 1400"},
		"700 off unit, quantity_limit 1":     {off("700", promo.ApplyToItemsByQuantity), mouse(units(1)), "160600 - 1400 1400 159200 - 1400 1400"},
		"700 off unit, no limit":             {off("700", promo.ApplyToItemsByQuantity), mouse(), "160600 - 2100 2100 158500 - 2100 2100"},
		"10 % off mouse, quantity_limit 1":   {percentOff("10", promo.ApplyToItems), mouse(units(1)), "160600 - 600 600 160000 - 600 600"},
		"mouse price 2000, quantity_limit 1": {fixed("2000", promo.ApplyToItems), mouse(units(1)), "160600 - 2000 2000 158600 - 2000 2000"},
		"split 1000 over mouse, cable":       {off("1000", promo.ApplyToItemsProportionally), []Set{including(inCollection("pc_acc"))}, "160600 - 2000 2000 158600 - 2000 2000"},
		"1000 off mouse line, cap 1500":      {capped, mouse(), "160600 - 1500 1500 159100 - 1500 1500"},
	} {
		c := apply(t, name, basket(t, "laptop 50000 x 3, mouse 3000 x 3, cable 800 x 2"), discounting(t, tt.d, tt.sets, func(u *Use) { u.Bundles = 2 }))
		c.order("final", c.final, columns, tt.want)
		if d := c.steps[0].Discount; tt.d.AmountOff != nil && d.AmountOff.Cmp(*tt.d.AmountOff) != 0 || tt.d.PercentOff != nil && d.PercentOff.Cmp(*tt.d.PercentOff) != 0 {
			t.Errorf("%s: shown multiplied: %+v", name, d) // 10-pricing R106
		}
	}
	two := func(u *Use) { u.Bundles = 2 }
	c := apply(t, "units", basket(t, "prod_soap 350 x 1"), discounting(t, unitsOff(1, "prod_soap", promo.AddNewItems), nil, two))
	if c.final.Items[0].Quantity != 3 {
		t.Error("units:", c.final.Items[0].Quantity)
	}
	c = apply(t, "replace", basket(t, "prod_small 300 x 5"), discounting(t, unitsOff(1, "prod_large", promo.ReplaceItems), []Set{including(product("prod_small", units(1)))}, two))
	if c.final.Items[0].Quantity != 3 {
		t.Error("replace:", c.final.Items[0].Quantity)
	}
}

func TestFormulas(t *testing.T) { // 10-pricing W40; R1, R131-R133, R137, R150, R151, R153, R155
	per := off("100", promo.ApplyToItems)
	per.AmountOffFormula = `MAX(ORDER_ITEM_SUBTOTAL * 0.1;1.25)`
	c := apply(t, "W40", basket(t, "a 990 x 1, b 5000 x 2"), discounting(t, percentOff("20", ""), []Set{including(product("b"))}), discounting(t, per, []Set{every}))
	for i, row := range []string{"10990 2000 2000 8990 2000 2000", "10990 2925 2925 8065 925 925"} {
		c.order("step", c.steps[i].Cart.Order(), itemFields, row)
	}
	c.order("final", c.final, itemFields, "10990 2925 2925 8065 2925 2925")
	c.lines("qty amount discount applied price subtotal", "1 990 125 125 990 865", "2 10000 2800 2800 5000 7200")
	if d := c.steps[1]; !d.Dynamic || d.Discount.AmountOff.String() != "100" || d.Discount.AmountOffFormula != "" {
		t.Errorf("W40: shown %+v, %t", d.Discount, d.Dynamic)
	}

	with := func(d *promo.Discount, field *string, text string) *promo.Discount { *field = text; return d }
	amountF := func(text string) *promo.Discount { d := off("700", ""); return with(d, &d.AmountOffFormula, text) }
	percentF := func(text string) *promo.Discount {
		d := percentOff("7", "")
		return with(d, &d.PercentOffFormula, text)
	}
	fixedF := func(text string) *promo.Discount {
		d := fixed("40000", "")
		return with(d, &d.FixedAmountFormula, text)
	}
	unitsF := func(text string) *promo.Discount {
		d := unitsOff(1, "prod_soap", promo.AddNewItems)
		return with(d, &d.UnitOffFormula, text)
	}
	bare := func(text string) *promo.Discount {
		return &promo.Discount{Type: promo.AmountDiscount, AmountOffFormula: text}
	}
	per100 := percentOff("7", promo.ApplyToItems)
	per100.PercentOffFormula = "100 / (ORDER_ITEM_UNITS_QUANTITY - 1)"
	entryPrice := fixed("", promo.ApplyToItems)
	cart := "prod_soap 350 x 1, b 4000 x 11, c 0 x 1, d - x 2, e 2150 x 1" // 46500
	values := given{"CUSTOMER_METADATA/age": formula.Int(26)}
	for name, tt := range map[string]struct {
		d       *promo.Discount
		sets    []Set
		off     promo.Amount
		shown   string
		dynamic bool
	}{
		"amount":                 {amountF(`IF(ORDER_AMOUNT > 300;ORDER_AMOUNT * 0.035;5)`), nil, 1628, "1628", true},
		"below zero":             {amountF(`10 - CUSTOMER_METADATA("age")`), nil, 0, "0", true},
		"fails, the static one":  {amountF(`CUSTOMER_METADATA("score")`), nil, 700, "700", false},
		"fails, without one":     {bare(`CUSTOMER_METADATA("score")`), nil, 0, "-", false},
		"a line's in an order's": {amountF(`ORDER_ITEM_PRICE`), nil, 700, "700", true}, // accepted, and null at run time (10-pricing R153)
		"percent":                {percentF(`CUSTOMER_METADATA("age") / 8`), nil, 1511, "3.25", true},
		"percent above 100":      {percentF(`CUSTOMER_METADATA("age") * 5`), nil, 46500, "100", true},
		"fixed":                  {fixedF(`ROUND(ORDER_AMOUNT / 7;1)`), nil, 46500 - 6640, "6640", true},
		"units":                  {unitsF(`ORDER_UNITS_QUANTITY / 8`), nil, 700, "2", true},
		"lines":                  {percentF(`ORDER_ITEMS_QUANTITY`), nil, 2325, "5", true},
		"the cheapest":           {amountF(`CHEAPEST_ORDER_ITEM_UNITS_QUANTITY + CHEAPEST_ORDER_ITEM_PRICE`), nil, 100, "100", true},
		"the dearest":            {amountF(`MOST_EXPENSIVE_ORDER_ITEM_AMOUNT / 44`), nil, 1000, "1000", true},
		"one line fails":         {per100, []Set{every}, 25 + 4400 + 0 + 151, "7", true}, // 7 % of 350 and of 2150, 10 % of 44000 (10-pricing R151)
		"no bundle":              {amountF(`order.bundle.quantity`), nil, 700, "700", false},
		"an entry's price":       {entryPrice, []Set{including(product("b", at("3900"), func(e *promo.ApplicableTo) { e.PriceFormula = "IF(ORDER_ITEM_PRICE > 3;ORDER_ITEM_PRICE * 0.8;1)" }))}, 8800, "-", false},
	} {
		c := apply(t, name, basket(t, cart), discounting(t, tt.d, tt.sets, func(u *Use) { u.Values = values }))
		s, shown := c.steps[0], "-"
		switch d := s.Discount; {
		case d.AmountOff != nil:
			shown = d.AmountOff.String()
		case d.PercentOff != nil:
			shown = d.PercentOff.String()
		case d.FixedAmount != nil:
			shown = d.FixedAmount.String()
		case d.UnitOff != nil:
			shown = fmt.Sprint(*d.UnitOff)
		}
		if s.Applied != tt.off || shown != tt.shown || s.Dynamic != tt.dynamic {
			t.Errorf("%s: %d off, shown %s, dynamic %t; want %d, %s, %t", name, s.Applied, shown, s.Dynamic, tt.off, tt.shown, tt.dynamic)
		}
	}
	b := apply(t, "bundle", basket(t, "", amountOf(9000)), discounting(t, amountF("order.bundle.quantity"), nil, func(u *Use) { u.Bundles = 3 }))
	if b.steps[0].Applied != 900 {
		t.Error("order.bundle.quantity:", b.steps[0].Applied)
	}
	for formula, off := range map[string]promo.Amount{ // lines without a price do not count, ties go to the lower subtotal (10-pricing R137)
		"CHEAPEST_ORDER_ITEM_PRICE": 200, "CHEAPEST_ORDER_ITEM_AMOUNT": 400, "MOST_EXPENSIVE_ORDER_ITEM_AMOUNT": 300,
	} {
		c := apply(t, formula, basket(t, "d - x 2, a 300 x 2, a 200 x 3, b 200 x 2, c 300 x 1"), discounting(t, bare(formula), nil))
		if c.steps[0].Applied != off {
			t.Errorf("%s: %d off, want %d", formula, c.steps[0].Applied, off)
		}
	}
	if _, err := Compile(Offer{Discount: amountF("FOO")}); err == nil || err.Error() != "discount.amount_off_formula: unknown name FOO at character 1" {
		t.Error(err)
	}
	for want, change := range map[string]func(*promo.ApplicableTo){
		"price_formula: unknown name BAR at character 5": func(e *promo.ApplicableTo) { e.PriceFormula = "1 + BAR" },
		"product_campaign_quantity_limit_formula: unknown name BAR at character 1": func(e *promo.ApplicableTo) {
			e.Budgets = []promo.UnitBudget{{Name: "product_campaign_quantity_limit", Formula: "BAR"}}
		},
	} {
		if _, err := Compile(Offer{Discount: fixed("1", promo.ApplyToItems)}, including(product("a", change))); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	budget := product("a", func(e *promo.ApplicableTo) {
		e.Budgets = []promo.UnitBudget{{Name: "product_campaign_quantity_limit", Formula: "1 + 1"}}
	})
	if c := apply(t, "budget", basket(t, "a 100 x 5"), discounting(t, percentOff("50", ""), []Set{including(budget)})); c.applied() != "100" {
		t.Error("budget:", c.applied())
	}
}
