package pricing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
)

const itemFields = "amount items_disc total_disc total items_applied total_applied"

func TestOnItems(t *testing.T) { // 10-pricing W4-W15; R20, R40-R58, R60-R64; 20-rules R59, R60
	kit := func(change ...func(*promo.ApplicableTo)) []Set {
		return []Set{including(inCollection("kit", change...))}
	}
	pantry := "pan 900 x 1, pot 2500 x 2, lid 1200 x 3, apron 4000 x 1"

	d := off("1100", "")
	d.AggregatedAmountLimit = amount(2500)
	c := apply(t, "W4", basket(t, pantry), discounting(t, d, kit()))
	c.order("final", c.final, itemFields, "13500 2500 2500 11000 2500 2500")
	c.lines("qty amount discount applied price subtotal", "1 900 900 900 900 0", "2 5000 1100 1100 2500 3900", "3 3600 500 500 1200 3100", "1 4000 - - 4000 4000")
	if c.steps[0].Discount.Effect != promo.ApplyToItems { // 10-pricing R20
		t.Error("W4: the effect is", c.steps[0].Discount.Effect)
	}

	many := "a 333 x 1, b 335 x 1, c 1001 x 3"
	desk := "desk 9000 x 1, lamp 2500 x 3, chair 4000 x 2, bulb 300 x 4"
	trio := "red 1500 x 3, blue 1500 x 1, green 2000 x 1"
	coat := "coat 12000 x 2, boots 8000 x 1"
	byQuantity := off("1100", promo.ApplyToItemsByQuantity)
	nine := percentOff("30", "")
	nine.AmountLimit, nine.AggregatedAmountLimit = decimal("1300"), amount(2600)
	split, splitUnits := promo.ApplyToItemsProportionally, promo.ApplyToItemsProportionallyQuantity
	limitedSplit := off("80", split)
	limitedSplit.AggregatedAmountLimit = amount(30)
	wide := func(change ...func(*promo.ApplicableTo)) []Set { return []Set{including(all(change...))} }
	for name, tt := range map[string]struct {
		cart    string
		d       *promo.Discount
		sets    []Set
		applied string
		sum     int64 // of items_disc and of items_applied
		total   int64
	}{
		"W5 no limit":                         {pantry, byQuantity, kit(), "900 / 2200 / 3300 / -", 6400, 7100},
		"W5 quantity_limit 2":                 {pantry, byQuantity, kit(units(2)), "900 / 2200 / 2200 / -", 5300, 8200},
		"W5 both unit limits":                 {pantry, byQuantity, kit(units(2), unitsInAll(4)), "900 / 2200 / 1100 / -", 4200, 9300},
		"W5 from most expensive":              {pantry, byQuantity, kit(unitsInAll(2), from(promo.ApplyFromMostExpensive, 0, 1)), "- / 2200 / - / -", 2200, 11300},
		"W5 entry amount_limit":               {pantry, byQuantity, kit(upTo(2000)), "900 / 2000 / 2000 / -", 4900, 8600},
		"W6 a third each":                     {"a 3333 x 1, b 3333 x 1, c 3334 x 1", off("1000", split), []Set{every}, "333 / 333 / 334", 1000, 9000},
		"W6 two units missing":                {"a 1000 x 1, b 1000 x 1, c 1000 x 1", off("500", split), []Set{every}, "167 / 167 / 166", 500, 2500},
		"W6 77":                               {"a 199 x 1, b 299 x 1, c 1002 x 1", off("77", split), []Set{every}, "10 / 15 / 52", 77, 1423},
		"W6 more than there is":               {"a 2000 x 1, b 3000 x 1", off("9000", split), []Set{every}, "2000 / 3000", 5000, 0},
		"W7":                                  {"pen 100 x 5, bag 4000 x 1", off("3000", splitUnits), []Set{every}, "500 / 2500", 3000, 1500},
		"W8 2, 3, 2":                          {"a 700 x 2, b 900 x 3, c 1100 x 2", off("1000", splitUnits), []Set{every}, "286 / 428 / 286", 1000, 5300},
		"W8 1, 1, 1":                          {"a 700 x 1, b 900 x 1, c 1100 x 1", off("100", splitUnits), []Set{every}, "34 / 33 / 33", 100, 2600},
		"W9":                                  {"pan 900 x 4, pot 2500 x 2, lid 1200 x 3", nine, kit(units(3), upTo(1000)), "810 / 1000 / 790", 2600, 9600},
		"W10":                                 {many, percentOff("15", ""), []Set{every}, "50 / 50 / 450", 550, 3121},
		"W12":                                 {desk, percentOff("20", ""), wide(from(promo.ApplyFromCheapest, 1, 2)), "1800 / 1500 / - / -", 3300, 22400},
		"W13":                                 {desk, off("200", ""), wide(from(promo.ApplyFromMostExpensive, 1, 3), byUnit), "- / 200 / 200 / 200", 600, 25100},
		"W14":                                 {"tea 601 x 3, mug 800 x 2", percentOff("50", ""), wide(from(promo.ApplyFromCheapest, 0, 2), byUnit), "601 / 400", 1001, 2402},
		"W15 cheapest":                        {trio, percentOff("100", ""), wide(from(promo.ApplyToCheapest, 0, 1)), "- / 1500 / -", 1500, 6500},
		"W15 most expensive":                  {trio, percentOff("100", ""), wide(from(promo.ApplyToMostExpensive, 0, 1)), "- / - / 2000", 2000, 6000},
		"W15 one unit":                        {coat, percentOff("25", ""), wide(from(promo.ApplyToMostExpensive, 0, 1), byUnit), "3000 / -", 3000, 29000},
		"W15 the second":                      {coat, percentOff("25", ""), wide(from(promo.ApplyToMostExpensive, 1, 1)), "- / 2000", 2000, 30000},
		"the third unit of all":               {coat, percentOff("25", ""), wide(from(promo.ApplyToMostExpensive, 2, 1), byUnit), "- / 2000", 2000, 30000},
		"W43 300 over 3300 and 3400":          {"a 3300 x 1, b 3400 x 1", off("300", split), []Set{every}, "148 / 152", 300, 6400},
		"W43 split by amount":                 {"a 1000 x 2, b 1500 x 3, c 2000 x 3", off("1000", split), []Set{every}, "160 / 360 / 480", 1000, 11500},
		"W43 split by quantity":               {"a 1000 x 2, b 1500 x 3, c 2000 x 3", off("1000", splitUnits), []Set{every}, "250 / 375 / 375", 1000, 11500},
		"W43 new price":                       {"a 1000 x 2, b 1500 x 3, c 2000 x 3", fixed("1000", ""), []Set{every}, "0 / 1500 / 3000", 4500, 8000},
		"R44 only excluded":                   {"a 1000 x 1, b 1000 x 1", off("5", ""), []Set{{ApplicableToSet: promo.ApplicableToSet{Excluded: []promo.ApplicableTo{product("b")}}}}, "5 / -", 5, 1995},
		"R42 excluded wins":                   {"a 1000 x 1, b 1000 x 1", off("5", ""), []Set{{ApplicableToSet: promo.ApplicableToSet{IncludedAll: true, Excluded: []promo.ApplicableTo{product("b")}}}}, "5 / -", 5, 1995},
		"R40 several rules":                   {"a 1000 x 1, b 1000 x 1, c 10 x 1", off("5", ""), []Set{including(product("a")), including(product("b"))}, "5 / 5 / -", 10, 2000},
		"R43 all of them last":                {"a 1000 x 1, b 1000 x 1", off("5", ""), []Set{every, including(product("b", upTo(3)))}, "5 / 3", 8, 1992},
		"R45 a product before its collection": {"pan 900 x 1, lid 1200 x 1", off("50", ""), []Set{including(inCollection("kit", upTo(10)), product("lid", upTo(7)))}, "10 / 7", 17, 2083},
		"R45 a SKU before its product":        {"sku_mint 400 x 1", off("50", ""), []Set{including(product("prod_mint", upTo(10)), item("sku", "sku_mint", upTo(7)))}, "7", 7, 393},
		"R47 no price comes last":             {"ghost - x 1, a 5 x 1, b 9 x 1", percentOff("100", ""), wide(from(promo.ApplyFromCheapest, 2, 1)), "- / - / -", -1, 14},
		"R53 percent of units":                {"a 100 x 4", percentOff("50", ""), wide(units(3)), "150", 150, 250},
		"R54 once per line":                   {"a 100 x 4", off("30", promo.ApplyToItems), []Set{every}, "30", 30, 370},
		"R58 no price is raised":              {"a 100 x 4", fixed("150", promo.ApplyToItems), []Set{every}, "0", 0, 400},
		"R60 an aggregated entry limit":       {"a 100 x 1, b 100 x 1", off("80", ""), []Set{including(all(func(e *promo.ApplicableTo) { e.AggregatedAmountLimit = amount(100) }))}, "80 / 20", 100, 100},
		"R64 a split has it too":              {"a 100 x 1, b 300 x 1", limitedSplit, []Set{every}, "20 / 10", 30, 370},
		"R63 a money limit of 0":              {"a 100 x 1", off("80", ""), wide(upTo(0)), "0", 0, 100},
		"nothing included":                    {"a 100 x 1", off("80", promo.ApplyToItems), nil, "-", -1, 100},                // 10-pricing R44, G26
		"quantity 0 takes no part":            {"a 100 x 0, b 100 x 1", percentOff("50", ""), []Set{every}, "- / 50", 50, 50}, // 10-pricing R9
		"the rest of a discounted line":       {"a 100 x 2 (discount 50)", percentOff("50", ""), []Set{every}, "75", 125, 75},
	} {
		c := apply(t, name, basket(t, tt.cart), discounting(t, tt.d, tt.sets))
		totals := TotalsOf(c.final)
		if c.applied() != tt.applied || *totals.Total != promo.Amount(tt.total) {
			t.Errorf("%s: %s, total %d; want %s, %d", name, c.applied(), *totals.Total, tt.applied, tt.total)
		}
		if got := shown(totals.ItemsDiscount); tt.sum >= 0 && got != fmt.Sprint(tt.sum) || tt.sum < 0 && got != "-" { // 10-pricing R112
			t.Errorf("%s: items_discount_amount is %s, want %d", name, got, tt.sum)
		}
	}
}

