package filter

import (
	"strings"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/geo"
)

// person is the fields of customers, all operators included.
var person = InMemory(Field{Name: "email", Type: Text}, Field{Name: "points", Type: Number}, Field{Name: "created_at", Type: Time}, Field{Name: "vip", Type: Bool},
	Field{Name: "birthdate", Type: Birthday}, Field{Name: "tags", Type: TextList}, Field{Name: "home", Type: Place}, Field{Name: "metadata.*", Type: Metadata},
	Field{Name: "state", Type: State, Ops: stateOps}, Field{Name: "address.country", Type: Text}, Field{Name: "address.city", Type: Text},
	Field{Name: "summary.orders.total_amount", Type: Number}, Field{Name: "summary.redemptions.total_succeeded", Type: Number}, Field{Name: "events.*.count", Type: Number})

var warsawBox = map[string]geo.Area{"loc_box": geo.Polygons{{{{Lat: 52.1, Lng: 20.9}, {Lat: 52.1, Lng: 21.1}, {Lat: 52.3, Lng: 21.1}, {Lat: 52.3, Lng: 20.9}}}},
	"loc_near": geo.Circle{Center: geo.Point{Lat: 52.2297, Lng: 21.0122}, Radius: 5}}

// everywhere is Wednesday, 12 March 2025, 11:30 in Warsaw.
func everywhere(t testing.TB) Env {
	return Env{Now: mustTime("2025-03-12T10:30:00Z"), Zone: mustZone("Europe/Warsaw"), FirstWeekday: time.Monday,
		Area: func(id string) geo.Area { return warsawBox[id] }}
}

func asked(t testing.TB, row map[string]Value, env Env, query string) bool {
	t.Helper()
	f, fault := Parse(query, person)
	if fault != nil {
		t.Fatalf("%s: %s", query, fault.Details)
	}
	return f.Match(func(name string) Value { return row[name] }, env)
}

