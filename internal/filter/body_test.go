package filter

import "testing"

func TestBodyForm(t *testing.T) { // 60 R58, R61, R62
	set := NewSet(Field{Name: "name", Type: Text}, Field{Name: "price", Type: Number})
	f, fault := Compile(".filter", "OR", []Condition{{"name", "$is", []string{"tea"}}, {"price", "$more_than", []string{"5"}}}, set)
	if fault != nil || f.Junction != Or || len(f.Predicates) != 2 {
		t.Fatal(f, fault)
	}
	for name, tt := range map[string]struct {
		row  Row
		want bool
	}{
		"one of them": {func(field string) Value {
			if field == "name" {
				return TextValue("tea")
			}
			return Value{}
		}, true},
		"none of them": {func(string) Value { return Value{} }, false},
	} {
		if got := f.Match(tt.row, Env{}); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, field := range []string{"group.name", "junction"} { // there are no groups
		if _, fault := Compile(".filter", "and", []Condition{{field, "$is", []string{"x"}}}, set); fault == nil {
			t.Errorf("%s was taken", field)
		}
	}
}
