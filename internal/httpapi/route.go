package httpapi

import (
	"reflect"
	"strings"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/promo"
)

// family is a group of paths that takes its own credentials (70 4.1).
type family int

const (
	public      family = iota // no credentials
	application               // X-App-Id and X-App-Token, or a bearer token
	client                    // X-Client-Application-Id, X-Client-Token and Origin, or a bearer token
	management                // X-Management-Id and X-Management-Token
	oauth                     // keys in headers, Basic, or body
)

// familyOf is told by the first segments alone, whether or not a route has the path.
func familyOf(path string) family {
	switch {
	case strings.HasPrefix(path, "/v1/oauth/") || path == "/v1/oauth" || strings.HasPrefix(path, "/v2/oauth/"):
		return oauth
	case under(path, "/v1"), under(path, "/v2"), under(path, "/scrip/v1"):
		return application
	case under(path, "/client/v1"):
		return client
	case under(path, "/management/v1"):
		return management
	}
	return public
}

func under(path, root string) bool {
	rest, ok := strings.CutPrefix(path, root)
	return ok && (rest == "" || rest[0] == '/')
}

// Route is one row of the table: everything that router, checks, OpenAPI document and docs page need to know.
type Route struct {
	Method     string
	Path       string // parameters in braces
	Summary    string
	Permission string // what the key's role must allow (70 R122); "" for none
	Flag       string // the project's client-side flag that opens it (70 R52); "" when it is always open
	Query      []Param
	do         endpoint

	family family
	gate   auth.Gate
}

// Param documents a query parameter.
type Param struct{ Name, Type, Summary string }

// endpoint is a handler with the types of its body and answer, which the OpenAPI document shows.
type endpoint struct {
	in, out reflect.Type // nil: none
	status  int
	serve   func(*server, *request) (reply, error)
}

// asks is an endpoint that reads a body of type B and answers with V.
func asks[B, V any](serve func(*server, *request, *B) (reply, error)) endpoint {
	e := answers[V](func(s *server, r *request) (reply, error) {
		body := new(B)
		refused, err := decode(r.body, body, r.route.family == management)
		if err != nil {
			return reply{}, err
		}
		if refused != nil {
			return refuse(refused), nil
		}
		return serve(s, r, body)
	})
	e.in = reflect.TypeFor[B]()
	return e
}

// answers is an endpoint without a body to read. V is nothing for 204.
func answers[V any](serve func(*server, *request) (reply, error)) endpoint {
	e := endpoint{out: reflect.TypeFor[V](), status: 200, serve: serve}
	if e.out == reflect.TypeFor[nothing]() {
		e.out, e.status = nil, 204
	}
	return e
}

// nothing is the answer without a body.
type nothing struct{}

// writes reports whether the route may change anything, so that an Idempotency-Key means something (60 R14).
func (r *Route) writes() bool {
	return r.Method != "GET" && r.family != oauth && r.family != public
}

// run makes a call and shows its result, in such a way that an Idempotency-Key keeps exactly what is shown.
func run[T any](r *request, do func(*promo.Call) (T, error), show func(T) reply) (reply, error) {
	if r.call.Once != nil {
		r.call.Once.Render = func(result any) (promo.Answer, bool) {
			re := show(result.(T))
			status, body, err := re.render(r.id())
			return promo.Answer{Status: status, Body: body}, err == nil && keeps(re, status)
		}
	}
	result, err := do(r.call)
	if err != nil {
		return reply{}, err
	}
	return show(result), nil
}

// keeps reports whether an answer is remembered (design, idempotency): not those that say nothing of the write.
func keeps(re reply, status int) bool {
	switch {
	case re.secret, status >= 500, status == 401, status == 413, status == 415, status == 429:
		return false
	}
	return re.refused == nil || re.refused.Key != "invalid_payload"
}
