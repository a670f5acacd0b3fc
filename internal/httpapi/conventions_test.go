package httpapi_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/scrip-dev/scrip/internal/auth"
)

func TestCredentials(t *testing.T) { // 70 R22, R23, R44, R100; 70 section 11
	on(t, func(w *world) {
		refuse := func(method, path string, headers ...string) {
			t.Helper()
			a := w.send(w.url, method, path, nil, headers...).is(401, "unauthorized").has("message", "Unauthorized")
			if a.header.Get("Www-Authenticate") != `Bearer realm="scrip"` || a.text("request_id") == "" {
				t.Errorf("%v: %v %s", headers, a.header, a.raw)
			}
		}
		refuse("GET", "/v1/vouchers")
		refuse("GET", "/v1/no-such-thing") // credentials come first
		refuse("GET", "/v1/vouchers", "X-App-Id", w.appID)
		refuse("GET", "/v1/vouchers", "X-App-Token", w.appToken)
		refuse("GET", "/v1/vouchers", "X-App-Id", w.appID, "X-App-Token", "wrong")
		refuse("GET", "/v1/vouchers", "X-Client-Application-Id", w.clientID, "X-Client-Token", w.clientToken)
		refuse("GET", "/v1/vouchers", "X-App-Id", w.clientID, "X-App-Token", w.clientToken)
		refuse("POST", "/client/v1/validations", "X-App-Id", w.appID, "X-App-Token", w.appToken)
		refuse("GET", "/management/v1/projects", "X-App-Id", w.appID, "X-App-Token", w.appToken)
		refuse("GET", "/v1/vouchers", "X-App-Id", w.appID, "X-App-Token", strings.Repeat("x", 64<<10))
	})
}

func TestPathsAndMethods(t *testing.T) { // 60 R17, R20-R26, R71, R79; 70 R20
	on(t, func(w *world) {
		w.call("GET", "/v1/voucher", nil).is(404, "not_found").has("details", "Cannot find GET /v1/voucher; did you mean /v1/vouchers?")
		w.call("GET", "/v1/vouchers/", nil).is(404).has("details", "Cannot find GET /v1/vouchers/; did you mean /v1/vouchers?")
		if a := w.call("DELETE", "/v1/validations", nil).is(405, "method_not_allowed"); a.header.Get("Allow") != "POST" || a.text("message") != "HTTP Method Not Allowed" {
			t.Error(a.header)
		}
		if a := w.call("PATCH", "/v1/vouchers/X", obj{}).is(405, "method_not_allowed"); a.header.Get("Allow") != "DELETE, GET, POST, PUT" {
			t.Error(a.header)
		}
		for _, code := range []string{"A/B", "A B", "A+B", "100%", "🎁", "é", ".", "..", "a//b", "?#&", strings.Repeat("x", 255)} {
			path := "/v1/vouchers/" + escape(code)
			w.call("POST", path, obj{"discount": obj{"type": "AMOUNT", "amount_off": 5}}).is(200).has("code", code)
			w.call("GET", path, nil).is(200).has("code", code)
		}
		w.voucher("ONE TWO", nil)
		w.call("GET", "/v1/vouchers/ONE+TWO", nil).is(200).has("code", "ONE TWO") // 60 R23
		w.call("GET", "/v1/vouchers/A+B", nil).is(200).has("code", "A+B")
		w.call("GET", "/v1/vouchers/a%2fb", nil).is(404, "not_found").has("resource_id", "a/b", "resource_type", "voucher", "details", "Cannot find voucher with id a/b")
		w.call("POST", "/v1/vouchers/"+strings.Repeat("x", 256), obj{"discount": obj{"type": "AMOUNT", "amount_off": 5}}).is(400, "invalid_payload")
	})
}

