package auth

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/promo"
)

// ProjectMembers are the settings that both calls take and none requires (70 3.1).
type ProjectMembers struct {
	Description    promo.Opt[string]      `json:"description"`
	DialCode       promo.Opt[string]      `json:"dial_code"`
	WebhookVersion promo.Opt[string]      `json:"webhook_version"`
	TrustedDomains promo.Opt[[]string]    `json:"client_trusted_domains"`
	Redeem         promo.Opt[bool]        `json:"client_redeem_enabled"`
	Publish        promo.Opt[bool]        `json:"client_publish_enabled"`
	ListVouchers   promo.Opt[bool]        `json:"client_list_vouchers_enabled"`
	CreateCustomer promo.Opt[bool]        `json:"client_create_customer_enabled"`
	LoyaltyEvents  promo.Opt[bool]        `json:"client_loyalty_events_enabled"`
	SetExpiration  promo.Opt[bool]        `json:"client_set_voucher_expiration_date_enabled"`
	Callout        promo.Opt[CalloutBody] `json:"webhooks_callout_notifications"`
	Usage          promo.Opt[UsageBody]   `json:"api_usage_notifications"`
}

// CalloutBody has two kinds of notifications, both required.
type CalloutBody struct {
	Webhooks      *CalloutToBody `json:"webhooks" required:"true"`
	Distributions *CalloutToBody `json:"distributions" required:"true"`
}

// CalloutToBody has three members, all required.
type CalloutToBody struct {
	Email  *bool    `json:"email" required:"true"`
	InApp  *bool    `json:"in_app" required:"true"`
	Emails []string `json:"emails" required:"true"`
}

// UsageBody has six kinds of alerts, all required (70 3.1).
type UsageBody struct {
	Messages     *UsageAlertBody `json:"messages" required:"true"`
	APICalls     *UsageAlertBody `json:"api_calls" required:"true"`
	BulkAPICalls *UsageAlertBody `json:"bulk_api_calls" required:"true"`
	CycleCalls   *UsageAlertBody `json:"cycle_calls" required:"true"`
	WebhookCalls *UsageAlertBody `json:"webhook_calls" required:"true"`
	Redemptions  *UsageAlertBody `json:"redemptions" required:"true"`
}

// UsageAlertBody has four members, all required.
type UsageAlertBody struct {
	Enabled *bool          `json:"enabled" required:"true"`
	Value   *promo.Integer `json:"value" required:"true"`
	InApp   *bool          `json:"in_app" required:"true"`
	Emails  []string       `json:"emails" required:"true"`
}

// ProjectCreate is the body of POST /management/v1/projects.
type ProjectCreate struct {
	Name          promo.Opt[string] `json:"name" required:"true"`
	CaseSensitive promo.Opt[bool]   `json:"case_sensitive_codes" required:"true"`
	Timezone      promo.Opt[string] `json:"timezone" required:"true"`
	Currency      promo.Opt[string] `json:"currency" required:"true"`
	ProjectMembers
	Cluster    promo.Opt[string]    `json:"cluster_id"`
	APIVersion promo.Opt[string]    `json:"api_version"`
	Users      promo.Opt[[]UserRef] `json:"users"`
}

// UserRef names a member to add: by id or login, with a role (70 R105).
type UserRef struct {
	ID    *string `json:"id"`
	Login *string `json:"login"`
	Role  *string `json:"role" required:"true"`
}

// ProjectUpdate is the body of PUT /management/v1/projects/{projectId}. Immutable members may be sent back as they are
// (70 R99).
type ProjectUpdate struct {
	Name     promo.Opt[string] `json:"name"`
	Timezone promo.Opt[string] `json:"timezone"`
	Currency promo.Opt[string] `json:"currency"`
	ProjectMembers
	CodeConfig    promo.Opt[CodeConfig]       `json:"default_code_config"`
	CaseSensitive promo.Opt[bool]             `json:"case_sensitive_codes"`
	Cluster       promo.Opt[string]           `json:"cluster_id"`
	APIVersion    promo.Opt[string]           `json:"api_version"`
	Sandbox       promo.Opt[bool]             `json:"is_sandbox"`
	Users         promo.Opt[[]jsontext.Value] `json:"users"`
}

