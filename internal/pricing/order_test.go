package pricing

import (
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
)

const plain = "amount discount total_disc total applied total_applied"

func TestOnTheOrder(t *testing.T) { // 10-pricing W1-W3; R3, R12, R13, R30-R33
	limited := percentOff("25", "")
	limited.AmountLimit = decimal("3000")
	capped := off("2500", "")
	capped.AggregatedAmountLimit = amount(1000)
	both := percentOff("50", "")
	both.AmountLimit, both.AggregatedAmountLimit = decimal("2000.9"), amount(1500)
	for name, tt := range map[string]struct {
		amount int64
		d      *promo.Discount
		want   string
	}{
		"W1 2500 off":             {18990, off("2500", ""), "18990 2500 2500 16490 2500 2500"},
		"W1 too much":             {4200, off("5000", ""), "4200 4200 4200 0 4200 4200"},
		"W1 12.5 %":               {7777, percentOff("12.5", ""), "7777 972 972 6805 972 972"},
		"W1 15 %":                 {3330, percentOff("15", ""), "3330 500 500 2830 500 500"},
		"W1 33.33 %":              {9999, percentOff("33.33", ""), "9999 3333 3333 6666 3333 3333"},
		"W1 25 %, amount_limit":   {18000, limited, "18000 3000 3000 15000 3000 3000"},
		"W1 fixed":                {8990, fixed("5000", ""), "8990 3990 3990 5000 3990 3990"},
		"W1 fixed, already lower": {4100, fixed("5000", ""), "4100 0 0 4100 0 0"},
		"W1 0 off":                {4100, off("0", ""), "4100 0 0 4100 0 0"},
		"an aggregated limit":     {4100, capped, "4100 1000 1000 3100 1000 1000"},
		"both limits":             {9000, both, "9000 1500 1500 7500 1500 1500"},
		"half a unit":             {300, off("0.5", ""), "300 1 1 299 1 1"},
		"10 % of 11499":           {11499, percentOff("10", ""), "11499 1150 1150 10349 1150 1150"},
		"3 % of 103350":           {103350, percentOff("3", ""), "103350 3101 3101 100249 3101 3101"},
		"no price anywhere":       {300, fixed("", ""), "300 0 0 300 0 0"},
	} {
		c := apply(t, name, basket(t, "", amountOf(tt.amount)), discounting(t, tt.d, nil))
		c.order("final", c.final, plain, tt.want)
		if c.steps[0].Cart.Order().Items != nil || c.final.Items != nil {
			t.Errorf("%s: an order without lines got some", name)
		}
	}
	c := apply(t, "W2", basket(t, "cup 900 x 2, plate 1500 x 1", amountOf(3000)), discounting(t, percentOff("10", ""), nil))
	c.order("final", c.final, plain, "3000 300 300 2700 300 300")
	c.lines("qty amount price subtotal", "2 1800 900 1800", "1 1500 1500 1500")

	sent := basket(t, "hat 2000 x 1 (discount 300), scarf 1000 x 1", func(o *promo.Order) { o.DiscountAmount = amount(150) })
	c = apply(t, "W3", sent, discounting(t, percentOff("10", ""), nil))
	c.order("final", c.final, "amount discount items_disc total_disc total applied total_applied", "3000 405 300 705 2295 255 255")
	c.lines("qty amount discount price subtotal", "1 2000 300 2000 1700", "1 1000 - 1000 1000")

	// applicable_to does not restrict an order-level effect (10-pricing R33)
	c = apply(t, "R33", basket(t, "pan 900 x 2, apron 4000 x 1"), discounting(t, percentOff("40", promo.ApplyToOrder), []Set{including(product("pan"))}))
	c.order("final", c.final, plain, "5800 2320 2320 3480 2320 2320")
	c.lines("qty amount price subtotal", "2 1800 900 1800", "1 4000 4000 4000")
}

func TestWithoutAnOrder(t *testing.T) { // 10-pricing R34; c
	for name, d := range map[string]*promo.Discount{"amount": off("100", ""), "percent on items": percentOff("10", promo.ApplyToItems), "units": unitsOff(1, "prod_soap", "")} {
		u := discounting(t, d, []Set{every})
		step, refused := Open(nil, shelf, nil).Apply(&u)
		if refused != nil || step.Cart.Order() != nil || step.Moved || step.Discount == nil {
			t.Errorf("%s: %+v, %v", name, step, refused)
		}
		step, refused = Open(&promo.Order{}, shelf, nil).Apply(&u)
		if refused != nil || step.Discount == nil || name == "amount" && step.Cart.Order().DiscountAmount != nil {
			t.Errorf("%s, without an amount: %+v, %v", name, step, refused)
		}
	}
}

