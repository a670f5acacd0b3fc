package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// tx is the one writing transaction there can be. As nobody else writes meanwhile, locking a key is reading it.
type tx struct {
	look
	from *Backend
	over bool
}

// Begin waits for the writing connection, which is handed out in order of asking.
func (b *Backend) Begin(ctx context.Context) (store.Tx, error) {
	select {
	case conn := <-b.writer:
		t := &tx{look: look{conn}, from: b}
		if err := t.exec("BEGIN IMMEDIATE"); err != nil {
			b.writer <- conn
			if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultBusy {
				return nil, store.ErrBusy // another process is writing to the file
			}
			return nil, err
		}
		return t, nil
	case <-ctx.Done():
		return nil, store.ErrBusy
	}
}

// Patience does nothing: whoever has the connection waits for no lock.
func (t *tx) Patience(time.Duration) {}

func (t *tx) end() {
	if !t.over {
		t.over = true
		t.from.writer <- t.conn
	}
}

// Close does nothing: a writing transaction ends with Commit or Rollback.
func (t *tx) Close() {}

func (t *tx) Commit() error {
	if err := t.exec("COMMIT"); err != nil {
		return err
	}
	t.end()
	return nil
}

func (t *tx) Rollback() {
	if t.over {
		return
	}
	if !t.conn.AutocommitEnabled() { // else SQLite has rolled back by itself
		_ = t.exec("ROLLBACK")
	}
	t.end()
}

func (t *tx) Configure(project promo.ProjectID) error {
	_, err := t.step("INSERT INTO epochs VALUES (?, 1) ON CONFLICT (project) DO UPDATE SET epoch = epoch + 1", string(project))
	return err
}

// Hold does nothing: the transaction holds every row.
func (t *tx) Hold(*store.Shape, promo.ProjectID, []string) error { return nil }

func (t *tx) Lock(projects []promo.ProjectID, asks []store.Ask) (*store.State, error) {
	s := &store.State{Epochs: map[promo.ProjectID]int64{}, Counters: map[store.Place]store.CounterState{},
		Rows: map[store.Place]*store.Stored{}, Names: map[store.Place]string{},
		Endings: map[store.Place]store.EndingState{}, Pools: map[store.Place][]store.Stored{}}
	for _, p := range projects {
		var epoch int64
		if err := t.Epoch(p, &epoch); err != nil {
			return nil, err
		}
		s.Epochs[p] = epoch
	}
	for _, ask := range asks {
		if err := t.lock(s, ask); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (t *tx) lock(s *store.State, ask store.Ask) (err error) {
	place := ask.Place()
	switch ask.Key.Kind {
	case promo.CounterKey:
		s.Counters[place], err = t.counter(ask.Project, ask.Key)
	case promo.RowKey:
		var row *store.Stored
		if row, err = t.Get(store.ShapeOf(ask.Key.Of), ask.Project, "id", ask.Key.ID); row != nil {
			s.Rows[place] = row
		}
	case promo.NameKey:
		shape, column := store.NameOf(ask.Key)
		var row *store.Stored
		if row, err = t.Get(shape, ask.Project, column, ask.Key.ID); row != nil {
			s.Names[place] = row.ID
		}
	case promo.EndingKey:
		s.Endings[place], err = t.lockEnding(ask)
	case promo.PoolKey:
		s.Pools[place], err = t.List(store.ShapeOf(ask.Key.Of), store.PoolSelect(ask))
	default:
		err = fmt.Errorf("sqlite: unknown kind of key %d", ask.Key.Kind)
	}
	return err
}

func (t *tx) lockEnding(ask store.Ask) (store.EndingState, error) {
	shape := store.ShapeOf(ask.Key.Of)
	c, err := t.counter(ask.Project, ask.Key)
	if err != nil {
		return store.EndingState{}, err
	}
	e := store.EndingState{Sum: c.Value}
	at := ask.At.UnixMilli()
	err = t.each(statements.ended(shape), []any{string(ask.Project), ask.Key.ID, at}, func(stmt *sqlite.Stmt) error {
		e.Sum -= stmt.ColumnInt64(0)
		return nil
	})
	if err != nil {
		return e, err
	}
	if e.Sum >= ask.Key.Near {
		first, err := t.number(statements.firstEnd(shape), string(ask.Project), ask.Key.ID)
		if err != nil {
			return e, err
		}
		if first != 0 {
			e.First = time.UnixMilli(first).UTC()
		}
	}
	if shape.Ending.Load {
		e.Entries, err = t.List(shape, store.EntrySelect(ask))
	}
	return e, err
}

func (t *tx) CountFor(project promo.ProjectID, seed promo.Seed) (int64, error) {
	return t.Count(store.Redemptions.Shape, store.SeedSelect(project, seed))
}

func (t *tx) Write(w *store.WriteSet) error {
	for _, c := range w.Counters {
		if _, err := t.step("INSERT INTO counters VALUES (?, ?, ?) ON CONFLICT (project, name) DO UPDATE SET value = excluded.value",
			string(c.Place.Project), store.CounterName(c.Place.Key), c.Value); err != nil {
			return err
		}
	}
	for _, table := range w.Tables {
		for _, ref := range table.Deletes {
			if _, err := t.step(statements.drop(table.Shape), string(ref.Project), ref.ID); err != nil {
				return err
			}
		}
		for i := range table.Put {
			if _, err := t.step(statements.put(table.Shape), values(&table.Put[i])...); err != nil {
				return err
			}
		}
	}
	return nil
}

func values(r *store.Stored) []any {
	args := make([]any, 0, len(r.Cols)+3)
	args = append(args, string(r.Project), r.ID)
	args = append(args, r.Cols...)
	return append(args, r.Doc)
}

func (t *tx) Insert(shape *store.Shape, rows []store.Stored) (taken []string, err error) {
	for i := range rows {
		if _, err := t.step(statements.insertFree(shape), values(&rows[i])...); err != nil {
			return nil, err
		}
		if t.conn.Changes() == 0 {
			taken = append(taken, rows[i].ID)
		}
	}
	return taken, nil
}

func (t *tx) Purge(project promo.ProjectID) error {
	if project == promo.Instance {
		return errors.New("sqlite: the instance level cannot be purged")
	}
	for _, table := range store.ProjectTables() {
		if _, err := t.step("DELETE FROM "+table+" WHERE project = ?", string(project)); err != nil {
			return err
		}
	}
	return nil
}
