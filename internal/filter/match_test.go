package filter

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestFiltersOfTheChapter(t *testing.T) { // 60 W2
	customers := NewSet(
		Field{Name: "city", Type: Text},
		Field{Name: "address.city", Type: Text},
		Field{Name: "created_at", Type: Time},
		Field{Name: "summary.orders.total_amount", Type: Number},
		Field{Name: "metadata.tier", Type: Text},
	)
	tier, created := "filters[metadata.tier][conditions]", "filters[created_at][conditions]"
	for filter, want := range map[string]struct{ and, or string }{
		tier + "[$is]=gold&filters[summary.orders.total_amount][conditions][$more_than]=100000": {"A", "AC"},
		tier + "[$is][0]=gold&" + tier + "[$is][1]=silver":                                      {"", "ABC"},
		tier + "[$in]=['gold', 'silver']":                                                       {"ABC", "ABC"},
		tier + "[$is_not]=gold":                                                                 {"BD", "BD"},
		"filters[address.city][conditions][$starts_with]=G":                                     {"ABD", "ABD"},
		"filters[city][conditions][$is_unknown]=":                                               {"C", "C"},
		created + "[$after]=2026-02-02T00:00:00Z&" + created + "[$before]=2026-03-20":           {"BC", "ABCD"},
	} {
		for junction, want := range map[string]string{"and": want.and, "or": want.or} {
			f, fault := Parse(filter+"&filters[junction]="+junction, customers)
			if fault != nil {
				t.Fatal(fault)
			}
			got := ""
			for _, name := range []string{"A", "B", "C", "D"} {
				if f.Match(customer(name), Env{}) {
					got += name
				}
			}
			if got != want {
				t.Errorf("%s, %s: %q, want %q", filter, junction, got, want)
			}
		}
	}
}

// customer is a row of the table of W2; an empty text is null.
func customer(name string) Row {
	data := map[string][4]string{
		"A": {"Gdynia", "gold", "2026-01-10T09:00Z", "125000"},
		"B": {"Graz", "silver", "2026-02-02T08:30Z", "40000"},
		"C": {"", "gold", "2026-03-15T12:00Z", "0"},
		"D": {"Genoa", "", "2026-03-20T16:45Z", "90500"},
	}[name]
	return func(field string) Value {
		switch field {
		case "created_at":
			return TimeValue(mustTime(data[2]))
		case "summary.orders.total_amount":
			v, _ := parseNumber(data[3])
			return v
		}
		text := data[0]
		if field == "metadata.tier" {
			text = data[1]
		}
		if text == "" {
			return Value{}
		}
		return TextValue(text)
	}
}

// asks tells whether one condition holds for a value.
func asks(t *testing.T, typ Type, v Value, condition string, env Env) bool {
	t.Helper()
	op, values, _ := strings.Cut(condition, " ")
	f, fault := Compile(".filters", "", []Condition{{"x", op, strings.Split(values, "|")}}, NewSet(Field{Name: "x", Type: typ}))
	if fault != nil {
		t.Fatalf("%s: %s", condition, fault.Details)
	}
	return f.Match(func(string) Value { return v }, env)
}

// warsaw is the moment of W3: in the project's zone it is Wednesday, 1 April 2026, 00:30.
var warsaw = Env{Now: mustTime("2026-03-31T22:30:00Z"), Zone: mustZone("Europe/Warsaw"), FirstWeekday: time.Monday}

