package httpapi_test

import (
	"slices"
	"sync"
	"testing"
)

func TestCustomersAndOrdersAreKept(t *testing.T) { // 30 R9-R17, R110-R112, E13
	on(t, func(w *world) {
		for code, amount := range map[string]int{"A": 10800, "B": 2000, "C": 1} {
			w.call("POST", "/v1/vouchers/"+code, obj{"discount": obj{"type": "AMOUNT", "amount_off": amount}}).is(200)
		}
		redeem := func(code string, pairs ...any) answer {
			t.Helper()
			return w.call("POST", "/v1/redemptions", with(redeemables(code), pairs...))
		}
		first := redeem("A", "order", obj{"amount": 12000, "source_id": "web-1", "metadata": obj{"a": 1}},
			"customer", obj{"source_id": "ann", "name": "Ann", "metadata": obj{"x": 1}, "address": obj{"city": "Oslo"}}).is(200).has("order.total_amount", "1200", "order.updated_at", "")
		order, ann, track := first.text("order.id"), first.text("redemptions.0.customer_id"), first.text("redemptions.0.tracking_id")
		second := redeem("B", "order", obj{"id": order}, "customer", obj{"source_id": track, "email": "a@example.com", "metadata": obj{"y": 2}}).is(200).
			has("order.id", order, "order.applied_discount_amount", "1200", "order.discount_amount", "12000", "order.total_amount", "0",
				"redemptions.0.customer_id", ann, "redemptions.0.customer.name", "Ann", "redemptions.0.customer.metadata.x", "1", "redemptions.0.customer.metadata.y", "2", "order.metadata.a", "1")
		if second.text("order.updated_at") == "" || second.at("order.redemptions."+first.text("redemptions.0.id")) == nil || second.at("order.redemptions."+second.text("redemptions.0.id")) == nil {
			t.Errorf("the order does not know both redemptions: %s", second.raw)
		}
		// A known source id keeps what is stored (30 R14).
		redeem("C", "order", obj{"source_id": "web-1", "amount": 99999}, "tracking_id", "ann").is(200).has("order.id", order, "order.amount", "12000", "redemptions.0.customer_id", ann)
		redeem("C", "order", obj{"amount": 500, "status": "FULFILLED"}).is(200).has("order.status", "FULFILLED", "redemptions.0.customer_id", "", "redemptions.0.tracking_id", "", "redemptions.0.customer", "")
		redeem("C", "customer", obj{"name": "Nobody"}).is(200).has("redemptions.0.customer.source_id", "", "redemptions.0.order", "") // 30 R9, R111
		redeem("C", "order", obj{"id": order, "source_id": "web-1"}).is(200)
		other := redeem("C", "order", obj{"amount": 5, "source_id": "web-2"}).is(200).text("order.id")
		redeem("C", "order", obj{"id": other, "source_id": "web-1"}).is(409, "duplicate_found")
		// The customer stays although the redemption failed (30 R9).
		w.call("POST", "/v1/vouchers/D/disable", nil).is(404)
		w.call("POST", "/v1/vouchers/C/disable", nil).is(200)
		failed := redeem("C", "customer", obj{"source_id": "bob"}).is(400, "voucher_disabled").text("resource_id")
		bob := w.call("GET", "/v1/redemptions/"+failed, nil).is(200).has("customer.source_id", "bob").text("customer_id")
		redeem("B", "customer", obj{"source_id": "bob"}).is(200).has("redemptions.0.customer_id", bob)
		// Validation writes nobody, and gives the same tracking id (30 R8, R16).
		w.call("POST", "/v1/validations", with(redeemables("B"), "customer", obj{"source_id": "ann", "name": "Eve"})).is(200).has("tracking_id", track)
		redeem("B", "customer", obj{"id": ann}).is(200).has("redemptions.0.customer.name", "Ann")
		// A known source id keeps the customer of its order too, an id takes what is sent over it (30 R14).
		w.call("POST", "/v1/validations", with(redeemables("B"), "order", obj{"source_id": "web-2", "customer": obj{"source_id": "bob"}})).is(200).has("order.customer_id", "")
		w.call("POST", "/v1/validations", with(redeemables("B"), "order", obj{"id": other, "customer": obj{"source_id": "bob"}})).is(200).has("order.customer_id", bob)
		// Lines that are sent with an id replace the amount as well.
		w.call("POST", "/v1/validations", with(redeemables("B"), "order", obj{"id": order, "items": []any{obj{"price": 300, "quantity": 2}}})).is(200).has("order.amount", "600")
		w.call("POST", "/v1/validations", with(redeemables("B"), "order", obj{"id": order, "items": []any{obj{"source_id": "s"}}})).is(200).lacks("order.amount")
	})
}

