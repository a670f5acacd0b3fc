package filter

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestOneQueryHasManySpellings(t *testing.T) { // 60 W2, R56, R57, R59, R61
	want := mustParse("filters[metadata.tier][conditions][$in][0]=gold&filters[metadata.tier][conditions][$in][1]=silver")
	for name, query := range map[string]string{
		"encoded, bracketed, without index":    "%5Bfilters%5D%5Bmetadata.tier%5D%5Bconditions%5D%5B%24in%5D%5B%5D=gold&%5Bfilters%5D%5Bmetadata.tier%5D%5Bconditions%5D%5B%24in%5D%5B%5D=silver",
		"Python's list":                        "filters[metadata.tier][conditions][$in]=%5B%27gold%27%2C%20%27silver%27%5D",
		"Python's list, blanks as +":           "filters[metadata.tier][conditions][$in]=%5B%27gold%27%2C+%27silver%27%5D",
		"the operator repeated":                "filters[metadata.tier][conditions][$in]=gold&filters[metadata.tier][conditions][$in]=silver",
		"indexes out of order and with gaps":   "filters[metadata.tier][conditions][$in][100]=silver&filters[metadata.tier][conditions][$in][21]=gold",
		"index 10 stands behind 9":             "filters[metadata.tier][conditions][$in][10]=silver&filters[metadata.tier][conditions][$in][9]=gold",
		"values without index come last":       "filters[metadata.tier][conditions][$in][]=silver&filters[metadata.tier][conditions][$in][0]=gold",
		"other parameters between":             "limit=5&filters[metadata.tier][conditions][$in][0]=gold&page=1&filters[metadata.tier][conditions][$in][1]=silver&_=17",
		"brackets raw and encoded in one":      "filters[metadata.tier%5D[conditions%5D%5B$in]=gold&filters[metadata.tier][conditions][$in]=silver",
		"a junction that is the default":       "filters[junction]=AND&filters[metadata.tier][conditions][$in][0]=gold&filters[metadata.tier][conditions][$in][1]=silver",
		"bracketed first segment, raw":         "[filters][metadata.tier][conditions][$in][0]=gold&[filters][metadata.tier][conditions][$in][1]=silver",
		"empty pairs and a trailing ampersand": "&&filters[metadata.tier][conditions][$in][0]=gold&filters[metadata.tier][conditions][$in][1]=silver&",
	} {
		if got, fault := Parse(query, world); fault != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v", name, got, fault)
		}
	}
}

func TestAFilterFlattensIntoPredicates(t *testing.T) { // 60 R60
	for query, want := range map[string][]string{
		"filters[name][conditions][$is][0]=a&filters[name][conditions][$is][1]=b":                   {"name $is 1", "name $is 1"},
		"filters[name][conditions][$in][0]=a&filters[name][conditions][$in][1]=b":                   {"name $in 2"},
		"filters[name][conditions][$not_in]=['a',+\"b\"]&filters[amount][conditions][$more_than]=5": {"name $not_in 2", "amount $more_than 1"},
		"filters[name][conditions][$is]=['a']":                                                      {"name $is 1"}, // R59: only lists are taken apart
		"filters[name][conditions][$in]=[]":                                                         {"name $in 0"},
		"filters[name][conditions][$is_unknown]=&filters[name][conditions][$is_unknown]=true":       {"name $is_unknown 0"},
		"filters[amount][conditions][$more_than_or_equal]=5":                                        {"amount $more_than_equal 1"},              // R63
		"filters[active][$enabled]=&filters[active][conditions][$expired][0]=true":                  {"active $enabled 0", "active $expired 0"}, // 40 R31
		"filters[created_at][conditions][$today]=&filters[created_at][conditions][$is_day]=6":       {"created_at $today 0", "created_at $is_day 1"},
		"page=1": nil,
		"":       nil,
	} {
		f, fault := Parse(query, world)
		var got []string
		for _, p := range f.Predicates {
			got = append(got, fmt.Sprintf("%s %s %d", p.Field.Name, p.Op, len(p.Values)))
		}
		if fault != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", query, got, fault, want)
		}
	}
}

