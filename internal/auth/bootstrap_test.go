package auth

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store/storetest"
)

var given = Bootstrap{ProjectID: "proj_ci", AppID: "server-id", AppToken: "server-secret-0123", ClientID: "client-id",
	ClientToken: "client-secret-0123", ManagementID: "management-id", ManagementToken: "management-secret"}

func TestTheFirstStartMakesAProject(t *testing.T) { // 70 R40
	w := newWorld(t)
	made, err := w.Bootstrap(w.ctx, Bootstrap{})
	w.must(err)
	p := made.Project
	if p.Name != "Default" || p.Timezone != "UTC" || p.Currency != "USD" || !p.CaseSensitiveCodes || AllowsOrigin(p, "http://localhost:3000") != nil ||
		AllowsOrigin(p, "http://127.0.0.1:8080") != nil || AllowsOrigin(p, "https://shop.example") == nil {
		t.Errorf("%+v", p)
	}
	if who := w.identity(*made.Server); who.Project.ID != p.ID {
		t.Errorf("%+v", who)
	}
	if who, refused, err := w.ClientKey(w.ctx, made.Client.Key.AppID, made.Client.Token); err != nil || refused != nil || who.Project.ID != p.ID {
		t.Error(refused, err)
	}
	if who, refused, err := w.ManagementKey(w.ctx, made.Management.Key.AppID, made.Management.Token); err != nil || refused != nil || who.Project != nil {
		t.Error(refused, err)
	}
	again, err := w.Bootstrap(w.ctx, Bootstrap{})
	w.must(err)
	if again.Project.ID != p.ID || again.Server != nil || again.Client != nil || again.Management != nil {
		t.Errorf("the second start: %+v", again)
	}
}

func TestTheFirstStartWithGivenValues(t *testing.T) {
	w := newWorld(t)
	made, err := w.Bootstrap(w.ctx, given)
	w.must(err)
	if made.Project.ID != "proj_ci" || made.Server.Token != given.AppToken || made.Server.Key.Last4 != "0123" {
		t.Errorf("%+v", made)
	}
	if !w.opens("server-id", "server-secret-0123") {
		t.Error("the given pair is refused")
	}
	for range 2 {
		again, err := w.Bootstrap(w.ctx, given)
		w.must(err)
		if again.Project.ID != "proj_ci" || again.Server != nil {
			t.Errorf("a restart with the same values: %+v", again)
		}
	}
	if again, err := w.Bootstrap(w.ctx, Bootstrap{AppID: given.AppID, AppToken: given.AppToken}); err != nil || again.Server != nil {
		t.Error("a restart with some of the values:", err)
	}
	keys, err := w.ListKeys(w.ctx, "proj_ci")
	w.must(err)
	if len(keys) != 2 {
		t.Errorf("%d keys", len(keys))
	}
}

func TestValuesThatAreRefused(t *testing.T) {
	change := func(do func(*Bootstrap)) Bootstrap { b := given; do(&b); return b }
	for name, tt := range map[string]struct {
		Bootstrap
		fresh, used string // the variables that the error names, in an empty database and in one made with the given values
	}{
		"a short secret":            {change(func(b *Bootstrap) { b.AppToken = "fifteen-letters" }), "SCRIP_BOOTSTRAP_APP_TOKEN", "SCRIP_BOOTSTRAP_APP_TOKEN"},
		"a secret without an id":    {change(func(b *Bootstrap) { b.ClientID = "" }), "SCRIP_BOOTSTRAP_CLIENT_ID", "SCRIP_BOOTSTRAP_CLIENT_ID"},
		"an id without a secret":    {change(func(b *Bootstrap) { b.ManagementToken = "" }), "SCRIP_BOOTSTRAP_MANAGEMENT_TOKEN", "SCRIP_BOOTSTRAP_MANAGEMENT_TOKEN"},
		"an id used twice":          {change(func(b *Bootstrap) { b.ClientID = b.AppID }), "SCRIP_BOOTSTRAP_CLIENT_ID", "SCRIP_BOOTSTRAP_CLIENT_ID"},
		"an id with a blank":        {change(func(b *Bootstrap) { b.AppID = "server id" }), "SCRIP_BOOTSTRAP_APP_ID", "SCRIP_BOOTSTRAP_APP_ID"},
		"a project id with a slash": {change(func(b *Bootstrap) { b.ProjectID = "proj/ci" }), "SCRIP_BOOTSTRAP_PROJECT_ID", "SCRIP_BOOTSTRAP_PROJECT_ID"},
		"another project":           {change(func(b *Bootstrap) { b.ProjectID = "proj_other" }), "", "SCRIP_BOOTSTRAP_PROJECT_ID"},
		"another key":               {change(func(b *Bootstrap) { b.AppID = "other-id" }), "", "SCRIP_BOOTSTRAP_APP_ID"},
		"another secret":            {change(func(b *Bootstrap) { b.ManagementToken += "x" }), "", "SCRIP_BOOTSTRAP_MANAGEMENT_TOKEN"},
		"keys in each other's place": {change(func(b *Bootstrap) {
			b.AppID, b.AppToken, b.ClientID, b.ClientToken = b.ClientID, b.ClientToken, b.AppID, b.AppToken
		}), "", "SCRIP_BOOTSTRAP_APP_ID"},
	} {
		fresh, used := newWorld(t), newWorld(t)
		_, err := used.Bootstrap(used.ctx, given)
		used.must(err)
		for _, on := range []struct {
			w    *world
			want string
		}{{fresh, tt.fresh}, {used, tt.used}} {
			_, err := on.w.Bootstrap(on.w.ctx, tt.Bootstrap)
			if (err == nil) != (on.want == "") || err != nil && !strings.Contains(err.Error(), on.want) {
				t.Errorf("%s: %v, want one about %q", name, err, on.want)
			}
			if err != nil && strings.Contains(err.Error(), tt.AppToken) {
				t.Errorf("%s: the error shows a secret: %v", name, err)
			}
		}
	}
}

func TestNodesThatStartAtOnceMakeOneProject(t *testing.T) {
	for name, b := range map[string]Bootstrap{"drawn": {}, "given": given} {
		w := newWorld(t)
		var shown atomic.Int64
		storetest.AtOnce(8, func(int) bool {
			made, err := w.node().Bootstrap(w.ctx, b)
			if err != nil {
				t.Error(err)
			}
			if made.Server != nil {
				shown.Add(1)
			}
			return true
		})
		projects, err := w.ListProjects(w.ctx)
		w.must(err)
		keys, err := w.ListKeys(w.ctx, promo.Instance)
		w.must(err)
		if len(projects) != 1 || len(keys) != 1 || shown.Load() != 1 {
			t.Errorf("%s: %d projects, %d management keys, secrets shown %d times", name, len(projects), len(keys), shown.Load())
		}
	}
}

// Whoever deleted the last project did so on purpose.
func TestARestartWithoutProjectsMakesNone(t *testing.T) {
	w := newWorld(t)
	made, err := w.Bootstrap(w.ctx, Bootstrap{})
	w.must(err)
	if out, err := w.DeleteProject(w.ctx, w.call(), string(made.Project.ID)); err != nil || out.Refused != nil {
		t.Fatal(out.Refused, err)
	}
	again, err := w.Bootstrap(w.ctx, Bootstrap{})
	if err != nil || again.Project != nil || again.Server != nil {
		t.Errorf("%+v, %v", again, err)
	}
}
