package codes

import (
	"bytes"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/promo"
)

// read is a Config as it comes in a body; "" is none.
func read(t testing.TB, body string) *Config {
	t.Helper()
	if body == "" {
		return nil
	}
	c := &Config{}
	if err := json.Unmarshal([]byte(body), c); err != nil {
		t.Fatal(err)
	}
	return c
}

// chance gives the bytes of a text for ever.
type chance struct{ text string }

func (c chance) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = c.text[i%len(c.text)]
	}
	return len(b), nil
}

func TestCodeSpace(t *testing.T) { // 40 R51-R54, E2
	for name, tt := range map[string]struct {
		config    string
		sensitive bool
		capacity  uint64
		first     string // the code of number 0
	}{
		"the example":                      {`{"prefix":"MAY-","pattern":"X##-###","postfix":"/27","charset":"ACEFHKA"}`, true, 7776, "MAY-XAA-AAA/27"},
		"digits":                           {`{"pattern":"GIFT-##","charset":"0123456789"}`, true, 100, "GIFT-00"},
		"case that counts":                 {`{"pattern":"#","charset":"aAbB"}`, true, 4, "a"},
		"case that does not count":         {`{"pattern":"#","charset":"aAbB"}`, false, 2, "a"},
		"the pattern wins over the length": {`{"pattern":"10OFF-##","length":7,"charset":"01"}`, true, 4, "10OFF-00"},
		"whatever the length":              {`{"pattern":"##","length":0,"charset":"01"}`, true, 4, "00"},
		"a pattern without #":              {`{"pattern":"FIXED","charset":"01"}`, true, 1, "FIXED"},
		"# around is literal":              {`{"prefix":"#","pattern":"-#-","postfix":"#","charset":"01"}`, true, 2, "#-0-#"},
		"an integer however it is written": {`{"length":2.0,"charset":"01"}`, true, 4, "00"},
		"null is absent":                   {`{"length":null,"charset":null,"pattern":null,"prefix":null,"postfix":null}`, true, 62 * 62 * 62 * 62 * 62 * 62 * 62 * 62, "00000000"},
		"the default":                      {``, true, 62 * 62 * 62 * 62 * 62 * 62 * 62 * 62, "00000000"},
		"more than can be counted":         {`{"length":255}`, true, math.MaxUint64, strings.Repeat("0", 255)},
		"white space around is trimmed":    {`{"prefix":" A","pattern":"#","postfix":" ","charset":"01"}`, true, 2, "A0"},
		"characters beyond ASCII":          {`{"pattern":"🎁#","charset":"żŻź"}`, false, 2, "🎁ż"},
	} {
		p, refused := Compile(read(t, tt.config), promo.CharsetMixed, tt.sensitive)
		if refused != nil {
			t.Errorf("%s: %v", name, refused)
			continue
		}
		if p.Capacity() != tt.capacity {
			t.Errorf("%s: capacity %d, want %d", name, p.Capacity(), tt.capacity)
		}
		if got := p.At(0); got != tt.first {
			t.Errorf("%s: first code %q, want %q", name, got, tt.first)
		}
		if p.Enough(tt.capacity) != nil {
			t.Errorf("%s: all of its codes are too many", name)
		}
		if tt.capacity == math.MaxUint64 {
			continue
		}
		if refused := p.Enough(tt.capacity + 1); refused == nil || refused.Key != "invalid_code_config" ||
			refused.Details != "Not possible to generate requested number of codes." {
			t.Errorf("%s: one more than all: %v", name, refused)
		}
	}
}

