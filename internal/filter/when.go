package filter

import (
	"math"
	"slices"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
)

const msPerDay = 24 * 60 * 60 * 1000

// span is the milliseconds from and after from, before to. Ends that do not exist are always and never.
type span struct{ from, to int64 }

const (
	always = math.MinInt64
	never  = math.MaxInt64
)

func (s span) contains(ms int64) bool { return s.from <= ms && ms < s.to }

func spanOf(r calendar.Range) span { return span{r.From.UnixMilli(), r.To.UnixMilli()} }

func (e Env) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

func (e Env) day(n int) span   { return spanOf(calendar.Day(e.Now, e.zone(), n)) }
func (e Env) week(n int) span  { return spanOf(calendar.Week(e.Now, e.zone(), e.FirstWeekday, n)) }
func (e Env) month(n int) span { return spanOf(calendar.Month(e.Now, e.zone(), n)) }
func (e Env) year(n int) span  { return spanOf(calendar.Year(e.Now, e.zone(), n)) }

// words are the operators that name a stretch of local time (60 R63).
var words = map[Op]func(Env) span{
	Today:     func(e Env) span { return e.day(0) },
	Tomorrow:  func(e Env) span { return e.day(1) },
	Yesterday: func(e Env) span { return e.day(-1) },
	ThisWeek:  func(e Env) span { return e.week(0) },
	LastWeek:  func(e Env) span { return e.week(-1) },
	NextWeek:  func(e Env) span { return e.week(1) },
	ThisMonth: func(e Env) span { return e.month(0) },
	LastMonth: func(e Env) span { return e.month(-1) },
	NextMonth: func(e Env) span { return e.month(1) },
	ThisYear:  func(e Env) span { return e.year(0) },
	LastYear:  func(e Env) span { return e.year(-1) },
	NextYear:  func(e Env) span { return e.year(1) },
}

// counted are the operators that name a stretch of time by a number (60 R63). Day counts are of local calendar days,
// except in $more_than and $less_than, which take n times 24 hours.
var counted = map[Op]func(e Env, n int) span{
	MoreThan:       func(e Env, n int) span { return span{always, e.hoursAgo(n)} },
	LessThan:       func(e Env, n int) span { return span{e.hoursAgo(n) + 1, never} },
	MoreThanAgo:    func(e Env, n int) span { return span{always, e.day(-n).from} },
	LessThanAgo:    func(e Env, n int) span { return span{e.day(1 - n).from, e.day(0).to} },
	MoreThanFuture: func(e Env, n int) span { return span{e.day(n).to, never} },
	LessThanFuture: func(e Env, n int) span { return span{e.day(0).from, e.day(n - 1).to} },
	IsDaysAgo:      func(e Env, n int) span { return e.day(-n) },
	IsDaysInFuture: func(e Env, n int) span { return e.day(n) },
	IsYear:         func(e Env, n int) span { return spanOf(calendar.YearOf(n, e.zone())) },
	IsYearsAgo:     Env.yearsAgo,
}

// hoursAgo is the instant n times 24 hours ago.
func (e Env) hoursAgo(n int) int64 { return e.Now.UnixMilli() - int64(n)*msPerDay }

// yearsAgo is today's date, n years back. 29 February is 28 February in a year without (60 R64): looked back at from
// the one, it is that day; looked back at from the 28th of such a year, both days are meant.
func (e Env) yearsAgo(n int) span {
	y, m, d := e.Now.In(e.zone()).Date()
	first, last := d, d
	if m == time.February && d == 29 && !isLeap(y-n) {
		first, last = 28, 28
	}
	if m == time.February && d == 28 && !isLeap(y) && isLeap(y-n) {
		last = 29
	}
	return span{spanOf(calendar.DayOf(y-n, m, first, e.zone())).from, spanOf(calendar.DayOf(y-n, m, last, e.zone())).to}
}

func isLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// spans are the stretches of time that a predicate asks for: several for a list, one otherwise. It is false for the
// operators that ask for a part of the date, which comes again and again.
func (p Predicate) spans(op Op, env Env) ([]span, bool) {
	if word, ok := words[op]; ok {
		return []span{word(env)}, true
	}
	out := make([]span, len(p.Values))
	for i, v := range p.Values {
		switch count, ok := counted[op]; {
		case ok:
			out[i] = count(env, int(v.n))
		case op == After:
			out[i] = span{v.n + 1, never}
		case op == Before:
			out[i] = span{always, v.n}
		case op == Is || op == In:
			out[i] = v.when(env)
		default:
			return nil, false
		}
	}
	return out, true
}

// when is an instant, or the local day of a date alone (60 R63).
func (v Value) when(env Env) span {
	if v.kind != isDay {
		return span{v.n, v.n + 1}
	}
	y, m, d := int(v.n/10000), time.Month(v.n/100%100), int(v.n%100)
	return spanOf(calendar.DayOf(y, m, d, env.zone()))
}

func (p Predicate) matchTime(op Op, ms int64, env Env) bool {
	if spans, ok := p.spans(op, env); ok {
		return slices.ContainsFunc(spans, func(s span) bool { return s.contains(ms) })
	}
	local := time.UnixMilli(ms + offsetAt(env.zone(), ms)).UTC()
	switch n := p.Values[0].n; op {
	case IsDayOfMonth:
		return int64(local.Day()) == n
	case IsDay:
		return int64(local.Weekday()) == n // 0 is Sunday
	case IsMonth:
		return int64(local.Month()) == n
	}
	return false
}

// Local parts of dates use the zone's offsets of these years; before and after, those of the nearest. A condition of
// SQL has to spell them out, and there are two changes a year.
var (
	offsetsFrom = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	offsetsTo   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
)

// offsetAt is what local time is ahead of UTC, in milliseconds.
func offsetAt(zone *time.Location, ms int64) int64 {
	_, seconds := time.UnixMilli(min(max(ms, offsetsFrom), offsetsTo-1)).In(zone).Zone()
	return int64(seconds) * 1000
}

// offset is what local time is ahead of UTC from an instant on, both in milliseconds.
type offset struct{ from, ms int64 }

// offsets are all that offsetAt can give, in order.
func offsets(zone *time.Location) []offset {
	out := []offset{{always, offsetAt(zone, offsetsFrom)}}
	for at := offsetsFrom; ; {
		_, end := time.UnixMilli(at).In(zone).ZoneBounds()
		if end.IsZero() {
			return out
		}
		// On 31 December of a leap year beyond the zone's table Go names an end that is past (tzset counts 365 days).
		if end := end.UnixMilli(); end > at {
			at = end
		} else {
			at += msPerDay
		}
		if at >= offsetsTo {
			return out
		}
		if next := offsetAt(zone, at); next != out[len(out)-1].ms {
			out = append(out, offset{at, next})
		}
	}
}
