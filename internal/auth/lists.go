package auth

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

func forbidden(details string) *promo.Refusal {
	return &promo.Refusal{Key: "forbidden", Message: "Forbidden", Details: details}
}

// AllowsAddress refuses an address that the key's IP list does not name (70 R45). No list, no restriction.
func (i *Identity) AllowsAddress(at netip.Addr) *promo.Refusal {
	if len(i.Key.IPAllowList) == 0 {
		return nil
	}
	for _, entry := range i.Key.IPAllowList {
		if p, ok := parsePrefix(entry); ok && p.Contains(at.Unmap()) {
			return nil
		}
	}
	return forbidden("IP address is not allowed for this API key")
}

// parsePrefix reads an address or a CIDR range.
func parsePrefix(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), true
}

// ipListMost is how many entries a list may have (70 R45).
const ipListMost = 100

// CheckIPList refuses a list with an entry that is no address or CIDR range, or with too many.
func CheckIPList(list []string) *promo.Refusal {
	if len(list) > ipListMost {
		return promo.InvalidPayload("Property .ip_allow_list must NOT have more than 100 items")
	}
	for _, entry := range list {
		if _, ok := parsePrefix(entry); !ok {
			return promo.InvalidPayload("Property .ip_allow_list must hold IP addresses and CIDR ranges, not " + entry)
		}
	}
	return nil
}

// AllowsOrigin refuses a client-side call from an origin that the project does not trust (70 R50).
func AllowsOrigin(p *promo.Project, origin string) *promo.Refusal {
	if trusts(p.TrustedDomains, origin) {
		return nil
	}
	return forbidden("Origin is not allowed")
}

// TrustedSomewhere reports whether any project trusts an origin: a browser's preflight names no project (70 R51).
func (a *Access) TrustedSomewhere(ctx context.Context, origin string) (bool, error) {
	all, err := a.origins.get("", func() (*[]string, error) {
		return read(ctx, a.store, func(r store.Reader) (*[]string, error) {
			projects, err := store.Projects.All(r)
			all := []string{}
			for _, p := range projects {
				all = append(all, p.TrustedDomains...)
			}
			return &all, err
		})
	})
	if err != nil {
		return false, err
	}
	return trusts(*all, origin), nil
}

func trusts(entries []string, origin string) bool {
	if origin == "" {
		return false
	}
	sent, ok := parseOrigin(origin)
	return slices.ContainsFunc(entries, func(entry string) bool {
		if entry == "*" {
			return true
		}
		want, good := parseOrigin(entry)
		return ok && good && want.matches(sent)
	})
}

// place is an origin taken apart: an entry without scheme matches any.
type place struct{ scheme, host, port string }

func parseOrigin(s string) (place, bool) {
	s = strings.TrimSuffix(strings.ToLower(s), "/")
	if !strings.Contains(s, "://") {
		u, err := url.Parse("//" + s)
		if err != nil || u.Host == "" || u.Path != "" {
			return place{}, false
		}
		return place{"", u.Hostname(), u.Port()}, true
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Path != "" {
		return place{}, false
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return place{u.Scheme, u.Hostname(), port}, true
}

func (want place) matches(sent place) bool {
	port := want.port
	if want.scheme == "" && port == "" { // host alone: the scheme's own port
		port = map[string]string{"http": "80", "https": "443"}[sent.scheme]
	}
	if want.scheme != "" && want.scheme != sent.scheme || port != sent.port {
		return false
	}
	if apex, wild := strings.CutPrefix(want.host, "*."); wild {
		return strings.HasSuffix(sent.host, "."+apex)
	}
	return want.host == sent.host
}

// The project flags that gate client-side calls (70 R52).
const (
	FlagRedeem         = "client_redeem_enabled"
	FlagPublish        = "client_publish_enabled"
	FlagListVouchers   = "client_list_vouchers_enabled"
	FlagCreateCustomer = "client_create_customer_enabled"
	FlagLoyaltyEvents  = "client_loyalty_events_enabled"
	FlagSetExpiration  = "client_set_voucher_expiration_date_enabled"
)

// FlagOpen refuses a gated call of a project whose flag is off (70 R52).
func FlagOpen(p *promo.Project, flag string) *promo.Refusal {
	on := map[string]bool{FlagRedeem: p.Client.Redeem, FlagPublish: p.Client.Publish, FlagListVouchers: p.Client.ListVouchers,
		FlagCreateCustomer: p.Client.CreateCustomer, FlagLoyaltyEvents: p.Client.LoyaltyEvents, FlagSetExpiration: p.Client.SetExpiration}
	if on[flag] {
		return nil
	}
	return forbidden(flag + " is disabled")
}
