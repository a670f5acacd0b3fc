package formula

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// given are operands as a test sets them: of metadata under NAME/key.
type given map[string]Value

func (g given) Operand(name Operand, key string) Value {
	if key != "" {
		return g[string(name)+"/"+key]
	}
	return g[string(name)]
}

// attributes reads metadata of an operand into a world.
func (g given) attributes(t testing.TB, name, json string, keys ...string) given {
	t.Helper()
	a := metadata.Read(promo.Metadata(json))
	for _, k := range keys {
		g[name+"/"+k] = Attribute(a.Lookup(k))
	}
	return g
}

// world is that of 10-pricing W39.
func world(t testing.TB) *Env {
	g := given{"ORDER_AMOUNT": Money(46500), "ORDER_ITEMS_QUANTITY": Int(5), "ORDER_UNITS_QUANTITY": Int(7), "ORDER_ITEM_PRICE": Money(650),
		"CUSTOMER_BIRTHDATE": Date("2000-02-29")}
	g.attributes(t, "CUSTOMER_METADATA", `{"age":26,"tier":"gold","tags":["nike","new",7],"vip":true,"five":"5","home":{"city":"Lodz"}}`,
		"age", "tier", "tags", "vip", "five", "home", "home.city", "score")
	g.attributes(t, "ORDER_METADATA", `{"city":"Lodz"}`, "city")
	return &Env{Values: g, At: time.Date(2026, 3, 1, 10, 30, 0, 0, time.UTC)}
}

func parse(t testing.TB, text string) *Formula {
	t.Helper()
	f, fault := Parse(text)
	if fault != nil {
		t.Fatalf("%s: %v", text, fault)
	}
	return f
}

// evaluated is a result as a decimal, or "fails".
func evaluated(t testing.TB, env *Env, text string) string {
	t.Helper()
	n, ok := parse(t, text).Eval(env)
	if !ok {
		return "fails"
	}
	return strings.TrimSuffix(strings.TrimRight(n.rat().FloatString(12), "0"), ".")
}

func TestFormulaValues(t *testing.T) { // 10-pricing W39; R130-R136, R142, R143
	env := world(t)
	for _, tt := range []struct {
		text, raw string
		used      func(Number) any
		want      any
	}{
		{`IF(ORDER_AMOUNT > 300;ORDER_AMOUNT * 0.035;5)`, "16.275", money, promo.Amount(1628)},
		{`ORDER_ITEM_PRICE * 0.01 + 1`, "1.065", money, promo.Amount(107)},
		{`10 - CUSTOMER_METADATA("age")`, "-16", money, promo.Amount(0)},
		{`ROUND(ORDER_AMOUNT / 7;1)`, "66.4", money, promo.Amount(6640)},
		{`CUSTOMER_METADATA("age") / 8`, "3.25", percent, "3.25"},
		{`CUSTOMER_METADATA("age") * 5`, "130", percent, "100"},
		{`CUSTOMER_METADATA("score")`, "fails", nil, nil},
		{`DEFAULT_TO(CUSTOMER_METADATA("score") / 2;4)`, "4", percent, "4"},
		{`IF(CUSTOMER_METADATA("tags") contains "nike" AND ORDER_UNITS_QUANTITY > 6;20;3)`, "20", percent, "20"},
		{`IF(CUSTOMER_METADATA("score") > 1 OR CUSTOMER_METADATA("tier") is "gold";15;3)`, "15", percent, "15"},
		{`SWITCH(ORDER_METADATA("city");SWITCH_CASE("Gdansk";10) SWITCH_CASE("Lodz";12);5)`, "12", percent, "12"},
		{`100 / (ORDER_ITEMS_QUANTITY - 5)`, "fails", nil, nil},
		{`ORDER_UNITS_QUANTITY / 2`, "3.5", units, int64(3)},
		{`IF(ORDER_UNITS_QUANTITY > 5;FLOOR(ORDER_UNITS_QUANTITY / 3;0);1)`, "2", units, int64(2)},
		{`YEARS_SINCE(CUSTOMER_BIRTHDATE)`, "26", percent, "26"},
		{`CUSTOMER_METADATA("tier")`, "fails", nil, nil},
		{`100 / 3`, "33.333333333333", percent, "33.3333333333"}, // 10-pricing R132
		{`25 / 10`, "2.5", func(n Number) any { return n.Points() }, int64(3)},
		{`-25 / 10`, "-2.5", func(n Number) any { return n.Points() }, int64(0)},
		{`IF(ORDER_AMOUNT > 300;ORDER_ITEM_PRICE * 0.8;ORDER_ITEM_PRICE)`, "5.2", money, promo.Amount(520)}, // 10-pricing R131
	} {
		if got := evaluated(t, env, tt.text); got != tt.raw {
			t.Errorf("%s is %s, want %s", tt.text, got, tt.raw)
		}
		if n, ok := parse(t, tt.text).Eval(env); ok && tt.used(n) != tt.want {
			t.Errorf("%s is used as %v, want %v", tt.text, tt.used(n), tt.want)
		}
	}
}

