// Package filter is the language of list filters, segments and auto-update collections (60 R56–R70): the same filter
// is answered in memory, by Match, and as a condition of SQL, and a property test shows that both agree.
//
// It reads no clock and touches no database: the instant and the zone are arguments, columns are described by whoever
// keeps the records.
package filter

import (
	"slices"
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/geo"
)

// Junction joins the predicates of a filter (60 R61). Its zero value is And.
type Junction string

// The junctions, as they are written on output (60 R61).
const (
	And Junction = "and"
	Or  Junction = "or"
)

// Filter is predicates joined by one junction; there are no groups (60 R60, R62). Without predicates it holds for every
// record (60 R187).
type Filter struct {
	Junction   Junction
	Predicates []Predicate
}

// Predicate asks one thing of one field (60 R60). Values are as the field's type reads them: one, none where the
// operator says everything itself, any number for the operators that take a list.
type Predicate struct {
	Field  Field
	Op     Op
	Values []Value
}

// Env is what an answer depends on besides record and filter: the instant, and the project's zone and first day of the
// week (60 R31, R70). No zone is UTC.
type Env struct {
	Now          time.Time
	Zone         *time.Location
	FirstWeekday time.Weekday
	Area         func(location string) geo.Area // nil: that location is unknown. No function: none is known
}

// Row gives the value of a field of one record, by the field's full name: null for what the record lacks.
type Row func(field string) Value

// Match tells whether a record passes the filter.
func (f Filter) Match(row Row, env Env) bool {
	either := f.Junction == Or
	for _, p := range f.Predicates {
		if p.match(row(p.Field.Name), env) == either {
			return either
		}
	}
	return !either || len(f.Predicates) == 0
}

// match answers one predicate. An opposite holds exactly where the operator does not, so for null too (60 R63).
func (p Predicate) match(v Value, env Env) bool {
	op, negated := p.Op.negates()
	return p.holds(op, v, env) != negated
}

func (p Predicate) holds(op Op, v Value, env Env) bool {
	switch {
	case slices.Contains(countOps, op):
		return matchCount(op, v, p.Values[0])
	case v.kind == isNull:
		return false
	case op == HasValue:
		return true
	}
	switch p.Field.Type {
	case Number:
		return v.kind == isNumber && matchNumber(op, v, p.Values)
	case Time:
		if slices.Contains(anniversaryOps, op) {
			return v.kind == isTime && matchAnniversary(op, dateOf(time.UnixMilli(v.n).In(env.zone())), p.Values, env)
		}
		return v.kind == isTime && p.matchTime(op, v.n, env)
	case Birthday:
		return v.kind == isDay && p.matchBirthday(op, v, env)
	case Place:
		return matchPlace(op, v, p.Values, env)
	case Bool:
		return v.kind == isBool && slices.ContainsFunc(p.Values, func(want Value) bool { return want.n == v.n })
	case State:
		return slices.Contains(v.words, op)
	default:
		if slices.Contains(locationOps, op) {
			return matchPlace(op, v, p.Values, env)
		}
		return matchText(op, v, p.Values)
	}
}

// matchText serves texts, lists of texts, and metadata, which may be either. A list is asked for elements only.
func matchText(op Op, v Value, wants []Value) bool {
	if v.kind == isList {
		return (op == Is || op == In || op == Contains) &&
			slices.ContainsFunc(wants, func(want Value) bool { return slices.Contains(v.list, want.text) })
	}
	got, ok := v.asText()
	return ok && slices.ContainsFunc(wants, func(want Value) bool { return textHolds(op, got, want.text) })
}

func textHolds(op Op, got, want string) bool {
	switch op {
	case Is, In:
		return got == want
	case Contains:
		return strings.Contains(got, want)
	case StartsWith:
		return strings.HasPrefix(got, want)
	case EndsWith:
		return strings.HasSuffix(got, want)
	}
	return false // metadata never matches numeric or date operators (60 R65)
}

func matchNumber(op Op, v Value, wants []Value) bool {
	return slices.ContainsFunc(wants, func(want Value) bool {
		switch order := compareNumbers(v, want); op {
		case Is, In:
			return order == 0
		case MoreThan:
			return order > 0
		case LessThan:
			return order < 0
		case MoreThanEqual:
			return order >= 0
		case LessThanEqual:
			return order <= 0
		}
		return false
	})
}
