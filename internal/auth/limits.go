package auth

import (
	"net/netip"
	"sync"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Verdict is what a limit says of a call (70 R130, R131).
type Verdict struct {
	OK         bool
	Limit      int
	Remaining  int
	Retry      int64  // epoch second at which the window ends
	RetryAfter int    // seconds, rounded up; of a refused call
	Type       string // which limit; of a refused call
}

// Refusal is 70 R132.
func (v Verdict) Refusal() *promo.Refusal {
	return &promo.Refusal{Key: "too_many_requests", Message: "Too many requests hit the API too quickly.", Details: "Limit: " + v.Type}
}

// Unlimited is the verdict where no limit is configured (70 R131).
func Unlimited(now time.Time) Verdict {
	return Verdict{OK: true, Limit: 1<<31 - 1, Remaining: 1<<31 - 2, Retry: now.Unix()}
}

// Quota is a number of calls in each window of time; zero calls: unlimited.
type Quota struct {
	Calls  int
	Window time.Duration // a minute or an hour
}

// Quotas are the limits of a process (70 7.4).
type Quotas struct {
	API    Quota // all calls of a project
	Bulk   Quota // its bulk calls, which count in this bucket alone (70 R133)
	Client Quota // calls from one address to the client side: a sliding window (70 R53)
}

// DefaultQuotas limit the client side alone.
var DefaultQuotas = Quotas{Client: Quota{5, 5 * time.Second}}

// Limits counts calls. It counts by the machine's clock, in this process.
type Limits struct {
	quotas Quotas
	mu     sync.Mutex
	fixed  map[bucket]*window
	client map[netip.Addr][]time.Time
	swept  time.Time
}

type bucket struct {
	project promo.ProjectID
	bulk    bool
}

type window struct {
	began time.Time
	used  int
}

// NewLimits counts against quotas.
func NewLimits(q Quotas) *Limits {
	return &Limits{quotas: q, fixed: map[bucket]*window{}, client: map[netip.Addr][]time.Time{}}
}

// Count counts a call of a project in its fixed window, aligned to the UTC minute or hour. A refused call is not counted
// (70 R131-R133).
func (l *Limits) Count(project promo.ProjectID, bulk bool, now time.Time) Verdict {
	quota, kind := l.quotas.API, "api_calls"
	if bulk {
		quota, kind = l.quotas.Bulk, "bulk_api_calls"
	}
	if quota.Calls == 0 || project == promo.Instance {
		return Unlimited(now)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	began := now.UTC().Truncate(quota.Window)
	b := bucket{project, bulk}
	w := l.fixed[b]
	if w == nil || !w.began.Equal(began) {
		w = &window{began: began}
		l.fixed[b] = w
	}
	end := began.Add(quota.Window)
	v := Verdict{OK: w.used < quota.Calls, Limit: quota.Calls, Retry: end.Unix()}
	if !v.OK {
		v.RetryAfter, v.Type = secondsUp(end.Sub(now)), kind
		return v
	}
	w.used++
	v.Remaining = quota.Calls - w.used
	return v
}

// Client counts a client-side call of an address in its sliding window (70 R53, R134).
func (l *Limits) Client(from netip.Addr, now time.Time) Verdict {
	quota := l.quotas.Client
	if quota.Calls == 0 {
		return Unlimited(now)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	calls := l.client[from]
	for len(calls) > 0 && !now.Before(calls[0].Add(quota.Window)) {
		calls = calls[1:]
	}
	v := Verdict{OK: len(calls) < quota.Calls, Limit: quota.Calls}
	if v.OK {
		calls = append(calls, now)
		v.Remaining = quota.Calls - len(calls)
	} else {
		v.RetryAfter, v.Type = secondsUp(calls[0].Add(quota.Window).Sub(now)), "api_calls"
	}
	v.Retry = calls[0].Add(quota.Window).Unix()
	l.client[from] = calls
	return v
}

// sweep forgets addresses that did not call for a while, so that memory stays bounded by the calls of one window.
func (l *Limits) sweep(now time.Time) {
	if now.Sub(l.swept) < 10*l.quotas.Client.Window {
		return
	}
	l.swept = now
	for from, calls := range l.client {
		if !now.Before(calls[len(calls)-1].Add(l.quotas.Client.Window)) {
			delete(l.client, from)
		}
	}
}

func secondsUp(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
