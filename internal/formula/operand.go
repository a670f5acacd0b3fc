package formula

import "strings"

// Operand is the name of an operand as it is written (10-pricing R136), such as ORDER_AMOUNT or CUSTOMER_METADATA.
type Operand string

// known is an operand of the language.
type known struct {
	name    Operand
	keyed   bool // written with the key of an attribute: NAME("key")
	perLine bool
}

// The operands of one line, by the ends of their names: of each line, of the cheapest one, and of the dearest.
var ofLine = []string{"PRICE", "AMOUNT", "SUBTOTAL", "UNITS_QUANTITY", "METADATA", "PRODUCT_METADATA"}

// What the names of line operands begin with.
const (
	EachLine      = "ORDER_ITEM_"
	CheapestLine  = "CHEAPEST_ORDER_ITEM_"
	ExpensiveLine = "MOST_EXPENSIVE_ORDER_ITEM_"
)

// operands are those of 10-pricing R136 but TODAY, NOW and the literals.
var operands = func() map[Operand]known {
	out := map[Operand]known{"VOUCHER_METADATA": {"REDEEMABLE_METADATA", true, false}} // an alias
	add := func(name string, perLine bool) {
		out[Operand(name)] = known{Operand(name), strings.HasSuffix(name, "METADATA"), perLine}
	}
	for _, name := range []string{"ORDER_AMOUNT", "ORDER_ITEMS_QUANTITY", "ORDER_UNITS_QUANTITY", "ORDER_METADATA", "CUSTOMER_METADATA",
		"REDEMPTION_METADATA", "PUBLICATION_METADATA", "REDEEMABLE_METADATA", "VOUCHER_REDEMPTION_QUANTITY", "VOUCHER_REDEEMED_QUANTITY",
		"VOUCHER_PUBLISH_COUNT", "VOUCHER_START_DATE", "VOUCHER_EXPIRATION_DATE", "PROMOTION_TIER_START_DATE",
		"PROMOTION_TIER_EXPIRATION_DATE", "CUSTOMER_BIRTHDATE", "order.bundle.quantity"} {
		add(name, false)
	}
	for _, end := range ofLine {
		add(EachLine+end, true)
		add(CheapestLine+end, false)
		add(ExpensiveLine+end, false)
	}
	return out
}()