func TestEveryOperatorInMemory(t *testing.T) { // 60 R63, R64, R69; 20-rules R69
	instant := func(s string) Value { return TimeValue(mustTime(s)) }
	day := func(s string) Value { d := mustTime(s); return DateValue(d.Date()) }
	covered := map[Op]bool{}
	for _, c := range []struct {
		op, value string
		field     string
		holds     []Value
		not       []Value
	}{
		{"$is", "a", "email", []Value{TextValue("a")}, []Value{TextValue("A"), {}}},
		{"$is_not", "a", "email", []Value{TextValue("A"), {}}, []Value{TextValue("a")}},
		{"$in", "a", "email", []Value{TextValue("a")}, []Value{TextValue("b"), {}}},
		{"$not_in", "a", "email", []Value{TextValue("b"), {}}, []Value{TextValue("a")}},
		{"$has_value", "", "email", []Value{TextValue("")}, []Value{{}}},
		{"$is_unknown", "", "email", []Value{{}}, []Value{TextValue("")}},
		{"$contains", "b", "email", []Value{TextValue("abc")}, []Value{TextValue("ac"), {}}},
		{"$not_contain", "b", "tags", []Value{ListValue("a"), {}}, []Value{ListValue("a", "b")}},
		{"$starts_with", "ab", "email", []Value{TextValue("abc")}, []Value{TextValue("xab"), {}}},
		{"$ends_with", "bc", "email", []Value{TextValue("abc")}, []Value{TextValue("bcx")}},
		{"$more_than", "5", "points", []Value{IntValue(6)}, []Value{IntValue(5), {}}},
		{"$less_than", "5", "points", []Value{IntValue(4)}, []Value{IntValue(5)}},
		{"$more_than_equal", "5", "points", []Value{IntValue(5)}, []Value{IntValue(4)}},
		{"$less_than_equal", "5", "points", []Value{IntValue(5)}, []Value{IntValue(6)}},
		{"$after", "2025-03-12", "created_at", []Value{instant("2025-03-12T00:00:01Z")}, []Value{instant("2025-03-12T00:00:00Z")}},
		{"$before", "2025-03-12", "created_at", []Value{instant("2025-03-11T23:59:59Z")}, []Value{instant("2025-03-12T00:00:00Z")}},
		{"$more_than_ago", "3", "created_at", []Value{instant("2025-03-08T12:00:00Z")}, []Value{instant("2025-03-09T12:00:00Z")}},
		{"$less_than_ago", "1", "created_at", []Value{instant("2025-03-11T23:30:00Z")}, []Value{instant("2025-03-11T22:30:00Z"), instant("2025-03-13T12:00:00Z")}},
		{"$more_than_future", "2", "created_at", []Value{instant("2025-03-15T12:00:00Z")}, []Value{instant("2025-03-14T12:00:00Z")}},
		{"$less_than_future", "3", "created_at", []Value{instant("2025-03-14T12:00:00Z")}, []Value{instant("2025-03-15T12:00:00Z"), instant("2025-03-11T12:00:00Z")}},
		{"$is_days_ago", "3", "created_at", []Value{instant("2025-03-09T12:00:00Z")}, []Value{instant("2025-03-10T12:00:00Z")}},
		{"$is_days_in_future", "1", "created_at", []Value{instant("2025-03-13T12:00:00Z")}, []Value{instant("2025-03-12T12:00:00Z")}},
		{"$count", "2", "tags", []Value{ListValue("a", "b")}, []Value{ListValue("a"), {}}},
		{"$count_less", "1", "tags", []Value{{}, ListValue()}, []Value{ListValue("a")}},
		{"$count_more", "0", "metadata.list", []Value{ListValue("a"), TextValue("x")}, []Value{{}}},
		{"$today", "", "created_at", []Value{instant("2025-03-11T23:00:00Z")}, []Value{instant("2025-03-11T22:59:59Z")}},
		{"$tomorrow", "", "created_at", []Value{instant("2025-03-13T12:00:00Z")}, []Value{instant("2025-03-12T12:00:00Z")}},
		{"$yesterday", "", "created_at", []Value{instant("2025-03-11T12:00:00Z")}, []Value{instant("2025-03-12T12:00:00Z")}},
		{"$this_week", "", "created_at", []Value{instant("2025-03-10T12:00:00Z")}, []Value{instant("2025-03-09T12:00:00Z")}},
		{"$last_week", "", "created_at", []Value{instant("2025-03-09T12:00:00Z")}, []Value{instant("2025-03-10T12:00:00Z")}},
		{"$next_week", "", "created_at", []Value{instant("2025-03-17T12:00:00Z")}, []Value{instant("2025-03-16T12:00:00Z")}},
		{"$this_month", "", "created_at", []Value{instant("2025-03-01T12:00:00Z")}, []Value{instant("2024-03-01T12:00:00Z")}},
		{"$last_month", "", "created_at", []Value{instant("2025-02-28T12:00:00Z")}, []Value{instant("2025-03-01T12:00:00Z")}},
		{"$next_month", "", "created_at", []Value{instant("2025-04-30T12:00:00Z")}, []Value{instant("2025-05-01T12:00:00Z")}},
		{"$this_year", "", "created_at", []Value{instant("2025-12-31T12:00:00Z")}, []Value{instant("2024-12-31T12:00:00Z")}},
		{"$last_year", "", "created_at", []Value{instant("2024-12-31T12:00:00Z")}, []Value{instant("2025-01-01T12:00:00Z")}},
		{"$next_year", "", "created_at", []Value{instant("2026-01-01T12:00:00Z")}, []Value{instant("2025-01-01T12:00:00Z")}},
		{"$is_day_of_month", "12", "created_at", []Value{instant("2020-01-12T12:00:00Z")}, []Value{instant("2020-01-13T12:00:00Z")}},
		{"$is_day", "0", "created_at", []Value{instant("2025-03-09T12:00:00Z")}, []Value{instant("2025-03-10T12:00:00Z")}},
		{"$is_month", "3", "created_at", []Value{instant("1999-03-09T12:00:00Z")}, []Value{instant("1999-04-10T12:00:00Z")}},
		{"$is_year", "1999", "created_at", []Value{instant("1999-03-09T12:00:00Z")}, []Value{instant("2000-04-10T12:00:00Z")}},
		{"$today_md", "", "created_at", []Value{instant("1990-03-12T12:00:00Z")}, []Value{instant("1990-03-13T12:00:00Z")}},
		{"$tomorrow_md", "", "birthdate", []Value{day("1990-03-13")}, []Value{day("1990-03-12"), {}}},
		{"$yesterday_md", "", "birthdate", []Value{day("1990-03-11")}, []Value{day("1990-03-12")}},
		{"$this_week_md", "", "birthdate", []Value{day("1990-03-16"), day("1990-03-10")}, []Value{day("1990-03-17"), day("1990-03-09")}},
		{"$last_week_md", "", "birthdate", []Value{day("1990-03-03"), day("1990-03-09")}, []Value{day("1990-03-10")}},
		{"$next_week_md", "", "birthdate", []Value{day("1990-03-17"), day("1990-03-23")}, []Value{day("1990-03-24")}},
		{"$this_month_md", "", "birthdate", []Value{day("1990-03-31")}, []Value{day("1990-04-01")}},
		{"$last_month_md", "", "birthdate", []Value{day("1990-02-28"), day("2000-02-29")}, []Value{day("1990-03-01")}},
		{"$next_month_md", "", "birthdate", []Value{day("1990-04-20")}, []Value{day("1990-05-20")}},
		{"$is_days_ago_md", "2", "birthdate", []Value{day("1990-03-10")}, []Value{day("1990-03-11")}},
		{"$is_more_days_ago_md", "2", "birthdate", []Value{day("1990-03-09"), day("1990-03-13")}, []Value{day("1990-03-10")}},
		{"$is_less_days_ago_md", "2", "birthdate", []Value{day("1990-03-11"), day("1990-03-12")}, []Value{day("1990-03-10"), day("1990-03-13")}},
		{"$is_days_in_future_md", "2", "birthdate", []Value{day("1990-03-14")}, []Value{day("1990-03-15")}},
		{"$is_more_days_in_future_md", "2", "birthdate", []Value{day("1990-03-15"), day("1990-03-11")}, []Value{day("1990-03-14")}},
		{"$is_less_days_in_future_md", "2", "birthdate", []Value{day("1990-03-13"), day("1990-03-12")}, []Value{day("1990-03-14"), day("1990-03-11")}},
		{"$is_years_ago", "35", "birthdate", []Value{day("1990-03-12")}, []Value{day("1991-03-12"), day("1990-03-13")}},
		{"$in_location", "loc_near", "home", []Value{TextValue("geo:52.2400,21.0600")}, []Value{TextValue("geo:52.2400,21.0900"), TextValue("home"), {}}},
		{"$not_in_location", "loc_near", "home", []Value{TextValue("52.2400, 21.0900")}, []Value{TextValue("geo:52.2400,21.0600"), TextValue("home"), {}}},
		{"$active", "", "state", []Value{StateValue(Active)}, []Value{StateValue(Expired)}},
		{"$failed", "", "state", []Value{StateValue(Failed)}, []Value{StateValue(Active)}},
		{"$in_progress", "", "state", []Value{StateValue(InProgress)}, []Value{{}}},
		{"$expired", "", "state", []Value{StateValue(Expired)}, []Value{{}}},
		{"$before_start", "", "state", []Value{StateValue(BeforeStart)}, []Value{{}}},
		{"$enabled", "", "state", []Value{StateValue(Active, Enabled)}, []Value{StateValue(Disabled)}},
		{"$disabled", "", "state", []Value{StateValue(Disabled)}, []Value{{}}},
		{"$redeemed", "", "state", []Value{StateValue(Redeemed)}, []Value{{}}},
		{"$redeemable", "", "state", []Value{StateValue(Redeemable)}, []Value{{}}},

		// birthdays: calendar words ignore the year, comparisons do not
		{"$next_month", "true", "birthdate", []Value{day("1990-04-20")}, []Value{day("1990-03-20")}},
		{"$today", "", "birthdate", []Value{day("1990-03-12")}, []Value{day("1990-03-13")}},
		{"$is_days_in_future", "2", "birthdate", []Value{day("1990-03-14")}, []Value{day("1990-03-15")}},
		{"$is", "1990-03-12", "birthdate", []Value{day("1990-03-12")}, []Value{day("1991-03-12")}},
		{"$after", "1990-03-12", "birthdate", []Value{day("1991-03-12")}, []Value{day("1989-03-12")}},
		{"$is_month", "3", "birthdate", []Value{day("1990-03-12")}, []Value{day("1990-04-12")}},
		{"$is_year", "1990", "birthdate", []Value{day("1990-03-12")}, []Value{day("1991-03-12")}},
	} {
		op, known := ParseOp(c.op)
		if !known {
			t.Fatal(c.op)
		}
		covered[op] = true
		query := "filters[" + c.field + "][conditions][" + c.op + "]=" + c.value
		for _, v := range c.holds {
			if !asked(t, map[string]Value{c.field: v}, everywhere(t), query) {
				t.Errorf("%s does not hold for %+v", query, v)
			}
		}
		for _, v := range c.not {
			if asked(t, map[string]Value{c.field: v}, everywhere(t), query) {
				t.Errorf("%s holds for %+v", query, v)
			}
		}
	}
	for _, op := range operators {
		if !covered[op] {
			t.Errorf("no case for %s", op)
		}
	}
	if len(operators) != 68 {
		t.Errorf("%d operators, want 68", len(operators))
	}
}

