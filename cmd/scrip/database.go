package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/scrip-dev/scrip/internal/store"
	"github.com/scrip-dev/scrip/internal/store/postgres"
	"github.com/scrip-dev/scrip/internal/store/sqlite"
)

// database is the flag that says where everything is kept.
type database struct {
	Database string `help:"Where everything is kept: sqlite:PATH, memory (keeps nothing), or a PostgreSQL URL." default:"sqlite:scrip.db" env:"SCRIP_DATABASE"`
}

// open opens the store. Shared is for the command line, which may run beside a server.
func (d database) open(ctx context.Context, shared bool) (*store.Store, error) {
	switch kind, rest, _ := strings.Cut(d.Database, ":"); {
	case kind == "sqlite" && rest != "":
		b, err := sqlite.Open(rest, sqlite.Options{Shared: shared})
		if errors.Is(err, store.ErrInUse) {
			return nil, fmt.Errorf("another scrip serves from %s; stop it, or use PostgreSQL for several nodes", rest)
		}
		return made(b, err)
	case d.Database == "memory":
		if shared {
			return nil, errors.New("a database in memory belongs to the process that serves it")
		}
		b, err := sqlite.Temporary()
		return made(b, err)
	case kind == "postgres" || kind == "postgresql":
		b, err := postgres.Open(ctx, d.Database)
		return made(b, err)
	}
	return nil, fmt.Errorf("--database must be sqlite:PATH, memory, or postgres://…, not %q", d.Database)
}

func made[B store.Backend](b B, err error) (*store.Store, error) {
	if err != nil {
		return nil, err
	}
	return store.New(b), nil
}
