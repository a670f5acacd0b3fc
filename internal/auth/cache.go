package auth

import (
	"hash/maphash"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Age is how old a cached key, project or token may be: so long a change made elsewhere may go unseen (70 R25, R119).
const Age = 5 * time.Second

// cache keeps what was read for at most Age of machine time. What this node changes it forgets at once, and a load that
// began before the change does not enter afterwards. That nothing was found is not kept.
type cache[V any] struct {
	kept    *lru.Cache[string, kept[V]]
	now     func() time.Time
	seed    maphash.Seed
	stripes [64]stripe // by key, so that forgetting one entry turns few loads of others away
}

type kept[V any] struct {
	value *V
	until time.Time
}

// stripe counts what was forgotten: a load enters only while the count is what it was when the load began.
type stripe struct {
	mu        sync.Mutex
	forgotten uint64
}

func newCache[V any](size int, now func() time.Time) *cache[V] {
	c, err := lru.New[string, kept[V]](size)
	if err != nil {
		panic(err) // only for a size below one
	}
	return &cache[V]{kept: c, now: now, seed: maphash.MakeSeed()}
}

// get is the value for a key, loaded when it is not there or too old; nil when there is none.
func (c *cache[V]) get(key string, load func() (*V, error)) (*V, error) {
	now := c.now()
	if k, ok := c.kept.Get(key); ok && now.Before(k.until) {
		return k.value, nil
	}
	s := c.stripe(key)
	s.mu.Lock()
	began := s.forgotten
	s.mu.Unlock()
	value, err := load()
	if err != nil || value == nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.forgotten == began {
		c.kept.Add(key, kept[V]{value, now.Add(Age)})
	}
	return value, nil
}

// put keeps what this node has just written, before anybody else can know of it.
func (c *cache[V]) put(key string, value *V) { c.kept.Add(key, kept[V]{value, c.now().Add(Age)}) }

// forget drops one key.
func (c *cache[V]) forget(key string) {
	s := c.stripe(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgotten++
	c.kept.Remove(key)
}

// clear drops everything.
func (c *cache[V]) clear() {
	for i := range c.stripes {
		s := &c.stripes[i]
		s.mu.Lock()
		defer s.mu.Unlock()
		s.forgotten++
	}
	c.kept.Purge()
}

func (c *cache[V]) stripe(key string) *stripe {
	return &c.stripes[maphash.String(c.seed, key)%uint64(len(c.stripes))]
}
