package auth

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
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
		if a := p.Addr(); a.Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
		}
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

// CheckIPList refuses a list with an entry that is no address or CIDR range, or with too many (70 R45).
func CheckIPList(list []string) *promo.Refusal {
	if len(list) > ipListMost {
		return promo.Property(".ip_allow_list", "must NOT have more than "+strconv.Itoa(ipListMost)+" items")
	}
	for i, entry := range list {
		if _, ok := parsePrefix(entry); !ok {
			return promo.Property(".ip_allow_list."+strconv.Itoa(i), "must be an IP address or CIDR range")
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
	sent, ok := parseOrigin(origin)
	return origin != "" && slices.ContainsFunc(entries, func(entry string) bool {
		if entry == "*" {
			return true
		}
		want, good := parseOrigin(entry)
		return ok && good && want.matches(sent)
	})
}

// place is an origin taken apart: an entry without scheme matches any.
type place struct{ scheme, host, port string }

// parseOrigin reads an origin, or an entry of a trust list; it has nothing but scheme, host and port.
func parseOrigin(s string) (place, bool) {
	s = strings.TrimSuffix(strings.ToLower(s), "/")
	if !strings.Contains(s, "://") {
		s = "//" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Path != "" || strings.ContainsAny(s, "?#") {
		return place{}, false
	}
	p := place{u.Scheme, u.Hostname(), u.Port()}
	if p.port == "" {
		p.port = ports[p.scheme]
	}
	return p, true
}

// ports are those that a scheme means without saying so.
var ports = map[string]string{"http": "80", "https": "443"}

func (want place) matches(sent place) bool {
	port := want.port
	if want.scheme == "" && port == "" { // host alone: the scheme's own port
		port = ports[sent.scheme]
	}
	if want.scheme != "" && want.scheme != sent.scheme || port != sent.port {
		return false
	}
	if apex, wild := strings.CutPrefix(want.host, "*."); wild {
		return strings.HasSuffix(sent.host, "."+apex)
	}
	return want.host == sent.host
}

// isTrustEntry reports whether an entry of a trust list can match any origin: it is *, or an origin whose host has no *
// but one before the first dot.
func isTrustEntry(s string) bool {
	p, ok := parseOrigin(s)
	host := strings.TrimPrefix(p.host, "*.")
	return s == "*" || ok && host != "" && !strings.Contains(host, "*")
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
	if isOpen(&p.Client, flag) {
		return nil
	}
	return forbidden(flag + " is disabled")
}

func isOpen(c *promo.ClientSide, flag string) bool {
	switch flag {
	case FlagRedeem:
		return c.Redeem
	case FlagPublish:
		return c.Publish
	case FlagListVouchers:
		return c.ListVouchers
	case FlagCreateCustomer:
		return c.CreateCustomer
	case FlagLoyaltyEvents:
		return c.LoyaltyEvents
	case FlagSetExpiration:
		return c.SetExpiration
	}
	return false
}
