package auth

import (
	"context"
	"slices"
	"strconv"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

const (
	// ManagementMost is how many management keys there may be (70 R47).
	ManagementMost = 5

	secretLast = 4 // characters of a secret that stay visible (70 R42)
)

// Secret is a key and its secret, which is shown this once.
type Secret struct {
	Key   promo.APIKey
	Token string
}

// NewKey says what key is made.
type NewKey struct {
	Kind        promo.CredentialKind // SERVER, CLIENT, INTEGRATION or MANAGEMENT
	Project     promo.ProjectID      // "" for management keys
	Name        string
	Role        promo.Role // "" is ADMIN
	IPAllowList []string
}

// Check refuses what no key can be. USER_RESTRICTED is among it: such a key is restricted to areas (70 R41), which come
// with their own issue, and without them it would see everything.
func (k NewKey) Check() *promo.Refusal {
	switch k.Kind {
	case promo.ServerKey, promo.ClientKey, promo.IntegrationKey:
	case promo.ManagementKey:
		if k.Project != promo.Instance {
			return promo.Property(".project", "must be absent: management keys belong to no project")
		}
	default:
		return promo.Property(".kind", promo.OneOf(promo.ServerKey, promo.ClientKey, promo.IntegrationKey, promo.ManagementKey))
	}
	if k.Role == promo.RoleUserRestricted || k.Role != "" && !isRole(k.Role) {
		return incorrectRole(string(k.Role))
	}
	return CheckIPList(k.IPAllowList)
}

// KeyChange is the outcome of a call that makes or changes a key: the key, with its secret where there is a new one.
type KeyChange struct {
	Secret  Secret
	Refused *promo.Refusal
}

func notFoundKey(appID string) KeyChange { return KeyChange{Refused: promo.NotFound("key", appID)} }

// CreateKey makes a key with a generated pair of 122 bits each. Refused: what Check refuses, an unknown project, the
// sixth management key.
func (a *Access) CreateKey(ctx context.Context, call *promo.Call, k NewKey) (KeyChange, error) {
	if refused := k.Check(); refused != nil {
		return KeyChange{Refused: refused}, nil
	}
	return store.Configure(ctx, a.store, unrepeated(call), func(c *store.Change) (KeyChange, error) {
		if k.Kind != promo.ManagementKey {
			if project, err := store.Projects.Get(c, string(k.Project)); err != nil || project == nil {
				return KeyChange{Refused: unknownProject(string(k.Project))}, err
			}
		}
		siblings, err := keysOf(c, k.Project)
		if err != nil {
			return KeyChange{}, err
		}
		before := count(siblings, k.Kind)
		if k.Kind == promo.ManagementKey && before >= ManagementMost {
			return KeyChange{Refused: promo.InvalidPayload("There must NOT be more than " + strconv.Itoa(ManagementMost) + " management keys")}, nil
		}
		made := makeKey(call.Draw, k, call.Draw.UUID(), call.Draw.UUID(), before == 0)
		return KeyChange{Secret: made}, store.Keys.Save(c, &made.Key)
	})
}

func count(keys []*promo.APIKey, kind promo.CredentialKind) (n int) {
	for _, k := range keys {
		if k.Kind == kind {
			n++
		}
	}
	return n
}

// keysOf are the keys of a project, oldest first; of the instance level the management keys.
func keysOf(r store.Reader, project promo.ProjectID) ([]*promo.APIKey, error) {
	if project != promo.Instance {
		return store.Keys.Of(r, string(project))
	}
	all, err := store.Keys.All(r)
	return slices.DeleteFunc(all, func(k *promo.APIKey) bool { return k.Project != promo.Instance }), err
}

// makeKey makes the record of a key from its pair.
func makeKey(draw *promo.Draw, k NewKey, appID, token string, primary bool) Secret {
	key := promo.APIKey{ID: promo.KeyID(draw.Random("key_", 24)), Kind: k.Kind, Project: k.Project, AppID: appID, Name: k.Name,
		Role: k.Role, Primary: primary, IPAllowList: k.IPAllowList, Status: promo.KeyActive, CreatedAt: draw.At()}
	if key.Role == "" {
		key.Role = promo.RoleAdmin
	}
	if k.Kind == promo.ServerKey || k.Kind == promo.IntegrationKey {
		key.OAuthClientID = draw.Random("", clientIDLength)
	}
	protect(&key, draw, token)
	return Secret{key, token}
}

// protect keeps a secret as a salted hash and its last four characters (70 R48).
func protect(key *promo.APIKey, draw *promo.Draw, token string) {
	key.Salt = []byte(draw.Random("", 22)) // 130 bits
	key.Hash = salted(key.Salt, token)
	key.Last4 = token[len(token)-secretLast:]
}

// ListKeys are the keys of a project, oldest first; of "" the management keys.
func (a *Access) ListKeys(ctx context.Context, project promo.ProjectID) (keys []*promo.APIKey, err error) {
	err = a.store.Read(ctx, promo.Instance, func(r store.Reader) error {
		keys, err = keysOf(r, project)
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