// escape encodes everything but letters and digits, dots included.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func TestTransport(t *testing.T) { // 60 R1, R2, R4-R8, R10-R12, R15, R16, R76; 70 R131
	on(t, func(w *world) {
		good := `{"discount":{"type":"AMOUNT","amount_off":5.0,"unknown":1},"unknown":{"a":[]}}`
		a := w.call("POST", "/v1/vouchers", good, "X-Voucherify-API-Version", "v2017-01-01", "X-Voucherify-Channel", "test").is(200).lacks("unknown", "discount.unknown")
		if !strings.Contains(string(a.raw), `"amount_off":5,`) && !strings.Contains(string(a.raw), `"amount_off":5}`) {
			t.Errorf("an integer is written with a fraction: %s", a.raw)
		}
		for name, want := range map[string]string{"Content-Type": "application/json; charset=utf-8", "X-Rate-Limit-Limit": "2147483647", "X-Rate-Limit-Remaining": "2147483646"} {
			if a.header.Get(name) != want {
				t.Errorf("%s: %s", name, a.header.Get(name))
			}
		}
		if a.header.Get("X-Rate-Limit-Retry") == "" || !strings.HasPrefix(a.header.Get("X-Request-Id"), "v-") {
			t.Error(a.header)
		}
		w.call("POST", "/v1/vouchers", good, "Content-Type", "application/json; charset=UTF-8").is(200)
		w.call("POST", "/v1/vouchers", "code=X", "Content-Type", "application/x-www-form-urlencoded").is(415, "unsupported_media_type")
		for _, accept := range []string{"text/html", "application/json;q=0", "*/*; q=0, text/html"} {
			w.call("GET", "/v1/vouchers", nil, "Accept", accept).is(406, "not_acceptable")
		}
		w.call("GET", "/v1/vouchers", nil, "Accept", "text/html, */*;q=0.1").is(200)
		for _, broken := range []string{"{", `{"code":"A"`, `{"code":}`, "nonsense", "{} {}", `{"code":"` + "\xff" + `"}`} {
			w.call("POST", "/v1/vouchers", broken).is(400, "invalid_payload").has("statusCode", "400", "error", "Bad Request", "message", "Invalid request payload JSON format")
		}
		w.call("POST", "/v1/validations", "").is(400, "invalid_payload")
		const most = 10 << 20
		body := `{"discount":{"type":"AMOUNT","amount_off":5},"additional_info":"` + strings.Repeat("x", most)
		w.call("POST", "/v1/vouchers", body[:most-2]+`"}`).is(200)
		w.call("POST", "/v1/vouchers", body[:most-1]+`"}`).is(413).has("statusCode", "413", "error", "Request Entity Too Large",
			"message", "Payload content length greater than maximum allowed: 10485760", "key", "query_too_large")
		w.call("GET", "/v1/vouchers?x="+strings.Repeat("x", 70<<10), nil).is(400, "query_too_large")
	})
}

func TestWrongTypesNameTheirPath(t *testing.T) { // 60 R29, R35, R73, R74, R78; 40 R65
	on(t, func(w *world) {
		for body, details := range map[string]string{
			`[]`:                              "Payload must be object",
			`{"code":5}`:                      "Property .code must be string,null",
			`{"active":"yes"}`:                "Property .active must be boolean,null",
			`{"discount":5}`:                  "Property .discount must be object,null",
			`{"metadata":"x"}`:                "Property .metadata must be object",
			`{"start_date":"soon"}`:           "Property .start_date cannot be recognized as a ISO-8601 compliant date",
			`{"code":"a","code":""}`:          "Property .code must not be given twice",
			`{"discount":{}}`:                 "Property .discount must have required property 'type'",
			`{"discount":{"type":"PERCENT"}}`: "Property .discount must have required property 'percent_off'",
			`{"discount":{"type":"PERCENT","percent_off":101}}`:            "Property .discount.percent_off must be <= 100",
			`{"discount":{"type":"AMOUNT","amount_off":-1}}`:               "Property .discount.amount_off must be >= 0",
			`{"discount":{"type":"HALF"}}`:                                 "Property .discount.type must be equal to one of the allowed values [ AMOUNT, PERCENT, UNIT, FIXED ]",
			`{"gift":{"amount":-1}}`:                                       "Property .gift.amount must be >= 0",
			`{"gift":{"amount":9007199254740992}}`:                         "Property .gift.amount must be <= 9007199254740991",
			`{"gift":{"amount":1},"redemption":{"quantity":"x"}}`:          "Property .redemption.quantity must be number,null",
			`{"gift":{"amount":1},"redemption":{"quantity":0}}`:            "Property .redemption.quantity must be >= 1",
			`{"code":"","gift":{"amount":1}}`:                              "Property .code must NOT have fewer than 1 characters",
			`{"discount":{"type":"AMOUNT","amount_off":1,"effect":"ALL"}}`: "",
		} {
			a := w.call("POST", "/v1/vouchers", body).is(400, "invalid_payload").has("code", "400", "message", "Invalid payload")
			if details != "" && a.text("details") != details {
				t.Errorf("%s: %s, want %s", body, a.text("details"), details)
			}
		}
		w.call("GET", "/v1/vouchers", nil).is(200).has("total", "0")
	})
}

