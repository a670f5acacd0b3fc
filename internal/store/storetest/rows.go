package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// once is a call with an idempotency key whose answer is the result's text.
func (c *trial) once(at time.Time, header, body string) *promo.Call {
	call := c.call(at)
	call.Once = &promo.Once{Key: header, Render: func(result any) (promo.Answer, bool) {
		return promo.Answer{Status: 200, Body: fmt.Append(nil, result)}, true
	}}
	copy(call.Once.Fingerprint[:], body)
	return call
}

func (c *trial) addOnce(call *promo.Call) (int64, error) {
	return store.Update(c.ctx, c.store, call, hot, func(_ struct{}, l *store.Locked) (int64, store.Changes, error) {
		var ch store.Changes
		ch.Add(hotKey, 1)
		return l.Counter(hotKey) + 1, ch, nil
	})
}

// 60 R14.
func onceOnly(c *trial) {
	n, err := c.addOnce(c.once(Now, "key-1 ü", "a"))
	c.must(err)
	c.equal("first answer", n, 1)
	_, err = c.addOnce(c.once(Now.Add(time.Hour), "key-1 ü", "a"))
	var replay *store.Replay
	if !errors.As(err, &replay) || string(replay.Answer.Body) != "1" || replay.Answer.Status != 200 {
		c.Fatalf("the repetition got %v, %+v", err, replay)
	}
	if err := store.Answered(c.ctx, c.store, c.once(Now, "key-1 ü", "a")); !errors.As(err, &replay) {
		c.Errorf("looking it up gave %v", err)
	}
	if _, err = c.addOnce(c.once(Now, "key-1 ü", "b")); !errors.Is(err, store.ErrKeyReused) {
		c.Errorf("another body got %v", err)
	}
	_, err = store.Configure(c.ctx, c.store, c.once(Now, "key-1 ü", "a"), func(*store.Change) (int, error) {
		c.Error("a configuration ran under a used key")
		return 0, nil
	})
	if !errors.As(err, &replay) {
		c.Errorf("a configuration got %v", err)
	}
	n, err = c.addOnce(c.once(Now.Add(24*time.Hour), "key-1 ü", "b")) // forgotten after a day
	c.must(err)
	c.equal("answer after a day", n, 2)
}

// 60 R14: two at once, on two nodes.
func onceAtOnce(c *trial) {
	nodes := []*store.Store{c.store, c.kit.Open(c)}
	var replays atomic.Int64
	ran := AtOnce(16, func(i int) bool {
		on := *c
		on.store = nodes[i%2]
		_, err := on.addOnce(c.once(Now, "same", "a"))
		var replay *store.Replay
		if errors.As(err, &replay) {
			replays.Add(1)
		} else if err != nil {
			c.Error(err)
		}
		return err == nil
	})
	c.equal("ran, replayed", words(ran, replays.Load()), "1 15")
	c.equal("counter", c.counter(hotKey), 1)
}

