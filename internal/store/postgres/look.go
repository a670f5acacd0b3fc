package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// look reads in one transaction. Statements that answer nothing wait in its batch and travel with the next that does,
// so that BEGIN and writes cost no round trip of their own.
type look struct {
	pool    *pgxpool.Pool
	conn    *pgxpool.Conn
	pending *pgx.Batch
	lone    *query // the one query in the batch, when it is alone: cheaper to send as what it is
	begun   bool
}

// background is what statements run under: once a transaction began, no caller's context ends it.
var background = context.Background()

type snapshot struct {
	look
	transaction bool
}

// Snapshot begins a transaction that sees one moment: that of its first query.
func (b *Backend) Snapshot(ctx context.Context) (store.Snapshot, error) {
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	s := &snapshot{look{pool: b.pool, conn: conn}, true}
	s.queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	return s, nil
}

// Glance takes a connection.
func (b *Backend) Glance(ctx context.Context) (store.Snapshot, error) {
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &snapshot{look{pool: b.pool, conn: conn}, false}, nil
}

// Close ends the transaction. A connection on which that fails is closed by the pool.
func (s *snapshot) Close() {
	if s.begun && s.transaction {
		_, _ = s.conn.Exec(background, "COMMIT")
	}
	s.conn.Release()
}

// query is a query whose rows go to a function.
type query struct {
	sql  string
	args []any
	row  func(pgx.Rows) error
}

