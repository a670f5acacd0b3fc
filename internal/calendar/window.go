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
		d.Time += time.Duration(n) * map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}[unit]
	})
	return d, ok
}

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

// Add moves a local time by n durations. Calendar parts keep the time of day where clocks change (40 E10).
func (d Duration) Add(t time.Time, n int) time.Time {
	return t.AddDate(n*d.Years, n*d.Months, n*d.Days).Add(time.Duration(n) * d.Time)
}

// Recurs is a window that opens for one duration every interval, from a start on.
type Recurs struct {
	Start              time.Time
	Interval, Duration Duration
}

// Open reports whether the window is open at an instant: opened at it or before, and not yet closed (40 R28, E10).
func (r Recurs) Open(at time.Time, zone *time.Location) bool {
	if at.Before(r.Start) || r.Interval == (Duration{}) {
		return false
	}
	start := r.Start.In(zone)
	n := r.openings(start, at)
	for ; n >= 0; n-- { // windows may overlap when they last longer than their interval
		opened := r.Interval.Add(start, n)
		if opened.After(at) {
			continue
		}
		return at.Before(r.Duration.Add(opened, 1))
	}
	return false
}

// openings is a number of intervals that reaches past an instant.
func (r Recurs) openings(start, at time.Time) int {
	low, high := 0, 1
	for !r.Interval.Add(start, high).After(at) && high < 1<<30 {
		low, high = high, 2*high
	}
	for high-low > 1 {
		if mid := (low + high) / 2; r.Interval.Add(start, mid).After(at) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
