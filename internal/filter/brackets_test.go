package filter

import (
	"slices"
	"strings"
	"testing"
)

func TestNamesComeApartAtTheBrackets(t *testing.T) { // 60 R24, R50, R56
	for query, want := range map[string]string{
		"created_at[before]=2026-01-01":   "created_at|before=2026-01-01",
		"[created_at][before]=2026-01-01": "created_at|before=2026-01-01",
		"%5Bcreated_at%5D%5bbefore%5d=x":  "created_at|before=x",
		"ids[]=a":                         "ids|=a",
		"a=b=c":                           "a=b=c",
		"a":                               "a=",
		"=v":                              "=v",
		"name=J%C3%B6rg+M%20K%2B":         "name=Jörg M K+",
		"a%":                              "a%=",
		"a=50%&b=%zz%4":                   "a=50% b=%zz%4",
		"a=%ff%00":                        "a=\uFFFD\uFFFD",
		"f[x.campaigns.Club [VIP].points][$is]=1": "f|x.campaigns.Club [VIP].points|$is=1",
		"f[a]x[b]=1": "f|a|x[b]=1",
		"f[a=1":      "f|[a=1",
		"f]a=1":      "f]a=1",
		"[]=1":       "=1",
		"[=1":        "[=1",
		"&&a=1&":     "a=1",
		"":           "",
	} {
		var got []string
		for _, p := range Brackets(query) {
			got = append(got, strings.Join(p.Path, "|")+"="+p.Value)
		}
		if joined := strings.Join(got, " "); joined != want {
			t.Errorf("%s: %q, want %q", query, joined, want)
		}
	}
}

func TestListsHaveManySpellings(t *testing.T) { // 60 R54, R59
	for query, want := range map[string][]string{
		"ids=a&ids=b":                     {"a", "b"},
		"ids[]=a&ids[]=b":                 {"a", "b"},
		"ids[1]=b&ids[0]=a":               {"a", "b"},
		"[ids][21]=b&ids[3]=a":            {"a", "b"},
		"ids=a,b":                         {"a", "b"},
		"ids=a%2C+b,,":                    {"a", "b"},
		"ids=%5B%27a%27%2C%20%27b%27%5D":  {"a", "b"},
		"ids=['a,b']":                     {"a,b"},
		"ids=[]":                          nil,
		"ids=":                            nil,
		"id=a&ids[x]=b&ids[0][1]=c&idsx=": nil,
		"ids=c&ids[5]=b,a":                {"b", "a", "c"},
	} {
		if got := Values(Brackets(query), "ids"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestPythonLists(t *testing.T) { // 60 R59
	for in, want := range map[string][]string{
		`['a', 'b']`:                       {"a", "b"},
		`['a','b']`:                        {"a", "b"},
		`["it's", 'say "x"']`:              {"it's", `say "x"`},
		`['\\ \' \n \t \xe9 \u65e5 \x00']`: {"\\ ' \n \t é 日 \uFFFD"},
		`['']`:                             {""},
		`['a]', '[b']`:                     {"a]", "[b"},
		`[]`:                               {},
	} {
		if got, ok := pythonList(in); !ok || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "[", "]", "a", "[a]", "['a]", "['a'", "['a' 'b']", "['a',]", "['a',  'b']", "[1, 2]", `['\q']`,
		`['\x9']`, `['\u12g4']`, `['a\`, `['a'] `} {
		if got, ok := pythonList(in); ok {
			t.Errorf("%s is read as %q", in, got)
		}
	}
}
