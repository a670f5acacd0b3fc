package view

import (
	"github.com/scrip-dev/scrip/internal/promo"
)

// Project is a project as management calls show it (70 3.1).
type Project struct {
	ID             promo.ProjectID `json:"id"`
	Name           string          `json:"name"`
	Description    string          `json:"description"`
	Timezone       string          `json:"timezone"`
	Currency       string          `json:"currency"`
	DialCode       *string         `json:"dial_code"`
	WebhookVersion string          `json:"webhook_version"`
	TrustedDomains []string        `json:"client_trusted_domains"`
	Redeem         bool            `json:"client_redeem_enabled"`
	Publish        bool            `json:"client_publish_enabled"`
	ListVouchers   bool            `json:"client_list_vouchers_enabled"`
	CreateCustomer bool            `json:"client_create_customer_enabled"`
	LoyaltyEvents  bool            `json:"client_loyalty_events_enabled"`
	SetExpiration  bool            `json:"client_set_voucher_expiration_date_enabled"`
	Callout        *promo.Callout  `json:"webhooks_callout_notifications"`
	Usage          *promo.Usage    `json:"api_usage_notifications"`
	Cluster        string          `json:"cluster_id"`
	CaseSensitive  bool            `json:"case_sensitive_codes"`
	APIVersion     string          `json:"api_version"`
	Sandbox        bool            `json:"is_sandbox"`
	WebhookToken   string          `json:"webhook_token"`
	CodeConfig     *CodeConfig     `json:"default_code_config,omitzero"` // not in the answer to creation

	ServerKey *KeyPair `json:"server_side_key,omitzero"` // in the answer to creation alone (70 R98)
	ClientKey *KeyPair `json:"client_side_key,omitzero"`
}

// CodeConfig is the alphabet of generated codes.
type CodeConfig struct {
	Charset *string `json:"charset"`
}

// KeyPair is a key with its secret.
type KeyPair struct {
	AppID    string `json:"app_id"`
	AppToken string `json:"app_token"`
}

// NewProject is the form of every answer but the one to creation.
func NewProject(p *promo.Project) Project {
	charset := p.CodeCharset()
	out := NewCreatedProject(p, nil, nil)
	out.CodeConfig = &CodeConfig{&charset}
	return out
}

// NewCreatedProject is the answer to creation, with both pairs.
func NewCreatedProject(p *promo.Project, server, client *KeyPair) Project {
	domains := p.TrustedDomains
	if domains == nil {
		domains = []string{}
	}
	return Project{ID: p.ID, Name: p.Name, Description: p.Description, Timezone: p.Timezone, Currency: p.Currency, DialCode: p.DialCode,
		WebhookVersion: p.WebhookVersion, TrustedDomains: domains, Redeem: p.Client.Redeem, Publish: p.Client.Publish,
		ListVouchers: p.Client.ListVouchers, CreateCustomer: p.Client.CreateCustomer, LoyaltyEvents: p.Client.LoyaltyEvents,
		SetExpiration: p.Client.SetExpiration, Callout: p.Callout, Usage: p.Usage, Cluster: p.Cluster, CaseSensitive: p.CaseSensitiveCodes,
		APIVersion: p.APIVersion, Sandbox: p.Sandbox, WebhookToken: p.WebhookToken, ServerKey: server, ClientKey: client}
}
