package filter

import (
	"slices"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/geo"
)

const oneDay = 24 * time.Hour

// dateOf is the calendar date of a local time, as 00:00 UTC.
func dateOf(local time.Time) time.Time {
	y, m, d := local.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// date is a date value as 00:00 UTC.
func (v Value) date() time.Time {
	return time.Date(int(v.n/10000), time.Month(v.n/100%100), int(v.n%100), 0, 0, 0, 0, time.UTC)
}

// today is the local date of the environment.
func (e Env) today() time.Time { return dateOf(e.Now.In(e.zone())) }

// anniversary is a date's day in a year: 29 February is the 28th in common years (60 R64).
func anniversary(of time.Time, year int) time.Time {
	m, d := of.Month(), of.Day()
	if m == time.February && d == 29 && !isLeap(year) {
		d = 28
	}
	return time.Date(year, m, d, 0, 0, 0, 0, time.UTC)
}

// anniversaryWords are the month-day words: stretches of local days whose year is ignored (60 R63).
var anniversaryWords = map[Op]Op{TodayMD: Today, TomorrowMD: Tomorrow, YesterdayMD: Yesterday, ThisWeekMD: ThisWeek, LastWeekMD: LastWeek,
	NextWeekMD: NextWeek, ThisMonthMD: ThisMonth, LastMonthMD: LastMonth, NextMonthMD: NextMonth}

// matchAnniversary answers the operators that ignore the year: whether a date's day falls into a stretch of days, or how
// many days ago it last came, or in how many it comes next, today counting as none.
func matchAnniversary(op Op, date time.Time, wants []Value, env Env) bool {
	if word, ok := anniversaryWords[op]; ok {
		return env.holdsDay(words[word](env), date)
	}
	today := env.today()
	ago, ahead := anniversary(date, today.Year()), anniversary(date, today.Year())
	if ago.After(today) {
		ago = anniversary(date, today.Year()-1)
	}
	if ahead.Before(today) {
		ahead = anniversary(date, today.Year()+1)
	}
	past, coming, n := int64(today.Sub(ago)/oneDay), int64(ahead.Sub(today)/oneDay), wants[0].n
	switch op {
	case IsDaysAgoMD:
		return past == n
	case IsMoreDaysAgoMD:
		return past > n
	case IsLessDaysAgoMD:
		return past < n
	case IsDaysInFutureMD:
		return coming == n
	case IsMoreDaysInFutureMD:
		return coming > n
	}
	return coming < n
}

// holdsDay reports whether an anniversary of a date falls into a stretch of local days, which may go over New Year.
func (e Env) holdsDay(s span, date time.Time) bool {
	from, to := dateOf(time.UnixMilli(s.from).In(e.zone())), dateOf(time.UnixMilli(s.to-1).In(e.zone()))
	for year := from.Year(); year <= to.Year(); year++ {
		if day := anniversary(date, year); !day.Before(from) && !day.After(to) {
			return true
		}
	}
	return false
}

// yearless are what calendar operators mean on birthdays: the same without the year (60 R64, 20 R69).
var yearless = map[Op]Op{Today: TodayMD, Tomorrow: TomorrowMD, Yesterday: YesterdayMD, ThisWeek: ThisWeekMD, LastWeek: LastWeekMD,
	NextWeek: NextWeekMD, ThisMonth: ThisMonthMD, LastMonth: LastMonthMD, NextMonth: NextMonthMD, IsDaysAgo: IsDaysAgoMD,
	MoreThanAgo: IsMoreDaysAgoMD, LessThanAgo: IsLessDaysAgoMD, IsDaysInFuture: IsDaysInFutureMD,
	MoreThanFuture: IsMoreDaysInFutureMD, LessThanFuture: IsLessDaysInFutureMD}

// matchBirthday answers for a date without time: calendar operators ignore its year; $is, $after, $before, ages and years
// do not.
func (p Predicate) matchBirthday(op Op, v Value, env Env) bool {
	date := v.date()
	if own, ok := yearless[op]; ok {
		op = own
	}
	switch {
	case slices.Contains(anniversaryOps, op):
		return matchAnniversary(op, date, p.Values, env)
	case op == IsYearsAgo:
		today := env.today()
		return anniversary(date, today.Year()).Equal(today) && int64(today.Year()-date.Year()) == p.Values[0].n
	case op == Is || op == In:
		return slices.ContainsFunc(p.Values, func(want Value) bool {
			return want.kind == isDay && want.n == v.n || want.kind == isTime && dateOf(time.UnixMilli(want.n).In(env.zone())).Equal(date)
		})
	}
	y, m, d := date.Date()
	return p.matchTime(op, calendar.DayOf(y, m, d, env.zone()).From.UnixMilli(), env)
}

// matchCount compares how many elements there are: null has none, and one value alone is one.
func matchCount(op Op, v, want Value) bool {
	n := int64(1)
	switch v.kind {
	case isNull:
		n = 0
	case isList:
		n = int64(len(v.list))
	}
	switch op {
	case Count:
		return n == want.n
	case CountLess:
		return n < want.n
	}
	return n > want.n
}

// matchPlace answers whether a point lies in one of some locations, or in none of them. What is no point does neither (60
// R63).
func matchPlace(op Op, v Value, wants []Value, env Env) bool {
	p, ok := geo.ParsePoint(v.text)
	if !ok || v.kind != isText {
		return false
	}
	inside := slices.ContainsFunc(wants, func(want Value) bool {
		if env.Area == nil {
			return false
		}
		area := env.Area(want.text)
		return area != nil && area.Contains(p)
	})
	return inside == (op == InLocation)
}
