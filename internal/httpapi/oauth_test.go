package httpapi_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

func TestTokenLife(t *testing.T) { // 70 E1, R3, R6, R10, R13, R21, R22
	on(t, func(w *world) {
		issued := w.form("/v1/oauth/token", "grant_type=client_credentials&scope=qualifications++validations+qualifications").is(200).
			has("scope", "qualifications validations", "expires_in", "900", "expires_at", fmt.Sprint(begin.Unix()+900), "token_type", "Bearer")
		token := issued.text("access_token")
		if len(token) != 50 || len(issued.text("client_id")) != 21 {
			t.Errorf("token or client id has another length: %s", issued.raw)
		}
		if issued.header.Get("Cache-Control") != "no-store" || issued.header.Get("Pragma") != "no-cache" { // 70 R9
			t.Errorf("cache headers: %v", issued.header)
		}
		w.send(w.url, "POST", "/v1/validations", redeemables("X"), "Authorization", "bearer "+token).is(200) // 70 R16
		closed := w.bearer(token, "GET", "/v1/vouchers/TEA-10", nil).is(403, "insufficient_scope").has("details", "Required scope: vouchers or api")
		if got := closed.header.Get("Www-Authenticate"); got != `Bearer realm="scrip", error="insufficient_scope", scope="vouchers"` {
			t.Error(got)
		}
		w.call("POST", "/scrip/v1/clock", obj{"now": "2030-05-01T10:05:45.3Z"}).is(200)
		w.form("/v1/oauth/introspect", "access_token="+token).is(200).has("active", "true", "expires_in", "554",
			"expires_at", fmt.Sprint(begin.Unix()+900), "iat", fmt.Sprint(begin.Unix()), "exp", fmt.Sprint(begin.Unix()+900), "sub", issued.text("client_id"))
		w.form("/v1/oauth/token/revoke", "access_token="+token).is(204)
		if again := w.form("/v1/oauth/token/revoke", "access_token="+token).is(404); len(again.raw) != 0 {
			t.Errorf("a body: %s", again.raw)
		}
		if gone := w.form("/v1/oauth/introspect", "access_token="+token).is(200); string(gone.raw) != `{"active":false}` {
			t.Errorf("introspection of a revoked token: %s", gone.raw)
		}
		dead := w.bearer(token, "POST", "/v1/validations", redeemables("X")).is(401, "unauthorized")
		if got := dead.header.Get("Www-Authenticate"); got != `Bearer realm="scrip", error="invalid_token"` {
			t.Error(got)
		}
		old := w.token("api")
		w.call("POST", "/scrip/v1/clock", obj{"advance": "PT15M"}).is(200)
		w.bearer(old, "GET", "/v1/vouchers", nil).is(401) // it ended
		w.form("/v1/oauth/token/revoke", "access_token="+old).is(404)
	})
}