func money(n Number) any   { return n.Amount() }
func percent(n Number) any { return n.Percent().Decimal().String() }
func units(n Number) any   { return n.Units() }

func TestFunctionsAndOperators(t *testing.T) { // 10-pricing R134, R138-R141
	env := world(t)
	for text, want := range map[string]string{
		"1 + 2 * 3": "7", "(1 + 2) * 3": "9", "10 - 2 - 3": "5", "16 / 4 / 2": "2", "-2 * -3": "6", "--2": "2", "2 x 3": "6", "2 × 3 ÷ 4": "1.5",
		"-7 % 3": "-1", "7 % -3": "1", "7.5 % 2": "1.5", "7 % 0": "fails", "1 / 0": "fails", "2\n*\t3": "6",
		"ROUND(75.55;1)": "75.6", "ROUND(75.55;0)": "76", "ROUND(75.55;-1)": "80", "ROUND(75.55)": "76", "ROUND(-2.5)": "-3", "ROUND(2.5)": "3",
		"FLOOR(75.55;1)": "75.5", "FLOOR(75.55;0)": "75", "FLOOR(75.55;-1)": "70", "FLOOR(-0.5)": "-1",
		"CEIL(74.44;1)": "74.5", "CEIL(74.44;0)": "75", "CEIL(74.44;-1)": "80", "CEIL(-0.5)": "0",
		"MIN(3;1;2)": "1", "MAX(3;1;2)": "3", "MIN(4)": "4",
		"POW(2;10)": "1024", "POW(2;-2)": "0.25", "POW(0;0)": "1", "POW(0;-1)": "fails", "POW(-2;3)": "-8", "POW(-1;1000001)": "-1", "POW(-1;1000000)": "1",
		"POW(9;0.5)": "3", "POW(27/8;1/3)": "1.5", "POW(2;0.5)": "1.414213562373", "POW(-4;0.5)": "fails", "POW(2;0.001)": "fails",
		"POW(1/3;2000) * POW(3;2000)": "1", "POW(1/3;2000) * POW(1/3;2000)": "fails", // a denominator of too many digits
		"POW(10;1000000)": "fails", "POW(10;16)": "fails", "POW(10;15)": "1000000000000000",
		"9007199254740991": "9007199254740991", "9007199254740992": "fails", "9007199254740992 / 2": "4503599627370496", "-9007199254740992": "fails",
		"99999999999999999999 * 99999999999999999999 / 99999999999999999999 / 33333333333333333333": "3",
		"IF(1 > 2;1/0;5)": "5", "IF(1 < 2;5;1/0)": "5", "IF(1 >= 1 AND 1 <= 1 AND 1 != 2 AND 1 = 1;5;6)": "5",
		"IF(1 > 2 OR 1 < 2 AND 2 < 1;5;6)": "6", "IF(1 < 2 OR 1 < 2 AND 2 < 1;5;6)": "5",
		`IF("EU" IN_ARRAY "EU, EMEA";1;2)`: "1", `IF("eu" IN_ARRAY "EU, EMEA";1;2)`: "2", `IF(5 IN_ARRAY "4, 5.0";1;2)`: "1", `IF("X" NOT_IN_ARRAY "EU,EMEA";1;2)`: "1",
		`IF("new" IN_ARRAY CUSTOMER_METADATA("tags");1;2)`: "1", `IF("abc" contains "b";1;2)`: "1", `IF("abc" startsWith "ab";1;2)`: "1", `IF("abc" endsWith "ab";1;2)`: "2",
		`IF("a" isNot "A";1;2)`: "1", `IF("a\"b\\" is "a\"b\\";1;2)`: "1", `IF(CUSTOMER_METADATA("tags") contains 7;1;2)`: "1", `IF(CUSTOMER_METADATA("tags") contains "7";1;2)`: "2",
		`IF(CUSTOMER_METADATA("vip");1;2)`: "1", `IF(CUSTOMER_METADATA("home.city") is "Lodz";1;2)`: "1",
		`SWITCH(3;SWITCH_CASE(2;20);SWITCH_CASE(3;30);5)`: "30", `SWITCH(4;SWITCH_CASE(2;20) SWITCH_CASE("4";30);5)`: "5", `SWITCH(4;5)`: "5", `SWITCH(1;SWITCH_CASE(1;2);1/0)`: "2",
		`DAY_OF_MONTH(DATE("2026-02-28"))`: "28", `MONTH(DATE("2026-02-28"))`: "2", `YEAR(DATE_TIME("2026-12-31T23:59:59.000Z"))`: "2026",
		`DAYS_SINCE(DATE("2026-02-28"))`: "1", `DAYS_SINCE(DATE("2026-03-03"))`: "-2", `DAYS_UNTIL(DATE("2026-03-03"))`: "2", `DAYS_SINCE(TODAY)`: "0", `DAYS_SINCE(NOW)`: "0",
		`MONTHS_SINCE(DATE("2026-02-01"))`: "1", `MONTHS_SINCE(DATE("2026-02-02"))`: "0", `MONTHS_UNTIL(DATE("2026-04-01"))`: "1", `MONTHS_UNTIL(DATE("2026-03-31"))`: "0", `MONTHS_SINCE(DATE("2026-04-01"))`: "-1",
		`YEARS_SINCE(DATE("2025-03-01"))`: "1", `YEARS_SINCE(DATE("2025-03-02"))`: "0",
		`IF(DATE("2026-03-01") DATE_IS NOW;1;2)`: "1", `IF(DATE("2026-03-02") DATE_IS_NOT TODAY;1;2)`: "1", `IF(NOW IS_AFTER TODAY;1;2)`: "1", `IF(TODAY IS_BEFORE NOW;1;2)`: "1",
		`IF(TODAY IS_AFTER DATE("2026-03-01");1;2)`: "2", `IF(CUSTOMER_BIRTHDATE IS_BEFORE DATE_TIME("2026-02-28T10:00:00.000Z");1;2)`: "1",
	} {
		if got := evaluated(t, env, text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestDatesFollowTheZone(t *testing.T) { // 10-pricing R136, R138, R141
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	env := &Env{At: time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC), Zone: warsaw} // already 1 March
	for text, want := range map[string]string{
		"DAY_OF_MONTH(TODAY)": "1", "DAY_OF_MONTH(NOW)": "1", `DAYS_SINCE(DATE_TIME("2026-02-28T22:59:00Z"))`: "1",
		`IF(DATE("2026-03-01") IS_BEFORE DATE_TIME("2026-02-28T23:00:01Z");1;2)`: "1", `IF(DATE("2026-03-01") IS_BEFORE DATE_TIME("2026-02-28T23:00:00Z");1;2)`: "2",
	} {
		if got := evaluated(t, env, text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	for day, want := range map[string]string{"2026-01-31": "1", "2026-01-29": "1", "2025-12-31": "2"} { // from the 31st to the last of a shorter month
		env := &Env{At: time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)}
		if got := evaluated(t, env, `MONTHS_SINCE(DATE("`+day+`"))`); got != want {
			t.Errorf("months since %s: %s, want %s", day, got, want)
		}
	}
}

func TestNullAndFailure(t *testing.T) { // 10-pricing R135, R142, R143, R153
	env := world(t)
	const null = `CUSTOMER_METADATA("score")`
	for text, want := range map[string]string{
		null + " + 1": "fails", "-" + null: "fails", "DEFAULT_TO(" + null + " + 1;2)": "2", "DEFAULT_TO(" + null + ";" + null + ";3)": "3", "DEFAULT_TO(" + null + ")": "fails",
		"DEFAULT_TO(MIN(1;" + null + ");4)": "4", "DEFAULT_TO(ROUND(" + null + ");4)": "4", "DEFAULT_TO(POW(" + null + ";2);4)": "4",
		"DEFAULT_TO(IF(" + null + " > 1;1;2);4)": "4", "DEFAULT_TO(IF(" + null + ` is "a";1;2);4)`: "4", "DEFAULT_TO(IF(" + null + " IS_AFTER TODAY;1;2);4)": "4",
		"DEFAULT_TO(SWITCH(" + null + ";SWITCH_CASE(1;2);3);4)": "4", "DEFAULT_TO(DAYS_SINCE(" + null + ");4)": "4",
		"IF(" + null + " > 1 AND 1 > 2;1;2)": "2", "IF(1 > 2 AND " + null + " > 1;1;2)": "2", "IF(" + null + " > 1 OR 2 > 1;1;2)": "1", "IF(2 > 1 OR " + null + " > 1;1;2)": "1",
		"DEFAULT_TO(IF(" + null + " > 1 AND 2 > 1;1;2);4)": "4", "DEFAULT_TO(IF(1 > 2 OR " + null + " > 1;1;2);4)": "4",
		"DEFAULT_TO(ORDER_ITEM_SUBTOTAL;4)": "4", "DEFAULT_TO(VOUCHER_PUBLISH_COUNT;4)": "4", "DEFAULT_TO(order.bundle.quantity;4)": "4", `DEFAULT_TO(VOUCHER_METADATA("k");4)`: "4",
		`CUSTOMER_METADATA("five") + 1`: "fails", `CUSTOMER_METADATA("five") > 1`: "fails", `"5"`: "fails", "1 > 2": "fails", "TODAY": "fails", `CUSTOMER_METADATA("tags")`: "fails",
		`IF(5;1;2)`: "fails", `1 AND 2`: "fails", `IF(1 > 2 AND 3;1;2)`: "2", `DEFAULT_TO(1/0;4)`: "fails", `IF("a" > "b";1;2)`: "fails", `IF(1 is 1;1;2)`: "fails", `-"a"`: "fails",
		`IF(1 = "1";1;2)`: "fails", `IF(TODAY = TODAY;1;2)`: "fails", `IF(1 contains 1;1;2)`: "fails", `DAY_OF_MONTH("2026-01-01")`: "fails", `IF("2026-01-01" IS_AFTER TODAY;1;2)`: "fails",
		`MAX(1;"2")`: "fails", `ROUND(1;0.5)`: "fails", `ROUND(1;200)`: "fails", `IF(1 IN_ARRAY 1;1;2)`: "fails", `DEFAULT_TO(CUSTOMER_METADATA("home");4)`: "4",
	} {
		if got := evaluated(t, env, text); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	if _, ok := parse(t, "ORDER_AMOUNT").Eval(&Env{}); ok {
		t.Error("an operand without a world has a value")
	}
}

func TestRefusedFormulas(t *testing.T) { // 10-pricing R134, R136, R152
	for text, want := range map[string]string{
		"":                              "a value expected, the end found at character 1",
		"1 +":                           "a value expected, the end found at character 4",
		"(1":                            "')' expected, the end found at character 3",
		"1)":                            "an operator or the end expected, ')' found at character 2",
		"FOO":                           "unknown name FOO at character 1",
		"order_amount":                  "unknown name order_amount at character 1",
		"FOO(1)":                        "unknown name FOO at character 1",
		"MIN()":                         "MIN takes at least 1 arguments, 0 given at character 1",
		"POW(1)":                        "POW takes 2 arguments, 1 given at character 1",
		"ROUND(1;2;3)":                  "ROUND takes 1 or 2 arguments, 3 given at character 1",
		"DAYS_SINCE(TODAY;TODAY)":       "DAYS_SINCE takes 1 argument, 2 given at character 1",
		"MIN 1":                         "'(' expected behind MIN, '1' found at character 5",
		"MIN(1,2)":                      "unexpected character ',' at character 6",
		"1 + #":                         "unexpected character '#' at character 5",
		`"abc`:                          "text without its closing quote at character 1",
		"1.":                            "number without digits behind its point at character 2",
		"ORDER_AMOUNT(1)":               "ORDER_AMOUNT takes no arguments at character 13",
		"ORDER_METADATA":                `ORDER_METADATA needs a key, such as ORDER_METADATA("key") at character 15`,
		"ORDER_METADATA(k)":             "ORDER_METADATA takes a text in quotes, 'k' found at character 16",
		`DATE("2026-02-30")`:            `DATE cannot read "2026-02-30" at character 6`,
		`DATE_TIME("soon")`:             `DATE_TIME cannot read "soon" at character 11`,
		"SWITCH(1;SWITCH_CASE(1;2))":    "';' expected, ')' found at character 26",
		"SWITCH_CASE(1;2)":              "unknown name SWITCH_CASE at character 1",
		"1 2":                           "an operator or the end expected, '2' found at character 3",
		strings.Repeat("(", 3000):       "nested deeper than 200 levels at character 202",
		strings.Repeat("-", 3000) + "1": "nested deeper than 200 levels at character 202",
		strings.Repeat("1", 10001):      "longer than 10000 characters at character 10001",
		strings.Repeat("9", 5000):       "number with too many digits at character 1",
	} {
		_, fault := Parse(text)
		if fault == nil || fault.Error() != want {
			t.Errorf("%.40s: %v, want %s", text, fault, want)
		}
	}
	if _, fault := Parse(`"` + strings.Repeat("é", 9990) + `"`); fault != nil {
		t.Errorf("10000 characters of two bytes: %v", fault)
	}
}

func TestPerLine(t *testing.T) { // 10-pricing R133
	for text, want := range map[string]bool{"ORDER_AMOUNT": false, "1 + ORDER_ITEM_PRICE": true, "CHEAPEST_ORDER_ITEM_PRICE": false,
		"IF(1 > 2;1;MAX(1;ORDER_ITEM_SUBTOTAL))": true, `ORDER_ITEM_METADATA("k")`: true} {
		if got := parse(t, text).PerLine(); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

func TestPercentOf(t *testing.T) { // 10-pricing R2, R3
	third, _ := integer(100).quo(integer(3))
	for _, tt := range []struct {
		n        Number
		a        promo.Amount
		num, den int64
		want     promo.Amount
	}{
		{integer(10), 11499, 1, 1, 1150}, {integer(3), 103350, 1, 1, 3101}, {integer(3), 50350, 1, 1, 1511}, {third, 300, 1, 1, 100},
		{integer(50), 1803, 2, 3, 601}, {integer(100), promo.MaxInteger, 499, 500, 8989184856231509}, {integer(50), promo.MaxInteger, 1, 1, 4503599627370496},
	} {
		if got := tt.n.PercentOf(tt.a, tt.num, tt.den); got != tt.want {
			t.Errorf("%v %% of %d * %d/%d is %d, want %d", tt.n, tt.a, tt.num, tt.den, got, tt.want)
		}
	}
	if n := FromDecimal(promo.NewDecimal(-125, 1)); n.rat().RatString() != "-25/2" {
		t.Error(n.rat())
	}
}

// However large the numbers are on the way, the share is that of exact fractions, half up.
func TestPercentOfIsExact(t *testing.T) { // 10-pricing R3
	rapid.Check(t, func(t *rapid.T) {
		large := rapid.OneOf(rapid.Int64Range(1, 1000), rapid.Int64Range(1, promo.MaxInteger))
		n, ok := integer(rapid.Int64Range(0, 100).Draw(t, "percent")).quo(integer(large.Draw(t, "of")))
		if ok {
			n, ok = n.add(integer(rapid.Int64Range(0, 99).Draw(t, "more")))
		}
		if !ok {
			t.Skip()
		}
		a, den := promo.Amount(large.Draw(t, "amount")), large.Draw(t, "den")
		num := rapid.Int64Range(0, den).Draw(t, "num")
		exact := new(big.Rat).Mul(n.rat(), big.NewRat(int64(a), 100))
		exact.Mul(exact, big.NewRat(num, den)).Add(exact, big.NewRat(1, 2))
		want := new(big.Int).Div(exact.Num(), exact.Denom())
		if got := n.PercentOf(a, num, den); !want.IsInt64() || int64(got) != min(want.Int64(), promo.MaxInteger) {
			t.Fatalf("%s %% of %d * %d/%d is %d, want %s", n.rat(), a, num, den, got, want)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, fault := Parse(`IF(CUSTOMER_METADATA("tier") is "gold" AND ORDER_AMOUNT > 100;MIN(ORDER_AMOUNT * 0.1;50);5)`); fault != nil {
			b.Fatal(fault)
		}
	}
}

func BenchmarkEval(b *testing.B) {
	env := world(b)
	for name, text := range map[string]string{"arithmetic": "ORDER_AMOUNT * 0.035 + 1", "branch": `IF(CUSTOMER_METADATA("tier") is "gold" AND ORDER_AMOUNT > 100;ORDER_AMOUNT * 0.1;5)`} {
		f := parse(b, text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := f.Eval(env); !ok {
					b.Fatal("failed")
				}
			}
		})
	}
}
