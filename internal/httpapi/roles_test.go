package httpapi_test

import (
	"context"
	"crypto/rand"
	"net/netip"
	"strings"
	"testing"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/promo"
)

// key makes a server-side key of the project and gives a world that calls with it.
func (w *world) key(k auth.NewKey) *world {
	w.Helper()
	k.Kind, k.Project = promo.ServerKey, promo.ProjectID(w.project)
	call := &promo.Call{Project: promo.Instance, Draw: promo.NewDraw(begin, rand.Reader)}
	out, err := w.access.CreateKey(context.Background(), call, k)
	if err != nil || out.Refused != nil {
		w.Fatal(out.Refused, err)
	}
	o := *w
	o.appID, o.appToken = out.Secret.Key.AppID, out.Secret.Token
	return &o
}

func TestRolesNarrowKeysAndTheirTokens(t *testing.T) { // 70 R24, R40, R41, R120, R121, R123
	on(t, func(w *world) {
		w.voucher("SEEN", nil)
		refused := func(a answer) {
			t.Helper()
			a.is(403, "missing_required_permission").has("message", "Missing permission",
				"details", "User does not have a required permission to perform this operation.")
		}
		viewer := w.key(auth.NewKey{Name: "viewer", Role: promo.RoleViewer})
		viewer.call("GET", "/v1/vouchers/SEEN", nil).is(200)
		refused(viewer.call("POST", "/v1/vouchers/NEW", obj{"discount": obj{"type": "AMOUNT", "amount_off": 1}}))
		refused(viewer.call("POST", "/v1/redemptions", redeemables("SEEN")))
		refused(viewer.bearer(viewer.token("api"), "POST", "/v1/redemptions", redeemables("SEEN"))) // a token has its key's role
		merchant := w.key(auth.NewKey{Name: "till", Role: promo.RoleMerchant})
		refused(merchant.call("POST", "/v1/validations", redeemables("SEEN")))
		refused(merchant.call("POST", "/v1/redemptions", redeemables("SEEN")))
		merchant.call("GET", "/v1/redemptions", nil).is(200)
		w.key(auth.NewKey{Name: "clerk", Role: promo.RoleUser}).call("POST", "/v1/redemptions", redeemables("SEEN")).is(200)
	})
}

func TestCallsBelongToTheKey(t *testing.T) { // 70 R28; 30 R85
	on(t, func(w *world) {
		w.voucher("MINE", nil)
		second := w.key(auth.NewKey{Name: "second"})
		w.bearer(second.token("redemptions"), "POST", "/v1/redemptions", redeemables("MINE")).is(200).
			has("redemptions.0.channel.channel_id", second.appID, "redemptions.0.channel.channel_type", "API")
	})
}

func TestAddressLists(t *testing.T) { // 70 R45, R23, R24
	on(t, func(w *world) {
		far := w.key(auth.NewKey{Name: "far", IPAllowList: []string{"192.0.2.0/24"}})
		far.call("GET", "/v1/vouchers", nil).is(403, "forbidden").has("details", "IP address is not allowed for this API key")
		far.call("GET", "/v1/vouchers", nil, "X-Forwarded-For", "192.0.2.7").is(403) // no proxy is trusted
		far.form("/v1/oauth/token", "grant_type=client_credentials&scope=api").is(403)
		w.key(auth.NewKey{Name: "near", IPAllowList: []string{"127.0.0.1", "::1"}}).call("GET", "/v1/vouchers", nil).is(200)
	})
}

func TestMetadataIsKeptAsItIs(t *testing.T) { // 60 R37, R41, R81, R82
	on(t, func(w *world) {
		w.call("POST", "/v1/vouchers/META", `{"gift":{"amount":1},"metadata":{"n":1,"s":"ü","b":false,"z":null,"o":{"a":[1,{"x":2}]},"big":12345678901234567890}}`).is(200)
		a := w.call("GET", "/v1/vouchers/META", nil).is(200)
		if !strings.Contains(string(a.raw), `"metadata":{"n":1,"s":"ü","b":false,"z":null,"o":{"a":[1,{"x":2}]},"big":12345678901234567890}`) {
			t.Errorf("%s", a.raw)
		}
		w.call("PUT", "/v1/vouchers/META", `{"metadata":{"n":null,"o":{"c":1}}}`).is(200).has("metadata.n", "", "metadata.o.c", "1", "metadata.s", "ü").lacks("metadata.o.a")
		changed := w.call("GET", "/v1/vouchers/META", nil).text("updated_at")
		w.call("POST", "/scrip/v1/clock", obj{"advance": "PT1H"}).is(200)
		w.call("PUT", "/v1/vouchers/META", `{"metadata":{"o":{"c":1}},"active":true}`).is(200).has("updated_at", changed) // nothing differs
	})
}

func TestProxiesAreBelievedWhenTrusted(t *testing.T) { // 70 R45
	n := serve(t, openSQLite(t), auth.Quotas{}, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"))
	w := newWorld(t, n, n)
	far := w.key(auth.NewKey{Name: "far", IPAllowList: []string{"192.0.2.7"}})
	far.call("GET", "/v1/vouchers", nil, "X-Forwarded-For", "198.51.100.1, 192.0.2.7, 10.1.1.1").is(200) // the right-most that is no proxy
	far.call("GET", "/v1/vouchers", nil, "X-Forwarded-For", "192.0.2.7, 198.51.100.1").is(403)
	far.call("GET", "/v1/vouchers", nil).is(403)
}
