package pgtest

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	first, second := URL(t), URL(t)
	if first == second {
		t.Fatalf("both are %s", first)
	}
	a, b := Admin(t, first), Admin(t, second)
	for _, conn := range []*pgx.Conn{a, b} {
		if n := tables(t, conn); n != 0 {
			t.Errorf("%d tables in a fresh database", n)
		}
	}
	if _, err := a.Exec(t.Context(), "CREATE TABLE vouchers (code text)"); err != nil {
		t.Fatal(err)
	}
	if here, there := tables(t, a), tables(t, b); here != 1 || there != 0 {
		t.Errorf("%d tables where one was made, %d in the other database", here, there)
	}
}

func tables(t *testing.T, conn *pgx.Conn) (n int) {
	t.Helper()
	err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheDatabaseGoesWithItsTest(t *testing.T) {
	watch := Admin(t, URL(t))
	var lent string
	t.Run("borrower", func(t *testing.T) {
		u, err := url.Parse(URL(t))
		if err != nil {
			t.Fatal(err)
		}
		lent = strings.TrimPrefix(u.Path, "/")
		if _, err := pgx.Connect(t.Context(), u.String()); err != nil { // left open
			t.Fatal(err)
		}
	})
	var there bool
	err := watch.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", lent).Scan(&there)
	if err != nil {
		t.Fatal(err)
	}
	if there {
		t.Errorf("%s outlives its test", lent)
	}
}

func TestTheNamedServerComesFirst(t *testing.T) {
	root := t.TempDir()
	t.Setenv("PATH", root)
	t.Setenv(envServer, "postgres://db.example/postgres")
	if got, err := seek(); err != nil || got != "postgres://db.example/postgres" {
		t.Errorf("server %q, %v", got, err)
	}
	if !Available() {
		t.Error("a named server is not available")
	}
}

func TestPrograms(t *testing.T) {
	for name, tt := range map[string]struct {
		installed []string // folders with both programs
		half      []string // folders with initdb alone
		path      string
		want      string
	}{
		"none":                          {},
		"PATH before places":            {[]string{"own", "usr/lib/postgresql/18/bin"}, nil, "own", "own"},
		"the first on PATH":             {[]string{"own", "other"}, nil, "empty:other:own", "other"},
		"the newest place, by number":   {[]string{"usr/lib/postgresql/9/bin", "usr/lib/postgresql/15/bin"}, nil, "", "usr/lib/postgresql/15/bin"},
		"the newest, wherever it lies":  {[]string{"usr/lib/postgresql/15/bin", "usr/pgsql-17/bin"}, nil, "", "usr/pgsql-17/bin"},
		"Homebrew":                      {[]string{"opt/homebrew/opt/postgresql@16/bin", "opt/homebrew/opt/postgresql/bin"}, nil, "", "opt/homebrew/opt/postgresql@16/bin"},
		"no number is better than none": {[]string{"opt/homebrew/opt/postgresql/bin"}, nil, "", "opt/homebrew/opt/postgresql/bin"},
		"a client's folder is not it":   {[]string{"usr/lib/postgresql/13/bin"}, []string{"own", "usr/lib/postgresql/16/bin"}, "own", "usr/lib/postgresql/13/bin"},
	} {
		t.Run(name, func(t *testing.T) {
			root, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			for _, dir := range tt.installed {
				install(t, filepath.Join(root, dir), "initdb", "postgres")
			}
			for _, dir := range tt.half {
				install(t, filepath.Join(root, dir), "initdb")
			}
			var path []string
			for dir := range strings.SplitSeq(tt.path, ":") {
				path = append(path, filepath.Join(root, dir))
			}
			got, err := findBin(strings.Join(path, string(filepath.ListSeparator)), root)
			if tt.want == "" {
				if !errors.Is(err, errNone) {
					t.Errorf("found %q, %v", got, err)
				}
				return
			}
			if want := filepath.Join(root, tt.want); err != nil || got != want {
				t.Errorf("found %q, %v; want %q", got, err, want)
			}
		})
	}
}

func TestALinkOnPathIsFollowed(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	real, links := filepath.Join(root, "real"), filepath.Join(root, "links")
	install(t, real, "initdb", "postgres")
	install(t, links)
	if err := os.Symlink(filepath.Join(real, "initdb"), filepath.Join(links, "initdb")); err != nil {
		t.Skip(err)
	}
	if got, err := findBin(links, root); err != nil || got != real {
		t.Errorf("found %q, %v; want %q", got, err, real)
	}
}

func install(t *testing.T, dir string, programs ...string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range programs {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWithoutAServer(t *testing.T) {
	broken := errors.New("initdb: exit status 1")
	for name, tt := range map[string]struct {
		ci, required string
		err          error
		skipped      bool
	}{
		"the test is left out":          {"", "", errNone, true},
		"0 requires nothing":            {"", "0", errNone, true},
		"in CI it fails":                {"true", "", errNone, false},
		"where required it fails":       {"", "1", errNone, false},
		"a server that is broken fails": {"", "", broken, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CI", tt.ci)
			t.Setenv(envRequired, tt.required)
			end := ending(t, func(t testing.TB) { lend(t, func() (string, error) { return "", tt.err }) })
			if loud := strings.HasPrefix(end.text, "POSTGRESQL LEFT OUT:"); end.skipped != tt.skipped || loud != tt.skipped {
				t.Errorf("skipped %v, saying %q", end.skipped, end.text)
			}
		})
	}
}

// end is how a test ended: skipped or failed.
type end struct {
	testing.TB
	skipped bool
	text    string
}

func (e *end) Helper()                      {}
func (e *end) Fatal(args ...any)            { panic(endsTest{false, fmt.Sprint(args...)}) }
func (e *end) Fatalf(f string, args ...any) { panic(endsTest{false, fmt.Sprintf(f, args...)}) }
func (e *end) Skipf(f string, args ...any)  { panic(endsTest{true, fmt.Sprintf(f, args...)}) }

type endsTest struct {
	skipped bool
	text    string
}

func ending(t *testing.T, test func(testing.TB)) (e *end) {
	t.Helper()
	e = &end{TB: t}
	defer func() {
		ends, ok := recover().(endsTest)
		if !ok {
			t.Fatal("the test went on")
		}
		e.skipped, e.text = ends.skipped, ends.text
	}()
	test(e)
	return e
}

func TestTheURLOfAnotherDatabase(t *testing.T) {
	for name, tt := range map[string]struct{ server, want string }{
		"replaced":                {"postgres://u:p@db:5433/postgres?sslmode=disable", "postgres://u:p@db:5433/x?sslmode=disable"},
		"none before":             {"postgresql://db", "postgresql://db/x"},
		"named as a parameter":    {"postgres://db/?dbname=a&database=b&application_name=c", "postgres://db/x?application_name=c"},
		"a socket":                {"postgres:///a?host=/run/postgresql", "postgres:///x?host=%2Frun%2Fpostgresql"},
		"keywords are no URL":     {"host=db dbname=a", ""},
		"nor is another database": {"mysql://db/a", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := withDatabase(tt.server, "x")
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
}
