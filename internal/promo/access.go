package promo

import "time"

// KeyID names an API key inside scrip; it is never shown.
type KeyID string

// CredentialKind says which header pair accepts a key (70 3.3).
type CredentialKind string

// The kinds of API keys.
const (
	ServerKey       CredentialKind = "SERVER"
	ClientKey       CredentialKind = "CLIENT"
	IntegrationKey  CredentialKind = "INTEGRATION"
	ManagementKey   CredentialKind = "MANAGEMENT"
	OAuthServiceKey CredentialKind = "OAUTH_SERVICE"
)

// KeyStatus is where a key is in its life (70 3.3). A deleted key is gone.
type KeyStatus string

// The statuses of a key.
const (
	KeyActive  KeyStatus = "ACTIVE"
	KeyBlocked KeyStatus = "BLOCKED"
)

// Role is what a key may do (70 7.2).
type Role string

// The built-in roles.
const (
	RoleAdmin          Role = "ADMIN"
	RoleUser           Role = "USER"
	RoleViewer         Role = "VIEWER"
	RoleMerchant       Role = "MERCHANT"
	RoleUserRestricted Role = "USER_RESTRICTED"
)

// APIKey is what is kept of a key: never its secret, only a salted hash of it (70 R48).
type APIKey struct {
	ID            KeyID          `json:"id"`
	Kind          CredentialKind `json:"kind"`
	Project       ProjectID      `json:"project,omitzero"` // "" for management keys
	AppID         string         `json:"app_id"`
	Salt          []byte         `json:"salt"`
	Hash          []byte         `json:"hash"` // SHA-256 of salt and secret
	Last4         string         `json:"last4"`
	Name          string         `json:"name"`
	Role          Role           `json:"role"`
	Primary       bool           `json:"primary,omitzero"`
	IPAllowList   []string       `json:"ip_allow_list,omitzero"`
	OAuthClientID string         `json:"oauth_client_id,omitzero"` // 21 characters, stable
	Status        KeyStatus      `json:"status"`
	CreatedAt     time.Time      `json:"created_at"`
	RegeneratedAt *time.Time     `json:"regenerated_at,omitzero"`
}

// OAuthToken is what is kept of an access token (70 3.4): its SHA-256, never its value.
type OAuthToken struct {
	Hash      string    `json:"hash"` // SHA-256 in base64, URL alphabet without padding
	Project   ProjectID `json:"project"`
	Key       KeyID     `json:"key"`
	Scope     string    `json:"scope"` // as granted, in the caller's spelling
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
}
