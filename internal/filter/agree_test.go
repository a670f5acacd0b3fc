package filter

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// What is drawn is small, so that filters often hit, and nasty, so that they hit where it hurts.
var (
	drawWord = rapid.SampledFrom([]string{"", "a", "A", "ab", "aab", "b", "é", "e\u0301", "日本", "a%", "_", "a'b", `a"b`,
		`a\b`, "true", "false", "7", "7.0", "1.50", "null", "[]", "a,b", " a", "line\nfeed", "😀", "a😀"})
	drawNumber = rapid.SampledFrom([]string{"-2", "-1", "0", "-0", "1", "2", "7", "7.0", "7.5", "-0.5", "1e3", "1000",
		"9223372036854775807", "-9223372036854775808", "9223372036854775808", "99999999999999999999", "-1e30", "0.25"})
	drawJSON = rapid.OneOf(
		rapid.SampledFrom([]string{"null", "true", "false", "{}", `{"a":1}`, "[]", "[null]", `["a","ab"]`, `[7,"7.0",true]`,
			`[["a"],{"a":"a"},1.50]`, "7", "7.0", "1.50", "-2", "1e3", "0.25", "12345678901234567890123", `"\u00e9"`}),
		rapid.Map(drawWord, jsonText))
	keys     = []string{"k", "a.b", `q"q`, `b\s`, "x y", "é", "[0]", "$", "word", "size", "vip", "sizes"}
	drawKey  = rapid.SampledFrom(keys)
	drawZone = rapid.SampledFrom([]string{"UTC", "Europe/Warsaw", "America/Sao_Paulo", "America/Havana", "Pacific/Apia",
		"Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "America/St_Johns", "Etc/GMT+12", "Europe/Dublin"})
)

func drawEnv(t *rapid.T) Env {
	return Env{
		Now:          time.UnixMilli(drawInstant(t, "now")),
		Zone:         mustZone(drawZone.Draw(t, "zone")),
		FirstWeekday: rapid.SampledFrom([]time.Weekday{time.Monday, time.Saturday, time.Sunday}).Draw(t, "first"),
	}
}

// drawInstant is mostly any time that records have, at times one far off.
func drawInstant(t *rapid.T, label string) int64 {
	from, to := "2010-01-01", "2040-01-01"
	if rapid.IntRange(0, 9).Draw(t, label+" far") == 0 {
		from, to = "0010-01-01", "9990-01-01"
	}
	return rapid.Int64Range(mustTime(from).UnixMilli(), mustTime(to).UnixMilli()).Draw(t, label)
}

// drawNear is an instant around now, often at the very edge of a local day.
func drawNear(t *rapid.T, env Env) int64 {
	day := env.day(rapid.IntRange(-40, 40).Draw(t, "days from now"))
	switch rapid.IntRange(0, 5).Draw(t, "edge") {
	case 0:
		return day.from
	case 1:
		return day.from - 1
	case 2:
		return env.Now.UnixMilli() + int64(rapid.IntRange(-3, 3).Draw(t, "days"))*msPerDay + rapid.Int64Range(-1, 1).Draw(t, "ms")
	case 3:
		return drawInstant(t, "instant")
	case 4:
		return env.Now.In(env.Zone).AddDate(-rapid.IntRange(1, 4).Draw(t, "years"), 0, 0).UnixMilli()
	}
	return day.from + rapid.Int64Range(0, 25*3600_000).Draw(t, "ms")
}

func drawThing(t *rapid.T, env Env) thing {
	maybe := func(label string) bool { return rapid.IntRange(0, 4).Draw(t, label) > 0 }
	x := thing{enabled: rapid.Bool().Draw(t, "enabled"), metadata: map[string]string{}}
	if maybe("named") {
		x.name = ptr(drawWord.Draw(t, "name"))
	}
	if maybe("amounts") {
		x.amount = ptr(rapid.OneOf(rapid.Int64Range(-2, 8), rapid.Int64()).Draw(t, "amount"))
	}
	if maybe("created") {
		x.created = ptr(drawNear(t, env))
	}
	if maybe("refers") {
		x.referral = ptr(rapid.Bool().Draw(t, "referral"))
	}
	if maybe("expires") {
		x.expires = ptr(drawNear(t, env))
	}
	if maybe("tagged") {
		x.tags = append([]string{}, rapid.SliceOfN(drawWord, 0, 3).Draw(t, "tags")...)
	}
	for _, key := range keys {
		if rapid.Bool().Draw(t, "has "+key) {
			x.metadata[key] = drawJSON.Draw(t, key)
		}
	}
	return x
}

// drawQuery writes a filter as some client would: any fields, any operators that fit them, and half of the values
// those of some record.
func drawQuery(t *rapid.T, env Env, things []thing) string {
	names := []string{"name", "amount", "created_at", "created_at", "is_referral", "active", "tags"}
	query := "filters[junction]=" + rapid.SampledFrom([]string{"and", "AND", "or", "Or"}).Draw(t, "junction")
	for range rapid.IntRange(0, 4).Draw(t, "conditions") {
		name := rapid.OneOf(rapid.SampledFrom(names), rapid.Map(drawKey, func(k string) string { return "metadata." + k })).Draw(t, "field")
		field, _ := world.Lookup(name)
		ops := field.Ops
		if field.Type == Metadata && rapid.IntRange(0, 9).Draw(t, "as text") > 0 {
			ops = fits[Text]
		}
		op := rapid.SampledFrom(ops).Draw(t, "op")
		for i := range rapid.IntRange(1, 2).Draw(t, "values") {
			value := ""
			if rapid.Bool().Draw(t, "aimed") {
				value = aimed(rapid.SampledFrom(things).Draw(t, "at").row(env)(name), op, env)
			}
			if _, trouble := operand(field.Type, op, value); value == "" || trouble != "" {
				value = drawValue(t, env, field.Type, op)
			}
			query += fmt.Sprintf("&filters[%s][conditions][%s][%d]=%s", url.QueryEscape(name), op, i, url.QueryEscape(value))
		}
	}
	return query
}

// aimed is a value that op may find v by.
func aimed(v Value, op Op, env Env) string {
	switch {
	case v.kind == isList && len(v.list) > 0:
		return v.list[0]
	case v.kind != isTime:
		text, _ := v.asText()
		return near(text, op)
	}
	local, now := time.UnixMilli(v.n).In(env.Zone), env.Now.In(env.Zone)
	days := func(t time.Time) int { return int(t.Sub(time.Unix(0, 0)).Hours()) / 24 }
	switch op {
	case Is, IsNot, In, NotIn:
		return local.Format("2006-01-02")
	case After, Before:
		return local.UTC().Format("2006-01-02T15:04:05.000Z")
	case IsDay:
		return fmt.Sprint(int(local.Weekday()))
	case IsDayOfMonth:
		return fmt.Sprint(local.Day())
	case IsMonth:
		return fmt.Sprint(int(local.Month()))
	case IsYear:
		return fmt.Sprint(local.Year())
	case IsYearsAgo:
		return fmt.Sprint(now.Year() - local.Year())
	case IsDaysInFuture, MoreThanFuture, LessThanFuture:
		return fmt.Sprint(days(local) - days(now))
	}
	return fmt.Sprint(days(now) - days(local))
}

// near is a part of a text, or a number just above, where op finds the whole by that.
func near(text string, op Op) string {
	runes := []rune(text)
	switch {
	case len(runes) == 0:
	case op == StartsWith:
		return string(runes[0])
	case op == EndsWith:
		return string(runes[len(runes)-1])
	case len(runes) > 15: // numberMember says why
	case op == MoreThan, op == LessThan, op == MoreThanEqual, op == LessThanEqual:
		return text + ".5"
	}
	return text
}

func drawValue(t *rapid.T, env Env, typ Type, op Op) string {
	switch {
	case op.ignoresValue():
		return rapid.SampledFrom([]string{"", "true", "x"}).Draw(t, "ignored")
	case typ == Number:
		return drawNumber.Draw(t, "number")
	case typ == Bool:
		return rapid.SampledFrom([]string{"true", "TRUE", "False"}).Draw(t, "bool")
	case typ != Time:
		return drawWord.Draw(t, "text")
	case slices.Contains([]Op{Is, IsNot, In, NotIn, After, Before}, op):
		at := time.UnixMilli(drawNear(t, env))
		if rapid.Bool().Draw(t, "date alone") {
			return at.In(env.Zone).Format("2006-01-02")
		}
		return at.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return fmt.Sprint(rapid.OneOf(rapid.IntRange(-3, 31), rapid.IntRange(-4_000_000, 4_000_000)).Draw(t, "n"))
}

const table = `CREATE TABLE thing (n INTEGER PRIMARY KEY, name TEXT, amount INTEGER, created_at INTEGER,
	is_referral INTEGER, enabled INTEGER, expires INTEGER, tags TEXT, doc TEXT)`

func openSQLite(t testing.TB) *sqlite.Conn {
	t.Helper()
	db, err := sqlite.OpenConn(":memory:", sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := sqlitex.ExecuteTransient(db, table, nil); err != nil {
		t.Fatal(err)
	}
	return db
}

func (x thing) insert(db *sqlite.Conn, n int) error {
	var tags any
	if x.tags != nil {
		tags = jsonTexts(x.tags)
	}
	args := []any{n, orNil(x.name), orNil(x.amount), orNil(x.created), orNil(x.referral), x.enabled, orNil(x.expires), tags, x.doc()}
	return sqlitex.Execute(db, "INSERT INTO thing VALUES (?,?,?,?,?,?,?,?,?)", &sqlitex.ExecOptions{Args: args})
}

func orNil[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}

func selectSQLite(db *sqlite.Conn, where string, args []any) ([]int, error) {
	found := []int{}
	err := sqlitex.ExecuteTransient(db, "SELECT n FROM thing WHERE "+where+" ORDER BY n", &sqlitex.ExecOptions{
		Args:       args,
		ResultFunc: func(row *sqlite.Stmt) error { found = append(found, row.ColumnInt(0)); return nil },
	})
	return found, err
}

// Memory and database give the same answer to the same filter, whatever is asked and whatever is kept. 60 R63–R66, R70
func TestMatchAndSQLAgree(t *testing.T) {
	db := openSQLite(t)
	rapid.Check(t, func(t *rapid.T) {
		env := drawEnv(t)
		things := make([]thing, rapid.IntRange(1, 6).Draw(t, "things"))
		if err := sqlitex.Execute(db, "DELETE FROM thing", nil); err != nil {
			t.Fatal(err)
		}
		for i := range things {
			things[i] = drawThing(t, env)
			if err := things[i].insert(db, i); err != nil {
				t.Fatal(err)
			}
		}
		for range 5 {
			query := drawQuery(t, env, things)
			f, fault := Parse(query, world)
			if fault != nil {
				t.Fatalf("%s: %s", query, fault.Details)
			}
			want := []int{}
			for i, x := range things {
				if f.Match(x.row(env), env) {
					want = append(want, i)
				}
			}
			where, args := f.SQL(SQLite, columns, env)
			got, err := selectSQLite(db, where, args)
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("%s\n%s\n%v\nSQL finds %v, Match %v of %s (%v)", query, where, args, got, want, show(things), err)
			}
		}
	})
}

// What is drawn seldom meets a limit exactly.
func TestLimitsOfNumbers(t *testing.T) { // 60 R63
	db := openSQLite(t)
	for i, size := range []string{"7", "7.5", "7.50", "8"} {
		if err := (thing{metadata: map[string]string{"size": size}}).insert(db, i); err != nil {
			t.Fatal(err)
		}
	}
	for op, want := range map[string]string{"$is": "[1 2]", "$in": "[1 2]", "$is_not": "[0 3]", "$not_in": "[0 3]",
		"$more_than": "[3]", "$more_than_equal": "[1 2 3]", "$less_than": "[0]", "$less_than_equal": "[0 1 2]"} {
		f, fault := Parse("filters[metadata.size][conditions]["+op+"]=7.5", world)
		if fault != nil {
			t.Fatal(fault)
		}
		where, args := f.SQL(SQLite, columns, warsaw)
		if got, err := selectSQLite(db, where, args); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s (%v)", op, got, want, err)
		}
	}
}

func show(things []thing) string {
	var out strings.Builder
	for i, x := range things {
		fmt.Fprintf(&out, "\n%d: name %v amount %v created %v referral %v enabled %v expires %v tags %q %s", i, orNil(x.name),
			orNil(x.amount), orNil(x.created), orNil(x.referral), x.enabled, orNil(x.expires), x.tags, x.doc())
	}
	return out.String()
}