func TestRelativeDates(t *testing.T) { // 60 W3, R31, R63
	for at, conditions := range map[string]map[string]bool{
		"2026-03-31T21:15:00Z": { // local 31 March, 23:15
			"$today": false, "$yesterday": true, "$last_month": true, "$is_days_ago 1": true, "$less_than 1": true, "$more_than 1": false,
			"$this_month": false, "$this_week": true, "$this_year": true, "$tomorrow": false, "$is_day_of_month 31": true,
			"$is_month 3": true, "$is_month 4": false, "$is_day 2": true, "$is_year 2026": true, "$more_than_ago 0": true,
			"$more_than_ago 1": false, "$less_than_ago 1": false, "$less_than_ago 2": true, "$more_than_future 0": false,
			"$less_than_future 5": false, "$is 2026-03-31": true, "$is 2026-04-01": false, "$is_not 2026-03-31": false,
			"$is 2026-03-31T23:15+02:00": true, "$in 2026-04-01|2026-03-31": true, "$not_in 2026-04-01": true,
			"$after 2026-03-31": true, "$after 2026-03-31T21:15:00Z": false, "$before 2026-03-31T21:15:00.001Z": true,
			"$is_years_ago 0": false,
		},
		"2026-03-31T22:30:00.001Z": {"$today": true, "$less_than 0": true, "$less_than_ago 1": true, "$less_than_future 1": true, "$is_days_in_future 0": true},
		"2026-03-31T22:30:00Z":     {"$less_than 0": false, "$more_than 0": false},
		"2026-04-02T21:59:59.999Z": {"$tomorrow": true, "$is_days_in_future 1": true, "$more_than_future 0": true, "$more_than_future 1": false, "$less_than_future 1": false, "$less_than_future 2": true},
		"2026-04-05T22:00:00Z":     {"$this_week": false, "$next_week": true, "$this_month": true},
		"2026-03-28T23:00:00Z":     {"$last_week": true, "$is_day 0": true}, // Sunday, 00:00
		"2026-05-31T21:59:00Z":     {"$next_month": true, "$next_year": false},
		"2025-12-31T22:59:00Z":     {"$last_year": true, "$is_year 2025": true, "$is_day_of_month 31": true},
		"2025-12-31T23:00:00Z":     {"$last_year": false, "$is_year 2026": true, "$is_day_of_month 1": true, "$is_month 1": true},
		"2021-04-01T12:00:00Z":     {"$is_years_ago 5": true, "$is_years_ago 4": false},
	} {
		for condition, want := range conditions {
			if got := asks(t, Time, TimeValue(mustTime(at)), condition, warsaw); got != want {
				t.Errorf("%s %s: %v", at, condition, got)
			}
		}
	}
}

func TestTheWeekBeginsWhereTheProjectSays(t *testing.T) { // 60 R31
	sunday := TimeValue(mustTime("2026-03-29T12:00:00Z"))
	for first, want := range map[time.Weekday]bool{time.Monday: false, time.Sunday: true, time.Saturday: true} {
		env := warsaw
		env.FirstWeekday = first
		if got := asks(t, Time, sunday, "$this_week", env); got != want {
			t.Errorf("from %v: %v", first, got)
		}
	}
}

func TestTheLeapDay(t *testing.T) { // 60 R63, R64
	for _, tt := range []struct {
		now, at string
		years   int
		want    bool
	}{
		{"2026-02-28", "2024-02-29", 2, true},
		{"2026-02-28", "2024-02-28", 2, true},
		{"2024-02-29", "2023-02-28", 1, true},
		{"2024-02-29", "2020-02-29", 4, true},
		{"2024-02-28", "2020-02-29", 4, false},
		{"2026-03-01", "2024-02-29", 2, false},
	} {
		got := asks(t, Time, TimeValue(mustTime(tt.at)), fmt.Sprint("$is_years_ago ", tt.years), Env{Now: mustTime(tt.now)})
		if got != tt.want {
			t.Errorf("%s is %d years before %s: %v", tt.at, tt.years, tt.now, got)
		}
	}
}

func TestNullPassesOpposites(t *testing.T) { // 60 R63
	for typ, value := range map[Type]string{Text: "a", Number: "1", Time: "2026-01-01", Bool: "true", TextList: "a", Metadata: "a"} {
		for _, op := range fits[typ] {
			_, opposite := op.negates()
			condition := string(op) + " " + value
			if typ == Time && op != Is && op != IsNot && op != In && op != NotIn && op != After && op != Before {
				condition = string(op) + " 1"
			}
			if got := asks(t, typ, Value{}, condition, warsaw); got != opposite {
				t.Errorf("type %d, null %s: %v", typ, condition, got)
			}
		}
	}
}

