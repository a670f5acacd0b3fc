package httpapi_test

import (
	"encoding/base64"
	"testing"
)

// Bytes that are no UTF-8, and U+0000, reach no database and no answer, wherever they stand: each place refuses them as
// it refuses what it does not know.
func TestWhatIsNoText(t *testing.T) { // 60 R3, R26, R74; 70 R22, R29
	on(t, func(w *world) {
		cart := redeemables("X")
		for _, bad := range []string{"%00", "%ff", "a%00b", "%c3", "%ED%A0%80"} {
			for _, path := range []string{"/v1/vouchers/", "/v1/redemptions/", "/v1/vouchers/+"} {
				w.call("GET", path+bad, nil).is(404, "not_found").lacks("resource_id")
			}
			for _, call := range [][2]string{{"PUT", ""}, {"DELETE", ""}, {"DELETE", "?force=true"}, {"POST", "/enable"}} {
				w.call(call[0], "/v1/vouchers/"+bad+call[1], obj{}).is(404, "not_found")
			}
			missing := w.call("POST", "/v1/vouchers/"+bad, obj{"discount": obj{"type": "AMOUNT", "amount_off": 1}}).is(404, "not_found")
			if got, want := missing.text("details"), "Cannot find POST /v1/vouchers/"+bad; got != want { // nothing like it is suggested
				t.Errorf("details: %s, want %s", got, want)
			}
			for _, method := range []string{"GET", "PUT", "DELETE"} {
				w.manage(method, "/management/v1/projects/"+bad, obj{}).is(404, "not_found")
			}
			for _, query := range []string{"code=" + bad, bad + "=1", "order=" + bad, "filters[" + bad + "][conditions][$is]=1", "filters[code][conditions][$is]=" + bad, "customer=" + bad} {
				w.call("GET", "/v1/vouchers?"+query, nil).is(400, "invalid_query_params")
				w.call("GET", "/v1/redemptions?"+query, nil).is(400, "invalid_query_params")
			}
			w.call("DELETE", "/v1/vouchers/X?force="+bad, nil).is(400, "invalid_query_params")
			for _, member := range []string{"scope=", "grant_type=", "x=", "client_id=", "client_secret=", ""} {
				w.form("/v1/oauth/token", "y=z&"+member+bad).is(400, "invalid_payload")
			}
			for _, member := range []string{"token=", "access_token="} {
				w.form("/v1/oauth/introspect", member+bad+"&client_id=x").is(400, "invalid_payload").has("error", "invalid_request") // 70 R31
				w.form("/v1/oauth/token/revoke", member+bad).is(400, "invalid_payload")
			}
			basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(bad+":secret")) // form-encoded (70 R29)
			w.form("/v1/oauth/token", "grant_type=client_credentials", "Authorization", basic).is(401, "unauthorized")
		}
		for _, bad := range []string{"\xff", "a\xc3"} { // no header holds U+0000
			w.call("GET", "/v1/vouchers?code="+bad, nil).is(400, "invalid_query_params")
			w.send(w.url, "GET", "/v1/vouchers", nil, "X-App-Id", bad, "X-App-Token", w.appToken).is(401, "unauthorized")
			w.send(w.url, "GET", "/v1/vouchers", nil, "X-App-Id", w.appID, "X-App-Token", bad).is(401, "unauthorized")
			w.send(w.url, "GET", "/v1/vouchers", nil, "Authorization", "Bearer "+bad).is(401, "unauthorized")
			w.send(w.url, "POST", "/client/v1/validations", cart, "X-Client-Application-Id", bad, "X-Client-Token", "x").is(401, "unauthorized")
			w.send(w.url, "GET", "/management/v1/projects", nil, "X-Management-Id", bad, "X-Management-Token", "x").is(401, "unauthorized")
			w.form("/v1/oauth/token", "grant_type=client_credentials", "X-App-Id", bad, "X-App-Token", "x").is(401, "unauthorized")
			w.call("POST", "/v1/redemptions", cart, "Idempotency-Key", bad).is(400, "invalid_payload")
			w.browse("POST", "/client/v1/validations", cart, "Origin", bad)
		}
		// What is text is taken, strange as it is.
		w.call("GET", "/v1/vouchers?code=%EF%BF%BD&x=%2500&100%&%zz=%", nil).is(200).has("total", "0")
		w.call("GET", "/v1/vouchers/%EF%BF%BD", nil).is(404).has("resource_id", "\uFFFD")
	})
}
