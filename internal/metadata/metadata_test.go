package metadata

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/promo"
)

func TestMerge(t *testing.T) { // 60 R37
	for name, tt := range map[string]struct{ stored, sent, want string }{
		"sent keys replace, others stay":    {`{"a":1,"b":2}`, `{"b":3,"c":4}`, `{"a":1,"b":3,"c":4}`},
		"null is kept":                      {`{"a":1}`, `{"a":null,"b":null}`, `{"a":null,"b":null}`},
		"objects are replaced whole":        {`{"a":{"x":1,"y":2}}`, `{"a":{"x":3}}`, `{"a":{"x":3}}`},
		"lists are replaced whole":          {`{"a":[1,2]}`, `{"a":[]}`, `{"a":[]}`},
		"types and digits stay":             {`{"a":"1"}`, `{"b":1.0,"c":12345678901234567890.50,"d":1e2}`, `{"a":"1","b":1.0,"c":12345678901234567890.50,"d":1e2}`},
		"absent changes nothing":            {`{"a":1}`, ``, `{"a":1}`},
		"null changes nothing":              {`{"a":1}`, `null`, `{"a":1}`}, // 60 R35
		"an empty object changes nothing":   {`{"a":1}`, `{}`, `{"a":1}`},
		"into nothing":                      {``, ` { "a" : [ 1 , { } ] } `, `{"a":[1,{}]}`},
		"nothing into nothing":              {``, `{}`, ``},
		"a key however it is written":       {`{"a":1}`, `{"\u0061":2}`, `{"a":2}`},
		"dots are part of a key":            {`{"a":{"b":1}}`, `{"a.b":2}`, `{"a":{"b":1},"a.b":2}`},
		"keys that need quoting":            {`{"q\"\\\n":1}`, `{"é\u2028":2}`, "{\"q\\\"\\\\\\n\":1,\"é\u2028\":2}"},
		"a key is taken from one side":      {`{"a":1,"A":2}`, `{"A":3}`, `{"a":1,"A":3}`},
		"the place of a replaced one stays": {`{"a":1,"b":2,"c":3}`, `{"c":4,"a":5}`, `{"a":5,"b":2,"c":4}`},
		"the same however it is written":    {`{"a":{"x":"A","y":2}}`, `{"a":{"y":2,"x":"\u0041"}}`, `{"a":{"x":"A","y":2}}`}, // 60 R41
		"other digits are another number":   {`{"a":1}`, `{"a":1.0}`, `{"a":1.0}`},
	} {
		if got := Merge(promo.Metadata(tt.stored), promo.Metadata(tt.sent)); string(got) != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestEqual(t *testing.T) { // 60 R41
	for name, tt := range map[string]struct {
		a, b  string
		equal bool
	}{
		"nothing, null and empty":          {``, ` { } `, true},
		"null":                             {`null`, ``, true},
		"order and white space":            {`{"a":{"x":1,"y":[2,3]},"b":true}`, `{ "b":true, "a":{"y":[2, 3],"x":1} }`, true},
		"texts however they are written":   {`{"a":"\u0041"}`, `{"a":"A"}`, true},
		"types":                            {`{"a":1}`, `{"a":"1"}`, false},
		"null is not absent":               {`{"a":null}`, `{}`, false},
		"null is not false":                {`{"a":null}`, `{"a":false}`, false},
		"lists have an order":              {`{"a":[1,2]}`, `{"a":[2,1]}`, false},
		"an empty list is not null":        {`{"a":[]}`, `{"a":null}`, false},
		"numbers beyond those of a double": {`{"a":9007199254740993}`, `{"a":9007199254740992}`, false},
		"digits that would be shown":       {`{"a":1.0}`, `{"a":1}`, false},
	} {
		if got := equal(promo.Metadata(tt.a), promo.Metadata(tt.b)); got != tt.equal {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCheck(t *testing.T) { // 60 R81, section 6
	nested := func(levels int) string {
		return `{"a":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`
	}
	for body, want := range map[string]string{
		``:                      "",
		`null`:                  "",
		`{}`:                    "",
		`{"a":{"":1},"b":[""]}`: "",
		nested(maxDepth):        "",
		nested(maxDepth + 1):    "Property .metadata must NOT be nested deeper than 500 levels",
		`[]`:                    "Property .metadata must be object",
		`"x"`:                   "Property .metadata must be object",
		`5`:                     "Property .metadata must be object",
		`true`:                  "Property .metadata must be object",
		`{"a":1,"":""}`:         "Property .metadata must NOT have an empty key",
		`{"a":""}`:              "",
	} {
		refused := Check(promo.Metadata(body), ".metadata")
		if refused == nil && want != "" || refused != nil && (refused.Details != want || refused.Key != "invalid_payload") {
			t.Errorf("%.40s: %v, want %q", body, refused, want)
		}
	}
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// anyValue draws JSON values.
func anyValue(depth int) *rapid.Generator[string] {
	plain := []*rapid.Generator[string]{rapid.SampledFrom([]string{"null", "true", "false", "0", "1.0", "-12.5e3", "9007199254740993"}),
		rapid.Map(rapid.StringN(0, 4, -1), quoted)}
	if depth > 0 {
		plain = append(plain, rapid.Map(rapid.SliceOfN(anyValue(depth-1), 0, 3), func(l []string) string {
			return "[" + strings.Join(l, ", ") + "]"
		}), anyObject(depth-1))
	}
	return rapid.OneOf(plain...)
}

func anyObject(depth int) *rapid.Generator[string] {
	names := rapid.SampledFrom([]string{"a", "b", "c", "A", "a.b", "é", "q\"", " "})
	return rapid.Map(rapid.MapOfN(names, anyValue(depth), 0, 5), func(m map[string]string) string {
		var members []string
		for name, value := range m {
			members = append(members, quoted(name)+" : "+value)
		}
		return "{" + strings.Join(members, ",") + "}"
	})
}

func TestMergeLaws(t *testing.T) { // 60 R37, R41
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) promo.Metadata { return promo.Metadata(anyObject(2).Draw(t, name)) }
		a, b, c := draw("a"), draw("b"), draw("c")
		same := func(law string, x, y promo.Metadata) {
			if !equal(x, y) {
				t.Fatalf("%s: %s and %s", law, x, y)
			}
		}
		ab := Merge(a, b)
		same("merging nothing changes nothing", Merge(a, nil), a)
		same("merging into nothing", Merge(nil, a), a)
		same("merging itself changes nothing", Merge(a, a), a)
		same("merging twice is merging once", Merge(ab, b), ab)
		same("grouping does not matter", Merge(ab, c), Merge(a, Merge(b, c)))
		if string(Clean(ab)) != string(ab) {
			t.Fatalf("not clean: %s", ab)
		}
		if len(ab) > 0 && (!ab.IsValid() || Check(ab, "") != nil) {
			t.Fatalf("not metadata: %s", ab)
		}
		kept, sent, result := values(a), values(b), values(ab)
		for name, value := range result {
			want, fromSent := sent[name]
			if !fromSent {
				want = kept[name]
			}
			if value != want {
				t.Fatalf("%s is %s, want %s", name, value, want)
			}
		}
		for name := range kept {
			sent[name] = ""
		}
		if len(sent) != len(result) {
			t.Fatalf("%d keys, want %d", len(result), len(sent))
		}
	})
}

func values(m promo.Metadata) map[string]string {
	out := map[string]string{}
	for _, member := range members(Clean(m)) {
		out[member.name] = string(member.value)
	}
	return out
}
