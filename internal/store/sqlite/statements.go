package sqlite

import (
	"strings"
	"sync"

	"github.com/scrip-dev/scrip/internal/store"
)

// statements keeps the SQL text made from shapes, so that it is put together once and found by the same string.
var statements texts

type texts struct{ made sync.Map }

func (t *texts) find(shape *store.Shape, of string, make func() string) string {
	type key struct{ table, of string }
	if s, ok := t.made.Load(key{shape.Name, of}); ok {
		return s.(string)
	}
	s, _ := t.made.LoadOrStore(key{shape.Name, of}, make())
	return s.(string)
}

func (t *texts) get(shape *store.Shape, column string) string {
	return t.find(shape, "get "+column, func() string {
		return "SELECT " + columns(shape) + " FROM " + shape.Name + " WHERE project = ? AND " + quote(column) + " = ?"
	})
}

func (t *texts) doc(shape *store.Shape, column string, counts []string) string {
	return t.find(shape, "doc "+column+" "+strings.Join(counts, " "), func() string {
		return "SELECT id, doc" + store.CountColumns(shape, counts) + " FROM " + shape.Name + " WHERE project = ? AND " + quote(column) + " = ?"
	})
}

func (t *texts) insert(shape *store.Shape) string {
	return t.find(shape, "insert", func() string {
		names := []string{"project", "id"}
		for _, c := range shape.Columns {
			names = append(names, quote(c.Name))
		}
		names = append(names, "doc")
		return "INSERT INTO " + shape.Name + " (" + strings.Join(names, ", ") + ") VALUES (?" +
			strings.Repeat(", ?", len(names)-1) + ")"
	})
}

func (t *texts) put(shape *store.Shape) string {
	return t.find(shape, "put", func() string {
		set := make([]string, 0, len(shape.Columns)+1)
		for _, c := range shape.Columns {
			set = append(set, quote(c.Name)+" = excluded."+quote(c.Name))
		}
		set = append(set, "doc = excluded.doc")
		return t.insert(shape) + " ON CONFLICT (project, id) DO UPDATE SET " + strings.Join(set, ", ")
	})
}

func (t *texts) insertFree(shape *store.Shape) string {
	return t.find(shape, "free", func() string { return t.insert(shape) + " ON CONFLICT DO NOTHING" })
}

func (t *texts) drop(shape *store.Shape) string {
	return t.find(shape, "drop", func() string { return "DELETE FROM " + shape.Name + " WHERE project = ? AND id = ?" })
}

// ended deletes the entries of an ending counter that ended, and gives what they counted.
func (t *texts) ended(shape *store.Shape) string {
	return t.find(shape, "ended", func() string {
		amount := "1"
		if shape.Ending.Amount != "" {
			amount = quote(shape.Ending.Amount)
		}
		return "DELETE FROM " + shape.Name + " WHERE project = ? AND " + quote(shape.Ending.Owner) + " = ? AND " +
			quote(shape.Ending.Until) + " <= ? RETURNING " + amount
	})
}

func (t *texts) firstEnd(shape *store.Shape) string {
	return t.find(shape, "first", func() string {
		return "SELECT min(" + quote(shape.Ending.Until) + ") FROM " + shape.Name + " WHERE project = ? AND " +
			quote(shape.Ending.Owner) + " = ?"
	})
}
