// Package metadata merges and compares the custom attributes of resources (60 R37, R41). Schemas come with their own
// issue.
package metadata

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Check refuses what is no object; path is where it stands. Absent and null are fine.
func Check(m promo.Metadata, path string) *promo.Refusal {
	if k := m.Kind(); len(m) > 0 && k != '{' && k != 'n' {
		return promo.InvalidPayload("Property " + path + " must be object")
	}
	return nil
}

// Clean is metadata as it is kept: compact, and nil for absent, null and empty.
func Clean(m promo.Metadata) promo.Metadata {
	if len(m) == 0 || m.Kind() != '{' {
		return nil
	}
	c := m.Clone()
	if c.Compact() != nil || bytes.Equal(c, []byte("{}")) {
		return nil
	}
	return c
}

// Shown is metadata as it is answered: {} when there is none.
func Shown(m promo.Metadata) promo.Metadata {
	if len(m) == 0 {
		return jsontext.Value("{}")
	}
	return m
}

type entry struct {
	name  string
	value jsontext.Value
}

// entries are the members of an object in order.
func entries(m promo.Metadata) []entry {
	if len(m) == 0 || m.Kind() != '{' {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewReader(m))
	if _, err := dec.ReadToken(); err != nil {
		return nil
	}
	var out []entry
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return out
		}
		key := name.String()
		value, err := dec.ReadValue()
		if err != nil && !errors.Is(err, io.EOF) {
			return out
		}
		out = append(out, entry{key, value.Clone()})
	}
	return out
}

// Merge puts sent keys over stored ones at the top level: nested values are replaced whole, a null is kept as null (60
// R37). Keys keep their place, new ones come behind.
func Merge(stored, sent promo.Metadata) promo.Metadata {
	merged := entries(stored)
	at := make(map[string]int, len(merged))
	for i, e := range merged {
		at[e.name] = i
	}
	for _, e := range entries(sent) {
		if i, ok := at[e.name]; ok {
			merged[i].value = e.value
			continue
		}
		at[e.name] = len(merged)
		merged = append(merged, e)
	}
	if len(merged) == 0 {
		return nil
	}
	var b bytes.Buffer
	b.WriteByte('{')
	for i, e := range merged {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := jsontext.AppendQuote(nil, e.name)
		if err != nil {
			return stored
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(e.value)
	}
	b.WriteByte('}')
	return Clean(b.Bytes())
}

// Equal reports whether two are the same, whatever the order of keys and the white space.
func Equal(a, b promo.Metadata) bool { return bytes.Equal(canonical(a), canonical(b)) }

func canonical(m promo.Metadata) jsontext.Value {
	c := Clean(m)
	_ = c.Canonicalize() // of an object that was compacted before
	return c
}
