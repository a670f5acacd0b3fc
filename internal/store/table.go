package store

import (
	"bytes"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/scrip-dev/scrip/internal/promo"
)

// ColumnKind is how a column is stored, the same on every backend.
type ColumnKind uint8

const (
	// Text is a nullable string, compared byte by byte.
	Text ColumnKind = iota
	// Int is a nullable 64-bit integer; instants are milliseconds since 1970, booleans 0 and 1.
	Int
)

// Column is one column that rows are found, sorted or filtered by.
type Column struct {
	Name string
	Kind ColumnKind
}

// Shape is a table as a backend sees it: columns `num` (order of creation), `project`, `id`, those listed, and `doc`.
type Shape struct {
	Name    string
	Columns []Column
	Names   []string    // columns that are unique in the project where not null; locked as NameKey "table.column"
	Ending  *EndingSpec // the rows end by themselves
	Pool    *PoolSpec   // the rows wait to be taken

	index map[string]int
}

// EndingSpec makes a table's rows the entries of ending counters (promo.EndingKey "table", owner).
type EndingSpec struct {
	Owner  string // the column that says whose
	Until  string // the column that says until when, in milliseconds
	Amount string // the column that is summed; "" counts 1 for each
	Load   bool   // whether a lock reads the entries themselves
}

// PoolSpec makes a table's rows a pool (promo.PoolKey "table", owner).
type PoolSpec struct {
	Owner string // the column that says whose
	Free  string // the column that is 1 while a row may be taken
}

// Col is the place of a column among Columns; -1 when there is none.
func (s *Shape) Col(name string) int {
	if i, ok := s.index[name]; ok {
		return i
	}
	return -1
}

// Stored is a row as a backend sees it. Cols stand in the order of Shape.Columns: string, int64 or nil.
type Stored struct {
	Num     int64 // order of creation; 0 before it is written
	Project promo.ProjectID
	ID      string
	Cols    []any
	Doc     []byte
	Counts  []int64 // as Doc was asked for
}

func (r *Stored) text(i int) string {
	if i < 0 {
		return ""
	}
	s, _ := r.Cols[i].(string)
	return s
}

func (r *Stored) int(i int) int64 {
	if i < 0 {
		return 0
	}
	n, _ := r.Cols[i].(int64)
	return n
}

// Table is a typed table: how facts of one kind become rows.
type Table[T any] struct {
	*Shape
	id   func(*T) string
	cols func(*T) []any
}

// shapes are all tables there are, by name.
var shapes = map[string]*Shape{}

// ShapeOf is the table with this name; nil when there is none.
func ShapeOf(name string) *Shape { return shapes[name] }

func newTable[T any](s Shape, id func(*T) string, cols func(*T) []any) *Table[T] {
	shape := shapes[s.Name]
	if shape == nil { // kinds of records share theirs, so that a row has one state in a group
		s.index = make(map[string]int, len(s.Columns))
		for i, c := range s.Columns {
			s.index[c.Name] = i
		}
		shape = &s
		shapes[s.Name] = shape
	}
	return &Table[T]{Shape: shape, id: id, cols: cols}
}

// encode makes the row of a fact.
func (t *Table[T]) encode(project promo.ProjectID, v *T) (Stored, error) {
	doc, err := json.Marshal(v)
	if err != nil {
		return Stored{}, err
	}
	return Stored{Project: project, ID: t.id(v), Cols: t.cols(v), Doc: doc}, nil
}

// decode makes the fact of a row.
func (t *Table[T]) decode(r *Stored) (*T, error) {
	v := new(T)
	if err := json.Unmarshal(r.Doc, v); err != nil {
		return nil, err
	}
	return v, nil
}

// Same reports whether two facts are kept alike, so that putting one over the other would change nothing (60 R41).
func Same[T any](a, b *T) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}

// text is a nullable column value: "" is null.
func text[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// textPtr is a nullable column value of an optional text.
func textPtr(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

func millis(t time.Time) any { return t.UnixMilli() }

func millisPtr(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UnixMilli()
}

func truth(b bool) any {
	if b {
		return int64(1)
	}
	return int64(0)
}
