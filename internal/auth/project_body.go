package auth

import (
	"reflect"
	"regexp"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/promo"
)

// ProjectMembers are the settings of a project that both calls take (70 3.1).
type ProjectMembers struct {
	Name           promo.Opt[string]      `json:"name"`
	Description    promo.Opt[string]      `json:"description"`
	Timezone       promo.Opt[string]      `json:"timezone"`
	Currency       promo.Opt[string]      `json:"currency"`
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
	CodeConfig     promo.Opt[CodeConfig]  `json:"default_code_config"`
}

// CodeConfig is the alphabet of generated codes.
type CodeConfig struct {
	Charset promo.Opt[string] `json:"charset"`
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

// UsageBody has six kinds of alerts, all required (70 3.1); older schemas leave out redemptions, which then is off.
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
	ProjectMembers
	CaseSensitive promo.Opt[bool]      `json:"case_sensitive_codes" required:"true"`
	Cluster       promo.Opt[string]    `json:"cluster_id"`
	APIVersion    promo.Opt[string]    `json:"api_version"`
	Users         promo.Opt[[]UserRef] `json:"users"`
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
	ProjectMembers
	CaseSensitive promo.Opt[bool]           `json:"case_sensitive_codes"`
	Cluster       promo.Opt[string]         `json:"cluster_id"`
	APIVersion    promo.Opt[string]         `json:"api_version"`
	Sandbox       promo.Opt[bool]           `json:"is_sandbox"`
	Users         promo.Opt[jsontext.Value] `json:"users"`
}

var (
	currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)
	dialCode     = regexp.MustCompile(`^[0-9]{1,6}$`)
)

func property(name, must string) *promo.Refusal {
	return promo.InvalidPayload("Property ." + name + " " + must)
}

// Check refuses values out of bounds (70, section 11), in order of the members.
func (m *ProjectMembers) Check() *promo.Refusal {
	zoneKnown := true
	if m.Timezone.Given() {
		_, zoneKnown = calendar.Zone(m.Timezone.Value)
	}
	switch {
	case m.Name.Given() && m.Name.Value == "":
		return property("name", "must NOT have fewer than 1 characters")
	case !zoneKnown:
		return property("timezone", "must be an IANA time zone or a GMT form such as Etc/GMT+1")
	case m.Currency.Given() && !currencyCode.MatchString(m.Currency.Value):
		return property("currency", "must be a currency of three capital letters")
	case m.DialCode.Given() && !dialCode.MatchString(m.DialCode.Value):
		return property("dial_code", "must be digits")
	case m.WebhookVersion.Given() && m.WebhookVersion.Value != webhookVersion:
		return property("webhook_version", "must be equal to one of the allowed values [ "+webhookVersion+" ]")
	}
	for i, d := range m.TrustedDomains.Value {
		if _, ok := parseOrigin(d); !ok && d != "*" {
			return property("client_trusted_domains."+strconv.Itoa(i), "must be an origin, a host, or *")
		}
	}
	if m.CodeConfig.Value.Charset.Given() && m.CodeConfig.Value.Charset.Value == "" {
		return property("default_code_config.charset", "must NOT have fewer than 1 characters")
	}
	return m.Usage.Value.check()
}

func (u *UsageBody) check() *promo.Refusal {
	for _, a := range []struct {
		name  string
		alert *UsageAlertBody
	}{{"messages", u.Messages}, {"api_calls", u.APICalls}, {"bulk_api_calls", u.BulkAPICalls}, {"cycle_calls", u.CycleCalls},
		{"webhook_calls", u.WebhookCalls}, {"redemptions", u.Redemptions}} {
		switch path := "api_usage_notifications." + a.name + ".value"; {
		case a.alert == nil || a.alert.Value == nil:
		case *a.alert.Value < 10:
			return property(path, "must be >= 10")
		case *a.alert.Value > 90:
			return property(path, "must be <= 90")
		}
	}
	return nil
}

