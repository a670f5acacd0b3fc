package httpapi_test

import (
	"fmt"
	"testing"
)

func TestHowAnswersAreLaidOut(t *testing.T) { // 30 R2, R4-R6, R41, R42, R45, R72, R73, R84, R87; 10-pricing R28; 20-rules R26, R27
	on(t, func(w *world) {
		w.voucher("TEN", 5)
		five := obj{"discount": obj{"type": "AMOUNT", "amount_off": 500}}
		id := w.call("POST", "/v1/vouchers/FIVE", five).is(200).text("id")
		order := obj{"amount": 10000, "currency": "EUR"} // unknown members are ignored (30 R6)

		// the same voucher by code and by id is there twice; the answer has the code (30 R4, R5)
		w.call("POST", "/v1/validations", with(redeemables("FIVE", id), "order", order)).is(400, "duplicated_redeemables")
		w.call("POST", "/v1/validations", with(redeemables(id), "order", order)).is(200).has("redeemables.0.id", "FIVE")
		w.call("POST", "/v1/validations", with(redeemables("FIVE"), "order", order, "customer", nil, "session", nil, "metadata", nil, "options", nil)).is(200).has("valid", "true")
		var many []string
		for i := range 30 {
			many = append(many, fmt.Sprint("NONE", i))
		}
		w.call("POST", "/v1/validations", with(redeemables(many...), "order", order)).is(200) // and 31 are refused (30 R2)

		// valid: only what applies, and no empty lists; not valid: everything, and no order (30 R41, R42)
		w.call("POST", "/v1/validations", with(redeemables("FIVE", "TEN"), "order", order)).is(200).has("redeemables.1.id", "TEN").
			lacks("skipped_redeemables", "inapplicable_redeemables", "redeemables.0.categories")
		w.call("POST", "/v1/validations", with(redeemables("FIVE", "NOPE", "TEN"), "order", order)).is(200).has("redeemables.0.status", "APPLICABLE", "redeemables.1.status", "INAPPLICABLE",
			"redeemables.2.status", "SKIPPED", "inapplicable_redeemables.0.result.error.key", "not_found", "skipped_redeemables.0.id", "TEN").lacks("order")
		r := w.call("POST", "/v1/redemptions", with(redeemables("FIVE", "TEN"), "order", order, "metadata", obj{"till": 7})).is(200).
			has("parent_redemption.metadata.till", "7", "redemptions.0.metadata.till", "7", "redemptions.1.metadata.till", "7") // 30 R84
		for _, list := range []string{"inapplicable_redeemables", "skipped_redeemables"} {
			if all, ok := r.at(list).([]any); !ok || len(all) != 0 {
				t.Errorf("a redemption has no %s", list)
			}
		}

		w.call("POST", "/v1/validations", with(redeemables("FIVE"), "order", order, "options", obj{"expand": []any{"category", "redemption"}})).is(200).
			has("redeemables.0.status", "APPLICABLE").lacks("redeemables.0.order", "redeemables.0.categories.0") // 30 R72, R73

		// a failure is a record of its own, and changes nothing else (30 R87)
		failed := w.call("POST", "/v1/redemptions", with(redeemables("NOPE"), "order", order)).is(404, "not_found").text("resource_id")
		w.call("GET", "/v1/redemptions/"+failed, nil).is(200).has("related_object_type", "redemption", "related_object_id", failed, "failure_code", "not_found", "order", "", "voucher", "")

		// what a voucher is worth is decided when it is redeemed (10-pricing R28)
		w.call("PUT", "/v1/vouchers/FIVE", obj{"discount": obj{"type": "AMOUNT", "amount_off": 700}}).is(200)
		w.call("POST", "/v1/redemptions", with(redeemables("FIVE"), "order", order)).is(200).has("order.applied_discount_amount", "700")
	})
}

// What is sent of a customer lies over what is stored, key by key, for this call; a validation writes nothing.
func TestSentDataOverStoredData(t *testing.T) { // 20-rules R26, R27; 30 R8, R14
	on(t, func(w *world) {
		w.call("POST", "/v1/vouchers/LEVEL", obj{"discount": obj{"type": "AMOUNT", "amount_off": 1,
			"amount_off_formula": `CUSTOMER_METADATA("level") * 10 + DEFAULT_TO(CUSTOMER_METADATA("bonus");0) + DEFAULT_TO(ORDER_METADATA("extra");0)`}}).is(200)
		ann := func(metadata obj) obj { return obj{"source_id": "ann", "metadata": metadata} }
		off := func(call string, cents string, more ...any) answer {
			return w.call("POST", call, with(redeemables("LEVEL"), more...)).is(200).has("order.applied_discount_amount", cents)
		}
		order := obj{"amount": 100000, "source_id": "o-1", "metadata": obj{"extra": 2}}
		off("/v1/redemptions", "2202", "order", order, "customer", ann(obj{"level": 2, "bonus": 0.02}))
		off("/v1/validations", "3002", "order", obj{"amount": 100000}, "customer", ann(obj{"level": 3})) // bonus from the profile
		off("/v1/validations", "2002", "order", obj{"amount": 100000}, "customer", obj{"source_id": "ann"})
		off("/v1/validations", "2202", "order", obj{"source_id": "o-1"}, "customer", obj{"source_id": "ann"}) // and the order from the store
	})
}
