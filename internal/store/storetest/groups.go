package storetest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// twoConfigurations: each sees what the other wrote, so that a limit of one is kept.
func twoConfigurations(c *trial) {
	nodes := []*store.Store{c.store, c.kit.Open(c)}
	won := AtOnce(8, func(i int) bool {
		added, err := store.Configure(c.ctx, nodes[i%2], c.call(Now), func(ch *store.Change) (bool, error) {
			all, err := store.Keys.All(ch)
			if err != nil || len(all) > 0 {
				return false, err
			}
			return true, store.Keys.Save(ch, &promo.APIKey{ID: promo.KeyID(fmt.Sprint("key", i)), CreatedAt: Now})
		})
		if err != nil {
			c.Error(err)
		}
		return added
	})
	c.equal("configurations that found nothing", won, 1)
}

func plannedAcrossConfiguration(c *trial) {
	plans := 0
	saw, err := store.Update(c.ctx, c.store, c.call(Now), func(r store.Reader) (int, []promo.Key, error) {
		all, err := store.Keys.All(r)
		if plans++; plans == 1 { // between the plan and the lock, somebody configures
			_, err := store.Configure(c.ctx, c.store, c.call(Now), func(ch *store.Change) (struct{}, error) {
				return struct{}{}, store.Keys.Save(ch, &promo.APIKey{ID: "new", CreatedAt: Now})
			})
			c.must(err)
		}
		return len(all), nil, err
	}, func(rules int, _ *store.Locked) (int, store.Changes, error) { return rules, store.Changes{}, nil })
	c.must(err)
	c.equal("rules decided by", saw, 1)
	c.equal("plans", plans, 2)
}

func takenName(c *trial) {
	var taken, free atomic.Int64
	AtOnce(30, func(i int) bool {
		t, err := c.put(c.voucher(fmt.Sprint("NAME-", i%3)))
		if err != nil {
			c.Error(err)
		}
		if t {
			taken.Add(1)
		} else {
			free.Add(1)
		}
		return t
	})
	c.equal("created, refused", words(free.Load(), taken.Load()), "3 27")
}

func freedName(c *trial) {
	v := c.voucher("FREED")
	_, err := c.put(v)
	c.must(err)
	row := promo.VoucherRow(v.ID)
	_, err = store.Update(c.ctx, c.store, c.call(Now), func(store.Reader) (struct{}, []promo.Key, error) {
		return struct{}{}, []promo.Key{row}, nil
	}, func(_ struct{}, l *store.Locked) (struct{}, store.Changes, error) {
		var ch store.Changes
		store.Vouchers.Drop(&ch, string(v.ID))
		return struct{}{}, ch, nil
	})
	c.must(err)
	taken, err := c.put(c.voucher("FREED"))
	c.must(err)
	c.equal("taken", taken, false)
}

// besides runs 30 good members of one hot counter with one odd member among them, again and again.
func (c *trial) besides(odd func() error) {
	for range 10 {
		var wg sync.WaitGroup
		for i := range 31 {
			wg.Go(func() {
				if i == 15 {
					if err := odd(); err == nil {
						c.Error("the odd member had no error")
					}
					return
				}
				if _, err := c.take(c.ctx, hotKey, 1<<40); err != nil {
					c.Error(err)
				}
			})
		}
		wg.Wait()
	}
	c.equal("counter", c.counter(hotKey), 300)
}

func failingMember(c *trial) {
	broken := errors.New("broken")
	c.besides(func() error {
		_, err := store.Update(c.ctx, c.store, c.call(Now), hot, func(_ struct{}, l *store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			ch.Add(hotKey, 1000)
			return struct{}{}, ch, broken
		})
		if !errors.Is(err, broken) {
			c.Error("another error came back:", err)
		}
		return err
	})
}

var hotKey = promo.Key{Kind: promo.CounterKey, Of: "test", ID: "hot"}

func hot(store.Reader) (struct{}, []promo.Key, error) { return struct{}{}, []promo.Key{hotKey}, nil }

func panickingMember(c *trial) {
	c.besides(func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		_, err = store.Update(c.ctx, c.store, c.call(Now), hot, func(_ struct{}, l *store.Locked) (struct{}, store.Changes, error) {
			panic("in decide")
		})
		return err
	})
}

