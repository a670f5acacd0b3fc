package pricing

import (
	"strings"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/promo"
)

// addUnits gives units of the cart's lines free, adding those that are not there (10-pricing d.8). Refused: an amount
// beyond 2^53 - 1.
func (a *applying) addUnits() *promo.Refusal {
	if a.cart.base == nil {
		return nil
	}
	d := a.terms.Discount
	if a.effect != promo.AddManyItems {
		return a.giveUnits(a.effect, d.UnitType, a.count(d.UnitOff, a.terms.unitOff))
	}
	for i := range d.Units { // in list order, their results adding up (10-pricing R73)
		u := &d.Units[i]
		if refused := a.giveUnits(u.Effect, u.UnitType, a.count(u.UnitOff, a.terms.unitOffs[i])); refused != nil {
			return refused
		}
	}
	return nil
}

func (a *applying) giveUnits(effect promo.Effect, of string, n int64) *promo.Refusal {
	n = satTimes(n, a.bundles())
	if n == 0 { // 10-pricing R80
		return nil
	}
	switch effect {
	case promo.AddNewItems:
		return a.addNew(of, n)
	case promo.AddSameItems:
		return a.addSame(of, n)
	}
	return a.addMissing(of, n)
}

// matching are the lines of a product without SKU, or of a SKU (10-pricing R70). Lines of no unit take part in nothing.
func (a *applying) matching(of string) (places []int) {
	for i := range a.cart.lines {
		l := &a.cart.lines[i]
		isSKU := l.Is(catalog.Ref{Object: promo.SKUObject, ID: of})
		isProduct := l.SKU.None() && l.Is(catalog.Ref{Object: promo.ProductObject, ID: of})
		if (isSKU || isProduct) && a.cart.state[i].quantity > 0 {
			places = append(places, i)
		}
	}
	return places
}

// addNew adds units and gives exactly those (10-pricing R71).
func (a *applying) addNew(of string, n int64) *promo.Refusal {
	at, refused := a.add(a.matching(of), of, n)
	if refused == nil {
		a.free(at, n)
	}
	return refused
}

// addMissing gives units that are there and not free yet, and adds the others (10-pricing R72).
func (a *applying) addMissing(of string, n int64) *promo.Refusal {
	places, there := a.matching(of), int64(0)
	for _, i := range places {
		there = min(there+a.cart.paid(i), promo.MaxInteger)
	}
	if n > there {
		at, refused := a.add(places, of, n-there)
		if refused != nil {
			return refused
		}
		if len(places) == 0 {
			places = []int{at}
		}
	}
	for _, i := range places {
		f := min(n, a.cart.paid(i))
		a.free(i, f)
		n -= f
	}
	return nil
}

// paid are the units of a line that are not free.
func (c *Cart) paid(i int) int64 { return max(0, c.state[i].quantity-c.state[i].freed) }

// addSame adds units of every product or SKU of a collection that is in the cart (10-pricing R74).
func (a *applying) addSame(collection string, n int64) *promo.Refusal {
	seen := map[catalog.Item]bool{}
	for i := range len(a.cart.lines) {
		l := &a.cart.lines[i]
		good := catalog.Item{Object: promo.SKUObject, ID: l.SKU.ID}
		if l.SKU.None() {
			good = catalog.Item{Object: promo.ProductObject, ID: l.Product.ID}
		}
		if seen[good] || a.cart.state[i].quantity == 0 || !l.In(collection) {
			continue
		}
		seen[good] = true
		at, refused := a.add([]int{i}, good.ID, n)
		if refused != nil {
			return refused
		}
		a.free(at, n)
	}
	return nil
}

// add adds units to the first of the lines, or as a line of their own (10-pricing R71, R75). It gives the place.
func (a *applying) add(places []int, of string, n int64) (int, *promo.Refusal) {
	var at int
	if len(places) > 0 {
		at = places[0]
	} else {
		at = a.append(of)
	}
	if refused := a.recount(at); refused != nil {
		return 0, refused
	}
	if a.cart.state[at].quantity+n > promo.MaxInteger {
		return 0, overflow("order.items.quantity")
	}
	value, priced, refused := a.valueOf(at, n)
	if refused != nil {
		return 0, refused
	}
	a.cart.moveUnits(at, n, value, priced)
	a.step.Moved = true
	if !priced {
		return at, nil
	}
	return at, a.grow(at, value)
}

