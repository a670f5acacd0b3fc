package filter

import (
	"strconv"
	"strings"
)

// pythonList reads what the Python SDK makes of a list of texts, ['a', "b's"], escapes included (60 R59). It is false
// for a value of any other shape, which then is what it looks like.
func pythonList(s string) ([]string, bool) {
	rest, opened := strings.CutPrefix(s, "[")
	rest, closed := strings.CutSuffix(rest, "]")
	if !opened || !closed {
		return nil, false
	}
	if rest == "" {
		return nil, true
	}
	var items []string
	for {
		item, after, ok := quoted(rest)
		if !ok {
			return nil, false
		}
		items = append(items, clean(item))
		if after == "" {
			return items, true
		}
		if rest, ok = strings.CutPrefix(after, ","); !ok {
			return nil, false
		}
		rest = strings.TrimPrefix(rest, " ")
	}
}

// quoted reads one text in single or double quotes, and gives what follows.
func quoted(s string) (item, rest string, ok bool) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return "", "", false
	}
	var out strings.Builder
	for i := 1; i < len(s); {
		switch s[i] {
		case s[0]:
			return out.String(), s[i+1:], true
		case '\\':
			text, n, ok := escaped(s[i+1:])
			if !ok {
				return "", "", false
			}
			out.WriteString(text)
			i += 1 + n
		default:
			out.WriteByte(s[i])
			i++
		}
	}
	return "", "", false
}

// escaped reads what follows a backslash, and tells how long it is.
func escaped(s string) (text string, n int, ok bool) {
	if s == "" {
		return "", 0, false
	}
	switch s[0] {
	case '\\', '\'', '"':
		return s[:1], 1, true
	case 'n':
		return "\n", 1, true
	case 'r':
		return "\r", 1, true
	case 't':
		return "\t", 1, true
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[0]]
	if digits == 0 || len(s) < 1+digits {
		return "", 0, false
	}
	r, err := strconv.ParseUint(s[1:1+digits], 16, 32)
	if err != nil {
		return "", 0, false
	}
	return string(rune(r)), 1 + digits, true
}
