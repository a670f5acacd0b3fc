package httpapi_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func TestAVoucherIsValidatedAndRedeemed(t *testing.T) { // 30 R1, R9, R16, R80, R82, R86; 60 R9, R16, R32a, R72
	on(t, func(w *world) {
		w.voucher("TEA-10", 1)
		cart := with(redeemables("TEA-10"), "order", obj{"amount": 4205, "source_id": "web-1", "metadata": obj{"a": 1}},
			"customer", obj{"source_id": "ann", "name": "Ann"}, "metadata", obj{"till": 7})
		w.call("POST", "/v1/validations", cart).is(200).has("valid", "true", "order.total_amount", "3784", "order.discount_amount", "421",
			"redeemables.0.status", "APPLICABLE", "redeemables.0.result.discount.effect", "APPLY_TO_ORDER", "redeemables.0.result.discount.is_dynamic", "false",
			"stacking_rules.redeemables_application_mode", "ALL").lacks("session", "skipped_redeemables", "inapplicable_redeemables", "order.items_discount_amount")
		r := w.call("POST", "/v1/redemptions", cart).is(200).has("redemptions.0.result", "SUCCESS", "redemptions.0.customer.source_id", "ann",
			"redemptions.0.voucher.redemption.redeemed_quantity", "1", "order.status", "PAID", "order.total_amount", "3784",
			"redemptions.0.metadata.till", "7", "redemptions.0.channel.channel_id", w.appID).lacks("parent_redemption")
		id := r.text("redemptions.0.id")
		w.call("GET", "/v1/redemptions/"+id, nil).is(200).has("id", id, "order.status", "PAID", "order.redemptions."+id+".related_object_type", "voucher",
			"voucher.code", "TEA-10")
		failed := w.call("POST", "/v1/redemptions", cart).is(400, "quantity_exceeded").has("details", "TEA-10", "resource_type", "redemption",
			"redeemable_id", "TEA-10", "redeemable_type", "voucher").text("resource_id")
		w.call("GET", "/v1/redemptions/"+failed, nil).is(200).has("result", "FAILURE", "status", "FAILED", "failure_code", "quantity_exceeded", "order", "",
			"voucher.redemption.redeemed_quantity", "1") // as it stood (30 R87)
		w.call("GET", "/v1/redemptions?result=FAILURE", nil).is(200).has("total", "1", "redemptions.0.id", failed)
		for _, both := range []string{"result=SUCCESS,FAILURE", "result=SUCCESS&result=FAILURE", "result[]=FAILURE&result[]=SUCCESS"} {
			w.call("GET", "/v1/redemptions?"+both, nil).is(200).has("total", w.call("GET", "/v1/redemptions", nil).text("total"))
		}
		for _, bad := range []string{"result=NONE", "result[]=NONE", "result=NONE&result=SUCCESS", "result=SUCCESS,NONE", "result[0]=failure"} {
			w.call("GET", "/v1/redemptions?"+bad, nil).is(400, "invalid_query_params").has("details", "Property .result must be equal to one of the allowed values [ SUCCESS, FAILURE ]")
		}
		w.call("GET", "/v1/redemptions?customer=ann&filters[voucher_code][conditions][$is]=TEA-10&filters[result][conditions][$is]=SUCCESS", nil).is(200).has("total", "1")
		w.call("GET", "/v1/vouchers/TEA-10", nil).is(200).has("redemption.redeemed_quantity", "1")
		w.call("GET", "/v1/redemptions/r_nothing", nil).is(404, "not_found").has("resource_type", "redemption", "resource_id", "r_nothing")
	})
}

