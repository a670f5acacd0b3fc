package httpapi

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strconv"
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
	w      http.ResponseWriter
	family family
	origin string // echoed in CORS headers once it is allowed
	status int
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
			s.Log.Error("panic", "request_id", x.id(), "panic", p, "stack", string(debug.Stack()))
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
	v := auth.Unlimited(s.Machine())
	if x.counted != nil {
		v = *x.counted
	}
	h["X-Rate-Limit-Limit"] = []string{strconv.Itoa(v.Limit)}
	h["X-Rate-Limit-Remaining"] = []string{strconv.Itoa(v.Remaining)}
	h["X-Rate-Limit-Retry"] = []string{strconv.FormatInt(v.Retry, 10)}
}
