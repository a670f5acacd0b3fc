package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Change is a writing transaction as Configure and Slice hand it out: a Reader that sees its own changes, and writes.
type Change struct {
	reader
	tx Tx
}

func (s *Store) change(tx Tx, project promo.ProjectID) *Change {
	return &Change{reader{project, tx, s.backend}, tx}
}

// Configure changes configuration: one call at a time per project, seeing everything, short. It adds one to the
// project's epoch, so decisions planned before it plan again. When the function returns an error nothing is written and
// the error is returned as it is; otherwise the change is durable. ErrBusy, *Replay and ErrKeyReused as in Update.
func Configure[T any](ctx context.Context, s *Store, call *promo.Call, change func(*Change) (T, error)) (T, error) {
	var result T
	var err error
	for attempt := 0; attempt <= retries; attempt++ {
		result, err = configure(ctx, s, call, change)
		if !errors.Is(err, errTransient) {
			break
		}
		time.Sleep(pause(attempt))
	}
	return result, err
}

func configure[T any](ctx context.Context, s *Store, call *promo.Call, change func(*Change) (T, error)) (T, error) {
	var result T
	err := s.exclusively(ctx, func(tx Tx) error {
		if err := tx.Configure(call.Project); err != nil {
			return err
		}
		c := s.change(tx, call.Project)
		if call.Once != nil {
			before, err := Onces.Get(c, onceKeys(call)[0].ID)
			if err != nil {
				return err
			}
			if err := seen(call, before); err != nil {
				return err
			}
		}
		var err error
		if result, err = change(c); err != nil || call.Once == nil {
			return err
		}
		if answer, keep := call.Once.Render(result); keep {
			return Onces.Save(c, remember(call, answer))
		}
		return nil
	})
	return result, err
}

// exclusively runs a function in a transaction of its own, and undoes it when the function fails or panics.
func (s *Store) exclusively(ctx context.Context, run func(Tx) error) error {
	wait, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	tx, err := s.backend.Begin(wait)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	done := false
	defer func() {
		if !done {
			tx.Rollback()
		}
	}()
	if err := run(tx); err != nil {
		return err
	}
	done = true
	if err := tx.Commit(); err != nil {
		tx.Rollback()
		return err
	}
	return nil
}

// Save writes a row, new or over the one with its id. A name that is taken is a fault: look first.
func (t *Table[T]) Save(c *Change, v *T) error {
	row, err := t.encode(c.project, v)
	if err != nil {
		return fmt.Errorf("store: %s: %w", t.Name, err)
	}
	return c.tx.Write(&WriteSet{Tables: []TableWrite{{Shape: t.Shape, Put: []Stored{row}}}})
}

// Delete deletes a row; one that is not there is no fault.
func (t *Table[T]) Delete(c *Change, id string) error {
	return c.tx.Write(&WriteSet{Tables: []TableWrite{{Shape: t.Shape, Deletes: []RowRef{{c.project, id}}}}})
}

// Insert adds rows and gives those whose id or name was taken; they are left out, and that is no fault.
func (t *Table[T]) Insert(c *Change, facts ...*T) (taken []*T, err error) {
	rows := make([]Stored, len(facts))
	byID := make(map[string]*T, len(facts))
	for i, v := range facts {
		if rows[i], err = t.encode(c.project, v); err != nil {
			return nil, fmt.Errorf("store: %s: %w", t.Name, err)
		}
		byID[rows[i].ID] = v
	}
	ids, err := c.tx.Insert(t.Shape, rows)
	for _, id := range ids {
		taken = append(taken, byID[id])
	}
	return taken, err
}

// Hold locks rows by id, all at once, so that no group changes them before this transaction ends. Read them afterwards.
func (t *Table[T]) Hold(c *Change, ids ...string) error { return c.tx.Hold(t.Shape, c.project, ids) }

// At is a Change of another project in the same transaction: of the instance level from within it, say.
func (c *Change) At(project promo.ProjectID) *Change {
	return &Change{reader{project, c.tx, c.backend}, c.tx}
}

// Purge deletes everything that belongs to a project, its counters included.
func (c *Change) Purge(project promo.ProjectID) error { return c.tx.Purge(project) }
