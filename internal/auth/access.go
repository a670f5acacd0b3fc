package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Access tells who is calling. It is safe for use by many goroutines.
type Access struct {
	store  *store.Store
	clock  promo.Clock
	chance io.Reader

	keys     *cache[promo.APIKey]     // by app id, and by "id:" and the key's id
	projects *cache[promo.Project]    // by id
	tokens   *cache[promo.OAuthToken] // by hash
	origins  *cache[[]string]         // of all projects, under ""
}

// New makes an Access over a store. Caches age by the machine's clock, everything else follows project time.
func New(s *store.Store, clock promo.Clock, machine func() time.Time, chance io.Reader) *Access {
	return &Access{store: s, clock: clock, chance: chance, keys: newCache[promo.APIKey](10_000, machine),
		projects: newCache[promo.Project](10_000, machine), tokens: newCache[promo.OAuthToken](100_000, machine),
		origins: newCache[[]string](1, machine)}
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
	return a.byKey(ctx, appID, secret, promo.ServerKey, promo.IntegrationKey)
}

// ClientKey is the identity behind X-Client-Application-Id and X-Client-Token.
func (a *Access) ClientKey(ctx context.Context, appID, secret string) (*Identity, *promo.Refusal, error) {
	return a.byKey(ctx, appID, secret, promo.ClientKey)
}

// ManagementKey is the identity behind X-Management-Id and X-Management-Token; it belongs to no project.
func (a *Access) ManagementKey(ctx context.Context, appID, secret string) (*Identity, *promo.Refusal, error) {
	return a.byKey(ctx, appID, secret, promo.ManagementKey)
}

// OAuthClient is the identity behind a client id, which is an app id or an OAuth client id, and its secret (70 R29).
func (a *Access) OAuthClient(ctx context.Context, id, secret string) (*Identity, *promo.Refusal, error) {
	return a.byKey(ctx, id, secret, promo.ServerKey, promo.IntegrationKey)
}

func (a *Access) byKey(ctx context.Context, id, secret string, kinds ...promo.CredentialKind) (*Identity, *promo.Refusal, error) {
	if id == "" || secret == "" {
		return nil, Unauthorized(), nil
	}
	key, err := a.key(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if key == nil || !matches(key, secret) || !isOf(key.Kind, kinds) || key.Status != promo.KeyActive {
		return nil, Unauthorized(), nil
	}
	return a.identity(ctx, key, nil)
}

func isOf(kind promo.CredentialKind, kinds []promo.CredentialKind) bool {
	for _, k := range kinds {
		if k == kind {
			return true
		}
	}
	return false
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
func (a *Access) live(ctx context.Context, token string) (*promo.OAuthToken, *promo.APIKey, error) {
	if len(token) != tokenLength {
		return nil, nil, nil
	}
	hash := hashOf(token)
	t, err := a.tokens.get(hash, func() (*promo.OAuthToken, error) {
		return read(ctx, a.store, func(r store.Reader) (*promo.OAuthToken, error) { return store.Tokens.Get(r, hash) })
	})
	if err != nil || t == nil || !a.clock.Now(t.Project).Before(t.ExpiresAt) {
		return nil, nil, err
	}
	key, err := a.keyOf(ctx, t.Key)
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

func read[T any](ctx context.Context, s *store.Store, look func(store.Reader) (*T, error)) (*T, error) {
	var found *T
	err := s.Read(ctx, promo.Instance, func(r store.Reader) (err error) {
		found, err = look(r)
		return err
	})
	return found, err
}

// key is the key with an app id or OAuth client id; nil when there is none.
func (a *Access) key(ctx context.Context, id string) (*promo.APIKey, error) {
	return a.keys.get(id, func() (*promo.APIKey, error) {
		return read(ctx, a.store, func(r store.Reader) (*promo.APIKey, error) {
			key, err := store.Keys.Named(r, id)
			if key == nil && err == nil {
				key, err = store.Keys.Aliased(r, id)
			}
			return key, err
		})
	})
}

func (a *Access) keyOf(ctx context.Context, id promo.KeyID) (*promo.APIKey, error) {
	return a.keys.get("id:"+string(id), func() (*promo.APIKey, error) {
		return read(ctx, a.store, func(r store.Reader) (*promo.APIKey, error) { return store.Keys.Get(r, string(id)) })
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
