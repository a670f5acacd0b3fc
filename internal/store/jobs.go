package store

import (
	"context"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// JobState is where a job or delivery is in its life.
type JobState string

// The states of a job.
const (
	JobWaiting JobState = "WAITING" // due at Due, or leased and to be rescued when its lease ends
	JobDone    JobState = "DONE"
	JobFailed  JobState = "FAILED"
)

// Job is work that outlives its request. It is enqueued in the transaction that wants it, leased by a worker, and done
// in slices from its cursor.
type Job struct {
	ID       string          `json:"id"`
	Project  promo.ProjectID `json:"project"`
	Kind     string          `json:"kind"`
	Serial   string          `json:"serial,omitzero"` // jobs with one serial key run one at a time, in order of creation
	Due      time.Time       `json:"due"`             // project time
	State    JobState        `json:"state"`
	Lease    int64           `json:"lease"`              // number of the lease; a later one voids it
	LeasedTo time.Time       `json:"leased_to,omitzero"` // by the database's clock
	Crashes  int             `json:"crashes,omitzero"`   // leases that ended by themselves at this cursor
	Cursor   []byte          `json:"cursor,omitzero"`    // how far the work is; the kind knows its form
	Done     int64           `json:"done,omitzero"`      // rows done, for showing
	Args     []byte          `json:"args,omitzero"`      // what to do; the kind knows its form
	Failure  string          `json:"failure,omitzero"`   // why it is FAILED
	Created  time.Time       `json:"created_at"`         // project time
	Finished *time.Time      `json:"finished_at,omitzero"`
}

var jobColumns = []Column{{"kind", Text}, {"serial", Text}, {"due", Int}, {"state", Text}, {"lease", Int}, {"leased_to", Int}}

func jobCols(j *Job) []any {
	var leased any = int64(0)
	if !j.LeasedTo.IsZero() {
		leased = millis(j.LeasedTo)
	}
	return []any{j.Kind, text(j.Serial), millis(j.Due), text(j.State), j.Lease, leased}
}

func jobID(j *Job) string { return j.ID }

// Jobs are background work; Deliveries are webhook calls to make, leased the same way.
var (
	Jobs       = newTable(Shape{Name: "jobs", Columns: jobColumns}, jobID, jobCols)
	Deliveries = newTable(Shape{Name: "deliveries", Columns: jobColumns}, jobID, jobCols)
)

// crashLimit is how often a job may lose its lease at one cursor before it is FAILED.
const crashLimit = 5

// LeaseAsk says which work a worker takes.
type LeaseAsk struct {
	From    *Table[Job]
	Project *promo.ProjectID  // nil: of any project
	Except  []promo.ProjectID // of any but these
	Now     time.Time         // project time: only work due by then
	For     time.Duration     // machine time
}

// Lease gives the next piece of work that is due and nobody's, earliest first, or nil when there is none. A piece whose
// lease ended by itself is rescued; after five such crashes at one cursor it is FAILED with the reason instead.
func Lease(ctx context.Context, s *Store, ask LeaseAsk) (*Job, error) {
	var job *Job
	err := s.exclusively(ctx, func(tx Tx) error {
		for {
			now, err := tx.Now()
			if err != nil {
				return err
			}
			found, err := nextJob(tx, ask, now)
			if err != nil || found == nil {
				return err
			}
			if !found.LeasedTo.IsZero() {
				found.Crashes++
			}
			if found.Crashes >= crashLimit {
				finish(found, JobFailed, "its worker crashed five times at this point", ask.Now)
			} else {
				found.Lease, found.LeasedTo = found.Lease+1, now.Add(ask.For)
				job = found
			}
			c := s.change(tx, found.Project)
			if err := ask.From.Save(c, found); err != nil || job != nil {
				return err
			}
		}
	})
	return job, err
}

func nextJob(tx Tx, ask LeaseAsk, now time.Time) (*Job, error) {
	table := ask.From.Name
	q := Select{All: true, Limit: 1, Claim: true, Order: "due, num",
		Where: "state = ? AND due <= ? AND leased_to <= ? AND (serial IS NULL OR NOT EXISTS (SELECT 1 FROM " + table +
			" AS earlier WHERE earlier.project = " + table + ".project AND earlier.serial = " + table +
			".serial AND earlier.state = ? AND earlier.num < " + table + ".num))",
		Args: []any{string(JobWaiting), ask.Now.UnixMilli(), now.UnixMilli(), string(JobWaiting)}}
	for _, p := range ask.Except {
		q.Where, q.Args = q.Where+" AND project <> ?", append(q.Args, string(p))
	}
	if ask.Project != nil {
		q.All, q.Project = false, *ask.Project
	}
	rows, err := tx.List(ask.From.Shape, q)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	job, err := ask.From.decode(&rows[0])
	if err == nil {
		job.Project = rows[0].Project
	}
	return job, err
}

func finish(j *Job, state JobState, failure string, at time.Time) {
	j.State, j.Failure, j.LeasedTo, j.Finished = state, failure, time.Time{}, &at
}

// own is the job as stored, when the lease is still this one; ErrLeaseLost otherwise.
func own(c *Change, from *Table[Job], leased *Job) (*Job, error) {
	if err := from.Hold(c, leased.ID); err != nil {
		return nil, err
	}
	job, err := from.Get(c, leased.ID)
	if err != nil {
		return nil, err
	}
	now, err := c.tx.Now()
	if err != nil {
		return nil, err
	}
	if job == nil || job.Lease != leased.Lease || job.State != JobWaiting || now.After(job.LeasedTo) {
		return nil, ErrLeaseLost
	}
	return job, nil
}

// Renew makes a lease last for another while; ErrLeaseLost when it is no longer the worker's.
func Renew(ctx context.Context, s *Store, from *Table[Job], leased *Job, lasting time.Duration) error {
	return s.leased(ctx, from, leased, func(c *Change, job *Job) error {
		now, err := c.tx.Now()
		job.LeasedTo = now.Add(lasting)
		return err
	})
}

// Progress is what a slice got done.
type Progress struct {
	Cursor []byte     // where the next slice goes on
	Rows   int64      // rows done in this slice
	Done   bool       // the work is done
	Again  *time.Time // instead of going on now, the next slice is due then (project time)
	Failed string     // why the work cannot go on; "" while it can
}

// Slice does one step of a leased job, at most 1,000 rows or 20 ms, in a transaction of its own that also keeps the
// progress. ErrLeaseLost when the lease is no longer the worker's; nothing was written then, nor when the function
// returns an error.
func Slice(ctx context.Context, s *Store, from *Table[Job], leased *Job, at time.Time, step func(*Change) (Progress, error)) (Progress, error) {
	var p Progress
	err := s.leased(ctx, from, leased, func(c *Change, job *Job) (err error) {
		if p, err = step(c); err != nil {
			return err
		}
		job.Cursor, job.Done, job.Crashes = p.Cursor, job.Done+p.Rows, 0
		switch {
		case p.Failed != "":
			finish(job, JobFailed, p.Failed, at)
		case p.Done:
			finish(job, JobDone, "", at)
		case p.Again != nil:
			job.Due, job.LeasedTo = *p.Again, time.Time{}
		}
		return nil
	})
	return p, err
}

// leased runs a function on a job that is still the worker's and saves it.
func (s *Store) leased(ctx context.Context, from *Table[Job], leased *Job, change func(*Change, *Job) error) error {
	return s.exclusively(ctx, func(tx Tx) error {
		c := s.change(tx, leased.Project)
		job, err := own(c, from, leased)
		if err != nil {
			return err
		}
		if err := change(c, job); err != nil {
			return err
		}
		if err := from.Save(c, job); err != nil {
			return err
		}
		*leased = *job
		return nil
	})
}
