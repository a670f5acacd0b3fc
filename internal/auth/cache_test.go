package auth

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

func loading(v int) func() (*int, error) { return func() (*int, error) { return &v, nil } }

func TestALoadThatBeganBeforeAChangeIsNotKept(t *testing.T) {
	for name, change := range map[string]func(*cache[int]){
		"forget": func(c *cache[int]) { c.forget("a") },
		"clear":  func(c *cache[int]) { c.clear() },
	} {
		c := newCache[int](10, newClock(noon).machine)
		v, err := c.get("a", func() (*int, error) {
			change(c)
			return new(1), nil
		})
		if err != nil || *v != 1 {
			t.Errorf("%s: the load gave %v, %v", name, v, err)
		}
		if v, _ := c.get("a", loading(2)); *v != 2 {
			t.Errorf("%s: the old value was kept", name)
		}
		if v, _ := c.get("a", loading(3)); *v != 2 {
			t.Errorf("%s: the new value was not kept", name)
		}
	}
}

func TestForgettingOneKeyLeavesOthersAlone(t *testing.T) {
	c := newCache[int](10, newClock(noon).machine)
	c.put("a", new(1))
	c.put("b", new(1))
	c.forget("a")
	if a, _ := c.get("a", loading(2)); *a != 2 {
		t.Error("a was kept")
	}
	if b, _ := c.get("b", loading(2)); *b != 1 {
		t.Error("b was forgotten")
	}
}

func TestACacheIsBounded(t *testing.T) {
	c := newCache[int](10, newClock(noon).machine)
	for i := range 100 {
		if _, err := c.get(fmt.Sprint(i), loading(i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := c.kept.Len(); n != 10 {
		t.Errorf("%d entries", n)
	}
}

// Whoever asks after a change was made known gets it or a later one, however loads and changes interleave.
func TestNobodyGetsWhatWasChangedBefore(t *testing.T) {
	c := newCache[int](10, newClock(noon).machine)
	const keys, changes = 3, 2000
	var current, known [keys]atomic.Int64
	var writers, readers sync.WaitGroup
	var over atomic.Bool
	for k := range keys {
		key := fmt.Sprint(k)
		writers.Go(func() {
			for range changes {
				n := current[k].Add(1)
				c.forget(key)
				known[k].Store(n)
			}
		})
		for range 3 {
			readers.Go(func() {
				for !over.Load() {
					least := known[k].Load()
					v, err := c.get(key, func() (*int, error) { return new(int(current[k].Load())), nil })
					if err != nil || int64(*v) < least {
						t.Errorf("got %d after %d: %v", *v, least, err)
						return
					}
				}
			})
		}
	}
	writers.Wait()
	over.Store(true)
	readers.Wait()
}

// The same with keys: once a rotation has returned, the old secret opens nothing.
func TestAnOldSecretNeverOpensAgain(t *testing.T) { // 70 R43
	w := newWorld(t)
	s := w.shop("Tea")
	var latest atomic.Pointer[Secret]
	latest.Store(&s.server)
	var over atomic.Bool
	var callers sync.WaitGroup
	for range 6 {
		callers.Go(func() {
			for !over.Load() {
				w.opens(s.server.Key.AppID, latest.Load().Token)
			}
		})
	}
	for range 50 {
		before := latest.Load()
		out, err := w.RotateKey(w.ctx, w.call(), s.server.Key.AppID)
		w.must(err)
		if w.opens(s.server.Key.AppID, before.Token) || !w.opens(s.server.Key.AppID, out.Secret.Token) {
			t.Error("the old secret opens, or the new one does not")
		}
		latest.Store(&out.Secret)
	}
	over.Store(true)
	callers.Wait()
}

// A key that is blocked and unblocked while its tokens are in use is never left in the wrong state.
func TestBlockingInTheMiddleOfCalls(t *testing.T) { // 70 R25
	w := newWorld(t)
	s := w.shop("Tea")
	token := s.token("api")
	var over atomic.Bool
	var callers sync.WaitGroup
	for range 6 {
		callers.Go(func() {
			for !over.Load() {
				w.works(token)
			}
		})
	}
	for i := range 60 {
		status := []promo.KeyStatus{promo.KeyBlocked, promo.KeyActive}[i%2]
		if _, err := w.SetStatus(w.ctx, w.call(), s.server.Key.AppID, status); err != nil {
			t.Fatal(err)
		}
		if w.works(token) != (status == promo.KeyActive) {
			t.Errorf("the token of a key that is %s: %v", status, !(status == promo.KeyActive))
		}
		w.machine.add(time.Millisecond)
	}
	over.Store(true)
	callers.Wait()
}
