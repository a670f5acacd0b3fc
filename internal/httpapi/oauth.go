package httpapi

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/view"
)

// oauthRoutes are 70 4.2.
func oauthRoutes() []Route {
	return []Route{
		{Method: "POST", Path: "/v1/oauth/token", Summary: "Buy an access token with a key", do: form[tokenForm, token](issueToken)},
		{Method: "POST", Path: "/v1/oauth/introspect", Summary: "Ask whether a token is live", do: form[accessForm, introspection](introspect)},
		{Method: "POST", Path: "/v1/oauth/token/revoke", Summary: "End a token", do: form[accessForm, nothing](revoke)},
	}
}

// tokenForm and accessForm document the bodies, which are forms.
type (
	tokenForm struct {
		GrantType string `json:"grant_type" required:"true"`
		Scope     string `json:"scope"`
	}
	accessForm struct {
		AccessToken string `json:"access_token"`
		Token       string `json:"token"`
	}
)

// token is the answer to a token request (70 3.4).
type token struct {
	AccessToken string `json:"access_token"`
	ClientID    string `json:"client_id"`
	ExpiresAt   int64  `json:"expires_at"`
	ExpiresIn   int64  `json:"expires_in"`
	Scope       string `json:"scope"`
	TokenType   string `json:"token_type"`
}

// introspection is a live token (70 R10, R34), or active false alone.
type introspection struct {
	Active bool `json:"active"`
	*liveToken
}

type liveToken struct {
	token
	Issuer  string `json:"iss"`
	Subject string `json:"sub"`
	Issued  int64  `json:"iat"`
	Expires int64  `json:"exp"`
}

// oauthCall is a call of the OAuth endpoints with its parameters taken apart.
type oauthCall struct {
	*request
	params map[string]string // never empty values (70 R4)
	rfc    bool              // the RFC dialect (70 R30)
	basic  bool              // Basic was tried
}

// form is an endpoint that reads a form and authenticates by any of the three methods of 70 R29.
func form[B, V any](serve func(*server, *oauthCall) (reply, error)) endpoint {
	e := answers[V](func(s *server, r *request) (reply, error) {
		c, refused := takeForm(r)
		if refused == nil {
			var err error
			if refused, err = c.authenticate(s); err != nil {
				return reply{}, err
			}
		}
		var re reply
		if refused != nil {
			re = c.refuse(refused)
		} else if limited := s.count(r, false); limited != nil {
			re = *limited
		} else {
			var err error
			if re, err = serve(s, c); err != nil {
				return reply{}, err
			}
		}
		if re.header == nil {
			re.header = http.Header{}
		}
		re.header.Set("Cache-Control", "no-store") // 70 R9
		re.header.Set("Pragma", "no-cache")
		return re, nil
	})
	e.in = reflect.TypeFor[B]()
	return e
}

// takeForm reads the body: a repeated parameter is refused, an empty one counts as absent, the query string is not
// looked at (70 R4).
func takeForm(r *request) (*oauthCall, *promo.Refusal) {
	c := &oauthCall{request: r, params: map[string]string{}}
	scheme, _, _ := bearer(r.http.Header)
	c.basic = strings.EqualFold(scheme, "basic")
	values, err := url.ParseQuery(string(r.body))
	if err != nil {
		return c, promo.InvalidPayload("The form cannot be read: " + err.Error())
	}
	var refused *promo.Refusal
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v := values[name]
		switch {
		case !promo.IsText(name), !promo.IsText(v[0]):
			refused = promo.InvalidPayload("The form must be text: UTF-8 without U+0000")
		case len(v) > 1:
			refused = promo.Property("."+name, "must not be given twice")
		}
		if v[0] != "" {
			c.params[name] = v[0]
		}
	}
	c.rfc = c.basic || c.params["client_id"] != "" || c.params["client_secret"] != "" || c.params["token"] != ""
	return c, refused
}

// credentials is one way of saying who calls.
type credentials struct{ id, secret string }