func TestLists(t *testing.T) { // 60 R42-R45, R50, R52-R54, R62, R68; 40 R32, R33
	on(t, func(w *world) {
		var ids []string
		for i := range 12 {
			ids = append(ids, w.voucher(fmt.Sprintf("L%02d", i), nil).text("id"))
		}
		w.call("GET", "/v1/vouchers", nil).is(200).has("object", "list", "data_ref", "vouchers", "total", "12", "vouchers.0.code", "L11", "vouchers.9.code", "L02").
			lacks("vouchers.10", "vouchers.0.validation_rules_assignments")
		w.call("GET", "/v1/vouchers?limit=5&page=3", nil).is(200).has("vouchers.1.code", "L00", "total", "12")
		if a := w.call("GET", "/v1/vouchers?page=9", nil).is(200).has("total", "12"); !strings.Contains(string(a.raw), `"vouchers":[]`) {
			t.Errorf("a page past the end: %s", a.raw)
		}
		w.call("GET", "/v1/vouchers?order=code&limit=1", nil).is(200).has("vouchers.0.code", "L00")
		w.call("GET", "/v1/vouchers?ids="+ids[3]+","+ids[4], nil).is(200).has("total", "2")
		w.call("GET", "/v1/vouchers?ids="+strings.Repeat(ids[3]+",", 1000), nil).is(200).has("total", "1")
		w.call("GET", "/v1/vouchers?ids="+strings.Repeat("v_,", 1001), nil).is(400, "invalid_query_params").has("details", "Property .ids must NOT have more than 1000 items")
		w.call("GET", "/v1/vouchers?ids[0]="+ids[3]+"&ids[1]="+ids[5]+"&code=L05", nil).is(200).has("total", "1")
		w.call("GET", "/v1/vouchers?created_at[before]=2030-05-01T10:00:00.001Z&[created_at][after]=2030-05-01", nil).is(200).has("total", "12")
		w.call("GET", "/v1/vouchers?filters[junction]=OR&filters[code][conditions][$is]=L01&filters[metadata.x][conditions][$is]=1", nil).is(200).has("total", "1")
		w.call("GET", "/v1/vouchers?campaign=none", nil).is(200).has("total", "0")
		w.call("GET", "/v1/vouchers?filters[campaign][conditions][$is]=x", nil).is(200).has("total", "0")
		w.call("GET", "/v1/vouchers?filters[category_ids][conditions][$is_unknown]=", nil).is(200).has("total", "12")
		w.call("GET", "/v1/vouchers?filters[is_referral_code][conditions][$is]=FALSE", nil).is(200).has("total", "12")
		w.call("GET", "/v1/vouchers?filters[is_referral_code][conditions][$is]=TRUE", nil).is(200).has("total", "0")
		for query, details := range map[string]string{
			"limit=0":                             "Property .limit must be >= 1",
			"limit=101":                           "Property .limit must be <= 100",
			"limit=ten":                           "Property .limit must be integer",
			"page=0":                              "Property .page must be >= 1",
			"order=name":                          "Property .order must be equal to one of the allowed values [ created_at, -created_at, updated_at, -updated_at, code, -code ]",
			"created_at[before]=soon":             "Property .created_at.before cannot be recognized as a ISO-8601 compliant date",
			"filters[color][conditions][$is]=red": "Property .filters.color is not allowed",
		} {
			w.call("GET", "/v1/vouchers?"+query, nil).is(400, "invalid_query_params").has("details", details, "message", "Invalid query params")
		}
		w.call("GET", "/v1/vouchers?filters[code][$is]=x", nil).is(400, "invalid_query_params")
		w.call("DELETE", "/v1/vouchers/L00?force=maybe", nil).is(400, "invalid_query_params").has("details", "Property .force must be boolean")
		w.call("DELETE", "/v1/vouchers/L00?force=TRUE", nil).is(204) // 60 R65
		w.voucher("L00", nil)
		w.call("DELETE", "/v1/vouchers/L00?force=False", nil).is(204)
		w.call("POST", "/v1/vouchers/L00", obj{"discount": obj{"type": "AMOUNT", "amount_off": 1}}).is(409, "duplicate_found")
		w.call("GET", "/v1/vouchers?filters[code][conditions][$like]=x", nil).is(400, "invalid_query_params")
		w.call("GET", "/v1/vouchers?page=1001", nil).is(400, "page_over_limit").has("details", "Property .page cannot be higher than 1000",
			"message", "Listing resource above 1000 page is not supported")
	})
}

