package metadata

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Kind is the JSON type of a value.
type Kind uint8

// The kinds. The zero Kind is what is absent or null.
const (
	Null Kind = iota
	Text
	Number
	Bool
	List
	Object
)

// Value is one attribute, read. The zero value is null.
type Value struct {
	Kind   Kind
	Text   string        // of a text; of a number as it was written
	Number promo.Decimal // when Exact
	Exact  bool          // of a number: Number has all its digits
	True   bool          // of a bool
	List   []Value
	Object Attributes
}

// Attributes is metadata, read once to be looked up often. The zero value is empty.
type Attributes struct{ members map[string]Value }

// Read reads metadata. What is no object has no attributes.
func Read(m promo.Metadata) Attributes {
	if len(m) == 0 || m.Kind() != '{' {
		return Attributes{}
	}
	return value(decoder(m)).Object
}

// Lookup finds an attribute by a path whose dots descend into objects; a key that is the whole path wins (20 R24).
// Null when there is none.
func (a Attributes) Lookup(path string) Value {
	if v, ok := a.members[path]; ok {
		return v
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		if v, ok := a.members[path[:i]]; ok && v.Kind == Object {
			if found := v.Object.Lookup(path[i+1:]); found.Kind != Null {
				return found
			}
		}
	}
	return Value{}
}

// ReadValue reads one JSON value, such as a value of a condition.
func ReadValue(raw jsontext.Value) Value { return value(jsontext.NewDecoder(bytes.NewReader(raw))) }

// value reads the next value; what is broken is null: bodies were read as JSON before.
func value(dec *jsontext.Decoder) Value {
	tok, err := dec.ReadToken()
	if err != nil {
		return Value{}
	}
	switch tok.Kind() {
	case '{':
		members := map[string]Value{}
		for dec.PeekKind() == '"' {
			name, _ := dec.ReadToken()
			key := name.String() // before the next read, which reuses its bytes
			members[key] = value(dec)
		}
		_, _ = dec.ReadToken() // }
		return Value{Kind: Object, Object: Attributes{members}}
	case '[':
		list := []Value{}
		for k := dec.PeekKind(); k != ']' && k != jsontext.KindInvalid; k = dec.PeekKind() {
			list = append(list, value(dec))
		}
		_, _ = dec.ReadToken() // ]
		return Value{Kind: List, List: list}
	case '"':
		return Value{Kind: Text, Text: tok.String()}
	case '0':
		written := tok.String()
		n, err := promo.ParseDecimal(written)
		return Value{Kind: Number, Text: written, Number: n, Exact: err == nil}
	case 't', 'f':
		return Value{Kind: Bool, True: tok.Bool()}
	}
	return Value{}
}
