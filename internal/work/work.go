// Package work does what nobody waits for: it leases jobs and does them, and drops what ended by itself.
package work

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Step does one slice of a job of a kind.
type Step func(*store.Change, *store.Job) (store.Progress, error)

// Worker does jobs. One in each process is enough: a slice is short.
type Worker struct {
	Store  *store.Store
	Clock  promo.Clock
	Chance io.Reader
	Log    *slog.Logger
	Kinds  map[string]Step
}

// lease is how long a worker that says nothing keeps a job; it is renewed by every slice.
const lease = 30 * time.Second

// every is how often a worker looks for work when it found none.
const every = time.Second

// Run works until the context ends.
func (w *Worker) Run(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; ; i++ {
		if err := w.Due(ctx, nil); err != nil && ctx.Err() == nil {
			w.Log.Error("work failed; it is tried again", "error", err)
		}
		if i%60 == 0 {
			if err := w.Sweep(ctx); err != nil && ctx.Err() == nil {
				w.Log.Error("sweeping failed; it is tried again", "error", err)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Due does all jobs that are due, of one project or of all, each by the time of its project.
func (w *Worker) Due(ctx context.Context, project *promo.ProjectID) error {
	ask := store.LeaseAsk{From: store.Jobs, Project: project, For: lease}
	owner := promo.Instance
	if project != nil {
		owner = *project
	} else if test, ok := w.Clock.(*TestClock); ok {
		ask.Except = test.standing()
		for _, p := range ask.Except {
			if err := w.Due(ctx, &p); err != nil {
				return err
			}
		}
	}
	for ctx.Err() == nil {
		ask.Now = w.Clock.Now(owner)
		job, err := store.Lease(ctx, w.Store, ask)
		if err != nil || job == nil {
			return err
		}
		if err := w.do(ctx, job); err != nil && !errors.Is(err, store.ErrLeaseLost) {
			return err
		}
	}
	return ctx.Err()
}

// do works on a job until it is done, put off, or no longer ours.
func (w *Worker) do(ctx context.Context, job *store.Job) error {
	step, known := w.Kinds[job.Kind]
	for job.State == store.JobWaiting && !job.LeasedTo.IsZero() && ctx.Err() == nil {
		if err := store.Renew(ctx, w.Store, store.Jobs, job, lease); err != nil {
			return err
		}
		_, err := store.Slice(ctx, w.Store, store.Jobs, job, w.Clock.Now(job.Project), func(c *store.Change) (store.Progress, error) {
			if !known {
				return store.Progress{Failed: "no release knows this kind of job: " + job.Kind}, nil
			}
			return step(c, job)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Sweep drops ended tokens and answers that are remembered no longer (70 R7, 60 R14). What still counts is judged by
// time when it is looked at; this only frees the room.
func (w *Worker) Sweep(ctx context.Context) error {
	var projects []*promo.Project
	err := w.Store.Read(ctx, promo.Instance, func(r store.Reader) (err error) {
		projects, err = store.Projects.All(r)
		return err
	})
	for _, p := range projects {
		err = errors.Join(err, w.sweepProject(ctx, p.ID))
	}
	return err
}

func (w *Worker) sweepProject(ctx context.Context, project promo.ProjectID) error {
	call := &promo.Call{Project: promo.Instance, Draw: promo.NewDraw(w.Clock.Now(project), w.Chance)}
	live := promo.LiveTokens(project)
	_, err := store.Turn(ctx, w.Store, call, []promo.Key{live}, func(*store.Locked) (struct{}, store.Changes, error) {
		return struct{}{}, store.Changes{}, nil // locking it drops what ended
	})
	return errors.Join(err, store.ForgetAnswers(ctx, w.Store, project, w.Clock.Now(project)))
}