func TestAnniversariesAtTheEdges(t *testing.T) { // 60 R63, R64, W3
	day := func(s string) Value { d := mustTime(s); return DateValue(d.Date()) }
	for _, c := range []struct {
		now, query, birthdate string
		holds                 bool
	}{
		{"2025-02-28T12:00:00Z", "filters[birthdate][conditions][$today_md]=", "2000-02-29", true}, // the 28th in common years
		{"2024-02-28T12:00:00Z", "filters[birthdate][conditions][$today_md]=", "2000-02-29", false},
		{"2024-02-29T12:00:00Z", "filters[birthdate][conditions][$today_md]=", "2000-02-29", true},
		{"2024-12-31T12:00:00Z", "filters[birthdate][conditions][$this_week_md]=", "1990-01-03", true}, // over New Year
		{"2024-12-31T12:00:00Z", "filters[birthdate][conditions][$this_week_md]=", "1990-12-30", true},
		{"2024-12-31T12:00:00Z", "filters[birthdate][conditions][$next_month_md]=", "1990-01-31", true},
		{"2025-01-01T12:00:00Z", "filters[birthdate][conditions][$is_days_ago_md]=1", "1990-12-31", true},
		{"2024-12-31T12:00:00Z", "filters[birthdate][conditions][$is_days_in_future_md]=1", "1990-01-01", true},
		{"2025-04-01T12:00:00Z", "filters[birthdate][conditions][$is_days_in_future_md]=43", "1990-05-14", true},
		{"2025-03-11T23:30:00Z", "filters[birthdate][conditions][$today_md]=", "1990-03-12", true}, // already the 12th in Warsaw
	} {
		env := everywhere(t)
		env.Now = mustTime(c.now)
		if got := asked(t, map[string]Value{"birthdate": day(c.birthdate)}, env, c.query); got != c.holds {
			t.Errorf("%s, born %s, at %s: %t", c.query, c.birthdate, c.now, got)
		}
	}
}