func TestStacks(t *testing.T) { // 10-pricing W25-W33; R21-R27, R107, R110-R113
	kit := []Set{including(inCollection("kit"))}
	cart := "pan 900 x 2, pot 2500 x 1, apron 4000 x 1"
	const steps = "amount discount items_disc total_disc total applied items_applied total_applied"
	c := apply(t, "W25", basket(t, cart), discounting(t, percentOff("15", ""), kit), discounting(t, percentOff("10", ""), nil),
		discounting(t, off("700", ""), nil), gift(t, 3000, amount(2000)))
	for i, row := range []string{"8300 - 645 645 7655 - 645 645", "8300 766 645 1411 6889 766 - 766", "8300 1466 645 2111 6189 700 - 700", "8300 3466 645 4111 4189 2000 - 2000"} {
		c.order("step", c.steps[i].Cart.Order(), steps, row)
	}
	c.order("final", c.final, steps, "8300 3466 645 4111 4189 3466 645 4111")
	c.lines("qty amount discount applied price subtotal", "2 1800 270 270 900 1530", "1 2500 375 375 2500 2125", "1 4000 - - 4000 4000")
	if c.steps[3].Spent != 2000 {
		t.Errorf("W25: spent %d", c.steps[3].Spent)
	}
	if it := c.steps[1].Cart.Order().Items[0]; it.Applied != nil {
		t.Error("W25: a line was discounted in step 2")
	}

	initial := func(u *Use) { u.Mode = promo.InitialAmount }
	for name, tt := range map[string]struct {
		mode func(*Use)
		rows []string
		line string
	}{
		"W26 discounted": {func(*Use) {}, []string{"8300 1660 - 1660 6640 1660 - 1660", "8300 1660 430 2090 6210 - 430 430", "8300 1660 1591 3251 5049 - 1161 1161"}, "666 / 925 / -"},
		"W26 initial":    {initial, []string{"8300 1660 - 1660 6640 1660 - 1660", "8300 1660 430 2090 6210 - 430 430", "8300 1660 1720 3380 4920 - 1290 1290"}, "720 / 1000 / -"},
	} {
		c := apply(t, name, basket(t, cart), discounting(t, percentOff("20", ""), nil, tt.mode), discounting(t, percentOff("10", ""), kit, tt.mode), discounting(t, percentOff("30", ""), kit, tt.mode))
		for i, row := range tt.rows {
			c.order("step", c.steps[i].Cart.Order(), steps, row)
		}
		if c.applied() != tt.line {
			t.Errorf("%s: %s", name, c.applied())
		}
	}

	c = apply(t, "W27", basket(t, "", amountOf(10000)), discounting(t, percentOff("60", ""), nil, initial), discounting(t, percentOff("30", ""), nil, initial), discounting(t, percentOff("25", ""), nil, initial))
	for i, row := range []string{"10000 6000 6000 4000 6000 6000", "10000 9000 9000 1000 3000 3000", "10000 10000 10000 0 1000 1000"} {
		c.order("step", c.steps[i].Cart.Order(), plain, row)
	}
	c.order("final", c.final, plain, "10000 10000 10000 0 10000 10000")

	c = apply(t, "W28", basket(t, "a 1000 x 1, b 2000 x 1"), discounting(t, off("2700", ""), nil), discounting(t, percentOff("20", ""), []Set{every}))
	c.order("step 1", c.steps[0].Cart.Order(), plain, "3000 2700 2700 300 2700 2700")
	c.order("step 2", c.steps[1].Cart.Order(), steps, "3000 2700 300 3000 0 - 300 300")
	c.order("final", c.final, steps, "3000 2700 300 3000 0 2700 300 3000")
	c.lines("qty amount discount applied price subtotal", "1 1000 200 200 1000 800", "1 2000 100 100 2000 1900")

	const items = "amount initial items_disc total_disc total items_applied total_applied"
	const freed = "qty disc_qty init_qty amount discount init_amount applied appl_disc_qty appl_qty appl_qty_amount price subtotal"
	free := func(n int64) Use { return discounting(t, unitsOff(n, "prod_soap", promo.AddNewItems), nil) }
	ten := discounting(t, percentOff("10", ""), []Set{every})
	c = apply(t, "W29", basket(t, "prod_soap 350 x 2"), free(1), ten)
	for i, row := range []string{"1050 700 350 350 700 350 350", "1050 700 420 420 630 70 70"} {
		c.order("step", c.steps[i].Cart.Order(), items, row)
	}
	c.order("final", c.final, items, "1050 700 420 420 630 420 420")
	c.lines(freed, "3 1 2 1050 420 700 420 1 1 350 350 630")

	c = apply(t, "W30", basket(t, "prod_soap 350 x 2"), ten, discounting(t, unitsOff(2, "prod_soap", promo.AddMissingItems), nil))
	for i, row := range []string{"700 - 70 70 630 70 70", "700 700 700 700 0 630 630"} {
		c.order("step", c.steps[i].Cart.Order(), items, row)
	}
	c.order("final", c.final, items, "700 700 700 700 0 700 700")
	c.lines("qty disc_qty amount discount applied appl_disc_qty price subtotal", "2 2 700 700 700 2 350 0")

	for name, tt := range map[string]struct {
		once bool
		rows []string
		line string
	}{
		"W31 ONCE":  {true, []string{"7000 - 500 500 6500 - 500 500", "7000 - 900 900 6100 - 400 400", "7000 305 900 1205 5795 305 - 305", "7000 305 900 1205 5795 305 900 1205"}, "500 / 400"},
		"W31 STACK": {false, []string{"7000 - 500 500 6500 - 500 500", "7000 - 1150 1150 5850 - 650 650", "7000 293 1150 1443 5557 293 - 293", "7000 293 1150 1443 5557 293 1150 1443"}, "750 / 400"},
	} {
		mode := func(u *Use) { u.Once = tt.once }
		c := apply(t, name, basket(t, "mug 1000 x 3, shirt 4000 x 1"), discounting(t, off("500", promo.ApplyToItems), []Set{including(product("mug"))}, mode),
			discounting(t, percentOff("10", ""), []Set{every}, mode), discounting(t, percentOff("5", ""), nil, mode))
		for i := range c.steps {
			c.order("step", c.steps[i].Cart.Order(), steps, tt.rows[i])
		}
		c.order("final", c.final, steps, tt.rows[3])
		if c.applied() != tt.line {
			t.Errorf("%s: %s", name, c.applied())
		}
	}

	mug := []Set{including(product("mug"))}
	c = apply(t, "W32", basket(t, "mug 1000 x 1"), discounting(t, percentOff("100", ""), mug), discounting(t, off("300", ""), mug), discounting(t, off("300", ""), []Set{including(product("other"))}))
	const itemsOnly = "amount items_disc total_disc total items_applied total_applied"
	for i, row := range []string{"1000 1000 1000 0 1000 1000", "1000 1000 1000 0 0 0", "1000 1000 1000 0 - -"} {
		c.order("step", c.steps[i].Cart.Order(), itemsOnly, row)
	}
	c.order("final", c.final, itemsOnly, "1000 1000 1000 0 1000 1000")
	c.lines("qty amount discount applied price subtotal", "1 1000 1000 1000 1000 0")
	if !c.steps[0].Moved || c.steps[1].Moved || c.steps[2].Moved { // 10-pricing R108
		t.Error("W32: which steps had an effect")
	}

	c = apply(t, "W33", basket(t, "", amountOf(12000), func(o *promo.Order) { o.DiscountAmount = amount(10800) }), discounting(t, off("2000", ""), nil))
	c.order("final", c.final, plain, "12000 12000 12000 0 1200 1200")
}