func TestValuesCompareByTheirType(t *testing.T) { // 60 R63, R65, R66
	number := func(s string) Value { v, _ := parseNumber(s); return v }
	for _, tt := range []struct {
		typ  Type
		v    Value
		asks string
		want bool
	}{
		{Text, TextValue("Gdynia"), "$is gdynia", false},
		{Text, TextValue("Gdynia"), "$contains dyn", true},
		{Text, TextValue("Gdynia"), "$contains DYN", false},
		{Text, TextValue("Gdynia"), "$not_contain dyn", false},
		{Text, TextValue("Gdynia"), "$ends_with ia", true},
		{Text, TextValue("100%"), "$starts_with 1_", false},
		{Text, TextValue(""), "$has_value ", true},
		{Text, TextValue(""), "$is ", true},
		{Number, IntValue(5), "$is 5.0", true},
		{Number, IntValue(5), "$in 4|5e0", true},
		{Number, IntValue(5), "$more_than 4.999999999999999999999", true},
		{Number, IntValue(1 << 53), "$is 9007199254740993", false},
		{Number, DecimalValue(big.NewRat(1, 10)), "$is 0.1", true},
		{Number, number("0.1"), "$less_than_or_equal 0.1", true},
		{Number, number("9223372036854775808"), "$more_than 9223372036854775807", true},
		{Number, TextValue("5"), "$is 5", false},
		{Bool, BoolValue(true), "$is TRUE", true},
		{Bool, BoolValue(false), "$is_not true", true},
		{TextList, ListValue("a", "bc"), "$is a", true},
		{TextList, ListValue("a", "bc"), "$contains b", false},
		{TextList, ListValue("a", "bc"), "$contains bc", true},
		{TextList, ListValue("a", "bc"), "$in x|bc", true},
		{TextList, ListValue(), "$has_value ", true},
		{TextList, ListValue(), "$not_in a", true},
		{Metadata, JSONValue([]byte(`7`)), "$is 7", true},
		{Metadata, JSONValue([]byte(`"7"`)), "$is 7", true},
		{Metadata, JSONValue([]byte(`true`)), "$is true", true},
		{Metadata, JSONValue([]byte(`true`)), "$is TRUE", false},
		{Metadata, JSONValue([]byte(`7`)), "$more_than 5", false},
		{Metadata, JSONValue([]byte(`7`)), "$more_than five", false},
		{Metadata, JSONValue([]byte(`"2026-04-01"`)), "$today ", false},
		{Metadata, JSONValue([]byte(`null`)), "$is_unknown ", true},
		{Metadata, JSONValue([]byte(`{"a":1}`)), "$has_value ", true},
		{Metadata, JSONValue([]byte(`{"a":1}`)), "$contains a", false},
		{Metadata, JSONValue([]byte(` ["a", 7, null, ["x"]] `)), "$is 7", true},
		{Metadata, JSONValue([]byte(`["a",7,null,["x"]]`)), "$contains x", false},
		{Metadata, JSONValue([]byte(`["ab"]`)), "$starts_with a", false},
		{Metadata, JSONValue([]byte(`"a\u0062"`)), "$ends_with b", true},
		{Metadata, JSONValue([]byte(`1e999`)), "$is 1e999", true},
		{Metadata, JSONValue([]byte(`[1,`)), "$is_unknown ", true},
		{Metadata, JSONValue(nil), "$is_unknown ", true},
	} {
		if got := asks(t, tt.typ, tt.v, tt.asks, warsaw); got != tt.want {
			t.Errorf("%+v %s: %v", tt.v, tt.asks, got)
		}
	}
}

func TestStatesAnswerTheirWords(t *testing.T) { // 40 R31
	now := warsaw.Now.UnixMilli()
	for query, want := range map[string]bool{
		"filters[active][$enabled]=":                                                true,
		"filters[active][conditions][$expired]=":                                    true,
		"filters[active][$active]=":                                                 false,
		"filters[active][$active]=&filters[active][$disabled]=":                     false,
		"filters[active][$active]=&filters[active][$expired]=&filters[junction]=or": true,
	} {
		x := thing{enabled: true, expires: &now}
		if got := mustParse(query).Match(x.row(warsaw), warsaw); got != want {
			t.Errorf("%s: %v", query, got)
		}
	}
}

func TestAFilterWithoutPredicatesHolds(t *testing.T) { // 60 R187
	for _, junction := range []string{"and", "or"} {
		f := mustParse("filters[junction]=" + junction)
		if where, args := f.SQL(SQLite, columns, warsaw); !f.Match(thing{}.row(warsaw), warsaw) || where != "TRUE" || args != nil {
			t.Errorf("%s: %s", junction, where)
		}
	}
}
