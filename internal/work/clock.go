package work

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// MachineClock is project time in a process that serves: the machine's, to the millisecond.
type MachineClock struct{ Machine func() time.Time }

// Now is the same for every project.
func (c MachineClock) Now(promo.ProjectID) time.Time {
	return c.Machine().UTC().Truncate(time.Millisecond)
}

// TestClock is project time in a process started for tests: the machine's until it is set, then still. What was set is
// stored, so that a restart goes on from there.
type TestClock struct {
	MachineClock
	store  *store.Store
	worker *Worker

	mu  sync.RWMutex
	set map[promo.ProjectID]time.Time
}

// stood is a project's time as it is stored.
type stood struct {
	Project promo.ProjectID `json:"project"`
	Now     time.Time       `json:"now"`
}

var clocks = store.NewRecords(store.RecordSpec[stood]{
	Kind:    "clock",
	ID:      func(s *stood) string { return "clock_" + string(s.Project) },
	Created: func(s *stood) time.Time { return s.Now },
	Updated: func(*stood) *time.Time { return nil },
})

// NewTestClock reads what was set before.
func NewTestClock(ctx context.Context, s *store.Store, machine func() time.Time) (*TestClock, error) {
	c := &TestClock{MachineClock: MachineClock{machine}, store: s, set: map[promo.ProjectID]time.Time{}}
	err := s.Read(ctx, promo.Instance, func(r store.Reader) error {
		all, err := clocks.All(r)
		for _, at := range all {
			c.set[at.Project] = at.Now
		}
		return err
	})
	return c, err
}

// Drive names the worker whose jobs fall due when time moves.
func (c *TestClock) Drive(w *Worker) { c.worker = w }

// Now is the project's time.
func (c *TestClock) Now(project promo.ProjectID) time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if at, ok := c.set[project]; ok {
		return at
	}
	return c.MachineClock.Now(project)
}

// standing are the projects whose time was set.
func (c *TestClock) standing() []promo.ProjectID {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Sorted(maps.Keys(c.set))
}

// Move sets a project's time and does all work that falls due by then. False: the instant lies before the present one.
func (c *TestClock) Move(ctx context.Context, call *promo.Call, to time.Time) (bool, error) {
	to = to.UTC().Truncate(time.Millisecond)
	project := call.Project
	forward, err := store.Configure(ctx, c.store, &promo.Call{Project: promo.Instance, Draw: call.Draw}, func(ch *store.Change) (bool, error) {
		if to.Before(c.Now(project)) {
			return false, nil
		}
		return true, clocks.Save(ch, &stood{project, to})
	})
	if err != nil || !forward {
		return forward, err
	}
	c.mu.Lock()
	c.set[project] = to
	c.mu.Unlock()
	return true, c.worker.Due(ctx, &project)
}

// Reset empties a project: its keys, settings and tokens stay.
func (c *TestClock) Reset(ctx context.Context, call *promo.Call) error {
	_, err := store.Configure(ctx, c.store, &promo.Call{Project: call.Project, Draw: call.Draw}, func(ch *store.Change) (struct{}, error) {
		return struct{}{}, ch.Purge(call.Project)
	})
	return err
}
