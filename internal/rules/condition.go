package rules

import (
	"math/big"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// condition is an operator with its values, read once.
type condition struct {
	op    *operator
	wants []want
}

// want is one value of a condition.
type want struct {
	metadata.Value
	number  promo.Decimal
	numeric bool
	when    moment
	ref     catalog.Ref // of rules about items
	frame   frame       // of the $timeframe operators
}

func (w *want) isTrue() bool {
	return w.Kind == metadata.Bool && w.True || w.Kind == metadata.Text && w.Text == "true"
}

// compileCondition reads the values of a condition: a list, or one alone (20 R13). False when the operator cannot use them.
func compileCondition(op *operator, raw jsontext.Value, items bool) (c condition, ok bool) {
	c.op = op
	sent := metadata.ReadValue(raw)
	list := sent.List
	if sent.Kind != metadata.List {
		list = []metadata.Value{sent}
	}
	if op.one && len(list) > 1 {
		list = list[:1] // 20 R13
	}
	for _, v := range list {
		w := want{Value: v, when: readMoment(&v)}
		w.number, w.numeric = number(&v)
		if items {
			w.ref = readRef(v)
		}
		if op.read != nil && !op.read(&w) {
			return c, false
		}
		c.wants = append(c.wants, w)
	}
	return c, true
}

// readRef reads {id, source_id, type, object}, or an id alone.
func readRef(v metadata.Value) catalog.Ref {
	if v.Kind == metadata.Text {
		return catalog.Ref{ID: v.Text}
	}
	r := catalog.Ref{Object: v.Object.Lookup("object").Text, ID: v.Object.Lookup("id").Text, SourceID: v.Object.Lookup("source_id").Text}
	if r.Object == "" && v.Object.Lookup("type").Text == promo.CollectionObject {
		r.Object = promo.CollectionObject
	}
	return r
}

// operator is one line of 20 R14.
type operator struct {
	name    string
	one     bool // compares with the first value alone
	without bool // what it says of an absent value
	holds   func(v *Value, c *condition, zone *time.Location, now time.Time) bool
	read    func(*want) bool // nil: every value will do
}

// operatorNamed finds an operator, in either spelling of those that have two (20 b.4, R69).
func operatorNamed(name string) (*operator, bool) {
	switch name {
	case "$greater_than_or_equal", "$more_than_equal":
		name = "$more_than_or_equal"
	case "$less_than_equal":
		name = "$less_than_or_equal"
	}
	if op, ok := operatorByName[name]; ok {
		return op, true
	}
	return &operator{}, false
}

var operatorByName = func() map[string]*operator {
	out := map[string]*operator{}
	for _, op := range operatorTable {
		out[op.name] = &op
	}
	return out
}()

// operatorTable is 20 R14.
var operatorTable = []operator{
	{name: "$is", holds: equalsAny},
	{name: "$in", holds: equalsAny},
	{name: "$is_not", holds: not(equalsAny), without: true},
	{name: "$not_in", holds: not(equalsAny), without: true},
	{name: "$more_than", one: true, holds: compares(func(c int) bool { return c > 0 })},
	{name: "$more_than_or_equal", one: true, holds: compares(func(c int) bool { return c >= 0 })},
	{name: "$less_than", one: true, holds: compares(func(c int) bool { return c < 0 })},
	{name: "$less_than_or_equal", one: true, holds: compares(func(c int) bool { return c <= 0 })},
	{name: "$starts_with", holds: textAny(strings.HasPrefix)},
	{name: "$ends_with", holds: textAny(strings.HasSuffix)},
	{name: "$contains", holds: contains},
	{name: "$count", one: true, holds: counts(func(c int) bool { return c == 0 })},
	{name: "$count_more", one: true, holds: counts(func(c int) bool { return c > 0 })},
	{name: "$count_less", one: true, holds: counts(func(c int) bool { return c < 0 })},
	{name: "$not_differ", holds: sameSet},
	{name: "$not_intersect", holds: not(equalsAny), without: true},
	{name: "$after", one: true, holds: instants(time.Time.After)},
	{name: "$before", one: true, holds: instants(time.Time.Before)},
	{name: "$more_than_ago", one: true, read: notNegative, holds: days(1, func(c int) bool { return c > 0 })},
	{name: "$less_than_ago", one: true, read: notNegative, holds: days(1, func(c int) bool { return c < 0 })},
	{name: "$is_days_ago", one: true, read: notNegative, holds: days(1, func(c int) bool { return c == 0 })},
	{name: "$more_than_future", one: true, read: notNegative, holds: days(-1, func(c int) bool { return c > 0 })},
	{name: "$less_than_future", one: true, read: notNegative, holds: days(-1, func(c int) bool { return c < 0 })},
	{name: "$is_days_in_future", one: true, read: notNegative, holds: days(-1, func(c int) bool { return c == 0 })},
	{name: "$dow", read: readWeekday, holds: weekdays},
	{name: "$timeframe", read: readTimeframe, holds: frames},
	{name: "$timeframe_absolute", read: readAbsolute, holds: frames},
	{name: "$timeframe_daily_hours", read: readDailyHours, holds: frames},
	{name: "$from", holds: func(*Value, *condition, *time.Location, time.Time) bool { return false }}, // of items only (20 R32)
}

// test judges a value by one condition.
func (c *condition) test(v *Value, zone *time.Location, now time.Time) bool {
	if v.absent() {
		switch c.op.name {
		case "$count", "$count_more", "$count_less", "$not_differ":
			return c.op.holds(v, c, zone, now)
		}
		return c.op.without
	}
	return c.op.holds(v, c, zone, now)
}

func not(h func(*Value, *condition, *time.Location, time.Time) bool) func(*Value, *condition, *time.Location, time.Time) bool {
	return func(v *Value, c *condition, zone *time.Location, now time.Time) bool { return !h(v, c, zone, now) }
}

// equalsAny: the value, or an element of it, equals one of those wanted.
func equalsAny(v *Value, c *condition, zone *time.Location, _ time.Time) bool {
	for i := range c.wants {
		w := &c.wants[i]
		switch {
		case v.Price.Known():
			if w.numeric && comparePrice(v.Price, w.number) == 0 {
				return true
			}
		case v.Kind == metadata.List:
			if hasElement(v.List, w, zone) {
				return true
			}
		case equal(&v.Value, w, zone):
			return true
		}
	}
	return false
}

// equal compares as 20 R16: numbers by value, with numeric text too; dates as instants; else as text.
func equal(v *metadata.Value, w *want, zone *time.Location) bool {
	switch {
	case v.Kind == metadata.Number || w.Kind == metadata.Number:
		n, ok := number(v)
		return ok && w.numeric && n.Cmp(w.number) == 0
	case v.Kind == metadata.Bool || w.Kind == metadata.Bool:
		return asBool(v) == asBool(&w.Value) && asBool(v) != ""
	case v.Kind != metadata.Text || w.Kind != metadata.Text:
		return false
	case v.Text == w.Text:
		return true
	}
	if !w.when.known {
		return false
	}
	m := readMoment(v)
	return m.known && m.instant(zone).Equal(w.when.instant(zone))
}

func asBool(v *metadata.Value) string {
	switch {
	case v.Kind == metadata.Bool && v.True:
		return "true"
	case v.Kind == metadata.Bool:
		return "false"
	case v.Kind == metadata.Text && (v.Text == "true" || v.Text == "false"):
		return v.Text
	}
	return ""
}

// compares orders numbers, and dates; what is neither on both sides is false (20 R15).
func compares(holds func(int) bool) func(*Value, *condition, *time.Location, time.Time) bool {
	return func(v *Value, c *condition, zone *time.Location, _ time.Time) bool {
		w := &c.wants[0]
		if v.Price.Known() {
			return w.numeric && holds(comparePrice(v.Price, w.number))
		}
		if w.numeric {
			n, ok := number(&v.Value)
			return ok && holds(n.Cmp(w.number))
		}
		m := readMoment(&v.Value)
		return m.known && w.when.known && holds(m.instant(zone).Compare(w.when.instant(zone)))
	}
}

// comparePrice compares a unit price that is a fraction with a number, exactly.
func comparePrice(p catalog.Price, w promo.Decimal) int {
	units, scale := w.Parts()
	below := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	return big.NewRat(int64(p.Amount), p.Of).Cmp(new(big.Rat).SetFrac(big.NewInt(units), below))
}

func textAny(holds func(s, part string) bool) func(*Value, *condition, *time.Location, time.Time) bool {
	return func(v *Value, c *condition, _ *time.Location, _ time.Time) bool {
		if v.Kind != metadata.Text {
			return false
		}
		for i := range c.wants {
			if c.wants[i].Kind == metadata.Text && holds(v.Text, c.wants[i].Text) {
				return true
			}
		}
		return false
	}
}

// contains: a text has one of the parts; a list has all of the values (20 Q4).
func contains(v *Value, c *condition, zone *time.Location, now time.Time) bool {
	if v.Kind != metadata.List {
		return textAny(strings.Contains)(v, c, zone, now)
	}
	for i := range c.wants {
		if !hasElement(v.List, &c.wants[i], zone) {
			return false
		}
	}
	return true
}

func hasElement(list []metadata.Value, w *want, zone *time.Location) bool {
	for k := range list {
		if equal(&list[k], w, zone) {
			return true
		}
	}
	return false
}

// counts compares the length of a list; one value alone counts 1, and texts and booleans do not count (20 R15).
func counts(holds func(int) bool) func(*Value, *condition, *time.Location, time.Time) bool {
	return func(v *Value, c *condition, _ *time.Location, _ time.Time) bool {
		n := int64(0)
		switch v.Kind {
		case metadata.Null:
		case metadata.List:
			n = int64(len(v.List))
		case metadata.Text, metadata.Bool:
			return false
		default:
			n = 1
		}
		return c.wants[0].numeric && holds(promo.NewDecimal(n, 0).Cmp(c.wants[0].number))
	}
}

// sameSet: exactly these, in any order, however often (20 Q3).
func sameSet(v *Value, c *condition, zone *time.Location, _ time.Time) bool {
	list := v.List
	if v.Kind != metadata.List && v.Kind != metadata.Null {
		list = []metadata.Value{v.Value}
	}
	for i := range c.wants {
		if !hasElement(list, &c.wants[i], zone) {
			return false
		}
	}
	for k := range list {
		found := false
		for i := range c.wants {
			found = found || equal(&list[k], &c.wants[i], zone)
		}
		if !found {
			return false
		}
	}
	return true
}

func instants(holds func(a, b time.Time) bool) func(*Value, *condition, *time.Location, time.Time) bool {
	return func(v *Value, c *condition, zone *time.Location, _ time.Time) bool {
		m, w := readMoment(&v.Value), c.wants[0].when
		return m.known && w.known && holds(m.instant(zone), w.instant(zone))
	}
}

func notNegative(w *want) bool { return w.numeric && w.number.Sign() >= 0 }

// days compares how many local calendar days lie between today and the value: behind today when sign is 1, ahead of it
// when it is -1. A value on the other side never matches.
func days(sign int64, holds func(int) bool) func(*Value, *condition, *time.Location, time.Time) bool {
	return func(v *Value, c *condition, zone *time.Location, now time.Time) bool {
		m := readMoment(&v.Value)
		if !m.known {
			return false
		}
		n := sign * (dayOf(now, zone).Unix() - m.day(zone).Unix()) / (24 * 60 * 60) // a Duration would end after 292 years
		return n >= 0 && holds(promo.NewDecimal(n, 0).Cmp(c.wants[0].number))
	}
}
