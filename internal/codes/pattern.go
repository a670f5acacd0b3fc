package codes

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Config is how codes are generated, as it is sent (40 B.0). initial_count has no effect, so it is not read.
type Config struct {
	Length  promo.Opt[promo.Decimal] `json:"length"`
	Charset promo.Opt[string]        `json:"charset"`
	Prefix  promo.Opt[string]        `json:"prefix"`
	Postfix promo.Opt[string]        `json:"postfix"`
	Pattern promo.Opt[string]        `json:"pattern"`
}

// lengthDefault is how many characters are random when neither length nor pattern is sent (40 R52).
const lengthDefault = 8

// Pattern is a checked Config: what stands for a #, and the text around and between.
type Pattern struct {
	prefix, pattern, postfix string

	charset  []rune // distinct characters to draw from
	distinct []rune // one of each that compare alike in the project
}

// Compile checks a Config and fills in the defaults (40 R51-R53, R56); nil is the default Config, charset that of the
// project. Its refusals are invalid_code_config.
func Compile(c *Config, charset string, caseSensitive bool) (*Pattern, *promo.Refusal) {
	if c == nil {
		c = &Config{}
	}
	p := &Pattern{prefix: c.Prefix.Or(""), postfix: c.Postfix.Or(""), pattern: c.Pattern.Or("")}
	if p.pattern == "" {
		length, whole := c.Length.Or(promo.NewDecimal(lengthDefault, 0)).Whole()
		switch {
		case !whole || length < 1:
			return nil, invalid("Property .code_config.length must be an integer >= 1")
		case length > MaxLength:
			return nil, tooLong()
		}
		p.pattern = strings.Repeat("#", int(length))
	}
	return p, p.compile(c.Charset.Or(charset), caseSensitive)
}

func (p *Pattern) compile(charset string, caseSensitive bool) *promo.Refusal {
	switch whole := p.prefix + p.pattern + p.postfix; {
	case charset == "":
		return invalid("Property .code_config.charset must NOT be empty")
	case strings.ContainsFunc(charset, unicode.IsSpace): // it would be trimmed off some of the codes (40 R59)
		return invalid("Property .code_config.charset must NOT have white space")
	case strings.TrimSpace(whole) == "":
		return invalid("Property .code_config.pattern must NOT be empty")
	case utf8.RuneCountInString(whole) > MaxLength:
		return tooLong()
	}
	seen, alike := map[rune]bool{}, map[rune]bool{}
	for _, r := range charset {
		if !seen[r] {
			seen[r] = true
			p.charset = append(p.charset, r)
		}
		kind := r
		if !caseSensitive {
			kind = folded(r)
		}
		if !alike[kind] {
			alike[kind] = true
			p.distinct = append(p.distinct, r)
		}
	}
	return nil
}

// Draw fills the pattern: every # becomes one character of the charset, drawn independently and uniformly (40 R51).
// A # in prefix or postfix is literal.
func (p *Pattern) Draw(draw *promo.Draw) string {
	return p.fill(func() rune { return p.charset[draw.Below(len(p.charset))] })
}

// Capacity is how many codes of this pattern differ in the project (40 R54), at most 2^64 - 1. Without # it is one.
func (p *Pattern) Capacity() uint64 {
	space := uint64(1)
	for range strings.Count(p.pattern, "#") {
		hi, lo := bits.Mul64(space, uint64(len(p.distinct)))
		if hi != 0 {
			return 1<<64 - 1
		}
		space = lo
	}
	return space
}

// At is one of the Capacity different codes, numbered from 0.
func (p *Pattern) At(i uint64) string {
	base := uint64(len(p.distinct))
	return p.fill(func() rune {
		r := p.distinct[i%base]
		i /= base
		return r
	})
}

// Enough refuses a number of codes that is larger than the Capacity (40 R54).
func (p *Pattern) Enough(count uint64) *promo.Refusal {
	if count > p.Capacity() {
		return Exhausted()
	}
	return nil
}

// Exhausted says that no more codes of a pattern can be found (40 R54, R55).
func Exhausted() *promo.Refusal {
	return invalid("Not possible to generate requested number of codes.")
}

func (p *Pattern) fill(next func() rune) string {
	var b strings.Builder
	b.WriteString(p.prefix)
	for _, r := range p.pattern {
		if r == '#' {
			r = next()
		}
		b.WriteRune(r)
	}
	b.WriteString(p.postfix)
	return strings.TrimSpace(b.String())
}

func invalid(details string) *promo.Refusal {
	return &promo.Refusal{Key: "invalid_code_config", Message: "Invalid code config", Details: details}
}

func tooLong() *promo.Refusal { return invalid("A code must NOT have more than 255 characters") }
