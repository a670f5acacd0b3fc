package calendar

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
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

// wrong says that a text is no date (60 R29). The decoder of bodies puts the path before it.
type wrong string

func (w wrong) Error() string { return string(w) }

// Must marks it as an expectation that the decoder may show.
func (w wrong) Must() string { return string(w) }

// UnmarshalJSONFrom reads a date or time.
func (i *Instant) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '"' {
		if err := dec.SkipValue(); err != nil {
			return err
		}
		return wrong("must be string")
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	t, ok := ParseTime(tok.String())
	if !ok {
		return wrong("cannot be recognized as a ISO-8601 compliant date")
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