func TestRFCDialect(t *testing.T) { // 70 E2, R29-R35
	on(t, func(w *world) {
		basic := func(id, secret string) []string {
			r, _ := http.NewRequest("POST", "/", nil)
			r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
			return []string{"Authorization", r.Header.Get("Authorization")}
		}
		good := basic(w.appID, w.appToken)
		w.form("/v1/oauth/token", "grant_type=client_credentials", good...).is(200).has("scope", "api")
		w.form("/v1/oauth/token", "grant_type=password&scope=api", good...).is(400, "invalid_grant_type").
			has("error", "unsupported_grant_type", "error_description", "Invalid grant_type")
		issued := w.form("/v1/oauth/token", "grant_type=client_credentials&scope=SKUs+orders", good...).is(200).has("scope", "SKUs orders")
		w.form("/v1/oauth/token", "grant_type=client_credentials&scope=stores+orders+Vouchers", good...).is(400, "invalid_scope").
			has("message", "Invalid scope: stores Vouchers", "error", "invalid_scope") // 70 R2
		wrong := w.form("/v1/oauth/token", "grant_type=client_credentials", basic(w.appID, "wrong")...).is(401).has("error", "invalid_client")
		if got := wrong.header.Get("Www-Authenticate"); got != `Basic realm="scrip"` { // 70 R32
			t.Error(got)
		}
		if a := w.form("/v1/oauth/token/revoke", "token=never-issued", good...).is(200); len(a.raw) != 0 {
			t.Errorf("a body: %s", a.raw)
		}
		w.form("/v1/oauth/token/revoke", "access_token=never-issued", good...).is(404)
		w.form("/v1/oauth/token", "grant_type=client_credentials&client_id="+issued.text("client_id")+"&client_secret="+w.appToken, "Accept", "*/*").is(200)
		w.form("/v1/oauth/token", "grant_type=client_credentials", append(good, "X-App-Id", w.appID, "X-App-Token", "other")...).is(400, "invalid_payload").has("error", "invalid_request")
		w.form("/v1/oauth/introspect", "token="+issued.text("access_token")+"&access_token=other", good...).is(400, "invalid_payload")
		w.form("/v1/oauth/introspect", "token="+issued.text("access_token")+"&access_token="+issued.text("access_token"), good...).is(200).has("active", "true")
		w.form("/v1/oauth/introspect", "token="+issued.text("access_token")+"&token_type_hint=access_token", good...).is(200).has("active", "true")
		w.send(w.url, "GET", "/.well-known/oauth-authorization-server", nil).is(200).has("token_endpoint", w.url+"/v1/oauth/token",
			"grant_types_supported.0", "client_credentials", "token_endpoint_auth_methods_supported.1", "client_secret_post", "scopes_supported.41", "client_vouchers") // 70 R36
	})
}

func TestBadOAuthInput(t *testing.T) { // 70 R1, R2, R4, R5, R8, R11, R15; 70 section 11
	on(t, func(w *world) {
		w.send(w.url, "POST", "/v1/oauth/token", obj{"grant_type": "client_credentials"}, "X-App-Id", w.appID, "X-App-Token", w.appToken).is(415, "unsupported_media_type")
		for _, path := range []string{"/v1/oauth/token", "/v1/oauth/introspect", "/v1/oauth/token/revoke"} {
			if a := w.send(w.url, "GET", path, nil, "X-App-Id", w.appID, "X-App-Token", w.appToken).is(405); a.header.Get("Allow") != "POST" {
				t.Errorf("%s allows %s", path, a.header.Get("Allow"))
			}
		}
		public := func(body, key, message string) {
			w.form("/v1/oauth/token", body).is(400, key).has("message", message).lacks("error", "error_description")
		}
		public("grant_type=client_credentials&scope=", "missing_parameters", "Missing parameters")
		public("scope=api", "missing_parameters", "Missing parameters")
		public("grant_type=client_credentials&scope=vouchers,campaigns", "invalid_scope", "Invalid scope: vouchers,campaigns")
		public("grant_type=refresh_token&scope=api", "invalid_grant_type", "Invalid grant_type")
		public("grant_type=client_credentials&grant_type=client_credentials&scope=api", "invalid_payload", "Invalid payload")
		w.form("/v1/oauth/introspect", "hint=x").is(400, "missing_parameters")
		w.form("/v1/oauth/token/revoke", "").is(400, "missing_parameters")
		w.form("/v1/oauth/token?grant_type=client_credentials&scope=api", "x=y").is(400, "missing_parameters")
		grant := "grant_type=client_credentials&scope=api"
		w.form("/v1/oauth/token", grant, "X-App-Id", w.clientID, "X-App-Token", w.clientToken).is(401, "unauthorized")
		w.form("/v1/oauth/token", grant, "X-App-Id", managementID, "X-App-Token", managementToken).is(401)
		w.form("/v1/oauth/token", grant, "Authorization", "Bearer "+w.token("api")).is(401)
		w.form("/v1/oauth/token", grant, "Authorization", "Basic "+"bm9jb2xvbg==").is(401).has("error", "invalid_client")
		w.form("/v1/oauth/token", grant, "X-App-Id", w.appID, "Accept", "*/*").is(401)
		w.form("/v1/oauth/token", "grant_type=%zz", "X-App-Id", w.appID, "X-App-Token", w.appToken).is(400, "invalid_payload")
		w.send(w.url, "POST", "/v1/oauth/token", grant, "X-App-Id", w.appID, "X-App-Token", w.appToken, "Content-Type", "").is(415) // 70 R4
	})
}