func TestSegmentExamples(t *testing.T) { // 20-rules R65, R68, R70
	born := mustTime("1990-04-20")
	ana := map[string]Value{"address.country": TextValue("Poland"), "birthdate": DateValue(born.Date()), "metadata.club": JSONValue([]byte(`"Gold"`)),
		"summary.orders.total_amount": IntValue(40001), "summary.redemptions.total_succeeded": IntValue(4), "events.review_left.count": IntValue(2), "email": TextValue("ana@acme.example")}
	for _, c := range []struct {
		query  string
		row    map[string]Value
		member bool
	}{
		{"filters[junction]=and&filters[birthdate][conditions][$next_month]=true&filters[address.country][conditions][$is]=Poland&filters[metadata.club][conditions][$in][0]=Gold&filters[metadata.club][conditions][$in][1]=Silver", ana, true},
		{"filters[junction]=and&filters[summary.orders.total_amount][conditions][$more_than]=40000&filters[summary.redemptions.total_succeeded][conditions][$less_than]=5", ana, true},
		{"filters[junction]=or&filters[address.city][conditions][$is_unknown]=true&filters[email][conditions][$ends_with]=.org", ana, true},
		{"filters[junction]=and&filters[events.review_left.count][conditions][$more_than][0]=2", ana, false},
		{"filters[junction]=and&filters[email][conditions][$is_not]=bob@x.example", map[string]Value{}, true},
	} {
		if got := asked(t, c.row, everywhere(t), c.query); got != c.member {
			t.Errorf("%s: %t", c.query, got)
		}
	}
}

