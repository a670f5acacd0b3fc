package codes

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCodesCompare(t *testing.T) { // 40 R58, R59
	for name, tt := range map[string]struct {
		a, b             string
		sensitive, folds bool // alike in a project where case counts, and in one where it does not
	}{
		"equal":                        {"MAY-1", "MAY-1", true, true},
		"case":                         {"aB-1", "AB-1", false, true},
		"white space around":           {" \tMAY 1\u00a0\n", "MAY 1", true, true},
		"white space inside":           {"MAY 1", "MAY1", false, false},
		"accents":                      {"café", "CAFÉ", false, true},
		"letters without accent":       {"cafe", "café", false, false},
		"one spelled as two":           {"caf\u00e9", "cafe\u0301", false, false},
		"Greek final sigma":            {"σς", "ΣΣ", false, true},
		"the Kelvin sign":              {"k", "\u212a", false, true},
		"sharp s, large and small":     {"ß", "ẞ", false, true},
		"sharp s is not SS":            {"ß", "ss", false, false},
		"Turkish letters stay":         {"ı", "i", false, false},
		"the dotted capital I as well": {"İ", "i", false, false},
		"emoji":                        {"🎁10%", "🎁10%", true, true},
		"Cyrillic looks like Latin":    {"А", "A", false, false},
	} {
		if got := Spelling(tt.a, true) == Spelling(tt.b, true); got != tt.sensitive {
			t.Errorf("%s: alike where case counts: %v", name, got)
		}
		if got := Spelling(tt.a, false) == Spelling(tt.b, false); got != tt.folds {
			t.Errorf("%s: alike where case does not count: %v", name, got)
		}
	}
}

func TestSpellingIsStable(t *testing.T) { // 40 R58
	rapid.Check(t, func(t *rapid.T) {
		code, sensitive := rapid.String().Draw(t, "code"), rapid.Bool().Draw(t, "sensitive")
		once := Spelling(code, sensitive)
		if again := Spelling(once, sensitive); again != once {
			t.Fatalf("%q became %q, then %q", code, once, again)
		}
		if utf8.RuneCountInString(once) != utf8.RuneCountInString(strings.TrimSpace(code)) {
			t.Fatalf("%q became %q, of another length", code, once)
		}
		other := strings.Map(func(r rune) rune { // any of the characters that differ by case
			for range rapid.IntRange(0, 3).Draw(t, "turns") {
				r = unicode.SimpleFold(r)
			}
			return r
		}, code)
		if Spelling(code, false) != Spelling(other, false) {
			t.Fatalf("%q and %q differ by case alone", code, other)
		}
	})
}

func TestChosenCodes(t *testing.T) { // 40 R59
	for code, details := range map[string]string{
		"":                             "Property .code must NOT have fewer than 1 characters",
		" \t\u00a0":                    "Property .code must NOT have fewer than 1 characters",
		"a":                            "",
		"a b/c?d#e%f+g":                "",
		"🎁":                            "",
		strings.Repeat("ż", 255):       "",
		" " + strings.Repeat("🎁", 255): "",
		strings.Repeat("ż", 256):       "Property .code must NOT have more than 255 characters",
	} {
		refused := Check(code, ".code")
		switch {
		case refused == nil && details != "", refused != nil && refused.Details != details:
			t.Errorf("%q: %v, want %q", code, refused, details)
		case refused != nil && refused.Key != "invalid_payload":
			t.Errorf("%q: key %s", code, refused.Key)
		}
	}
}
