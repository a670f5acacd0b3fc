package promo

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Decimal is an exact decimal number: percents, ratios, limits that may be fractional. It keeps 18 significant digits
// and no binary float is ever involved (10-pricing R2). The zero value is 0.
type Decimal struct {
	unscaled int64
	scale    uint8 // digits behind the point, at most maxScale
}

const (
	maxScale  = 18
	maxDigits = 18
)

// NewDecimal is n units of 10^-scale: NewDecimal(125, 1) is 12.5.
func NewDecimal(n int64, scale uint8) Decimal { return Decimal{n, scale}.trim() }

// ParseDecimal reads a JSON number. Its error is a Wrong: no number, or more digits than are kept.
func ParseDecimal(s string) (Decimal, error) {
	mantissa, exponent := s, 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e, err := strconv.Atoi(s[i+1:])
		if err != nil || e > 400 || e < -400 {
			return Decimal{}, Wrong("must be number")
		}
		mantissa, exponent = s[:i], e
	}
	negative := strings.HasPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	if whole == "" || !digits(whole) || !digits(fraction) {
		return Decimal{}, Wrong("must be number")
	}
	all := strings.TrimLeft(whole+fraction, "0")
	scale := len(fraction) - exponent
	for scale > 0 && strings.HasSuffix(all, "0") {
		all, scale = all[:len(all)-1], scale-1
	}
	if all == "" {
		return Decimal{}, nil
	}
	for scale < 0 && len(all) <= maxDigits {
		all, scale = all+"0", scale+1
	}
	if len(all) > maxDigits || scale > maxScale || scale < 0 {
		return Decimal{}, Wrong("must be a number of at most 18 digits")
	}
	n, _ := strconv.ParseInt(all, 10, 64) // 18 digits always fit
	if negative {
		n = -n
	}
	return Decimal{n, uint8(scale)}, nil
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (d Decimal) trim() Decimal {
	for d.scale > 0 && d.unscaled%10 == 0 {
		d.unscaled, d.scale = d.unscaled/10, d.scale-1
	}
	return d
}

// Parts are the number as units of 10^-scale, scale being 18 at the most and as small as can be.
func (d Decimal) Parts() (units int64, scale uint8) {
	d = d.trim()
	return d.unscaled, d.scale
}

// Whole is the number as an integer; false when it has a fraction.
func (d Decimal) Whole() (int64, bool) {
	d = d.trim()
	return d.unscaled, d.scale == 0
}

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.unscaled < 0:
		return -1
	case d.unscaled > 0:
		return 1
	}
	return 0
}

// Cmp compares two decimals: -1, 0 or 1.
func (d Decimal) Cmp(o Decimal) int {
	if d.Sign() != o.Sign() {
		return cmp(int64(d.Sign()), int64(o.Sign()))
	}
	dw, df := d.parts()
	ow, of := o.parts()
	if dw != ow {
		return cmp(dw, ow)
	}
	return cmp(df, of)
}

// parts are the whole part and the fraction in units of 10^-18.
func (d Decimal) parts() (whole, fraction int64) {
	p := pow10[d.scale]
	return d.unscaled / p, d.unscaled % p * pow10[maxScale-d.scale]
}

func cmp(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// String is the shortest JSON form: 12.5, 15, 0.
func (d Decimal) String() string {
	d = d.trim()
	s := strconv.FormatInt(d.unscaled, 10)
	if d.scale == 0 {
		return s
	}
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	for len(s) <= int(d.scale) {
		s = "0" + s
	}
	cut := len(s) - int(d.scale)
	return sign + s[:cut] + "." + s[cut:]
}

// PercentOf is d percent of a, rounded half up to a whole unit (10-pricing R3); d and a are not negative and d is at
// most 100.
func (d Decimal) PercentOf(a Amount) Amount {
	hi, lo := bits.Mul64(uint64(a), uint64(d.unscaled)) // exact: 53 + 60 bits
	hi, lo, _ = div128(hi, lo, uint64(pow10[d.scale]))
	// A half is a whole number of hundredths, so what the first division dropped cannot turn 49.x into a half.
	hi, lo, cents := div128(hi, lo, 100)
	if hi != 0 || lo > MaxInteger {
		return MaxInteger
	}
	if cents >= 50 {
		lo++
	}
	return Amount(lo)
}

func div128(hi, lo, by uint64) (qhi, qlo, rest uint64) {
	qhi, r := bits.Div64(0, hi, by)
	qlo, rest = bits.Div64(r, lo, by)
	return qhi, qlo, rest
}

// MarshalJSONTo writes an integer without decimals, a fraction as decimals (10-pricing b.11).
func (d Decimal) MarshalJSONTo(enc *jsontext.Encoder) error {
	return enc.WriteValue(jsontext.Value(d.String()))
}

// UnmarshalJSONFrom reads a JSON number exactly.
func (d *Decimal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '0' {
		return Mistyped(dec, "must be number")
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	*d, err = ParseDecimal(tok.String())
	return err
}

var pow10 = func() (p [maxScale + 1]int64) {
	p[0] = 1
	for i := 1; i <= maxScale; i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

// Floor is the number as an amount without its fraction; it is not negative.
func (d Decimal) Floor() Amount { return Amount(d.unscaled / pow10[d.scale]) }

// Round is the number as an amount, half up (10-pricing R3); it is not negative.
func (d Decimal) Round() Amount {
	p := pow10[d.scale]
	whole, rest := d.unscaled/p, d.unscaled%p
	if rest >= p-rest && d.scale > 0 {
		whole++
	}
	return Amount(whole)
}