func TestNewUnitPrices(t *testing.T) { // 10-pricing W11; R45, R58, b.1
	cart := "pan 900 x 4, pot 2500 x 2, lid 1200 x 3, apron 4000 x 1"
	c := apply(t, "W11", basket(t, cart), discounting(t, fixed("", promo.ApplyToItems),
		[]Set{including(inCollection("kit", at("1000")), product("pot", at("2200")), inCollection("sale", at("2000")))}))
	c.order("final", c.final, itemFields, "16200 5600 5600 10600 5600 5600")
	c.lines("qty amount discount applied price subtotal", "4 3600 0 0 900 3600", "2 5000 3000 3000 2500 2000", "3 3600 600 600 1200 3000", "1 4000 2000 2000 4000 2000")
	if c.steps[0].Discount.FixedAmount != nil {
		t.Error("W11: fixed_amount", c.steps[0].Discount.FixedAmount)
	}
	// in a stack the comparison is with what is left of the line
	ten := discounting(t, percentOff("50", ""), []Set{every})
	c = apply(t, "R58", basket(t, "pan 900 x 2"), ten, discounting(t, fixed("400", promo.ApplyToItems), []Set{every}))
	if c.applied() != "1000" {
		t.Error("R58:", c.applied())
	}
	c = apply(t, "R150", basket(t, "pan 900 x 2"), discounting(t, fixed("", promo.ApplyToItems), []Set{every})) // nobody gives a price
	if c.applied() != "-" {
		t.Error("R150:", c.applied())
	}
}

