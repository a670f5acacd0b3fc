// Package metadata checks and merges the custom attributes of resources (60 R37, R41, R81). Attributes are
// kept as the text that was sent: order of keys, types and digits of numbers stay. Schemas come with their own issue.
package metadata

import (
	"bytes"
	"reflect"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
)

// maxDepth is how deep values may be nested. A value that is deeper than the JSON functions of a database go could be
// stored, but every list that filters by metadata would fail on it.
const maxDepth = 500

// Check refuses what is no object, has an empty key (60 R81), or is nested too deeply; path is where it stands. Absent
// and null are fine: they mean no metadata (60 R33, R35).
func Check(m promo.Metadata, path string) *promo.Refusal {
	if len(m) == 0 || m.Kind() == 'n' {
		return nil
	}
	if m.Kind() != '{' {
		return promo.Property(path, "must be object")
	}
	dec := decoder(m)
	for {
		tok, err := dec.ReadToken()
		if err != nil { // the end: the body was read as JSON before
			return nil
		}
		switch depth := dec.StackDepth(); {
		case depth > maxDepth:
			return promo.Property(path, "must NOT be nested deeper than "+strconv.Itoa(maxDepth)+" levels")
		case depth == 1 && isName(dec) && tok.String() == "":
			return promo.Property(path, "must NOT have an empty key")
		}
	}
}

// isName reports whether the token just read was a name of the object it stands in.
func isName(dec *jsontext.Decoder) bool {
	kind, length := dec.StackIndex(dec.StackDepth())
	return kind == '{' && length%2 == 1
}

// Clean is metadata as it is kept: without white space between its tokens, and nil for absent, null and empty.
func Clean(m promo.Metadata) promo.Metadata {
	if len(m) == 0 || m.Kind() != '{' {
		return nil
	}
	c := m.Clone()
	if err := c.Compact(); err != nil || string(c) == "{}" {
		return nil
	}
	return c
}

// Shown is metadata as it is answered: {} when there is none.
func Shown(m promo.Metadata) promo.Metadata {
	if len(m) == 0 {
		return promo.Metadata("{}")
	}
	return m
}

// Merge puts the keys that were sent over the stored ones, at the top level: nested values are replaced whole, and a
// null is kept as null (60 R37). Keys keep their places, new ones come behind. Where nothing differs it is the stored one
// as it is (60 R41).
func Merge(stored, sent promo.Metadata) promo.Metadata {
	merged := members(stored)
	place := make(map[string]int, len(merged))
	for i, m := range merged {
		place[m.name] = i
	}
	for _, m := range members(sent) {
		if i, known := place[m.name]; known {
			merged[i] = m
		} else {
			merged = append(merged, m)
		}
	}
	out := Clean(object(merged))
	if equal(out, stored) {
		return Clean(stored)
	}
	return out
}

// equal reports whether two hold the same: keys in any order, numbers digit by digit. Read into floats, large numbers
// that differ would look alike.
func equal(a, b promo.Metadata) bool {
	return bytes.Equal(a, b) || reflect.DeepEqual(tree(decoder(Shown(Clean(a)))), tree(decoder(Shown(Clean(b)))))
}

// member is one attribute: its name, and its value as it was written.
type member struct {
	name  string
	value []byte
}

func decoder(m []byte) *jsontext.Decoder { return jsontext.NewDecoder(bytes.NewReader(m)) }

// members are the attributes of an object in order; none of absent and null.
func members(m promo.Metadata) []member {
	if len(m) == 0 || m.Kind() != '{' {
		return nil
	}
	dec := decoder(m)
	_, _ = dec.ReadToken() // {
	var out []member
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			break
		}
		text := name.String() // before the next read, which reuses its bytes
		value, err := dec.ReadValue()
		if err != nil {
			break
		}
		out = append(out, member{text, value.Clone()})
	}
	return out
}

func object(members []member) promo.Metadata {
	out := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out, _ = jsontext.AppendQuote(out, m.name) // a name that was read is text
		out = append(append(out, ':'), m.value...)
	}
	return append(out, '}')
}

// number is a number as it was written, to tell it from a text.
type number string

// tree is the next value, of valid JSON, as something that compares.
func tree(dec *jsontext.Decoder) any {
	tok, err := dec.ReadToken()
	if err != nil {
		return nil
	}
	switch tok.Kind() {
	case '{':
		object := map[string]any{}
		for dec.PeekKind() == '"' {
			name, _ := dec.ReadToken()
			text := name.String()
			object[text] = tree(dec)
		}
		_, _ = dec.ReadToken() // }
		return object
	case '[':
		list := []any{}
		for kind := dec.PeekKind(); kind != ']' && kind != jsontext.KindInvalid; kind = dec.PeekKind() {
			list = append(list, tree(dec))
		}
		_, _ = dec.ReadToken() // ]
		return list
	case '"':
		return tok.String()
	case '0':
		return number(tok.String())
	case 'n':
		return nil
	}
	return tok.Bool()
}
