// Package sqlite keeps the store in one SQLite file: one writing connection, any number of readers beside it.
package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/gofrs/flock"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// Options say how a file is opened.
type Options struct {
	// Shared lets other processes open the file too, as the command line does beside a running server. A server takes
	// the file for itself: a second one is refused with store.ErrInUse.
	Shared bool
	// Volatile keeps nothing on purpose: no write waits for the disk.
	Volatile bool
}

// Backend is an SQLite file. It implements store.Backend.
type Backend struct {
	writer  chan *sqlite.Conn // holds the writing connection while nobody writes
	readers chan *sqlite.Conn
	path    string
	lock    *flock.Flock
	remove  string // directory to delete at the end
}

// Open opens or makes the file and brings its schema up to date.
func Open(path string, o Options) (*Backend, error) {
	b := &Backend{path: path}
	if err := b.open(o); err != nil {
		_ = b.Close()
		return nil, fmt.Errorf("sqlite %s: %w", path, err)
	}
	return b, nil
}

// Temporary opens a database that is gone when it is closed.
func Temporary() (*Backend, error) {
	dir, err := os.MkdirTemp("", "scrip-memory-")
	if err != nil {
		return nil, err
	}
	b := &Backend{path: filepath.Join(dir, "scrip.db"), remove: dir}
	if err := b.open(Options{Volatile: true}); err != nil {
		_ = b.Close()
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return b, nil
}

func (b *Backend) open(o Options) error {
	if !o.Shared {
		b.lock = flock.New(b.path + ".lock")
		mine, err := b.lock.TryLock()
		if err != nil {
			return err
		}
		if !mine {
			return store.ErrInUse
		}
	}
	writer, err := connect(b.path, o, false)
	if err != nil {
		return err
	}
	b.writer = make(chan *sqlite.Conn, 1)
	b.writer <- writer
	if err := migrate(writer); err != nil {
		return err
	}
	n := max(4, 2*runtime.GOMAXPROCS(0))
	b.readers = make(chan *sqlite.Conn, n)
	for range n {
		reader, err := connect(b.path, o, true)
		if err != nil {
			return err
		}
		b.readers <- reader
	}
	return nil
}

// checkpointPages is how far the log grows before it is copied into the file: each checkpoint waits for the disk, and
// small ones cost a third of the throughput.
const checkpointPages = 16000

func connect(path string, o Options, reader bool) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate, sqlite.OpenWAL)
	if err != nil {
		return nil, err
	}
	// The server waits for the command line a moment; the command line, which meets a busy server, for longer.
	busy := store.Wait
	if o.Shared {
		busy = 30 * time.Second
	}
	synchronous := "FULL"
	if o.Volatile {
		synchronous = "OFF"
	}
	pragmas := []string{fmt.Sprint("busy_timeout = ", busy.Milliseconds()), "synchronous = " + synchronous, fmt.Sprint("wal_autocheckpoint = ", checkpointPages),
		"cache_size = -16384", "temp_store = MEMORY"}
	if reader {
		pragmas = append(pragmas, "query_only = ON")
	}
	for _, pragma := range pragmas {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	conn.SetInterrupt(nil) // no caller's context ever reaches SQL
	return conn, nil
}

// migrate runs what is pending, in a transaction that nobody else can enter meanwhile.
func migrate(conn *sqlite.Conn) (err error) {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	all, err := store.Migrations(dir)
	if err != nil {
		return err
	}
	if pending, err := pendingOf(conn, all); err != nil || len(pending) == 0 {
		return err // the usual case takes no lock
	}
	end, err := sqlitex.ExclusiveTransaction(conn)
	if err != nil {
		return err
	}
	defer end(&err)
	if err := sqlitex.ExecuteTransient(conn, `CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY,
		name TEXT NOT NULL, hash TEXT NOT NULL) STRICT`, nil); err != nil {
		return err
	}
	pending, err := pendingOf(conn, all)
	if err != nil {
		return err
	}
	for _, m := range pending {
		if err := sqlitex.ExecuteScript(conn, m.SQL, nil); err != nil {
			return fmt.Errorf("migration %04d_%s: %w", m.Version, m.Name, err)
		}
		if err := sqlitex.ExecuteTransient(conn, "INSERT INTO migrations VALUES (?, ?, ?)",
			&sqlitex.ExecOptions{Args: []any{m.Version, m.Name, m.Hash}}); err != nil {
			return err
		}
	}
	return nil
}

func pendingOf(conn *sqlite.Conn, all []store.Migration) ([]store.Migration, error) {
	var applied []string
	exists := false
	err := sqlitex.ExecuteTransient(conn, "SELECT 1 FROM sqlite_schema WHERE name = 'migrations'", &sqlitex.ExecOptions{
		ResultFunc: func(*sqlite.Stmt) error { exists = true; return nil }})
	if err == nil && exists {
		err = sqlitex.ExecuteTransient(conn, "SELECT hash FROM migrations ORDER BY version", &sqlitex.ExecOptions{
			ResultFunc: func(stmt *sqlite.Stmt) error { applied = append(applied, stmt.ColumnText(0)); return nil }})
	}
	if err != nil {
		return nil, err
	}
	return store.Pending(all, applied)
}

// Dialect is SQLite's.
func (b *Backend) Dialect() filter.Dialect { return filter.SQLite }

// Committers is one: SQLite has one writer.
func (b *Backend) Committers() int { return 1 }

// Ping reads the schema version.
func (b *Backend) Ping(ctx context.Context) error {
	snap, err := b.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	var epoch int64
	return snap.Epoch("", &epoch)
}

// Close closes every connection; the last one moves the log into the file.
func (b *Backend) Close() error {
	var err error
	for _, pool := range []chan *sqlite.Conn{b.readers, b.writer} {
		for range cap(pool) {
			select {
			case conn := <-pool:
				err = errors.Join(err, conn.Close())
			default: // it was never opened
			}
		}
	}
	if b.lock != nil {
		err = errors.Join(err, b.lock.Unlock())
	}
	if b.remove != "" {
		err = errors.Join(err, os.RemoveAll(b.remove))
	}
	return err
}
