// Package pgtest lends PostgreSQL databases to tests.
//
// The server is, in this order:
//
//  1. the one that SCRIP_TEST_POSTGRES names: the URL of a server on which databases may be made;
//  2. a private cluster, started once per test process when the first test asks, from initdb and postgres on PATH or
//     else the newest in the usual places. SCRIP_TEST_POSTGRES_FSYNC=off makes it faster, and unlike production;
//  3. none. The test is skipped with a line that starts "POSTGRESQL LEFT OUT:", or fails where CI is set or
//     SCRIP_TEST_POSTGRES_REQUIRED is 1.
//
// A server that is named but does not answer, or that is found but does not start, fails the test: it is a fault.
//
// There is nothing to call at the end, so no TestMain. Between the test process and postgres stands a shell, the
// keeper, which waits on a pipe that only the test process holds open. However that process ends, by os.Exit, panic
// or kill -9, the pipe closes, and the keeper stops postgres and removes its files. Should all of them be killed at
// once, the next start removes the files: each cluster's directory is locked while any of the three lives.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	envServer   = "SCRIP_TEST_POSTGRES"
	envRequired = "SCRIP_TEST_POSTGRES_REQUIRED"
	envFsync    = "SCRIP_TEST_POSTGRES_FSYNC"
)

// patience bounds each step on the server: the start of a cluster, making a database, dropping one.
const patience = time.Minute

// errNone: there is no server to be had, neither named nor installed.
var errNone = errors.New("no PostgreSQL: " + envServer + " is not set, and initdb and postgres are not installed")

// URL returns the URL of a fresh, empty database for this test alone. It is dropped when the test ends, whoever is
// still connected.
func URL(t testing.TB) string {
	t.Helper()
	return lend(t, server)
}

// Available says whether URL has a server to turn to. It starts none, and promises none that works.
func Available() bool {
	if os.Getenv(envServer) != "" {
		return true
	}
	_, err := findBin(os.Getenv("PATH"), "/")
	return err == nil
}

// Admin returns a plain connection to url, closed when the test ends.
func Admin(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		conn.Close(ctx)
	})
	return conn
}

// Start starts a private cluster for a program that is not a test, whatever SCRIP_TEST_POSTGRES says. The URL is of
// its database "postgres", whose superuser needs no password; other databases may be made beside it. ctx bounds the
// start only. Stop ends the cluster, removes its files and returns when both are gone; it may be called again. A
// program that ends without calling it leaves nothing running either.
func Start(ctx context.Context) (url string, stop func(), err error) {
	bin, err := findBin(os.Getenv("PATH"), "/")
	if err != nil {
		return "", nil, err
	}
	c, err := start(ctx, bin, freePort)
	if err != nil {
		return "", nil, fmt.Errorf("pgtest: %w", err)
	}
	return c.url(), c.stop, nil
}

// server is the URL of the server that the tests of this process share.
var server = sync.OnceValues(seek)

func seek() (string, error) {
	if named := os.Getenv(envServer); named != "" {
		return named, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	url, _, err := Start(ctx)
	return url, err
}

// lend makes a database on the server and takes it back when the test ends.
func lend(t testing.TB, server func() (string, error)) string {
	t.Helper()
	admin, err := server()
	switch {
	case errors.Is(err, errNone) && required():
		t.Fatalf("pgtest: %v, and %s or CI asks for it", err, envRequired)
	case errors.Is(err, errNone):
		t.Skipf("POSTGRESQL LEFT OUT: %v", err)
	case err != nil:
		t.Fatal(err)
	}

	name := "scrip_test_" + strings.ToLower(rand.Text())
	lent, err := withDatabase(admin, name)
	if err != nil {
		t.Fatalf("pgtest: %s: %v", envServer, err)
	}
	// template0, because nobody can be connected to it, and nothing local has been added to it.
	if err := run(admin, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := run(admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return lent
}

func required() bool {
	return os.Getenv("CI") != "" || os.Getenv(envRequired) == "1"
}

// run executes one statement on a connection of its own, so that none is held between tests.
func run(server, sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// withDatabase is the server's URL with another database in it.
func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	if u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "", fmt.Errorf("not a postgres:// URL")
	}
	q := u.Query()
	q.Del("dbname") // either would win over the path
	q.Del("database")
	u.Path, u.RawPath, u.RawQuery = "/"+name, "", q.Encode()
	return u.String(), nil
}

// places are where packages put PostgreSQL's programs without adding them to PATH.
var places = []string{
	"usr/lib/postgresql/*/bin",         // Debian
	"usr/pgsql-*/bin",                  // the PGDG's RPMs
	"opt/homebrew/opt/postgresql*/bin", // Homebrew
	"usr/local/opt/postgresql*/bin",    // Homebrew, Intel
}

// findBin returns the folder of initdb and postgres: the first on path, else the newest of places under root. The
// error is errNone. Links are followed, since initdb looks for postgres and its share files from where it lies.
func findBin(path, root string) (string, error) {
	for _, dir := range filepath.SplitList(path) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if initdb, err := filepath.EvalSymlinks(filepath.Join(dir, "initdb")); err == nil && hasBoth(filepath.Dir(initdb)) {
			return filepath.Dir(initdb), nil
		}
	}
	best, newest := "", -1
	for _, place := range places {
		dirs, _ := filepath.Glob(filepath.Join(root, place)) // the one error is a bad pattern
		for _, dir := range dirs {
			if v := version(dir); v > newest && hasBoth(dir) {
				best, newest = dir, v
			}
		}
	}
	if best == "" {
		return "", errNone
	}
	return best, nil
}

func hasBoth(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

var digits = regexp.MustCompile(`\d+`)

// version is the major version that stands in the folder above bin, 0 if none does.
func version(bin string) int {
	v, _ := strconv.Atoi(digits.FindString(filepath.Base(filepath.Dir(bin))))
	return v
}
