package auth

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

const (
	alert   = `{"enabled":true,"value":80,"in_app":true,"emails":["a@b.example"]}`
	usage   = `{"messages":` + alert + `,"api_calls":%s,"bulk_api_calls":` + alert + `,"cycle_calls":` + alert + `,"webhook_calls":` + alert + `,"redemptions":` + alert + `}`
	callout = `{"webhooks":{"email":true,"in_app":false,"emails":[]},"distributions":%s}`
)

// create makes a project of a body with what is required and more members.
func create(t testing.TB, more string) *ProjectCreate {
	return body[ProjectCreate](t, `{"name":"Tea","timezone":"Europe/Warsaw","currency":"EUR","case_sensitive_codes":false`+more+`}`)
}

func TestANewProjectHasEveryDefault(t *testing.T) { // 70 3.1, R98, R103
	w := newWorld(t)
	made, err := w.CreateProject(w.ctx, w.call(), create(t, `,"description":null,"dial_code":null,"cluster_id":"eu1","api_version":null,"users":[]`))
	w.must(err)
	if made.Refused != nil {
		t.Fatal(made.Refused)
	}
	p, err := w.GetProject(w.ctx, string(made.Project.ID))
	w.must(err)
	on := promo.UsageAlert{Enabled: true, Value: 80, InApp: true, Emails: []string{}}
	off := promo.UsageAlert{Value: 80, Emails: []string{}}
	got := p.Project
	if got.Name != "Tea" || got.Description != "" || got.Timezone != "Europe/Warsaw" || got.Currency != "EUR" || got.DialCode != nil ||
		got.CaseSensitiveCodes || got.Cluster != "eu1" || got.APIVersion != "v2018-08-01" || got.WebhookVersion != "v2024-01-01" ||
		got.Sandbox || got.WebhookToken == "" || got.Secret == "" || got.TrustedDomains == nil || len(got.TrustedDomains) != 0 ||
		got.Client != (promo.ClientSide{}) || got.Charset != nil || got.CodeCharset() != promo.CharsetUpper || got.UpdatedAt != nil ||
		!strings.HasPrefix(string(got.ID), "proj_") || len(got.ID) != 13 {
		t.Errorf("%+v", got)
	}
	if fmt.Sprintf("%+v", *got.Usage) != fmt.Sprintf("%+v", promo.Usage{Messages: on, APICalls: on, BulkAPICalls: on, CycleCalls: on, WebhookCalls: on, Redemptions: off}) {
		t.Errorf("%+v", got.Usage)
	}
	if c := got.Callout; !c.Webhooks.Email || !c.Webhooks.InApp || !c.Distributions.Email || !c.Distributions.InApp || c.Webhooks.Emails == nil {
		t.Errorf("%+v", c)
	}
	if !w.opens(made.Server.Key.AppID, made.Server.Token) {
		t.Error("the server key is refused")
	}
	if _, refused, err := w.ClientKey(w.ctx, made.Client.Key.AppID, made.Client.Token); err != nil || refused != nil {
		t.Error("the client key is refused:", refused, err)
	}
}