func gift(t testing.TB, balance promo.Amount, credits *promo.Amount) Use {
	return using(t, Offer{Gift: &promo.Gift{}}, nil, func(u *Use) { u.Available, u.Asked = balance, credits })
}

func TestGiftCards(t *testing.T) { // 10-pricing W34, W35; R59, R90-R92, R94; 20-rules R59; 30 R51
	for name, tt := range map[string]struct {
		amount  int64
		credits *promo.Amount
		want    string
		spent   promo.Amount
	}{
		"W34 credits 1200":             {6450, amount(1200), "6450 1200 1200 5250 1200 1200", 1200},
		"W34 no credits sent":          {6450, nil, "6450 5000 5000 1450 5000 5000", 5000},
		"W34 credits 5000, order 3300": {3300, amount(5000), "3300 3300 3300 0 3300 3300", 3300},
		"W34 no credits, order 0":      {0, nil, "0 0 0 0 0 0", 0},
	} {
		c := apply(t, name, basket(t, "", amountOf(tt.amount)), gift(t, 5000, tt.credits))
		c.order("final", c.final, plain, tt.want)
		if c.steps[0].Spent != tt.spent {
			t.Errorf("%s: spent %d", name, c.steps[0].Spent)
		}
	}
	refusedWith(t, "W34 credits 5001", basket(t, "", amountOf(6450)), gift(t, 5000, amount(5001)), "gift_amount_exceeded")

	onItems := func(credits *promo.Amount, entries ...promo.ApplicableTo) Use {
		return using(t, Offer{Gift: &promo.Gift{Effect: promo.ApplyToItems}}, []Set{including(entries...)}, func(u *Use) { u.Available, u.Asked = 4000, credits })
	}
	cheap := inCollection("kit", from(promo.ApplyFromCheapest, 0, 1))
	cart := "pot 2500 x 1, apron 4000 x 1, pan 900 x 2, lid 1200 x 1"
	c := apply(t, "W35", basket(t, cart), onItems(nil, cheap))
	c.order("final", c.final, "amount items_disc total_disc total items_applied total_applied", "9500 4000 4000 5500 4000 4000")
	c.lines("qty amount discount applied price subtotal", "1 2500 1000 1000 2500 1500", "1 4000 - - 4000 4000", "2 1800 1800 1800 900 0", "1 1200 1200 1200 1200 0")
	if c.steps[0].Spent != 4000 {
		t.Error("W35: spent", c.steps[0].Spent)
	}
	limit := promo.Amount(2500) // caps hold for gift cards too (10-pricing R60)
	cheap.AggregatedAmountLimit = &limit
	if c := apply(t, "capped", basket(t, cart), onItems(amount(3000), cheap)); c.applied() != "0 / - / 1800 / 700" || c.steps[0].Spent != 2500 {
		t.Error("capped:", c.applied(), c.steps[0].Spent)
	}
	refusedWith(t, "nothing to pay for", basket(t, "ghost - x 1, apron 4000 x 1"), onItems(amount(5001), product("ghost")), "missing_order_items_amount") // 30 table E: row 15 before 16
	refusedWith(t, "too many credits", basket(t, cart), onItems(amount(4001), cheap), "gift_amount_exceeded")
}

