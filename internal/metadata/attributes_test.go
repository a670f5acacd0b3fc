package metadata

import (
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
)

func TestLookup(t *testing.T) { // 20-rules R24
	a := Read(promo.Metadata(`{"a":1,"a.b":"whole","c":{"d":{"e":true},"d.e":"nearer"},"f":{"g":null},"h":[1,"x",{"i":2}],"big":123456789012345678901,"n":null}`))
	for path, want := range map[string]Value{
		"a":     {Kind: Number, Text: "1", Number: promo.NewDecimal(1, 0), Exact: true},
		"a.b":   {Kind: Text, Text: "whole"}, // a key that is the whole path wins
		"c.d.e": {Kind: Text, Text: "nearer"},
		"f.g":   {}, "n": {}, "none": {}, "a.x": {}, "c.d.x": {}, "": {}, ".": {},
		"big": {Kind: Number, Text: "123456789012345678901"}, // too long to be exact
	} {
		got := a.Lookup(path)
		if got.Kind != want.Kind || got.Text != want.Text || got.Number != want.Number || got.Exact != want.Exact || got.True != want.True {
			t.Errorf("%q is %+v, want %+v", path, got, want)
		}
	}
	if h := a.Lookup("h"); h.Kind != List || len(h.List) != 3 || h.List[2].Object.Lookup("i").Text != "2" {
		t.Errorf("%+v", h)
	}
	if v := a.Lookup("c.d"); v.Kind != Object || !v.Object.Lookup("e").True {
		t.Errorf("%+v", v)
	}
	for _, none := range []string{"", "null", "[1]", "5"} {
		if v := Read(promo.Metadata(none)).Lookup("a"); v.Kind != Null {
			t.Errorf("%q has %+v", none, v)
		}
	}
}