func TestAGiftCardPaysWhatIsNeeded(t *testing.T) { // 30 R50, R52; 40 R66, R76; 10-pricing R90, R91
	on(t, func(w *world) {
		w.call("POST", "/v1/vouchers/GIFT", obj{"gift": obj{"amount": 5000, "balance": 1}}).is(200).has("type", "GIFT_VOUCHER", "gift.balance", "5000",
			"redemption.redeemed_amount", "0").lacks("gift.subtracted_amount")
		pay := func(amount, credits any) answer {
			body := obj{"redeemables": []any{obj{"object": "voucher", "id": "GIFT", "gift": obj{"credits": credits}}}, "order": obj{"amount": amount}}
			return w.call("POST", "/v1/redemptions", body)
		}
		pay(8000, 3200).is(200).has("order.total_amount", "4800", "redemptions.0.gift.amount", "3200", "redemptions.0.amount", "3200",
			"redemptions.0.voucher.gift.balance", "1800")
		pay(8000, 1801).is(400, "gift_amount_exceeded")
		pay(1000, 1800).is(200).has("redemptions.0.gift.amount", "1000", "order.total_amount", "0")
		pay(1000, nil).is(200).has("redemptions.0.gift.amount", "800", "order.total_amount", "200")
		w.call("GET", "/v1/vouchers/GIFT", nil).is(200).has("gift.balance", "0", "gift.amount", "5000", "redemption.redeemed_amount", "5000", "redemption.redeemed_quantity", "3")
		w.call("POST", "/v1/redemptions", redeemables("GIFT")).is(400, "missing_order")
	})
}

func TestAStackHasAParent(t *testing.T) { // 30 E1, E5, R80, R83, R88
	on(t, func(w *world) {
		w.call("POST", "/v1/vouchers/G", obj{"gift": obj{"amount": 9000}}).is(200)
		w.call("POST", "/v1/vouchers/P", obj{"discount": obj{"type": "PERCENT", "percent_off": 15}}).is(200)
		w.call("POST", "/v1/vouchers/A", obj{"discount": obj{"type": "AMOUNT", "amount_off": 2500}}).is(200)
		body := obj{"redeemables": []any{obj{"object": "voucher", "id": "G", "gift": obj{"credits": 1500}}, obj{"object": "voucher", "id": "P"},
			obj{"object": "voucher", "id": "A"}}, "order": obj{"amount": 80000}}
		r := w.call("POST", "/v1/redemptions", body).is(200).has("redemptions.0.order.total_amount", "78500", "redemptions.1.order.applied_discount_amount", "11775",
			"redemptions.1.order.total_amount", "66725", "redemptions.2.order.discount_amount", "15775", "order.total_amount", "64225",
			"order.applied_discount_amount", "15775", "parent_redemption.related_object_type", "redemption", "parent_redemption.voucher", "",
			"parent_redemption.order.status", "PAID").lacks("redemptions.0.order.status")
		parent := r.text("parent_redemption.id")
		r.has("redemptions.0.redemption", parent, "order.redemptions."+parent+".stacked.2", r.text("redemptions.2.id"))
		if first := r.text("redemptions.0.id"); parent >= first {
			t.Errorf("parent %s does not come before %s", parent, first)
		}
		w.call("POST", "/v1/vouchers/OLD", obj{"discount": obj{"type": "AMOUNT", "amount_off": 1}, "expiration_date": "2030-04-30"}).is(200)
		w.call("POST", "/v1/validations", with(redeemables("P", "OLD", "A"), "order", obj{"amount": 100})).is(200).has("valid", "false",
			"redeemables.0.status", "APPLICABLE", "redeemables.1.status", "INAPPLICABLE", "redeemables.1.result.error.key", "voucher_expired",
			"redeemables.2.status", "SKIPPED", "redeemables.2.result.details.key", "preceding_validation_failed",
			"inapplicable_redeemables.0.id", "OLD", "skipped_redeemables.0.id", "A").lacks("order")
		failed := w.call("POST", "/v1/redemptions", with(redeemables("P", "OLD", "A"), "order", obj{"amount": 100})).is(400, "voucher_expired").text("resource_id")
		w.call("GET", "/v1/redemptions?filters[parent_redemption_id][conditions][$is]="+failed, nil).is(200).has("total", "1", "redemptions.0.failure_code", "voucher_expired")
		w.call("GET", "/v1/vouchers/P", nil).is(200).has("redemption.redeemed_quantity", "1")
	})
}

