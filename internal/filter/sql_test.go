package filter

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTheTextOfSQL(t *testing.T) { // 60 R60, R63–R66
	day := func(s string) int64 { return mustTime(s).UnixMilli() }
	for query, want := range map[string]struct {
		sqlite, postgres string
		args, pgArgs     []any // no pgArgs: the same
	}{
		"filters[name][conditions][$is]=O'Neil": {
			"name = ?", "name = $3::text", []any{"O'Neil"}, nil},
		"filters[name][conditions][$is_not]=a": {
			"(name = ?) IS NOT TRUE", "(name = $3::text) IS NOT TRUE", []any{"a"}, nil},
		"filters[name][conditions][$is_unknown]=": {
			"(name IS NOT NULL) IS NOT TRUE", "(name IS NOT NULL) IS NOT TRUE", nil, nil},
		"filters[name][conditions][$in]=['a', 'b\"']": {
			"name IN (SELECT value FROM json_each(?))", "name = ANY($3::text[])",
			[]any{`["a","b\""]`}, []any{[]string{"a", `b"`}}},
		"filters[name][conditions][$contains]=%25": {
			"instr(name, ?) > 0", "strpos(name, $3::text) > 0", []any{"%"}, nil},
		"filters[name][conditions][$starts_with]=%C3%A9a": {
			"substr(name, 1, ?) = ?", "starts_with(name, $3::text)", []any{int64(2), "éa"}, []any{"éa"}},
		"filters[name][conditions][$ends_with]=%C3%A9a": {
			"substr(name, ?) = ?", "right(name, $3::int) = $4::text", []any{int64(-2), "éa"}, []any{int64(2), "éa"}},
		"filters[amount][conditions][$more_than]=7.5&filters[amount][conditions][$less_than]=9": {
			"(amount > ? AND amount < ?)", "(amount > $3::bigint AND amount < $4::bigint)", []any{int64(7), int64(9)}, nil},
		"filters[amount][conditions][$in]=['1','2.5','3']": {
			"amount IN (SELECT value FROM json_each(?))", "amount = ANY($3::bigint[])", []any{"[1,3]"}, []any{[]int64{1, 3}}},
		"filters[created_at][conditions][$is]=2026-03-29&filters[created_at][conditions][$less_than]=1&filters[junction]=or": {
			"(created_at >= ? AND created_at < ? OR created_at >= ?)",
			"(created_at >= $3::bigint AND created_at < $4::bigint OR created_at >= $5::bigint)",
			[]any{day("2026-03-28T23:00:00Z"), day("2026-03-29T22:00:00Z"), day("2026-03-30T22:30:00.001Z")}, nil},
		"filters[is_referral][conditions][$is]=TRUE": {
			"is_referral = ?", "is_referral = $3::boolean", []any{int64(1)}, []any{true}},
		"filters[active][$active]=&filters[active][$enabled]=": {
			"((enabled = 1 AND (expires IS NULL OR expires > ?)) AND (enabled = 1))",
			"((enabled = 1 AND (expires IS NULL OR expires > $3)) AND (enabled = 1))",
			[]any{day("2026-03-31T22:30:00Z")}, nil},
		"filters[metadata.k\"?][conditions][$has_value]=": {
			"json_type(doc -> ?) <> 'null'", "json_typeof(doc::json -> $3::text -> $4::text) <> 'null'",
			[]any{`$."metadata"."k\"?"`}, []any{"metadata", `k"?`}},
		"filters[metadata.k][conditions][$more_than]=5": {"FALSE", "FALSE", nil, nil},
		"filters[metadata.k][conditions][$is]=a": {
			"EXISTS (SELECT 1 FROM (SELECT doc -> ?" + sqliteElements + " WHERE " + sqliteElement + " = ?)",
			"EXISTS (SELECT 1 FROM (SELECT doc::json -> $3::text -> $4::text" + postgresElements + " WHERE " + postgresElement + " = $5::text)",
			[]any{`$."metadata"."k"`, "a"}, []any{"metadata", "k", "a"}},
		"filters[metadata.size][conditions][$more_than]=7.5": {
			"EXISTS (SELECT 1 FROM (SELECT doc -> ? AS j) AS m WHERE CASE WHEN json_type(m.j) IN ('integer', 'real') THEN CAST(m.j AS NUMERIC) END > CAST(? AS NUMERIC))",
			"EXISTS (SELECT 1 FROM (SELECT doc::json -> $3::text -> $4::text AS j) AS m WHERE CASE WHEN json_typeof(m.j) = 'number' THEN (m.j #>> '{}')::numeric END > $5::text::numeric)",
			[]any{`$."metadata"."size"`, "7.5"}, []any{"metadata", "size", "7.5"}},
	} {
		f := mustParse(query)
		where, args := f.SQL(SQLite, columns, warsaw)
		if where != want.sqlite || !reflect.DeepEqual(args, want.args) {
			t.Errorf("SQLite, %s:\n%s %v\n%s %v", query, where, args, want.sqlite, want.args)
		}
		if want.pgArgs == nil {
			want.pgArgs = want.args
		}
		where, args = f.SQL(Postgres.From(3), columns, warsaw)
		if where != want.postgres || !reflect.DeepEqual(args, want.pgArgs) {
			t.Errorf("PostgreSQL, %s:\n%s %v\n%s %v", query, where, args, want.postgres, want.pgArgs)
		}
	}
}

