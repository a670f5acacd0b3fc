package auth

import (
	"context"
	"fmt"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Bootstrap are the values of the first start that were given instead of drawn; "" is drawn.
type Bootstrap struct {
	ProjectID                     string
	AppID, AppToken               string
	ClientID, ClientToken         string
	ManagementID, ManagementToken string
}

// Bootstrapped is what the first start made. Secrets are nil when the database had its project before.
type Bootstrapped struct {
	Project                    *promo.Project
	Server, Client, Management *Secret
}

// secretLeast is how long a given secret must be.
const secretLeast = 16

// any reports whether a value was given.
func (b Bootstrap) any() bool { return b != Bootstrap{} }

// pair is one given key.
type pair struct {
	kind              promo.CredentialKind
	name, id, token   string
	idName, tokenName string
}

func (b Bootstrap) pairs() []pair {
	return []pair{
		{promo.ServerKey, "Server", b.AppID, b.AppToken, "SCRIP_BOOTSTRAP_APP_ID", "SCRIP_BOOTSTRAP_APP_TOKEN"},
		{promo.ClientKey, "Client", b.ClientID, b.ClientToken, "SCRIP_BOOTSTRAP_CLIENT_ID", "SCRIP_BOOTSTRAP_CLIENT_TOKEN"},
		{promo.ManagementKey, "Management", b.ManagementID, b.ManagementToken, "SCRIP_BOOTSTRAP_MANAGEMENT_ID", "SCRIP_BOOTSTRAP_MANAGEMENT_TOKEN"},
	}
}

// check names the first given value that cannot be used.
func (b Bootstrap) check() error {
	for _, p := range b.pairs() {
		switch {
		case (p.id == "") != (p.token == ""):
			return fmt.Errorf("%s and %s go together: set both or none", p.idName, p.tokenName)
		case p.token != "" && len(p.token) < secretLeast:
			return fmt.Errorf("%s is shorter than %d characters", p.tokenName, secretLeast)
		}
	}
	return nil
}

// Bootstrap makes the default project and its keys in an empty database. On one that has projects it makes nothing, and
// is an error when given values are not those it was made with; its message names the variable. Two nodes may start at
// once: one makes it, the other finds it.
func (a *Access) Bootstrap(ctx context.Context, given Bootstrap) (Bootstrapped, error) {
	if err := given.check(); err != nil {
		return Bootstrapped{}, err
	}
	call := &promo.Call{Project: promo.Instance, Draw: promo.NewDraw(a.clock.Now(promo.Instance), a.chance)}
	return store.Configure(ctx, a.store, call, func(c *store.Change) (Bootstrapped, error) {
		projects, err := store.Projects.All(c)
		if err != nil {
			return Bootstrapped{}, err
		}
		if len(projects) > 0 {
			return Bootstrapped{Project: projects[0]}, given.sameAs(c)
		}
		return a.makeDefault(c, call.Draw, given)
	})
}

func (a *Access) makeDefault(c *store.Change, draw *promo.Draw, given Bootstrap) (Bootstrapped, error) {
	project := newProject(draw)
	project.Name, project.Timezone, project.Currency, project.CaseSensitiveCodes = "Default", "UTC", "USD", true
	// Whoever tries the browser side on their own machine should not have to configure anything first.
	project.TrustedDomains = []string{"http://localhost:3000", "http://localhost:5173", "http://localhost:8080", "http://localhost"}
	if given.ProjectID != "" {
		project.ID = promo.ProjectID(given.ProjectID)
	}
	out := Bootstrapped{Project: project}
	if err := store.Projects.Save(c, project); err != nil {
		return out, err
	}
	into := map[promo.CredentialKind]**Secret{promo.ServerKey: &out.Server, promo.ClientKey: &out.Client, promo.ManagementKey: &out.Management}
	for _, p := range given.pairs() {
		id, token := p.id, p.token
		if id == "" {
			id, token = draw.UUID(), draw.UUID()
		}
		k := NewKey{Kind: p.kind, Project: project.ID, Name: p.name}
		if p.kind == promo.ManagementKey {
			k.Project = ""
		}
		secret := makeKey(draw, k, id, token, true)
		if err := store.Keys.Save(c, &secret.Key); err != nil {
			return out, err
		}
		*into[p.kind] = &secret
	}
	return out, nil
}

// sameAs says which given value is not the one the database was made with.
func (b Bootstrap) sameAs(c *store.Change) error {
	if !b.any() {
		return nil
	}
	if b.ProjectID != "" {
		p, err := store.Projects.Get(c, b.ProjectID)
		if err != nil {
			return err
		}
		if p == nil {
			return fmt.Errorf("SCRIP_BOOTSTRAP_PROJECT_ID is %s, but the database was made with another project", b.ProjectID)
		}
	}
	for _, p := range b.pairs() {
		if p.id == "" {
			continue
		}
		key, err := store.Keys.Named(c, p.id)
		switch {
		case err != nil:
			return err
		case key == nil || key.Kind != p.kind:
			return fmt.Errorf("%s is %s, but the database was made with another key", p.idName, p.id)
		case !matches(key, p.token):
			return fmt.Errorf("%s is not the secret that the key %s has", p.tokenName, p.id)
		}
	}
	return nil
}
