// Package formula is the language of dynamic discounts (10-pricing d.15): parsed once, evaluated often, exactly.
package formula

import (
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
)

// Formula is a parsed formula. It does not change.
type Formula struct {
	root    node
	perLine bool
}

// PerLine reports whether it uses an operand of one line, ORDER_ITEM_…, and is to be evaluated for each (10-pricing
// R133).
func (f *Formula) PerLine() bool { return f.perLine }

// Operands give the values of operands; the null Value for what is not known or out of context (10-pricing R142, R153).
// key is that of a metadata operand, else "".
type Operands interface {
	Operand(name Operand, key string) Value
}

// Env is what a formula is evaluated in.
type Env struct {
	Values Operands // nil: every operand is null
	At     time.Time
	Zone   *time.Location // of the project; nil is UTC
}

// Eval evaluates a formula; false when it fails (10-pricing R143), so that the static value stands (R150).
func (f *Formula) Eval(env *Env) (Number, bool) {
	m := machine{env: env, zone: env.Zone}
	if m.zone == nil {
		m.zone = time.UTC
	}
	v := f.root.eval(&m)
	if m.failed || v.kind != isNumber || v.number.tooLarge() {
		return Number{}, false
	}
	return v.number, true
}

// machine is one evaluation. A type error, a division by zero and a number too large fail it whole: what stands around
// them cannot catch them (10-pricing R143).
type machine struct {
	env    *Env
	zone   *time.Location
	failed bool
}

func (m *machine) fail() Value {
	m.failed = true
	return Value{}
}

// result is a number, or the failure of its calculation.
func (m *machine) result(n Number, ok bool) Value {
	if !ok {
		return m.fail()
	}
	return number(n)
}

func dateTime(s string) Value {
	t, ok := calendar.ParseTime(s)
	if !ok {
		return Value{}
	}
	return Time(t)
}