func TestProjectsAreApart(t *testing.T) { // 70 R102; every collection that exists
	on(t, func(w *world) {
		w.voucher("MINE", 5)
		id := w.call("POST", "/v1/redemptions", with(redeemables("MINE"), "order", obj{"amount": 100, "source_id": "o1"}, "customer", obj{"source_id": "c1"})).is(200)
		o := w.another()
		o.call("GET", "/v1/vouchers/MINE", nil).is(404)
		o.call("GET", "/v1/vouchers/"+id.text("redemptions.0.voucher.id"), nil).is(404)
		o.call("PUT", "/v1/vouchers/MINE", obj{"active": false}).is(404)
		o.call("DELETE", "/v1/vouchers/MINE", nil).is(404)
		o.call("POST", "/v1/vouchers/MINE/disable", nil).is(404)
		o.call("GET", "/v1/vouchers", nil).is(200).has("total", "0")
		o.call("GET", "/v1/redemptions", nil).is(200).has("total", "0")
		o.call("GET", "/v1/redemptions/"+id.text("redemptions.0.id"), nil).is(404)
		o.call("POST", "/v1/redemptions", redeemables("MINE")).is(404)
		o.voucher("mine", nil)
		o.call("POST", "/v1/redemptions", with(redeemables("MINE"), "order", obj{"id": id.text("order.id")})).is(404, "not_found")
		o.call("POST", "/v1/redemptions", with(redeemables("MINE"), "customer", obj{"id": id.text("redemptions.0.customer_id")})).is(404, "not_found")
		r := o.call("POST", "/v1/redemptions", with(redeemables("MINE"), "order", obj{"amount": 7, "source_id": "o1"}, "customer", obj{"source_id": "c1"})).is(200).
			has("redemptions.0.voucher.code", "mine") // its codes do not mind case (40 R58)
		if r.text("order.id") == id.text("order.id") || r.text("redemptions.0.customer_id") == id.text("redemptions.0.customer_id") || r.text("redemptions.0.tracking_id") == id.text("redemptions.0.tracking_id") {
			t.Error("two projects share an order, a customer or a tracking id")
		}
		o.form("/v1/oauth/introspect", "access_token="+w.token("api")).is(200).has("active", "false") // 70 R12
		o.form("/v1/oauth/token/revoke", "access_token="+w.token("api")).is(404)
		o.call("POST", "/scrip/v1/reset", nil).is(204)
		o.call("GET", "/v1/vouchers", nil).is(200).has("total", "0")
		w.call("GET", "/v1/vouchers", nil).is(200).has("total", "1")
	})
}

