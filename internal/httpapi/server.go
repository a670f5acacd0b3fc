package httpapi

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/campaigns"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/redeem"
	"github.com/scrip-dev/scrip/internal/store"
)

// Config is what a server is made of.
type Config struct {
	Store    *store.Store
	Access   *auth.Access
	Limits   *auth.Limits
	Redeemer *redeem.Redeemer
	Vouchers *campaigns.Vouchers
	Clock    promo.Clock
	Machine  func() time.Time // the machine's clock: logs, metrics, rate limits
	Chance   io.Reader
	Log      *slog.Logger
	BaseURL  string         // external, without trailing slash; "" is taken from each request
	Proxies  []netip.Prefix // whose X-Forwarded-For is believed (70 R45)
	BodyMax  int64          // bytes of a body; 0 is 10 MiB (60 R5)
	Test     TestClock      // nil unless the process was started for tests
	Version  string
}

// TestClock sets project time in a process started for tests.
type TestClock interface {
	// Move sets the project's time, and returns when all work that fell due is done. False: the instant lies before the
	// present one, and nothing was changed.
	Move(ctx context.Context, call *promo.Call, to time.Time) (bool, error)
	// Reset empties a project.
	Reset(ctx context.Context, call *promo.Call) error
}

// server answers requests.
type server struct {
	Config
	router  *router
	routes  []Route
	metrics *metrics
	openapi []byte
	docs    []byte
}

// New makes the handler of the whole API.
func New(c Config) http.Handler {
	if c.BodyMax == 0 {
		c.BodyMax = bodyMax
	}
	s := &server{Config: c, routes: routes(c), metrics: newMetrics()}
	s.router = newRouter(s.routes)
	s.openapi, s.docs = openapi(s.routes, c.Version), docs(s.routes, c.Version)
	return s
}

const (
	bodyMax  = 10 << 20 // 60 R5
	queryMax = 64 << 10 // characters of a query string; more is query_too_large (00-index, section 5)
)

// exchange is a request on its way through the checks.
type exchange struct {
	request
	w       http.ResponseWriter
	family  family
	origin  string // echoed in CORS headers once it is allowed
	limits  auth.Verdict
	counted bool // limits were looked at
	status  int
}

// ServeHTTP answers one request and says so in log and metrics.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := s.Machine()
	x := &exchange{request: request{http: r}, w: w, family: familyOf(r.URL.EscapedPath())}
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.Log.Error("panic", "request_id", x.id(), "panic", p, "stack", stack())
			s.send(x, refuse(internalError))
		}
		s.observe(x, s.Machine().Sub(began))
	}()
	x.draw = promo.NewDraw(s.Clock.Now(promo.Instance), s.Chance)
	re, err := s.answer(x)
	if err != nil {
		re = s.fault(x, err)
	}
	s.send(x, re)
}

// answer runs the checks in the order of 70 R23; the first that fails answers.
func (s *server) answer(x *exchange) (reply, error) {
	if len(x.http.URL.RawQuery) > queryMax {
		return refuse(&promo.Refusal{Key: "query_too_large", Message: "Query string is too large",
			Details: "The query string must not be longer than " + strconv.Itoa(queryMax) + " characters"}), nil
	}
	if x.family == client && x.http.Method == http.MethodOptions {
		return s.preflight(x)
	}
	if x.family != public && x.family != oauth {
		for _, check := range []func(*exchange) (*reply, error){s.authenticate, s.address, s.trust, s.limit} {
			if re, err := check(x); err != nil || re != nil {
				return deref(re), err
			}
		}
	}
	for _, check := range []func(*exchange) (*reply, error){s.exists, s.permitted, s.accepted, s.read, s.once} {
		if re, err := check(x); err != nil || re != nil {
			return deref(re), err
		}
	}
	return x.route.do.serve(s, &x.request)
}

func deref(re *reply) reply {
	if re == nil {
		return reply{}
	}
	return *re
}

func stop(re reply) (*reply, error) { return &re, nil }

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
	re := refuse(&promo.Refusal{Key: "unauthorized", Message: "Unauthorized"})
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

// limit counts the call (70 R130-R134).
func (s *server) limit(x *exchange) (*reply, error) {
	now := s.Machine()
	if x.family == client {
		if v := s.Limits.Client(s.addressOf(x.http), now); !v.OK {
			return stop(s.tooMany(x, v))
		}
	}
	project := promo.Instance
	if x.who.Project != nil {
		project = x.who.Project.ID
	}
	x.limits, x.counted = s.Limits.Count(project, bulk(x.http), now), true
	if !x.limits.OK {
		return stop(s.tooMany(x, x.limits))
	}
	return nil, nil
}

