package sqlite_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/sqlite"
	"github.com/scrip-dev/scrip/internal/store/storetest"
)

func open(t testing.TB, path string, o sqlite.Options) *store.Store {
	t.Helper()
	b, err := sqlite.Open(path, o)
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

// SQLite has one node: all of the suite's are the same store.
func TestConformance(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "scrip.db"), sqlite.Options{})
	storetest.Run(t, storetest.Kit{Open: func(testing.TB) *store.Store { return s }})
}

func TestASecondServerOnOneFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "scrip.db")
	open(t, path, sqlite.Options{})
	if _, err := sqlite.Open(path, sqlite.Options{}); !errors.Is(err, store.ErrInUse) {
		t.Errorf("got %v", err)
	}
	open(t, path, sqlite.Options{Shared: true}) // the command line may
}
