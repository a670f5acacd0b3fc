package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"slices"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Access tells who is calling. It is safe for use by many goroutines.
type Access struct {
	store  *store.Store
	clock  promo.Clock
	chance io.Reader

	keys     *cache[promo.APIKey]     // by app id
	clients  *cache[promo.APIKey]     // by app id or OAuth client id
	issuers  *cache[promo.APIKey]     // by the key's own id
	projects *cache[promo.Project]    // by id
	tokens   *cache[promo.OAuthToken] // by hash
	origins  *cache[[]string]         // of all projects, under ""
}

// New makes an Access over a store. Caches age by the machine's clock, everything else follows project time.
func New(s *store.Store, clock promo.Clock, machine func() time.Time, chance io.Reader) *Access {
	keys := func() *cache[promo.APIKey] { return newCache[promo.APIKey](10_000, machine) }
	return &Access{store: s, clock: clock, chance: chance, keys: keys(), clients: keys(), issuers: keys(),
		projects: newCache[promo.Project](10_000, machine), tokens: newCache[promo.OAuthToken](100_000, machine),
		origins: newCache[[]string](1, machine)}
}

// forgetKeys follows every change of a key, whichever way it is looked up.
func (a *Access) forgetKeys() {
	a.keys.clear()
	a.clients.clear()
	a.issuers.clear()
}

// Identity is who calls, with what they may. Its facts are shared and must not be changed.
type Identity struct {
	Key     *promo.APIKey
	Project *promo.Project    // nil for management keys
	Token   *promo.OAuthToken // nil when a key's own secret was shown
	Scopes  Scopes            // of the token
}

// Unauthorized refuses missing and wrong credentials (70 R22).
func Unauthorized() *promo.Refusal {
	return &promo.Refusal{Key: "unauthorized", Message: "Unauthorized"}
}

// ServerKey is the identity behind X-App-Id and X-App-Token: a server-side or integration key (70 4.1).
func (a *Access) ServerKey(ctx context.Context, appID, secret string) (*Identity, *promo.Refusal, error) {
	return a.byKey(ctx, a.key, appID, secret, promo.ServerKey, promo.IntegrationKey)
}

// ClientKey is the identity behind X-Client-Application-Id and X-Client-Token.
func (a *Access) ClientKey(ctx context.Context, appID, secret string) (*Identity, *promo.Refusal, error) {
	return a.byKey(ctx, a.key, appID, secret, promo.ClientKey)
}

// ManagementKey is the identity behind X-Management-Id and X-Management-Token; it belongs to no project.
func (a *Access) ManagementKey(ctx context.Context, appID, secret string) (*Identity, *promo.Refusal, error) {
	return a.byKey(ctx, a.key, appID, secret, promo.ManagementKey)
}

// OAuthClient is the identity behind a client id, which is an app id or an OAuth client id, and its secret (70 R29).
// Only server-side and integration keys are OAuth clients (70 R8).
func (a *Access) OAuthClient(ctx context.Context, id, secret string) (*Identity, *promo.Refusal, error) {
	return a.byKey(ctx, a.client, id, secret, promo.ServerKey, promo.IntegrationKey)
}