func TestBudgets(t *testing.T) { // 10-pricing W41; R69; 20-rules R58
	with := func(name string, n int64) func(*promo.ApplicableTo) {
		return func(e *promo.ApplicableTo) { e.Budgets = append(e.Budgets, promo.UnitBudget{Name: name, Limit: &n}) }
	}
	scope := promo.Tally{Voucher: "v_1", Campaign: "camp_1", Customer: "cust_1"}
	counted := map[promo.Tally]int64{}
	use := func(d *promo.Discount, change ...func(*promo.ApplicableTo)) Use {
		return discounting(t, d, []Set{including(inCollection("kit", change...))}, func(u *Use) {
			u.Scope, u.Tallied = scope, func(t promo.Tally) int64 { return counted[t] }
		})
	}
	own := promo.Tally{Measure: promo.UnitsDiscounted, Rule: "val_1", Campaign: "camp_1", Customer: "cust_1"}
	counted[own] = 3
	half := percentOff("50", "")
	c := apply(t, "W41", basket(t, "pan 900 x 4, lid 1200 x 2"), use(half, with("product_customer_campaign_quantity_limit", 5)))
	c.order("final", c.final, itemFields, "6000 900 900 5100 900 900")
	c.lines("qty amount discount applied price subtotal", "4 3600 900 900 900 2700", "2 2400 - - 1200 2400")
	if got := c.steps[0].Units; len(got) != 1 || got[0] != (UnitsTaken{own, 2}) {
		t.Errorf("W41: units %+v", got)
	}
	if l := c.steps[0].Included(); len(l) != 2 || fmt.Sprint(l[0].Indices) != "[0]" || l[1].ID != "pan" {
		t.Errorf("W41: listed %+v", l)
	}

	everyone := promo.Tally{Measure: promo.UnitsDiscounted, Rule: "val_1", Campaign: "camp_1"}
	ofPan, ofLid := everyone, everyone
	ofPan.Product, ofLid.Product = "pan", "lid"
	counted[everyone], counted[ofPan], counted[ofLid] = 1, 2, 0
	tiered := scope
	tiered.Tier = "promo_1"
	for name, tt := range map[string]struct {
		use  Use
		want string
	}{
		"of the campaign":        {use(half, with("product_campaign_quantity_limit", 5)), "1800 / -"},
		"of each product":        {use(half, with("product_in_collection_campaign_quantity_limit", 3)), "450 / 1200"},
		"all that are set":       {use(half, with("product_in_collection_campaign_quantity_limit", 3), with("product_campaign_quantity_limit", 3)), "450 / 600"},
		"of a tier, nothing yet": {use(half, with("product_promotion_tier_quantity_limit", 5)), "1800 / 600"},
		"one that is not set": {use(half, func(e *promo.ApplicableTo) {
			e.Budgets = append(e.Budgets, promo.UnitBudget{Name: "product_campaign_quantity_limit"})
		}, with("product_in_collection_campaign_quantity_limit", 3)), "450 / 1200"},
		"used up":                  {use(half, with("product_campaign_quantity_limit", 1)), "- / -"},
		"not for amounts per line": {use(off("10", promo.ApplyToItems), with("product_campaign_quantity_limit", 1)), "10 / 10"},
		"for amounts per unit":     {use(off("10", promo.ApplyToItemsByQuantity), with("product_campaign_quantity_limit", 3)), "20 / -"},
		"for new prices":           {use(fixed("100", promo.ApplyToItems), with("product_campaign_quantity_limit", 3)), "1600 / -"},
	} {
		if c := apply(t, name, basket(t, "pan 900 x 4, lid 1200 x 2"), tt.use); c.applied() != tt.want {
			t.Errorf("%s: %s, want %s", name, c.applied(), tt.want)
		}
	}
	guest := use(half, with("product_customer_campaign_quantity_limit", 5)) // counts this request alone
	guest.Scope.Customer = ""
	if c := apply(t, "guest", basket(t, "pan 900 x 6"), guest); c.applied() != "2250" || c.steps[0].Units[0].Customer == "" {
		t.Error("guest:", c.applied(), c.steps[0].Units)
	}
	alone := use(half, with("product_campaign_quantity_limit", 5)) // a standalone voucher is its own campaign
	alone.Scope = promo.Tally{Voucher: "v_1"}
	if c := apply(t, "alone", basket(t, "pan 900 x 6"), alone); c.steps[0].Units[0].Voucher != "v_1" || c.steps[0].Units[0].Campaign != "" {
		t.Error("alone:", c.steps[0].Units)
	}
}