// CodeConfig is the alphabet of generated codes.
type CodeConfig struct {
	Charset promo.Opt[string] `json:"charset"`
}

var (
	currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)
	dialCode     = regexp.MustCompile(`^[0-9]{1,6}$`)
)

// unless refuses a value that was sent and is not good.
func unless[T any](path string, sent promo.Opt[T], good func(T) bool, must string) *promo.Refusal {
	if !sent.Given() || good(sent.Value) {
		return nil
	}
	return promo.Property(path, must)
}

// notNull refuses null, which clears nothing here (70 R99).
func notNull[T any](path string, sent promo.Opt[T], must string) *promo.Refusal {
	if !sent.Null {
		return nil
	}
	return promo.Property(path, "must be "+must)
}

func checkName(sent promo.Opt[string]) *promo.Refusal {
	return unless(".name", sent, func(s string) bool { return s != "" }, "must NOT have fewer than 1 characters")
}

func checkTimezone(sent promo.Opt[string]) *promo.Refusal {
	known := func(s string) bool { _, ok := calendar.Zone(s); return ok }
	return unless(".timezone", sent, known, "must be an IANA time zone or a GMT form such as Etc/GMT+1")
}

func checkCurrency(sent promo.Opt[string]) *promo.Refusal {
	return unless(".currency", sent, currencyCode.MatchString, "must be a currency of three capital letters")
}

// check refuses values out of bounds (70, section 11), in order of the members.
func (m *ProjectMembers) check() *promo.Refusal {
	return cmp.Or(
		unless(".dial_code", m.DialCode, dialCode.MatchString, "must be digits"),
		unless(".webhook_version", m.WebhookVersion, func(s string) bool { return s == webhookVersion },
			promo.OneOf(webhookVersion)),
		checkDomains(m.TrustedDomains.Value),
		m.Callout.Value.check(m.Callout.Given()),
		m.Usage.Value.check(m.Usage.Given()),
	)
}

func checkDomains(entries []string) *promo.Refusal {
	for i, entry := range entries {
		if !isTrustEntry(entry) {
			return promo.Property(".client_trusted_domains."+strconv.Itoa(i), "must be an origin, a host, or *")
		}
	}
	return nil
}

func (c *CalloutBody) check(given bool) *promo.Refusal {
	if !given {
		return nil
	}
	return cmp.Or(c.Webhooks.check(".webhooks_callout_notifications.webhooks"),
		c.Distributions.check(".webhooks_callout_notifications.distributions"))
}

// check refuses null for a member, which the decoder takes for sent.
func (c *CalloutToBody) check(path string) *promo.Refusal {
	switch {
	case c == nil:
		return promo.Property(path, "must be object")
	case c.Email == nil:
		return promo.Property(path+".email", "must be boolean")
	case c.InApp == nil:
		return promo.Property(path+".in_app", "must be boolean")
	}
	return checkEmails(path+".emails", c.Emails)
}

func (u *UsageBody) check(given bool) *promo.Refusal {
	if !given {
		return nil
	}
	const path = ".api_usage_notifications."
	return cmp.Or(u.Messages.check(path+"messages"), u.APICalls.check(path+"api_calls"), u.BulkAPICalls.check(path+"bulk_api_calls"),
		u.CycleCalls.check(path+"cycle_calls"), u.WebhookCalls.check(path+"webhook_calls"), u.Redemptions.check(path+"redemptions"))
}

