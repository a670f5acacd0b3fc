package store

import (
	"context"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Reader reads one project as of one moment. A Tx of Configure and Slice is one too, and sees its own changes.
type Reader interface {
	Project() promo.ProjectID
	snapshot() Snapshot
	dialect() filter.Dialect
}

type reader struct {
	project promo.ProjectID
	from    Snapshot
	backend Backend
}

func (r reader) Project() promo.ProjectID { return r.project }
func (r reader) snapshot() Snapshot       { return r.from }
func (r reader) dialect() filter.Dialect  { return r.backend.Dialect() }

// Read runs a function on a snapshot of a project.
func (s *Store) Read(ctx context.Context, project promo.ProjectID, look func(Reader) error) error {
	snap, err := s.backend.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	return look(reader{project, snap, s.backend})
}

// Glance is Read without the promise of one moment: for one row, or for what is looked at again under locks.
func (s *Store) Glance(ctx context.Context, project promo.ProjectID, look func(Reader) error) error {
	snap, err := s.backend.Glance(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	return look(reader{project, snap, s.backend})
}

// In is a reader of another project at the same moment: from a project to the instance level, say.
func In(r Reader, project promo.ProjectID) Reader { return inProject{r, project} }

type inProject struct {
	Reader
	project promo.ProjectID
}

func (r inProject) Project() promo.ProjectID { return r.project }

// Counter is a counter's value for showing: advice, not a limit. One not there yet is 0.
func Counter(r Reader, key promo.Key) (int64, error) {
	values, err := r.snapshot().Counters(r.Project(), []promo.Key{key})
	return values[key], err
}

// Counters are several counters' values for showing.
func Counters(r Reader, keys ...promo.Key) (map[promo.Key]int64, error) {
	return r.snapshot().Counters(r.Project(), keys)
}

// Get is the row with this id; nil when there is none.
func (t *Table[T]) Get(r Reader, id string) (*T, error) { return t.by(r, "id", id) }

// By is the row whose unique name in this column has this value; nil when there is none.
func (t *Table[T]) By(r Reader, column, name string) (*T, error) { return t.by(r, column, name) }

func (t *Table[T]) by(r Reader, column, value string) (*T, error) {
	row, err := r.snapshot().Doc(t.Shape, r.Project(), column, value)
	if err != nil || row == nil {
		return nil, err
	}
	return t.decode(row)
}

// Each are the rows with these ids, by id; those not there are left out. However many, they are read at once.
func (t *Table[T]) Each(r Reader, ids []string) (map[string]*T, error) {
	out := make(map[string]*T, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	where, arg := r.dialect().In("id", ids)
	rows, err := t.list(r, Select{Where: where, Args: []any{arg}})
	for _, row := range rows {
		out[t.id(row)] = row
	}
	return out, err
}

func (t *Table[T]) list(r Reader, q Select) ([]*T, error) {
	q.Project = r.Project()
	rows, err := r.snapshot().List(t.Shape, q)
	if err != nil {
		return nil, err
	}
	out := make([]*T, len(rows))
	for i := range rows {
		if out[i], err = t.decode(&rows[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