func TestScopesOpenPathsBySegment(t *testing.T) { // 70 E3, R17-R20
	on(t, func(w *world) {
		token := w.token("vouchers validation-rules client_validations")
		w.voucher("TEA-10", nil)
		w.bearer(token, "GET", "/v1/vouchers/TEA-10", nil).is(200)
		w.bearer(token, "POST", "/v1/redemptions", redeemables("TEA-10")).is(403, "insufficient_scope")
		w.bearer(token, "GET", "/v1/Vouchers", nil).is(404)
		w.bearer(token, "GET", "/management/v1/projects", nil).is(401)
		w.send(w.url, "POST", "/client/v1/validations", redeemables("TEA-10"), "Authorization", "Bearer "+token, "Origin", "https://shop.example").is(200)
		w.send(w.url, "POST", "/client/v1/validations", redeemables("TEA-10"), "Authorization", "Bearer "+token).is(403, "forbidden") // 70 R27
		// A bad bearer is not helped by good keys (70 R17).
		w.call("GET", "/v1/vouchers", nil, "Authorization", "Bearer "+strings.Repeat("x", 50)).is(401)
		for _, malformed := range []string{"Bearer", "Bearer a b"} {
			a := w.call("GET", "/v1/vouchers", nil, "Authorization", malformed).is(401)
			if got := a.header.Get("Www-Authenticate"); got != `Bearer realm="scrip", error="invalid_request"` {
				t.Errorf("%s: %s", malformed, got)
			}
		}
		w.call("GET", "/v1/vouchers", nil, "Authorization", "Basic eDp5").is(200) // ignored outside OAuth
		w.bearer(w.another().token("api"), "GET", "/v1/vouchers/TEA-10", nil).is(404)
	})
}

func TestTheCapOfLiveTokens(t *testing.T) { // 70 E4, R7
	on(t, func(w *world) {
		const each = 16
		var granted atomic.Int64
		var wg sync.WaitGroup
		for i := range 64 {
			wg.Go(func() {
				for range each {
					a := w.send([]string{w.url, w.other.url}[i%2], "POST", "/v1/oauth/token", "grant_type=client_credentials&scope=api",
						"X-App-Id", w.appID, "X-App-Token", w.appToken, "Content-Type", "application/x-www-form-urlencoded")
					if a.status == 200 {
						granted.Add(1)
						continue
					}
					if a.is(429, "oauth_token_limit_reached").header.Get("Retry-After") != "900" {
						t.Errorf("Retry-After: %v", a.header)
					}
				}
			})
		}
		wg.Wait()
		if granted.Load() != promo.LiveTokensMost {
			t.Errorf("%d tokens were granted", granted.Load())
		}
		w.another().token("api") // another project has its own thousand
		w.call("POST", "/scrip/v1/clock", obj{"advance": "PT11M28S"}).is(200)
		if a := w.form("/v1/oauth/token", "grant_type=client_credentials&scope=api").is(429); a.header.Get("Retry-After") != "212" {
			t.Errorf("Retry-After: %v", a.header)
		}
		w.call("POST", "/scrip/v1/clock", obj{"advance": "PT3M32S"}).is(200)
		w.token("api")
	})
}

func TestStockOAuthClient(t *testing.T) { // 70 R29, R33, with golang.org/x/oauth2 unchanged
	on(t, func(w *world) {
		for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams, oauth2.AuthStyleAutoDetect} {
			c := clientcredentials.Config{ClientID: w.appID, ClientSecret: w.appToken, TokenURL: w.url + "/v1/oauth/token", Scopes: []string{"vouchers"}, AuthStyle: style}
			resp, err := c.Client(context.Background()).Get(w.url + "/v1/vouchers")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != 200 {
				t.Errorf("style %v: %d", style, resp.StatusCode)
			}
		}
		c := clientcredentials.Config{ClientID: w.appID, ClientSecret: "wrong", TokenURL: w.url + "/v1/oauth/token", AuthStyle: oauth2.AuthStyleInHeader}
		_, err := c.Token(context.Background())
		if e, ok := err.(*oauth2.RetrieveError); !ok || e.ErrorCode != "invalid_client" {
			t.Errorf("got %v", err)
		}
	})
}

