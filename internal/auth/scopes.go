package auth

import (
	"slices"
	"strings"

	"github.com/scrip-dev/scrip/internal/promo"
)

// The two scopes that open a whole family (70 5.1).
const (
	scopeAPI       = "api"
	scopeClientAPI = "client_api"
)

// AllScopes are the 42 scopes, exactly as they are spelled (70 5.1).
var AllScopes = []string{
	scopeAPI, "assets", "async-actions", "campaigns", "categories", "consents", "customers", "events", "exports", "locations",
	"loyalties", "metadata-schemas", "orders", "product-collections", "products", "promotions", "publications",
	"qualifications", "redemptions", "referrals", "rewards", "segments", "skus", "task-results", "templates", "trash-bin",
	"validation-rules", "validation-rules-assignments", "validations", "vouchers",
	scopeClientAPI, "client_consents", "client_customers", "client_events", "client_promotions", "client_publish",
	"client_qualifications", "client_redeem", "client_redemptions", "client_validate", "client_validations", "client_vouchers",
}

// scopeAlias is the spelling of an older published schema (70 R3).
const scopeAlias, scopeOfAlias = "SKUs", "skus"

// Scopes are what a token opens.
type Scopes []string

// ParseScopes reads a space-separated list: cleaned, de-duplicated, each in the caller's spelling (70 R3). Unknown
// values are refused, all of them named in order (70 R2).
func ParseScopes(sent string) (granted string, refused *promo.Refusal) {
	var good, bad []string
	var have Scopes
	for value := range strings.SplitSeq(sent, " ") {
		switch scope := scopeOf(value); {
		case value == "" || have.Has(scope):
		case slices.Contains(AllScopes, scope):
			good, have = append(good, value), append(have, scope)
		default:
			bad = append(bad, value)
		}
	}
	if bad != nil {
		return "", &promo.Refusal{Key: "invalid_scope", Message: "Invalid scope: " + strings.Join(bad, " ")}
	}
	return strings.Join(good, " "), nil
}

// scopeOf is the scope that a spelling stands for.
func scopeOf(spelling string) string {
	if spelling == scopeAlias {
		return scopeOfAlias
	}
	return spelling
}

// scopesOf are the scopes that a granted list opens.
func scopesOf(granted string) Scopes {
	s := Scopes(strings.Fields(granted))
	for i := range s {
		s[i] = scopeOf(s[i])
	}
	return s
}

// Has reports whether a scope is among them; "" never is.
func (s Scopes) Has(scope string) bool { return scope != "" && slices.Contains(s, scope) }

// Gate is what a path asks of a token: one of two scopes. The zero Gate is open to none.
type Gate struct {
	Own    string // the path's own scope; its family's where it has none
	Family string
}

// Required is the gate of a path: its own scope is told by the first segment alone (70 R18, R19).
func Required(path string) Gate {
	if seg, ok := firstSegment(path, "/client/v1/"); ok {
		return Gate{known("client_"+seg, scopeClientAPI), scopeClientAPI}
	}
	if seg, ok := firstSegment(path, "/v1/"); ok && seg != "oauth" {
		if strings.HasPrefix(seg, "client_") { // a scope of the other family
			return Gate{scopeAPI, scopeAPI}
		}
		return Gate{known(seg, scopeAPI), scopeAPI}
	}
	if seg, ok := firstSegment(path, "/v2/"); ok && seg != "oauth" {
		return Gate{scopeAPI, scopeAPI}
	}
	if _, ok := firstSegment(path, "/scrip/v1/"); ok {
		return Gate{scopeAPI, scopeAPI}
	}
	return Gate{}
}

// Open reports whether any of them opens a gate.
func (s Scopes) Open(g Gate) bool { return s.Has(g.Own) || s.Has(g.Family) }

func firstSegment(path, root string) (string, bool) {
	rest, ok := strings.CutPrefix(path, root)
	seg, _, _ := strings.Cut(rest, "/")
	return seg, ok
}

func known(scope, otherwise string) string {
	if slices.Contains(AllScopes, scope) {
		return scope
	}
	return otherwise
}

// InsufficientScope refuses a live token at a gate that it does not open (70 R21).
func InsufficientScope(g Gate) *promo.Refusal {
	details := "Required scope: " + g.Own
	if g.Family != g.Own {
		details += " or " + g.Family
	}
	return &promo.Refusal{Key: "insufficient_scope", Message: "Insufficient scope", Details: details}
}
