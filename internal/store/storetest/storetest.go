// Package storetest is the one suite that every backend of the store passes, contention included, with no exemptions.
package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Kit is what a backend brings to the suite.
type Kit struct {
	// Open gives a store on one and the same database at every call: several nodes, where the backend knows them.
	Open func(t testing.TB) *store.Store
	// Kill breaks every connection to the database; nil where there are none.
	Kill func(t testing.TB)
}

// Run runs the suite. Each case gets a project of its own, so cases share one database and run side by side.
func Run(t *testing.T, kit Kit) {
	s := kit.Open(t)
	// These two disturb everybody on the database, so they run before the others.
	t.Run("a lock wait ends", func(t *testing.T) { lockWaitEnds(newCase(t, s, kit)) })
	if kit.Kill != nil {
		t.Run("a killed connection loses nothing acknowledged", func(t *testing.T) { killedConnection(newCase(t, s, kit)) })
	}
	for name, test := range map[string]func(*trial){
		"the last unit of one code goes once":                   lastUnitOfOneCode,
		"a counter that does not exist yet is not oversold":     absentCounter,
		"a counter is seeded while its redemptions go on":       seededCounter,
		"configurations happen one at a time":                   twoConfigurations,
		"a decision planned before a configuration plans again": plannedAcrossConfiguration,
		"a taken name inside a group is seen":                   takenName,
		"a name is freed by its row's deletion":                 freedName,
		"a failing member leaves its group intact":              failingMember,
		"a panicking member leaves its group intact":            panickingMember,
		"a cancelled member leaves its group intact":            cancelledMember,
		"a member that writes what it does not hold is refused": unheldWrites,
		"more keys can be asked for":                            moreKeys,
		"ended entries leave an ending counter":                 endingCounter,
		"a pool deals every row once":                           poolDealsOnce,
		"a call is carried out once":                            onceOnly,
		"two calls with one idempotency key run once":           onceAtOnce,
		"text is kept as it is":                                 textIsKept,
		"documents of 64 KiB are kept":                          largeDocuments,
		"projects do not see each other":                        projectsAreApart,
		"a snapshot sees one moment":                            snapshotIsStable,
		"a failed configuration writes nothing":                 failedConfiguration,
		"jobs are leased once":                                  jobsLeasedOnce,
		"a lost lease writes nothing":                           lostLease,
		"a crashing job fails with the reason":                  crashingJob,
		"serial jobs run in order":                              serialJobs,
		"a slice leaves out taken names":                        sliceTaken,
		"deliveries are leased like jobs":                       deliveriesLeased,
		"pages stay stable while rows are inserted":             stablePages,
		"however many ids are asked for":                        manyIDs,
		"a purge empties one project":                           purgeProject,
		"records are found by name, alias and owner":            recordsFound,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(newCase(t, s, kit))
		})
	}
}

// trial is one case of the suite: a project of its own in the shared store.
type trial struct {
	*testing.T
	store   *store.Store
	kit     Kit
	project promo.ProjectID
	ctx     context.Context
}

// Now is the instant of all cases, unless a case moves on from it.
var Now = time.Date(2030, 5, 1, 10, 0, 0, 0, time.UTC)

func newCase(t *testing.T, s *store.Store, kit Kit) *trial {
	draw := promo.NewDraw(Now, rand.Reader)
	return &trial{t, s, kit, promo.ProjectID(draw.Random("proj_", 8)), context.Background()}
}

// call is a call of this case at an instant.
func (c *trial) call(at time.Time) *promo.Call {
	return &promo.Call{Project: c.project, Draw: promo.NewDraw(at, rand.Reader)}
}

func (c *trial) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// AtOnce runs n functions side by side, begun together, and counts the true answers.
func AtOnce(n int, do func(i int) bool) int {
	var won atomic.Int64
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			if do(i) {
				won.Add(1)
			}
		})
	}
	close(start)
	all.Wait()
	return int(won.Load())
}

// take adds one to a counter unless it is at its limit, and says whether it did.
func (c *trial) take(ctx context.Context, key promo.Key, limit int64) (bool, error) {
	return store.Update(ctx, c.store, c.call(Now), func(store.Reader) (struct{}, []promo.Key, error) {
		return struct{}{}, []promo.Key{key}, nil
	}, func(_ struct{}, l *store.Locked) (bool, store.Changes, error) {
		var ch store.Changes
		if l.Counter(key) >= limit {
			return false, ch, nil
		}
		ch.Add(key, 1)
		return true, ch, nil
	})
}

// put writes a voucher with a code, or says that the code is taken.
func (c *trial) put(v *promo.Voucher) (taken bool, err error) {
	name := promo.VoucherCode(v.Spelling)
	return store.Update(c.ctx, c.store, c.call(Now), func(store.Reader) (struct{}, []promo.Key, error) {
		return struct{}{}, []promo.Key{name}, nil
	}, func(_ struct{}, l *store.Locked) (bool, store.Changes, error) {
		var ch store.Changes
		if l.Named(name) != "" {
			return true, ch, nil
		}
		store.Vouchers.Put(&ch, v)
		return false, ch, nil
	})
}

func (c *trial) voucher(code string) *promo.Voucher {
	return &promo.Voucher{ID: promo.VoucherID(c.call(Now).Draw.Random("v_", 32)), Code: code, Spelling: code,
		Type: promo.DiscountVoucher, Active: true, CreatedAt: Now}
}

func (c *trial) counter(key promo.Key) int64 {
	c.Helper()
	var n int64
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) (err error) {
		n, err = store.Counter(r, key)
		return err
	}))
	return n
}

// words are values with blanks between.
func words(values ...any) string { return strings.TrimSpace(fmt.Sprintln(values...)) }

func (c *trial) equal(what string, got, want any) {
	c.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		c.Errorf("%s: got %v, want %v", what, got, want)
	}
}
