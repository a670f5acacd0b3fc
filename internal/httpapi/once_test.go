package httpapi_test

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/scrip-dev/scrip/internal/auth"
)

func TestIdempotencyKey(t *testing.T) { // 60 R14
	on(t, func(w *world) {
		once := func(url, key string, body any) answer {
			return w.send(url, "POST", "/v1/redemptions", body, "X-App-Id", w.appID, "X-App-Token", w.appToken, "Idempotency-Key", key)
		}
		w.voucher("ONCE", nil)
		cart := with(redeemables("ONCE"), "order", obj{"amount": 100})
		first := once(w.url, "k1", cart).is(200)
		again := once(w.other.url, "k1", cart).is(200) // from another node
		if string(first.raw) != string(again.raw) || again.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("%s\nis not\n%s", again.raw, first.raw)
		}
		once(w.url, "k1", with(redeemables("ONCE"), "order", obj{"amount": 101})).is(422, "idempotency_key_reused")
		refused := once(w.url, "k2", redeemables("NONE")).is(404)
		w.voucher("NONE", nil)
		if again := once(w.url, "k2", redeemables("NONE")).is(404); string(again.raw) != string(refused.raw) {
			t.Errorf("another refusal: %s", again.raw)
		}
		once(w.url, "k3", obj{}).is(400, "invalid_payload")
		once(w.url, "k3", cart).is(200) // what is no payload is not kept
		once(w.url, strings.Repeat("k", 256), cart).is(400, "invalid_payload")
		var wg sync.WaitGroup
		answers := make([]string, 16)
		for i := range answers {
			wg.Go(func() { answers[i] = string(once([]string{w.url, w.other.url}[i%2], "k4", cart).is(200).raw) })
		}
		wg.Wait()
		for _, a := range answers {
			if a != answers[0] {
				t.Errorf("two answers for one key")
			}
		}
		w.call("GET", "/v1/vouchers/ONCE", nil).is(200).has("redemption.redeemed_quantity", "3")
		w.call("POST", "/scrip/v1/clock", obj{"advance": "P1D"}).is(200)
		if late := once(w.url, "k1", cart).is(200); late.header.Get("Idempotent-Replayed") != "" { // kept 24 h
			t.Error("an answer was remembered for more than a day")
		}
		for i := range 64 { // more at once than there are connections to the database
			wg.Go(func() {
				w.call("POST", "/v1/validations", cart, "Idempotency-Key", fmt.Sprint("v", i%32)).is(200).has("valid", "true")
			})
		}
		wg.Wait()
		w.call("PUT", "/v1/vouchers/ONCE", obj{"metadata": obj{"n": 1}}, "Idempotency-Key", "k5").is(200)
		for i := range 64 { // more at once than there are connections to the database
			wg.Go(func() {
				w.call("POST", "/v1/validations", cart, "Idempotency-Key", fmt.Sprint("v", i%32)).is(200).has("valid", "true")
			})
		}
		wg.Wait()
		w.call("PUT", "/v1/vouchers/ONCE", obj{"metadata": obj{"n": 1}}, "Idempotency-Key", "k5").is(200)
	})
}

// A key belongs to the API key that sent it, and to writes; what is kept is what was decided, never a secret.
func TestWhatAnIdempotencyKeyKeeps(t *testing.T) { // 60 R14
	on(t, func(w *world) {
		const path = "/v1/vouchers"
		made := obj{"discount": obj{"type": "AMOUNT", "amount_off": 1}}
		once := func(w *world, path string, body any) answer {
			return w.call("POST", path, body, "Idempotency-Key", "k")
		}
		first := once(w, path, made).is(200).text("code")
		if other := once(w.key(auth.NewKey{Name: "other"}), path, made).is(200).text("code"); other == first {
			t.Error("the answer to another API key")
		}
		once(w, path+"?x=1", made).is(422, "idempotency_key_reused")
		once(w, path+"/OTHER", made).is(422, "idempotency_key_reused")
		w.call("GET", path, nil, "Idempotency-Key", "k").is(200).has("total", "2") // means nothing where nothing is written
		w.form("/v1/oauth/token", "grant_type=client_credentials&scope=api", "X-App-Id", w.appID, "X-App-Token", w.appToken, "Idempotency-Key", "k").is(200)
		w.call("POST", path, with(maps.Clone(made), "code", strings.Repeat("x", 256)), "Idempotency-Key", "long").is(400, "invalid_payload")
		w.call("POST", path, with(maps.Clone(made), "code", "SHORT"), "Idempotency-Key", "long").is(200) // what is no payload is not kept
		w.call("POST", path, made, "Idempotency-Key", strings.Repeat("k", 255)).is(200)
		w.call("POST", path, made, "Idempotency-Key", "a", "Idempotency-Key", "b").is(400, "invalid_payload")

		project := func() answer {
			return w.send(w.url, "POST", "/management/v1/projects", obj{"name": "Once", "timezone": "UTC", "currency": "EUR", "case_sensitive_codes": true},
				"X-Management-Id", managementID, "X-Management-Token", managementToken, "Idempotency-Key", "k")
		}
		project().is(200)
		project().is(409, "duplicate_found") // its keys are shown once
	})
}