func (a *Access) byKey(ctx context.Context, find func(context.Context, string) (*promo.APIKey, error), id, secret string,
	kinds ...promo.CredentialKind) (*Identity, *promo.Refusal, error) {
	if id == "" || secret == "" || !promo.IsText(id) {
		return nil, Unauthorized(), nil
	}
	key, err := find(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if key == nil || !matches(key, secret) || !slices.Contains(kinds, key.Kind) || key.Status != promo.KeyActive {
		return nil, Unauthorized(), nil
	}
	return a.identity(ctx, key, nil)
}

func (a *Access) identity(ctx context.Context, key *promo.APIKey, token *promo.OAuthToken) (*Identity, *promo.Refusal, error) {
	who := &Identity{Key: key, Token: token}
	if token != nil {
		who.Scopes = scopesOf(token.Scope)
	}
	if key.Kind == promo.ManagementKey {
		return who, nil, nil
	}
	project, err := a.project(ctx, key.Project)
	if err != nil {
		return nil, nil, err
	}
	if project == nil {
		return nil, Unauthorized(), nil // deleted (70 R100)
	}
	who.Project = project
	return who, nil, nil
}

// Bearer is the identity behind an access token: its key's, with the key's status, role and lists as they are now (70
// R24), narrowed to the token's scopes. Unknown, ended and revoked tokens are refused, and so are those whose key is
// blocked or gone (70 R25).
func (a *Access) Bearer(ctx context.Context, token string) (*Identity, *promo.Refusal, error) {
	t, key, err := a.live(ctx, token)
	if err != nil {
		return nil, nil, err
	}
	if t == nil {
		return nil, Unauthorized(), nil
	}
	return a.identity(ctx, key, t)
}

// live is a token that is usable right now, with its key; nil when it is not.
func (a *Access) live(ctx context.Context, value string) (*promo.OAuthToken, *promo.APIKey, error) {
	t, err := a.token(ctx, value)
	if err != nil || t == nil || !a.clock.Now(t.Project).Before(t.ExpiresAt) {
		return nil, nil, err
	}
	key, err := a.issuer(ctx, t.Key)
	if err != nil || key == nil || key.Status != promo.KeyActive {
		return nil, nil, err
	}
	return t, key, nil
}

// hashOf names a token in the store: its value is never kept (70 R9).
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// read reads one thing of the instance level.
func read[T any](ctx context.Context, s *store.Store, look func(store.Reader) (*T, error)) (*T, error) {
	var found *T
	err := s.Glance(ctx, promo.Instance, func(r store.Reader) (err error) {
		found, err = look(r)
		return err
	})
	return found, err
}

// key is the key with an app id; nil when there is none.
func (a *Access) key(ctx context.Context, appID string) (*promo.APIKey, error) {
	return a.keys.get(appID, func() (*promo.APIKey, error) {
		return read(ctx, a.store, func(r store.Reader) (*promo.APIKey, error) { return store.Keys.Named(r, appID) })
	})
}

// client is the key with an app id or an OAuth client id.
func (a *Access) client(ctx context.Context, id string) (*promo.APIKey, error) {
	return a.clients.get(id, func() (*promo.APIKey, error) {
		return read(ctx, a.store, func(r store.Reader) (*promo.APIKey, error) {
			key, err := store.Keys.Named(r, id)
			if key == nil && err == nil {
				key, err = store.Keys.Aliased(r, id)
			}
			return key, err
		})
	})
}

// issuer is the key that a token was issued to.
func (a *Access) issuer(ctx context.Context, id promo.KeyID) (*promo.APIKey, error) {
	return a.issuers.get(string(id), func() (*promo.APIKey, error) {
		return read(ctx, a.store, func(r store.Reader) (*promo.APIKey, error) { return store.Keys.Get(r, string(id)) })
	})
}

// token is the token with this value, perhaps ended by now; nil when there is none.
func (a *Access) token(ctx context.Context, value string) (*promo.OAuthToken, error) {
	if len(value) != tokenLength {
		return nil, nil
	}
	hash := hashOf(value)
	return a.tokens.get(hash, func() (*promo.OAuthToken, error) {
		return read(ctx, a.store, func(r store.Reader) (*promo.OAuthToken, error) { return store.Tokens.Get(r, hash) })
	})
}

func (a *Access) project(ctx context.Context, id promo.ProjectID) (*promo.Project, error) {
	return a.projects.get(string(id), func() (*promo.Project, error) {
		return read(ctx, a.store, func(r store.Reader) (*promo.Project, error) { return store.Projects.Get(r, string(id)) })
	})
}

// matches compares a secret with a key's salted hash, in constant time (70 R48).
func matches(key *promo.APIKey, secret string) bool {
	return subtle.ConstantTimeCompare(salted(key.Salt, secret), key.Hash) == 1
}

func salted(salt []byte, secret string) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(secret))
	return h.Sum(nil)
}
