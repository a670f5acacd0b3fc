package formula

import (
	"fmt"
	"math/big"
	"time"
)

// function is one of 10-pricing R138: how many arguments it takes, most 0 being any number, and what it does.
type function struct {
	least, most int
	do          func(*machine, []node) Value
}

func (f function) wants() string {
	switch {
	case f.most == 0:
		return fmt.Sprintf("at least %d arguments", f.least)
	case f.least == f.most && f.least == 1:
		return "1 argument"
	case f.least == f.most:
		return fmt.Sprintf("%d arguments", f.least)
	}
	return fmt.Sprintf("%d or %d arguments", f.least, f.most)
}

// functions is filled at start: IF and the like evaluate formulas, which would otherwise need it to exist.
var functions map[string]function

func init() {
	functions = map[string]function{
		"MIN":          {1, 0, extreme(-1)},
		"MAX":          {1, 0, extreme(1)},
		"POW":          {2, 2, power},
		"ROUND":        {1, 2, rounded(Number.halfAway)},
		"FLOOR":        {1, 2, rounded(Number.floor)},
		"CEIL":         {1, 2, rounded(func(n Number) Number { return n.neg().floor().neg() })},
		"IF":           {3, 3, branch},
		"DEFAULT_TO":   {1, 0, firstGiven},
		"DAY_OF_MONTH": {1, 1, ofDay(func(d, _ time.Time) int { return d.Day() })},
		"MONTH":        {1, 1, ofDay(func(d, _ time.Time) int { return int(d.Month()) })},
		"YEAR":         {1, 1, ofDay(func(d, _ time.Time) int { return d.Year() })},
		"DAYS_SINCE":   {1, 1, ofDay(days)},
		"MONTHS_SINCE": {1, 1, ofDay(months)},
		"YEARS_SINCE":  {1, 1, ofDay(func(d, today time.Time) int { return months(d, today) / 12 })},
		"DAYS_UNTIL":   {1, 1, ofDay(func(d, today time.Time) int { return -days(d, today) })},
		"MONTHS_UNTIL": {1, 1, ofDay(func(d, today time.Time) int { return -months(d, today) })},
	}
}

// numbers evaluates arguments; false when one is null, or the evaluation failed.
func (m *machine) numbers(args []node, into []Number) bool {
	all := true
	for i, a := range args {
		v := a.eval(m)
		switch v.kind {
		case isNumber:
			into[i] = v.number
		case isNull:
			all = false
		default:
			m.fail()
		}
	}
	return all && !m.failed
}

func extreme(sign int) func(*machine, []node) Value {
	return func(m *machine, args []node) Value {
		list := make([]Number, len(args))
		if !m.numbers(args, list) {
			return Value{}
		}
		best := list[0]
		for _, n := range list[1:] {
			if n.cmp(best) == sign {
				best = n
			}
		}
		return number(best)
	}
}

// rounded rounds to so many digits behind the point, none when omitted; negative ones are tens and hundreds.
func rounded(to func(Number) Number) func(*machine, []node) Value {
	return func(m *machine, args []node) Value {
		var list [2]Number
		if !m.numbers(args, list[:]) {
			return Value{}
		}
		digits, whole := list[1].whole()
		if !whole || digits > 100 || digits < -100 {
			return m.fail()
		}
		unit, ok := powerOf(integer(10), digits)
		if !ok {
			return m.fail()
		}
		shifted, ok := list[0].mul(unit)
		if !ok {
			return m.fail()
		}
		n, ok := to(shifted).quo(unit)
		return m.result(n, ok)
	}
}

// branch is IF: only what it returns is evaluated (10-pricing R142).
func branch(m *machine, args []node) Value {
	yes, known := m.truth(args[0].eval(m))
	switch {
	case m.failed || !known:
		return Value{}
	case yes:
		return args[1].eval(m)
	}
	return args[2].eval(m)
}

// firstGiven is DEFAULT_TO.
func firstGiven(m *machine, args []node) Value {
	for _, a := range args {
		if v := a.eval(m); v.kind != isNull || m.failed {
			return v
		}
	}
	return Value{}
}

