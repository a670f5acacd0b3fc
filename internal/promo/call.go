package promo

import "crypto/sha256"

// Call is one request: where it acts, on whose behalf, when, and the ids it may use. Every use case takes one.
type Call struct {
	Project   ProjectID
	RequestID string // v-…, also the group id of the events it causes (60 R15)
	Draw      *Draw  // ids and the one instant of the call (30 R31)
	Caller    Caller
	Once      *Once // nil: no Idempotency-Key was sent
}

// Caller is who is behind a call.
type Caller struct {
	Key     KeyID  // "" for the machine itself
	AppID   string // channel id of what the call makes (30 R85)
	KeyName string
	Channel Channel
}

// Channel is the family of paths a call came through (60 2.6).
type Channel string

// The channels.
const (
	ChannelAPI       Channel = "API"
	ChannelClientAPI Channel = "CLIENT_API"
	ChannelInternal  Channel = "INTERNAL"
)

// Once makes a write happen once (60 R14): the answer is stored in the write's own transaction, and a repetition with
// the same fingerprint gets it again.
type Once struct {
	Key         string            // whose key it is, and the header's value
	Fingerprint [sha256.Size]byte // of method, path, query and body
	Render      func(result any) (a Answer, keep bool)
}

// Answer is a stored HTTP answer.
type Answer struct {
	Status int
	Body   []byte
}