// valueOf is the price of so many units of a line; false while it has no price (10-pricing R77).
func (a *applying) valueOf(at int, n int64) (promo.Amount, bool, *promo.Refusal) {
	price := a.cart.lines[at].Price
	if !price.Known() {
		return 0, false, nil
	}
	value, fits := price.Amount.Times(n)
	if !fits {
		return 0, false, overflow("order.items.amount")
	}
	return portion(value, 1, price.Of), true, nil
}

// grow moves the amount of a line, and that of the order with it, even one that was sent (10-pricing R75).
func (a *applying) grow(at int, by promo.Amount) *promo.Refusal {
	c := a.cart
	_, fits := promo.Sum(c.state[at].amount.Amount, by)
	_, fitsToo := promo.Sum(c.amount.Amount, by)
	if !fits || !fitsToo {
		return overflow("order.amount")
	}
	first := !c.amount.known // what was sent off lines without amount may be more
	c.state[at].amount.plus(by)
	c.amount.plus(by)
	if first {
		c.fitDiscounts()
	}
	c.shown = c.shown || c.initial.known // 10-pricing R17
	return nil
}

// recount sets a line that was sent with initial_quantity alone to price x quantity before its units change (10-pricing
// R16): shops send carts back with the amount of the free units still in it.
func (a *applying) recount(at int) *promo.Refusal {
	l, price := &a.cart.state[at], a.cart.items[at].Price
	if !l.recount || price == nil || !l.amount.known {
		return nil
	}
	l.recount = false
	amount, fits := price.Times(l.quantity)
	if !fits {
		return overflow("order.items.amount")
	}
	return a.grow(at, amount-l.amount.Amount)
}

// free gives units of a line free (10-pricing R76); without a price only the units change (R77).
func (a *applying) free(at int, n int64) {
	if n == 0 {
		return
	}
	c, l := a.cart, &a.cart.state[at]
	l.freed, c.did[at].units = l.freed+n, c.did[at].units+n
	a.step.Moved = true
	value, priced, refused := a.valueOf(at, n)
	if refused != nil || !priced || !l.amount.known {
		return
	}
	left, _ := c.Left()
	c.takeFromLine(at, min(value, c.rest(at), left))
	c.shown = c.shown || c.initial.known
}

// append makes a line of no units yet (10-pricing R79). What the catalogue does not know is a line with the bare id.
func (a *applying) append(of string) int {
	it := promo.OrderItem{}
	c, shelf := a.cart, a.cart.shelf
	if c.newID != nil {
		it.ID = c.newID()
	}
	product := shelf.Product(of)
	if sku := shelf.SKU(of); sku != nil {
		it.SKUID, it.ProductID = string(sku.ID), string(sku.Product)
		it.SKU = &promo.LineGood{ID: string(sku.ID), SourceID: deref(sku.SourceID), Name: sku.SKU, Price: sku.Price}
		product = shelf.Product(it.ProductID)
	} else if product == nil && strings.HasPrefix(of, "sku_") {
		it.SKUID = of
	} else if product == nil {
		it.ProductID = of
	}
	if product != nil {
		it.ProductID = string(product.ID)
		it.Product = &promo.LineGood{ID: string(product.ID), SourceID: deref(product.SourceID), Name: product.Name, Price: product.Price}
	}
	it.Price = shelf.UnitPrice(&it)
	if it.Price != nil {
		it.InitialAmount = new(promo.Amount)
	}
	c.items, c.lines = append(c.items, it), append(c.lines, shelf.Line(&it))
	c.state, c.did = append(c.state, line{amount: opt{known: it.Price != nil}}), append(c.did, change{})
	return len(c.items) - 1
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