func TestLocations(t *testing.T) { // 20-rules R73; 60 R63
	home := map[string]Value{"home": TextValue("geo:52.2400,21.0900")}
	for query, want := range map[string]bool{
		"filters[home][conditions][$in_location][0]=loc_near&filters[home][conditions][$in_location][1]=loc_box": true, // any of them
		"filters[home][conditions][$in_location]=loc_nowhere":                                                    false,
		"filters[home][conditions][$not_in_location]=loc_nowhere":                                                true,
		"filters[home][conditions][$not_in_location]=loc_box":                                                    false,
		"filters[home][conditions][$has_value]=":                                                                 true,
	} {
		if got := asked(t, home, everywhere(t), query); got != want {
			t.Errorf("%s: %t", query, got)
		}
	}
	blind := everywhere(t)
	blind.Area = nil
	if asked(t, home, blind, "filters[home][conditions][$in_location]=loc_box") {
		t.Error("inside a location that nobody knows")
	}
}

// What no database answers is refused when the set of a list is made, and when it is asked of one.
func TestListsHaveNoMoreThanDatabasesAnswer(t *testing.T) { // 60 R63, R68
	for typ, ops := range inMemory {
		for _, op := range ops {
			func() {
				defer func() { _ = recover() }()
				NewSet(Field{Name: "x", Type: typ, Ops: []Op{op}})
				t.Errorf("a list has %s of type %d", op, typ)
			}()
		}
	}
	if _, fault := Parse("filters[created_at][conditions][$today_md]=", NewSet(Field{Name: "created_at", Type: Time})); fault == nil || !strings.Contains(fault.Details, "condition must be one of") {
		t.Error(fault)
	}
	if _, fault := Parse("filters[tags][conditions][$count]=many", person); fault == nil || !strings.HasSuffix(fault.Details, "must be integer") {
		t.Error(fault)
	}
}

func BenchmarkSegment(b *testing.B) {
	f, fault := Parse("filters[birthdate][conditions][$next_month]=true&filters[address.country][conditions][$is]=Poland&filters[points][conditions][$more_than]=5&filters[created_at][conditions][$this_year]=&filters[email][conditions][$ends_with]=.example", person)
	if fault != nil {
		b.Fatal(fault)
	}
	row := map[string]Value{"birthdate": DateValue(1990, 4, 20), "address.country": TextValue("Poland"), "points": IntValue(7), "created_at": TimeValue(mustTime("2025-01-05")), "email": TextValue("a@b.example")}
	env := everywhere(b)
	b.ReportAllocs()
	for b.Loop() {
		if !f.Match(func(name string) Value { return row[name] }, env) {
			b.Fatal("no member")
		}
	}
}
