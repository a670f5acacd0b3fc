// Package postgres keeps the store in PostgreSQL, with any number of stateless nodes in front of it.
package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/store"
)

//go:embed migrations/*.sql
var files embed.FS

// committers is how many groups a node writes side by side. More were not faster: the larger a group, the less each
// member costs.
const committers = 4

// readers is how many snapshots a node reads side by side, unless the URL says pool_max_conns. More than its processors
// keep busy only make the server switch between them.
func readers() int32 { return int32(max(4, 2*runtime.GOMAXPROCS(0))) }

// Backend is a PostgreSQL database. It implements store.Backend.
type Backend struct{ pool *pgxpool.Pool }

// Open connects and brings the schema up to date.
func Open(ctx context.Context, url string) (*Backend, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if _, set := config.ConnConfig.RuntimeParams["pool_max_conns"]; !set {
		config.MaxConns = committers + readers()
	}
	params := config.ConnConfig.RuntimeParams
	params["application_name"] = "scrip"
	params["lock_timeout"] = strconv.FormatInt(store.Wait.Milliseconds(), 10)
	params["idle_in_transaction_session_timeout"] = "30000" // a node that froze must not hold its locks for ever
	params["timezone"] = "UTC"
	if err := migrate(ctx, config.ConnConfig); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	return &Backend{pool}, nil
}

// migrationLock is the advisory lock that one node holds while it migrates.
const migrationLock = 0x7363726970 // "scrip"

func migrate(ctx context.Context, config *pgx.ConnConfig) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	all, err := store.Migrations(dir)
	if err != nil {
		return err
	}
	config = config.Copy()
	config.RuntimeParams["lock_timeout"] = "0" // another node may be migrating
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // releases the lock
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return err
	}
	applied, err := appliedHashes(ctx, conn)
	if err != nil {
		return err
	}
	pending, err := store.Pending(all, applied)
	if err != nil {
		return err
	}
	for _, m := range pending {
		if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, m.SQL, pgx.QueryExecModeSimpleProtocol); err != nil {
				return fmt.Errorf("migration %04d_%s: %w", m.Version, m.Name, err)
			}
			_, err := tx.Exec(ctx, "INSERT INTO migrations VALUES ($1, $2, $3)", m.Version, m.Name, m.Hash)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func appliedHashes(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	if _, err := conn.Exec(ctx, `CREATE TABLE IF NOT EXISTS migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL,
		hash TEXT NOT NULL)`); err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, "SELECT hash FROM migrations ORDER BY version")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Dialect is PostgreSQL's.
func (b *Backend) Dialect() filter.Dialect { return filter.Postgres }

// Committers is how many groups are written side by side.
func (b *Backend) Committers() int { return committers }

// Ping asks the server for nothing.
func (b *Backend) Ping(ctx context.Context) error { return b.pool.Ping(ctx) }

// Close closes every connection.
func (b *Backend) Close() error {
	b.pool.Close()
	return nil
}

// fault translates an error of a statement: what is of the moment is marked so.
func fault(err error) error {
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return store.Transient(err) // the connection broke
	}
	switch pg.Code {
	case "55P03": // lock_not_available
		return errors.Join(store.ErrBusy, err)
	case "40P01", "40001", // deadlock_detected, serialization_failure
		"23505",                   // unique_violation: a slice took the name just now; the next look at it says so
		"53200",                   // out_of_memory: the lock table is full
		"57P01", "57P02", "57P03", // the server goes down, or the connection was terminated
		"25P03": // idle_in_transaction_session_timeout
		return store.Transient(err)
	}
	return err
}
