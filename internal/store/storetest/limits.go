package storetest

import (
	"fmt"
	"sync"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// 30-redemption R130, E10.
func lastUnitOfOneCode(c *trial) {
	v := c.voucher("ONEUSE")
	_, err := c.put(v)
	c.must(err)
	key := promo.Uses(v.ID)
	for range 4 {
		_, err := c.take(c.ctx, key, 5)
		c.must(err)
	}
	won := AtOnce(20, func(int) bool {
		ok, err := c.take(c.ctx, key, 5)
		if err != nil {
			c.Error(err)
		}
		return ok
	})
	c.equal("winners", won, 1)
	c.equal("counter", c.counter(key), 5)
}

// 30-redemption R130: a row that does not exist cannot be locked; several nodes make it at once.
func absentCounter(c *trial) {
	nodes := []*store.Store{c.store, c.kit.Open(c), c.kit.Open(c)}
	for round := range 10 {
		key := promo.Key{Kind: promo.CounterKey, Of: "test", ID: fmt.Sprint(round)}
		won := AtOnce(21, func(i int) bool {
			on := *c
			on.store = nodes[i%len(nodes)]
			ok, err := on.take(c.ctx, key, 1)
			if err != nil {
				c.Error(err)
			}
			return ok
		})
		c.equal("winners", won, 1)
		c.equal("counter", c.counter(key), 1)
	}
}

// A rule assigned today counts yesterday's uses: redemptions go on without the counter, a configuration makes it asked
// for, and from then on it stands for all of them.
func seededCounter(c *trial) {
	who := promo.CustomerID("cust_seeded")
	key := promo.Key{Kind: promo.CounterKey, Of: "rule-1/customer", ID: string(who), Seed: promo.Seed{Customer: who}}
	redeem := func() error {
		_, err := store.Update(c.ctx, c.store, c.call(Now), func(r store.Reader) (bool, []promo.Key, error) {
			rule, err := store.Keys.Get(r, "rule") // stands for a rule that asks for the counter
			if err != nil || rule == nil {
				return false, nil, err
			}
			return true, []promo.Key{key}, nil
		}, func(counted bool, _ *store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			id := promo.RedemptionID(c.call(Now).Draw.T18("r_"))
			store.Redemptions.Put(&ch, &promo.Redemption{ID: id, Date: Now, Customer: who, Result: promo.ResultSuccess,
				Status: promo.StatusSucceeded, RelatedType: promo.VoucherObject, RelatedID: "v_1"})
			if counted {
				ch.Add(key, 1)
			}
			return struct{}{}, ch, nil
		})
		return err
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				if err := redeem(); err != nil {
					c.Error(err)
				}
			}
		})
	}
	_, err := store.Configure(c.ctx, c.store, c.call(Now), func(ch *store.Change) (struct{}, error) {
		return struct{}{}, store.Keys.Save(ch, &promo.APIKey{ID: "rule", AppID: "rule", CreatedAt: Now})
	})
	c.must(err)
	wg.Wait()
	c.must(redeem()) // when all were over before the configuration, this one seeds
	c.equal("counter", c.counter(key), 201)
}

// 70 R7 in the store's terms: the sum counts what has not ended, and ended rows are gone.
func endingCounter(c *trial) {
	key := promo.Key{Kind: promo.EndingKey, Of: "holds", ID: "uses/v_1"}
	add := func(id string, at, until time.Time, amount int64) (sum int64, first time.Time, entries int) {
		type out struct {
			sum     int64
			first   time.Time
			entries int
		}
		o, err := store.Update(c.ctx, c.store, c.call(at), func(store.Reader) (struct{}, []promo.Key, error) {
			return struct{}{}, []promo.Key{key}, nil
		}, func(_ struct{}, l *store.Locked) (out, store.Changes, error) {
			var ch store.Changes
			live, err := store.Holds.Entries(l, key)
			store.Holds.Put(&ch, &store.Hold{ID: id, Of: key.ID, Amount: amount, Until: until})
			return out{l.Counter(key), l.FirstEnd(key), len(live)}, ch, err
		})
		c.must(err)
		return o.sum, o.first, o.entries
	}
	add("h1", Now, Now.Add(10*time.Second), 3)
	add("h2", Now, Now.Add(20*time.Second), 4)
	sum, first, entries := add("h3", Now.Add(9*time.Second), Now.Add(60*time.Second), 5)
	c.equal("sum before any ended", words(sum, first, entries), words(7, Now.Add(10*time.Second), 2))
	key.Near = 1000
	_, first, _ = add("h0", Now.Add(9*time.Second), Now.Add(9500*time.Millisecond), 0)
	c.equal("the first end is not looked for far below", first.IsZero(), true)
	key.Near = 12                                                                        // a group may get there
	sum, first, entries = add("h4", Now.Add(10*time.Second), Now.Add(60*time.Second), 1) // it ends at that instant
	c.equal("sum after one ended", words(sum, first, entries), words(9, Now.Add(20*time.Second), 2))
	sum, _, entries = add("h5", Now.Add(time.Hour), Now.Add(2*time.Hour), 1)
	c.equal("sum after all ended", words(sum, entries), "0 0")
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		gone, err := store.Holds.Get(r, "h1")
		c.equal("an ended row", gone == nil, true)
		return err
	}))
}

// Each code of a campaign goes to one caller, never to two, and none is left out.
func poolDealsOnce(c *trial) {
	const codes = 60
	for i := range codes {
		v := c.voucher(fmt.Sprintf("POOL-%03d", i))
		v.Campaign = "camp_pool"
		_, err := c.put(v)
		c.must(err)
	}
	var mu sync.Mutex
	got := map[promo.VoucherID]int{}
	key := promo.Key{Kind: promo.PoolKey, Of: "vouchers", ID: "camp_pool", Take: 2}
	won := AtOnce(40, func(int) bool {
		dealt, err := store.Update(c.ctx, c.store, c.call(Now), func(store.Reader) (struct{}, []promo.Key, error) {
			return struct{}{}, []promo.Key{key}, nil
		}, func(_ struct{}, l *store.Locked) ([]promo.VoucherID, store.Changes, error) {
			var ch store.Changes
			dealt, err := store.Vouchers.Dealt(l, key)
			if err != nil || len(dealt) < 2 {
				return nil, ch, err
			}
			var ids []promo.VoucherID
			for _, v := range dealt {
				held := *v
				held.Holder = "cust_somebody"
				store.Vouchers.Put(&ch, &held)
				ids = append(ids, v.ID)
			}
			return ids, ch, nil
		})
		if err != nil {
			c.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		for _, id := range dealt {
			got[id]++
		}
		return len(dealt) == 2
	})
	c.equal("callers served", won, codes/2)
	c.equal("codes dealt", len(got), codes)
}
