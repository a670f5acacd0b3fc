package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path that our own imports start with.
const module = "github.com/scrip-dev/scrip/"

// kernel decides: values in, values out. The order is that of the floors, lowest first.
var kernel = []string{"promo", "formula", "calendar", "metadata", "geo", "filter", "catalog", "codes", "rules", "pricing", "points", "stacking", "view"}

// below the use cases.
var ground = append([]string{"store"}, kernel...)

// useCases do not know each other.
var useCases = []string{"auth", "records", "campaigns", "redeem"}

// support serves tests and measurements. No other package imports it, a binary least of all.
var support = []string{"house", "pgtest", "store/storetest"}

// mayImport: a package imports what stands in its line, and nothing else of ours. A package without a line fails.
// Packages under internal/ go without that prefix. A line may stand here before its package does.
var mayImport = map[string][]string{
	"promo":    {},
	"formula":  {"promo", "calendar", "metadata"},
	"calendar": {"promo"},
	"metadata": {"promo", "calendar"},
	"geo":      {},
	"filter":   {"promo", "calendar", "geo"},
	"catalog":  {"promo", "metadata", "filter"},
	"codes":    {"promo"},
	"rules":    {"promo", "calendar", "metadata", "filter", "catalog"},
	"pricing":  {"promo", "metadata", "formula", "catalog"},
	"points":   {"promo", "formula", "calendar"},
	"stacking": {"promo", "calendar", "metadata", "formula", "catalog", "rules", "pricing"},
	"view":     {"promo", "calendar", "metadata", "codes", "rules", "pricing", "points", "stacking"},

	"store":           {"promo", "calendar", "filter"},
	"store/sqlite":    {"promo", "filter", "store"},
	"store/postgres":  {"promo", "filter", "store"},
	"store/storetest": {"promo", "filter", "store"},

	"auth":      ground,
	"records":   ground,
	"campaigns": ground,
	"redeem":    ground,

	"loyalty": plus(ground, useCases...),
	"work":    plus(ground, useCases...),
	"deliver": plus(ground, useCases...),

	"httpapi": plus(plus(ground, useCases...), "loyalty", "work", "deliver"),

	"cmd/scrip": {everything},

	"house":          {},
	"pgtest":         {},
	"tools/licences": {},
	"bench":          {"pgtest"},
}

// everything stands for all packages but support and programs.
const everything = "*"

// testsMayAlso is what the tests of packages above the kernel may import besides its line: the databases, to run on
// them, and the support.
var testsMayAlso = plus([]string{"promo", "filter", "store", "store/sqlite", "store/postgres"}, support...)

// never: what no deciding package may reach, directly or through others of ours.
var never = []string{"database/sql", "net/http", "math/rand", "math/rand/v2", "crypto/rand", "os"}

func plus(list []string, more ...string) []string { return slices.Concat(list, more) }

// pkg is one of our packages, as its files say it, whatever system they are for.
type pkg struct {
	imports, testImports map[string]string // path → the file that has it
	sources              []source          // files that are not tests
}