func (a *UsageAlertBody) check(path string) *promo.Refusal {
	switch {
	case a == nil:
		return promo.Property(path, "must be object")
	case a.Enabled == nil:
		return promo.Property(path+".enabled", "must be boolean")
	case a.Value == nil:
		return promo.Property(path+".value", "must be integer")
	case *a.Value < 10:
		return promo.Property(path+".value", "must be >= 10")
	case *a.Value > 90:
		return promo.Property(path+".value", "must be <= 90")
	case a.InApp == nil:
		return promo.Property(path+".in_app", "must be boolean")
	}
	return checkEmails(path+".emails", a.Emails)
}

func checkEmails(path string, emails []string) *promo.Refusal {
	if emails == nil {
		return promo.Property(path, "must be array")
	}
	for i, e := range emails {
		if e == "" {
			return promo.Property(path+"."+strconv.Itoa(i), "must NOT have fewer than 1 characters")
		}
	}
	return nil
}

// Check refuses what a project cannot begin with. Null is absent here (60 R33), so a required member that is null is
// missing.
func (b *ProjectCreate) Check() *promo.Refusal {
	for _, f := range []struct {
		name  string
		given bool
	}{{"name", b.Name.Given()}, {"case_sensitive_codes", b.CaseSensitive.Given()}, {"timezone", b.Timezone.Given()}, {"currency", b.Currency.Given()}} {
		if !f.given {
			return promo.InvalidPayload("Payload must have required property '" + f.name + "'")
		}
	}
	return cmp.Or(
		checkName(b.Name),
		checkTimezone(b.Timezone),
		checkCurrency(b.Currency),
		b.ProjectMembers.check(),
		unless(".api_version", b.APIVersion, func(s string) bool { return s == apiVersion },
			promo.OneOf(apiVersion)),
		checkUsers(b.Users.Value),
	)
}

// checkUsers refuses entries that name no one user or no role (70 R105).
func checkUsers(users []UserRef) *promo.Refusal {
	for i, u := range users {
		path := ".users." + strconv.Itoa(i)
		switch {
		case (u.ID == nil) == (u.Login == nil):
			return promo.Property(path, "must have exactly one of id and login")
		case u.Role == nil:
			return promo.Property(path+".role", "must be string")
		case !isRole(promo.Role(*u.Role)):
			return incorrectRole(*u.Role)
		}
	}
	return nil
}

// apply makes the project what was asked for. Users come with their own issue: until then nobody exists, and whoever is
// named is not found, as R105 wants of a user that does not exist. So a project has no member yet, whatever R97 says.
func (b *ProjectCreate) apply(p *promo.Project) *promo.Refusal {
	if b.Cluster.Given() && b.Cluster.Value != cluster {
		return forbidden("Project is bound to different region") // 70 4.3
	}
	if users := b.Users.Value; len(users) > 0 {
		named := cmp.Or(users[0].ID, users[0].Login)
		return promo.NotFound("user", *named)
	}
	p.Name, p.CaseSensitiveCodes, p.Timezone, p.Currency = b.Name.Value, b.CaseSensitive.Value, b.Timezone.Value, b.Currency.Value
	b.ProjectMembers.apply(p)
	return nil
}

// Check refuses values out of bounds, and null for what cannot be cleared (70 R99), in order of the members.
func (b *ProjectUpdate) Check() *promo.Refusal {
	return cmp.Or(
		notNull(".name", b.Name, "string"), checkName(b.Name),
		notNull(".timezone", b.Timezone, "string"), checkTimezone(b.Timezone),
		notNull(".currency", b.Currency, "string"), checkCurrency(b.Currency),
		notNull(".description", b.Description, "string"),
		notNull(".webhook_version", b.WebhookVersion, "string"),
		notNull(".client_trusted_domains", b.TrustedDomains, "array"),
		notNull(".client_redeem_enabled", b.Redeem, "boolean"),
		notNull(".client_publish_enabled", b.Publish, "boolean"),
		notNull(".client_list_vouchers_enabled", b.ListVouchers, "boolean"),
		notNull(".client_create_customer_enabled", b.CreateCustomer, "boolean"),
		notNull(".client_loyalty_events_enabled", b.LoyaltyEvents, "boolean"),
		notNull(".client_set_voucher_expiration_date_enabled", b.SetExpiration, "boolean"),
		notNull(".webhooks_callout_notifications", b.Callout, "object"),
		notNull(".api_usage_notifications", b.Usage, "object"),
		b.ProjectMembers.check(),
		unless(".default_code_config.charset", b.CodeConfig.Value.Charset, func(s string) bool { return s != "" },
			"must NOT have fewer than 1 characters"),
		unless(".default_code_config.charset", b.CodeConfig.Value.Charset,
			func(s string) bool { return !strings.ContainsFunc(s, unicode.IsSpace) }, "must NOT have white space"),
	)
}

