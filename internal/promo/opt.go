package promo

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Opt is a member of a body that may be absent, null, or a value; what a PUT makes of each is the patch's to say
// (60 R33-R35). The zero value is absent.
type Opt[T any] struct {
	Set   bool // sent, null included
	Null  bool // sent as null
	Value T    // the zero value unless sent and not null
}

// Some is a member sent with a value.
func Some[T any](v T) Opt[T] { return Opt[T]{Set: true, Value: v} }

// Given reports whether a value other than null was sent.
func (o Opt[T]) Given() bool { return o.Set && !o.Null }

// Ptr is the value, or nil when absent or null: on creation the two mean the same (60 R33).
func (o Opt[T]) Ptr() *T {
	if !o.Given() {
		return nil
	}
	return &o.Value
}

// Or is the value, or what stands for an absent or null one.
func (o Opt[T]) Or(otherwise T) T {
	if !o.Given() {
		return otherwise
	}
	return o.Value
}

// UnmarshalJSONFrom notes that the member was sent.
func (o *Opt[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	o.Set = true
	if dec.PeekKind() == 'n' {
		o.Null = true
		_, err := dec.ReadToken()
		return err
	}
	return json.UnmarshalDecode(dec, &o.Value)
}

// MarshalJSONTo writes null for an absent or null member; use omitzero to leave absent ones out.
func (o Opt[T]) MarshalJSONTo(enc *jsontext.Encoder) error {
	if !o.Given() {
		return enc.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(enc, o.Value)
}