// Check adds what creation requires. Members of a project come with users, a later issue: nobody can be named yet, so a
// well-formed entry is an unknown user.
func (b *ProjectCreate) Check() *promo.Refusal {
	for _, f := range []struct {
		name string
		is   bool
	}{{"name", b.Name.Given()}, {"timezone", b.Timezone.Given()}, {"currency", b.Currency.Given()}, {"case_sensitive_codes", b.CaseSensitive.Given()}} {
		if !f.is {
			return promo.InvalidPayload("Payload must have required property '" + f.name + "'")
		}
	}
	if refused := b.ProjectMembers.Check(); refused != nil {
		return refused
	}
	if b.APIVersion.Given() && b.APIVersion.Value != apiVersion {
		return property("api_version", "must be equal to one of the allowed values [ "+apiVersion+" ]")
	}
	for i, u := range b.Users.Value {
		at := "users." + strconv.Itoa(i)
		if (u.ID == nil) == (u.Login == nil) {
			return property(at, "must have exactly one of id and login")
		}
		switch role := promo.Role(*u.Role); role {
		case promo.RoleAdmin, promo.RoleUser, promo.RoleViewer, promo.RoleMerchant, promo.RoleUserRestricted:
		default:
			return &promo.Refusal{Key: "used_incorrect_role", Message: "Used incorrect role", Details: "The role '" + *u.Role + "' is incorrect"}
		}
	}
	return nil
}

func (b *ProjectCreate) apply(p *promo.Project) *promo.Refusal {
	if b.Cluster.Given() && b.Cluster.Value != cluster {
		return forbidden("Project is bound to different region") // 70 4.3
	}
	if users := b.Users.Value; len(users) > 0 {
		id := users[0].ID
		if id == nil {
			id = users[0].Login
		}
		return promo.NotFound("user", *id)
	}
	p.CaseSensitiveCodes = b.CaseSensitive.Value
	return b.ProjectMembers.apply(p)
}

// apply changes what was sent and says whether anything differs now.
func (b *ProjectUpdate) apply(p *promo.Project) (bool, *promo.Refusal) {
	for _, f := range []struct {
		name    string
		differs bool
	}{
		{"case_sensitive_codes", b.CaseSensitive.Set && b.CaseSensitive.Value != p.CaseSensitiveCodes},
		{"cluster_id", b.Cluster.Set && b.Cluster.Value != p.Cluster},
		{"api_version", b.APIVersion.Set && b.APIVersion.Value != p.APIVersion},
		{"is_sandbox", b.Sandbox.Set && b.Sandbox.Value != p.Sandbox},
		{"users", b.Users.Given()},
	} {
		if f.differs {
			return false, property(f.name, "cannot be changed")
		}
	}
	before := *p
	if refused := b.ProjectMembers.apply(p); refused != nil {
		return false, refused
	}
	return !reflect.DeepEqual(before, *p), nil
}

// apply sets what was sent. Null clears a nullable member and is refused for others (70 R99).
func (m *ProjectMembers) apply(p *promo.Project) *promo.Refusal {
	for _, f := range []struct {
		name string
		null bool
		must string
	}{
		{"name", m.Name.Null, "string"}, {"description", m.Description.Null, "string"}, {"timezone", m.Timezone.Null, "string"},
		{"currency", m.Currency.Null, "string"}, {"webhook_version", m.WebhookVersion.Null, "string"},
		{"client_trusted_domains", m.TrustedDomains.Null, "array"}, {"client_redeem_enabled", m.Redeem.Null, "boolean"},
		{"client_publish_enabled", m.Publish.Null, "boolean"}, {"client_list_vouchers_enabled", m.ListVouchers.Null, "boolean"},
		{"client_create_customer_enabled", m.CreateCustomer.Null, "boolean"}, {"client_loyalty_events_enabled", m.LoyaltyEvents.Null, "boolean"},
		{"client_set_voucher_expiration_date_enabled", m.SetExpiration.Null, "boolean"},
		{"webhooks_callout_notifications", m.Callout.Null, "object"}, {"api_usage_notifications", m.Usage.Null, "object"},
	} {
		if f.null {
			return property(f.name, "must be "+f.must)
		}
	}
	set(m.Name, &p.Name)
	set(m.Description, &p.Description)
	set(m.Timezone, &p.Timezone)
	set(m.Currency, &p.Currency)
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
	if m.CodeConfig.Set {
		p.Charset = m.CodeConfig.Value.Charset.Ptr()
	}
	if m.Callout.Given() {
		p.Callout = &promo.Callout{Webhooks: m.Callout.Value.Webhooks.fact(), Distributions: m.Callout.Value.Distributions.fact()}
	}
	if u := m.Usage.Value; m.Usage.Given() {
		p.Usage = &promo.Usage{Messages: u.Messages.fact(), APICalls: u.APICalls.fact(), BulkAPICalls: u.BulkAPICalls.fact(),
			CycleCalls: u.CycleCalls.fact(), WebhookCalls: u.WebhookCalls.fact(), Redemptions: u.Redemptions.fact()}
	}
	return nil
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