// recorded is the answer of the public service, as its documentation shows it for an export.
const recorded = "Property .parameters.filters should match either `filters[${field}][conditions][${condition}][${index}]` or `filters[${field}][conditions][${condition}]` format and condition must be one of: $in, $not_in, $in_location, $not_in_location, $is, $is_days_ago, $is_days_in_future, $is_not, $has_value, $is_unknown, $contains, $not_contain, $starts_with, $ends_with, $more_than, $less_than, $more_than_ago, $less_than_ago, $more_than_future, $less_than_future, $more_than_equal, $less_than_equal, $after, $before, $count, $count_less, $count_more, $today, $tomorrow, $yesterday, $this_week, $last_week, $next_week, $this_month, $last_month, $next_month, $this_year, $next_year, $last_year, $is_day_of_month, $is_day, $is_month, $is_year, $today_md, $tomorrow_md, $yesterday_md, $this_week_md, $last_week_md, $next_week_md, $this_month_md, $last_month_md, $next_month_md, $is_days_ago_md, $is_more_days_ago_md, $is_less_days_ago_md, $is_days_in_future_md, $is_more_days_in_future_md, $is_less_days_in_future_md, $is_years_ago, $active, $failed, $in_progress, $expired, $before_start, $enabled, $disabled, $redeemed, $redeemable"

func TestBadStructureIsRefusedInTheRecordedWords(t *testing.T) { // 60 R68
	_, fault := Compile(".parameters.filters", "", []Condition{{Field: "name", Op: "$like", Values: []string{"x"}}}, world)
	if fault == nil || fault.Details != recorded || fault.Path != ".parameters.filters" {
		t.Errorf("got %v", fault)
	}
	inQuery := strings.Replace(recorded, ".parameters", "", 1)
	for _, query := range []string{
		"filters[name][$is]=x", "filters[name][conditions][$like]=x", "filters=x", "filters[name]=x", "filters[]=x",
		"filters[name][conditions]=x", "filters[name][conditions][$is][a]=x", "filters[name][conditions][$is][-1]=x",
		"filters[name][conditions][$is][0][1]=x", "filters[name][conditions][$is][0]x=x", "filters[name][conditions][$is=x",
		"filters[name][condition][$is]=x", "filters[junction][]=and", "filters[active][$sleeping]=", "filters[active][conditions]=",
		"filters[name][conditions][$is][1234567890]=x", "filters[name][conditions][is]=x", "filters[name][conditions][]=x",
	} {
		if _, fault := Parse(query, world); fault == nil || fault.Details != inQuery {
			t.Errorf("%s: %v", query, fault)
		}
	}
}

func TestFaultsNameTheirPlace(t *testing.T) { // 60 R29, R61, R65, R68, R69
	for query, want := range map[string]string{
		"filters[nme][conditions][$is]=x":                      "Property .filters.nme is not allowed",
		"filters[metadata.][conditions][$is]=x":                "Property .filters.metadata. is not allowed",
		"filters[junction]=xor":                                "Property .filters.junction must be equal to one of the allowed values [ and, or ]",
		"filters[amount][conditions][$is]=ten":                 "Property .filters.amount.conditions.$is must be number",
		"filters[amount][conditions][$is]=":                    "Property .filters.amount.conditions.$is must be number",
		"filters[amount][conditions][$is]=0x10":                "Property .filters.amount.conditions.$is must be number",
		"filters[amount][conditions][$is]=1/2":                 "Property .filters.amount.conditions.$is must be number",
		"filters[amount][conditions][$is]=1e999999999":         "Property .filters.amount.conditions.$is must be number",
		"filters[amount][conditions][$in]=['1','x']":           "Property .filters.amount.conditions.$in must be number",
		"filters[is_referral][conditions][$is]=yes":            "Property .filters.is_referral.conditions.$is must be boolean",
		"filters[created_at][conditions][$after]=soon":         "Property .filters.created_at.conditions.$after cannot be recognized as a ISO-8601 compliant date",
		"filters[created_at][conditions][$is]=2025-02-29":      "Property .filters.created_at.conditions.$is cannot be recognized as a ISO-8601 compliant date",
		"filters[created_at][conditions][$more_than]=1.5":      "Property .filters.created_at.conditions.$more_than must be integer",
		"filters[created_at][conditions][$more_than]=99999999": "Property .filters.created_at.conditions.$more_than must be >= -4000000 and <= 4000000",
	} {
		_, fault := Parse(query, world)
		if fault == nil || fault.Details != want {
			t.Errorf("%s: %v; want %s", query, fault, want)
		}
	}
}

