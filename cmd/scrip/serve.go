package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/campaigns"
	"github.com/scrip-dev/scrip/internal/httpapi"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/redeem"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/work"
)

// serve is `scrip serve`.
type serve struct {
	database
	Listen         string         `help:"Address to listen on." default:"127.0.0.1:8420" env:"SCRIP_LISTEN"`
	BaseURL        string         `help:"External address, for links and OAuth metadata; told from each request when empty." env:"SCRIP_BASE_URL"`
	LogFormat      string         `help:"Form of the log on standard error." enum:"json,text" default:"json" env:"SCRIP_LOG_FORMAT"`
	LogLevel       slog.Level     `help:"Least level that is logged; requests are logged at INFO." default:"WARN" env:"SCRIP_LOG_LEVEL"`
	TrustedProxies []netip.Prefix `help:"Proxies (CIDR) whose X-Forwarded-For is believed." env:"SCRIP_TRUSTED_PROXIES"`
	BodyMax        int64          `help:"Largest body in bytes." default:"10485760" env:"SCRIP_BODY_MAX"`
	RateLimit      int            `help:"API calls a minute for each project; 0 for no limit." env:"SCRIP_RATE_LIMIT"`
	BulkRateLimit  int            `help:"Bulk calls an hour for each project; 0 for no limit." env:"SCRIP_BULK_RATE_LIMIT"`
	ClientLimit    int            `help:"Client-side calls in 5 seconds from each address; 0 for no limit." default:"5" env:"SCRIP_CLIENT_RATE_LIMIT"`
	Pprof          string         `help:"Address for profiles; off when empty." env:"SCRIP_PPROF"`
	Test           bool           `help:"For tests: time can be set, and projects emptied, over HTTP." env:"SCRIP_TEST"`
	Bootstrap      bootstrap      `embed:"" prefix:"bootstrap-"`
}

// bootstrap are the values of the first start, for tests and CI.
type bootstrap struct {
	ProjectID       string `help:"Id of the default project." env:"SCRIP_BOOTSTRAP_PROJECT_ID"`
	AppID           string `help:"Id of the server key." env:"SCRIP_BOOTSTRAP_APP_ID"`
	AppToken        string `help:"Secret of the server key." env:"SCRIP_BOOTSTRAP_APP_TOKEN"`
	ClientID        string `help:"Id of the client-side key." env:"SCRIP_BOOTSTRAP_CLIENT_ID"`
	ClientToken     string `help:"Secret of the client-side key." env:"SCRIP_BOOTSTRAP_CLIENT_TOKEN"`
	ManagementID    string `help:"Id of the management key." env:"SCRIP_BOOTSTRAP_MANAGEMENT_ID"`
	ManagementToken string `help:"Secret of the management key." env:"SCRIP_BOOTSTRAP_MANAGEMENT_TOKEN"`
}

// grace is how long requests under way may take after SIGTERM.
const grace = 25 * time.Second

// Run serves until SIGTERM or SIGINT; then requests under way are finished.
func (c *serve) Run() error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // the heap is a few MB: collecting it less often is worth a sixth of the throughput
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	log := c.log(os.Stderr)
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	s, err := c.open(ctx, false)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	err = c.run(ctx, s, listener, log)
	return errors.Join(err, s.Close())
}

func (c *serve) log(to io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(to, o))
	}
	return slog.New(slog.NewJSONHandler(to, o))
}

