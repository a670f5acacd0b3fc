package auth

import (
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Age is how old a cached key, project or token may be: so long a change made on another node may go unseen (70 R25).
const Age = 5 * time.Second

// cache keeps what was read for at most Age of machine time. What this node changes it forgets at once: a load that
// began before the change does not enter afterwards, because the generation moved on. That nothing was found is not
// kept.
type cache[V any] struct {
	mu         sync.Mutex
	kept       *lru.Cache[string, kept[V]]
	generation atomic.Int64
	now        func() time.Time
}

type kept[V any] struct {
	value *V
	until time.Time
}

func newCache[V any](size int, now func() time.Time) *cache[V] {
	c, err := lru.New[string, kept[V]](size)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &cache[V]{kept: c, now: now}
}

// get is the value for a key, loaded when it is not there or too old; nil when there is none.
func (c *cache[V]) get(key string, load func() (*V, error)) (*V, error) {
	now := c.now()
	if k, ok := c.kept.Get(key); ok && now.Before(k.until) {
		return k.value, nil
	}
	generation := c.generation.Load()
	value, err := load()
	if err != nil || value == nil {
		return nil, err
	}
	c.put(key, value, now, generation)
	return value, nil
}

func (c *cache[V]) put(key string, value *V, now time.Time, generation int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation.Load() == generation {
		c.kept.Add(key, kept[V]{value, now.Add(Age)})
	}
}

// forget drops one key.
func (c *cache[V]) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation.Add(1)
	c.kept.Remove(key)
}

// clear drops everything.
func (c *cache[V]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation.Add(1)
	c.kept.Purge()
}
