package store

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Store is one database. It is safe for use by many goroutines.
type Store struct {
	backend Backend
	wait    time.Duration
	queues  []chan *member
	seed    maphash.Seed
	workers sync.WaitGroup
	aside   chan struct{} // places of those who wait for a lock beside the queues
	closing chan struct{}
	closed  sync.Once
}

// Wait is how long a caller waits for its turn before ErrBusy (30 R131).
const Wait = 2 * time.Second

// groupSize is how many callers share one transaction at the most. Larger groups were not faster, and a fault makes all
// of them run again one by one.
const groupSize = 128

// New makes a store over a backend, which it owns from then on.
func New(b Backend) *Store {
	s := &Store{backend: b, wait: Wait, seed: maphash.MakeSeed(), closing: make(chan struct{}), aside: make(chan struct{}, 2)}
	for range b.Committers() {
		q := make(chan *member, 4*groupSize)
		s.queues = append(s.queues, q)
		s.workers.Add(1)
		go s.committer(q)
	}
	return s
}

// Close waits for the groups under way and closes the database. No verb may be called afterwards.
func (s *Store) Close() error {
	s.closed.Do(func() { close(s.closing) })
	s.workers.Wait()
	return s.backend.Close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.backend.Ping(ctx) }

// committer writes the groups of one queue. A group is whoever waits by the time the one before is written: nobody
// waits for a group to fill.
func (s *Store) committer(queue chan *member) {
	defer s.workers.Done()
	for {
		var first *member
		select {
		case first = <-queue:
		case <-s.closing:
			s.drain(queue)
			return
		}
		if group := gather(first, queue); len(group) > 0 {
			s.commit(group)
		}
	}
}

// drain answers those that came in while the store was closing.
func (s *Store) drain(queue chan *member) {
	for {
		select {
		case m := <-queue:
			if group := gather(m, queue); len(group) > 0 {
				s.commit(group)
			}
		default:
			return
		}
	}
}

// gather is the next group: those waiting that have not withdrawn.
func gather(first *member, queue chan *member) []*member {
	group := make([]*member, 0, groupSize)
	for m := first; ; {
		if m.state.CompareAndSwap(waiting, taken) {
			group = append(group, m)
		}
		if len(group) == groupSize {
			return group
		}
		select {
		case m = <-queue:
		default:
			return group
		}
	}
}

// submit puts a member into the queue of its first key, so that a hot code meets itself, and waits for its answer.
func (s *Store) submit(m *member) error {
	m.holds = make(map[promo.Key]bool, len(m.keys))
	for _, k := range m.keys {
		m.holds[k.Name()] = true
	}
	m.mayPut = map[rowRef]bool{}
	timer := time.NewTimer(s.wait)
	defer timer.Stop()
	select {
	case s.queues[s.queueOf(m)] <- m:
	case <-m.ctx.Done():
		return m.ctx.Err()
	case <-timer.C:
		return ErrBusy
	}
	select {
	case <-m.done:
		return m.err
	case <-m.ctx.Done():
		if m.state.CompareAndSwap(waiting, withdrawn) {
			return m.ctx.Err()
		}
	case <-timer.C:
		if m.state.CompareAndSwap(waiting, withdrawn) {
			return ErrBusy
		}
	}
	<-m.done // its group is being written: what happens to it is known in a moment
	return m.err
}

func (s *Store) queueOf(m *member) int {
	if len(s.queues) == 1 || len(m.keys) == 0 {
		return 0
	}
	return int(maphash.String(s.seed, m.keys[0].ID) % uint64(len(s.queues)))
}