// A field that does not list an operator refuses it, and says which it has.
func TestAnOperatorOfAnotherTypeIsRefused(t *testing.T) { // 60 R63, R68
	for query, end := range map[string]string{
		"filters[name][conditions][$more_than]=5":    "one of: $in, $not_in, $is, $is_not, $has_value, $is_unknown, $contains, $not_contain, $starts_with, $ends_with",
		"filters[is_referral][conditions][$count]=1": "one of: $in, $not_in, $is, $is_not, $has_value, $is_unknown",
		"filters[active][conditions][$failed]=":      "one of: $active, $expired, $enabled, $disabled",
		"filters[created_at][conditions][$today_md]": "$is_years_ago",
	} {
		if _, fault := Parse(query, world); fault == nil || !strings.HasSuffix(fault.Details, end) ||
			!strings.HasPrefix(fault.Details, "Property .filters should match either") {
			t.Errorf("%s: %v", query, fault)
		}
	}
}

func TestFiltersAreBounded(t *testing.T) { // 60 R69
	repeat := func(n int, format string) string {
		var out strings.Builder
		for i := range n {
			fmt.Fprintf(&out, format, i)
		}
		return out.String()
	}
	for query, refused := range map[string]bool{
		repeat(100, "&filters[name][conditions][$is][%[1]d]=v%[1]d"):                                  true,
		repeat(101, "&filters[name][conditions][$is][%[1]d]=v%[1]d"):                                  false,
		repeat(1000, "&filters[name][conditions][$in][%[1]d]=v%[1]d"):                                 true,
		repeat(1001, "&filters[name][conditions][$in][%[1]d]=v%[1]d"):                                 false,
		"filters[name][conditions][$in]=['x'" + repeat(1000, ",'v%d'") + "]":                          false,
		repeat(100, "&filters[metadata.m%[1]d][conditions][$in]=['"+strings.Repeat("x','", 99)+"']"):  true,
		repeat(100, "&filters[metadata.m%[1]d][conditions][$in]=['"+strings.Repeat("x','", 100)+"']"): false,
	} {
		if _, fault := Parse(query, world); (fault == nil) != refused {
			t.Errorf("%.60s…: %v", query, fault)
		}
	}
}

func TestOperators(t *testing.T) { // 60 R63
	if len(operators) != 68 {
		t.Errorf("%d operators", len(operators))
	}
	seen := map[Op]bool{}
	for _, op := range operators {
		if got, ok := ParseOp(string(op)); !ok || got != op || seen[op] {
			t.Errorf("%s: %s, %v", op, got, ok)
		}
		seen[op] = true
	}
	if op, ok := ParseOp("$less_than_or_equal"); !ok || op != LessThanEqual {
		t.Error(op, ok)
	}
	for _, name := range []string{"", "$", "is", "$IS", "$is ", "$or"} {
		if _, ok := ParseOp(name); ok {
			t.Errorf("%q is read", name)
		}
	}
}

func TestFieldsAreFoundByNameThenByFamily(t *testing.T) { // 60 R57, R67
	set := NewSet(
		Field{Name: "loyalty_points.campaigns.*.points", Type: Number},
		Field{Name: "metadata.*", Type: Metadata},
		Field{Name: "metadata.age", Type: Number},
	)
	older := set
	set = set.With(Field{Name: "metadata.*", Type: Text}, Field{Name: "metadata.age", Type: Time})
	for name, want := range map[string]Field{
		"loyalty_points.campaigns.Club Nova.points":  {Type: Number, Key: "Club Nova"},
		"loyalty_points.campaigns.a.points.b.points": {Type: Number, Key: "a.points.b"},
		"metadata.seq_number":                        {Type: Text, Key: "seq_number"},
		"metadata.a.b c":                             {Type: Text, Key: "a.b c"},
		"metadata.age":                               {Type: Time, Key: "age"},
	} {
		got, ok := set.Lookup(name)
		if !ok || got.Name != name || got.Type != want.Type || got.Key != want.Key {
			t.Errorf("%s: %v, %v", name, got, ok)
		}
	}
	for _, name := range []string{"", "metadata", "metadata.", "Metadata.x", "loyalty_points.campaigns..points"} {
		if f, ok := set.Lookup(name); ok {
			t.Errorf("%q is %v", name, f)
		}
	}
	if f, _ := older.Lookup("metadata.age"); f.Type != Number {
		t.Error("the older set changed")
	}
}

func TestASetMustMakeSense(t *testing.T) {
	for name, f := range map[string]Field{
		"an operator of another type":  {Name: "x", Type: Text, Ops: []Op{MoreThan}},
		"an operator not yet answered": {Name: "x", Type: TextList, Ops: []Op{Count}},
		"states without words":         {Name: "x", Type: State},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is accepted", name)
				}
			}()
			NewSet(f)
		}()
	}
}
