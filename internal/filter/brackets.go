package filter

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Param is one parameter of a query: its name taken apart at the brackets, and its value.
type Param struct {
	Path  []string // filters[code][conditions][$in][0] is filters, code, conditions, $in, 0; never empty
	Value string
}

// Brackets takes a raw query apart, in order. Brackets count raw or percent-encoded, and around the first segment too
// (60 R56); + and %20 are a blank (60 R24). A segment may hold brackets in pairs. A name whose brackets do not match is
// read as far as they do, the rest is its last segment. A percent sign that encodes nothing stands for itself; bytes
// that are no text, and the character 0, become U+FFFD, so that no value is one that a database refuses.
func Brackets(rawQuery string) []Param {
	if rawQuery == "" {
		return nil
	}
	params := make([]Param, 0, strings.Count(rawQuery, "&")+1)
	for pair := range strings.SplitSeq(rawQuery, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		params = append(params, Param{splitName(unescape(name)), unescape(value)})
	}
	return params
}

func splitName(name string) []string {
	open := strings.IndexByte(name, '[')
	if open < 0 {
		return []string{name}
	}
	path := make([]string, 0, 1+strings.Count(name, "["))
	if open > 0 {
		path = append(path, name[:open])
	}
	for rest := name[open:]; rest != ""; {
		end := closing(rest)
		if end < 0 {
			return append(path, rest)
		}
		path, rest = append(path, rest[1:end]), rest[end+1:]
	}
	return path
}

// closing finds the bracket that ends what s begins with; -1 if s begins with none or it stays open.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			depth--
		}
		if depth == 0 {
			if s[i] != ']' {
				return -1
			}
			return i
		}
	}
	return -1
}

func unescape(s string) string {
	if strings.ContainsAny(s, "%+") {
		s = string(unescaped(s))
	}
	return clean(s)
}

func unescaped(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			out = append(out, ' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out = append(out, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return out
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// clean makes s text that every database keeps: no record holds anything else, so nothing that could match is lost.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ReplaceAll(s, "\x00", "\uFFFD")
}

// Values gives the list that a parameter like ids carries (60 R54): repeated, with [], with an index, with commas
// between, or as a Python list. Indexed values come first, by number; blanks around commas and empty parts are dropped.
func Values(params []Param, name string) []string {
	type value struct {
		index int
		text  string
	}
	var found []value
	for _, p := range params {
		if p.Path[0] != name || len(p.Path) > 2 {
			continue
		}
		if index, ok := readIndex(p.Path[1:]); ok {
			found = append(found, value{index, p.Value})
		}
	}
	slices.SortStableFunc(found, func(a, b value) int { return a.index - b.index })
	var out []string
	for _, v := range found {
		if list, ok := pythonList(v.text); ok {
			out = append(out, list...)
			continue
		}
		for part := range strings.SplitSeq(v.text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// unindexed is the place of values without a number: behind those with one.
const unindexed = 1_000_000_000

// readIndex reads what may follow the name of a list: nothing, [], or a number of up to nine digits.
func readIndex(path []string) (int, bool) {
	switch {
	case len(path) == 0, len(path) == 1 && path[0] == "":
		return unindexed, true
	case len(path) > 1, len(path[0]) > 9, strings.Trim(path[0], "0123456789") != "":
		return 0, false
	}
	n, err := strconv.Atoi(path[0])
	return n, err == nil
}
