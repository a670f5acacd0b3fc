package formula

import (
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/metadata"
)

// node is a part of a formula.
type node interface{ eval(*machine) Value }

type (
	constant   struct{ value Value }
	today      struct{}
	now        struct{}
	negated    struct{ of node }
	both       struct{ left, right node }
	either     struct{ left, right node }
	calculated struct {
		left, right node
		op          func(Number, Number) (Number, bool)
	}
	compared struct {
		left, right node
		holds       comparison
	}
	operand struct {
		name Operand
		key  string
	}
	called struct {
		args []node
		do   func(*machine, []node) Value
	}
	chosen struct {
		factor    node
		cases     []choiceCase
		otherwise node
	}
	choiceCase struct{ value, result node }
)

func (c constant) eval(*machine) Value { return c.value }

func (today) eval(m *machine) Value {
	y, mo, d := m.env.At.In(m.zone).Date()
	return date(y, mo, d)
}

func (now) eval(m *machine) Value { return Time(m.env.At) }

func (o operand) eval(m *machine) Value {
	if m.env.Values == nil {
		return Value{}
	}
	return m.env.Values.Operand(o.name, o.key)
}

func (n negated) eval(m *machine) Value {
	v := n.of.eval(m)
	switch v.kind {
	case isNull:
		return v
	case isNumber:
		return number(v.number.neg())
	}
	return m.fail()
}

// truth is a boolean, or null; anything else is a type error.
func (m *machine) truth(v Value) (yes, known bool) {
	if v.kind != isBool && v.kind != isNull {
		m.fail()
	}
	return v.yes, v.kind == isBool
}

// A false side makes AND false even if the other is null (10-pricing R142).
func (b both) eval(m *machine) Value {
	left, leftKnown := m.truth(b.left.eval(m))
	if m.failed || leftKnown && !left {
		return boolean(false)
	}
	right, rightKnown := m.truth(b.right.eval(m))
	switch {
	case rightKnown && !right:
		return boolean(false)
	case leftKnown && rightKnown:
		return boolean(true)
	}
	return Value{}
}

// A true side makes OR true even if the other is null (10-pricing R142).
func (e either) eval(m *machine) Value {
	left, leftKnown := m.truth(e.left.eval(m))
	if m.failed || left {
		return boolean(true)
	}
	right, rightKnown := m.truth(e.right.eval(m))
	switch {
	case right:
		return boolean(true)
	case leftKnown && rightKnown:
		return boolean(false)
	}
	return Value{}
}

func (c calculated) eval(m *machine) Value {
	left, right := c.left.eval(m), c.right.eval(m)
	if m.failed || left.kind == isNull || right.kind == isNull {
		return Value{}
	}
	if left.kind != isNumber || right.kind != isNumber {
		return m.fail()
	}
	n, ok := c.op(left.number, right.number)
	return m.result(n, ok)
}

var arithmetic = map[string]func(Number, Number) (Number, bool){
	"+": Number.add,
	"-": func(a, b Number) (Number, bool) { return a.add(b.neg()) },
	"*": Number.mul,
	"/": Number.quo,
	"%": Number.mod,
}

func (c compared) eval(m *machine) Value {
	left, right := c.left.eval(m), c.right.eval(m)
	if m.failed || left.kind == isNull || right.kind == isNull {
		return Value{} // 10-pricing R142
	}
	holds, fits := c.holds(left, right, m.zone)
	if !fits {
		return m.fail()
	}
	return boolean(holds)
}

// comparison compares two values that are not null; false for fits is a type error.
type comparison func(left, right Value, zone *time.Location) (holds, fits bool)

