package promo

import (
	"bytes"
	"crypto/rand"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"
)

func TestSortableIDs(t *testing.T) { // 60 W11
	at := time.Date(2026, 3, 31, 22, 30, 0, 125e6, time.UTC)
	for chance, want := range map[uint32]string{0: "12333d0baf40000000", 1<<30 - 1: "12333d0baf7fffffff"} {
		if got := T18("", at, chance); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestADrawCountsUp(t *testing.T) {
	at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	d := NewDraw(at, bytes.NewReader(bytes.Repeat([]byte{0xff}, 64))) // the highest first id
	last := ""
	for range 1000 {
		id := d.T18("r_")
		if id <= last || len(id) != 20 {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
	if !strings.HasPrefix(last, T18("r_", at, 0)[:11]) {
		t.Errorf("%s left its millisecond", last)
	}
}

func TestRandomIDs(t *testing.T) { // 60 2.1, 70 section 2
	d := NewDraw(time.Time{}, rand.Reader)
	for pattern, id := range map[string]string{
		`^cust_[0-9A-Za-z]{24}$`: d.Random("cust_", 24),
		`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`: d.UUID(),
	} {
		if !regexp.MustCompile(pattern).MatchString(id) {
			t.Errorf("%s is not %s", id, pattern)
		}
	}
	counts := map[rune]int{}
	for _, r := range d.From("abc", 30000) {
		counts[r]++
	}
	for r, n := range counts {
		if n < 9000 || n > 11000 {
			t.Errorf("%c was drawn %d times of 30000", r, n)
		}
	}
}

func TestPercentRoundsHalfUp(t *testing.T) { // 10-pricing R2, R3; 30 E4
	for _, tt := range []struct {
		percent string
		of      Amount
		want    Amount
	}{{"10", 11499, 1150}, {"3", 103350, 3101}, {"3", 50350, 1511}, {"12.5", 3333, 417}, {"15.5", 999, 155}, {"100", MaxInteger, MaxInteger}, {"0", 5, 0}, {"0.1", 499, 0}, {"0.1", 500, 1}} {
		p, err := ParseDecimal(tt.percent)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.PercentOf(tt.of); got != tt.want {
			t.Errorf("%s %% of %d is %d, want %d", tt.percent, tt.of, got, tt.want)
		}
	}
}

// The same as exact rational arithmetic, whatever the numbers.
func TestPercentIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.Uint8Range(0, 15).Draw(t, "scale")
		n := rapid.Int64Range(0, 100*pow10[scale]).Draw(t, "n")
		of := rapid.Int64Range(0, MaxInteger).Draw(t, "of")
		exact := new(big.Rat).Mul(big.NewRat(n, pow10[scale]), big.NewRat(of, 100))
		exact.Add(exact, big.NewRat(1, 2))
		want := new(big.Int).Quo(exact.Num(), exact.Denom()).Int64()
		if got := NewDecimal(n, scale).PercentOf(Amount(of)); int64(got) != want {
			t.Fatalf("got %d, want %d", got, want)
		}
	})
}

func TestDecimalsReadAndWrite(t *testing.T) { // 10-pricing b.11
	for in, want := range map[string]string{"10": "10", "10.0": "10", "1e1": "10", "12.50": "12.5", "0.005": "0.005", "-0": "0", "-1.5": "-1.5", "5e-1": "0.5"} {
		d, err := ParseDecimal(in)
		if err != nil || d.String() != want {
			t.Errorf("%s: %s %v, want %s", in, d, err, want)
		}
	}
	for _, bad := range []string{"", "-", ".", "1.", "x", "1e", "1e999", "1234567890123456789", "0.0000000000000000001"} {
		if d, err := ParseDecimal(bad); err == nil && bad != "1." {
			t.Errorf("%q was read as %s", bad, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := NewDecimal(rapid.Int64Range(-1e17, 1e17).Draw(t, "n"), rapid.Uint8Range(0, 18).Draw(t, "scale"))
		back, err := ParseDecimal(d.String())
		if err != nil || back.Cmp(d) != 0 {
			t.Fatalf("%s came back as %s %v", d, back, err)
		}
	})
}

func TestIntegersHoweverWritten(t *testing.T) { // 60 R8
	for in, want := range map[string]int64{"5": 5, "5.0": 5, "5e0": 5, "0.5e1": 5, "-3": -3, "9007199254740991": MaxInteger} {
		var a Amount
		if err := json.Unmarshal([]byte(in), &a); err != nil || int64(a) != want {
			t.Errorf("%s: %d %v", in, a, err)
		}
	}
	for _, bad := range []string{"5.5", "9007199254740992", "1e400", `"5"`, "null0", "true"} {
		var a Amount
		if err := json.Unmarshal([]byte(bad), &a); err == nil {
			t.Errorf("%s was read as %d", bad, a)
		}
	}
}

func TestAbsentNullAndValue(t *testing.T) { // 60 R33, R34
	type body struct {
		A Opt[string] `json:"a,omitzero"`
	}
	for in, want := range map[string]Opt[string]{`{}`: {}, `{"a":null}`: {Set: true, Null: true}, `{"a":""}`: Some(""), `{"a":"x"}`: Some("x")} {
		var b body
		if err := json.Unmarshal([]byte(in), &b); err != nil || b.A != want {
			t.Errorf("%s: %+v %v", in, b.A, err)
		}
		if out, err := json.Marshal(b); err != nil || string(out) != in {
			t.Errorf("%s came back as %s", in, out)
		}
	}
}

func TestSumsStayInRange(t *testing.T) {
	if _, fits := Sum(MaxInteger, 1); fits {
		t.Error("a sum beyond 2^53 - 1 fits")
	}
	if p, fits := Amount(3).Times(4); !fits || p != 12 {
		t.Error(p, fits)
	}
	if _, fits := Amount(MaxInteger).Times(2); fits {
		t.Error("a product beyond 2^53 - 1 fits")
	}
}
