package auth

import (
	"context"
	"strconv"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

const (
	// Lifetime is how long an access token lives (70 R6).
	Lifetime = 900 * time.Second
	// LiveMost is how many live tokens a project may have (70 R7).
	LiveMost = 1000

	tokenLength = 50
)

// Issued is the outcome of Issue: a token and its value, which is shown once, or a refusal.
type Issued struct {
	Value string
	Token *promo.OAuthToken
	// Refused is oauth_token_limit_reached when the project has 1000 live tokens; RetryAfter are the seconds until the
	// first of them ends (70 R7).
	Refused    *promo.Refusal
	RetryAfter int
}

// Issue makes an access token of a server-side or integration key, for scopes that ParseScopes granted. Only its hash is
// kept (70 R9); it is durable when this returns.
func (a *Access) Issue(ctx context.Context, call *promo.Call, who *Identity, scope string) (Issued, error) {
	at := call.Draw.At()
	value := call.Draw.Random("", tokenLength)
	token := &promo.OAuthToken{Hash: hashOf(value), Project: who.Project.ID, Key: who.Key.ID, Scope: scope, IssuedAt: at, ExpiresAt: at.Truncate(time.Second).Add(Lifetime)}
	live := promo.LiveTokens(who.Project.ID)
	out, err := store.Update(ctx, a.store, atInstance(call), func(store.Reader) (struct{}, []promo.Key, error) {
		return struct{}{}, []promo.Key{live}, nil
	}, func(_ struct{}, l *store.Locked) (Issued, store.Changes, error) {
		var ch store.Changes
		if l.Counter(live) >= LiveMost {
			wait := int((l.FirstEnd(live).Sub(at) + time.Second - 1) / time.Second)
			return Issued{RetryAfter: max(wait, 1), Refused: &promo.Refusal{Key: "oauth_token_limit_reached", Message: "Too many OAuth tokens",
				Details: "The project has " + strconv.Itoa(LiveMost) + " live tokens"}}, ch, nil
		}
		store.Tokens.Put(&ch, token)
		return Issued{Value: value, Token: token}, ch, nil
	})
	return out, err
}

// atInstance is the same call at the instance level, where tokens live.
func atInstance(call *promo.Call) *promo.Call {
	c := *call
	c.Project, c.Once = promo.Instance, nil
	return &c
}

// Introspect is a live token of the caller's project with its key; nil for any other (70 R10, R12).
func (a *Access) Introspect(ctx context.Context, who *Identity, value string) (*promo.OAuthToken, *promo.APIKey, error) {
	token, key, err := a.live(ctx, value)
	if err != nil || token == nil || token.Project != who.Project.ID {
		return nil, nil, err
	}
	return token, key, nil
}

// Revoke ends a token at once on this node, and within Age on others. False: there is no such live token, or it belongs
// to another key and the caller is no administrator (70 R13, R14).
func (a *Access) Revoke(ctx context.Context, call *promo.Call, who *Identity, value string) (bool, error) {
	if len(value) != tokenLength {
		return false, nil
	}
	row, live := promo.TokenRow(hashOf(value)), promo.LiveTokens(who.Project.ID)
	at := call.Draw.At()
	revoked, err := store.Update(ctx, a.store, atInstance(call), func(store.Reader) (struct{}, []promo.Key, error) {
		return struct{}{}, []promo.Key{live, row}, nil
	}, func(_ struct{}, l *store.Locked) (bool, store.Changes, error) {
		var ch store.Changes
		token, err := store.Tokens.Locked(l, row)
		if err != nil || token == nil || token.Project != who.Project.ID || !at.Before(token.ExpiresAt) ||
			token.Key != who.Key.ID && who.Key.Role != promo.RoleAdmin {
			return false, ch, err
		}
		store.Tokens.Drop(&ch, token.Hash)
		return true, ch, nil
	})
	if revoked {
		a.tokens.forget(row.ID)
	}
	return revoked, err
}
