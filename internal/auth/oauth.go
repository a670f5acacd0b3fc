package auth

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

const (
	// Lifetime is how long an access token lives (70 R6).
	Lifetime = 900 * time.Second

	tokenLength    = 50
	clientIDLength = 21
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
	token := &promo.OAuthToken{Hash: hashOf(value), Project: who.Project.ID, Key: who.Key.ID, Scope: scope, IssuedAt: at,
		ExpiresAt: at.Truncate(time.Second).Add(Lifetime)}
	live := promo.LiveTokens(who.Project.ID)
	out, err := store.Turn(ctx, a.store, unrepeated(call), []promo.Key{live}, func(l *store.Locked) (Issued, store.Changes, error) {
		var ch store.Changes
		if l.Counter(live) >= promo.LiveTokensMost {
			return tooManyTokens(l.FirstEnd(live).Sub(at)), ch, nil
		}
		store.Tokens.Put(&ch, token)
		return Issued{Value: value, Token: token}, ch, nil
	})
	if err == nil && out.Token != nil {
		a.tokens.put(token.Hash, token)
	}
	return out, err
}

func tooManyTokens(firstEnd time.Duration) Issued {
	return Issued{RetryAfter: max(secondsUp(firstEnd), 1), Refused: &promo.Refusal{Key: "oauth_token_limit_reached",
		Message: "Too many OAuth tokens", Details: "The project has " + strconv.Itoa(promo.LiveTokensMost) + " live tokens"}}
}

// atInstance is the same call at the instance level, where projects, keys and tokens live.
func atInstance(call *promo.Call) *promo.Call {
	c := *call
	c.Project = promo.Instance
	return &c
}

// unrepeated is the call at the instance level, its answer not kept for an Idempotency-Key: answers of the OAuth
// endpoints and answers with secrets never are.
func unrepeated(call *promo.Call) *promo.Call {
	c := atInstance(call)
	c.Once = nil
	return c
}

// Introspect is a live token of the caller's project with its key; nil for any other (70 R10, R12).
func (a *Access) Introspect(ctx context.Context, who *Identity, value string) (*promo.OAuthToken, *promo.APIKey, error) {
	token, key, err := a.live(ctx, value)
	if err != nil || token == nil || token.Project != who.Project.ID {
		return nil, nil, err
	}
	return token, key, nil
}

// Revoke ends a token at once on this node, and within Age on others. False: there is no such live token in the caller's
// project, or it belongs to another key and the caller is no administrator (70 R13, R14).
func (a *Access) Revoke(ctx context.Context, call *promo.Call, who *Identity, value string) (bool, error) {
	known, err := a.token(ctx, value)
	if err != nil || known == nil || known.Project != who.Project.ID {
		return false, err // most of what is revoked is remembered, and what is unknown is not worth a transaction
	}
	row, live := promo.TokenRow(known.Hash), promo.LiveTokens(who.Project.ID)
	at := call.Draw.At()
	revoked, err := store.Turn(ctx, a.store, unrepeated(call), []promo.Key{live, row}, func(l *store.Locked) (bool, store.Changes, error) {
		var ch store.Changes
		token, err := store.Tokens.Locked(l, row)
		if err != nil || token == nil || !at.Before(token.ExpiresAt) ||
			token.Key != who.Key.ID && who.Key.Role != promo.RoleAdmin {
			return false, ch, err
		}
		store.Tokens.Drop(&ch, token.Hash)
		return true, ch, nil
	})
	if revoked || err != nil { // an error may come from a commit that happened all the same
		a.tokens.forget(known.Hash)
	}
	return revoked && err == nil, err
}

// tokensOf lists a project's tokens, ended ones included.
var tokensOf = &store.List[promo.OAuthToken]{Table: store.Tokens, Orders: map[string]string{"until": "until"}, Default: "until"}

// dropTokens deletes the tokens of a project that is being deleted.
func dropTokens(c *store.Change, project promo.ProjectID) error {
	tokens, _, err := tokensOf.Page(c, store.PageQuery{Equal: []store.Equal{{Column: "owner", Values: []string{string(project)}}}})
	for _, t := range tokens {
		err = errors.Join(err, store.Tokens.Delete(c, t.Hash))
	}
	return err
}