func (s *server) tooMany(x *exchange, v auth.Verdict) reply {
	x.limits, x.counted = v, true
	re := refuse(v.Refusal())
	re.header = http.Header{"Retry-After": {strconv.Itoa(v.RetryAfter)}, "X-Rate-Limit-Type": {v.Type}}
	return re
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
	if x.who.Token != nil && !x.who.Scopes.Has(r.narrow) && !x.who.Scopes.Has(r.wide) {
		re := refuse(auth.InsufficientScope(r.narrow, r.wide))
		re.header = http.Header{"Www-Authenticate": {`Bearer realm="scrip", error="insufficient_scope", scope="` + r.narrow + `"`}}
		return stop(re)
	}
	if r.Permission != "" && x.family != management && x.family != client {
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
	kind, _, _ := mime.ParseMediaType(sent)
	wrong := sent != "" && kind != want || sent == "" && x.family == oauth && x.http.ContentLength != 0
	if x.route.Method != "GET" && wrong && (x.http.ContentLength != 0 || x.family == oauth) {
		return stop(refuse(&promo.Refusal{Key: "unsupported_media_type", Message: "Unsupported media type", Details: "The body must be " + want}))
	}
	return nil, nil
}

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
	if x.route.Method == "GET" || x.http.Body == nil || x.http.ContentLength == 0 {
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
	if len(header) > 1 || len(header[0]) == 0 || len(header[0]) > onceMax {
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

// fault answers what a handler could not do.
func (s *server) fault(x *exchange, err error) reply {
	var replay *store.Replay
	var syntax *malformed
	var gone hungUp
	switch {
	case errors.As(err, &replay):
		re := reply{status: replay.Answer.Status, header: http.Header{"Idempotent-Replayed": {"true"}}}
		if len(replay.Answer.Body) > 0 {
			re.body = rawJSON(replay.Answer.Body)
		}
		return re
	case errors.As(err, &syntax):
		return reply{status: http.StatusBadRequest, body: transport{StatusCode: 400, Error: "Bad Request",
			Message: "Invalid request payload JSON format", Code: 400, Key: "invalid_payload", Details: syntax.where, RequestID: x.id()}}
	case errors.Is(err, store.ErrKeyReused):
		return refuse(&promo.Refusal{Key: "idempotency_key_reused", Message: "Idempotency key reused",
			Details: "The Idempotency-Key was used for another call or body"})
	case errors.Is(err, store.ErrBusy) && x.call != nil && x.call.Once != nil:
		return refuse(&promo.Refusal{Key: "idempotency_in_progress", Message: "Idempotent call in progress",
			Details: "A call with this Idempotency-Key is still running"})
	case errors.Is(err, store.ErrBusy):
		return refuse(&promo.Refusal{Key: "multiple_requests", Message: "Multiple requests",
			Details: "Another request is using the same resource; try again"})
	case errors.As(err, &gone), x.http.Context().Err() != nil:
		return reply{status: statusHungUp}
	}
	s.Log.Error("fault", "request_id", x.id(), "method", x.http.Method, "path", x.http.URL.Path, "error", err)
	return refuse(internalError)
}

// statusHungUp is only seen in the log: nobody is there to read it.
const statusHungUp = 499

var internalError = &promo.Refusal{Key: "internal_error", Message: "Internal error", Details: "scrip failed; nothing was half written"}

// send writes the answer with the headers that every answer has.
func (s *server) send(x *exchange, re reply) {
	h := x.w.Header()
	for name, values := range re.header {
		h[name] = values
	}
	h["X-Request-Id"] = []string{x.id()}
	if x.family == client {
		h.Add("Vary", "Origin")
		if x.origin != "" {
			h.Set("Access-Control-Allow-Origin", x.origin)
			h.Set("Access-Control-Expose-Headers", "X-Request-Id, X-Rate-Limit-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Retry, Retry-After")
		}
	}
	if x.family != public {
		s.limitHeaders(x, h)
	}
	if raw, ok := re.body.(document); ok {
		h.Set("Content-Type", raw.kind)
		x.status = re.status
		x.w.WriteHeader(re.status)
		_, _ = x.w.Write(raw.body)
		return
	}
	status, body, err := re.render(x.id())
	if err != nil {
		s.Log.Error("an answer cannot be written", "request_id", x.id(), "error", err)
		status, body, _ = refuse(internalError).render(x.id())
	}
	x.status = status
	if status == statusHungUp {
		panic(http.ErrAbortHandler)
	}
	write(x.w, status, body)
}

// limitHeaders are on every answer (60 R12, 70 R130).
func (s *server) limitHeaders(x *exchange, h http.Header) {
	v := x.limits
	if !x.counted {
		v = auth.Unlimited(s.Machine())
	}
	h["X-Rate-Limit-Limit"] = []string{strconv.Itoa(v.Limit)}
	h["X-Rate-Limit-Remaining"] = []string{strconv.Itoa(v.Remaining)}
	h["X-Rate-Limit-Retry"] = []string{strconv.FormatInt(v.Retry, 10)}
}
