package filter

import (
	"bytes"
	"cmp"
	"math/big"
	"regexp"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

type kind uint8

const (
	isNull kind = iota
	isText
	isNumber
	isTime
	isBool
	isList
	isState
	isObject
	isDay // a date: a birthday, or one that $is compares with the local day of an instant (60 R63)
)

// Value is what a record has in a field, or what a predicate asks for. The zero value is null.
type Value struct {
	kind  kind
	text  string   // of a text; of a number as it was written, if it was
	n     int64    // a number; milliseconds since 1970; 1 for true; a day as yyyymmdd
	exact *big.Rat // a number that n cannot hold
	list  []string
	words []Op
}

// TextValue is a text.
func TextValue(s string) Value { return Value{kind: isText, text: s} }

// IntValue is a whole number.
func IntValue(n int64) Value { return Value{kind: isNumber, n: n} }

// DecimalValue is any exact number.
func DecimalValue(r *big.Rat) Value {
	if r.IsInt() && r.Num().IsInt64() {
		return IntValue(r.Num().Int64())
	}
	return Value{kind: isNumber, exact: r}
}

// TimeValue is an instant, truncated to milliseconds (60 R30).
func TimeValue(t time.Time) Value { return Value{kind: isTime, n: t.UnixMilli()} }

// DateValue is a calendar date.
func DateValue(y int, m time.Month, d int) Value { return dayValue(y, m, d) }

// BoolValue is true or false.
func BoolValue(b bool) Value {
	if b {
		return Value{kind: isBool, n: 1}
	}
	return Value{kind: isBool}
}

// ListValue is several texts. A list without elements is not null.
func ListValue(texts ...string) Value { return Value{kind: isList, list: texts} }

// StateValue is the words that hold for the record (40 R31).
func StateValue(words ...Op) Value { return Value{kind: isState, words: words} }

// JSONValue is a member of metadata as it is stored: the value that a Metadata field compares as text, and that a field
// typed by a schema compares by its type if it has that type (60 R65). The text of a number is what was stored, digit
// by digit. Of an array, the texts, numbers and booleans are elements. An object has a value, but equals nothing. What
// is no JSON is null.
func JSONValue(raw []byte) Value {
	raw = bytes.TrimSpace(raw)
	switch value := jsontext.Value(raw); value.Kind() {
	case '"':
		text, err := jsontext.AppendUnquote(nil, raw)
		if err != nil {
			return Value{}
		}
		return TextValue(string(text))
	case '0':
		if v, ok := parseNumber(string(raw)); ok {
			return v
		}
		return TextValue(string(raw)) // too long to calculate with
	case 't', 'f':
		return BoolValue(value.Kind() == 't')
	case '[':
		return listOf(raw)
	case '{':
		return Value{kind: isObject}
	}
	return Value{}
}

func listOf(raw []byte) Value {
	list := []string{}
	from := jsontext.NewDecoder(bytes.NewReader(raw))
	if _, err := from.ReadToken(); err != nil {
		return Value{}
	}
	for from.PeekKind() != ']' {
		element, err := from.ReadValue()
		if err != nil {
			return Value{}
		}
		if element.Kind() == '[' {
			continue
		}
		if text, ok := JSONValue(element).asText(); ok {
			list = append(list, text)
		}
	}
	return Value{kind: isList, list: list}
}

// asText is how schema-less values compare: 7 as "7", true as "true" (60 R65).
func (v Value) asText() (string, bool) {
	switch {
	case v.kind == isText, v.kind == isNumber && v.text != "":
		return v.text, true
	case v.kind == isNumber && v.exact == nil:
		return strconv.FormatInt(v.n, 10), true
	case v.kind == isBool:
		return strconv.FormatBool(v.n == 1), true
	}
	return "", false
}

// decimal is the numbers that are read: long enough for any amount, and too short to be costly to calculate with.
var decimal = regexp.MustCompile(`^-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?$`)

func parseNumber(s string) (Value, bool) {
	if !decimal.MatchString(s) {
		return Value{}, false
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Value{kind: isNumber, n: n, text: s}, true
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return Value{}, false
	}
	v := DecimalValue(r)
	v.text = s
	return v, true
}

func compareNumbers(a, b Value) int {
	if a.exact == nil && b.exact == nil {
		return cmp.Compare(a.n, b.n)
	}
	return a.rat().Cmp(b.rat())
}

func (v Value) rat() *big.Rat {
	if v.exact != nil {
		return v.exact
	}
	return new(big.Rat).SetInt64(v.n)
}
