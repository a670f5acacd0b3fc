package httpapi

import (
	"encoding/hex"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// query reads the parameters of a list, all by the same rules (60 R42-R56). The first that is wrong is kept as its
// refusal; what comes after it is not looked at.
type query struct {
	params  []filter.Param
	refused *promo.Refusal
}

// encoded is a percent sign that encodes a byte; any other stands for itself.
var encoded = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// newQuery takes a query string apart. One that is no text is refused whole.
func newQuery(raw string) *query {
	q := &query{params: filter.Brackets(raw)}
	bytes := encoded.ReplaceAllStringFunc(raw, func(code string) string {
		b, _ := hex.DecodeString(code[1:]) // two digits
		return string(b)
	})
	if !promo.IsText(bytes) {
		q.refuse(promo.InvalidQuery("The query string must be text: UTF-8 without U+0000"))
	}
	return q
}

func (q *query) refuse(r *promo.Refusal) {
	if q.refused == nil {
		q.refused = r
	}
}

// text is a plain parameter; "" when it was not sent. Repeated, the last one counts.
func (q *query) text(name string) string {
	for _, p := range slices.Backward(q.params) {
		if len(p.Path) == 1 && p.Path[0] == name {
			return p.Value
		}
	}
	return ""
}

func (q *query) has(name string) bool {
	return slices.ContainsFunc(q.params, func(p filter.Param) bool { return len(p.Path) == 1 && p.Path[0] == name })
}

// integer is a whole number between bounds (60 R42).
func (q *query) integer(name string, otherwise, least, most int) int {
	if !q.has(name) {
		return otherwise
	}
	n, err := strconv.Atoi(q.text(name))
	switch {
	case err != nil:
		q.refuse(promo.InvalidQuery("Property ." + name + " must be integer"))
	case n < least:
		q.refuse(promo.InvalidQuery("Property ." + name + " must be >= " + strconv.Itoa(least)))
	case n > most:
		q.refuse(promo.InvalidQuery("Property ." + name + " must be <= " + strconv.Itoa(most)))
	}
	return n
}

// The bounds of pages (60 R42, R43).
const (
	limitDefault = 10
	limitMost    = 100
	pageMost     = 1000
)

// page reads limit and page into limit and offset (60 R42, R43, R45).
func (q *query) page() (limit, offset int) {
	limit = q.integer("limit", limitDefault, 1, limitMost)
	page := q.integer("page", 1, 1, math.MaxInt)
	if page > pageMost {
		q.refuse(&promo.Refusal{Key: "page_over_limit", Message: "Listing resource above 1000 page is not supported",
			Details: "Property .page cannot be higher than 1000"})
	}
	return limit, (page - 1) * limit
}

// oneOf is a parameter of a fixed set of values (60 R52); "" when it was not sent.
func (q *query) oneOf(name string, allowed []string) string {
	v := q.text(name)
	if q.has(name) {
		q.among(name, v, allowed)
	}
	return v
}

// someOf is a list of values of a fixed set (60 R52, R54); nil when it was not sent.
func (q *query) someOf(name string, allowed []string) []string {
	all := q.values(name)
	for _, v := range all {
		q.among(name, v, allowed)
	}
	return all
}

func (q *query) among(name, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		q.refuse(promo.InvalidQuery("Property ." + name + " " + promo.OneOf(allowed...)))
	}
}

// ids are those that a list is to have alone (60 R69); nil when none were sent.
func (q *query) ids() []string {
	ids := q.values("ids")
	if len(ids) > filter.MaxList {
		q.refuse(promo.InvalidQuery("Property .ids must NOT have more than " + strconv.Itoa(filter.MaxList) + " items"))
	}
	return ids
}

// order is the order of a list; its names come each with - too (60 R52).
func (q *query) order(names ...string) string {
	allowed := make([]string, 0, 2*len(names))
	for _, n := range names {
		allowed = append(allowed, n, "-"+n)
	}
	return q.oneOf("order", allowed)
}

// span reads name[before] and name[after], [name][before] too (60 R50).
func (q *query) span(name, column string) store.Span {
	s := store.Span{Column: column}
	for _, p := range q.params {
		if len(p.Path) != 2 || p.Path[0] != name {
			continue
		}
		switch p.Path[1] {
		case "before":
			s.Before = q.time("."+name+".before", p.Value)
		case "after":
			s.After = q.time("."+name+".after", p.Value)
		}
	}
	return s
}

func (q *query) time(path, value string) time.Time {
	t, ok := calendar.ParseTime(value)
	if !ok {
		q.refuse(promo.InvalidQuery("Property " + path + " " + calendar.NoDate))
	}
	return t
}

// values is a list in any of the forms of 60 R54; nil when it was not sent.
func (q *query) values(name string) []string { return filter.Values(q.params, name) }

// flag is true or false (60 R65).
func (q *query) flag(name string) bool {
	if !q.has(name) {
		return false
	}
	v, err := strconv.ParseBool(strings.ToLower(q.text(name)))
	if err != nil {
		q.refuse(promo.InvalidQuery("Property ." + name + " must be boolean"))
	}
	return v
}

// filters reads filters[…] (60 R56-R68).
func (q *query) filters(fields filter.Set) filter.Filter {
	f, fault := filter.FromParams(q.params, fields)
	if fault != nil {
		q.refuse(promo.InvalidQuery(fault.Details))
	}
	return f
}