// What one node changes holds there at once, and on the others when their caches are 5 seconds old.
func TestChangesReachOtherNodes(t *testing.T) { // 70 R13, R25, R26, R43, R44, R119
	on(t, func(w *world) {
		call := func() *promo.Call {
			return &promo.Call{Project: promo.Instance, Draw: promo.NewDraw(begin, rand.Reader)}
		}
		there := func(token string) int { // and into that node's cache
			return w.send(w.other.url, "GET", "/v1/vouchers", nil, "Authorization", "Bearer "+token).status
		}
		here := func(token string) int {
			return w.send(w.url, "GET", "/v1/vouchers", nil, "Authorization", "Bearer "+token).status
		}
		later := func() { w.other.machine.ahead.Add(int64(auth.Age)) }
		second := w.key(auth.NewKey{Name: "second"})
		revoked, live := second.token("api"), second.token("api")
		if there(revoked) != 200 || there(live) != 200 || here(live) != 200 {
			t.Fatal("a token is not taken")
		}
		w.form("/v1/oauth/token/revoke", "access_token="+revoked).is(204) // an administrator's key may (70 R14)
		if here(revoked) != 401 {
			t.Error("a revoked token is taken on its node")
		}
		later()
		if there(revoked) != 401 {
			t.Error("a revoked token is taken on another node after 5 seconds")
		}
		rotated, err := w.access.RotateKey(context.Background(), call(), second.appID)
		if err != nil || rotated.Refused != nil {
			t.Fatal(rotated, err)
		}
		second.call("GET", "/v1/vouchers", nil).is(401) // the old secret stops, its tokens live on
		if here(live) != 200 {
			t.Error("rotation ended a token")
		}
		for _, status := range []promo.KeyStatus{promo.KeyBlocked, promo.KeyActive} {
			if _, err := w.access.SetStatus(context.Background(), call(), second.appID, status); err != nil {
				t.Fatal(err)
			}
			later()
			want := map[promo.KeyStatus]int{promo.KeyBlocked: 401, promo.KeyActive: 200}[status]
			if here(live) != want || there(live) != want {
				t.Errorf("%s: %d here, %d there", status, here(live), there(live))
			}
		}
		if _, err := w.access.DeleteKey(context.Background(), call(), second.appID); err != nil {
			t.Fatal(err)
		}
		later()
		if here(live) != 401 || there(live) != 401 {
			t.Error("a token outlives its key")
		}
		w.form("/v1/oauth/introspect", "access_token="+live).is(200).has("active", "false") // 70 R10
	})
}

// Ended tokens leave no rows, whether the project goes on buying tokens or not (70 R7).
func TestEndedTokensLeaveNoRows(t *testing.T) {
	on(t, func(w *world) {
		rows := func() (n int) {
			err := w.worker.Store.Read(context.Background(), promo.Instance, func(r store.Reader) (err error) {
				n, err = store.CountTokens(r, promo.ProjectID(w.project))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for range 50 {
			w.token("api")
		}
		w.call("POST", "/scrip/v1/clock", obj{"advance": "PT15M"}).is(200)
		w.token("api")
		if n := rows(); n != 1 {
			t.Errorf("%d rows after the next token", n)
		}
		w.call("POST", "/scrip/v1/clock", obj{"advance": "PT15M"}).is(200)
		if err := w.worker.Sweep(context.Background()); err != nil {
			t.Fatal(err)
		}
		if n := rows(); n != 0 {
			t.Errorf("%d rows after sweeping", n)
		}
		w.form("/v1/oauth/token", "grant_type=client_credentials&scope=api").is(200)
	})
}
