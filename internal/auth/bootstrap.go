package auth

import (
	"context"
	"errors"
	"fmt"
	"regexp"

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

// Bootstrapped is what the first start made. Secrets are nil when the database was not empty; then Project is its oldest,
// nil when every project was deleted.
type Bootstrapped struct {
	Project                    *promo.Project
	Server, Client, Management *Secret
}

const (
	secretLeast     = 16 // characters of a given secret
	projectVariable = "SCRIP_BOOTSTRAP_PROJECT_ID"
)

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

// givenID is what a given id may look like: it stands in headers, paths and Basic credentials.
var givenID = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// check names the first given value that cannot be used.
func (b Bootstrap) check() error {
	if b.ProjectID != "" && !givenID.MatchString(b.ProjectID) {
		return fmt.Errorf("%s must be 1 to 64 letters, digits, - and _", projectVariable)
	}
	seen := map[string]string{}
	for _, p := range b.pairs() {
		switch {
		case p.id != "" && !givenID.MatchString(p.id):
			return fmt.Errorf("%s must be 1 to 64 letters, digits, - and _", p.idName)
		case p.id != "" && seen[p.id] != "":
			return fmt.Errorf("%s and %s must differ", seen[p.id], p.idName)
		case (p.id == "") != (p.token == ""):
			return fmt.Errorf("%s and %s go together: set both or none", p.idName, p.tokenName)
		case p.token != "" && len(p.token) < secretLeast:
			return fmt.Errorf("%s is shorter than %d characters", p.tokenName, secretLeast)
		}
		seen[p.id] = p.idName
	}
	return nil
}

// Bootstrap makes the default project and its keys in an empty database. On one that has projects or keys it makes
// nothing, and is an error when given values are not those it was made with; its message names the variable. Two nodes
// may start at once: one makes it, the other finds it.
func (a *Access) Bootstrap(ctx context.Context, given Bootstrap) (Bootstrapped, error) {
	if err := given.check(); err != nil {
		return Bootstrapped{}, err
	}
	var out Bootstrapped
	var empty bool
	err := a.store.Read(ctx, promo.Instance, func(r store.Reader) (err error) {
		out, empty, err = given.find(r)
		return err
	})
	if err != nil || !empty {
		return out, err // the usual start writes nothing
	}
	call := &promo.Call{Project: promo.Instance, Draw: promo.NewDraw(a.clock.Now(promo.Instance), a.chance)}
	return store.Configure(ctx, a.store, call, func(c *store.Change) (Bootstrapped, error) {
		if out, empty, err := given.find(c); err != nil || !empty {
			return out, err
		}
		return makeDefault(c, call.Draw, given)
	})
}

// find is what an earlier start made; empty when there was none.
func (b Bootstrap) find(r store.Reader) (out Bootstrapped, empty bool, err error) {
	projects, err1 := store.Projects.All(r)
	keys, err2 := store.Keys.All(r)
	if err := errors.Join(err1, err2); err != nil || len(projects) == 0 && len(keys) == 0 {
		return out, err == nil, err
	}
	if len(projects) > 0 {
		out.Project = projects[0]
	}
	return out, false, b.sameAs(r)
}

// localOrigins are what the default project trusts: pages that developers serve on their own machine, at the ports that
// the usual tools choose. Any port would need an entry that R50 does not know, and * is for nobody's production.
func localOrigins() []string {
	var origins []string
	for _, host := range []string{"http://localhost", "http://127.0.0.1"} {
		for _, port := range []string{"", ":3000", ":4200", ":5173", ":8000", ":8080"} {
			origins = append(origins, host+port)
		}
	}
	return origins
}

// makeDefault makes the default project; whoever tries the browser side on their own machine has nothing to configure.
func makeDefault(c *store.Change, draw *promo.Draw, given Bootstrap) (Bootstrapped, error) {
	project := newProject(draw)
	project.Name, project.Timezone, project.Currency, project.CaseSensitiveCodes = "Default", "UTC", "USD", true
	project.TrustedDomains = localOrigins()
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
		k := NewKey{Kind: p.kind, Name: p.name}
		if p.kind != promo.ManagementKey {
			k.Project = project.ID
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
func (b Bootstrap) sameAs(r store.Reader) error {
	if b.ProjectID != "" {
		p, err := store.Projects.Get(r, b.ProjectID)
		if err != nil {
			return err
		}
		if p == nil {
			return fmt.Errorf("%s is %s, but the database was made with another project", projectVariable, b.ProjectID)
		}
	}
	for _, p := range b.pairs() {
		if p.id == "" {
			continue
		}
		key, err := store.Keys.Named(r, p.id)
		switch {
		case err != nil:
			return err
		case key == nil || key.Kind != p.kind || b.ProjectID != "" && key.Project != "" && key.Project != promo.ProjectID(b.ProjectID):
			return fmt.Errorf("%s is %s, but the database was made with another key", p.idName, p.id)
		case !matches(key, p.token):
			return fmt.Errorf("%s is not the secret that the key %s has", p.tokenName, p.id)
		}
	}
	return nil
}