// authenticate finds the one identity behind the credentials sent (70 R29). A bearer token is none (R15).
func (c *oauthCall) authenticate(s *server) (*promo.Refusal, error) {
	h := c.http.Header
	var sent []credentials
	if id, secret := h.Get("X-App-Id"), h.Get("X-App-Token"); id != "" || secret != "" {
		sent = append(sent, credentials{id, secret})
	}
	if c.basic {
		basic, ok := parseBasic(h.Get("Authorization"))
		if !ok {
			return auth.Unauthorized(), nil
		}
		sent = append(sent, basic)
	}
	if c.params["client_id"] != "" || c.params["client_secret"] != "" {
		sent = append(sent, credentials{c.params["client_id"], c.params["client_secret"]})
	}
	if len(sent) == 0 {
		return auth.Unauthorized(), nil
	}
	for _, other := range sent[1:] {
		if other != sent[0] {
			return promo.InvalidPayload("Two different kinds of credentials were sent"), nil
		}
	}
	who, refused, err := s.Access.OAuthClient(c.context(), sent[0].id, sent[0].secret)
	if err != nil || refused != nil {
		return refused, err
	}
	if refused := who.AllowsAddress(s.addressOf(c.http)); refused != nil {
		return refused, nil
	}
	c.who = who
	c.draw = promo.NewDraw(s.Clock.Now(who.Project.ID), s.Chance)
	c.call = &promo.Call{Project: who.Project.ID, Draw: c.draw, Caller: promo.Caller{Key: who.Key.ID, AppID: who.Key.AppID}}
	return nil, nil
}

// parseBasic takes Basic credentials apart; both halves are form-encoded (70 R29).
func parseBasic(header string) (credentials, bool) {
	_, encoded, _ := strings.Cut(strings.TrimSpace(header), " ")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		return credentials{}, false
	}
	id, secret, ok := strings.Cut(string(raw), ":")
	if !ok {
		return credentials{}, false
	}
	id, err1 := url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	return credentials{id, secret}, err1 == nil && err2 == nil
}

// rfcErrors are the words of RFC 6749 for the API's keys (70 R31).
var rfcErrors = map[string]string{
	"invalid_grant_type": "unsupported_grant_type", "missing_parameters": "invalid_request", "invalid_payload": "invalid_request",
	"invalid_scope": "invalid_scope", "unauthorized": "invalid_client", "oauth_token_limit_reached": "invalid_request",
	"forbidden": "unauthorized_client",
}

