package postgres_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/scrip-dev/scrip/internal/pgtest"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/postgres"
	"github.com/scrip-dev/scrip/internal/store/storetest"
)

func open(t testing.TB, url string) *store.Store {
	t.Helper()
	b, err := postgres.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	s := store.New(b)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestConformance(t *testing.T) {
	url := pgtest.URL(t)
	admin := pgtest.Admin(t, url)
	storetest.Run(t, storetest.Kit{
		Open: func(t testing.TB) *store.Store { return open(t, url) },
		Kill: func(t testing.TB) {
			if _, err := admin.Exec(context.Background(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND application_name = 'scrip'`); err != nil {
				t.Fatal(err)
			}
		},
	})
}

// Several nodes start on one empty database at once: one migrates, the others wait for it.
func TestNodesStartTogether(t *testing.T) {
	url := pgtest.URL(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() { open(t, url) })
	}
	wg.Wait()
	admin := pgtest.Admin(t, url)
	if _, err := admin.Exec(context.Background(), "INSERT INTO migrations VALUES (99, 'future', 'x')"); err != nil {
		t.Fatal(err)
	}
	if _, err := postgres.Open(context.Background(), url); !errors.Is(err, store.ErrNewerSchema) {
		t.Errorf("a newer schema: %v", err)
	}
}

// A key that somebody holds for long costs those who need it their wait, and nobody else (30 R131).
func TestALongLockDelaysOnlyItsOwn(t *testing.T) {
	url := pgtest.URL(t)
	s, admin := open(t, url), pgtest.Admin(t, url)
	add := func(id string) error {
		key := promo.Key{Kind: promo.CounterKey, Of: "test", ID: id}
		call := &promo.Call{Project: "proj_lock", Draw: promo.NewDraw(storetest.Now, rand.Reader)}
		_, err := store.Turn(context.Background(), s, call, []promo.Key{key}, func(*store.Locked) (struct{}, store.Changes, error) {
			var ch store.Changes
			ch.Add(key, 1)
			return struct{}{}, ch, nil
		})
		return err
	}
	if err := add("held"); err != nil {
		t.Fatal(err)
	}
	tx, err := admin.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(context.Background(), "SELECT 1 FROM counters WHERE name = 'test/held' FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			if i%10 == 0 {
				if err := add("held"); !errors.Is(err, store.ErrBusy) {
					t.Errorf("a caller that needs the held key got %v", err)
				}
			} else if err := add(fmt.Sprint("free", i)); err != nil {
				t.Errorf("a caller beside it got %v", err)
			}
		})
	}
	wg.Wait()
	if err := tx.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := add("held"); err != nil {
		t.Error(err)
	}
}
