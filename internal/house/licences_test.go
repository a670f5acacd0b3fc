package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The licences travel with the binary: THIRD_PARTY_LICENSES.md lists the modules linked on any system, in these
// versions, and no others.
func TestLicencesAreThoseOfTheBuild(t *testing.T) {
	var want []string
	for _, system := range []string{"linux", "darwin", "windows"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./cmd/scrip")
		list.Dir = root(t)
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			if line = strings.TrimSpace(line); line != "" {
				want = append(want, line)
			}
		}
	}
	slices.Sort(want)
	want = slices.Compact(want)

	file, err := os.ReadFile(filepath.Join(root(t), "THIRD_PARTY_LICENSES.md"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^## (\S+\.\S+ v\S+)$`).FindAllStringSubmatch(string(file), -1) {
		got = append(got, m[1])
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("THIRD_PARTY_LICENSES.md lists\n%s\nand the build has\n%s\nRun: go run ./internal/tools/licences",
			strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
