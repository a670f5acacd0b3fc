package httpapi_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/campaigns"
	"github.com/scrip-dev/scrip/internal/httpapi"
	"github.com/scrip-dev/scrip/internal/pgtest"
	"github.com/scrip-dev/scrip/internal/redeem"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/postgres"
	"github.com/scrip-dev/scrip/internal/store/sqlite"
	"github.com/scrip-dev/scrip/internal/work"
)

// begin is the instant at which every scenario begins.
var begin = time.Date(2030, 5, 1, 10, 0, 0, 0, time.UTC)

// node is one scrip in front of a database.
type node struct {
	url     string
	access  *auth.Access
	machine *machine
	worker  *work.Worker
}

// machine is a node's own clock: the real one, moved forward by a test.
type machine struct{ ahead atomic.Int64 }

func (m *machine) now() time.Time { return time.Now().Add(time.Duration(m.ahead.Load())) }

// world is a project of its own on a node, with its keys.
type world struct {
	*testing.T
	node
	other                                           node // a second node on the same database; the same one on SQLite
	project, appID, appToken, clientID, clientToken string
	contract                                        *contract
}

const managementID, managementToken = "management", "management-0123456789"

// serve starts a node over a store.
func serve(t testing.TB, s *store.Store, quotas auth.Quotas, proxies ...netip.Prefix) node {
	t.Helper()
	m := &machine{}
	clock, err := work.NewTestClock(context.Background(), s, func() time.Time { return begin })
	if err != nil {
		t.Fatal(err)
	}
	access := auth.New(s, clock, m.now, rand.Reader)
	if _, err := access.Bootstrap(context.Background(), auth.Bootstrap{ManagementID: managementID, ManagementToken: managementToken}); err != nil {
		t.Fatal(err)
	}
	worker := &work.Worker{Store: s, Clock: clock, Chance: rand.Reader, Log: slog.New(slog.DiscardHandler)}
	clock.Drive(worker)
	handler := httpapi.New(httpapi.Config{Store: s, Access: access, Limits: auth.NewLimits(quotas), Redeemer: redeem.New(s),
		Vouchers: campaigns.NewVouchers(s), Clock: clock, Machine: m.now, Chance: rand.Reader, Proxies: proxies,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError})), Test: clock, Version: "test"})
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return node{server.URL, access, m, worker}
}

func openSQLite(t testing.TB) *store.Store {
	t.Helper()
	b, err := sqlite.Temporary()
	if err != nil {
		t.Fatal(err)
	}
	return closing(t, store.New(b))
}

func openPostgres(t testing.TB, url string) *store.Store {
	t.Helper()
	b, err := postgres.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	return closing(t, store.New(b))
}

func closing(t testing.TB, s *store.Store) *store.Store {
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// on runs a scenario on both backends; on PostgreSQL there are two nodes.
func on(t *testing.T, scenario func(*world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		n := serve(t, openSQLite(t), auth.Quotas{})
		scenario(newWorld(t, n, n))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := pgtest.URL(t)
		scenario(newWorld(t, serve(t, openPostgres(t, url), auth.Quotas{}), serve(t, openPostgres(t, url), auth.Quotas{})))
	})
}

func newWorld(t *testing.T, n, other node) *world {
	w := &world{T: t, node: n, other: other, contract: theContract(t)}
	w.join(map[string]any{"name": "Tea", "timezone": "Europe/Warsaw", "currency": "PLN", "case_sensitive_codes": true,
		"client_trusted_domains": []string{"https://shop.example"}})
	return w
}

// join makes a project and takes its keys.
func (w *world) join(body map[string]any) answer {
	w.Helper()
	a := w.manage("POST", "/management/v1/projects", body).is(200)
	w.project = a.text("id")
	w.appID, w.appToken = a.text("server_side_key.app_id"), a.text("server_side_key.app_token")
	w.clientID, w.clientToken = a.text("client_side_key.app_id"), a.text("client_side_key.app_token")
	return a
}

// another is a second project in the same database.
func (w *world) another() *world {
	o := *w
	o.join(map[string]any{"name": "Coffee", "timezone": "UTC", "currency": "EUR", "case_sensitive_codes": false})
	return &o
}

// answer is an HTTP answer with its JSON taken apart.
type answer struct {
	*world
	status int
	header http.Header
	raw    []byte
	body   any
	asked  string
}

