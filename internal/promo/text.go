package promo

import (
	"strings"
	"unicode/utf8"
)

// IsText reports whether what came from outside is text: UTF-8 without U+0000, which not every database keeps. What
// calls bring is checked where it comes in, bodies by their decoder, so that nothing else has to look.
func IsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