// comparisons are the operators of the row cmp of the grammar (10-pricing R134).
var comparisons = map[string]comparison{
	">":            ordered(func(c int) bool { return c > 0 }),
	"<":            ordered(func(c int) bool { return c < 0 }),
	">=":           ordered(func(c int) bool { return c >= 0 }),
	"<=":           ordered(func(c int) bool { return c <= 0 }),
	"=":            equal,
	"!=":           not(equal),
	"is":           texts(func(a, b string) bool { return a == b }),
	"isNot":        texts(func(a, b string) bool { return a != b }),
	"contains":     contains,
	"startsWith":   texts(strings.HasPrefix),
	"endsWith":     texts(strings.HasSuffix),
	"IN_ARRAY":     inArray,
	"NOT_IN_ARRAY": not(inArray),
	"DATE_IS":      sameDay,
	"DATE_IS_NOT":  not(sameDay),
	"IS_AFTER":     when(time.Time.After),
	"IS_BEFORE":    when(time.Time.Before),
}

func ordered(holds func(int) bool) comparison {
	return func(a, b Value, _ *time.Location) (bool, bool) {
		if a.kind != isNumber || b.kind != isNumber {
			return false, false
		}
		return holds(a.number.cmp(b.number)), true
	}
}

// equal compares numbers, texts and booleans of one type.
func equal(a, b Value, _ *time.Location) (bool, bool) {
	switch {
	case a.kind != b.kind:
		return false, false
	case a.kind == isNumber:
		return a.number.cmp(b.number) == 0, true
	case a.kind == isText:
		return a.text == b.text, true
	case a.kind == isBool:
		return a.yes == b.yes, true
	}
	return false, false
}

func not(c comparison) comparison {
	return func(a, b Value, zone *time.Location) (bool, bool) {
		holds, fits := c(a, b, zone)
		return !holds, fits
	}
}

func texts(holds func(a, b string) bool) comparison {
	return func(a, b Value, _ *time.Location) (bool, bool) {
		if a.kind != isText || b.kind != isText {
			return false, false
		}
		return holds(a.text, b.text), true
	}
}

// contains looks for a part of a text, or a member of a list (10-pricing R140).
func contains(a, b Value, _ *time.Location) (bool, bool) {
	switch {
	case a.kind == isText && b.kind == isText:
		return strings.Contains(a.text, b.text), true
	case a.kind != isList:
		return false, false
	}
	return member(a.list, b), b.kind == isText || b.kind == isNumber || b.kind == isBool
}

func member(list []metadata.Value, v Value) bool {
	for _, e := range list {
		if holds, fits := equal(Attribute(e), v, nil); fits && holds {
			return true
		}
	}
	return false
}

// inArray looks for a value among those of a text, separated by commas; a number is compared as one (10-pricing R140).
func inArray(a, b Value, _ *time.Location) (bool, bool) {
	switch {
	case a.kind != isText && a.kind != isNumber:
		return false, false
	case b.kind == isList:
		return member(b.list, a), true
	case b.kind != isText:
		return false, false
	}
	for e := range strings.SplitSeq(b.text, ",") {
		e = strings.TrimSpace(e)
		if a.kind == isText {
			if e == a.text {
				return true, true
			}
			continue
		}
		if n, ok := readNumber(e); ok && n.cmp(a.number) == 0 {
			return true, true
		}
	}
	return false, true
}

// sameDay compares calendar days (10-pricing R141).
func sameDay(a, b Value, zone *time.Location) (bool, bool) {
	if !a.isWhen() || !b.isWhen() {
		return false, false
	}
	return a.day(zone).Equal(b.day(zone)), true
}

func when(holds func(a, b time.Time) bool) comparison {
	return func(a, b Value, zone *time.Location) (bool, bool) {
		if !a.isWhen() || !b.isWhen() {
			return false, false
		}
		return holds(a.instant(zone), b.instant(zone)), true
	}
}

// Only the branch that is returned is evaluated (10-pricing R142).
func (c chosen) eval(m *machine) Value {
	factor := c.factor.eval(m)
	if m.failed || factor.kind == isNull {
		return Value{}
	}
	for _, one := range c.cases {
		value := one.value.eval(m)
		if m.failed {
			return Value{}
		}
		if holds, fits := equal(factor, value, m.zone); fits && holds {
			return one.result.eval(m)
		}
	}
	return c.otherwise.eval(m)
}

func (c called) eval(m *machine) Value { return c.do(m, c.args) }
