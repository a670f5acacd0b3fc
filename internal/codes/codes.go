// Package codes makes and compares voucher codes (40 D.6). It is pure: chance comes with the draw.
package codes

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/scrip-dev/scrip/internal/promo"
)

// MaxLength is how many characters a code may have (40 R56).
const MaxLength = 255

// Spelling is a code as it compares in a project: without white space around it (40 R59), and folded where case does
// not count (R58). Folding is Unicode's simple one, character by character, so that a code never changes its length. It
// is done here and not by a database, since each would do it in its own way.
func Spelling(code string, caseSensitive bool) string {
	code = strings.TrimSpace(code)
	if caseSensitive {
		return code
	}
	return strings.Map(folded, code)
}

// folded is the least of the characters that differ by case alone: A for a, K for the Kelvin sign.
func folded(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}

// Check refuses a chosen code that is empty or too long (40 R59); path is where it stands. Any characters are fine.
func Check(code, path string) *promo.Refusal {
	code = strings.TrimSpace(code)
	switch {
	case code == "":
		return promo.Property(path, "must NOT have fewer than 1 characters")
	case utf8.RuneCountInString(code) > MaxLength:
		return promo.Property(path, "must NOT have more than 255 characters")
	}
	return nil
}
