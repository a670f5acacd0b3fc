package auth

import (
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/store/storetest"
)

var minuteOf100 = Quotas{API: Quota{100, time.Minute}, Bulk: Quota{1, time.Hour}}

func at(second float64) time.Time { return noon.Add(time.Duration(second * float64(time.Second))) }

func TestWindowsOfAMinute(t *testing.T) { // 70 E8, R130, R131, R132
	l := NewLimits(minuteOf100)
	count := func(second float64) Verdict { return l.Count("proj_tea", false, at(second)) }
	for range 36 {
		count(41)
	}
	if v, want := count(42), (Verdict{OK: true, Limit: 100, Remaining: 63, Retry: 1903860060}); v != want {
		t.Errorf("call 37: %+v", v)
	}
	for range 63 {
		count(45)
	}
	for range 2 { // a refused call is not counted
		if v, want := count(50), (Verdict{Limit: 100, Retry: 1903860060, RetryAfter: 10, Type: "api_calls"}); v != want {
			t.Errorf("call 101: %+v", v)
		}
	}
	if v, want := count(60), (Verdict{OK: true, Limit: 100, Remaining: 99, Retry: 1903860120}); v != want {
		t.Errorf("in the next minute: %+v", v)
	}
	if v := count(59.9); v.Remaining != 98 || v.Retry != 1903860120 { // two goroutines read the clock, the later one was first
		t.Errorf("a call that comes late: %+v", v)
	}
	if v := l.Count("proj_coffee", false, at(61)); v.Remaining != 99 {
		t.Errorf("another project: %+v", v)
	}
	refused := Verdict{Type: "api_calls"}.Refusal()
	if refused.Key != "too_many_requests" || refused.Message != "Too many requests hit the API too quickly." || refused.Details != "Limit: api_calls" {
		t.Error(refused)
	}
}

func TestBulkCallsHaveTheirOwnBucket(t *testing.T) { // 70 R133
	l := NewLimits(minuteOf100)
	if v := l.Count("proj_tea", true, at(600)); !v.OK || v.Limit != 1 || v.Remaining != 0 || v.Retry != noon.Add(time.Hour).Unix() {
		t.Errorf("the first: %+v", v)
	}
	if v := l.Count("proj_tea", true, at(601.5)); v.OK || v.Type != "bulk_api_calls" || v.RetryAfter != 2999 {
		t.Errorf("the second: %+v", v)
	}
	if v := l.Count("proj_tea", false, at(602)); !v.OK || v.Remaining != 99 {
		t.Errorf("other calls: %+v", v)
	}
}

func TestWithoutALimit(t *testing.T) { // 70 R131
	for name, v := range map[string]Verdict{
		"calls":      NewLimits(DefaultQuotas).Count("proj_tea", false, at(7.9)),
		"bulk calls": NewLimits(DefaultQuotas).Count("proj_tea", true, at(7.9)),
		"management": NewLimits(minuteOf100).Count("", false, at(7.9)),
		"client":     NewLimits(Quotas{}).Client(netip.MustParseAddr("192.0.2.1"), at(7.9)),
	} {
		if want := (Verdict{OK: true, Limit: 2147483647, Remaining: 2147483646, Retry: 1903860007}); v != want {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestFiveCallsInFiveSecondsFromOneAddress(t *testing.T) { // 70 E8, R53, R134
	l := NewLimits(DefaultQuotas)
	from := netip.MustParseAddr("192.0.2.1")
	for i, second := range []float64{0, 0.5, 1, 1.5, 2} {
		if v := l.Client(from, at(second)); !v.OK || v.Limit != 5 || v.Remaining != 4-i {
			t.Errorf("at %v s: %+v", second, v)
		}
	}
	if v := l.Client(from, at(2.5)); v.OK || v.RetryAfter != 3 || v.Remaining != 0 || v.Retry != 1903860005 {
		t.Errorf("at 2.5 s: %+v", v)
	}
	if v := l.Client(netip.MustParseAddr("::ffff:192.0.2.1"), at(2.5)); v.OK {
		t.Error("the same address written otherwise")
	}
	if v := l.Client(netip.MustParseAddr("192.0.2.2"), at(2.5)); !v.OK {
		t.Error("another address is held back")
	}
	if v := l.Client(from, at(5.1)); !v.OK || v.Retry != 1903860006 { // the slot of 0.5 s is next
		t.Errorf("at 5.1 s: %+v", v)
	}
	if v := l.Client(from, at(5.2)); v.OK {
		t.Errorf("at 5.2 s: %+v", v)
	}
}

func TestAddressesAreRememberedWithinBounds(t *testing.T) { // 70 R53
	l := NewLimits(DefaultQuotas)
	address := func(i int) netip.Addr {
		return netip.AddrFrom16([16]byte{0: 0x20, 12: byte(i >> 24), 13: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)})
	}
	for i := range addressesMost + 1000 {
		l.Client(address(i), noon)
	}
	if n := l.client.Len(); n != addressesMost {
		t.Errorf("%d addresses", n)
	}
}

// In no stretch of five seconds do more than five calls pass, and whoever waits as long as told passes.
func TestASlidingWindow(t *testing.T) { // 70 R134
	rapid.Check(t, func(t *rapid.T) {
		l := NewLimits(DefaultQuotas)
		from := netip.MustParseAddr("192.0.2.1")
		now := noon
		var passed []time.Time
		for _, ms := range rapid.SliceOfN(rapid.IntRange(0, 3000), 1, 60).Draw(t, "pauses") {
			now = now.Add(time.Duration(ms) * time.Millisecond)
			within := 0
			for _, p := range passed {
				if now.Sub(p) < 5*time.Second {
					within++
				}
			}
			v := l.Client(from, now)
			if v.OK != (within < 5) || v.OK && v.Remaining != 4-within {
				t.Fatalf("%d within five seconds: %+v", within, v)
			}
			if !v.OK {
				if now = now.Add(time.Duration(v.RetryAfter) * time.Second); v.RetryAfter < 1 || v.RetryAfter > 5 {
					t.Fatalf("wait %d s", v.RetryAfter)
				}
				if v := l.Client(from, now); !v.OK {
					t.Fatalf("waited as long as told: %+v", v)
				}
			}
			passed = append(passed, now)
		}
	})
}

// In every window exactly the quota passes, however many call at once.
func TestAWindowUnderContention(t *testing.T) { // 70 R131
	l := NewLimits(minuteOf100)
	if n := storetest.AtOnce(400, func(int) bool { return l.Count("proj_tea", false, at(1)).OK }); n != 100 {
		t.Errorf("%d passed", n)
	}
}
