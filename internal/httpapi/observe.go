package httpapi

import (
	"log/slog"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics are what /metrics shows.
type metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	m.seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "scrip_http_request_duration_seconds",
		Help:    "Time to answer a request, by route and status.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 2.5},
	}, []string{"method", "route", "status"})
	m.registry.MustRegister(m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe notes an answer in log and metrics.
func (s *server) observe(x *exchange, took time.Duration) {
	route := "none"
	if x.route != nil {
		route = x.route.Path
	}
	s.metrics.seconds.WithLabelValues(method(x.http.Method), route, strconv.Itoa(x.status)).Observe(took.Seconds())
	if !s.Log.Enabled(x.context(), slog.LevelInfo) {
		return
	}
	project := ""
	if x.call != nil {
		project = string(x.call.Project)
	}
	s.Log.LogAttrs(x.context(), slog.LevelInfo, "request", slog.String("request_id", x.id()), slog.String("project", project),
		slog.String("method", x.http.Method), slog.String("route", route), slog.Int("status", x.status),
		slog.Int64("microseconds", took.Microseconds()))
}

// method keeps made-up methods out of the metrics.
func method(m string) string {
	switch m {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return m
	}
	return "other"
}
