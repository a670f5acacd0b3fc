package httpapi

import (
	"bytes"
	"net/http"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/prometheus/common/expfmt"
)

// document is an answer that is not JSON made from a type.
type document struct {
	kind string
	body []byte
}

type rawJSON = jsontext.Value

// health is the answer of the two probes.
type health struct {
	Status string `json:"status"`
}

func healthy(*server, *request) (reply, error) { return ok(health{"ok"}), nil }

func ready(s *server, r *request) (reply, error) {
	if err := s.Store.Ping(r.context()); err != nil {
		s.Log.Warn("the database does not answer", "error", err)
		return reply{status: http.StatusServiceUnavailable, body: health{"the database does not answer"}}, nil
	}
	return ok(health{"ready"}), nil
}

func metricsPage(s *server, _ *request) (reply, error) {
	families, err := s.metrics.registry.Gather()
	if err != nil {
		return reply{}, err
	}
	var page bytes.Buffer
	format := expfmt.NewFormat(expfmt.TypeTextPlain)
	enc := expfmt.NewEncoder(&page, format)
	for _, f := range families {
		if err := enc.Encode(f); err != nil {
			return reply{}, err
		}
	}
	return ok(document{string(format), page.Bytes()}), nil
}

func docsPage(s *server, _ *request) (reply, error) {
	return ok(document{"text/html; charset=utf-8", s.docs}), nil
}

func openapiPage(s *server, _ *request) (reply, error) {
	return ok(document{"application/json; charset=utf-8", s.openapi}), nil
}