func TestAHundredUsesAreUsedAHundredTimes(t *testing.T) { // 30 R130: 64 connections, two nodes where there are two
	on(t, func(w *world) {
		w.voucher("HUNDRED", 100)
		w.call("POST", "/v1/vouchers/CARD", obj{"gift": obj{"amount": 1000}}).is(200)
		var won, spent atomic.Int64
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				url := []string{w.url, w.other.url}[i%2]
				for n := range 3 {
					a := w.send(url, "POST", "/v1/redemptions", with(redeemables("HUNDRED"), "customer", obj{"source_id": fmt.Sprint("c", i%8)},
						"order", obj{"amount": 100, "source_id": fmt.Sprint("o", i, "-", n)}), "X-App-Id", w.appID, "X-App-Token", w.appToken)
					switch a.status {
					case 200:
						won.Add(1)
					default:
						a.is(400, "quantity_exceeded")
					}
				}
				a := w.send(url, "POST", "/v1/redemptions", with(redeemables("CARD"), "order", obj{"amount": 30}), "X-App-Id", w.appID, "X-App-Token", w.appToken)
				a.is(200)
				var paid int64
				_, _ = fmt.Sscan(a.text("redemptions.0.gift.amount"), &paid)
				spent.Add(paid)
			})
		}
		wg.Wait()
		if won.Load() != 100 || spent.Load() != 1000 {
			t.Errorf("%d won of 100, %d credits spent of 1000", won.Load(), spent.Load())
		}
		w.call("GET", "/v1/vouchers/HUNDRED", nil).is(200).has("redemption.redeemed_quantity", "100")
		w.call("GET", "/v1/redemptions?result=SUCCESS&voucher_code=HUNDRED", nil).is(200).has("total", "100")
		w.call("GET", "/v1/vouchers/CARD", nil).is(200).has("gift.balance", "0", "redemption.redeemed_amount", "1000")
	})
}

