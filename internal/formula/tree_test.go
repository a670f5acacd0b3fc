package formula

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// tree is a random formula with its value, worked out by big.Rat alone; nil when it fails.
type tree struct {
	text  string
	value *big.Rat
}

func trees(depth int) *rapid.Generator[tree] {
	return rapid.Custom(func(t *rapid.T) tree {
		if depth == 0 || rapid.IntRange(0, 4).Draw(t, "leaf") == 0 {
			text := rapid.StringMatching(`[0-9]{1,9}(\.[0-9]{1,4})?`).Draw(t, "number")
			r, _ := new(big.Rat).SetString(text)
			return tree{text, r}
		}
		a, b := trees(depth-1).Draw(t, "a"), trees(depth-1).Draw(t, "b")
		op := rapid.SampledFrom([]string{"+", "-", "*", "/", "%", "MIN", "MAX", "IF", "neg"}).Draw(t, "op")
		text := "(" + a.text + " " + op + " " + b.text + ")"
		switch op {
		case "MIN", "MAX":
			text = op + "(" + a.text + ";" + b.text + ")"
		case "IF":
			text = "IF(" + a.text + " > " + b.text + ";" + a.text + ";" + b.text + ")"
		case "neg":
			return tree{"-" + a.text, minus(a.value)}
		}
		return tree{text, apply(op, a.value, b.value)}
	})
}

func minus(a *big.Rat) *big.Rat {
	if a == nil {
		return nil
	}
	return new(big.Rat).Neg(a)
}

func apply(op string, a, b *big.Rat) *big.Rat {
	if a == nil || b == nil {
		return nil
	}
	r := new(big.Rat)
	switch op {
	case "+":
		return r.Add(a, b)
	case "-":
		return r.Sub(a, b)
	case "*":
		return r.Mul(a, b)
	case "/", "%":
		if b.Sign() == 0 {
			return nil
		}
		q := new(big.Rat).Quo(a, b)
		if op == "/" {
			return q
		}
		whole := new(big.Rat).SetInt(new(big.Int).Quo(q.Num(), q.Denom()))
		return r.Sub(a, whole.Mul(whole, b))
	case "MIN":
		if a.Cmp(b) < 0 {
			return a
		}
		return b
	default: // MAX, and IF(a > b;a;b)
		if a.Cmp(b) > 0 {
			return a
		}
		return b
	}
}

// Whatever tree is written down, the formula has the value of the tree, exactly (10-pricing R2).
func TestFormulasAreExact(t *testing.T) {
	limit := new(big.Rat).SetInt64(1<<53 - 1)
	rapid.Check(t, func(t *rapid.T) {
		want := trees(5).Draw(t, "tree")
		f, fault := Parse(want.text)
		if fault != nil {
			t.Fatal(want.text, fault)
		}
		got, ok := f.Eval(&Env{})
		stands := want.value != nil && new(big.Rat).Abs(want.value).Cmp(limit) <= 0
		if ok != stands {
			t.Fatalf("%s: stands %t, want %v", want.text, ok, want.value)
		}
		if ok && got.rat().Cmp(want.value) != 0 {
			t.Fatalf("%s is %v, want %v", want.text, got.rat(), want.value)
		}
	})
}

// Whatever is sent: a formula or a fault inside the text, a number or a failure, and never more (10-pricing R143, R152).
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"1 + 2 * 3", `IF(ORDER_AMOUNT > 300;ORDER_AMOUNT * 0.035;5)`, `SWITCH(ORDER_METADATA("city");SWITCH_CASE("Gdansk";10);5)`,
		`POW(9999999;0.01)`, "((((((", "-----1", `"\"\\`, "1e5", "POW(POW(POW(9;9);9);9)", "× ÷ x", "MONTHS_SINCE(DATE(\"2024-02-29\"))", "ROUND(1/3;-100)",
		`CUSTOMER_METADATA("tags") contains "nike"`, "TODAY IS_AFTER NOW", "99999999999999999999999999 % 0.0000001", "CEIL(FLOOR(1.5;3);-3)"} {
		f.Add(seed)
	}
	env := world(f)
	f.Fuzz(func(t *testing.T, text string) {
		p, fault := Parse(text)
		if fault != nil {
			if fault.Offset < 0 || fault.Offset > len(text) || fault.Reason == "" {
				t.Fatalf("%+v", fault)
			}
			return
		}
		n, ok := p.Eval(env)
		if !ok {
			return
		}
		if n.tooLarge() || n.Amount() < 0 || n.Units() < 0 || strings.HasPrefix(n.Percent().Decimal().String(), "-") {
			t.Fatalf("%s: %v", text, n.rat())
		}
		again, _ := p.Eval(env)
		if again.cmp(n) != 0 {
			t.Fatalf("%s: %v, then %v", text, n.rat(), again.rat())
		}
	})
}