// rfcProblem is the error object with the RFC's members beside (70 R31).
type rfcProblem struct {
	view.Problem
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// refuse answers in the caller's dialect.
func (c *oauthCall) refuse(r *promo.Refusal) reply {
	re := refuse(r)
	if r.Key == "unauthorized" {
		challenge := "Bearer"
		if c.basic {
			challenge = "Basic" // 70 R32
		}
		re = unauthorized(challenge, "")
	}
	if c.rfc {
		re.body = rfcProblem{view.NewProblem(r, c.id()), rfcErrors[r.Key], r.Message}
	}
	return re
}

func missingParameters() *promo.Refusal {
	return &promo.Refusal{Key: "missing_parameters", Message: "Missing parameters"}
}

// issueToken is POST /v1/oauth/token (70 R1-R9).
func issueToken(s *server, c *oauthCall) (reply, error) {
	grant, scope := c.params["grant_type"], c.params["scope"]
	if scope == "" && c.rfc {
		scope = "api" // 70 R33
	}
	switch {
	case grant == "":
		return c.refuse(missingParameters()), nil
	case grant != "client_credentials":
		return c.refuse(&promo.Refusal{Key: "invalid_grant_type", Message: "Invalid grant_type"}), nil
	case strings.Trim(scope, " ") == "":
		return c.refuse(missingParameters()), nil
	}
	granted, refused := auth.ParseScopes(scope)
	if refused != nil {
		return c.refuse(refused), nil
	}
	out, err := s.Access.Issue(c.context(), c.call, c.who, granted)
	if err != nil {
		return reply{}, err
	}
	if out.Refused != nil {
		re := c.refuse(out.Refused)
		re.header = http.Header{"Retry-After": {strconv.Itoa(out.RetryAfter)}}
		return re, nil
	}
	return ok(showToken(out.Token, c.who.Key, out.Value, int64(auth.Lifetime.Seconds()))), nil
}

func showToken(t *promo.OAuthToken, key *promo.APIKey, value string, left int64) token {
	return token{AccessToken: value, ClientID: key.OAuthClientID, ExpiresAt: t.ExpiresAt.Unix(), ExpiresIn: left, Scope: t.Scope, TokenType: "Bearer"}
}

// tokenIn is the token that a body names, by either member (70 R34).
func (c *oauthCall) tokenIn() (string, *promo.Refusal) {
	a, b := c.params["access_token"], c.params["token"]
	switch {
	case a == "" && b == "":
		return "", missingParameters()
	case a != "" && b != "" && a != b:
		return "", promo.InvalidPayload("token and access_token differ")
	case a != "":
		return a, nil
	}
	return b, nil
}

// introspect is POST /v1/oauth/introspect (70 R10-R12, R34).
func introspect(s *server, c *oauthCall) (reply, error) {
	value, refused := c.tokenIn()
	if refused != nil {
		return c.refuse(refused), nil
	}
	t, key, err := s.Access.Introspect(c.context(), c.who, value)
	if err != nil {
		return reply{}, err
	}
	if t == nil {
		return ok(introspection{}), nil
	}
	left := int64(t.ExpiresAt.Sub(c.call.Draw.At()).Seconds()) // rounded down
	return ok(introspection{true, &liveToken{showToken(t, key, value, left), s.base(c.request), key.OAuthClientID,
		t.IssuedAt.Unix(), t.ExpiresAt.Unix()}}), nil
}

// revoke is POST /v1/oauth/token/revoke: what it answers is told by the member that named the token (70 R13, R35).
func revoke(s *server, c *oauthCall) (reply, error) {
	value, refused := c.tokenIn()
	if refused != nil {
		return c.refuse(refused), nil
	}
	revoked, err := s.Access.Revoke(c.context(), c.call, c.who, value)
	switch {
	case err != nil:
		return reply{}, err
	case c.params["token"] != "":
		return reply{status: http.StatusOK}, nil
	case !revoked:
		return reply{status: http.StatusNotFound}, nil
	}
	return none(), nil
}

// serverMetadata is the RFC 8414 document (70 R36).
type serverMetadata struct {
	Issuer         string   `json:"issuer"`
	Token          string   `json:"token_endpoint"`
	Introspection  string   `json:"introspection_endpoint"`
	Revocation     string   `json:"revocation_endpoint"`
	TokenAuth      []string `json:"token_endpoint_auth_methods_supported"`
	IntrospectAuth []string `json:"introspection_endpoint_auth_methods_supported"`
	RevokeAuth     []string `json:"revocation_endpoint_auth_methods_supported"`
	Grants         []string `json:"grant_types_supported"`
	Responses      []string `json:"response_types_supported"`
	Scopes         []string `json:"scopes_supported"`
}

func wellKnown(s *server, r *request) (reply, error) {
	base, methods := s.base(r), []string{"client_secret_basic", "client_secret_post"}
	re := ok(serverMetadata{Issuer: base, Token: base + "/v1/oauth/token", Introspection: base + "/v1/oauth/introspect",
		Revocation: base + "/v1/oauth/token/revoke", TokenAuth: methods, IntrospectAuth: methods, RevokeAuth: methods,
		Grants: []string{"client_credentials"}, Responses: []string{}, Scopes: auth.AllScopes})
	re.header = http.Header{"Cache-Control": {"max-age=3600"}}
	return re, nil
}