func TestBadCodeConfigs(t *testing.T) { // 40 R56
	for name, config := range map[string]string{
		"an empty charset":                   `{"charset":""}`,
		"length 0":                           `{"length":0}`,
		"a negative length":                  `{"length":-1}`,
		"a length that is no integer":        `{"length":2.5}`,
		"a length beyond all codes":          `{"length":256}`,
		"a length beyond all integers":       `{"length":9007199254740992}`,
		"a code of 256 characters":           `{"prefix":"` + strings.Repeat("ż", 200) + `","length":56}`,
		"a pattern of white space alone":     `{"pattern":"   "}`,
		"white space among the characters":   `{"charset":"AB C"}`,
		"a long pattern without any letters": `{"pattern":"` + strings.Repeat("#", 256) + `"}`,
	} {
		_, refused := Compile(read(t, config), promo.CharsetMixed, true)
		if refused == nil || refused.Key != "invalid_code_config" || refused.Message != "Invalid code config" {
			t.Errorf("%s: %v", name, refused)
		}
	}
	if _, refused := Compile(read(t, `{"prefix":"`+strings.Repeat("ż", 200)+`","length":55}`), "01", true); refused != nil {
		t.Errorf("255 characters: %v", refused)
	}
	if err := json.Unmarshal([]byte(`{"length":"8"}`), &Config{}); err == nil || !strings.Contains(err.Error(), "must be number") {
		t.Errorf("a text as length: %v", err)
	}
}

// fits reports whether a code can come from a pattern.
func fits(code, prefix, pattern, postfix, charset string) bool {
	code, before := strings.CutPrefix(code, prefix)
	code, after := strings.CutSuffix(code, postfix)
	if !before || !after || utf8.RuneCountInString(code) != utf8.RuneCountInString(pattern) {
		return false
	}
	got, want := []rune(code), []rune(pattern)
	for i := range want {
		if want[i] == '#' && !strings.ContainsRune(charset, got[i]) || want[i] != '#' && want[i] != got[i] {
			return false
		}
	}
	return true
}

func TestCodesFitTheirPattern(t *testing.T) { // 40 R51, R54
	rapid.Check(t, func(t *rapid.T) {
		visible := rapid.StringOfN(rapid.RuneFrom([]rune("#AaBbżŻ-/🎁1ſsK")), 1, 12, -1)
		charset := rapid.StringOfN(rapid.RuneFrom([]rune("aAbBżŻ01sſ")), 1, 6, -1).Draw(t, "charset")
		pattern := visible.Draw(t, "pattern")
		prefix, postfix := visible.Draw(t, "prefix"), visible.Draw(t, "postfix")
		sensitive := rapid.Bool().Draw(t, "sensitive")
		p, refused := Compile(&Config{Charset: promo.Some(charset), Pattern: promo.Some(pattern), Prefix: promo.Some(prefix),
			Postfix: promo.Some(postfix)}, "", sensitive)
		if refused != nil {
			t.Fatal(refused)
		}
		seed := chance{string(rapid.SliceOfN(rapid.Byte(), 1, 64).Draw(t, "chance")) + "\x00\x01\x02\x03\x04"}
		for range 3 {
			if code := p.Draw(promo.NewDraw(time.Time{}, seed)); !fits(code, prefix, pattern, postfix, charset) {
				t.Fatalf("%q does not fit", code)
			}
		}
		alphabet := map[string]bool{}
		for _, r := range charset {
			alphabet[Spelling(string(r), sensitive)] = true
		}
		n := big.NewInt(int64(len(alphabet)))
		n.Exp(n, big.NewInt(int64(strings.Count(pattern, "#"))), nil)
		if new(big.Int).SetUint64(p.Capacity()).Cmp(n) != 0 {
			t.Fatalf("capacity %d, want %v", p.Capacity(), n)
		}
		different := map[string]bool{}
		count := min(p.Capacity(), 300)
		for i := range count {
			code := p.At(i)
			if !fits(code, prefix, pattern, postfix, charset) {
				t.Fatalf("%q does not fit", code)
			}
			different[Spelling(code, sensitive)] = true
		}
		if uint64(len(different)) != count {
			t.Fatalf("%d different codes among the first %d", len(different), count)
		}
	})
}

// Every character has the same chance, however often the charset names it.
func TestCodesAreDrawnEvenly(t *testing.T) { // 40 R51
	p, refused := Compile(&Config{Charset: promo.Some("aaab"), Pattern: promo.Some("#")}, "", true)
	if refused != nil {
		t.Fatal(refused)
	}
	var numbers bytes.Buffer
	for i := range 1000 {
		numbers.Write([]byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})
	}
	draw, count := promo.NewDraw(time.Time{}, &numbers), map[string]int{}
	for range 1000 {
		count[p.Draw(draw)]++
	}
	if count["a"] != 500 || count["b"] != 500 {
		t.Errorf("drawn %v", count)
	}
}