func refusedWith(t testing.TB, name string, o *promo.Order, u Use, key string) {
	t.Helper()
	_, refused := Open(o, shelf, nil).Apply(&u)
	if refused == nil || refused.Key != key {
		t.Errorf("%s: %v, want %s", name, refused, key)
	}
}

func TestPayWithPoints(t *testing.T) { // 10-pricing W36; R93-R95; 30 E14
	paying := func(exchange, ratio string, have promo.Amount, points *promo.Amount) Use {
		return using(t, Offer{Coin: &promo.CoinReward{ExchangeRatio: *decimal(exchange), PointsRatio: *decimal(ratio)}}, nil,
			func(u *Use) { u.Available, u.Asked = have, points })
	}
	for name, tt := range map[string]struct {
		amount  int64
		use     Use
		want    string
		charged promo.Amount
	}{
		"W36 not given, 5000 points":  {20250, paying("15", "100", 5000, nil), "20250 20250 20250 0 20250 20250", 1400},
		"W36 not given, 970 points":   {20250, paying("15", "100", 970, nil), "20250 13500 13500 6750 13500 13500", 900},
		"W36 130 points":              {20250, paying("15", "100", 970, amount(130)), "20250 1950 1950 18300 1950 1950", 130},
		"W36 900 points for 4000":     {4000, paying("15", "100", 970, amount(900)), "4000 4000 4000 0 4000 4000", 300},
		"W36 7 points":                {999, paying("15", "100", 970, amount(7)), "999 105 105 894 105 105", 7},
		"W43 2300 points":             {45000, paying("20", "100", 9000, nil), "45000 45000 45000 0 45000 45000", 2300},
		"W43 300 points":              {45000, paying("20", "100", 9000, amount(300)), "45000 6000 6000 39000 6000 6000", 300},
		"W43 200 points on 4500":      {4500, paying("20", "100", 9000, amount(200)), "4500 4000 4000 500 4000 4000", 200},
		"a ratio that a tier divides": {4500, paying("20", "66.6", 9000, nil), "4500 4500 4500 0 4500 4500", 200}, // three blocks of 66.6
		"nothing to pay":              {0, paying("20", "100", 50, nil), "0 0 0 0 0 0", 0},
		"no points asked for":         {500, paying("20", "100", 50, amount(0)), "500 0 0 500 0 0", 0},
	} {
		c := apply(t, name, basket(t, "", amountOf(tt.amount)), tt.use)
		c.order("final", c.final, plain, tt.want)
		if c.steps[0].Spent != tt.charged {
			t.Errorf("%s: charged %d, want %d", name, c.steps[0].Spent, tt.charged)
		}
	}
	refusedWith(t, "not one block", basket(t, "", amountOf(100)), paying("15", "100", 99, nil), "loyalty_card_points_exceeded")
	refusedWith(t, "more than there are", basket(t, "", amountOf(100)), paying("15", "100", 99, amount(100)), "loyalty_card_points_exceeded")
}
