package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// member is one caller of Update in the queue or in a group.
type member struct {
	ctx     context.Context
	project promo.ProjectID
	at      time.Time
	epoch   int64 // at which it was planned
	keys    []promo.Key
	decide  func(*Locked) (Changes, error)

	holds  map[promo.Key]bool
	mayPut map[rowRef]bool // rows dealt from a pool

	state atomic.Int32 // waiting, taken or withdrawn
	err   error
	panic any
	done  chan struct{}
}

// anyEpoch is the epoch of a member that planned nothing.
const anyEpoch = -1

const (
	waiting int32 = iota
	taken
	withdrawn
)

// finish answers the caller.
func (m *member) finish(err error) {
	m.err = err
	close(m.done)
}

// group is the state that the members of one transaction share: each sees what those before it changed.
type group struct {
	counters map[Place]*counterState
	rows     map[rowRef]*rowState
	names    map[Place]string
	endings  map[Place]*endingState
	pools    map[Place][]*rowState
	written  []rowRef // rows changed, in order of their first change
}

type rowRef struct {
	project promo.ProjectID
	shape   *Shape
	id      string
}

type rowState struct {
	stored  Stored
	exists  bool
	dirty   bool
	ordered bool
	fact    any // the decoded *T, once somebody asked
}

type counterState struct {
	value int64
	dirty bool
}

type endingState struct {
	sum     int64
	first   time.Time
	entries []*rowState
	dirty   bool
}

func (p Place) rowRef() rowRef { return rowRef{p.Project, shapes[p.Key.Of], p.Key.ID} }

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func (g *group) order(ref rowRef) {
	if r := g.rows[ref]; !r.ordered {
		r.ordered = true
		g.written = append(g.written, ref)
	}
}

// newGroup takes over what a backend found under the locks.
func newGroup(s *State) *group {
	g := &group{
		counters: make(map[Place]*counterState, len(s.Counters)),
		rows:     make(map[rowRef]*rowState, len(s.Rows)),
		names:    s.Names,
		endings:  make(map[Place]*endingState, len(s.Endings)),
		pools:    make(map[Place][]*rowState, len(s.Pools)),
	}
	if g.names == nil {
		g.names = map[Place]string{}
	}
	for place, c := range s.Counters {
		g.counters[place] = &counterState{value: c.Value, dirty: !c.Known && c.Value != 0}
	}
	for place, row := range s.Rows {
		g.rows[place.rowRef()] = &rowState{stored: *row, exists: true}
	}
	for place, e := range s.Endings {
		es := &endingState{sum: e.Sum, first: e.First, dirty: true}
		for i := range e.Entries {
			es.entries = append(es.entries, g.adopt(&e.Entries[i], shapes[place.Key.Of]))
		}
		g.endings[place] = es
	}
	for place, rows := range s.Pools {
		for i := range rows {
			g.pools[place] = append(g.pools[place], g.adopt(&rows[i], shapes[place.Key.Of]))
		}
	}
	return g
}

// adopt gives the one state of a row, however many ways lead to it.
func (g *group) adopt(r *Stored, shape *Shape) *rowState {
	ref := rowRef{r.Project, shape, r.ID}
	if g.rows[ref] == nil {
		g.rows[ref] = &rowState{stored: *r, exists: true}
	}
	return g.rows[ref]
}

// writeSet is everything that changed, each thing once.
func (g *group) writeSet() *WriteSet {
	w := &WriteSet{}
	for place, c := range g.counters {
		if c.dirty {
			w.Counters = append(w.Counters, CounterWrite{place, c.value})
		}
	}
	for place, e := range g.endings {
		if e.dirty {
			w.Counters = append(w.Counters, CounterWrite{place, e.sum})
		}
	}
	tables := map[*Shape]int{}
	for _, ref := range g.written {
		r := g.rows[ref]
		i, ok := tables[ref.shape]
		if !ok {
			i = len(w.Tables)
			tables[ref.shape] = i
			w.Tables = append(w.Tables, TableWrite{Shape: ref.shape})
		}
		if r.exists {
			w.Tables[i].Put = append(w.Tables[i].Put, r.stored)
		} else {
			w.Tables[i].Deletes = append(w.Tables[i].Deletes, RowRef{ref.project, ref.id})
		}
	}
	return w
}

// asks are the projects whose epoch somebody planned at, and the keys of all members, each once. A pool is asked for as
// much as all of them take together; an ending counter for its first end already as far below the sum it is wanted at
// as a group can count.
func asks(members []*member) (projects []promo.ProjectID, out []Ask) {
	at := make(map[Place]int, len(members)*4)
	seen := map[promo.ProjectID]bool{}
	for _, m := range members {
		if m.epoch != anyEpoch && !seen[m.project] {
			seen[m.project] = true
			projects = append(projects, m.project)
		}
		for _, key := range m.keys {
			place, near := Place{m.project, key.Name()}, max(key.Near-groupSize, 0)
			i, ok := at[place]
			if !ok {
				i = len(out)
				at[place] = i
				out = append(out, Ask{m.project, place.Key, m.at})
				out[i].Key.Near = near
			}
			out[i].Key.Take += key.Take
			out[i].Key.Near = min(out[i].Key.Near, near)
			if m.at.After(out[i].At) {
				out[i].At = m.at
			}
		}
	}
	return projects, out
}

