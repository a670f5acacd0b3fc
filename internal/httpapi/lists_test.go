package httpapi_test

import "testing"

func TestListsTakeTheirShortcuts(t *testing.T) { // 30 C3, R71; 60 R50, R55
	on(t, func(w *world) {
		a, b := w.voucher("A", nil).text("id"), w.voucher("B", nil).text("id")
		cart := func(ids ...string) obj {
			return with(redeemables(ids...), "order", obj{"amount": 100}, "options", obj{"expand": []any{"redeemable"}})
		}
		// An order that is the answer's own is shown without being asked for, a child's is not.
		w.call("POST", "/v1/redemptions", cart("A")).is(200).has("redemptions.0.order.amount", "100", "redemptions.0.voucher.id", a, "redemptions.0.voucher.active", "true")
		stack := w.call("POST", "/v1/redemptions", cart("A", "B")).is(200).has("redemptions.0.order", "", "parent_redemption.order.amount", "100")
		for query, total := range map[string]string{
			"":                       "4",
			"voucher_code=A":         "2",
			"related_object_id=" + b: "1",
			"related_object_id=" + b + "&voucher_code=A":              "0",
			"related_object_id=" + stack.text("parent_redemption.id"): "1",
			"campaign=x":                                 "0",
			"campaign_name=x":                            "0",
			"related_object_parent_id=" + a:              "0",
			"customer=nobody":                            "0",
			"created_at[after]=2030-05-01T10:00:00.000Z": "0",
		} {
			w.call("GET", "/v1/redemptions?"+query, nil).is(200).has("total", total)
		}
		w.call("POST", "/scrip/v1/clock", obj{"advance": "PT1H"}).is(200)
		w.call("PUT", "/v1/vouchers/B", obj{"additional_info": "changed"}).is(200)
		for query, code := range map[string]string{
			"updated_at[after]=2030-05-01T10:59:59Z": "B",
			"created_at[after]=2030-05-01T10:59:59Z": "",
			"customer=nobody":                        "",
			"campaign_id=x":                          "",
			"category=x":                             "",
		} {
			w.call("GET", "/v1/vouchers?"+query, nil).is(200).has("vouchers.0.code", code)
		}
	})
}
