package auth

import (
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Verdict is what a limit says of a call (70 R130, R131).
type Verdict struct {
	OK         bool
	Limit      int
	Remaining  int
	Retry      int64  // epoch second at which the window ends; of a sliding one, at which its oldest call leaves
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

// addressesMost is how many addresses the client-side limit remembers: those that called last. Whoever calls from more
// than that within a window is not held back by any limit of addresses.
const addressesMost = 100_000

// Limits counts calls, by the machine's clock and in this process alone.
type Limits struct {
	quotas Quotas
	mu     sync.Mutex
	fixed  map[bucket]*window // one for each project that ever called
	client *simplelru.LRU[netip.Addr, []time.Time]
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
	client, err := simplelru.NewLRU[netip.Addr, []time.Time](addressesMost, nil)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &Limits{quotas: q, fixed: map[bucket]*window{}, client: client}
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
	b := bucket{project, bulk}
	w := l.fixed[b]
	if began := now.UTC().Truncate(quota.Window); w == nil || began.After(w.began) { // a call that comes late counts in the newer one
		w = &window{began: began}
		l.fixed[b] = w
	}
	end := w.began.Add(quota.Window)
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
	from = from.Unmap().WithZone("")
	calls, _ := l.client.Get(from)
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
	v.Retry = calls[0].Add(quota.Window + time.Second - 1).Unix()
	l.client.Add(from, calls)
	return v
}

func secondsUp(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
