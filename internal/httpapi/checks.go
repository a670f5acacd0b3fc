package httpapi

import (
	"crypto/sha256"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"strings"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// authenticate finds who calls, by the headers of the path's family alone (70 R22); a bearer token decides alone where
// one is taken (70 R17).
func (s *server) authenticate(x *exchange) (*reply, error) {
	ctx, h := x.context(), x.http.Header
	var who *auth.Identity
	var refused *promo.Refusal
	var err error
	scheme, token, sent := bearer(h)
	takesBearer := x.family != management && strings.EqualFold(scheme, "bearer")
	switch {
	case takesBearer && sent != 1:
		return stop(unauthorized("Bearer", "invalid_request"))
	case takesBearer:
		who, refused, err = s.Access.Bearer(ctx, token)
		if refused != nil {
			return stop(unauthorized("Bearer", "invalid_token"))
		}
	case x.family == application:
		who, refused, err = s.Access.ServerKey(ctx, h.Get("X-App-Id"), h.Get("X-App-Token"))
	case x.family == client:
		who, refused, err = s.Access.ClientKey(ctx, h.Get("X-Client-Application-Id"), h.Get("X-Client-Token"))
	default:
		who, refused, err = s.Access.ManagementKey(ctx, h.Get("X-Management-Id"), h.Get("X-Management-Token"))
	}
	switch {
	case err != nil:
		return nil, err
	case refused != nil:
		return stop(unauthorized("Bearer", ""))
	}
	s.identify(x, who)
	return nil, nil
}

// bearer takes the Authorization header apart: its scheme, its credentials, and how many of those there are.
func bearer(h http.Header) (scheme, token string, sent int) {
	scheme, rest, _ := strings.Cut(strings.TrimLeft(h.Get("Authorization"), " "), " ")
	fields := strings.Fields(rest)
	if len(fields) > 0 {
		token = fields[0]
	}
	return scheme, token, len(fields)
}

// unauthorized is 401 (70 R22).
func unauthorized(scheme, fault string) reply {
	challenge := scheme + ` realm="scrip"`
	if fault != "" {
		challenge += `, error="` + fault + `"`
	}
	re := refuse(auth.Unauthorized())
	re.header = http.Header{"Www-Authenticate": {challenge}}
	return re
}

// identify makes the call of an identity: at its project's time, with ids of its own draw.
func (s *server) identify(x *exchange, who *auth.Identity) {
	x.who = who
	project := promo.Instance
	if who.Project != nil {
		project = who.Project.ID
	}
	x.draw = promo.NewDraw(s.Clock.Now(project), s.Chance)
	channel := promo.ChannelAPI
	if x.family == client {
		channel = promo.ChannelClientAPI
	}
	x.call = &promo.Call{Project: project, RequestID: x.id(), Draw: x.draw,
		Caller: promo.Caller{Key: who.Key.ID, AppID: who.Key.AppID, KeyName: who.Key.Name, Channel: channel}}
}

// address checks the key's IP allow list (70 R45).
func (s *server) address(x *exchange) (*reply, error) {
	if refused := x.who.AllowsAddress(s.addressOf(x.http)); refused != nil {
		return stop(refuse(refused))
	}
	return nil, nil
}

// addressOf is the TCP peer, or behind trusted proxies the right-most hop that is not one (70 R45).
func (s *server) addressOf(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(at); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap()
	}
	return at
}