func TestProjectSettings(t *testing.T) { // 70 R98, R99, R100, R103, R119; 70 4.3
	on(t, func(w *world) {
		path := "/management/v1/projects/" + w.project
		w.manage("GET", path, nil).is(200).has("name", "Tea", "timezone", "Europe/Warsaw", "description", "", "default_code_config.charset", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").
			lacks("server_side_key", "client_side_key")
		w.manage("PUT", path, obj{"description": "green", "dial_code": "48", "client_redeem_enabled": true, "unknown": 1}).is(200).
			has("description", "green", "dial_code", "48", "client_redeem_enabled", "true", "name", "Tea")
		w.manage("PUT", path, obj{"dial_code": nil}).is(200).has("dial_code", "")
		w.manage("PUT", path, obj{"name": nil}).is(400, "invalid_payload").has("details", "Property .name must be string")
		w.manage("PUT", path, obj{"case_sensitive_codes": false}).is(400, "invalid_payload")
		w.manage("PUT", path, obj{"case_sensitive_codes": true, "cluster_id": "eu1"}).is(200)
		w.manage("PUT", path, obj{"api_usage_notifications": obj{"api_calls": obj{"enabled": true, "value": 50, "in_app": true, "emails": []string{}}}}).is(400, "invalid_payload")
		for body, details := range map[string]string{
			`{"name":"X","currency":"PLN","case_sensitive_codes":true}`:                                               "Payload must have required property 'timezone'",
			`{"name":"X","timezone":"Mars","currency":"PLN","case_sensitive_codes":true}`:                             "",
			`{"name":"X","timezone":"UTC","currency":"zloty","case_sensitive_codes":true}`:                            "",
			`{"name":"X","timezone":"UTC","currency":"PLN","case_sensitive_codes":true,"dial_code":"+48"}`:            "",
			`{"name":"X","timezone":"UTC","currency":"PLN","case_sensitive_codes":true,"users":[{"role":"ADMIN"}]}`:   "",
			`{"name":"X","timezone":"UTC","currency":"PLN","case_sensitive_codes":true,"client_trusted_domains":[5]}`: "Property .client_trusted_domains.0 must be string",
			`{"name":5,"timezone":"UTC","currency":"PLN","case_sensitive_codes":true}`:                                "Property .name must be string,null",
		} {
			a := w.manage("POST", "/management/v1/projects", body).is(400, "invalid_payload")
			if details != "" && a.text("details") != details {
				t.Errorf("%s: %s", body, a.raw)
			}
		}
		w.manage("POST", "/management/v1/projects", obj{"name": "X", "timezone": "UTC", "currency": "PLN", "case_sensitive_codes": true, "cluster_id": "us1"}).is(403, "forbidden")
		w.manage("POST", "/management/v1/projects", obj{"name": "Tea", "timezone": "UTC", "currency": "PLN", "case_sensitive_codes": true}).is(409, "duplicate_found")
		w.manage("POST", "/management/v1/projects", obj{"name": "X", "timezone": "UTC", "currency": "PLN", "case_sensitive_codes": true,
			"users": []any{obj{"id": "u", "role": "OWNER"}}}).is(400, "used_incorrect_role")
		w.manage("GET", "/management/v1/projects/proj_none", nil).is(404, "not_found").has("details", "Cannot find project with id proj_none", "resource_type", "project")
		w.manage("GET", "/management/v1/projects", nil).is(200).has("total", "2", "data.0.name", "Default", "data.1.name", "Tea")
		token := w.token("api")
		w.manage("DELETE", path, nil).is(204)
		w.call("GET", "/v1/vouchers", nil).is(401)
		w.bearer(token, "GET", "/v1/vouchers", nil).is(401)
		w.manage("DELETE", path, nil).is(404)
	})
}

func TestTheClientSide(t *testing.T) { // 70 R50-R53, R27; 70 E8; 60 R18, R19
	on(t, func(w *world) {
		w.voucher("SHOP", nil)
		w.browse("POST", "/client/v1/redemptions", redeemables("SHOP")).is(403, "forbidden").has("details", "client_redeem_enabled is disabled")
		w.manage("PUT", "/management/v1/projects/"+w.project, obj{"client_redeem_enabled": true}).is(200)
		a := w.browse("POST", "/client/v1/redemptions", redeemables("SHOP")).is(200) // seen at once on this node (70 R119)
		if a.header.Get("Access-Control-Allow-Origin") != "https://shop.example" || a.header.Get("Vary") != "Origin" {
			t.Error(a.header)
		}
		preflight := w.send(w.url, "OPTIONS", "/client/v1/validations", nil, "Origin", "https://shop.example").is(204)
		if preflight.header.Get("Access-Control-Allow-Origin") != "https://shop.example" || !strings.Contains(preflight.header.Get("Access-Control-Allow-Headers"), "X-Client-Token") {
			t.Error(preflight.header)
		}
		if foreign := w.send(w.url, "OPTIONS", "/client/v1/validations", nil, "Origin", "https://evil.example").is(204); foreign.header.Get("Access-Control-Allow-Origin") != "" {
			t.Error(foreign.header)
		}
		w.browse("POST", "/client/v1/validations", redeemables("SHOP"), "Origin", "").is(403, "forbidden").has("details", "Origin is not allowed")
	})
}

func TestOneAddressMayCallFiveTimesInFiveSeconds(t *testing.T) { // 70 R53, R130, R134; 60 R13
	n := serve(t, openSQLite(t), auth.DefaultQuotas)
	w := newWorld(t, n, n)
	w.voucher("SHOP", nil)
	for range 5 {
		w.browse("POST", "/client/v1/validations", redeemables("SHOP")).is(200)
	}
	a := w.browse("POST", "/client/v1/validations", redeemables("SHOP")).is(429, "too_many_requests").has("message", "Too many requests hit the API too quickly.")
	if a.header.Get("Retry-After") == "" || a.header.Get("X-Rate-Limit-Type") != "api_calls" {
		t.Error(a.header)
	}
	w.call("GET", "/v1/vouchers", nil).is(200)
}

func TestCallsOfAProjectCountTogether(t *testing.T) { // 70 R130-R132
	n := serve(t, openSQLite(t), auth.Quotas{API: auth.Quota{Calls: 3, Window: time.Hour}})
	n.machine.ahead.Add(int64(time.Until(time.Now().Truncate(time.Hour).Add(time.Hour)))) // all of it in one window
	w := newWorld(t, n, n)
	left := func(a answer, remaining string) {
		t.Helper()
		if got := a.header; got.Get("X-Rate-Limit-Limit") != "3" || got.Get("X-Rate-Limit-Remaining") != remaining || got.Get("X-Rate-Limit-Retry") == "" {
			t.Errorf("%s: %v", a.asked, got)
		}
	}
	grant := "grant_type=client_credentials&scope=api"
	left(w.form("/v1/oauth/token", grant).is(200), "2")
	left(w.form("/v1/oauth/token", "grant_type=password").is(400), "1")
	left(w.call("GET", "/v1/vouchers", nil).is(200), "0")
	for _, over := range []answer{w.form("/v1/oauth/token", grant), w.call("GET", "/v1/vouchers", nil)} {
		left(over.is(429, "too_many_requests").has("details", "Limit: api_calls"), "0")
		if over.header.Get("Retry-After") == "" || over.header.Get("X-Rate-Limit-Type") != "api_calls" {
			t.Errorf("%s: %v", over.asked, over.header)
		}
	}
	if a := w.manage("GET", "/management/v1/projects", nil).is(200); a.header.Get("X-Rate-Limit-Limit") != "2147483647" {
		t.Error(a.header)
	}
}

// A client that hangs up while it sends its body leaves nothing behind, and the server goes on.
func TestAClientThatHangsUp(t *testing.T) {
	on(t, func(w *world) {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /v1/vouchers HTTP/1.1\r\nHost: x\r\nX-App-Id: %s\r\nX-App-Token: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"code\":\"HALF\"", w.appID, w.appToken)
		conn.Close()
		w.call("GET", "/v1/vouchers/HALF", nil).is(404)
	})
}