func (q *query) read(rows pgx.Rows) error {
	defer rows.Close()
	for rows.Next() {
		if err := q.row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (l *look) queue(sql string, args ...any) *pgx.QueuedQuery {
	if l.pending == nil {
		l.pending = &pgx.Batch{}
	}
	l.lone = nil
	return l.pending.Queue(sql, args...)
}

// flush sends what waits in the batch.
func (l *look) flush() error {
	batch := l.pending
	if batch == nil {
		return nil
	}
	lone := l.lone
	l.pending, l.lone = nil, nil
	if lone == nil {
		return fault(l.send(batch))
	}
	l.begun = true
	rows, err := l.conn.Query(background, lone.sql, lone.args...)
	if err == nil {
		err = lone.read(rows)
	}
	return fault(l.told(err))
}

// send runs a batch. When the connection turns out to be dead, the others of the pool are likely to be too (the server
// was restarted), so that all are made anew: a caller that tries again must not meet one dead connection after another.
func (l *look) send(batch *pgx.Batch) error {
	l.begun = true
	return l.told(l.conn.SendBatch(background, batch).Close())
}

func (l *look) told(err error) error {
	if err != nil && l.conn.Conn().IsClosed() {
		l.pool.Reset()
	}
	return err
}

// each queues a query whose rows are given to a function when the batch is sent.
func (l *look) each(sql string, args []any, row func(pgx.Rows) error) {
	q, alone := &query{sql, args, row}, l.pending == nil
	l.queue(sql, args...).Query(q.read)
	if alone {
		l.lone = q
	}
}

// columns is what every select of a table reads.
func columns(shape *store.Shape) string {
	names := []string{"num", "project", "id"}
	for _, c := range shape.Columns {
		names = append(names, quote(c.Name))
	}
	return strings.Join(append(names, "doc"), ", ")
}

func quote(name string) string { return `"` + name + `"` }

func stored(shape *store.Shape, rows pgx.Rows) (store.Stored, error) {
	r := store.Stored{Cols: make([]any, len(shape.Columns))}
	texts, ints := make([]*string, len(shape.Columns)), make([]*int64, len(shape.Columns))
	into := make([]any, 0, len(shape.Columns)+4)
	into = append(into, &r.Num, (*string)(&r.Project), &r.ID)
	for i, c := range shape.Columns {
		if c.Kind == store.Int {
			into = append(into, &ints[i])
		} else {
			into = append(into, &texts[i])
		}
	}
	var doc string
	if err := rows.Scan(append(into, &doc)...); err != nil {
		return r, err
	}
	for i := range shape.Columns {
		switch {
		case texts[i] != nil:
			r.Cols[i] = *texts[i]
		case ints[i] != nil:
			r.Cols[i] = *ints[i]
		}
	}
	r.Doc = []byte(doc)
	return r, nil
}

func (l *look) Get(shape *store.Shape, project promo.ProjectID, column, value string) (*store.Stored, error) {
	return l.one(text(shape, "get "+column, func() string {
		return "SELECT " + columns(shape) + " FROM " + shape.Name + " WHERE project = $1 AND " + quote(column) + " = $2"
	}), project, value, func(rows pgx.Rows) (store.Stored, error) { return stored(shape, rows) })
}

func (l *look) Doc(shape *store.Shape, project promo.ProjectID, column, value string, counts ...string) (*store.Stored, error) {
	return l.one(text(shape, "doc "+column+" "+strings.Join(counts, " "), func() string {
		return "SELECT id, doc" + store.CountColumns(shape, counts) + " FROM " + shape.Name + " WHERE project = $1 AND " + quote(column) + " = $2"
	}), project, value, func(rows pgx.Rows) (store.Stored, error) {
		r := store.Stored{Project: project, Counts: make([]int64, len(counts))}
		into := append(make([]any, 0, 4), &r.ID, &r.Doc)
		for i := range counts {
			into = append(into, &r.Counts[i])
		}
		return r, rows.Scan(into...)
	})
}

// one is the one row of a query by project and a unique value; nil when there is none.
func (l *look) one(sql string, project promo.ProjectID, value string, read func(pgx.Rows) (store.Stored, error)) (*store.Stored, error) {
	var found *store.Stored
	l.each(sql, []any{string(project), value}, func(rows pgx.Rows) error {
		r, err := read(rows)
		found = &r
		return err
	})
	if err := l.flush(); err != nil {
		return nil, err
	}
	return found, nil
}

func (l *look) List(shape *store.Shape, q store.Select) ([]store.Stored, error) {
	var out []store.Stored
	l.list(shape, q, func(r store.Stored) { out = append(out, r) })
	return out, l.flush()
}

func (l *look) list(shape *store.Shape, q store.Select, row func(store.Stored)) {
	where, args := condition(q)
	query := "SELECT " + columns(shape) + " FROM " + shape.Name + where
	if q.Order != "" {
		query += " ORDER BY " + q.Order
	}
	if q.Limit > 0 {
		args = append(args, int64(q.Limit), int64(q.Offset))
		query += " LIMIT $" + strconv.Itoa(len(args)-1) + " OFFSET $" + strconv.Itoa(len(args))
	}
	if q.Claim {
		query += " FOR UPDATE OF " + shape.Name + " SKIP LOCKED"
	}
	l.each(query, args, func(rows pgx.Rows) error {
		r, err := stored(shape, rows)
		if err == nil {
			row(r)
		}
		return err
	})
}

func (l *look) Count(shape *store.Shape, q store.Select) (int64, error) {
	where, args := condition(q)
	return l.number("SELECT count(*) FROM "+shape.Name+where, args...)
}

func (l *look) number(query string, args ...any) (int64, error) {
	var n int64
	l.queue(query, args...).QueryRow(func(row pgx.Row) error {
		if err := row.Scan(&n); !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		return nil
	})
	return n, l.flush()
}

// condition makes WHERE of a select, its `?` numbered.
func condition(q store.Select) (string, []any) {
	var parts []string
	var args []any
	if !q.All {
		parts, args = append(parts, "project = ?"), append(args, string(q.Project))
	}
	if q.Where != "" {
		parts, args = append(parts, "("+q.Where+")"), append(args, q.Args...)
	}
	if len(parts) == 0 {
		return "", nil
	}
	return number(" WHERE " + strings.Join(parts, " AND ")), args
}

// number turns each `?` into $1, $2, …; no literal of the store's SQL holds one.
func number(sql string) string {
	var b strings.Builder
	n := 0
	for {
		before, after, found := strings.Cut(sql, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		n++
		b.WriteString("$" + strconv.Itoa(n))
		sql = after
	}
}

func (l *look) Counters(project promo.ProjectID, keys []promo.Key) (map[promo.Key]int64, error) {
	names := make([]string, len(keys))
	byName := make(map[string]promo.Key, len(keys))
	for i, key := range keys {
		names[i] = store.CounterName(key)
		byName[names[i]] = key
	}
	out := make(map[promo.Key]int64, len(keys))
	l.each("SELECT name, value FROM counters WHERE project = $1 AND name = ANY($2) AND value IS NOT NULL",
		[]any{string(project), names}, func(rows pgx.Rows) error {
			var name string
			var value int64
			err := rows.Scan(&name, &value)
			out[byName[name]] = value
			return err
		})
	return out, l.flush()
}

func (l *look) Epoch(project promo.ProjectID, into *int64) error {
	l.each("SELECT epoch FROM epochs WHERE project = $1", []any{string(project)}, func(rows pgx.Rows) error {
		return rows.Scan(into)
	})
	return nil
}

// Flush sends what waits in the batch.
func (l *look) Flush() error { return l.flush() }

// Now is the server's clock.
func (l *look) Now() (time.Time, error) {
	ms, err := l.number("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
	return time.UnixMilli(ms).UTC(), err
}

// text keeps the SQL made from shapes, so that it is put together once and found by the same string.
func text(shape *store.Shape, of string, make func() string) string {
	type key struct{ table, of string }
	if s, ok := made.Load(key{shape.Name, of}); ok {
		return s.(string)
	}
	s, _ := made.LoadOrStore(key{shape.Name, of}, make())
	return s.(string)
}

var made sync.Map