func TestBadRedemptionBodies(t *testing.T) { // 30 f
	on(t, func(w *world) {
		w.voucher("OK", nil)
		many := func(n int) []any {
			list := make([]any, n)
			for i := range list {
				list[i] = obj{"object": "voucher", "id": fmt.Sprint("V", i)}
			}
			return list
		}
		ok := []any{obj{"object": "voucher", "id": "OK"}}
		for name, tt := range map[string]struct {
			body    any
			key     string
			details string
		}{
			"no body":                {nil, "invalid_payload", "Payload must have required property 'redeemables'"},
			"empty":                  {obj{"redeemables": []any{}}, "invalid_payload", "Property .redeemables must NOT have fewer than 1 items"},
			"31":                     {obj{"redeemables": many(31)}, "invalid_payload", "Property .redeemables must NOT have more than 30 items"},
			"entry without id":       {obj{"redeemables": []any{obj{"object": "voucher"}}}, "invalid_payload", "Property .redeemables[0] must have required property 'id'"},
			"unknown object":         {obj{"redeemables": []any{obj{"object": "coupon", "id": "OK"}}}, "invalid_payload", "Property .redeemables[0].object must be equal to one of the allowed values [ voucher, promotion_tier, promotion_stack ]"},
			"negative credits":       {obj{"redeemables": []any{obj{"object": "voucher", "id": "OK", "gift": obj{"credits": -1}}}}, "invalid_payload", "Property .redeemables[0].gift.credits must be >= 0"},
			"fractional amount":      {obj{"redeemables": ok, "order": obj{"amount": 1.5}}, "invalid_payload", ""},
			"negative amount":        {obj{"redeemables": ok, "order": obj{"amount": -1}}, "invalid_payload", "Property .order.amount must be >= 0"},
			"amount beyond 2^53":     {`{"redeemables":[{"object":"voucher","id":"OK"}],"order":{"amount":9007199254740992}}`, "invalid_payload", "Property .order.amount must be <= 9007199254740991"},
			"total beyond 2^53":      {`{"redeemables":[{"object":"voucher","id":"OK"}],"order":{"items":[{"price":9007199254740991,"quantity":2}]}}`, "invalid_amount", ""},
			"unknown status":         {obj{"redeemables": ok, "order": obj{"status": "LOST"}}, "invalid_payload", ""},
			"unknown expand":         {obj{"redeemables": ok, "options": obj{"expand": []any{"all"}}}, "invalid_payload", ""},
			"session without time":   {obj{"redeemables": ok, "session": obj{"ttl": 0}}, "invalid_payload", "Property .session.ttl must be > 0"},
			"metadata is a list":     {obj{"redeemables": ok, "metadata": []any{}}, "invalid_payload", "Property .metadata must be object"},
			"the same twice":         {redeemables("OK", "OK"), "duplicated_redeemables", ""},
			"a stack among others":   {obj{"redeemables": []any{obj{"object": "promotion_stack", "id": "stack_x"}, ok[0]}}, "invalid_redeemables", "Promotion Stack cannot be use with other redeemables"},
			"U+0000":                 {"{\"redeemables\":[{\"object\":\"voucher\",\"id\":\"A\\u0000\"}]}", "invalid_payload", "Property .redeemables[0].id must not contain U+0000"},
			"a null redeemable":      {obj{"redeemables": []any{ok[0], nil}}, "invalid_payload", "Property .redeemables[1] must be object"},
			"a null line":            {obj{"redeemables": ok, "order": obj{"items": []any{nil}}}, "invalid_payload", "Property .order.items[0] must be object"},
			"a null expand":          {obj{"redeemables": ok, "options": obj{"expand": []any{nil}}}, "invalid_payload", "Property .options.expand[0] must be string"},
			"a member twice":         {`{"redeemables":[],"redeemables":[]}`, "invalid_payload", "Property .redeemables must not be given twice"},
			"two different people":   {with(redeemables("OK"), "customer", obj{"source_id": "a"}, "tracking_id", "b"), "ambiguous_tracking_id", ""},
			"a line's quantity":      {obj{"redeemables": ok, "order": obj{"items": []any{obj{}, obj{"quantity": "two"}}}}, "invalid_payload", ""},
			"a customer's birthdate": {obj{"redeemables": ok, "customer": obj{"birthdate": "2025-02-29"}}, "invalid_payload", "Property .customer.birthdate cannot be recognized as a ISO-8601 compliant date"},
		} {
			for _, path := range []string{"/v1/validations", "/v1/redemptions"} {
				a := w.call("POST", path, tt.body).is(400, tt.key)
				if tt.details != "" && a.text("details") != tt.details {
					t.Errorf("%s: %s", name, a.raw)
				}
			}
		}
		w.call("POST", "/v1/redemptions", with(redeemables("OK"), "customer", obj{"id": "cust_none"})).is(404, "not_found").has("resource_type", "customer")
		w.call("POST", "/v1/redemptions", with(redeemables("OK"), "order", obj{"id": "ord_none"})).is(404, "not_found").has("resource_type", "order")
		w.call("POST", "/v1/redemptions", redeemables("NOBODY")).is(404, "not_found").has("resource_type", "redemption", "details", "Cannot find voucher with id NOBODY")
		w.call("POST", "/v1/redemptions", `{"redeemables":`).is(400).has("statusCode", "400", "error", "Bad Request", "message", "Invalid request payload JSON format")
		w.call("GET", "/v1/redemptions?filters[voucher_code][conditions][$is]=OK", nil).is(200).has("total", "0") // nothing was half written
	})
}

