package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/scrip-dev/scrip/internal/pgtest"
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
