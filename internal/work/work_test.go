package work_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/sqlite"
	"github.com/scrip-dev/scrip/internal/work"
)

var begin = time.Date(2030, 5, 1, 10, 0, 0, 0, time.UTC)

// world is a store with a clock for tests and a worker that counts the slices of one kind of job, three to a job.
type world struct {
	store   *store.Store
	clock   *work.TestClock
	worker  *work.Worker
	slices  map[string]int
	machine time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	b, err := sqlite.Temporary()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{store: store.New(b), slices: map[string]int{}, machine: begin}
	t.Cleanup(func() { _ = w.store.Close() })
	if w.clock, err = work.NewTestClock(context.Background(), w.store, func() time.Time { return w.machine }); err != nil {
		t.Fatal(err)
	}
	w.worker = &work.Worker{Store: w.store, Clock: w.clock, Chance: rand.Reader, Log: slog.New(slog.DiscardHandler), Kinds: map[string]work.Step{
		"count": func(_ *store.Change, job *store.Job) (store.Progress, error) {
			w.slices[job.ID]++
			return store.Progress{Cursor: append(job.Cursor, '.'), Rows: 1, Done: len(job.Cursor) == 2}, nil
		},
	}}
	w.clock.Drive(w.worker)
	return w
}

func (w *world) call(project promo.ProjectID) *promo.Call {
	return &promo.Call{Project: project, Draw: promo.NewDraw(w.clock.Now(project), rand.Reader)}
}

func (w *world) enqueue(t *testing.T, project promo.ProjectID, id, kind string, due time.Time) {
	t.Helper()
	_, err := store.Turn(context.Background(), w.store, w.call(project), nil, func(*store.Locked) (struct{}, store.Changes, error) {
		var ch store.Changes
		store.Jobs.Put(&ch, &store.Job{ID: id, Project: project, Kind: kind, State: store.JobWaiting, Due: due, Created: begin})
		return struct{}{}, ch, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) job(t *testing.T, project promo.ProjectID, id string) *store.Job {
	t.Helper()
	var job *store.Job
	if err := w.store.Read(context.Background(), project, func(r store.Reader) (err error) {
		job, err = store.Jobs.Get(r, id)
		return err
	}); err != nil || job == nil {
		t.Fatal(job, err)
	}
	return job
}

// Setting a project's time answers when all that fell due is done, and touches no other project.
func TestTimeMovesWhenItsWorkIsDone(t *testing.T) {
	w := newWorld(t)
	w.enqueue(t, "proj_a", "soon", "count", begin.Add(time.Hour))
	w.enqueue(t, "proj_a", "late", "count", begin.Add(3*time.Hour))
	w.enqueue(t, "proj_b", "other", "count", begin.Add(time.Hour))
	move := func(to time.Time) bool {
		t.Helper()
		forward, err := w.clock.Move(context.Background(), w.call("proj_a"), to)
		if err != nil {
			t.Fatal(err)
		}
		return forward
	}
	if !move(begin.Add(2 * time.Hour)) {
		t.Fatal("time did not move")
	}
	if job := w.job(t, "proj_a", "soon"); job.State != store.JobDone || job.Done != 3 || w.slices["soon"] != 3 {
		t.Errorf("the due job: %+v", job)
	}
	if w.slices["late"]+w.slices["other"] != 0 {
		t.Errorf("work that was not due was done: %v", w.slices)
	}
	if move(begin.Add(time.Hour)) { // never back
		t.Error("time went back")
	}
	w.enqueue(t, "proj_a", "standing", "count", begin.Add(150*time.Minute))
	w.machine = begin.Add(24 * time.Hour) // the machine goes on; the project's time stands still
	if err := w.worker.Due(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if w.slices["standing"] != 0 || w.slices["other"] != 3 {
		t.Errorf("work was done by another clock than its project's: %v", w.slices)
	}
	w.machine = begin
	if at := w.clock.Now("proj_b"); !at.Equal(begin) {
		t.Errorf("the other project's time is %v", at)
	}
	again, err := work.NewTestClock(context.Background(), w.store, func() time.Time { return w.machine }) // a restart goes on from there
	if err != nil || !again.Now("proj_a").Equal(begin.Add(2*time.Hour)) {
		t.Errorf("after a restart it is %v (%v)", again.Now("proj_a"), err)
	}
}

func TestAnUnknownKindFails(t *testing.T) {
	w := newWorld(t)
	w.enqueue(t, "proj_a", "odd", "from-the-future", begin)
	if err := w.worker.Due(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if job := w.job(t, "proj_a", "odd"); job.State != store.JobFailed || job.Failure == "" {
		t.Errorf("%+v", job)
	}
}
