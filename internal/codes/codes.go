// Package codes makes and compares voucher codes (40 D.6). It is pure: chance comes with the draw.
package codes

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scrip-dev/scrip/internal/promo"
)

// MaxLength is how many characters a code may have (40 R56).
const MaxLength = 255

// Config is how codes are generated (40 B.0).
type Config struct {
	Length  promo.Opt[promo.Integer] `json:"length"`
	Charset promo.Opt[string]        `json:"charset"`
	Pattern promo.Opt[string]        `json:"pattern"`
	Prefix  promo.Opt[string]        `json:"prefix"`
	Postfix promo.Opt[string]        `json:"postfix"`
}

// Pattern is a Config made ready: the characters that replace a #, and the text around and between them.
type Pattern struct {
	charset []rune
	pattern string
	prefix  string
	postfix string
}

const lengthDefault = 8

func invalid(details string) *promo.Refusal {
	return &promo.Refusal{Key: "invalid_code_config", Message: "Invalid code config", Details: details}
}

// Compile checks a Config; charset is the project's (40 R51-R53, R56). A nil Config is the default.
func Compile(c *Config, charset string) (*Pattern, *promo.Refusal) {
	if c == nil {
		c = &Config{}
	}
	p := &Pattern{prefix: c.Prefix.Or(""), postfix: c.Postfix.Or(""), charset: []rune(c.Charset.Or(charset))}
	length := c.Length.Or(lengthDefault)
	switch {
	case len(p.charset) == 0:
		return nil, invalid("The charset is empty.")
	case length < 1:
		return nil, invalid("The length must be at least 1.")
	case length > MaxLength:
		return nil, invalid("A code has at most 255 characters.")
	}
	p.pattern = c.Pattern.Or("")
	if p.pattern == "" {
		p.pattern = strings.Repeat("#", int(length))
	}
	if utf8.RuneCountInString(p.prefix)+utf8.RuneCountInString(p.pattern)+utf8.RuneCountInString(p.postfix) > MaxLength {
		return nil, invalid("A code has at most 255 characters.")
	}
	return p, nil
}

// Draw fills the pattern: every # becomes one character, drawn independently and uniformly (40 R51).
func (p *Pattern) Draw(draw *promo.Draw) string {
	var b strings.Builder
	b.WriteString(p.prefix)
	for _, r := range p.pattern {
		if r == '#' {
			r = p.charset[draw.Below(len(p.charset))]
		}
		b.WriteRune(r)
	}
	b.WriteString(p.postfix)
	return b.String()
}

// Capacity is how many different codes there can be (40 R54), at most 2^64 - 1.
func (p *Pattern) Capacity(caseSensitive bool) uint64 {
	distinct := map[string]bool{}
	for _, r := range p.charset {
		distinct[Spelling(string(r), caseSensitive)] = true
	}
	space := uint64(1)
	for range strings.Count(p.pattern, "#") {
		hi, lo := bits.Mul64(space, uint64(len(distinct)))
		if hi != 0 {
			return ^uint64(0)
		}
		space = lo
	}
	return space
}

// Spelling is a code as it compares in a project (40 R58): trimmed (R59), and folded where case does not count. It is
// folded here and not by a database, which would each do it in its own way.
func Spelling(code string, caseSensitive bool) string {
	code = strings.TrimSpace(code)
	if caseSensitive {
		return code
	}
	return strings.Map(func(r rune) rune {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		return least
	}, code)
}

// Check refuses a chosen code that is empty or too long (40 R59). It may hold any characters.
func Check(code, path string) *promo.Refusal {
	code = strings.TrimSpace(code)
	switch {
	case code == "":
		return promo.InvalidPayload("Property " + path + " must NOT have fewer than 1 characters")
	case utf8.RuneCountInString(code) > MaxLength:
		return promo.InvalidPayload("Property " + path + " must NOT have more than 255 characters")
	}
	return nil
}