func TestLinesWithoutPrice(t *testing.T) { // 10-pricing W42; R51, R112
	fifteen := discounting(t, percentOff("15", ""), []Set{every})
	c := apply(t, "W42", basket(t, "ghost - x 4, mug 1000 x 1"), fifteen)
	c.order("final", c.final, itemFields, "1000 150 150 850 150 150")
	c.lines("qty amount discount applied price subtotal", "4 - - - - -", "1 1000 150 150 1000 850")
	if l := c.steps[0].Included(); fmt.Sprint(l[0].Indices) != "[0 1]" {
		t.Errorf("W42: %+v", l)
	}
	c = apply(t, "W42 alone", basket(t, "ghost - x 4"), fifteen)
	c.order("final", c.final, "", "")

	// a line with nothing but its amount has a unit price to sort by (10-pricing R11)
	o := basket(t, "a 400 x 1, b - x 3", func(o *promo.Order) { o.Items[1].Amount = amount(1000) })
	c = apply(t, "R11", o, discounting(t, percentOff("100", ""), []Set{including(all(from(promo.ApplyToCheapest, 0, 1), byUnit))}))
	if c.applied() != "- / 333" {
		t.Error("R11:", c.applied())
	}
}

func TestRecordedExamples(t *testing.T) { // 10-pricing W43
	onOrder := func(n string) Use { return discounting(t, off(n, promo.ApplyToOrder), nil) }
	of := func(id string) []Set { return []Set{including(product(id))} }
	for name, tt := range map[string]struct {
		cart  *promo.Order
		uses  []Use
		steps string // money applied by each
		total promo.Amount
	}{
		"gift card, percent, amount": {basket(t, "", amountOf(200000)), []Use{gift(t, 5000, amount(100)), discounting(t, percentOff("20", ""), nil), onOrder("8000")}, "100 39980 8000", 151920},
		"two lines, then the order": {basket(t, "mug 1000 x 3, shirt 2000 x 3, bottle 2500 x 2"), func() []Use {
			d := off("2000", promo.ApplyToItems)
			d.AggregatedAmountLimit = amount(5000)
			return []Use{discounting(t, d, []Set{including(product("mug"), product("shirt"))}), onOrder("2500")}
		}(), "4000 2500", 7500},
		"five of them":                                 {basket(t, "a 2000 x 1, b 700 x 1"), []Use{discounting(t, off("1000", ""), of("a")), discounting(t, off("1000", ""), of("b")), gift(t, 100, nil), discounting(t, percentOff("40", promo.ApplyToOrder), nil), onOrder("30")}, "1000 700 100 360 30", 510},
		"percent on items and order":                   {basket(t, "a 700 x 1, b 500 x 1, c 1500 x 1"), []Use{discounting(t, percentOff("10", ""), []Set{every}), discounting(t, percentOff("10", promo.ApplyToOrder), nil), onOrder("1000")}, "270 243 1000", 1187},
		"the order says less than its lines":           {basket(t, "a 3300 x 1, b 3400 x 1", amountOf(6000)), []Use{discounting(t, off("300", promo.ApplyToItemsProportionally), []Set{every})}, "300", 5700},
		"every second line from the dearest, of three": {basket(t, "a 1000 x 2, b 1500 x 3, c 2000 x 3"), []Use{discounting(t, off("500", promo.ApplyToItems), []Set{including(all(from(promo.ApplyFromMostExpensive, 1, 2)))})}, "500", 12000},
		"nearly nothing left":                          {basket(t, "", amountOf(10000), func(o *promo.Order) { o.DiscountAmount = amount(9200) }), []Use{onOrder("1000")}, "800", 0},
		"sent discounts and free units": {basket(t, "prod_a 26500 x 1 (discount 2650), prod_b 26500 x 1"), []Use{discounting(t, percentOff("3", ""), nil),
			discounting(t, percentOff("10", promo.ApplyToItems), []Set{every}), discounting(t, unitsOff(1, "prod_b", promo.AddMissingItems), nil)}, "1511 5035 23850", 19954},
		"and one more coupon": {basket(t, "prod_a 26500 x 1 (discount 2650), prod_b 26500 x 1"), []Use{discounting(t, percentOff("3", ""), nil), discounting(t, percentOff("10", promo.ApplyToItems), []Set{every}),
			discounting(t, unitsOff(1, "prod_b", promo.AddMissingItems), nil), discounting(t, unitsOff(2, "prod_b", promo.AddMissingItems), nil)}, "1511 5035 23850 53000", 19954},
		"free, then discounted": {basket(t, "a 106000 x 1, prod_s 64900 x 1"), []Use{discounting(t, percentOff("30", promo.ApplyToOrder), nil), discounting(t, unitsOff(1, "prod_s", promo.AddMissingItems), nil), discounting(t, off("1000", ""), of("prod_s"))}, "51270 64900 0", 54730},
	} {
		c := apply(t, name, tt.cart, tt.uses...)
		var steps []string
		for _, s := range c.steps {
			steps = append(steps, fmt.Sprint(s.Applied))
		}
		if got := strings.Join(steps, " "); got != tt.steps || *TotalsOf(c.final).Total != tt.total {
			t.Errorf("%s: %s, total %d; want %s, %d", name, got, *TotalsOf(c.final).Total, tt.steps, tt.total)
		}
	}
}
