package calendar

import (
	"strconv"
	"strings"
	"time"
)

// Duration is an ISO 8601 duration: calendar parts and a part of time. The zero value is none.
type Duration struct {
	Years, Months, Days int
	Time                time.Duration
}

// ParseDuration reads P[nY][nM][nW][nD][T[nH][nM][nS]]; at least one part.
func ParseDuration(s string) (Duration, bool) {
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || rest == "" || strings.HasSuffix(rest, "T") {
		return Duration{}, false
	}
	date, clock, _ := strings.Cut(rest, "T")
	var d Duration
	ok = parts(date, "YMWD", func(unit byte, n int) {
		switch unit {
		case 'Y':
			d.Years = n
		case 'M':
			d.Months = n
		case 'W':
			d.Days += 7 * n
		case 'D':
			d.Days += n
		}
	}) && parts(clock, "HMS", func(unit byte, n int) {
		d.Time += time.Duration(n) * clockUnits[unit]
	})
	return d, ok
}

var clockUnits = map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}

// IsDuration reports whether a text is an ISO 8601 duration of some length.
func IsDuration(s string) bool {
	d, ok := ParseDuration(s)
	return ok && d != Duration{}
}

// parts reads numbers with units, each at most once and in order.
func parts(s, units string, each func(unit byte, n int)) bool {
	for s != "" {
		end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if end < 1 || end > 6 {
			return false
		}
		at := strings.IndexByte(units, s[end])
		if at < 0 {
			return false
		}
		n, _ := strconv.Atoi(s[:end]) // at most six digits
		each(s[end], n)
		units, s = units[at+1:], s[end+1:]
	}
	return true
}

// Add moves a local time by n durations. Calendar parts keep the time of day where clocks change (40 E10); a day that the
// month does not have is its last one (50 R10).
func (d Duration) Add(t time.Time, n int) time.Time {
	y, m, day := t.Date()
	first := time.Date(y+n*d.Years, m+time.Month(n*d.Months), 1, 0, 0, 0, 0, time.UTC)
	day = min(day, daysIn(first.Year(), first.Month()))
	hour, minute, second := t.Clock()
	moved := time.Date(first.Year(), first.Month(), day+n*d.Days, hour, minute, second, t.Nanosecond(), t.Location())
	seconds := int64(n) * int64(d.Time/time.Second) // as a Duration it would end after 292 years
	return time.Unix(moved.Unix()+seconds, int64(moved.Nanosecond())).In(t.Location())
}

// Recurs is a window that opens for one duration every interval, from a start on.
type Recurs struct {
	Start              time.Time
	Interval, Duration Duration
}

// Open reports whether the window is open at an instant: opened at it or before, and not yet closed (40 R28, E10). Where
// windows last longer than their interval, the one that opened last closes last.
func (r Recurs) Open(at time.Time, zone *time.Location) bool {
	if at.Before(r.Start) || r.Interval == (Duration{}) {
		return false
	}
	return at.Before(r.Duration.Add(r.lastOpening(at, zone), 1))
}

// lastOpening is when the window last opened, at an instant or before.
func (r Recurs) lastOpening(at time.Time, zone *time.Location) time.Time {
	start := r.Start.In(zone)
	if r.Interval.Years == 0 && r.Interval.Months == 0 && r.Interval.Days == 0 {
		every := r.Interval.Time.Milliseconds() // whole seconds
		return at.Add(-time.Duration((at.UnixMilli()-start.UnixMilli())%every) * time.Millisecond).In(zone)
	}
	low, high := 0, 1 // in intervals: low has opened, high has not
	for !r.Interval.Add(start, high).After(at) {
		low, high = high, 2*high
	}
	for high-low > 1 {
		if mid := (low + high) / 2; r.Interval.Add(start, mid).After(at) {
			high = mid
		} else {
			low = mid
		}
	}
	return r.Interval.Add(start, low)
}
