package httpapi

import (
	"github.com/scrip-dev/scrip/internal/auth"
)

// routes is the table of everything that is served.
func routes(c Config) []Route {
	all := []Route{
		{Method: "GET", Path: "/", Summary: "This page", do: answers[document](docsPage)},
		{Method: "GET", Path: "/docs", Summary: "What is served, for reading", do: answers[document](docsPage)},
		{Method: "GET", Path: "/openapi.json", Summary: "What is served, as OpenAPI", do: answers[document](openapiPage)},
		{Method: "GET", Path: "/healthz", Summary: "Whether the process answers", do: answers[health](healthy)},
		{Method: "GET", Path: "/readyz", Summary: "Whether the database answers", do: answers[health](ready)},
		{Method: "GET", Path: "/metrics", Summary: "Prometheus metrics", do: answers[document](metricsPage)},
		{Method: "GET", Path: "/.well-known/oauth-authorization-server", Summary: "OAuth metadata (RFC 8414)", do: answers[serverMetadata](wellKnown)},
	}
	all = append(all, oauthRoutes()...)
	all = append(all, projectRoutes()...)
	all = append(all, voucherRoutes()...)
	all = append(all, redemptionRoutes()...)
	if c.Test != nil {
		all = append(all, testRoutes()...)
	}
	for i := range all {
		r := &all[i]
		r.family, r.gate = familyOf(r.Path), auth.Required(r.Path)
	}
	return all
}
