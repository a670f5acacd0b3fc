package filter

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// checkParse reads any query at all. What is read can be asked, in memory and in SQL, and is within its bounds.
func checkParse(t interface{ Fatalf(string, ...any) }, query string) {
	for _, p := range Brackets(query) {
		if len(p.Path) == 0 {
			t.Fatalf("%q has a parameter without name", query)
		}
	}
	Values(Brackets(query), "ids")
	f, fault := Parse(query, world)
	if fault != nil {
		if !strings.HasPrefix(fault.Details, "Property "+fault.Path+" ") || len(f.Predicates) > 0 {
			t.Fatalf("%q: %v", query, fault)
		}
		return
	}
	if len(f.Predicates) > maxPredicates || f.Junction != And && f.Junction != Or {
		t.Fatalf("%q: %v", query, f)
	}
	f.Match(thing{name: ptr("a"), created: ptr(int64(1))}.row(warsaw), warsaw)
	where, args := f.SQL(SQLite, columns, warsaw)
	if strings.Count(where, "?") != len(args) {
		t.Fatalf("%q: %s with %d values", query, where, len(args))
	}
	where, args = f.SQL(Postgres, columns, warsaw)
	last := fmt.Sprintf("$%d", len(args))
	if strings.Count(where, "$") != len(args) || len(args) > 0 && !strings.Contains(where, last) {
		t.Fatalf("%q: %s with %d values", query, where, len(args))
	}
}

func TestParseTakesAnything(t *testing.T) { // 60 R68
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"filters", "[", "]", "%5B", "%5d", "[conditions]", "[$in]",
		"[$is]", "[$is_unknown]", "[created_at]", "[metadata.a]", "[active]", "[$active]", "[name]", "[0]", "[]", "=", "&", "junction",
		"or", "['a', 'b']", "2026-03-31", "%", "+", "7"}))
	rapid.Check(t, func(t *rapid.T) {
		checkParse(t, strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "query"), ""))
	})
}

func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, query string) { checkParse(t, query) })
}