type source struct {
	name string
	file *ast.File
	set  *token.FileSet
}

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// house reads all packages of the module, by their names in mayImport.
func house(t *testing.T) map[string]*pkg {
	t.Helper()
	packages, set := map[string]*pkg{}, token.NewFileSet()
	top := root(t)
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != top && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		own := strings.TrimPrefix(path.Dir(rel), "internal/")
		p := packages[own]
		if p == nil {
			p = &pkg{imports: map[string]string{}, testImports: map[string]string{}}
			packages[own] = p
		}
		into := p.imports
		if strings.HasSuffix(rel, "_test.go") {
			into = p.testImports
		} else {
			p.sources = append(p.sources, source{rel, file, set})
		}
		for _, spec := range file.Imports {
			what, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			into[what] = rel
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

// ours is the name in mayImport of an imported package of this module.
func ours(importPath string) (string, bool) {
	rest, ok := strings.CutPrefix(importPath, module)
	return strings.TrimPrefix(rest, "internal/"), ok
}

func TestEveryPackageImportsWhatItMay(t *testing.T) {
	packages := house(t)
	if len(packages) < 5 {
		t.Fatalf("only %d packages were found", len(packages))
	}
	for name, p := range packages {
		may, ok := mayImport[name]
		if !ok {
			t.Errorf("package %s has no line in mayImport", name)
			continue
		}
		for imported, file := range p.imports {
			if own, ok := ours(imported); ok && !allowed(may, own) {
				t.Errorf("%s: %s may not import %s", file, name, own)
			}
		}
		for imported, file := range p.testImports {
			if own, ok := ours(imported); ok && own != name && !allowed(may, own) &&
				(slices.Contains(kernel, name) || !slices.Contains(testsMayAlso, own)) {
				t.Errorf("%s: the tests of %s may not import %s", file, name, own)
			}
		}
	}
}

func allowed(may []string, own string) bool {
	if slices.Contains(may, own) {
		return true
	}
	program := strings.HasPrefix(own, "cmd/") || strings.HasPrefix(own, "tools/") || own == "bench"
	return slices.Contains(may, everything) && !program && !slices.Contains(support, own)
}

// The map itself: nothing on a floor imports its neighbours or a floor above, and there is no way round.
func TestTheMapHasNoCircles(t *testing.T) {
	for name, may := range mayImport {
		for _, other := range may {
			if other == everything {
				continue
			}
			if _, ok := mayImport[other]; !ok {
				t.Errorf("%s may import %s, which has no line", name, other)
			}
			if slices.Contains(reachable(other), name) {
				t.Errorf("%s may import %s, and from there come back", name, other)
			}
		}
	}
	for _, a := range useCases {
		for _, b := range useCases {
			if slices.Contains(mayImport[a], b) {
				t.Errorf("%s and %s are on one floor", a, b)
			}
		}
	}
}

func reachable(name string) []string {
	var seen []string
	next := []string{name}
	for len(next) > 0 {
		one := next[0]
		next = next[1:]
		for _, other := range mayImport[one] {
			if other != everything && !slices.Contains(seen, other) {
				seen, next = append(seen, other), append(next, other)
			}
		}
	}
	return seen
}

// A deciding package does no I/O and draws no chance; nor does what it imports of ours.
func TestTheKernelIsPure(t *testing.T) {
	packages := house(t)
	for _, name := range kernel {
		seen := map[string]bool{}
		var visit func(own, by string)
		visit = func(own, by string) {
			if seen[own] || packages[own] == nil {
				return
			}
			seen[own] = true
			for imported, file := range packages[own].imports {
				if slices.Contains(never, imported) {
					t.Errorf("%s reaches %s (%s)%s", name, imported, file, by)
				}
				if other, ok := ours(imported); ok {
					visit(other, by+" through "+other)
				}
			}
		}
		visit(name, "")
	}
}

// Time is an argument, and money is exact: no clock and no binary float in a deciding package.
func TestTheKernelHasNoClockAndNoFloat(t *testing.T) {
	packages := house(t)
	for _, name := range kernel {
		if packages[name] == nil || name == "geo" { // distances on the earth are no money
			continue
		}
		for _, s := range packages[name].sources {
			for _, fault := range clocksAndFloats(s.file) {
				t.Errorf("%s:%d: %s in a deciding package", s.name, s.set.Position(fault.at).Line, fault.what)
			}
		}
	}
}

type fault struct {
	at   token.Pos
	what string
}

// clocksAndFloats finds uses of the machine's clock and of float types. Comments and strings do not count.
func clocksAndFloats(file *ast.File) []fault {
	clock := ""
	for _, spec := range file.Imports {
		if spec.Path.Value == `"time"` {
			clock = "time"
			if spec.Name != nil {
				clock = spec.Name.Name
			}
		}
	}
	var found []fault
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && clock != "" && x.Name == clock && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker"}, n.Sel.Name) {
				found = append(found, fault{n.Pos(), "time." + n.Sel.Name})
			}
		case *ast.Ident:
			if n.Name == "float64" || n.Name == "float32" {
				found = append(found, fault{n.Pos(), n.Name})
			}
		}
		return true
	})
	return found
}

func TestClocksAndFloatsAreFound(t *testing.T) {
	const code = `package p
import wall "time"
// float64, wall.Now
var a = "float64"
var b = wall.Now()
func c(x float64) wall.Duration { return wall.Since(b) }
`
	file, err := parser.ParseFile(token.NewFileSet(), "p.go", code, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range clocksAndFloats(file) {
		got = append(got, f.what)
	}
	if want := []string{"time.Now", "float64", "time.Since"}; !slices.Equal(got, want) {
		t.Errorf("found %v, not %v", got, want)
	}
}
