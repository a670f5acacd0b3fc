package formula

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scrip-dev/scrip/internal/promo"
)

type tokenKind uint8

const (
	atEnd tokenKind = iota
	aNumber
	aText
	aName   // an operand, a function, or an operator that is a word
	aSymbol // ( ) ; + - * / % and the comparisons
)

// token is one word of a formula; text is its spelling, of a text its content.
type token struct {
	kind tokenKind
	text string
	at   int
}

func (t token) String() string {
	switch t.kind {
	case atEnd:
		return "the end"
	case aText:
		return "a text"
	}
	return "'" + t.text + "'"
}

// lex cuts a formula into its words (10-pricing R134).
func lex(text string) ([]token, *Fault) {
	var out []token
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if unicode.IsSpace(r) {
			at += size
			continue
		}
		t, end, fault := next(text, at, r)
		if fault != nil {
			return nil, fault
		}
		out = append(out, t)
		at = end
	}
	return append(out, token{atEnd, "", len(text)}), nil
}

func next(text string, at int, r rune) (token, int, *Fault) {
	switch {
	case r == '"':
		return quoted(text, at)
	case isDigit(r):
		return digits(text, at)
	case isLetter(r):
		end := at
		for end < len(text) && (isLetter(rune(text[end])) || isDigit(rune(text[end])) || text[end] == '.') {
			end++
		}
		name := text[at:end]
		if name == "x" { // free-standing, it multiplies
			return token{aSymbol, "*", at}, end, nil
		}
		return token{aName, name, at}, end, nil
	case r == '×':
		return token{aSymbol, "*", at}, at + len("×"), nil
	case r == '÷':
		return token{aSymbol, "/", at}, at + len("÷"), nil
	}
	for _, s := range []string{">=", "<=", "!=", ">", "<", "=", "(", ")", ";", "+", "-", "*", "/", "%"} {
		if strings.HasPrefix(text[at:], s) {
			return token{aSymbol, s, at}, at + len(s), nil
		}
	}
	return token{}, 0, &Fault{at, "unexpected character '" + string(r) + "'"}
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' }

// quoted reads a text with its escapes, \" and \\.
func quoted(text string, at int) (token, int, *Fault) {
	var b strings.Builder
	for i := at + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return token{aText, b.String(), at}, i + 1, nil
		case c == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\'):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	return token{}, 0, &Fault{at, "text without its closing quote"}
}

// digits reads digits [ "." digits ].
func digits(text string, at int) (token, int, *Fault) {
	run := func(from int) int {
		for from < len(text) && isDigit(rune(text[from])) {
			from++
		}
		return from
	}
	end := run(at)
	if end < len(text) && text[end] == '.' {
		if more := run(end + 1); more > end+1 {
			end = more
		} else {
			return token{}, 0, &Fault{end, "number without digits behind its point"}
		}
	}
	return token{aNumber, text[at:end], at}, end, nil
}

// readNumber reads a decimal number exactly; false when it is too long to calculate with.
func readNumber(s string) (Number, bool) {
	if d, err := promo.ParseDecimal(s); err == nil {
		return FromDecimal(d), true
	}
	if len(s) > maxBits/4 { // a digit has at least three bits; exponents are bounded by the decimal reader's bounds below
		return Number{}, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 && len(s)-i > 5 {
		return Number{}, false
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return Number{}, false
	}
	return fromRat(r)
}