// apply changes what was sent.
func (b *ProjectUpdate) apply(p *promo.Project) *promo.Refusal {
	for _, f := range []struct {
		name    string
		differs bool
	}{
		{"case_sensitive_codes", b.CaseSensitive.Set && (b.CaseSensitive.Null || b.CaseSensitive.Value != p.CaseSensitiveCodes)},
		{"cluster_id", b.Cluster.Set && b.Cluster.Value != p.Cluster},
		{"api_version", b.APIVersion.Set && b.APIVersion.Value != p.APIVersion},
		{"is_sandbox", b.Sandbox.Set && (b.Sandbox.Null || b.Sandbox.Value != p.Sandbox)},
		{"users", len(b.Users.Value) > 0},
	} {
		if f.differs {
			return promo.Property("."+f.name, "cannot be changed")
		}
	}
	set(b.Name, &p.Name)
	set(b.Timezone, &p.Timezone)
	set(b.Currency, &p.Currency)
	b.ProjectMembers.apply(p)
	switch charset := b.CodeConfig.Value.Charset; {
	case b.CodeConfig.Null:
		p.Charset = nil
	case charset.Set:
		p.Charset = charset.Ptr()
	}
	return nil
}

// apply sets what was sent; null clears the dial code, which alone may be.
func (m *ProjectMembers) apply(p *promo.Project) {
	set(m.Description, &p.Description)
	set(m.WebhookVersion, &p.WebhookVersion)
	set(m.TrustedDomains, &p.TrustedDomains)
	set(m.Redeem, &p.Client.Redeem)
	set(m.Publish, &p.Client.Publish)
	set(m.ListVouchers, &p.Client.ListVouchers)
	set(m.CreateCustomer, &p.Client.CreateCustomer)
	set(m.LoyaltyEvents, &p.Client.LoyaltyEvents)
	set(m.SetExpiration, &p.Client.SetExpiration)
	if m.DialCode.Set {
		p.DialCode = m.DialCode.Ptr()
	}
	if c := m.Callout.Value; m.Callout.Given() {
		p.Callout = &promo.Callout{Webhooks: c.Webhooks.fact(), Distributions: c.Distributions.fact()}
	}
	if u := m.Usage.Value; m.Usage.Given() {
		p.Usage = &promo.Usage{Messages: u.Messages.fact(), APICalls: u.APICalls.fact(), BulkAPICalls: u.BulkAPICalls.fact(),
			CycleCalls: u.CycleCalls.fact(), WebhookCalls: u.WebhookCalls.fact(), Redemptions: u.Redemptions.fact()}
	}
}

func set[T any](sent promo.Opt[T], into *T) {
	if sent.Given() {
		*into = sent.Value
	}
}

func (c *CalloutToBody) fact() promo.CalloutTo {
	return promo.CalloutTo{Email: *c.Email, InApp: *c.InApp, Emails: c.Emails}
}

func (a *UsageAlertBody) fact() promo.UsageAlert {
	return promo.UsageAlert{Enabled: *a.Enabled, Value: int64(*a.Value), InApp: *a.InApp, Emails: a.Emails}
}