func TestPublicPages(t *testing.T) {
	on(t, func(w *world) {
		w.send(w.url, "GET", "/healthz", nil).is(200).has("status", "ok")
		w.send(w.url, "GET", "/readyz", nil).is(200).has("status", "ready")
		spec := w.send(w.url, "GET", "/openapi.json", nil).is(200).has("openapi", "3.0.3")
		doc, err := openapi3.NewLoader().LoadFromData(spec.raw)
		if err == nil {
			err = doc.Validate(context.Background())
		}
		if err != nil {
			t.Errorf("the OpenAPI document: %v", err)
		}
		if page := w.send(w.url, "GET", "/docs", nil).is(200); !strings.Contains(string(page.raw), "/v1/redemptions") || !strings.Contains(string(page.raw), "Not affiliated with Voucherify") {
			t.Error("the docs page lacks its routes")
		}
		if page := w.send(w.url, "GET", "/metrics", nil).is(200); !strings.Contains(string(page.raw), "scrip_http_request_duration_seconds_bucket") {
			t.Error("no metrics")
		}
		w.send(w.url, "GET", "/nothing", nil).is(404, "not_found")
		resp, err := http.Head(w.url + "/healthz")
		if err != nil || resp.StatusCode != 200 {
			t.Error(resp, err)
		}
	})
}
