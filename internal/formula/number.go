package formula

import (
	"cmp"
	"math/big"
	"math/bits"

	"github.com/scrip-dev/scrip/internal/promo"
)

// maxBits bounds the size of numerators and denominators: an operation whose result is larger fails, so that no formula
// can take the memory or the time of the machine (10-pricing R143).
const maxBits = 4096

// Number is an exact rational number: small ones are two integers, and only others take a big.Rat. The zero value is 0.
type Number struct {
	num, den int64 // den 0 is 1; the fraction is in lowest terms
	big      *big.Rat
}

// integer is a whole number.
func integer(n int64) Number { return Number{num: n, den: 1} }

// FromDecimal is a decimal as a number.
func FromDecimal(d promo.Decimal) Number {
	n, scale := d.Parts()
	return ratio(n, pow10(int64(scale)))
}

func pow10(n int64) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// ratio is n/d in lowest terms; d is positive.
func ratio(n, d int64) Number {
	if g := gcd(magnitude(n), uint64(d)); g > 1 {
		n, d = divide(n, g), d/int64(g)
	}
	return Number{num: n, den: d}
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

func divide(n int64, by uint64) int64 {
	q := int64(magnitude(n) / by)
	if n < 0 {
		return -q
	}
	return q
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func (n Number) below() int64 {
	if n.den == 0 {
		return 1
	}
	return n.den
}

func (n Number) rat() *big.Rat {
	if n.big != nil {
		return n.big
	}
	return new(big.Rat).SetFrac64(n.num, n.below())
}

// fromRat is a rational number; false when it is too large to go on with.
func fromRat(r *big.Rat) (Number, bool) {
	if r.Num().IsInt64() && r.Denom().IsInt64() {
		return Number{num: r.Num().Int64(), den: r.Denom().Int64()}, true
	}
	return Number{big: r}, r.Num().BitLen() <= maxBits && r.Denom().BitLen() <= maxBits
}

// mulInt multiplies; false when the product does not fit.
func mulInt(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > 1<<62 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func (n Number) neg() Number {
	if n.big == nil && n.num != -1<<63 {
		return Number{num: -n.num, den: n.den}
	}
	r, _ := fromRat(new(big.Rat).Neg(n.rat())) // of the same size
	return r
}

func (n Number) add(m Number) (Number, bool) {
	if n.big == nil && m.big == nil {
		a, ok1 := mulInt(n.num, m.below())
		b, ok2 := mulInt(m.num, n.below())
		d, ok3 := mulInt(n.below(), m.below())
		if ok1 && ok2 && ok3 { // each at most 2^62, so the sum fits
			return ratio(a+b, d), true
		}
	}
	return fromRat(new(big.Rat).Add(n.rat(), m.rat()))
}

func (n Number) mul(m Number) (Number, bool) {
	if n.big == nil && m.big == nil {
		a, ok1 := mulInt(n.num, m.num)
		d, ok2 := mulInt(n.below(), m.below())
		if ok1 && ok2 {
			return ratio(a, d), true
		}
	}
	return fromRat(new(big.Rat).Mul(n.rat(), m.rat()))
}

// quo divides; false by zero.
func (n Number) quo(m Number) (Number, bool) {
	if m.sign() == 0 {
		return Number{}, false
	}
	if n.big == nil && m.big == nil && m.num != -1<<63 {
		over := m.below()
		if m.num < 0 {
			over = -over
		}
		a, ok1 := mulInt(n.num, over)
		d, ok2 := mulInt(n.below(), int64(magnitude(m.num)))
		if ok1 && ok2 {
			return ratio(a, d), true
		}
	}
	return fromRat(new(big.Rat).Quo(n.rat(), m.rat()))
}

// mod is the remainder that has the sign of n (10-pricing R139); false by zero.
func (n Number) mod(m Number) (Number, bool) {
	q, ok := n.quo(m)
	if !ok {
		return Number{}, false
	}
	times, ok := q.truncated().mul(m)
	if !ok {
		return Number{}, false
	}
	return n.add(times.neg())
}

func (n Number) sign() int {
	switch {
	case n.big != nil:
		return n.big.Sign()
	case n.num < 0:
		return -1
	case n.num > 0:
		return 1
	}
	return 0
}

func (n Number) cmp(m Number) int {
	if n.big == nil && m.big == nil {
		a, ok1 := mulInt(n.num, m.below())
		b, ok2 := mulInt(m.num, n.below())
		if ok1 && ok2 {
			return cmp.Compare(a, b)
		}
	}
	return n.rat().Cmp(m.rat())
}

// truncated drops the fraction.
func (n Number) truncated() Number {
	if n.big == nil {
		return integer(n.num / n.below())
	}
	r, _ := fromRat(new(big.Rat).SetInt(new(big.Int).Quo(n.big.Num(), n.big.Denom())))
	return r
}

// floor is the next whole number below.
func (n Number) floor() Number {
	t := n.truncated()
	if n.sign() < 0 && t.cmp(n) != 0 {
		t, _ = t.add(integer(-1))
	}
	return t
}

// halfAway rounds to a whole number, half away from zero.
func (n Number) halfAway() Number {
	half := Number{num: 1, den: 2}
	if n.sign() < 0 {
		half.num = -1
	}
	sum, _ := n.add(half)
	return sum.truncated()
}

// whole is the number as an integer that JSON readers take exactly; false when it is none, or beyond 2^53 - 1.
func (n Number) whole() (int64, bool) {
	if n.big != nil || n.below() != 1 || n.num > promo.MaxInteger || n.num < -promo.MaxInteger {
		return 0, false
	}
	return n.num, true
}

// most is the largest result that stands (10-pricing R143).
var most = integer(promo.MaxInteger)

func (n Number) tooLarge() bool {
	if n.big == nil && n.num >= -promo.MaxInteger && n.num <= promo.MaxInteger {
		return false // a denominator makes it only smaller
	}
	return n.cmp(most) > 0 || n.neg().cmp(most) > 0
}

// clamped is the whole number n, at least 0 and at most 2^53 - 1.
func (n Number) clamped() int64 {
	switch {
	case n.sign() <= 0:
		return 0
	case n.cmp(most) > 0:
		return promo.MaxInteger
	}
	v, _ := n.whole()
	return v
}

// halfUp is the next whole number, x.5 going up (10-pricing R3).
func (n Number) halfUp() Number {
	sum, _ := n.add(Number{num: 1, den: 2})
	return sum.floor()
}

// Amount is the number, in major units, as minor units: half up, not below 0 (10-pricing R132).
func (n Number) Amount() promo.Amount {
	minor, ok := n.mul(integer(100))
	if !ok {
		return promo.MaxInteger
	}
	return promo.Amount(minor.halfUp().clamped())
}

// Percent is the number clamped to 0..100 (10-pricing R132).
func (n Number) Percent() Number {
	switch {
	case n.sign() < 0:
		return Number{}
	case n.cmp(integer(100)) > 0:
		return integer(100)
	}
	return n
}

// Decimal is the number with at most ten decimals, half up; it is a Percent (10-pricing R132).
func (n Number) Decimal() promo.Decimal {
	shifted, ok := n.mul(integer(pow10(10)))
	if !ok {
		return promo.NewDecimal(100, 0)
	}
	return promo.NewDecimal(shifted.halfUp().clamped(), 10)
}

// Units is the number rounded down, not below 0 (10-pricing R132).
func (n Number) Units() int64 { return n.floor().clamped() }

// Points is the number rounded to the nearest integer, half up, not below 0 (10-pricing R132).
func (n Number) Points() int64 { return n.halfUp().clamped() }

// Times multiplies a percent by a count, such as that of bundles.
func (n Number) Times(count int64) Number {
	p, ok := n.mul(integer(count))
	if !ok {
		return most
	}
	return p
}

// PercentOf is n percent of a·num/den, rounded half up to a whole unit (10-pricing R3). Nothing is negative, and den is
// positive.
func (n Number) PercentOf(a promo.Amount, num, den int64) promo.Amount {
	if share, fits := n.percentOf(uint64(a), uint64(num), uint64(den)); fits {
		return promo.Amount(min(share, promo.MaxInteger))
	}
	value, _ := integer(int64(a)).mul(ratio(num, den)) // bounded by its size: three integers
	share, ok := value.mul(n)
	if !ok {
		return promo.MaxInteger
	}
	share, ok = share.quo(integer(100))
	if !ok {
		return promo.MaxInteger
	}
	return promo.Amount(share.halfUp().clamped())
}

// percentOf is PercentOf in 128 bits; false when they do not suffice.
func (n Number) percentOf(a, num, den uint64) (uint64, bool) {
	if num == den {
		num, den = 1, 1
	}
	over, value := bits.Mul64(a, num)
	tooHigh, by := bits.Mul64(den, uint64(n.below()))
	if n.big != nil || over != 0 || tooHigh != 0 || by > 1<<56 {
		return 0, false
	}
	by *= 100
	hi, lo := bits.Mul64(value, uint64(n.num))
	if hi >= by {
		return 0, false
	}
	share, rest := bits.Div64(hi, lo, by)
	if rest >= by-rest {
		share++
	}
	return share, true
}
