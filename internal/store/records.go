package store

import (
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Records is a table of one of the plain kinds: a document, and the few columns it is found and sorted by. All kinds
// share one table of the database.
type Records[T any] struct {
	*Table[T]
	kind string
}

// RecordSpec declares a kind: how its facts are found. Name, Alias and Owner may be nil; names and aliases are unique
// in their kind.
type RecordSpec[T any] struct {
	Kind    string
	ID      func(*T) string
	Name    func(*T) string
	Alias   func(*T) string
	Owner   func(*T) string // what it belongs to, for Records.Of
	Created func(*T) time.Time
	Updated func(*T) *time.Time
}

var recordShape = Shape{
	Name: "records",
	Columns: []Column{{"kind", Text}, {"name", Text}, {"alias", Text}, {"owner", Text}, {"created_at", Int},
		{"updated_at", Int}},
	Names: []string{"name", "alias"},
}

// NewRecords declares a plain kind.
func NewRecords[T any](spec RecordSpec[T]) *Records[T] {
	qualified := func(get func(*T) string, v *T) any {
		if get == nil || get(v) == "" {
			return nil
		}
		return spec.Kind + ":" + get(v)
	}
	owner := func(v *T) any {
		if spec.Owner == nil {
			return nil
		}
		return text(spec.Owner(v))
	}
	t := newTable(recordShape, spec.ID, func(v *T) []any {
		return []any{spec.Kind, qualified(spec.Name, v), qualified(spec.Alias, v), owner(v), millis(spec.Created(v)),
			millisPtr(spec.Updated(v))}
	})
	return &Records[T]{Table: t, kind: spec.Kind}
}

// Get is the record with this id; nil when there is none of this kind.
func (k *Records[T]) Get(r Reader, id string) (*T, error) {
	row, err := r.snapshot().Get(k.Shape, r.Project(), "id", id)
	if err != nil || row == nil || row.text(k.Col("kind")) != k.kind {
		return nil, err
	}
	return k.decode(row)
}

// Named is the record with this name; nil when there is none.
func (k *Records[T]) Named(r Reader, name string) (*T, error) {
	return k.by(r, "name", k.kind+":"+name)
}

// NameKey is a name of this kind, for a plan to lock.
func (k *Records[T]) NameKey(name string) promo.Key {
	return promo.Key{Kind: promo.NameKey, Of: k.Name + ".name", ID: k.kind + ":" + name}
}

// Aliased is the record with this alias; nil when there is none.
func (k *Records[T]) Aliased(r Reader, alias string) (*T, error) {
	return k.by(r, "alias", k.kind+":"+alias)
}

// Of are the records that belong to an owner, oldest first.
func (k *Records[T]) Of(r Reader, owner string) ([]*T, error) {
	return k.list(r, Select{Where: "kind = ? AND owner = ?", Args: []any{k.kind, owner}, Order: "num"})
}

// All are the records of this kind, oldest first.
func (k *Records[T]) All(r Reader) ([]*T, error) {
	return k.list(r, Select{Where: "kind = ?", Args: []any{k.kind}, Order: "num"})
}

// Projects is the kind of projects, at the instance level.
var Projects = NewRecords(RecordSpec[promo.Project]{
	Kind:    "project",
	ID:      func(p *promo.Project) string { return string(p.ID) },
	Name:    func(p *promo.Project) string { return p.Name },
	Created: func(p *promo.Project) time.Time { return p.CreatedAt },
	Updated: func(p *promo.Project) *time.Time { return p.UpdatedAt },
})

// Keys is the kind of API keys, at the instance level: named by app id, by OAuth client id as alias, owned by their
// project (management keys by nobody).
var Keys = NewRecords(RecordSpec[promo.APIKey]{
	Kind:    "key",
	ID:      func(k *promo.APIKey) string { return string(k.ID) },
	Name:    func(k *promo.APIKey) string { return k.AppID },
	Alias:   func(k *promo.APIKey) string { return k.OAuthClientID },
	Owner:   func(k *promo.APIKey) string { return string(k.Project) },
	Created: func(k *promo.APIKey) time.Time { return k.CreatedAt },
	Updated: func(k *promo.APIKey) *time.Time { return k.RegeneratedAt },
})
