// Command licences writes THIRD_PARTY_LICENSES.md: the modules that are linked into the binary on any system it is
// built for, each with its licence texts from the module cache. Run it from the root, with the modules downloaded:
//
//	go run ./internal/tools/licences
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// output is the file that is written, below the root.
const output = "THIRD_PARTY_LICENSES.md"

// systems are those that the binary is built for; some packages are linked on one alone.
var systems = []string{"linux", "darwin", "windows"}

// licenceFile is what a file with a licence, or a notice that must travel with it, is called.
var licenceFile = regexp.MustCompile(`(?i)^(?:.*[-_.])?(?:licen[cs]e|copying|copyright|notice|patents)(?:[-_.].*)?$`)

// module is a linked module: its folder in the cache, and the folders of its packages that are linked.
type module struct {
	Path, Version, Dir string
	packages           map[string]bool
}

func main() {
	log.SetFlags(0)
	modules, err := linked()
	if err != nil {
		log.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString("# Third-party licences\n\nMade by `go run ./internal/tools/licences`; do not edit.\n\n" +
		"The scrip binary has these modules linked into it, on at least one of the systems it is built for. Each is followed\n" +
		"by the licences and notices that come with it. The Go runtime and standard library come first.\n")
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		log.Fatal(err)
	}
	goLicence, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "LICENSE"))
	if err != nil {
		log.Fatal(err)
	}
	b.WriteString("\n## The Go programming language\n")
	section(&b, "LICENSE", goLicence)
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		m := modules[path]
		fmt.Fprintf(&b, "\n## %s %s\n", m.Path, m.Version)
		files, err := m.licences()
		if err != nil {
			log.Fatal(err)
		}
		if len(files) == 0 {
			log.Fatalf("%s %s has no licence file", m.Path, m.Version)
		}
		for _, name := range files {
			body, err := os.ReadFile(filepath.Join(m.Dir, name))
			if err != nil {
				log.Fatal(err)
			}
			section(&b, filepath.ToSlash(name), body)
		}
	}
	if err := os.WriteFile(output, b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d modules\n", output, len(modules))
}

// section writes one licence text, indented so that nothing in it is read as Markdown.
func section(b *bytes.Buffer, name string, body []byte) {
	fmt.Fprintf(b, "\n### %s\n\n", name)
	for line := range strings.SplitSeq(strings.TrimRight(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n\x0c "), "\n") {
		b.WriteString(strings.TrimRight("    "+line, " \t") + "\n")
	}
}

// linked lists the modules behind ./cmd/scrip on all systems.
func linked() (map[string]*module, error) {
	modules := map[string]*module{}
	for _, system := range systems {
		list := exec.Command("go", "list", "-deps", "-json=Dir,Module,Standard", "./cmd/scrip")
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=0")
		list.Stderr = os.Stderr
		out, err := list.Output()
		if err != nil {
			return nil, err
		}
		for each := json.NewDecoder(bytes.NewReader(out)); ; {
			var p struct {
				Dir      string
				Standard bool
				Module   *struct {
					Path, Version, Dir string
					Main               bool
					Replace            *struct{ Path, Version, Dir string }
				}
			}
			if err := each.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			if p.Standard || p.Module == nil || p.Module.Main {
				continue
			}
			if p.Module.Replace != nil {
				return nil, fmt.Errorf("%s is replaced: say whose licence counts", p.Module.Path)
			}
			m := modules[p.Module.Path]
			if m == nil {
				m = &module{p.Module.Path, p.Module.Version, p.Module.Dir, map[string]bool{}}
				modules[m.Path] = m
			}
			m.packages[p.Dir] = true
		}
	}
	return modules, nil
}

// licences are the licence files of a module, from the folders of its linked packages up to its root.
func (m *module) licences() ([]string, error) {
	found := map[string]bool{}
	for dir := range m.packages {
		for {
			entries, err := os.ReadDir(dir)
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				if !e.IsDir() && licenceFile.MatchString(e.Name()) && !strings.HasSuffix(e.Name(), ".go") {
					name, err := filepath.Rel(m.Dir, filepath.Join(dir, e.Name()))
					if err != nil {
						return nil, err
					}
					found[name] = true
				}
			}
			if dir == m.Dir || len(dir) <= len(m.Dir) {
				break
			}
			dir = filepath.Dir(dir)
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}
