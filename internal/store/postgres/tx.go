package postgres

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// tx is a writing transaction, READ COMMITTED: every statement sees what was committed when it began, so what is read
// behind a lock is current.
type tx struct {
	look
	over bool
}

// Begin takes a connection.
func (b *Backend) Begin(ctx context.Context) (store.Tx, error) {
	conn, err := b.pool.Acquire(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, store.ErrBusy
		}
		return nil, fault(err)
	}
	t := &tx{look: look{pool: b.pool, conn: conn}}
	t.queue("BEGIN")
	return t, nil
}

// Close does nothing: a writing transaction ends with Commit or Rollback.
func (t *tx) Close() {}

// Patience shortens this transaction's wait for locks.
func (t *tx) Patience(d time.Duration) {
	t.queue("SET LOCAL lock_timeout = " + strconv.FormatInt(d.Milliseconds(), 10))
}

func (t *tx) end() {
	if !t.over {
		t.over = true
		t.conn.Release()
	}
}

// Commit sends what waits together with COMMIT. When the connection breaks then, nobody knows.
func (t *tx) Commit() error {
	batch := t.pending
	t.pending, t.lone = nil, nil
	if batch == nil {
		batch = &pgx.Batch{}
	}
	var tag pgconn.CommandTag
	batch.Queue("COMMIT").Exec(func(ct pgconn.CommandTag) error { tag = ct; return nil })
	err := t.send(batch)
	var pg *pgconn.PgError
	switch {
	case tag.String() == "COMMIT": // whatever broke afterwards
		t.end()
		return nil
	case err == nil:
		return fmt.Errorf("postgres: the transaction ended with %s", tag)
	case errors.As(err, &pg) && !t.conn.Conn().IsClosed():
		return fault(err) // the server refused a statement, so it did not get to COMMIT
	}
	return errors.Join(store.ErrUnknown, err)
}

func (t *tx) Rollback() {
	if t.over {
		return
	}
	if t.begun && !t.conn.Conn().IsClosed() {
		_, _ = t.conn.Exec(background, "ROLLBACK") // a connection on which that fails is closed by the pool
	}
	t.end()
}

// lockID is the advisory lock of a name or an epoch. Two names that share one wait for each other needlessly, no more.
func lockID(parts ...string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strings.Join(parts, "\x00")))
	return int64(h.Sum64())
}

func (t *tx) Configure(project promo.ProjectID) error {
	t.queue("SELECT pg_advisory_xact_lock($1)", lockID("epoch", string(project)))
	t.queue("INSERT INTO epochs VALUES ($1, 1) ON CONFLICT (project) DO UPDATE SET epoch = epochs.epoch + 1", string(project))
	return t.flush()
}

func (t *tx) Hold(shape *store.Shape, project promo.ProjectID, ids []string) error {
	t.queue("SELECT 1 FROM "+shape.Name+" WHERE project = $1 AND id = ANY($2) ORDER BY id FOR UPDATE", string(project), ids)
	return t.flush()
}

func (t *tx) CountFor(project promo.ProjectID, seed promo.Seed) (int64, error) {
	return t.Count(store.Redemptions.Shape, store.SeedSelect(project, seed))
}

func (t *tx) Write(w *store.WriteSet) error {
	if len(w.Counters) > 0 {
		projects, names, values := make([]string, len(w.Counters)), make([]string, len(w.Counters)), make([]int64, len(w.Counters))
		for i, c := range w.Counters {
			projects[i], names[i], values[i] = string(c.Place.Project), store.CounterName(c.Place.Key), c.Value
		}
		t.queue(`UPDATE counters AS c SET value = n.value
			FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n(project, name, value)
			WHERE c.project = n.project AND c.name = n.name`, projects, names, values)
	}
	for i := range w.Tables {
		t.writeTable(&w.Tables[i])
	}
	return nil
}

func (t *tx) writeTable(w *store.TableWrite) {
	shape := w.Shape
	if len(w.Deletes) > 0 {
		projects, ids := make([]string, len(w.Deletes)), make([]string, len(w.Deletes))
		for i, ref := range w.Deletes {
			projects[i], ids[i] = string(ref.Project), ref.ID
		}
		t.queue("DELETE FROM "+shape.Name+" WHERE (project, id) IN (SELECT * FROM unnest($1::text[], $2::text[]))", projects, ids)
	}
	if len(w.Put) > 0 {
		t.queue(text(shape, "put", func() string { return insert(shape) + onConflict(shape) }), arrays(shape, w.Put)...)
	}
}

// insert adds rows given as one array a column, in their order.
func insert(shape *store.Shape) string {
	names, arrays := []string{"project", "id"}, []string{"$1::text[]", "$2::text[]"}
	for i, c := range shape.Columns {
		names = append(names, quote(c.Name))
		kind := "text"
		if c.Kind == store.Int {
			kind = "bigint"
		}
		arrays = append(arrays, fmt.Sprintf("$%d::%s[]", i+3, kind))
	}
	names, arrays = append(names, "doc"), append(arrays, fmt.Sprintf("$%d::text[]", len(shape.Columns)+3))
	return "INSERT INTO " + shape.Name + " (" + strings.Join(names, ", ") + ") SELECT * FROM unnest(" +
		strings.Join(arrays, ", ") + ")"
}

func onConflict(shape *store.Shape) string {
	set := make([]string, 0, len(shape.Columns)+1)
	for _, c := range shape.Columns {
		set = append(set, quote(c.Name)+" = excluded."+quote(c.Name))
	}
	set = append(set, "doc = excluded.doc")
	return " ON CONFLICT (project, id) DO UPDATE SET " + strings.Join(set, ", ")
}

// arrays turns rows into one array a column.
func arrays(shape *store.Shape, rows []store.Stored) []any {
	projects, ids, docs := make([]string, len(rows)), make([]string, len(rows)), make([]string, len(rows))
	for i := range rows {
		projects[i], ids[i], docs[i] = string(rows[i].Project), rows[i].ID, string(rows[i].Doc)
	}
	out := make([]any, 0, len(shape.Columns)+3)
	out = append(out, projects, ids)
	for c, column := range shape.Columns {
		if column.Kind == store.Int {
			out = append(out, nullable[int64](rows, c))
		} else {
			out = append(out, nullable[string](rows, c))
		}
	}
	return append(out, docs)
}

func nullable[T any](rows []store.Stored, column int) []*T {
	out := make([]*T, len(rows))
	for i := range rows {
		if v, ok := rows[i].Cols[column].(T); ok {
			out[i] = &v
		}
	}
	return out
}

func (t *tx) Insert(shape *store.Shape, rows []store.Stored) (taken []string, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	added := make(map[string]bool, len(rows))
	t.each(insert(shape)+" ON CONFLICT DO NOTHING RETURNING id", arrays(shape, rows), func(r pgx.Rows) error {
		var id string
		err := r.Scan(&id)
		added[id] = true
		return err
	})
	if err := t.flush(); err != nil {
		return nil, err
	}
	for i := range rows {
		if !added[rows[i].ID] {
			taken = append(taken, rows[i].ID)
		}
	}
	return taken, nil
}

func (t *tx) Purge(project promo.ProjectID) error {
	if project == promo.Instance {
		return errors.New("postgres: the instance level cannot be purged")
	}
	for _, table := range store.ProjectTables() {
		t.queue("DELETE FROM "+table+" WHERE project = $1", string(project))
	}
	return t.flush()
}
