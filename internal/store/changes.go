package store

import (
	"fmt"
	"slices"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Changes are what a decision writes. The zero value writes nothing.
type Changes struct {
	adds []counterAdd
	puts []change
	err  error
}

type counterAdd struct {
	key promo.Key
	n   int64
}

// change puts a row, or deletes it when fact is nil.
type change struct {
	shape  *Shape
	stored Stored
	fact   any
}

// Add adds n, which may be negative, to a counter.
func (c *Changes) Add(key promo.Key, n int64) { c.adds = append(c.adds, counterAdd{key, n}) }

// Put writes a row, new or over the one with its id. The fact belongs to the store from then on. A row that was there
// must be held; a name that the row takes must be held too.
func (t *Table[T]) Put(c *Changes, v *T) {
	stored, err := t.encode("", v)
	if err != nil {
		c.err = fmt.Errorf("store: %s: %w", t.Name, err)
		return
	}
	c.puts = append(c.puts, change{t.Shape, stored, v})
}

// Drop deletes a row, which must be held.
func (t *Table[T]) Drop(c *Changes, id string) {
	none := make([]any, len(t.Columns))
	c.puts = append(c.puts, change{shape: t.Shape, stored: Stored{ID: id, Cols: none}})
}

// Empty reports whether nothing is written.
func (c *Changes) Empty() bool { return len(c.adds) == 0 && len(c.puts) == 0 && c.err == nil }

// check refuses changes of what the member does not hold; it changes nothing. Such a refusal is a fault of the caller,
// and of this member alone.
func (g *group) check(m *member, c *Changes) error {
	if c.err != nil {
		return c.err
	}
	for _, a := range c.adds {
		if !m.holds[a.key] || a.key.Kind != promo.CounterKey {
			return fmt.Errorf("store: counter %s %s is not held", a.key.Of, a.key.ID)
		}
	}
	for i := range c.puts {
		if err := g.checkPut(m, &c.puts[i]); err != nil {
			return err
		}
	}
	return nil
}

func (g *group) checkPut(m *member, p *change) error {
	ref := rowRef{m.project, p.shape, p.stored.ID}
	held := m.mayPut[ref] || m.holds[promo.Key{Kind: promo.RowKey, Of: p.shape.Name, ID: p.stored.ID}]
	before := g.rows[ref]
	if (p.fact == nil || before != nil) && !held {
		return fmt.Errorf("store: row %s %s is not held", p.shape.Name, p.stored.ID)
	}
	if err := g.checkEntry(m, p, before); err != nil || p.fact == nil {
		return err
	}
	for _, name := range p.shape.Names {
		i := p.shape.Col(name)
		value := p.stored.text(i)
		if value == "" || before != nil && before.exists && before.stored.text(i) == value {
			continue
		}
		key := promo.Key{Kind: promo.NameKey, Of: p.shape.Name + "." + name, ID: value}
		if !m.holds[key] {
			return fmt.Errorf("store: name %s %q is not held", key.Of, value)
		}
		if by := g.names[Place{m.project, key}]; by != "" && by != p.stored.ID {
			return fmt.Errorf("store: name %s %q is taken", key.Of, value)
		}
	}
	return nil
}

// checkEntry sees to it that an entry changes together with its ending counter.
func (g *group) checkEntry(m *member, p *change, before *rowState) error {
	spec := p.shape.Ending
	if spec == nil {
		return nil
	}
	owners := []string{p.stored.text(p.shape.Col(spec.Owner))}
	if before != nil && before.exists {
		owners = append(owners, before.stored.text(p.shape.Col(spec.Owner)))
	}
	for _, owner := range owners {
		if owner != "" && !m.holds[promo.Key{Kind: promo.EndingKey, Of: p.shape.Name, ID: owner}] {
			return fmt.Errorf("store: ending counter %s %s is not held", p.shape.Name, owner)
		}
	}
	return nil
}

// apply makes a member's changes the state that the next member sees.
func (g *group) apply(m *member, c *Changes) {
	for _, a := range c.adds {
		s := g.counters[Place{m.project, a.key}]
		s.value += a.n
		s.dirty = true
	}
	for i := range c.puts {
		g.applyPut(m, &c.puts[i])
	}
}

func (g *group) applyPut(m *member, p *change) {
	ref := rowRef{m.project, p.shape, p.stored.ID}
	r := g.rows[ref]
	if r == nil {
		r = &rowState{stored: Stored{Cols: make([]any, len(p.shape.Columns))}}
		g.rows[ref] = r
	}
	g.rename(m, ref, r, p)
	g.reckon(m, r, p)
	r.exists, r.dirty, r.fact = p.fact != nil, true, p.fact
	r.stored.Project, r.stored.ID = m.project, p.stored.ID
	if p.fact != nil {
		r.stored.Cols, r.stored.Doc = p.stored.Cols, p.stored.Doc
	}
	g.order(ref)
}

// rename frees the names that the row had and takes those it has now.
func (g *group) rename(m *member, ref rowRef, r *rowState, p *change) {
	for _, name := range p.shape.Names {
		i := p.shape.Col(name)
		key := promo.Key{Kind: promo.NameKey, Of: p.shape.Name + "." + name}
		if r.exists && r.stored.text(i) != "" {
			key.ID = r.stored.text(i)
			delete(g.names, Place{m.project, key})
		}
		if p.fact != nil && p.stored.text(i) != "" {
			key.ID = p.stored.text(i)
			g.names[Place{m.project, key}] = ref.id
		}
	}
}

// reckon keeps the sum of the ending counter that the row is an entry of.
func (g *group) reckon(m *member, r *rowState, p *change) {
	spec := p.shape.Ending
	if spec == nil {
		return
	}
	if r.exists {
		g.ending(m, p.shape, r.stored.text(p.shape.Col(spec.Owner))).sum -= amountOf(p.shape, &r.stored)
	}
	if p.fact == nil {
		return
	}
	e := g.ending(m, p.shape, p.stored.text(p.shape.Col(spec.Owner)))
	e.sum += amountOf(p.shape, &p.stored)
	until := instant(p.stored.int(p.shape.Col(spec.Until)))
	if e.first.IsZero() || until.Before(e.first) {
		e.first = until
	}
	if spec.Load && !slices.Contains(e.entries, r) {
		e.entries = append(e.entries, r)
	}
}

func (g *group) ending(m *member, shape *Shape, owner string) *endingState {
	place := Place{m.project, promo.Key{Kind: promo.EndingKey, Of: shape.Name, ID: owner}}
	e := g.endings[place]
	e.dirty = true
	return e
}

func amountOf(shape *Shape, r *Stored) int64 {
	if shape.Ending.Amount == "" {
		return 1
	}
	return r.int(shape.Col(shape.Ending.Amount))
}