func (s *server) trusted(a netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// trust checks the origin of client-side calls (70 R50).
func (s *server) trust(x *exchange) (*reply, error) {
	if x.family != client {
		return nil, nil
	}
	origin := x.http.Header.Get("Origin")
	if refused := auth.AllowsOrigin(x.who.Project, origin); refused != nil {
		return stop(refuse(refused))
	}
	x.origin = origin
	return nil, nil
}

// preflight answers OPTIONS of a browser, which sends no credentials (70 R51).
func (s *server) preflight(x *exchange) (reply, error) {
	origin := x.http.Header.Get("Origin")
	allowed, err := s.Access.TrustedSomewhere(x.context(), origin)
	if err != nil {
		return reply{}, err
	}
	re := none()
	re.header = http.Header{}
	if allowed {
		x.origin = origin
		re.header.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS")
		re.header.Set("Access-Control-Allow-Headers",
			"X-Client-Application-Id, X-Client-Token, Authorization, Content-Type, X-Voucherify-Channel, X-Voucherify-API-Version, Idempotency-Key")
		re.header.Set("Access-Control-Max-Age", "600")
	}
	return re, nil
}

// limit counts the call.
func (s *server) limit(x *exchange) (*reply, error) {
	return s.count(&x.request, x.family == client), nil
}

// count counts a call of whom its request names, and from where it comes too when each address is limited (70
// R130-R134). Nil: it is within the limits.
func (s *server) count(r *request, byAddress bool) *reply {
	now := s.Machine()
	v := auth.Verdict{OK: true}
	if byAddress {
		v = s.Limits.Client(s.addressOf(r.http), now)
	}
	if v.OK {
		v = s.Limits.Count(r.call.Project, bulk(r.http), now)
	}
	r.counted = &v
	if v.OK {
		return nil
	}
	re := refuse(v.Refusal())
	re.header = http.Header{"Retry-After": {strconv.Itoa(v.RetryAfter)}, "X-Rate-Limit-Type": {v.Type}}
	return &re
}

// bulk tells the calls that count in the bulk bucket (70 R133).
func bulk(r *http.Request) bool {
	for _, end := range []string{"/import", "/importCSV", "/bulk/async", "/metadata/async", "/export"} {
		if strings.HasSuffix(r.URL.Path, end) {
			return true
		}
	}
	return r.Method == http.MethodPost && r.URL.Path == "/v1/exports"
}

// exists finds the route.
func (s *server) exists(x *exchange) (*reply, error) {
	path := x.http.URL.EscapedPath()
	f, ok := s.router.find(x.http.Method, path)
	if !ok {
		refused := &promo.Refusal{Key: "not_found", Message: "Resource not found", Details: "Cannot find " + x.http.Method + " " + path}
		if near := s.router.nearest(path); near != "" {
			refused.Details += "; did you mean " + near + "?"
		}
		return stop(refuse(refused))
	}
	if f.route == nil {
		allow := strings.Join(f.methods, ", ")
		re := refuse(&promo.Refusal{Key: "method_not_allowed", Message: "HTTP Method Not Allowed",
			Details: x.http.Method + " is not allowed here; allowed: " + allow})
		re.header = http.Header{"Allow": {allow}}
		return stop(re)
	}
	x.route, x.params = f.route, f.params
	return nil, nil
}

// permitted checks scope (70 R18-R21), role (70 R120) and the project's client-side flag (70 R52).
func (s *server) permitted(x *exchange) (*reply, error) {
	if x.who == nil {
		return nil, nil
	}
	r := x.route
	if x.who.Token != nil && !x.who.Scopes.Open(r.gate) {
		re := refuse(auth.InsufficientScope(r.gate))
		re.header = http.Header{"Www-Authenticate": {`Bearer realm="scrip", error="insufficient_scope", scope="` + r.gate.Own + `"`}}
		return stop(re)
	}
	if r.Permission != "" {
		if refused := auth.Permit(x.who.Key.Role, r.Permission); refused != nil {
			return stop(refuse(refused))
		}
	}
	if r.Flag != "" {
		if refused := auth.FlagOpen(x.who.Project, r.Flag); refused != nil {
			return stop(refuse(refused))
		}
	}
	return nil, nil
}

// accepted checks Accept and Content-Type (60 R1, R6).
func (s *server) accepted(x *exchange) (*reply, error) {
	if x.family == public {
		return nil, nil
	}
	if accept := x.http.Header.Get("Accept"); accept != "" && !acceptsJSON(accept) {
		return stop(refuse(&promo.Refusal{Key: "not_acceptable", Message: "Not acceptable", Details: "Answers are application/json"}))
	}
	want := "application/json"
	if x.family == oauth {
		want = "application/x-www-form-urlencoded"
	}
	sent := x.http.Header.Get("Content-Type")
	if !x.hasBody() || sent == "" && x.family != oauth { // JSON goes without saying, a form does not
		return nil, nil
	}
	if kind, _, _ := mime.ParseMediaType(sent); kind != want {
		return stop(refuse(&promo.Refusal{Key: "unsupported_media_type", Message: "Unsupported media type", Details: "The body must be " + want}))
	}
	return nil, nil
}

// hasBody reports whether a body was sent to where one is read.
func (x *exchange) hasBody() bool { return x.route.Method != "GET" && x.http.ContentLength != 0 }

func acceptsJSON(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		kind, params, err := mime.ParseMediaType(part)
		if err != nil || params["q"] == "0" {
			continue
		}
		switch kind {
		case "*/*", "application/*", "application/json", "application/problem+json":
			return true
		}
	}
	return false
}

// read reads the body (60 R5).
func (s *server) read(x *exchange) (*reply, error) {
	if !x.hasBody() {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.http.Body, s.BodyMax))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return stop(reply{status: http.StatusRequestEntityTooLarge, body: transport{StatusCode: 413, Error: "Request Entity Too Large",
			Message: "Payload content length greater than maximum allowed: " + strconv.FormatInt(s.BodyMax, 10), Code: 413,
			Key: "query_too_large", RequestID: x.id()}})
	}
	if err != nil {
		return nil, hungUp{err}
	}
	x.body = body
	return nil, nil
}

// hungUp is a client that went away while it sent its body.
type hungUp struct{ error }

const onceMax = 255

// once prepares for an Idempotency-Key (60 R14).
func (s *server) once(x *exchange) (*reply, error) {
	header := x.http.Header.Values("Idempotency-Key")
	if len(header) == 0 || !x.route.writes() {
		return nil, nil
	}
	if len(header) > 1 || len(header[0]) == 0 || len(header[0]) > onceMax || !promo.IsText(header[0]) {
		return stop(refuse(promo.InvalidPayload("Header Idempotency-Key must be one text of 1 to 255 characters")))
	}
	h := sha256.New()
	for _, part := range []string{x.http.Method, x.http.URL.EscapedPath(), x.http.URL.RawQuery, string(x.body)} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	once := &promo.Once{Key: string(x.call.Caller.Key) + "/" + header[0]} // each API key has its own
	h.Sum(once.Fingerprint[:0])
	x.call.Once = once
	return nil, store.Answered(x.context(), s.Store, x.call)
}
