package store

import (
	"fmt"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Locked is what a decision may rely on: the state of the keys its plan named, as left by the members of the group
// before it. It was filled before decide runs; no SQL is behind it. Asking for a key that was not named is a fault of
// the caller and panics.
type Locked struct {
	group  *group
	member *member
}

func (l *Locked) place(key promo.Key) Place {
	key = key.Name()
	if !l.member.holds[key] {
		panic(fmt.Sprintf("store: decide asked for a key its plan did not name: %+v", key))
	}
	return Place{l.member.project, key}
}

// Holds reports whether a key is among those that were named.
func (l *Locked) Holds(key promo.Key) bool {
	return l.member.holds[key.Name()]
}

// Counter is the value of a counter, or the sum of an ending counter.
func (l *Locked) Counter(key promo.Key) int64 {
	if key.Kind == promo.EndingKey {
		return l.group.endings[l.place(key)].sum
	}
	return l.group.counters[l.place(key)].value
}

// FirstEnd is when the next entry of an ending counter ends; zero when it has none, or when the sum stays below the
// key's Near.
func (l *Locked) FirstEnd(key promo.Key) time.Time { return l.group.endings[l.place(key)].first }

// Named is the id of the row that bears a name; "" when it is free.
func (l *Locked) Named(key promo.Key) string { return l.group.names[l.place(key)] }

// Locked is the current value of a row; nil when it is gone. It is shared: change a copy.
func (t *Table[T]) Locked(l *Locked, key promo.Key) (*T, error) {
	r := l.group.rows[l.place(key).rowRef()]
	if r == nil || !r.exists {
		return nil, nil
	}
	return decoded(t, r)
}

// Entries are the live entries of an ending counter whose table says Load, in order of creation.
func (t *Table[T]) Entries(l *Locked, key promo.Key) ([]*T, error) {
	var out []*T
	for _, r := range l.group.endings[l.place(key)].entries {
		if !r.exists {
			continue
		}
		v, err := decoded(t, r)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// Dealt are the rows that the store dealt from a pool: fewer than asked when it runs out. Those that decide does not
// put go back.
func (t *Table[T]) Dealt(l *Locked, key promo.Key) ([]*T, error) {
	place := l.place(key)
	var out []*T
	for _, r := range l.group.pools[place] {
		if len(out) == key.Take {
			break
		}
		if !r.exists || r.stored.int(t.Col(t.Pool.Free)) == 0 {
			continue
		}
		v, err := decoded(t, r)
		if err != nil {
			return nil, err
		}
		l.member.mayPut[rowRef{l.member.project, t.Shape, t.id(v)}] = true
		out = append(out, v)
	}
	return out, nil
}

func decoded[T any](t *Table[T], r *rowState) (*T, error) {
	if v, ok := r.fact.(*T); ok {
		return v, nil
	}
	v, err := t.decode(&r.stored)
	if err == nil {
		r.fact = v
	}
	return v, err
}
