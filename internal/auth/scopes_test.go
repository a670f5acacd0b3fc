package auth

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestThereAre42Scopes(t *testing.T) { // 70 5.1
	server, client := 0, 0
	for _, s := range AllScopes {
		if strings.HasPrefix(s, "client_") {
			client++
		} else {
			server++
		}
	}
	if sorted := slices.Compact(slices.Sorted(slices.Values(AllScopes))); server != 30 || client != 12 || len(sorted) != 42 {
		t.Errorf("%d of the server, %d of the client side, %d different", server, client, len(sorted))
	}
}

func TestScopeListsAreCleaned(t *testing.T) { // 70 R2, R3, E1, E2
	for sent, want := range map[string]struct{ granted, refused string }{
		"qualifications  validations qualifications": {"qualifications validations", ""},
		"  api ":                   {"api", ""},
		"SKUs orders":              {"SKUs orders", ""},
		"SKUs skus":                {"SKUs", ""},
		"skus orders SKUs":         {"skus orders", ""},
		"vouchers client_redeem":   {"vouchers client_redeem", ""},
		"":                         {"", ""},
		"stores orders Vouchers":   {"", "Invalid scope: stores Vouchers"},
		"vouchers,campaigns":       {"", "Invalid scope: vouchers,campaigns"},
		"vouchers\tcampaigns":      {"", "Invalid scope: vouchers\tcampaigns"},
		"vouchers\u00a0campaigns":  {"", "Invalid scope: vouchers\u00a0campaigns"},
		"API":                      {"", "Invalid scope: API"},
		"sKUs":                     {"", "Invalid scope: sKUs"},
		"client-redeem api Stores": {"", "Invalid scope: client-redeem Stores"},
	} {
		granted, refused := ParseScopes(sent)
		got := ""
		if refused != nil {
			got = refused.Message
			if refused.Key != "invalid_scope" {
				t.Errorf("%q: key %s", sent, refused.Key)
			}
		}
		if granted != want.granted || got != want.refused {
			t.Errorf("%q: %q, %q", sent, granted, got)
		}
	}
}

func TestScopesOpenPathsByTheirFirstSegment(t *testing.T) { // 70 R18, R19, R20, E3
	scopes := scopesOf("vouchers validation-rules client_validations")
	for path, want := range map[string]bool{
		"/v1/vouchers":                            true,
		"/v1/vouchers/TEA-10/redemption":          true,
		"/v1/redemptions":                         false,
		"/v1/validation-rules/val_1/assignments":  true,
		"/v1/validation-rules-assignments":        false,
		"/v1/vouchers/TEA-10/transactions/export": true,
		"/v1/exports":                             false,
		"/v1/validations":                         false,
		"/v1/vouchersx":                           false,
		"/v1/Vouchers":                            false,
		"/v2/vouchers":                            false,
		"/client/v1/validations":                  true,
		"/client/v1/validate":                     false,
		"/client/v1/vouchers":                     false,
		"/v1/oauth/introspect":                    false,
		"/management/v1/projects":                 false,
		"/":                                       false,
	} {
		if scopes.Open(Required(path)) != want {
			t.Errorf("%s opens: %v", path, !want)
		}
	}
}

func TestFamiliesOpenTheirPaths(t *testing.T) { // 70 5.1, 5.7; chapter 80
	for path, want := range map[string]Gate{
		"/v1/vouchers/TEA-10":         {"vouchers", "api"},
		"/v1/promotions/tiers/promo":  {"promotions", "api"},
		"/v1/products/p/skus/s":       {"products", "api"},
		"/v1/skus/s":                  {"skus", "api"},
		"/v1/areas":                   {"api", "api"},
		"/v1/SKUs":                    {"api", "api"},
		"/v1/client_redeem":           {"api", "api"},
		"/v2/loyalties/x":             {"api", "api"},
		"/scrip/v1/x":                 {"api", "api"},
		"/client/v1/redeem":           {"client_redeem", "client_api"},
		"/client/v1/redemptions":      {"client_redemptions", "client_api"},
		"/client/v1/promotions/tiers": {"client_promotions", "client_api"},
		"/client/v1/orders":           {"client_api", "client_api"},
		"/v1/oauth/token":             {"", ""},
		"/v2/oauth/token":             {"", ""},
		"/management/v1/projects":     {"", ""},
		"/api/v1/assets/qr/x":         {"", ""},
		"/.well-known/x":              {"", ""},
	} {
		gate := Required(path)
		if gate != want {
			t.Errorf("%s needs %+v", path, gate)
		}
		if gate.Family != "" && (!Scopes{gate.Family}.Open(gate) || !Scopes{gate.Own}.Open(gate)) || (Scopes{}).Open(gate) {
			t.Errorf("%s is opened by the wrong ones", path)
		}
	}
	if !scopesOf("SKUs").Open(Required("/v1/skus/sku_1")) { // 70 R3
		t.Error("the alias opens nothing")
	}
}

func TestAnUncoveredPathSaysWhatItNeeds(t *testing.T) { // 70 R21
	refused := InsufficientScope(Required("/v1/vouchers/TEA-10"))
	if refused.Key != "insufficient_scope" || refused.Message != "Insufficient scope" || refused.Details != "Required scope: vouchers or api" {
		t.Error(refused)
	}
	if refused := InsufficientScope(Required("/v2/loyalties")); refused.Details != "Required scope: api" {
		t.Error(refused)
	}
}

// A granted list is the same when it is asked for again, opens what was asked for and nothing else.
func TestGrantedIsWhatWasAskedFor(t *testing.T) { // 70 R3, R18
	spellings := append(slices.Clone(AllScopes), scopeAlias)
	rapid.Check(t, func(t *rapid.T) {
		asked := rapid.SliceOfN(rapid.SampledFrom(spellings), 1, 8).Draw(t, "asked")
		sent := strings.Join(asked, strings.Repeat(" ", rapid.IntRange(1, 3).Draw(t, "blanks")))
		granted, refused := ParseScopes(sent)
		if refused != nil {
			t.Fatal(refused)
		}
		if again, _ := ParseScopes(granted); again != granted {
			t.Fatalf("%q became %q", granted, again)
		}
		scopes := scopesOf(granted)
		for _, s := range AllScopes {
			want := slices.ContainsFunc(asked, func(a string) bool { return scopeOf(a) == s })
			if scopes.Has(s) != want {
				t.Fatalf("%q has %s: %v", granted, s, !want)
			}
			path := "/v1/" + s + "/x"
			if c, ok := strings.CutPrefix(s, "client_"); ok {
				path = "/client/v1/" + c + "/x"
			}
			family := "api"
			if strings.HasPrefix(s, "client_") {
				family = "client_api"
			}
			if open := scopes.Open(Required(path)); open != (want || scopes.Has(family)) {
				t.Fatalf("%q opens %s: %v", granted, path, open)
			}
		}
	})
}
