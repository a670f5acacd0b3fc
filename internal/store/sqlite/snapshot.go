package sqlite

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// look reads on one connection; both snapshots and writing transactions do.
type look struct{ conn *sqlite.Conn }

type snapshot struct {
	look
	from  *Backend
	begun bool
}

// Snapshot begins a read transaction on a connection of its own.
func (b *Backend) Snapshot(ctx context.Context) (store.Snapshot, error) {
	select {
	case conn := <-b.readers:
		s := &snapshot{look{conn}, b, true}
		if err := s.exec("BEGIN"); err != nil {
			b.readers <- conn
			return nil, err
		}
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Glance takes a connection.
func (b *Backend) Glance(ctx context.Context) (store.Snapshot, error) {
	select {
	case conn := <-b.readers:
		return &snapshot{look{conn}, b, false}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close ends the transaction. Its commit cannot fail: it read only.
func (s *snapshot) Close() {
	if s.begun {
		_ = s.exec("COMMIT")
	}
	s.from.readers <- s.conn
}

func (l look) exec(query string) error {
	_, err := l.step(query)
	return err
}

// step prepares (or finds) a statement, binds and steps it once, and leaves it ready for the next use unless it has a
// row, which the caller reads before it resets the statement.
func (l look) step(query string, args ...any) (*sqlite.Stmt, error) {
	stmt, err := l.conn.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	row, err := begin(stmt, args)
	if err != nil || row {
		return stmt, err
	}
	return nil, stmt.Reset()
}

// begin binds and steps a statement once; it is reset after an error.
func begin(stmt *sqlite.Stmt, args []any) (row bool, err error) {
	for i, arg := range args {
		switch v := arg.(type) {
		case nil:
			stmt.BindNull(i + 1)
		case string:
			stmt.BindText(i+1, v)
		case int64:
			stmt.BindInt64(i+1, v)
		case []byte:
			stmt.BindText(i+1, string(v))
		default:
			return false, fmt.Errorf("sqlite: cannot bind %T", arg)
		}
	}
	if row, err = stmt.Step(); err != nil {
		_ = stmt.Reset()
	}
	return row, err
}

// each runs a query and gives every row to a function.
func (l look) each(query string, args []any, row func(*sqlite.Stmt) error) error {
	stmt, err := l.step(query, args...)
	if err != nil || stmt == nil {
		return err
	}
	err = rest(stmt, row)
	return cmp.Or(err, stmt.Reset())
}

// eachOnce is each for a query of a text that will not come again: its statement is not kept. A connection keeps every
// statement it prepares, so that filters of all kinds would fill the memory.
func (l look) eachOnce(query string, args []any, row func(*sqlite.Stmt) error) error {
	stmt, _, err := l.conn.PrepareTransient(query)
	if err != nil {
		return fmt.Errorf("%w in %s", err, query)
	}
	some, err := begin(stmt, args)
	if err == nil && some {
		err = rest(stmt, row)
	}
	return cmp.Or(err, stmt.Finalize())
}

// rest gives the row a statement stands on, and those behind it, to a function.
func rest(stmt *sqlite.Stmt, row func(*sqlite.Stmt) error) error {
	for more := true; more; {
		if err := row(stmt); err != nil {
			return err
		}
		var err error
		if more, err = stmt.Step(); err != nil {
			return err
		}
	}
	return nil
}

// selected runs the query of a select.
func (l look) selected(q store.Select, query string, args []any, row func(*sqlite.Stmt) error) error {
	if q.Once {
		return l.eachOnce(query, args, row)
	}
	return l.each(query, args, row)
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

func stored(shape *store.Shape, stmt *sqlite.Stmt) store.Stored {
	r := store.Stored{Num: stmt.ColumnInt64(0), Project: promo.ProjectID(stmt.ColumnText(1)), ID: stmt.ColumnText(2),
		Cols: make([]any, len(shape.Columns))}
	for i, c := range shape.Columns {
		switch {
		case stmt.ColumnIsNull(i + 3):
		case c.Kind == store.Int:
			r.Cols[i] = stmt.ColumnInt64(i + 3)
		default:
			r.Cols[i] = stmt.ColumnText(i + 3)
		}
	}
	r.Doc = document(stmt, len(shape.Columns)+3)
	return r
}

func (l look) Get(shape *store.Shape, project promo.ProjectID, column, value string) (*store.Stored, error) {
	stmt, err := l.step(statements.get(shape, column), string(project), value)
	if err != nil || stmt == nil {
		return nil, err
	}
	r := stored(shape, stmt)
	return &r, stmt.Reset()
}

func (l look) Doc(shape *store.Shape, project promo.ProjectID, column, value string, counts ...string) (*store.Stored, error) {
	stmt, err := l.step(statements.doc(shape, column, counts), string(project), value)
	if err != nil || stmt == nil {
		return nil, err
	}
	r := store.Stored{Project: project, ID: stmt.ColumnText(0), Doc: document(stmt, 1)}
	for i := range counts {
		r.Counts = append(r.Counts, stmt.ColumnInt64(2+i))
	}
	return &r, stmt.Reset()
}

// document copies a document: SQLite's own memory is gone with the next step.
func document(stmt *sqlite.Stmt, column int) []byte {
	doc := make([]byte, stmt.ColumnLen(column))
	stmt.ColumnBytes(column, doc)
	return doc
}

func (l look) List(shape *store.Shape, q store.Select) ([]store.Stored, error) {
	where, args := condition(q)
	query := "SELECT " + columns(shape) + " FROM " + shape.Name + where
	if q.Order != "" {
		query += " ORDER BY " + q.Order
	}
	if q.Limit > 0 {
		query += " LIMIT ? OFFSET ?"
		args = append(args, int64(q.Limit), int64(q.Offset))
	}
	var out []store.Stored
	err := l.selected(q, query, args, func(stmt *sqlite.Stmt) error {
		out = append(out, stored(shape, stmt))
		return nil
	})
	return out, err
}

func (l look) Count(shape *store.Shape, q store.Select) (n int64, err error) {
	where, args := condition(q)
	err = l.selected(q, "SELECT count(*) FROM "+shape.Name+where, args, func(stmt *sqlite.Stmt) error {
		n = stmt.ColumnInt64(0)
		return nil
	})
	return n, err
}

// number is the one number a query gives; 0 when it gives no row.
func (l look) number(query string, args ...any) (int64, error) {
	stmt, err := l.step(query, args...)
	if err != nil || stmt == nil {
		return 0, err
	}
	n := stmt.ColumnInt64(0)
	return n, stmt.Reset()
}

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
	return " WHERE " + strings.Join(parts, " AND "), args
}

func (l look) Counters(project promo.ProjectID, keys []promo.Key) (map[promo.Key]int64, error) {
	out := make(map[promo.Key]int64, len(keys))
	for _, key := range keys {
		c, err := l.counter(project, key)
		if err != nil {
			return nil, err
		}
		if c.Known {
			out[key] = c.Value
		}
	}
	return out, nil
}

func (l look) counter(project promo.ProjectID, key promo.Key) (store.CounterState, error) {
	stmt, err := l.step("SELECT value FROM counters WHERE project = ? AND name = ?", string(project), store.CounterName(key))
	if err != nil || stmt == nil {
		return store.CounterState{}, err
	}
	c := store.CounterState{Value: stmt.ColumnInt64(0), Known: !stmt.ColumnIsNull(0)}
	return c, stmt.Reset()
}

func (l look) Epoch(project promo.ProjectID, into *int64) (err error) {
	*into, err = l.number("SELECT epoch FROM epochs WHERE project = ?", string(project))
	return err
}

// Flush has nothing to wait for.
func (l look) Flush() error { return nil }

// Now is the machine's clock: SQLite has no other.
func (l look) Now() (time.Time, error) {
	ms, err := l.number("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)")
	return time.UnixMilli(ms).UTC(), err
}