func TestBodiesOfProjects(t *testing.T) { // 70 section 11, 4.3, R99; 60 R33, R35, R73
	for more, want := range map[string]string{
		`,"name":""`:                 "Property .name must NOT have fewer than 1 characters",
		`,"timezone":"Mars/Olympus"`: "Property .timezone must be an IANA time zone or a GMT form such as Etc/GMT+1",
		`,"timezone":"Local"`:        "Property .timezone must be an IANA time zone or a GMT form such as Etc/GMT+1",
		`,"timezone":"Etc/GMT+1"`:    "",
		`,"currency":"euro"`:         "Property .currency must be a currency of three capital letters",
		`,"currency":"eur"`:          "Property .currency must be a currency of three capital letters",
		`,"dial_code":"+48"`:         "Property .dial_code must be digits",
		`,"dial_code":""`:            "Property .dial_code must be digits",
		`,"dial_code":"48"`:          "",
		`,"webhook_version":"v1"`:    "Property .webhook_version must be equal to one of the allowed values [ v2024-01-01 ]",
		`,"client_trusted_domains":["*","shop.example","https://*.shop.example:8443/"]`:                                         "",
		`,"client_trusted_domains":["https://shop.example","https://shop.example/path"]`:                                        "Property .client_trusted_domains.1 must be an origin, a host, or *",
		`,"client_trusted_domains":["*shop.example"]`:                                                                           "Property .client_trusted_domains.0 must be an origin, a host, or *",
		`,"client_trusted_domains":["*."]`:                                                                                      "Property .client_trusted_domains.0 must be an origin, a host, or *",
		`,"client_trusted_domains":[null]`:                                                                                      "Property .client_trusted_domains.0 must be an origin, a host, or *",
		`,"webhooks_callout_notifications":` + fmt.Sprintf(callout, `null`):                                                     "Property .webhooks_callout_notifications.distributions must be object",
		`,"webhooks_callout_notifications":` + fmt.Sprintf(callout, `{"email":null,"in_app":true,"emails":[]}`):                 "Property .webhooks_callout_notifications.distributions.email must be boolean",
		`,"webhooks_callout_notifications":` + fmt.Sprintf(callout, `{"email":true,"in_app":true,"emails":null}`):               "Property .webhooks_callout_notifications.distributions.emails must be array",
		`,"webhooks_callout_notifications":` + fmt.Sprintf(callout, `{"email":true,"in_app":true,"emails":["a@b.example",""]}`): "Property .webhooks_callout_notifications.distributions.emails.1 must NOT have fewer than 1 characters",
		`,"webhooks_callout_notifications":` + fmt.Sprintf(callout, `{"email":true,"in_app":true,"emails":["a@b.example"]}`):    "",
		`,"api_usage_notifications":` + fmt.Sprintf(usage, alert):                                                               "",
		`,"api_usage_notifications":` + fmt.Sprintf(usage, `null`):                                                              "Property .api_usage_notifications.api_calls must be object",
		`,"api_usage_notifications":` + fmt.Sprintf(usage, `{"enabled":true,"value":95,"in_app":true,"emails":[]}`):             "Property .api_usage_notifications.api_calls.value must be <= 90",
		`,"api_usage_notifications":` + fmt.Sprintf(usage, `{"enabled":true,"value":9,"in_app":true,"emails":[]}`):              "Property .api_usage_notifications.api_calls.value must be >= 10",
		`,"api_usage_notifications":` + fmt.Sprintf(usage, `{"enabled":true,"value":null,"in_app":true,"emails":[]}`):           "Property .api_usage_notifications.api_calls.value must be integer",
		`,"api_usage_notifications":` + fmt.Sprintf(usage, `{"enabled":true,"value":10,"in_app":true,"emails":[]}`):             "",
	} {
		if got := details(body[ProjectUpdate](t, `{`+strings.TrimPrefix(more, ",")+`}`).Check()); got != want {
			t.Errorf("update %s: %s", more, got)
		}
		if strings.Contains(more, `"name"`) || strings.Contains(more, `"timezone"`) || strings.Contains(more, `"currency"`) {
			continue // given twice
		}
		if got := details(create(t, more).Check()); got != want {
			t.Errorf("create %s: %s", more, got)
		}
	}
}

