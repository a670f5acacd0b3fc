package store

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

func TestMigrationsAreNumbered(t *testing.T) {
	file := func(sql string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(sql)} }
	all, err := Migrations(fstest.MapFS{"0001_first.sql": file("A"), "0002_second.sql": file("B"), "README": file("")})
	if err != nil || len(all) != 2 || all[1].Version != 2 || all[1].Name != "second" || all[1].SQL != "B" {
		t.Fatal(all, err)
	}
	if _, err := Migrations(fstest.MapFS{"0001_first.sql": file("A"), "0003_third.sql": file("C")}); err == nil {
		t.Error("a gap was taken")
	}
	for name, tt := range map[string]struct {
		applied []string
		pending int
		says    string
	}{
		"an empty database": {nil, 2, ""},
		"one behind":        {[]string{all[0].Hash}, 1, ""},
		"up to date":        {[]string{all[0].Hash, all[1].Hash}, 0, ""},
		"a newer schema":    {[]string{all[0].Hash, all[1].Hash, "x"}, 0, "version 3, this release at 2"},
		"another file ran":  {[]string{"x"}, 0, "0001_first was changed"},
	} {
		pending, err := Pending(all, tt.applied)
		if len(pending) != tt.pending || (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %d pending, %v", name, len(pending), err)
		}
		if name == "a newer schema" && !errors.Is(err, ErrNewerSchema) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