// send makes a request with headers given as name, value, name, value, …; a body that is not a string is JSON.
func (w *world) send(url, method, path string, body any, headers ...string) answer {
	w.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			w.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, url+path, reader)
	if err != nil {
		w.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
			continue
		}
		req.Header.Add(headers[i], headers[i+1])
		if headers[i] == "Content-Type" {
			req.Header.Set(headers[i], headers[i+1])
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Fatal(err)
	}
	a := answer{world: w, status: resp.StatusCode, header: resp.Header, raw: raw, asked: method + " " + path}
	if len(raw) > 0 && strings.Contains(resp.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			w.Errorf("%s: %v in %s", a.asked, err, raw)
		}
	}
	if a.status >= 500 {
		w.Errorf("%s: %d %s", a.asked, a.status, raw)
	}
	w.contract.check(w.T, method, path, a.status, raw)
	return a
}

func (w *world) call(method, path string, body any, headers ...string) answer {
	w.Helper()
	return w.send(w.url, method, path, body, append([]string{"X-App-Id", w.appID, "X-App-Token", w.appToken}, headers...)...)
}

func (w *world) manage(method, path string, body any) answer {
	w.Helper()
	return w.send(w.url, method, path, body, "X-Management-Id", managementID, "X-Management-Token", managementToken)
}

func (w *world) browse(method, path string, body any, headers ...string) answer {
	w.Helper()
	return w.send(w.url, method, path, body, append([]string{"X-Client-Application-Id", w.clientID, "X-Client-Token", w.clientToken,
		"Origin", "https://shop.example"}, headers...)...)
}

func (w *world) bearer(token, method, path string, body any) answer {
	w.Helper()
	return w.send(w.url, method, path, body, "Authorization", "Bearer "+token)
}

// form posts a form to an OAuth endpoint with the key's headers.
func (w *world) form(path, body string, headers ...string) answer {
	w.Helper()
	if len(headers) == 0 {
		headers = []string{"X-App-Id", w.appID, "X-App-Token", w.appToken}
	}
	return w.send(w.url, "POST", path, body, append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
}

func (w *world) token(scope string) string {
	w.Helper()
	return w.form("/v1/oauth/token", "grant_type=client_credentials&scope="+strings.ReplaceAll(scope, " ", "+")).is(200).text("access_token")
}

// is checks the status, and the error key when one is given.
func (a answer) is(status int, key ...string) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s: got %d %s, want %d", a.asked, a.status, a.raw, status)
	}
	if len(key) > 0 && a.text("key") != key[0] {
		a.Fatalf("%s: got %s, want key %s", a.asked, a.raw, key[0])
	}
	return a
}

// at is a value of the body: members and indexes with dots between; nil when it is not there.
func (a answer) at(path string) any {
	v := a.body
	for _, step := range strings.Split(path, ".") {
		switch t := v.(type) {
		case map[string]any:
			v = t[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(t) {
				return nil
			}
			v = t[i]
		default:
			return nil
		}
	}
	return v
}

func (a answer) text(path string) string {
	switch v := a.at(path).(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return fmt.Sprintf("%.0f", v)
	default:
		return fmt.Sprint(v)
	}
}

// has checks values of the body, given as path, value, path, value, …
func (a answer) has(pairs ...string) answer {
	a.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := a.text(pairs[i]); got != pairs[i+1] {
			a.Errorf("%s: %s is %q, want %q in %s", a.asked, pairs[i], got, pairs[i+1], a.raw)
		}
	}
	return a
}

// lacks checks that members are absent, which null is not.
func (a answer) lacks(paths ...string) answer {
	a.Helper()
	for _, path := range paths {
		parent, name := a.body, path
		if i := strings.LastIndex(path, "."); i >= 0 {
			parent, name = a.at(path[:i]), path[i+1:]
		}
		if m, ok := parent.(map[string]any); ok {
			if _, there := m[name]; there {
				a.Errorf("%s: %s should be absent in %s", a.asked, path, a.raw)
			}
		}
	}
	return a
}

type obj = map[string]any

// voucher makes a discount voucher with a code.
func (w *world) voucher(code string, quantity any) answer {
	w.Helper()
	return w.call("POST", "/v1/vouchers", obj{"code": code, "discount": obj{"type": "PERCENT", "percent_off": 10},
		"redemption": obj{"quantity": quantity}}).is(200)
}

func redeemables(ids ...string) obj {
	var list []any
	for _, id := range ids {
		list = append(list, obj{"object": "voucher", "id": id})
	}
	return obj{"redeemables": list}
}

// with adds members to an object.
func with(o obj, pairs ...any) obj {
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	return o
}
