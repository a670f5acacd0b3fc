// Package formula is the language of dynamic discounts (10-pricing d.15): parsed once, evaluated often, exactly.
package formula

import (
	"time"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Formula is a parsed formula. It does not change.
type Formula struct{}

// Fault says where and why a text is no formula (R152).
type Fault struct {
	Offset int // in bytes
	Reason string
}

func (f *Fault) Error() string { return f.Reason }

// Parse reads a formula of at most 10000 characters (R134, R152).
func Parse(text string) (*Formula, *Fault) { return nil, &Fault{0, "not built yet"} }

// PerLine reports whether it uses an operand of one line, ORDER_ITEM_…, and is to be evaluated for each (R133).
func (f *Formula) PerLine() bool { return false }

// Operand is the name of an operand as it is written (R136), such as ORDER_AMOUNT or CUSTOMER_METADATA.
type Operand string

// Operands give the values of operands; the null Value for what is not known or out of context (R142, R153). key is
// that of a metadata operand.
type Operands interface {
	Operand(name Operand, key string) Value
}

// Env is what a formula is evaluated in.
type Env struct {
	Values Operands
	At     time.Time
	Zone   *time.Location // of the project; nil is UTC
}

// Eval evaluates a formula; false when it fails (R143), so that the static value stands (R150).
func (f *Formula) Eval(env *Env) (Number, bool) { return Number{}, false }

// Value is an operand's value. The zero value is null.
type Value struct{}

// Money is an amount of minor units, as formulas see it: in major units (R131).
func Money(a promo.Amount) Value { return Value{} }

// MoneyRatio is a unit price of a/n minor units.
func MoneyRatio(a promo.Amount, n int64) Value { return Value{} }

// Int is a whole number.
func Int(n int64) Value { return Value{} }

// Text is a text.
func Text(s string) Value { return Value{} }

// Date is a calendar date, YYYY-MM-DD; null when it is none.
func Date(s string) Value { return Value{} }

// Time is an instant.
func Time(t time.Time) Value { return Value{} }

// Attribute is a metadata value; it keeps its JSON type (R135).
func Attribute(v metadata.Value) Value { return Value{} }

// Number is an exact rational number.
type Number struct{}

// FromDecimal is a decimal as a number.
func FromDecimal(d promo.Decimal) Number { return Number{} }

// Amount is the number, in major units, as minor units: half up, not below 0 (R132).
func (n Number) Amount() promo.Amount { return 0 }

// Percent is the number clamped to 0..100 (R132).
func (n Number) Percent() Number { return n }

// Decimal is the number with at most ten decimals.
func (n Number) Decimal() promo.Decimal { return promo.Decimal{} }

// PercentOf is n percent of a·num/den, rounded half up to a whole unit (R3); n is a Percent.
func (n Number) PercentOf(a promo.Amount, num, den int64) promo.Amount { return 0 }

// Units is the number rounded down, not below 0 (R132).
func (n Number) Units() int64 { return 0 }

// Points is the number rounded to the nearest integer, half up (R132).
func (n Number) Points() int64 { return 0 }
