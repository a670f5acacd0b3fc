package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

func (c *trial) enqueue(table *store.Table[store.Job], jobs ...*store.Job) {
	c.Helper()
	_, err := store.Update(c.ctx, c.store, c.call(Now), func(store.Reader) (struct{}, []promo.Key, error) {
		return struct{}{}, nil, nil
	}, func(struct{}, *store.Locked) (struct{}, store.Changes, error) {
		var ch store.Changes
		for _, j := range jobs {
			j.Kind, j.State, j.Created, j.Project = "test", store.JobWaiting, Now, c.project
			table.Put(&ch, j)
		}
		return struct{}{}, ch, nil
	})
	c.must(err)
}

func (c *trial) lease(table *store.Table[store.Job], lasting time.Duration) *store.Job {
	c.Helper()
	job, err := store.Lease(c.ctx, c.store, store.LeaseAsk{From: table, Project: &c.project, Now: Now, For: lasting})
	c.must(err)
	return job
}

func jobsLeasedOnce(c *trial) {
	for i := range 10 {
		c.enqueue(store.Jobs, &store.Job{ID: fmt.Sprint("job", i), Due: Now})
	}
	c.enqueue(store.Jobs, &store.Job{ID: "later", Due: Now.Add(time.Millisecond)})
	var mu sync.Mutex
	seen := map[string]int{}
	won := AtOnce(20, func(int) bool {
		job, err := store.Lease(c.ctx, c.store, store.LeaseAsk{From: store.Jobs, Project: &c.project, Now: Now, For: time.Minute})
		if err != nil {
			c.Error(err)
		}
		if job == nil {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		seen[job.ID]++
		return true
	})
	// A worker may look while another takes the row, and go away empty: then the row is left for the next look.
	for job := c.lease(store.Jobs, time.Minute); job != nil; job = c.lease(store.Jobs, time.Minute) {
		seen[job.ID]++
		won++
	}
	c.equal("leases, jobs", words(won, len(seen)), "10 10")
}

func lostLease(c *trial) {
	c.enqueue(store.Jobs, &store.Job{ID: "job", Due: Now})
	first := c.lease(store.Jobs, 0) // it ends at once
	second := c.lease(store.Jobs, time.Minute)
	if first == nil || second == nil {
		c.Fatal("no lease")
	}
	write := func(ch *store.Change) (store.Progress, error) {
		_, err := store.Customers.Insert(ch, &promo.Customer{ID: "cust_1", CreatedAt: Now})
		return store.Progress{Done: true, Rows: 1}, err
	}
	if _, err := store.Slice(c.ctx, c.store, store.Jobs, first, Now, write); !errors.Is(err, store.ErrLeaseLost) {
		c.Errorf("the first worker got %v", err)
	}
	if err := store.Renew(c.ctx, c.store, store.Jobs, first, time.Minute); !errors.Is(err, store.ErrLeaseLost) {
		c.Errorf("renewing gave %v", err)
	}
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		written, err := store.Customers.Get(r, "cust_1")
		c.equal("nothing written", written == nil, true)
		return err
	}))
	c.must(store.Renew(c.ctx, c.store, store.Jobs, second, time.Minute))
	_, err := store.Slice(c.ctx, c.store, store.Jobs, second, Now, write)
	c.must(err)
	c.equal("state, rows", words(second.State, second.Done), "DONE 1")
	c.equal("nothing left", c.lease(store.Jobs, time.Minute) == nil, true)
}

func crashingJob(c *trial) {
	c.enqueue(store.Jobs, &store.Job{ID: "job", Due: Now})
	leases := 0
	for c.lease(store.Jobs, 0) != nil {
		leases++
	}
	c.equal("leases", leases, 5)
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		job, err := store.Jobs.Get(r, "job")
		c.equal("state", job.State, store.JobFailed)
		c.equal("reason", job.Failure != "", true)
		return err
	}))
}

func serialJobs(c *trial) {
	c.enqueue(store.Jobs, &store.Job{ID: "a1", Serial: "a", Due: Now}, &store.Job{ID: "a2", Serial: "a", Due: Now.Add(-time.Hour)},
		&store.Job{ID: "b1", Serial: "b", Due: Now})
	first, other := c.lease(store.Jobs, time.Minute), c.lease(store.Jobs, time.Minute)
	c.equal("leased", words(first.ID, other.ID, c.lease(store.Jobs, time.Minute) == nil), "a1 b1 true")
	_, err := store.Slice(c.ctx, c.store, store.Jobs, first, Now, func(*store.Change) (store.Progress, error) {
		return store.Progress{Done: true}, nil
	})
	c.must(err)
	c.equal("leased next", c.lease(store.Jobs, time.Minute).ID, "a2")
}

func sliceTaken(c *trial) {
	_, err := c.put(c.voucher("TAKEN"))
	c.must(err)
	c.enqueue(store.Jobs, &store.Job{ID: "job", Due: Now})
	job := c.lease(store.Jobs, time.Minute)
	_, err = store.Slice(c.ctx, c.store, store.Jobs, job, Now, func(ch *store.Change) (store.Progress, error) {
		taken, err := store.Vouchers.Insert(ch, c.voucher("FREE-1"), c.voucher("TAKEN"), c.voucher("FREE-2"))
		if err != nil {
			return store.Progress{}, err
		}
		c.equal("taken", len(taken) == 1 && taken[0].Code == "TAKEN", true)
		return store.Progress{Cursor: []byte("3"), Rows: 3}, nil
	})
	c.must(err)
	c.equal("cursor", string(job.Cursor), "3")
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		v, err := store.Vouchers.By(r, "code", "FREE-2")
		c.equal("the others are there", v != nil, true)
		return err
	}))
}

func deliveriesLeased(c *trial) {
	c.enqueue(store.Deliveries, &store.Job{ID: "whs_1", Due: Now})
	c.equal("no job", c.lease(store.Jobs, time.Minute) == nil, true)
	d := c.lease(store.Deliveries, time.Minute)
	again := Now.Add(time.Minute)
	_, err := store.Slice(c.ctx, c.store, store.Deliveries, d, Now, func(*store.Change) (store.Progress, error) {
		return store.Progress{Cursor: []byte("attempt 1"), Again: &again}, nil
	})
	c.must(err)
	c.equal("not due yet", c.lease(store.Deliveries, time.Minute) == nil, true)
	next, err := store.Lease(c.ctx, c.store, store.LeaseAsk{From: store.Deliveries, Project: &c.project, Now: again, For: time.Minute})
	c.must(err)
	c.equal("the retry", string(next.Cursor), "attempt 1")
}
