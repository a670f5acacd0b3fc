package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/work"
)

// keys is `scrip keys`. It works on the database itself; a running server notices within 5 seconds.
type keys struct {
	List    keysList   `cmd:"" help:"List keys."`
	Create  keysCreate `cmd:"" help:"Create a key; its secret is shown this once."`
	Block   keysBlock  `cmd:"" help:"Block a key: it and its tokens stop."`
	Unblock keysOpen   `cmd:"" help:"Unblock a key."`
	Rotate  keysRotate `cmd:"" help:"Replace a key's secret; the old one stops at once."`
	Delete  keysDelete `cmd:"" help:"Delete a key."`
}

// onKeys runs a call on the keys of a database.
func (d database) onKeys(run func(context.Context, *auth.Access, *promo.Call) error) error {
	ctx := context.Background()
	s, err := d.open(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	clock := work.MachineClock{Machine: time.Now}
	call := &promo.Call{Project: promo.Instance, Draw: promo.NewDraw(clock.Now(promo.Instance), rand.Reader)}
	return run(ctx, auth.New(s, clock, time.Now, rand.Reader), call)
}

type keysList struct {
	database
	Project string `help:"Only keys of this project."`
}

func (c *keysList) Run() error {
	return c.onKeys(func(ctx context.Context, a *auth.Access, _ *promo.Call) error {
		projects, err := a.ListProjects(ctx)
		if err != nil {
			return err
		}
		owners := []promo.ProjectID{promo.Instance}
		for _, p := range projects {
			owners = append(owners, p.ID)
		}
		w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
		fmt.Fprintln(w, "PROJECT\tKIND\tAPP ID\tSECRET\tNAME\tROLE\tSTATUS\tIP LIST")
		for _, p := range owners {
			if c.Project != "" && string(p) != c.Project {
				continue
			}
			list, err := a.ListKeys(ctx, p)
			if err != nil {
				return err
			}
			for _, k := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t…%s\t%s\t%s\t%s\t%s\n", k.Project, k.Kind, k.AppID, k.Last4, k.Name, k.Role, k.Status, strings.Join(k.IPAllowList, ","))
			}
		}
		return w.Flush()
	})
}

type keysCreate struct {
	database
	Kind    string   `help:"Which headers take it." enum:"SERVER,CLIENT,MANAGEMENT" default:"SERVER"`
	Project string   `help:"Its project; the only one when there is one."`
	Name    string   `help:"A name for logs and lists." default:"Server"`
	Role    string   `help:"What it may do." enum:"ADMIN,USER,VIEWER,MERCHANT" default:"ADMIN"`
	IP      []string `help:"Addresses or CIDR ranges it may come from; any when absent."`
}

func (c *keysCreate) Run() error {
	return c.onKeys(func(ctx context.Context, a *auth.Access, call *promo.Call) error {
		project := promo.ProjectID(c.Project)
		if kind := promo.CredentialKind(c.Kind); kind != promo.ManagementKey && project == "" {
			projects, err := a.ListProjects(ctx)
			if err != nil {
				return err
			}
			if len(projects) != 1 {
				return fmt.Errorf("there are %d projects: say --project", len(projects))
			}
			project = projects[0].ID
		}
		out, err := a.CreateKey(ctx, call, auth.NewKey{Kind: promo.CredentialKind(c.Kind), Project: project, Name: c.Name,
			Role: promo.Role(c.Role), IPAllowList: c.IP})
		return showKey(out, err)
	})
}

// named names a key by its app id.
type named struct {
	database
	AppID string `arg:"" help:"The key's app id."`
}

type (
	keysBlock  struct{ named }
	keysOpen   struct{ named }
	keysRotate struct{ named }
	keysDelete struct{ named }
)

func (c *keysBlock) Run() error {
	return c.onKeys(func(ctx context.Context, a *auth.Access, call *promo.Call) error {
		return showKey(a.SetStatus(ctx, call, c.AppID, promo.KeyBlocked))
	})
}

func (c *keysOpen) Run() error {
	return c.onKeys(func(ctx context.Context, a *auth.Access, call *promo.Call) error {
		return showKey(a.SetStatus(ctx, call, c.AppID, promo.KeyActive))
	})
}

func (c *keysRotate) Run() error {
	return c.onKeys(func(ctx context.Context, a *auth.Access, call *promo.Call) error {
		return showKey(a.RotateKey(ctx, call, c.AppID))
	})
}

func (c *keysDelete) Run() error {
	return c.onKeys(func(ctx context.Context, a *auth.Access, call *promo.Call) error {
		return showKey(a.DeleteKey(ctx, call, c.AppID))
	})
}

func showKey(out auth.KeyChange, err error) error {
	switch {
	case err != nil:
		return err
	case out.Refused != nil:
		return fmt.Errorf("%s: %s", out.Refused.Message, out.Refused.Details)
	}
	k := out.Secret.Key
	fmt.Printf("%s %s %s %s\n", k.Kind, k.AppID, k.Status, k.Name)
	if out.Secret.Token != "" {
		fmt.Printf("secret, shown this once: %s\n", out.Secret.Token)
	}
	return nil
}
