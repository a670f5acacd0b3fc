package calendar

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Instant is a moment on the wire: read in any form of 60 R28, written as 60 R27 says.
type Instant struct{ time.Time }

// At is the wire form of an instant; nil stays nil.
func At(t *time.Time) *Instant {
	if t == nil {
		return nil
	}
	return &Instant{*t}
}

// Ptr is the instant itself; nil stays nil.
func (i *Instant) Ptr() *time.Time {
	if i == nil {
		return nil
	}
	return &i.Time
}

// NoDate is what is said of a text that is no date, or names one that does not exist (60 R29).
const NoDate = "cannot be recognized as a ISO-8601 compliant date"

// UnmarshalJSONFrom reads a date or time.
func (i *Instant) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '"' {
		return promo.Mistyped(dec, "must be string")
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	t, ok := ParseTime(tok.String())
	if !ok {
		return promo.Wrong(NoDate)
	}
	i.Time = t
	return nil
}

// MarshalJSONTo writes UTC with three decimals.
func (i Instant) MarshalJSONTo(enc *jsontext.Encoder) error {
	var buf [32]byte
	b := append(buf[:0], '"')
	b = AppendTime(b, i.Time)
	return enc.WriteValue(append(b, '"'))
}

// Date is a plain date, YYYY-MM-DD (60 R32).
type Date string

// UnmarshalJSONFrom reads a date that exists.
func (d *Date) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '"' {
		return promo.Mistyped(dec, "must be string")
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if _, _, _, ok := ParseDate(tok.String()); !ok {
		return promo.Wrong(NoDate)
	}
	*d = Date(tok.String())
	return nil
}
