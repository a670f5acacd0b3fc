package auth

import (
	"net/netip"
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
)

func TestTrustedOrigins(t *testing.T) { // 70 R50
	for _, tt := range []struct {
		entry, origin string
		want          bool
	}{
		{"*", "https://anywhere.example", true},
		{"*", "null", true},
		{"*", "", false},
		{"https://shop.example", "https://shop.example", true},
		{"https://shop.example/", "https://shop.example", true},
		{"https://shop.example", "https://shop.example/", true},
		{"HTTPS://Shop.Example", "https://shop.example", true},
		{"https://shop.example", "HTTPS://SHOP.EXAMPLE", true},
		{"https://shop.example", "http://shop.example", false},
		{"https://shop.example", "https://shop.example:443", true},
		{"https://shop.example", "https://shop.example:8443", false},
		{"https://shop.example:8443", "https://shop.example:8443", true},
		{"https://shop.example", "https://shop.example.evil.example", false},
		{"https://shop.example", "https://evil.example/https://shop.example", false},
		{"https://shop.example", "https://evil@shop.example", false},
		{"https://shop.example", "https://shop.example?x", false},
		{"https://shop.example", "", false},
		{"https://shop.example", "null", false},
		{"shop.example", "https://shop.example", true},
		{"shop.example", "http://shop.example", true},
		{"shop.example", "http://shop.example:8080", false},
		{"shop.example", "https://www.shop.example", false},
		{"shop.example:8080", "http://shop.example:8080", true},
		{"shop.example:8080", "http://shop.example", false},
		{"shop.example:443", "https://shop.example", true},
		{"*.shop.example", "https://www.shop.example", true},
		{"*.shop.example", "https://a.b.shop.example", true},
		{"*.shop.example", "https://shop.example", false},
		{"*.shop.example", "https://evilshop.example", false},
		{"https://*.shop.example", "https://www.shop.example", true},
		{"https://*.shop.example", "http://www.shop.example", false},
		{"*.shop.example:8443", "https://www.shop.example:8443", true},
		{"http://localhost:3000", "http://localhost:3000", true},
		{"http://localhost:3000", "http://localhost:3001", false},
		{"http://[::1]:3000", "http://[::1]:3000", true},
	} {
		refused := AllowsOrigin(&promo.Project{TrustedDomains: []string{"https://other.example", tt.entry}}, tt.origin)
		if (refused == nil) != tt.want {
			t.Errorf("%q at %q: %v", tt.origin, tt.entry, refused)
		}
		if refused != nil && (refused.Key != "forbidden" || refused.Message != "Forbidden" || refused.Details != "Origin is not allowed") {
			t.Errorf("%q at %q: %+v", tt.origin, tt.entry, refused)
		}
	}
	if AllowsOrigin(&promo.Project{}, "https://shop.example") == nil {
		t.Error("a project without entries trusts somebody")
	}
}

func TestPreflightKnowsNoProject(t *testing.T) { // 70 R51
	w := newWorld(t)
	s := w.shop("Tea")
	w.shop("Coffee")
	trusted := func(origin string) bool {
		ok, err := w.TrustedSomewhere(w.ctx, origin)
		w.must(err)
		return ok
	}
	if trusted("https://shop.example") {
		t.Error("nobody trusts it yet")
	}
	out, err := w.UpdateProject(w.ctx, w.call(), string(s.id), body[ProjectUpdate](t, `{"client_trusted_domains":["*.shop.example","https://shop.example"]}`))
	w.must(err)
	if out.Refused != nil || !trusted("https://shop.example") || !trusted("http://www.shop.example") || trusted("https://evil.example") || trusted("") {
		t.Error("not as the project says", out.Refused)
	}
	if n := w.cost(func() { trusted("https://shop.example") }); n != 0 {
		t.Errorf("a known answer costs %d reads", n)
	}
}

func TestAddressLists(t *testing.T) { // 70 R45
	who := &Identity{Key: &promo.APIKey{}}
	if refused := who.AllowsAddress(netip.MustParseAddr("192.0.2.1")); refused != nil {
		t.Error("a key without list refuses", refused)
	}
	who.Key.IPAllowList = []string{"192.0.2.1", "10.1.2.3/8", "2001:db8::/32", "::ffff:198.51.100.0/120", "::ffff:203.0.113.7"}
	if refused := CheckIPList(who.Key.IPAllowList); refused != nil {
		t.Fatal(refused)
	}
	for address, want := range map[string]bool{
		"192.0.2.1": true, "192.0.2.2": false, "::ffff:192.0.2.1": true, "10.255.0.1": true, "11.0.0.1": false,
		"2001:db8:1::1": true, "2001:db9::1": false, "198.51.100.9": true, "198.51.101.9": false, "203.0.113.7": true, "::1": false,
	} {
		refused := who.AllowsAddress(netip.MustParseAddr(address))
		if (refused == nil) != want {
			t.Errorf("%s: %v", address, refused)
		}
		if refused != nil && (refused.Key != "forbidden" || refused.Details != "IP address is not allowed for this API key") {
			t.Errorf("%s: %+v", address, refused)
		}
	}
	if who.AllowsAddress(netip.Addr{}) == nil {
		t.Error("an address that is not known is allowed")
	}
}

func TestAddressListsThatCannotBe(t *testing.T) { // 70 R45; section 11
	for _, entry := range []string{"", "shop.example", "10.0.0.0/33", "10.0.0", "10.0.0.0/", "fe80::1%eth0", "10.0.0.1-10.0.0.9", "*", " 10.0.0.1"} {
		if got := details(CheckIPList([]string{"10.0.0.1", entry})); got != "Property .ip_allow_list.1 must be an IP address or CIDR range" {
			t.Errorf("%q: %s", entry, got)
		}
	}
	long := make([]string, 101)
	for i := range long {
		long[i] = "10.0.0.1"
	}
	if CheckIPList(long[:100]) != nil || CheckIPList(long) == nil {
		t.Error("the most entries are not 100")
	}
}

func TestClientSideFlags(t *testing.T) { // 70 R52
	for flag, open := range map[string]promo.ClientSide{
		"client_redeem_enabled":                      {Redeem: true},
		"client_publish_enabled":                     {Publish: true},
		"client_list_vouchers_enabled":               {ListVouchers: true},
		"client_create_customer_enabled":             {CreateCustomer: true},
		"client_loyalty_events_enabled":              {LoyaltyEvents: true},
		"client_set_voucher_expiration_date_enabled": {SetExpiration: true},
	} {
		if refused := FlagOpen(&promo.Project{Client: open}, flag); refused != nil {
			t.Errorf("%s on: %v", flag, refused)
		}
		refused := FlagOpen(&promo.Project{}, flag)
		if refused == nil || refused.Key != "forbidden" || refused.Message != "Forbidden" || refused.Details != flag+" is disabled" {
			t.Errorf("%s off: %v", flag, refused)
		}
	}
}
