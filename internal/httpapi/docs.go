package httpapi

import (
	"bytes"
	"html/template"

	"github.com/scrip-dev/scrip/internal/auth"
)

// docs makes the page that lists what is served.
func docs(routes []Route, version string) []byte {
	var page bytes.Buffer
	if err := docsTemplate.Execute(&page, map[string]any{"Groups": groups(routes), "Version": version, "Scopes": auth.AllScopes}); err != nil {
		panic(err) // made of our own types alone
	}
	return page.Bytes()
}

// group is the routes of one family.
type group struct {
	Title, Credentials string
	Routes             []row
}

type row struct{ Method, Path, Summary, Scope string }

func groups(routes []Route) []group {
	out := []group{
		application: {Title: "Application", Credentials: "X-App-Id and X-App-Token, or Authorization: Bearer with a scope named here"},
		client:      {Title: "Client side", Credentials: "X-Client-Application-Id, X-Client-Token and a trusted Origin, or a bearer token"},
		management:  {Title: "Management", Credentials: "X-Management-Id and X-Management-Token"},
		oauth:       {Title: "OAuth 2.0", Credentials: "X-App-Id and X-App-Token, HTTP Basic, or client_id and client_secret"},
		public:      {Title: "Public", Credentials: "none"},
	}
	for i := range routes {
		r := &routes[i]
		scope := ""
		if r.gate.Own != "" {
			scope = r.gate.Own
			if r.gate.Family != r.gate.Own {
				scope += ", " + r.gate.Family
			}
		}
		g := &out[r.family]
		g.Routes = append(g.Routes, row{r.Method, r.Path, r.Summary, scope})
	}
	return append(out[1:], out[public])
}

var docsTemplate = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>scrip</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 small { font-weight: 400; font-size: 1rem; opacity: .7 }
table { border-collapse: collapse; width: 100% }
td { padding: .35rem .6rem .35rem 0; border-top: 1px solid #8884; vertical-align: top }
code { font-family: ui-monospace, monospace; font-size: .92em; overflow-wrap: anywhere }
.m { width: 4.5rem; font-weight: 600 } .s { opacity: .75 }
p.note { opacity: .75 }
</style></head><body>
<h1>scrip <small>{{.Version}}</small></h1>
<p>A promotion and loyalty engine that speaks the public Voucherify HTTP API. Not affiliated with Voucherify.
The same, for machines: <a href="/openapi.json">openapi.json</a>.</p>
{{range .Groups}}{{if .Routes}}<h2>{{.Title}}</h2><p class="note">Credentials: {{.Credentials}}</p>
<table>{{range .Routes}}<tr><td class="m"><code>{{.Method}}</code></td><td><code>{{.Path}}</code><br>{{.Summary}}</td>
<td class="s">{{if .Scope}}<code>{{.Scope}}</code>{{end}}</td></tr>{{end}}</table>{{end}}{{end}}
<h2>Scopes</h2><p>{{range .Scopes}}<code>{{.}}</code> {{end}}</p>
</body></html>
`))