func cancelledMember(c *trial) {
	c.besides(func() error {
		ctx, cancel := context.WithCancel(c.ctx)
		_, err := store.Update(ctx, c.store, c.call(Now), func(store.Reader) (struct{}, []promo.Key, error) {
			cancel()
			return struct{}{}, []promo.Key{hotKey}, nil
		}, func(_ struct{}, l *store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			ch.Add(hotKey, 1000)
			return struct{}{}, ch, nil
		})
		if !errors.Is(err, context.Canceled) {
			c.Error("another error came back:", err)
		}
		return err
	})
}

func unheldWrites(c *trial) {
	v := c.voucher("HELD")
	_, err := c.put(v)
	c.must(err)
	for name, change := range map[string]func(*store.Changes){
		"counter": func(ch *store.Changes) { ch.Add(promo.Uses("v_other"), 1) },
		"row":     func(ch *store.Changes) { store.Vouchers.Drop(ch, string(v.ID)) },
		"name":    func(ch *store.Changes) { store.Vouchers.Put(ch, c.voucher("NEW")) },
		"entry":   func(ch *store.Changes) { store.Holds.Put(ch, &store.Hold{ID: "h", Of: "uses/v", Until: Now}) },
	} {
		_, err := store.Update(c.ctx, c.store, c.call(Now), hot, func(struct{}, *store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			ch.Add(hotKey, 1)
			change(&ch)
			return struct{}{}, ch, nil
		})
		if err == nil || !strings.Contains(err.Error(), "not held") {
			c.Errorf("%s: got error %v", name, err)
		}
	}
	c.equal("counter", c.counter(hotKey), 0)
}

func moreKeys(c *trial) {
	second := promo.Key{Kind: promo.CounterKey, Of: "test", ID: "second"}
	runs := 0
	held := map[promo.Key]bool{hotKey: true}
	_, err := store.Update(c.ctx, c.store, c.call(Now), hot, func(_ struct{}, l *store.Locked) (struct{}, store.Changes, error) {
		var ch store.Changes
		runs++
		if !held[second] {
			held[second] = true
			return struct{}{}, ch, store.NeedKeys(second)
		}
		ch.Add(hotKey, 1)
		ch.Add(second, 1+l.Counter(second))
		return struct{}{}, ch, nil
	})
	c.must(err)
	c.equal("runs, counters", words(runs, c.counter(hotKey), c.counter(second)), "2 1 1")
}

// lockWaitEnds: whoever cannot get its turn within the wait is told so, and nothing is written (30 R131).
func lockWaitEnds(c *trial) {
	entered, leave := make(chan struct{}), make(chan struct{})
	other := c.kit.Open(c)
	go func() {
		_, err := store.Configure(c.ctx, other, c.call(Now), func(*store.Change) (struct{}, error) {
			close(entered)
			<-leave
			return struct{}{}, nil
		})
		if err != nil {
			c.Error(err)
		}
	}()
	<-entered
	began := time.Now()
	_, err := c.take(c.ctx, hotKey, 10)
	if !errors.Is(err, store.ErrBusy) {
		c.Errorf("got %v, want ErrBusy", err)
	}
	if waited := time.Since(began); waited > 10*store.Wait {
		c.Errorf("waited %v", waited)
	}
	close(leave)
	c.equal("counter", c.counter(hotKey), 0)
	ok, err := c.take(c.ctx, hotKey, 10)
	c.must(err)
	c.equal("taken afterwards", ok, true)
}

// killedConnection: whatever was acknowledged is there, and nothing is there twice; a caller that was not told is
// counted once or not at all.
func killedConnection(c *trial) {
	var acknowledged, unknown atomic.Int64
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 8 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				switch _, err := c.take(c.ctx, hotKey, 1<<40); {
				case err == nil:
					acknowledged.Add(1)
				case errors.Is(err, store.ErrUnknown):
					unknown.Add(1)
				default:
					c.Error(err)
				}
			}
		})
	}
	for kills, done := 0, int64(0); kills < 5; kills++ {
		for acknowledged.Load() < done+50 && !c.Failed() {
			runtime.Gosched()
		}
		c.kit.Kill(c)
		done = acknowledged.Load()
	}
	close(stop)
	wg.Wait()
	n := c.counter(hotKey)
	if n < acknowledged.Load() || n > acknowledged.Load()+unknown.Load() {
		c.Errorf("counter %d, acknowledged %d, unknown %d", n, acknowledged.Load(), unknown.Load())
	}
}