func (c *serve) run(ctx context.Context, s *store.Store, listener net.Listener, log *slog.Logger) error {
	var clock promo.Clock = work.MachineClock{Machine: time.Now}
	var test *work.TestClock
	if c.Test {
		var err error
		if test, err = work.NewTestClock(ctx, s, time.Now); err != nil {
			return err
		}
		clock = test
	}
	access := auth.New(s, clock, time.Now, rand.Reader)
	made, err := access.Bootstrap(ctx, auth.Bootstrap(c.Bootstrap))
	if err != nil {
		return err
	}
	worker := &work.Worker{Store: s, Clock: clock, Chance: rand.Reader, Log: log}
	config := httpapi.Config{Store: s, Access: access, Limits: auth.NewLimits(c.quotas()), Redeemer: redeem.New(s), Vouchers: campaigns.NewVouchers(s),
		Clock: clock, Machine: time.Now, Chance: rand.Reader, Log: log, BaseURL: strings.TrimSuffix(c.BaseURL, "/"), Proxies: c.TrustedProxies,
		BodyMax: c.BodyMax, Version: buildVersion()}
	if test != nil {
		test.Drive(worker)
		config.Test = test
	}
	greet(os.Stdout, reachable(config.BaseURL, listener.Addr()), made)
	return c.until(ctx, listener, httpapi.New(config), worker, log)
}

func (c *serve) quotas() auth.Quotas {
	return auth.Quotas{API: auth.Quota{Calls: c.RateLimit, Window: time.Minute}, Bulk: auth.Quota{Calls: c.BulkRateLimit, Window: time.Hour},
		Client: auth.Quota{Calls: c.ClientLimit, Window: 5 * time.Second}}
}

// until serves until the context ends, then lets requests under way finish.
func (c *serve) until(ctx context.Context, listener net.Listener, handler http.Handler, worker *work.Worker, log *slog.Logger) error {
	if c.Pprof != "" {
		if err := profile(c.Pprof, log); err != nil {
			return err
		}
	}
	working, stopWork := context.WithCancel(ctx)
	worked := make(chan struct{})
	go func() { defer close(worked); worker.Run(working) }()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
		ending, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		err = server.Shutdown(ending)
	}
	stopWork()
	<-worked
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// profile serves pprof on an address of its own.
func profile(address string, log *slog.Logger) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	go func() {
		server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
		log.Error("profiles ended", "error", server.Serve(listener))
	}()
	return nil
}

// reachable is an address to call the server at: the external one when it is known, else where it listens. Who listens
// on all addresses is called on the one that is always there.
func reachable(base string, at net.Addr) string {
	if base != "" {
		return base
	}
	if tcp, ok := at.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return "http://" + at.String()
}

// greet says where the server is, and on the first start with which keys.
func greet(w io.Writer, base string, made auth.Bootstrapped) {
	if made.Server == nil {
		fmt.Fprintf(w, "scrip %s listens on %s\n", buildVersion(), base)
		return
	}
	fmt.Fprintf(w, `scrip %s listens on %s

This database was empty: a project and its keys were made. The secrets are shown this once.

export SCRIP_URL=%s
export SCRIP_PROJECT_ID=%s
export SCRIP_APP_ID=%s
export SCRIP_APP_TOKEN=%s
export SCRIP_CLIENT_ID=%s
export SCRIP_CLIENT_TOKEN=%s
export SCRIP_MANAGEMENT_ID=%s
export SCRIP_MANAGEMENT_TOKEN=%s

Paste these lines into another terminal, then make a code and use it:

curl -s $SCRIP_URL/v1/vouchers -H "X-App-Id: $SCRIP_APP_ID" -H "X-App-Token: $SCRIP_APP_TOKEN" -H 'Content-Type: application/json' \
  -d '{"code":"WELCOME10","discount":{"type":"PERCENT","percent_off":10}}'
curl -s $SCRIP_URL/v1/redemptions -H "X-App-Id: $SCRIP_APP_ID" -H "X-App-Token: $SCRIP_APP_TOKEN" -H 'Content-Type: application/json' \
  -d '{"redeemables":[{"object":"voucher","id":"WELCOME10"}],"order":{"amount":4200}}'

`, buildVersion(), base, base, made.Project.ID, made.Server.Key.AppID, made.Server.Token, made.Client.Key.AppID, made.Client.Token,
		made.Management.Key.AppID, made.Management.Token)
}
