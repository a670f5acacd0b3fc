package auth

import (
	"context"
	"errors"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// The values of a project that have one choice so far (70 3.1).
const (
	cluster        = "eu1"
	apiVersion     = "v2018-08-01"
	webhookVersion = "v2024-01-01"
)

// newProject is a project with every default (70 3.1).
func newProject(draw *promo.Draw) *promo.Project {
	alert := func(on bool) promo.UsageAlert {
		return promo.UsageAlert{Enabled: on, Value: 80, InApp: on, Emails: []string{}}
	}
	tell := promo.CalloutTo{Email: true, InApp: true, Emails: []string{}}
	return &promo.Project{
		ID: promo.ProjectID(draw.Random("proj_", 8)), Cluster: cluster, APIVersion: apiVersion, WebhookVersion: webhookVersion,
		WebhookToken: draw.UUID(), Secret: draw.Random("", 43), TrustedDomains: []string{}, CreatedAt: draw.At(),
		Callout: &promo.Callout{Webhooks: tell, Distributions: tell},
		Usage: &promo.Usage{Messages: alert(true), APICalls: alert(true), BulkAPICalls: alert(true), CycleCalls: alert(true),
			WebhookCalls: alert(true), Redemptions: alert(false)},
	}
}

// Made is the outcome of CreateProject; the pairs are shown this once (70 R98).
type Made struct {
	Project        *promo.Project
	Server, Client Secret
	Refused        *promo.Refusal
}

// ProjectChange is the outcome of a call on one project.
type ProjectChange struct {
	Project *promo.Project
	Refused *promo.Refusal
}

func unknownProject(id string) *promo.Refusal { return promo.NotFound("project", id) }

// CreateProject makes a project and its first key pairs (70 4.3, call 1).
func (a *Access) CreateProject(ctx context.Context, call *promo.Call, body *ProjectCreate) (Made, error) {
	made, err := store.Configure(ctx, a.store, atInstance(call), func(c *store.Change) (Made, error) {
		project := newProject(call.Draw)
		if refused := body.apply(project); refused != nil {
			return Made{Refused: refused}, nil
		}
		if taken, err := store.Projects.Named(c, project.Name); err != nil || taken != nil {
			return Made{Refused: promo.Duplicate("project", "name", project.Name)}, err
		}
		first := func(kind promo.CredentialKind, name string) Secret {
			k := NewKey{Kind: kind, Project: project.ID, Name: name}
			return makeKey(call.Draw, k, call.Draw.UUID(), call.Draw.UUID(), true)
		}
		out := Made{Project: project, Server: first(promo.ServerKey, "Server"), Client: first(promo.ClientKey, "Client")}
		return out, errors.Join(store.Projects.Save(c, project), store.Keys.Save(c, &out.Server.Key), store.Keys.Save(c, &out.Client.Key))
	})
	a.origins.clear()
	return made, err
}

// ListProjects are all projects, oldest first, the sandbox last (70 4.3, call 2).
func (a *Access) ListProjects(ctx context.Context) ([]*promo.Project, error) {
	var out, sandbox []*promo.Project
	err := a.store.Read(ctx, promo.Instance, func(r store.Reader) error {
		all, err := store.Projects.All(r)
		for _, p := range all {
			if p.Sandbox {
				sandbox = append(sandbox, p)
			} else {
				out = append(out, p)
			}
		}
		return err
	})
	return append(out, sandbox...), err
}

// GetProject is one project (70 4.3, call 3).
func (a *Access) GetProject(ctx context.Context, id string) (ProjectChange, error) {
	p, err := read(ctx, a.store, func(r store.Reader) (*promo.Project, error) { return store.Projects.Get(r, id) })
	if err != nil || p == nil {
		return ProjectChange{Refused: unknownProject(id)}, err
	}
	return ProjectChange{Project: p}, nil
}

// UpdateProject changes the members that were sent (70 4.3, call 4; R99).
func (a *Access) UpdateProject(ctx context.Context, call *promo.Call, id string, body *ProjectUpdate) (ProjectChange, error) {
	out, err := store.Configure(ctx, a.store, atInstance(call), func(c *store.Change) (ProjectChange, error) {
		p, err := store.Projects.Get(c, id)
		if err != nil || p == nil {
			return ProjectChange{Refused: unknownProject(id)}, err
		}
		before := *p
		if refused := body.apply(p); refused != nil {
			return ProjectChange{Refused: refused}, nil
		}
		if same, err := store.Same(&before, p); same || err != nil { // 60 R41
			return ProjectChange{Project: p}, err
		}
		if taken, err := store.Projects.Named(c, p.Name); err != nil || taken != nil && taken.ID != p.ID {
			return ProjectChange{Refused: promo.Duplicate("project", "name", p.Name)}, err
		}
		at := call.Draw.At()
		p.UpdatedAt = &at
		return ProjectChange{Project: p}, store.Projects.Save(c, p)
	})
	a.projects.forget(id)
	a.origins.clear()
	return out, err
}

// DeleteProject removes a project with all its data, keys and tokens (70 4.3, call 5; R100). The sandbox stays.
func (a *Access) DeleteProject(ctx context.Context, call *promo.Call, id string) (ProjectChange, error) {
	out, err := store.Configure(ctx, a.store, atInstance(call), func(c *store.Change) (ProjectChange, error) {
		p, err := store.Projects.Get(c, id)
		if err != nil || p == nil {
			return ProjectChange{Refused: unknownProject(id)}, err
		}
		if p.Sandbox {
			return ProjectChange{Refused: forbidden("The sandbox cannot be deleted")}, nil
		}
		keys, err := store.Keys.Of(c, id)
		for _, k := range keys {
			err = errors.Join(err, store.Keys.Delete(c, string(k.ID)))
		}
		return ProjectChange{Project: p}, errors.Join(err, dropTokens(c, p.ID), store.Projects.Delete(c, id), c.Purge(p.ID))
	})
	a.projects.forget(id)
	a.forgetKeys()
	a.tokens.clear()
	a.origins.clear()
	return out, err
}