// run decides for one member and makes its changes visible to the next. What goes wrong stays with the member.
func (g *group) run(m *member) (err error) {
	defer func() {
		if p := recover(); p != nil {
			m.panic, err = p, fmt.Errorf("store: decide panicked: %v", p)
		}
	}()
	c, err := m.decide(&Locked{group: g, member: m})
	if err != nil {
		return err
	}
	if err := g.check(m, &c); err != nil {
		return err
	}
	g.apply(m, &c)
	return nil
}

// write runs a group in one transaction and answers its members. It returns an error, and answers nobody, when the
// transaction as a whole failed.
func (s *Store) write(members []*member, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.wait)
	defer cancel()
	tx, err := s.backend.Begin(ctx)
	if err != nil {
		return err
	}
	if patience < s.wait {
		tx.Patience(patience)
	}
	results, err := s.transact(tx, members)
	if err != nil {
		tx.Rollback()
		return err
	}
	for i, m := range members {
		m.finish(results[i])
	}
	return nil
}

func (s *Store) transact(tx Tx, members []*member) ([]error, error) {
	projects, keys := asks(members)
	state, err := tx.Lock(projects, keys)
	if errors.Is(err, ErrBusy) {
		err = errors.Join(errLocked, err)
	}
	if err != nil {
		return nil, err
	}
	if err := seed(tx, state); err != nil {
		return nil, err
	}
	g := newGroup(state)
	results := make([]error, len(members))
	for i, m := range members {
		switch {
		case m.ctx.Err() != nil:
			results[i] = m.ctx.Err()
		case m.epoch != anyEpoch && state.Epochs[m.project] != m.epoch:
			results[i] = errReplan
		default:
			results[i] = g.run(m)
		}
	}
	if err := tx.Write(g.writeSet()); err != nil {
		return nil, err
	}
	return results, tx.Commit()
}

// seed starts counters that are asked for for the first time at what they stand for.
func seed(tx Tx, state *State) error {
	for place, c := range state.Counters {
		if c.Known || place.Key.Seed == (promo.Seed{}) {
			continue
		}
		n, err := tx.CountFor(place.Project, place.Key.Seed)
		if err != nil {
			return err
		}
		state.Counters[place] = CounterState{Value: n}
	}
	return nil
}

// How long a group waits for a lock that somebody else holds, and how long a member that is tried alone to find out
// which of them needs it.
const (
	groupPatience = 100 * time.Millisecond
	tryPatience   = 5 * time.Millisecond
)

// commit writes a group. When the transaction fails as a whole its members are run one by one, so that nobody pays for
// another; what fails for a reason of the moment is tried again a few times. Whoever needs a lock that is held for long
// waits for it aside, and the queue goes on.
func (s *Store) commit(members []*member) {
	err := s.write(members, groupPatience)
	switch {
	case err == nil:
	case errors.Is(err, ErrUnknown), errors.Is(err, ErrBusy) && !errors.Is(err, errLocked):
		finishAll(members, err) // nobody knows, or the database had no turn for anybody
	case len(members) == 1:
		s.alone(members[0], err)
	default:
		for _, m := range members {
			if err := s.write([]*member{m}, tryPatience); err != nil {
				s.alone(m, err)
			}
		}
	}
}

func finishAll(members []*member, err error) {
	for _, m := range members {
		m.finish(err)
	}
}

// alone brings a member that failed with an error to its end.
func (s *Store) alone(m *member, err error) {
	if errors.Is(err, errLocked) {
		s.workers.Add(1)
		go s.patient(m)
		return
	}
	s.retry(m, err)
}

// retry tries what failed for a reason of the moment a few times.
func (s *Store) retry(m *member, err error) {
	for attempt := 0; attempt < retries && errors.Is(err, errTransient); attempt++ {
		time.Sleep(pause(attempt))
		if err = s.write([]*member{m}, s.wait); err == nil {
			return
		}
	}
	m.finish(err)
}

// patient waits for a lock beside the queue, a few members at a time.
func (s *Store) patient(m *member) {
	defer s.workers.Done()
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	select {
	case s.aside <- struct{}{}:
		defer func() { <-s.aside }()
	case <-timer.C:
		m.finish(ErrBusy)
		return
	}
	if err := s.write([]*member{m}, s.wait); err != nil {
		s.retry(m, err)
	}
}

const retries = 6

// pause grows from 2 to 64 ms.
func pause(attempt int) time.Duration { return 2 * time.Millisecond << attempt }
