package promo

import "time"

// ProjectID is `proj_` and 8 random characters; `sand_` for the sandbox (60 2.1). "" is the instance level, where
// projects, keys and tokens live.
type ProjectID string

// Instance is the level above all projects.
const Instance ProjectID = ""

// Project is what is kept of a project (70 3.1).
type Project struct {
	ID                 ProjectID  `json:"id"`
	Name               string     `json:"name"`
	Description        string     `json:"description,omitzero"`
	Timezone           string     `json:"timezone"`
	Currency           string     `json:"currency"`
	DialCode           *string    `json:"dial_code,omitzero"`
	CaseSensitiveCodes bool       `json:"case_sensitive_codes"`
	Cluster            string     `json:"cluster_id"`
	APIVersion         string     `json:"api_version"`
	WebhookVersion     string     `json:"webhook_version"`
	Sandbox            bool       `json:"is_sandbox,omitzero"`
	WebhookToken       string     `json:"webhook_token"`
	Secret             string     `json:"secret"` // keys what only scrip may make, such as tracking ids; never shown
	TrustedDomains     []string   `json:"client_trusted_domains,omitzero"`
	Client             ClientSide `json:"client,omitzero"`
	Callout            *Callout   `json:"webhooks_callout_notifications,omitzero"`
	Usage              *Usage     `json:"api_usage_notifications,omitzero"`
	Charset            *string    `json:"charset,omitzero"` // default_code_config.charset
	CreatedAt          time.Time  `json:"created_at"`
	UpdatedAt          *time.Time `json:"updated_at,omitzero"`
}

// ClientSide is what client-side keys of a project may do; each is off by default (70 R52).
type ClientSide struct {
	Redeem         bool `json:"redeem,omitzero"`
	Publish        bool `json:"publish,omitzero"`
	ListVouchers   bool `json:"list_vouchers,omitzero"`
	CreateCustomer bool `json:"create_customer,omitzero"`
	LoyaltyEvents  bool `json:"loyalty_events,omitzero"`
	SetExpiration  bool `json:"set_expiration,omitzero"`
}

// Callout says who is told about undeliverable webhooks and distributions (70 3.1).
type Callout struct {
	Webhooks      CalloutTo `json:"webhooks"`
	Distributions CalloutTo `json:"distributions"`
}

// CalloutTo is how one kind of callout is told.
type CalloutTo struct {
	Email  bool     `json:"email"`
	InApp  bool     `json:"in_app"`
	Emails []string `json:"emails"`
}

// Usage says who is told when consumption passes a share of a limit (70 3.1).
type Usage struct {
	Messages     UsageAlert `json:"messages"`
	APICalls     UsageAlert `json:"api_calls"`
	BulkAPICalls UsageAlert `json:"bulk_api_calls"`
	CycleCalls   UsageAlert `json:"cycle_calls"`
	WebhookCalls UsageAlert `json:"webhook_calls"`
	Redemptions  UsageAlert `json:"redemptions"`
}

// UsageAlert is one alert: Value is a percentage from 10 to 90.
type UsageAlert struct {
	Enabled bool     `json:"enabled"`
	Value   int64    `json:"value"`
	InApp   bool     `json:"in_app"`
	Emails  []string `json:"emails"`
}

// Zone is the project's time zone; UTC when the stored name is not known to this machine.
func (p *Project) Zone() *time.Location {
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil || p.Timezone == "" {
		return time.UTC
	}
	return zone
}

// The characters of generated codes unless the project says otherwise (40 R53, 70 R103).
const (
	CharsetMixed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	CharsetUpper = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// CodeCharset is the alphabet of generated codes.
func (p *Project) CodeCharset() string {
	switch {
	case p.Charset != nil && *p.Charset != "":
		return *p.Charset
	case p.CaseSensitiveCodes:
		return CharsetMixed
	}
	return CharsetUpper
}