// ofDay asks something about the calendar day of a date or an instant, and about today.
func ofDay(ask func(day, today time.Time) int) func(*machine, []node) Value {
	return func(m *machine, args []node) Value {
		v := args[0].eval(m)
		switch {
		case m.failed || v.kind == isNull:
			return Value{}
		case !v.isWhen():
			return m.fail()
		}
		return Int(int64(ask(v.day(m.zone), today{}.eval(m).at)))
	}
}

// days is how many days ago a day was; negative when it is to come.
func days(day, today time.Time) int { return int(today.Sub(day) / (24 * time.Hour)) }

// months is how many whole months ago a day was; negative when it is to come. A month from the 31st has passed on the
// last day of a shorter one.
func months(day, today time.Time) int {
	if day.After(today) {
		return -months(today, day)
	}
	n := (today.Year()-day.Year())*12 + int(today.Month()-day.Month())
	lastDay := today.AddDate(0, 0, 1).Month() != today.Month()
	if today.Day() < day.Day() && !lastDay {
		n--
	}
	return n
}

// maxRoot is the largest denominator of an exponent: POW(a;0.05) takes the twentieth root. It bounds the work.
const maxRoot = 20

// power is POW. With a whole exponent it is exact. A root that is not rational is cut behind its twelfth decimal; of a
// negative number there is none.
func power(m *machine, args []node) Value {
	var list [2]Number
	if !m.numbers(args, list[:]) {
		return Value{}
	}
	exponent := list[1]
	if exponent.big != nil || exponent.below() > maxRoot {
		return m.fail()
	}
	n, ok := powerOf(list[0], exponent.num)
	if ok && exponent.below() > 1 {
		n, ok = root(n, exponent.below())
	}
	return m.result(n, ok)
}

// powerOf is a to the n; false when that is too large, or 0 to a negative n.
func powerOf(a Number, n int64) (Number, bool) {
	if n < 0 {
		inverse, ok := integer(1).quo(a)
		if !ok || n == -1<<63 {
			return Number{}, false
		}
		return powerOf(inverse, -n)
	}
	r := a.rat()
	if r.IsInt() && r.Num().IsInt64() && magnitude(r.Num().Int64()) <= 1 { // as often as one likes
		switch {
		case n == 0:
			return integer(1), true
		case n%2 == 0 && a.sign() < 0:
			return a.neg(), true
		}
		return a, true
	}
	if size := int64(max(r.Num().BitLen(), r.Denom().BitLen())); n > maxBits || size*n > maxBits*2 {
		return Number{}, false
	}
	e := big.NewInt(n)
	return fromRat(new(big.Rat).SetFrac(new(big.Int).Exp(r.Num(), e, nil), new(big.Int).Exp(r.Denom(), e, nil)))
}

// root is the k-th root.
func root(a Number, k int64) (Number, bool) {
	if a.sign() < 0 {
		return Number{}, false
	}
	r := a.rat()
	num, exact := rootInt(r.Num(), k)
	den, exactToo := rootInt(r.Denom(), k)
	if exact && exactToo {
		return fromRat(new(big.Rat).SetFrac(num, den))
	}
	const decimals = 12
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(decimals*k), nil)
	scaled, _ := rootInt(scale.Quo(scale.Mul(scale, r.Num()), r.Denom()), k)
	return fromRat(new(big.Rat).SetFrac(scaled, new(big.Int).Exp(big.NewInt(10), big.NewInt(decimals), nil)))
}

// rootInt is the k-th root of a whole number that is not negative, rounded down, by bisection; exact when nothing is left.
func rootInt(a *big.Int, k int64) (r *big.Int, exact bool) {
	if k == 2 {
		r = new(big.Int).Sqrt(a)
		return r, new(big.Int).Mul(r, r).Cmp(a) == 0
	}
	low, high := new(big.Int), new(big.Int).Lsh(big.NewInt(1), uint(a.BitLen())/uint(k)+1)
	e, one := big.NewInt(k), big.NewInt(1)
	for low.Cmp(high) < 0 { // low^k <= a < (high+1)^k
		mid := new(big.Int).Add(low, high)
		mid.Add(mid, one).Rsh(mid, 1)
		if new(big.Int).Exp(mid, e, nil).Cmp(a) <= 0 {
			low = mid
		} else {
			high = mid.Sub(mid, one)
		}
	}
	return low, new(big.Int).Exp(low, e, nil).Cmp(a) == 0
}
