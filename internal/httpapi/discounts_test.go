package httpapi_test

import "testing"

// Every kind of discount runs through the kernel: what no rule can be assigned for yet selects no lines.
func TestEveryDiscountIsPriced(t *testing.T) { // 10-pricing R20, R32, R44, R81, R112, R114-R116, R131, R155, W1, W21; 30 R38, R43
	on(t, func(w *world) {
		give := func(code string, discount obj) {
			w.call("POST", "/v1/vouchers/"+code, obj{"discount": discount}).is(200)
		}
		give("FIXED", obj{"type": "FIXED", "fixed_amount": 5000})
		give("FORMULA", obj{"type": "AMOUNT", "amount_off": 10, "amount_off_formula": `IF(ORDER_AMOUNT > 80;ORDER_AMOUNT * 0.1;1) + CUSTOMER_METADATA("level")`})
		give("SHIP", obj{"type": "UNIT", "effect": "ADD_MISSING_ITEMS", "unit_off": 1, "unit_type": "prod_5h1pp1ng"})
		give("MORE", obj{"type": "UNIT", "effect": "ADD_SAME_ITEMS", "unit_off": 1, "unit_type": "pc_a11pr0dUc75"})
		give("ITEMS", obj{"type": "AMOUNT", "amount_off": 10, "effect": "APPLY_TO_ITEMS"})
		on := func(code string, order obj, more ...any) answer {
			return w.call("POST", "/v1/validations", with(with(redeemables(code), "order", order), more...))
		}

		on("FIXED", obj{"amount": 8990}).is(200).has("order.total_amount", "5000", "order.applied_discount_amount", "3990",
			"redeemables.0.result.discount.fixed_amount", "5000", "redeemables.0.result.discount.type", "FIXED")
		on("FORMULA", obj{"amount": 8990}, "customer", obj{"source_id": "ann", "metadata": obj{"level": 2.5}}).is(200).
			has("order.applied_discount_amount", "1149", "redeemables.0.result.discount.amount_off", "1149", "redeemables.0.result.discount.is_dynamic", "true").
			lacks("redeemables.0.result.discount.amount_off_formula")
		on("FORMULA", obj{"amount": 8990}).is(200).has("order.applied_discount_amount", "10", "redeemables.0.result.discount.is_dynamic", "false") // no customer: the fallback

		a := on("SHIP", obj{"items": []any{obj{"product_id": "prod_soap", "price": 350, "quantity": 1}}}).is(200).has("order.amount", "350", "order.total_amount", "350",
			"order.items.1.product_id", "prod_5h1pp1ng", "order.items.1.quantity", "1", "order.items.1.initial_quantity", "0", "order.items.1.discount_quantity", "1",
			"order.items.1.applied_quantity", "1", "order.items.1.product.name", "Shipping", "redeemables.0.result.discount.product.source_id", "5h1pp1ng").
			lacks("order.initial_amount", "order.items_discount_amount", "order.discount_amount")
		if id := a.text("order.items.1.id"); len(id) != 24 || id != a.text("redeemables.0.order.items.1.id") {
			t.Errorf("the new line is %q", id)
		}
		shipped := obj{"items": []any{obj{"product_id": "prod_soap", "price": 350, "quantity": 1}, obj{"source_id": "5h1pp1ng", "related_object": "product", "price": 490}}}
		on("SHIP", shipped).is(200).has("order.amount", "840", "order.initial_amount", "840", "order.items_discount_amount", "490", "order.total_amount", "350",
			"order.items_applied_discount_amount", "490", "order.items.1.applied_discount_quantity", "1", "order.items.1.subtotal_amount", "0").lacks("order.applied_discount_amount")
		on("MORE", shipped).is(200).has("order.amount", "1680", "order.total_discount_amount", "840", "order.items.0.quantity", "2")
		on("ITEMS", shipped).is(200).has("valid", "true", "redeemables.0.result.discount.effect", "APPLY_TO_ITEMS", "redeemables.0.applicable_to.total", "0").
			lacks("order.items_discount_amount", "order.total_discount_amount")

		r := w.call("POST", "/v1/redemptions", with(redeemables("SHIP"), "order", with(shipped, "source_id", "web-9"))).is(200).
			has("redemptions.0.order.items_applied_discount_amount", "490", "order.items.1.applied_discount_amount", "490", "order.total_amount", "350").
			lacks("redemptions.0.order.applied_discount_amount")
		stored := r.text("order.id") // the next one finds what was given before (10-pricing R14)
		w.call("POST", "/v1/redemptions", with(redeemables("FIXED"), "order", obj{"id": stored})).is(200).has("order.applied_discount_amount", "0",
			"order.items_discount_amount", "490", "order.initial_amount", "840").lacks("order.items_applied_discount_amount", "order.items.1.applied_discount_amount")
		w.call("POST", "/v1/redemptions", with(redeemables("SHIP"), "order", obj{"id": stored})).is(200).has("order.items.1.quantity", "2", "order.items.1.discount_quantity", "2",
			"order.items.1.applied_discount_quantity", "1", "order.amount", "1330", "order.total_amount", "350")

		w.call("POST", "/v1/vouchers/GIFT", obj{"gift": obj{"amount": 500, "effect": "APPLY_TO_ITEMS"}}).is(200)
		on("GIFT", shipped).is(200).has("valid", "false", "redeemables.0.result.error.key", "missing_order_items_amount") // 30 table E row 15
		give("NOTHING", obj{"type": "UNIT", "unit_off": 0, "unit_type": "prod_5h1pp1ng"})                                 // 10-pricing R80
		on("NOTHING", obj{"items": []any{obj{"price": 840}}}).is(200).has("valid", "true", "order.total_amount", "840")
		w.call("POST", "/v1/vouchers/LESS", obj{"discount": obj{"type": "UNIT", "unit_off": -1, "unit_type": "prod_5h1pp1ng"}}).is(400, "invalid_payload").
			has("details", "Property .discount.unit_off must be >= 0")
		w.call("PUT", "/v1/vouchers/ITEMS", obj{"discount": obj{"type": "AMOUNT", "amount_off": -1}}).is(400, "invalid_payload").
			has("details", "Property .discount.amount_off must be >= 0")
		w.call("GET", "/v1/vouchers/ITEMS", nil).is(200).has("discount.amount_off", "10")
		w.call("POST", "/v1/vouchers/BAD", obj{"discount": obj{"type": "AMOUNT", "amount_off_formula": "ORDER_AMOUNT +"}}).is(400, "invalid_payload").
			has("details", "Property .discount.amount_off_formula is not a valid formula: a value expected, the end found at character 15")
	})
}