func TestBodiesOfCreation(t *testing.T) { // 70 section 11, R97, R105; 60 R33
	for text, want := range map[string]string{
		`{"name":"X","currency":"PLN","case_sensitive_codes":true}`:                   "Payload must have required property 'timezone'",
		`{"name":null,"timezone":"UTC","currency":"PLN","case_sensitive_codes":true}`: "Payload must have required property 'name'",
		`{"name":"X","timezone":"UTC","currency":"PLN","case_sensitive_codes":null}`:  "Payload must have required property 'case_sensitive_codes'",
		`{}`: "Payload must have required property 'name'",
		`{"name":"X","timezone":"UTC","currency":"zloty","case_sensitive_codes":true}`: "Property .currency must be a currency of three capital letters",
	} {
		if got := details(body[ProjectCreate](t, text).Check()); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	for more, want := range map[string]string{
		`,"api_version":"v1"`:         "Property .api_version must be equal to one of the allowed values [ v2018-08-01 ]",
		`,"users":[{"role":"ADMIN"}]`: "Property .users.0 must have exactly one of id and login",
		`,"users":[{"id":"user_1","role":"ADMIN"},{"id":"user_1","login":"a@b.example","role":"ADMIN"}]`: "Property .users.1 must have exactly one of id and login",
		`,"users":[{"id":"user_1","role":null}]`:                                                         "Property .users.0.role must be string",
		`,"users":[{"id":"user_1","role":"OWNER"}]`:                                                      "The role 'OWNER' is incorrect",
		`,"users":[{"login":"a@b.example","role":"USER_RESTRICTED"}]`:                                    "",
		`,"description":null,"client_redeem_enabled":null,"client_trusted_domains":null,"webhooks_callout_notifications":null,"api_usage_notifications":null,"users":null,"cluster_id":null`: "",
	} {
		if got := details(create(t, more).Check()); got != want {
			t.Errorf("%s: %s", more, got)
		}
	}
}

func TestProjectsThatCannotBeMade(t *testing.T) { // 70 4.3, R105
	w := newWorld(t)
	w.shop("Tea")
	for more, want := range map[string]promo.Refusal{
		``:                    *promo.Duplicate("project", "name", "Tea"),
		`,"cluster_id":"us1"`: {Key: "forbidden", Message: "Forbidden", Details: "Project is bound to different region"},
		`,"users":[{"id":"user_1","role":"ADMIN"}]`:          *promo.NotFound("user", "user_1"),
		`,"users":[{"login":"a@b.example","role":"VIEWER"}]`: *promo.NotFound("user", "a@b.example"),
	} {
		made, err := w.CreateProject(w.ctx, w.call(), create(t, more))
		w.must(err)
		if made.Refused == nil || *made.Refused != want {
			t.Errorf("%s: %+v", more, made.Refused)
		}
	}
	if keys, err := w.ListKeys(w.ctx, ""); err != nil || len(keys) != 0 {
		t.Error("a refused project left keys", keys, err)
	}
}

func TestAnUpdateChangesWhatWasSent(t *testing.T) { // 70 R99, R103; 60 R41
	w := newWorld(t)
	id := string(w.shop("Tea").id)
	w.shop("Coffee")
	update := func(text string) ProjectChange {
		t.Helper()
		b := body[ProjectUpdate](t, text)
		if refused := b.Check(); refused != nil {
			return ProjectChange{Refused: refused}
		}
		w.project.add(time.Second)
		out, err := w.UpdateProject(w.ctx, w.call(), id, b)
		w.must(err)
		return out
	}
	p := update(`{"description":"green","dial_code":"48","client_publish_enabled":true,"default_code_config":{"charset":"0123456789"},"unknown":1}`).Project
	if p.Description != "green" || *p.DialCode != "48" || !p.Client.Publish || p.CodeCharset() != "0123456789" || p.Name != "Tea" || !p.UpdatedAt.Equal(w.project.Now("")) {
		t.Errorf("%+v", p)
	}
	at := *p.UpdatedAt
	for _, text := range []string{`{}`, `{"description":"green"}`, `{"default_code_config":{}}`, `{"client_trusted_domains":[]}`,
		`{"case_sensitive_codes":true,"cluster_id":"eu1","api_version":"v2018-08-01","is_sandbox":false,"users":[]}`, `{"id":"x","webhook_token":"y"}`} {
		if out := update(text); out.Refused != nil || !out.Project.UpdatedAt.Equal(at) {
			t.Errorf("%s changed something: %v", text, out.Refused)
		}
	}
	for text, want := range map[string]string{
		`{"case_sensitive_codes":false}`:                      "Property .case_sensitive_codes cannot be changed",
		`{"case_sensitive_codes":null}`:                       "Property .case_sensitive_codes cannot be changed",
		`{"cluster_id":"us1"}`:                                "Property .cluster_id cannot be changed",
		`{"api_version":"v1"}`:                                "Property .api_version cannot be changed",
		`{"is_sandbox":true}`:                                 "Property .is_sandbox cannot be changed",
		`{"users":[{"id":"user_1","role":"ADMIN"}]}`:          "Property .users cannot be changed",
		`{"name":null}`:                                       "Property .name must be string",
		`{"timezone":null}`:                                   "Property .timezone must be string",
		`{"currency":null}`:                                   "Property .currency must be string",
		`{"description":null}`:                                "Property .description must be string",
		`{"webhook_version":null}`:                            "Property .webhook_version must be string",
		`{"client_trusted_domains":null}`:                     "Property .client_trusted_domains must be array",
		`{"client_redeem_enabled":null}`:                      "Property .client_redeem_enabled must be boolean",
		`{"client_set_voucher_expiration_date_enabled":null}`: "Property .client_set_voucher_expiration_date_enabled must be boolean",
		`{"webhooks_callout_notifications":null}`:             "Property .webhooks_callout_notifications must be object",
		`{"api_usage_notifications":null}`:                    "Property .api_usage_notifications must be object",
		`{"default_code_config":{"charset":""}}`:              "Property .default_code_config.charset must NOT have fewer than 1 characters",
		`{"default_code_config":{"charset":"AB C"}}`:          "Property .default_code_config.charset must NOT have white space",
		`{"name":"Coffee"}`:                                   "Duplicated project exists with name Coffee",
	} {
		if out := update(text); details(out.Refused) != want {
			t.Errorf("%s: %v", text, out.Refused)
		}
	}
	p = update(`{"dial_code":null,"default_code_config":{"charset":null},"api_usage_notifications":` + fmt.Sprintf(usage, alert) +
		`,"webhooks_callout_notifications":` + fmt.Sprintf(callout, `{"email":false,"in_app":false,"emails":["a@b.example"]}`) + `}`).Project
	if p.DialCode != nil || p.Charset != nil || p.Usage.Redemptions.Emails[0] != "a@b.example" || p.Callout.Distributions.Email || p.Callout.Webhooks.InApp {
		t.Errorf("%+v", p)
	}
	if p := update(`{"default_code_config":null,"name":"Green tea"}`).Project; p.Name != "Green tea" || p.Charset != nil {
		t.Errorf("%+v", p)
	}
	if out, err := w.UpdateProject(w.ctx, w.call(), "proj_none", &ProjectUpdate{}); err != nil || *out.Refused != *promo.NotFound("project", "proj_none") {
		t.Error(out.Refused, err)
	}
}

func TestSettingsAreSeenAtOnce(t *testing.T) { // 70 R119
	w := newWorld(t)
	s := w.shop("Tea")
	other := w.node()
	open := func(n *world) bool {
		who, refused, err := n.ClientKey(n.ctx, s.client.Key.AppID, s.client.Token)
		n.must(err)
		return refused == nil && FlagOpen(who.Project, FlagRedeem) == nil
	}
	if open(w) || open(other) {
		t.Error("open from the start")
	}
	if out, err := w.UpdateProject(w.ctx, w.call(), string(s.id), body[ProjectUpdate](t, `{"client_redeem_enabled":true}`)); err != nil || out.Refused != nil {
		t.Fatal(out.Refused, err)
	}
	if !open(w) {
		t.Error("this node did not notice")
	}
	other.machine.add(Age)
	if !open(other) {
		t.Error("the other node never notices")
	}
}

func TestProjectsAreListedWithTheSandboxLast(t *testing.T) { // 70 4.3, R101
	w := newWorld(t)
	_, err := store.Configure(w.ctx, w.store, w.call(), func(c *store.Change) (struct{}, error) {
		p := newProject(w.call().Draw)
		p.ID, p.Name, p.Sandbox = "sand_12345678", "Sandbox", true
		return struct{}{}, store.Projects.Save(c, p)
	})
	w.must(err)
	tea, coffee := w.shop("Tea"), w.shop("Coffee")
	list, err := w.ListProjects(w.ctx)
	w.must(err)
	if len(list) != 3 || list[0].ID != tea.id || list[1].ID != coffee.id || !list[2].Sandbox {
		t.Errorf("%v", list)
	}
	out, err := w.DeleteProject(w.ctx, w.call(), "sand_12345678")
	w.must(err)
	if out.Refused == nil || out.Refused.Key != "forbidden" { // 70 R100
		t.Error("the sandbox can be deleted:", out.Refused)
	}
}

func TestADeletedProjectTakesItsDataAlong(t *testing.T) { // 70 R100, R102
	w := newWorld(t)
	tea, coffee := w.shop("Tea"), w.shop("Coffee")
	for _, s := range []*shop{tea, coffee} {
		call := w.call()
		call.Project = s.id
		_, err := store.Configure(w.ctx, w.store, call, func(c *store.Change) (struct{}, error) {
			return struct{}{}, store.Customers.Save(c, &promo.Customer{ID: "cust_1", CreatedAt: noon})
		})
		w.must(err)
	}
	kept := coffee.token("api")
	if out, err := w.DeleteProject(w.ctx, w.call(), string(tea.id)); err != nil || out.Refused != nil {
		t.Fatal(out.Refused, err)
	}
	for _, s := range []*shop{tea, coffee} {
		w.must(w.store.Read(w.ctx, s.id, func(r store.Reader) error {
			c, err := store.Customers.Get(r, "cust_1")
			if (c == nil) != (s == tea) {
				t.Errorf("the customer of %s: %v", s.id, c)
			}
			return err
		}))
	}
	if keys, err := w.ListKeys(w.ctx, tea.id); err != nil || len(keys) != 0 {
		t.Error(keys, err)
	}
	if !w.works(kept) || !w.opens(coffee.server.Key.AppID, coffee.server.Token) {
		t.Error("the other project was hurt")
	}
	for range 2 {
		if out, err := w.DeleteProject(w.ctx, w.call(), string(tea.id)); err != nil || *out.Refused != *promo.NotFound("project", string(tea.id)) {
			t.Error(out.Refused, err)
		}
		if out, err := w.GetProject(w.ctx, string(tea.id)); err != nil || out.Refused == nil {
			t.Error(out.Refused, err)
		}
	}
	w.shop("Tea") // its name is free again
}