// Codes differ by case, accent and surrounding dress, and come back as they were.
func textIsKept(c *trial) {
	codes := []string{"aB-1", "AB-1", "ab-1", "é", "e\u0301", "E", "🎁 10%", "a/b", "a b", `q"'\`, "%_*", "ß", "SS", "İ", "i"}
	for _, code := range codes {
		taken, err := c.put(c.voucher(code))
		c.must(err)
		c.equal("taken "+code, taken, false)
	}
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		ids := map[string]string{}
		for _, code := range codes {
			v, err := store.Vouchers.By(r, "code", code)
			if err != nil {
				return err
			}
			if v == nil || v.Code != code {
				c.Fatalf("%q came back as %+v", code, v)
			}
			ids[v.Code] = string(v.ID)
		}
		each, err := store.Vouchers.Each(r, []string{ids["é"], ids["ß"], "v_none", ids["é"]})
		c.equal("each", words(len(each), each[ids["é"]].Code, each[ids["ß"]].Code), "2 é ß")
		return err
	}))
}

func largeDocuments(c *trial) {
	v := c.voucher("LARGE")
	v.Metadata = jsontext.Value(`{"text":"` + strings.Repeat("ж\u2028", 64<<10/5) + `"}`)
	_, err := c.put(v)
	c.must(err)
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		back, err := store.Vouchers.Get(r, string(v.ID))
		if err == nil && !bytes.Equal(back.Metadata, v.Metadata) {
			c.Errorf("%d bytes came back of %d", len(back.Metadata), len(v.Metadata))
		}
		return err
	}))
}

func projectsAreApart(c *trial) {
	v := c.voucher("MINE")
	_, err := c.put(v)
	c.must(err)
	_, err = c.take(c.ctx, promo.Uses(v.ID), 9)
	c.must(err)
	other := *c
	other.project += "x"
	taken, err := other.put(other.voucher("MINE"))
	c.must(err)
	c.equal("the other project's code is taken", taken, false)
	c.equal("the other project's counter", other.counter(promo.Uses(v.ID)), 0)
	c.must(c.store.Read(c.ctx, other.project, func(r store.Reader) error {
		seen, err := store.Vouchers.Get(r, string(v.ID))
		c.equal("seen from the other project", seen == nil, true)
		if err != nil {
			return err
		}
		each, err := store.Vouchers.Each(r, []string{string(v.ID)})
		c.equal("seen among others", len(each), 0)
		return err
	}))
}

func snapshotIsStable(c *trial) {
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		before, err := store.Counter(r, hotKey)
		c.must(err)
		_, err = c.take(c.ctx, hotKey, 10)
		c.must(err)
		after, err := store.Counter(r, hotKey)
		c.equal("counter inside the snapshot", after, before)
		return err
	}))
	c.equal("counter outside", c.counter(hotKey), 1)
}

func failedConfiguration(c *trial) {
	broken := errors.New("broken")
	_, err := store.Configure(c.ctx, c.store, c.call(Now), func(ch *store.Change) (struct{}, error) {
		c.must(store.Keys.Save(ch, &promo.APIKey{ID: "half", CreatedAt: Now}))
		seen, err := store.Keys.Get(ch, "half")
		c.equal("it sees its own change", seen != nil, true)
		return struct{}{}, errors.Join(err, broken)
	})
	if !errors.Is(err, broken) {
		c.Errorf("got %v", err)
	}
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		half, err := store.Keys.Get(r, "half")
		c.equal("nothing was written", half == nil, true)
		return err
	}))
}

func recordsFound(c *trial) {
	_, err := store.Configure(c.ctx, c.store, c.call(Now), func(ch *store.Change) (struct{}, error) {
		for i, project := range []promo.ProjectID{"proj_a", "proj_b", "proj_a"} {
			id := fmt.Sprint("key", i)
			if err := store.Keys.Save(ch, &promo.APIKey{ID: promo.KeyID(id), AppID: "app-" + id, OAuthClientID: "oauth-" + id,
				Project: project, CreatedAt: Now}); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, store.Projects.Save(ch, &promo.Project{ID: "key3", Name: "app-key0", CreatedAt: Now})
	})
	c.must(err)
	c.must(c.store.Read(c.ctx, c.project, func(r store.Reader) error {
		named, err1 := store.Keys.Named(r, "app-key1")
		aliased, err2 := store.Keys.Aliased(r, "oauth-key2")
		of, err3 := store.Keys.Of(r, "proj_a")
		foreign, err4 := store.Keys.Get(r, "key3") // of another kind
		c.equal("named, aliased, owned", words(named.ID, aliased.ID, len(of), of[0].ID, foreign == nil), "key1 key2 2 key0 true")
		return errors.Join(err1, err2, err3, err4)
	}))
}

func purgeProject(c *trial) {
	other := *c
	other.project += "y"
	for _, on := range []*trial{c, &other} {
		v := on.voucher("PURGED")
		_, err := on.put(v)
		c.must(err)
		_, err = on.take(c.ctx, hotKey, 10)
		c.must(err)
	}
	_, err := store.Configure(c.ctx, c.store, c.call(Now), func(ch *store.Change) (struct{}, error) {
		return struct{}{}, ch.Purge(c.project)
	})
	c.must(err)
	c.equal("counters", words(c.counter(hotKey), other.counter(hotKey)), "0 1")
	taken, err := c.put(c.voucher("PURGED"))
	c.must(err)
	c.equal("taken after the purge", taken, false)
}
