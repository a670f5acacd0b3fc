package promo

import (
	"math/bits"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxInteger is the largest integer accepted or computed, 2^53 - 1: what every JSON client reads exactly
// (10-pricing f, arithmetic beyond it is invalid_amount).
const MaxInteger = 1<<53 - 1

// Amount is money in minor units, 1/100 of the major unit whatever the currency (10-pricing R1), or credits or points.
// On the wire an integer; it may be written 5, 5.0 or 5e0.
type Amount int64

// Integer is a whole number from a body: a quantity, a limit, a count. Written like an Amount.
type Integer int64

// Sum adds amounts; ok is false when the sum leaves the range of MaxInteger.
func Sum(amounts ...Amount) (total Amount, ok bool) {
	for _, a := range amounts {
		total += a
		if total > MaxInteger || total < -MaxInteger {
			return 0, false
		}
	}
	return total, true
}

// Times multiplies an amount by a count that is not negative; ok is false beyond MaxInteger.
func (a Amount) Times(n int64) (product Amount, ok bool) {
	if a < 0 || n < 0 {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(a), uint64(n))
	if hi != 0 || lo > MaxInteger {
		return 0, false
	}
	return Amount(lo), true
}

// Wrong says what a JSON value must be; the decoder puts the path before it (60 R73).
type Wrong string

func (w Wrong) Error() string { return string(w) }

// Must marks it as an expectation that the decoder may show.
func (w Wrong) Must() string { return string(w) }

// ReadEnum reads a string that must be one of the allowed ones; its error is a Wrong (60 R73).
func ReadEnum[S ~string](dec *jsontext.Decoder, into *S, allowed ...S) error {
	if dec.PeekKind() != '"' {
		return Mistyped(dec, "must be string")
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if v := S(tok.String()); slices.Contains(allowed, v) {
		*into = v
		return nil
	}
	return Wrong(OneOf(allowed...))
}

// UnmarshalJSONFrom reads an integer however it is written.
func (a *Amount) UnmarshalJSONFrom(dec *jsontext.Decoder) error { return readInteger(dec, (*int64)(a)) }

// UnmarshalJSONFrom reads an integer however it is written.
func (i *Integer) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return readInteger(dec, (*int64)(i))
}

func readInteger(dec *jsontext.Decoder, into *int64) error {
	if dec.PeekKind() != '0' {
		return Mistyped(dec, "must be integer")
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	n, err := ParseInteger(tok.String())
	if err != nil {
		return err
	}
	*into = n
	return nil
}

// Mistyped reads past a value of another type and says what it must be; its error is a Wrong. Broken JSON inside the
// value comes first.
func Mistyped(dec *jsontext.Decoder, must string) error {
	if err := dec.SkipValue(); err != nil {
		return err
	}
	return Wrong(must)
}

// ParseInteger reads a JSON number that has no fraction left (5, 5.0, 5e0); its error is a Wrong.
func ParseInteger(s string) (int64, error) {
	d, err := ParseDecimal(s)
	if err != nil {
		return 0, Wrong("must be integer")
	}
	n, whole := d.Whole()
	switch {
	case !whole:
		return 0, Wrong("must be integer")
	case n > MaxInteger:
		return 0, Wrong("must be <= 9007199254740991")
	case n < -MaxInteger:
		return 0, Wrong("must be >= -9007199254740991")
	}
	return n, nil
}

// Count is an integer that clients also send as a numeric string, such as "2" (30-redemption R7): quantities, amounts
// and prices of orders. It is never negative.
type Count int64

// UnmarshalJSONFrom reads a number or a numeric string.
func (c *Count) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	kind := dec.PeekKind()
	if kind != '0' && kind != '"' {
		return Mistyped(dec, "must be integer")
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	n, err := ParseInteger(tok.String())
	if err != nil {
		return err
	}
	if n < 0 {
		return Wrong("must be >= 0")
	}
	*c = Count(n)
	return nil
}

// Amount is the count as money.
func (c *Count) Amount() *Amount { return (*Amount)(c) }

var _ json.UnmarshalerFrom = (*Amount)(nil)