// What a body says beside its names, and what an answer shows only where it was sent or computed.
func TestWhatIsSentIsKept(t *testing.T) { // 30 R3, R7, R10, R17, R74, b.4, b.6; 10-pricing R6, R13, R114, R115, f; 40 R28
	on(t, func(w *world) {
		w.voucher("OK", nil)
		post := func(path string, pairs ...any) answer {
			t.Helper()
			return w.call("POST", path, with(redeemables("OK"), pairs...))
		}
		const validate, redeem = "/v1/validations", "/v1/redemptions"
		// A profile without a name belongs to the tracking id beside it: nobody is named twice.
		ann := post(redeem, "customer", obj{"name": "Ann"}, "tracking_id", "ann").is(200).has("redemptions.0.customer.source_id", "ann",
			"redemptions.0.customer.name", "Ann").text("redemptions.0.customer_id")
		bob := post(redeem, "customer", obj{"source_id": "bob"}).is(200).text("redemptions.0.customer_id")
		post(redeem, "customer", obj{"email": "a@example.com"}, "tracking_id", "ann").is(200).has("redemptions.0.customer_id", ann, "redemptions.0.customer.name", "Ann")
		post(redeem, "customer", obj{"source_id": "ann"}, "tracking_id", "bob").is(400, "ambiguous_tracking_id")
		// A validation's order has its own customer, a redemption's the one who redeems.
		both := []any{"customer", obj{"source_id": "ann"}, "order", obj{"amount": 100, "customer": obj{"source_id": "bob"}}}
		post(validate, both...).is(200).has("order.customer_id", bob)
		post(redeem, both...).is(200).has("order.customer_id", ann)
		post(validate, "customer", obj{"source_id": "ann"}, "order", obj{"amount": 100}).is(200).has("order.customer_id", "")
		post(validate, "order", obj{"amount": 100, "customer": obj{"id": "cust_none"}}).is(404, "not_found")
		// An unknown stack is shown under a word that clients know.
		w.call("POST", validate, obj{"redeemables": []any{obj{"object": "promotion_stack", "id": "stack_x"}}}).is(200).
			has("redeemables.0.object", "promotion_tier", "redeemables.0.result.error.resource_type", "promotion_stack")
		// Nothing was computed: absent in a validation, 0 in a redemption.
		post(validate, "order", obj{"metadata": obj{"a": 1}}).is(200).lacks("order.applied_discount_amount", "order.discount_amount")
		nothing := post(redeem, "order", obj{"metadata": obj{"a": 1}}).is(200).has("order.applied_discount_amount", "0", "order.total_applied_discount_amount", "0",
			"redemptions.0.order.applied_discount_amount", "0").lacks("order.discount_amount", "order.amount")
		w.call("GET", "/v1/redemptions/"+nothing.text("redemptions.0.id"), nil).is(200).has("order.applied_discount_amount", "0")
		post(validate, "order", obj{"amount": 100, "source_id": "unsaved"}).is(200).lacks("order.source_id", "order.id")
		if post(redeem, "metadata", obj{}).is(200).at("redemptions.0.metadata") == nil || post(redeem).is(200).at("redemptions.0.metadata") != nil {
			t.Error("metadata is null only if none was sent")
		}
		// Lines.
		post(validate, "order", obj{"amount": 10, "items": []any{obj{"price": 1000, "discount_amount": 500}}}).is(200).
			has("order.items_discount_amount", "10", "order.total_discount_amount", "10", "order.total_amount", "0")
		post(validate, "order", obj{"items": []any{obj{"product": obj{"price": "100"}, "quantity": 3, "discount_quantity": "1"}}}).is(200).
			has("order.amount", "300", "order.items.0.discount_quantity", "1")
		post(validate, "order", obj{"items": []any{obj{"product": obj{"price": 200}, "sku": obj{"price": 100}, "initial_quantity": 3}}}).is(200).
			has("order.items.0.quantity", "3", "order.items.0.initial_quantity", "3", "order.amount", "300") // 10-pricing R8, R9
		for line, details := range map[string]string{
			`{"discount_quantity":-1}`:       "Property .order.items[0].discount_quantity must be >= 0",
			`{"product":{"price":-5}}`:       "Property .order.items[0].product.price must be >= 0",
			`{"sku":{"price":"five"}}`:       "",
			`{"product":{"metadata":[]}}`:    "Property .order.items[0].product.metadata must be object",
			`{"sku":{"metadata":{"":true}}}`: "Property .order.items[0].sku.metadata must NOT have an empty key",
		} {
			a := w.call("POST", validate, `{"redeemables":[{"object":"voucher","id":"OK"}],"order":{"items":[`+line+`]}}`).is(400, "invalid_payload")
			if details != "" && a.text("details") != details {
				t.Errorf("%s: %s", line, a.text("details"))
			}
		}
		// A cap with a fraction is not passed; hours include their last minute (it is Wednesday, 12:00 in Warsaw).
		w.call("POST", "/v1/vouchers/CAP", obj{"discount": obj{"type": "PERCENT", "percent_off": 50, "amount_limit": 100.5}}).is(200)
		w.call("POST", validate, with(redeemables("CAP"), "order", obj{"amount": 10000})).is(200).has("order.applied_discount_amount", "100")
		w.call("POST", "/v1/vouchers/HOURS", obj{"discount": obj{"type": "AMOUNT", "amount_off": 1}, "validity_hours": obj{"daily": []any{
			obj{"start_time": "09:00", "expiration_time": "12:00", "days_of_week": []any{3}}}}}).is(200)
		w.call("POST", validate, with(redeemables("HOURS"), "order", obj{"amount": 1})).is(200).has("valid", "true")
	})
}