func TestPartsOfDatesInSQL(t *testing.T) { // 60 R31, R63
	env := Env{Zone: mustZone("Asia/Kathmandu")}
	f := mustParse("filters[created_at][conditions][$is_month]=4")
	where, args := f.SQL(Postgres, columns, env)
	want := "EXISTS (SELECT 1 FROM (SELECT (t.ms + CASE WHEN t.ms < 504901800000 THEN 19800000 ELSE 20700000 END + 62135942400000) / 86400000 AS day " +
		"FROM (SELECT created_at AS ms) AS t) AS d WHERE extract(month FROM date '1970-01-01' + (d.day - 719166)::int) = $1::bigint)"
	if where != want || !reflect.DeepEqual(args, []any{int64(4)}) {
		t.Errorf("%s %v\n%s", where, args, want)
	}
}

// Every offset that a zone has in the years that are spelled out is found, leap years beyond the zone's table included.
func TestOffsetsAreAllOfThem(t *testing.T) { // 60 R31
	for _, name := range []string{"Europe/Warsaw", "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia", "UTC"} {
		zone, i := mustZone(name), 0
		all := offsets(zone)
		for at := offsetsFrom; at < offsetsTo; at += 6 * 3600_000 {
			for i+1 < len(all) && all[i+1].from <= at {
				i++
			}
			if want := offsetAt(zone, at); all[i].ms != want {
				t.Fatalf("%s at %v: %d, want %d", name, time.UnixMilli(at).UTC(), all[i].ms, want)
			}
		}
	}
}

// What was sent is bound, never written: names of metadata too.
func TestNothingSentIsWritten(t *testing.T) { // 60 R57
	for _, d := range []Dialect{SQLite, Postgres} {
		for _, condition := range []string{"$is", "$in", "$not_in", "$contains", "$starts_with", "$ends_with", "$has_value"} {
			where, _ := mustParse("filters[metadata.EVIL')][conditions]["+condition+"]=EVIL'--").SQL(d, columns, warsaw)
			if strings.Contains(where, "EVIL") {
				t.Error(where)
			}
		}
	}
}

func TestExpressionsMayBindValues(t *testing.T) {
	cols := func(Field) Column {
		return Column{Storage: TimeColumn, Expr: "born(doc, ?, ?)", Args: []any{"a", int64(1)}}
	}
	f := mustParse("filters[created_at][conditions][$today]=")
	where, args := f.SQL(Postgres, cols, warsaw)
	if where != "born(doc, $1, $2) >= $3::bigint AND born(doc, $4, $5) < $6::bigint" || len(args) != 6 || args[3] != "a" {
		t.Error(where, args)
	}
}

func TestAColumnMustServeItsField(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a text serves as an instant")
		}
	}()
	mustParse("filters[created_at][conditions][$today]=").SQL(SQLite, func(Field) Column { return Column{Expr: "x"} }, warsaw)
}
