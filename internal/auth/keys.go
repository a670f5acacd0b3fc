package auth

import (
	"context"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// ManagementMost is how many management keys there may be (70 R47).
const ManagementMost = 5

// Secret is a key and its secret, which is shown this once.
type Secret struct {
	Key   promo.APIKey
	Token string
}

// NewKey says what key is made.
type NewKey struct {
	Kind        promo.CredentialKind
	Project     promo.ProjectID // "" for management keys
	Name        string
	Role        promo.Role // "" is ADMIN
	IPAllowList []string
}

// KeyChange is the outcome of a call that makes or changes a key: the key, with its secret where there is a new one.
type KeyChange struct {
	Secret  Secret
	Refused *promo.Refusal
}

func notFoundKey(appID string) KeyChange { return KeyChange{Refused: promo.NotFound("key", appID)} }

// CreateKey makes a key with a generated pair of 122 bits each. Refused: an unknown project, the sixth management key, a
// bad address list.
func (a *Access) CreateKey(ctx context.Context, call *promo.Call, k NewKey) (KeyChange, error) {
	if refused := CheckIPList(k.IPAllowList); refused != nil {
		return KeyChange{Refused: refused}, nil
	}
	return store.Configure(ctx, a.store, unrepeated(call), func(c *store.Change) (KeyChange, error) {
		siblings, err := store.Keys.All(c)
		if err != nil {
			return KeyChange{}, err
		}
		if k.Kind == promo.ManagementKey {
			if count(siblings, promo.ManagementKey, "") >= ManagementMost {
				return KeyChange{Refused: forbidden("There may be 5 management keys at the most")}, nil
			}
		} else if project, err := store.Projects.Get(c, string(k.Project)); err != nil || project == nil {
			return KeyChange{Refused: promo.NotFound("project", string(k.Project))}, err
		}
		made := makeKey(call.Draw, k, call.Draw.UUID(), call.Draw.UUID(), count(siblings, k.Kind, k.Project) == 0)
		return KeyChange{Secret: made}, store.Keys.Save(c, &made.Key)
	})
}

func count(keys []*promo.APIKey, kind promo.CredentialKind, project promo.ProjectID) (n int) {
	for _, k := range keys {
		if k.Kind == kind && k.Project == project {
			n++
		}
	}
	return n
}

// makeKey makes the record of a key from its pair.
func makeKey(draw *promo.Draw, k NewKey, appID, token string, primary bool) Secret {
	key := promo.APIKey{ID: promo.KeyID(draw.Random("key_", 24)), Kind: k.Kind, Project: k.Project, AppID: appID, Name: k.Name,
		Role: k.Role, Primary: primary, IPAllowList: k.IPAllowList, Status: promo.KeyActive, CreatedAt: draw.At()}
	if key.Role == "" {
		key.Role = promo.RoleAdmin
	}
	if k.Kind == promo.ServerKey || k.Kind == promo.IntegrationKey {
		key.OAuthClientID = draw.Random("", 21)
	}
	protect(&key, draw, token)
	return Secret{key, token}
}

// protect keeps a secret as a salted hash and its last four characters (70 R48).
func protect(key *promo.APIKey, draw *promo.Draw, token string) {
	key.Salt = []byte(draw.Random("", 22)) // 130 bits
	key.Hash = salted(key.Salt, token)
	key.Last4 = token[len(token)-4:]
}

// ListKeys are the keys of a project, oldest first; of "" the management keys.
func (a *Access) ListKeys(ctx context.Context, project promo.ProjectID) ([]*promo.APIKey, error) {
	var keys []*promo.APIKey
	err := a.store.Read(ctx, promo.Instance, func(r store.Reader) error {
		all, err := store.Keys.All(r)
		for _, k := range all {
			if k.Project == project {
				keys = append(keys, k)
			}
		}
		return err
	})
	return keys, err
}

// changeKey changes the key with an app id.
func (a *Access) changeKey(ctx context.Context, call *promo.Call, appID string, change func(*store.Change, *promo.APIKey) (Secret, error)) (KeyChange, error) {
	out, err := store.Configure(ctx, a.store, unrepeated(call), func(c *store.Change) (KeyChange, error) {
		key, err := store.Keys.Named(c, appID)
		if err != nil || key == nil {
			return notFoundKey(appID), err
		}
		secret, err := change(c, key)
		return KeyChange{Secret: secret}, err
	})
	a.forgetKeys()
	return out, err
}

// SetStatus blocks or unblocks a key (70 R44). Tokens of a blocked key stop; unblocking revives those that have not
// ended (70 R25).
func (a *Access) SetStatus(ctx context.Context, call *promo.Call, appID string, status promo.KeyStatus) (KeyChange, error) {
	return a.changeKey(ctx, call, appID, func(c *store.Change, key *promo.APIKey) (Secret, error) {
		key.Status = status
		return Secret{Key: *key}, store.Keys.Save(c, key)
	})
}

// SetIPAllowList replaces a key's address list (70 R45).
func (a *Access) SetIPAllowList(ctx context.Context, call *promo.Call, appID string, list []string) (KeyChange, error) {
	if refused := CheckIPList(list); refused != nil {
		return KeyChange{Refused: refused}, nil
	}
	return a.changeKey(ctx, call, appID, func(c *store.Change, key *promo.APIKey) (Secret, error) {
		key.IPAllowList = list
		return Secret{Key: *key}, store.Keys.Save(c, key)
	})
}

// RotateKey replaces the secret and keeps the app id; the old secret stops at once, tokens live on (70 R26, R43).
func (a *Access) RotateKey(ctx context.Context, call *promo.Call, appID string) (KeyChange, error) {
	return a.changeKey(ctx, call, appID, func(c *store.Change, key *promo.APIKey) (Secret, error) {
		token, at := call.Draw.UUID(), call.Draw.At()
		protect(key, call.Draw, token)
		key.RegeneratedAt = &at
		return Secret{*key, token}, store.Keys.Save(c, key)
	})
}

// DeleteKey deletes a key, the last one of a project too (70 R49). Its tokens are dead from then on.
func (a *Access) DeleteKey(ctx context.Context, call *promo.Call, appID string) (KeyChange, error) {
	return a.changeKey(ctx, call, appID, func(c *store.Change, key *promo.APIKey) (Secret, error) {
		return Secret{Key: *key}, store.Keys.Delete(c, string(key.ID))
	})
}