// Every member of a body, in every wrong type: 400 that names the member, or taken where the API takes it; never a fault,
// and nothing is written (70 section 11, 30 f, 40 F).
func TestWrongTypesInEveryField(t *testing.T) {
	on(t, func(w *world) {
		w.voucher("OK", nil)
		for path, body := range map[string]obj{
			"/v1/validations": with(redeemables("OK"), "customer", obj{"id": nil, "source_id": "s", "name": "n", "email": "e", "phone": "p", "description": "d", "birthdate": "2000-01-01",
				"address": obj{"city": "c", "state": "s", "line_1": "l", "line_2": "l", "country": "c", "postal_code": "p"}, "metadata": obj{}},
				"order", obj{"source_id": "o", "status": "PAID", "amount": 5, "discount_amount": 1, "metadata": obj{}, "items": []any{obj{"product_id": "p", "sku_id": "s", "source_id": "s",
					"related_object": "sku", "quantity": 1, "initial_quantity": 1, "price": 1, "amount": 1, "metadata": obj{}, "product": obj{"name": "n", "price": 1, "override": true}}}},
				"session", obj{"type": "LOCK", "key": "k", "ttl": 1, "ttl_unit": "DAYS"}, "tracking_id", "s", "metadata", obj{}, "options", obj{"expand": []any{"order"}}),
			"/v1/vouchers": {"code": "NEW", "type": "DISCOUNT_VOUCHER", "discount": obj{"type": "PERCENT", "percent_off": 5, "amount_limit": 5, "aggregated_amount_limit": 5, "effect": "APPLY_TO_ORDER"},
				"start_date": "2030-01-01", "expiration_date": "2031-01-01", "validity_timeframe": obj{"interval": "P1D", "duration": "PT1H"}, "validity_day_of_week": []any{1},
				"active": true, "additional_info": "i", "metadata": obj{}, "redemption": obj{"quantity": 5}},
		} {
			each(body, "", func(at string, set func(any)) {
				for _, wrong := range []any{nil, true, -1, 1.5, 1e300, "", "text", []any{}, []any{nil}, obj{}, obj{"x": 1}} {
					set(wrong)
					a := w.call("POST", path, body)
					if a.status != 200 && a.status != 400 && a.status != 404 && a.status != 409 {
						t.Errorf("%s %s = %v: %s", path, at, wrong, a.raw)
					}
					if a.status == 400 && a.text("key") == "invalid_payload" && a.text("details") == "" {
						t.Errorf("%s %s = %v has no details: %s", path, at, wrong, a.raw)
					}
					if path == "/v1/vouchers" && a.status == 200 {
						w.call("DELETE", "/v1/vouchers/"+escape(a.text("code"))+"?force=true", nil).is(204)
					}
				}
			})
		}
		w.call("GET", "/v1/redemptions", nil).is(200).has("total", "0")
	})
}

// each visits every member of a body, nested ones too, and restores it afterwards.
func each(v any, at string, visit func(at string, set func(any))) {
	switch t := v.(type) {
	case obj:
		for name, before := range t {
			visit(at+"."+name, func(wrong any) { t[name] = wrong })
			t[name] = before
			each(before, at+"."+name, visit)
		}
	case []any:
		for i, before := range t {
			visit(fmt.Sprint(at, "[", i, "]"), func(wrong any) { t[i] = wrong })
			t[i] = before
			each(before, fmt.Sprint(at, "[", i, "]"), visit)
		}
	}
}
