package httpapi

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
)

// checker is a body with rules of value: bounds, enumerations, combinations. Its refusal names the first that is broken,
// in property order.
type checker interface{ Check() *promo.Refusal }

// malformed is a body that is no JSON: it is answered in the transport shape (60 R4).
type malformed struct{ where string }

func (m *malformed) Error() string { return m.where }

// decode reads a body into a pointer to its type. An empty body is an empty object or array (60 R2). Unknown members are
// ignored (60 R7), names are case-sensitive, a member given twice is refused, wrong types are refused with their path:
// the first fault in order of the body, then missing members in order of the type (60 R73), then what Check says. Dotted
// indexes (.items.0) are for management calls.
func decode(body []byte, into any, dotted bool) (*promo.Refusal, error) {
	t := reflect.TypeOf(into).Elem()
	if len(bytes.TrimSpace(body)) == 0 {
		body = emptyOf(t)
	}
	if bytes.Contains(body, []byte(`\u0000`)) {
		if refused := refuseNUL(body, dotted); refused != nil {
			return refused, nil
		}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return describe(err, body, t, dotted)
	}
	if refused := refuseNulls(body, t, dotted); refused != nil {
		return refused, nil
	}
	if details := missing(reflect.ValueOf(into).Elem(), "", body, dotted); details != "" {
		return promo.InvalidPayload(details), nil
	}
	if c, ok := into.(checker); ok {
		return c.Check(), nil
	}
	return nil, nil
}

func emptyOf(t reflect.Type) []byte {
	if t.Kind() == reflect.Slice && t != reflect.TypeFor[jsontext.Value]() {
		return []byte("[]")
	}
	return []byte("{}")
}

// describe turns a decoding error into the sentence of 60 R73.
func describe(err error, body []byte, t reflect.Type, dotted bool) (*promo.Refusal, error) {
	if errors.Is(err, jsontext.ErrDuplicateName) {
		var syntax *jsontext.SyntacticError
		if errors.As(err, &syntax) {
			return promo.Property(pathOf(syntax.JSONPointer, body, dotted), "must not be given twice"), nil
		}
	}
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) {
		where := strings.TrimPrefix(err.Error(), "jsontext: ")
		return nil, &malformed{where}
	}
	must := ""
	var said interface{ Must() string }
	if errors.As(err, &said) {
		must = said.Must()
	}
	if must == "" {
		must = "must be " + wordOf(semantic.GoType)
	}
	_, nullable, _ := typeAt(t, semantic.JSONPointer)
	if rest, plain := strings.CutPrefix(must, "must be "); plain && nullable && !strings.ContainsAny(rest, " <>,") {
		must += ",null"
	}
	if semantic.JSONPointer == "" {
		return promo.InvalidPayload("Payload " + must), nil
	}
	return promo.Property(pathOf(semantic.JSONPointer, body, dotted), must), nil
}

// wordOf is the JSON word of a Go type.
func wordOf(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return "valid"
	}
	if t.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) || reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return "string"
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16,
		reflect.Uint32, reflect.Uint64:
		return "integer"
	case reflect.Slice, reflect.Array:
		return "array"
	}
	return "object"
}

// readsItself reports whether a type says how it is read, null included.
func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[json.UnmarshalerFrom]()) || p.Implements(reflect.TypeFor[json.Unmarshaler]())
}

// typeAt walks a type along a pointer: what is there, and whether it may be null. What a type holds that reads itself is
// not known.
func typeAt(t reflect.Type, p jsontext.Pointer) (at reflect.Type, nullable, known bool) {
	at, nullable = inside(t)
	for token := range p.Tokens() {
		switch {
		case readsItself(at):
			return nil, false, false
		case at.Kind() == reflect.Struct:
			field, ok := fieldNamed(at, token)
			if !ok {
				return nil, false, false
			}
			at = field.Type
		case at.Kind() == reflect.Slice || at.Kind() == reflect.Array || at.Kind() == reflect.Map:
			at = at.Elem()
		default:
			return nil, false, false
		}
		at, nullable = inside(at)
	}
	return at, nullable, true
}

// inside is the type within pointers and Opt, and whether there were any: such a member may be null.
func inside(t reflect.Type) (reflect.Type, bool) {
	nullable := false
	for {
		if t.Kind() == reflect.Pointer {
			t, nullable = t.Elem(), true
			continue
		}
		if isOpt(t) {
			value, _ := t.FieldByName("Value")
			t, nullable = value.Type, true
			continue
		}
		return t, nullable
	}
}

func isOpt(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[promo.Amount]().PkgPath() && strings.HasPrefix(t.Name(), "Opt[")
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Tag.Get("json") == "" {
			inner, _ := inside(f.Type)
			if inner.Kind() == reflect.Struct {
				if sub, ok := fieldNamed(inner, name); ok {
					return sub, true
				}
			}
			continue
		}
		if nameOf(f) == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func nameOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		return f.Name
	}
	return name
}

// missing finds the first member tagged required that was not sent, in order of the type. A member that holds its zero
// value is looked for in the body itself.
func missing(v reflect.Value, path string, body []byte, dotted bool) string {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch {
	case isOpt(v.Type()):
		if !v.FieldByName("Set").Bool() || v.FieldByName("Null").Bool() {
			return ""
		}
		return missing(v.FieldByName("Value"), path, body, dotted)
	case v.Kind() == reflect.Slice && mayRequire(v.Type().Elem()):
		for i := range v.Len() {
			at := fmt.Sprintf("%s[%d]", path, i)
			if dotted {
				at = fmt.Sprintf("%s.%d", path, i)
			}
			if details := missing(v.Index(i), at, body, dotted); details != "" {
				return details
			}
		}
	case v.Kind() == reflect.Struct && mayRequire(v.Type()):
		return missingIn(v, path, body, dotted)
	}
	return ""
}

func missingIn(v reflect.Value, path string, body []byte, dotted bool) string {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		at := path
		if !f.Anonymous {
			at += "." + nameOf(f)
		}
		if f.Tag.Get("required") == "true" && v.Field(i).IsZero() && !sent(body, at) {
			if path == "" {
				return "Payload must have required property '" + nameOf(f) + "'"
			}
			return "Property " + path + " must have required property '" + nameOf(f) + "'"
		}
		if details := missing(v.Field(i), at, body, dotted); details != "" {
			return details
		}
	}
	return ""
}