// A shopper is known by the tracking id of a first visit, and named later: one profile, whatever comes first, also when
// everything comes at once.
func TestTrackingIDBeforeSourceID(t *testing.T) { // 30 R9-R12, R16
	on(t, func(w *world) {
		w.voucher("OK", nil)
		redeem := func(pairs ...any) answer {
			t.Helper()
			return w.call("POST", "/v1/redemptions", with(redeemables("OK"), pairs...)).is(200)
		}
		visit := func(source string) string {
			t.Helper()
			track := w.call("POST", "/v1/validations", with(redeemables("OK"), "customer", obj{"source_id": source})).is(200).text("tracking_id")
			w.call("POST", "/v1/validations", with(redeemables("OK"), "tracking_id", track)).is(200).has("tracking_id", track)
			return track
		}
		track := visit("eve")
		eve := redeem("tracking_id", track).has("redemptions.0.customer.source_id", "", "redemptions.0.tracking_id", track).text("redemptions.0.customer_id")
		redeem("customer", obj{"source_id": track}).has("redemptions.0.customer_id", eve, "redemptions.0.customer.source_id", "")
		redeem("customer", obj{"source_id": "eve"}).has("redemptions.0.customer_id", eve, "redemptions.0.customer.source_id", "eve", "redemptions.0.tracking_id", track)
		redeem("customer", obj{"source_id": track}, "tracking_id", "eve").has("redemptions.0.customer_id", eve, "redemptions.0.customer.source_id", "eve")
		redeem("customer", obj{}).has("redemptions.0.customer_id", "", "redemptions.0.tracking_id", "")

		// A guest's fresh tracking id names whoever comes back with it.
		fresh := w.call("POST", "/v1/validations", redeemables("OK")).is(200).text("tracking_id")
		guest := redeem("tracking_id", fresh).has("redemptions.0.tracking_id", fresh).text("redemptions.0.customer_id")
		redeem("customer", obj{"id": guest}, "tracking_id", fresh).has("redemptions.0.customer_id", guest)

		track = visit("kim")
		ids := make([]string, 64)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				name := []string{track, "kim"}[i%2]
				url := []string{w.url, w.other.url}[i/2%2]
				ids[i] = w.send(url, "POST", "/v1/redemptions", with(redeemables("OK"), "customer", obj{"source_id": name}),
					"X-App-Id", w.appID, "X-App-Token", w.appToken).text("redemptions.0.customer_id")
			})
		}
		wg.Wait()
		slices.Sort(ids)
		if ids = slices.Compact(ids); len(ids) != 1 || ids[0] == "" {
			t.Fatalf("one person has %d profiles: %q", len(ids), ids)
		}
		redeem("tracking_id", track).has("redemptions.0.customer.source_id", "kim", "redemptions.0.customer_id", ids[0])
	})
}

// 64 first redemptions of one new customer on one new order: one customer, one order, all redemptions in its map (30
// R130, R131).
func TestOneNewCustomerAndOrder(t *testing.T) {
	on(t, func(w *world) {
		w.voucher("OPEN", nil)
		var wg sync.WaitGroup
		var customers, orders sync.Map
		for i := range 64 {
			wg.Go(func() {
				a := w.send([]string{w.url, w.other.url}[i%2], "POST", "/v1/redemptions", with(redeemables("OPEN"), "customer", obj{"source_id": "new"},
					"order", obj{"amount": 1000, "source_id": "one"}), "X-App-Id", w.appID, "X-App-Token", w.appToken).is(200)
				customers.Store(a.text("redemptions.0.customer_id"), true)
				orders.Store(a.text("order.id"), true)
			})
		}
		wg.Wait()
		for name, m := range map[string]*sync.Map{"customers": &customers, "orders": &orders} {
			n := 0
			m.Range(func(any, any) bool { n++; return true })
			if n != 1 {
				t.Errorf("%d %s", n, name)
			}
		}
		a := w.call("POST", "/v1/redemptions", with(redeemables("OPEN"), "order", obj{"source_id": "one"})).is(200)
		if m := a.at("order.redemptions").(map[string]any); len(m) != 65 {
			t.Errorf("%d redemptions on the order", len(m))
		}
	})
}
