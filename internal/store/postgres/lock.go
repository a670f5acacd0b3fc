package postgres

import (
	"cmp"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Lock takes everything in one round trip and one order, the same for every caller: epochs, names, counters, rows. A
// name is an advisory lock; a counter is a row, made first and then locked, since what does not exist cannot be locked.
func (t *tx) Lock(projects []promo.ProjectID, asks []store.Ask) (*store.State, error) {
	s := &store.State{Epochs: map[promo.ProjectID]int64{}, Counters: map[store.Place]store.CounterState{},
		Rows: map[store.Place]*store.Stored{}, Names: map[store.Place]string{},
		Endings: map[store.Place]store.EndingState{}, Pools: map[store.Place][]store.Stored{}}
	t.lockEpochs(s, projects)
	t.lockNames(asks)
	t.lockCounters(s, asks)
	t.lockRows(s, asks)
	t.findNames(s, asks)
	for _, ask := range asks {
		switch ask.Key.Kind {
		case promo.EndingKey:
			t.dropEnded(s, ask)
		case promo.PoolKey:
			q := store.PoolSelect(ask)
			q.Claim = true // the pool is locked; a row somebody changes by its own name is not free
			t.list(store.ShapeOf(ask.Key.Of), q, func(r store.Stored) { s.Pools[ask.Place()] = append(s.Pools[ask.Place()], r) })
		}
	}
	return s, t.flush()
}

func (t *tx) lockEpochs(s *store.State, projects []promo.ProjectID) {
	if len(projects) == 0 {
		return
	}
	ids, names := make([]int64, len(projects)), make([]string, len(projects))
	for i, p := range projects {
		ids[i], names[i] = lockID("epoch", string(p)), string(p)
		s.Epochs[p] = 0
	}
	slices.Sort(ids)
	t.queue("SELECT pg_advisory_xact_lock_shared(id) FROM unnest($1::bigint[]) AS id", ids)
	t.each("SELECT project, epoch FROM epochs WHERE project = ANY($1)", []any{names}, func(rows pgx.Rows) error {
		var project string
		var epoch int64
		err := rows.Scan(&project, &epoch)
		s.Epochs[promo.ProjectID(project)] = epoch
		return err
	})
}

func (t *tx) lockNames(asks []store.Ask) {
	var ids []int64
	for _, a := range asks {
		if a.Key.Kind == promo.NameKey {
			ids = append(ids, lockID("name", string(a.Project), a.Key.Of, a.Key.ID))
		}
	}
	if len(ids) > 0 {
		slices.Sort(ids)
		t.queue("SELECT pg_advisory_xact_lock(id) FROM unnest($1::bigint[]) AS id", ids)
	}
}

// rowName names a row of a table in any project.
type rowName struct{ project, name string }

func (t *tx) lockCounters(s *store.State, asks []store.Ask) {
	places := map[rowName]store.Place{}
	for _, a := range asks {
		if k := a.Key.Kind; k == promo.CounterKey || k == promo.EndingKey || k == promo.PoolKey {
			places[rowName{string(a.Project), store.CounterName(a.Key)}] = a.Place()
		}
	}
	if len(places) == 0 {
		return
	}
	projects, names := sorted(places)
	t.queue(`INSERT INTO counters (project, name) SELECT * FROM unnest($1::text[], $2::text[])
		ON CONFLICT DO NOTHING`, projects, names)
	t.each(`SELECT project, name, value FROM counters
		WHERE (project, name) IN (SELECT * FROM unnest($1::text[], $2::text[]))
		ORDER BY project, name FOR UPDATE`, []any{projects, names}, func(rows pgx.Rows) error {
		var at rowName
		var value *int64
		if err := rows.Scan(&at.project, &at.name, &value); err != nil {
			return err
		}
		c := store.CounterState{Known: value != nil}
		if c.Known {
			c.Value = *value
		}
		place := places[at]
		if place.Key.Kind == promo.EndingKey {
			s.Endings[place] = store.EndingState{Sum: c.Value}
		} else {
			s.Counters[place] = c
		}
		return nil
	})
}

// sorted gives the names in the one order of locking, as two arrays.
func sorted[V any](places map[rowName]V) (projects, names []string) {
	order := make([]rowName, 0, len(places))
	for at := range places {
		order = append(order, at)
	}
	slices.SortFunc(order, func(a, b rowName) int {
		return cmp.Or(cmp.Compare(a.project, b.project), cmp.Compare(a.name, b.name))
	})
	for _, at := range order {
		projects, names = append(projects, at.project), append(names, at.name)
	}
	return projects, names
}

// byTable sorts the asks of one kind by what they are about, in the one order of locking.
func byTable(asks []store.Ask, kind promo.KeyKind) (tables []string, places map[string]map[rowName]store.Place) {
	places = map[string]map[rowName]store.Place{}
	for _, a := range asks {
		if a.Key.Kind != kind {
			continue
		}
		if places[a.Key.Of] == nil {
			places[a.Key.Of] = map[rowName]store.Place{}
			tables = append(tables, a.Key.Of)
		}
		places[a.Key.Of][rowName{string(a.Project), a.Key.ID}] = a.Place()
	}
	slices.Sort(tables)
	return tables, places
}

func (t *tx) lockRows(s *store.State, asks []store.Ask) {
	tables, places := byTable(asks, promo.RowKey)
	for _, table := range tables {
		shape := store.ShapeOf(table)
		projects, ids := sorted(places[table])
		t.each(text(shape, "lock", func() string {
			return "SELECT " + columns(shape) + " FROM " + shape.Name + ` WHERE (project, id) IN
				(SELECT * FROM unnest($1::text[], $2::text[])) ORDER BY project, id FOR UPDATE`
		}), []any{projects, ids}, func(rows pgx.Rows) error {
			r, err := stored(shape, rows)
			s.Rows[places[table][rowName{string(r.Project), r.ID}]] = &r
			return err
		})
	}
}

// findNames looks up who bears the locked names. The row itself is not locked: as long as its name is, nobody renames
// or deletes it.
func (t *tx) findNames(s *store.State, asks []store.Ask) {
	tables, places := byTable(asks, promo.NameKey)
	for _, of := range tables {
		shape, column := store.NameOf(promo.Key{Of: of})
		projects, names := sorted(places[of])
		t.each(text(shape, "find "+column, func() string {
			return "SELECT project, id, " + quote(column) + " FROM " + shape.Name + " WHERE (project, " + quote(column) + `) IN
				(SELECT * FROM unnest($1::text[], $2::text[]))`
		}), []any{projects, names}, func(rows pgx.Rows) error {
			var project, id, name string
			err := rows.Scan(&project, &id, &name)
			s.Names[places[of][rowName{project, name}]] = id
			return err
		})
	}
}

func (t *tx) dropEnded(s *store.State, ask store.Ask) {
	shape, place := store.ShapeOf(ask.Key.Of), ask.Place()
	amount := "1"
	if shape.Ending.Amount != "" {
		amount = quote(shape.Ending.Amount)
	}
	owner, until := quote(shape.Ending.Owner), quote(shape.Ending.Until)
	t.queue("WITH ended AS (DELETE FROM "+shape.Name+" WHERE project = $1 AND "+owner+" = $2 AND "+until+
		" <= $3 RETURNING "+amount+" AS amount) SELECT coalesce(sum(amount), 0)::bigint FROM ended",
		string(ask.Project), ask.Key.ID, ask.At.UnixMilli()).QueryRow(func(row pgx.Row) error {
		var ended int64
		err := row.Scan(&ended)
		e := s.Endings[place]
		e.Sum -= ended
		s.Endings[place] = e
		return err
	})
	// The condition on the counter is looked at once, before any row is.
	t.queue("SELECT min("+until+") FROM "+shape.Name+" WHERE project = $1 AND "+owner+` = $2 AND coalesce((SELECT value FROM counters
		WHERE project = $1 AND name = $3), 0) >= $4`, string(ask.Project), ask.Key.ID, store.CounterName(ask.Key), ask.Key.Near).QueryRow(func(row pgx.Row) error {
		var first *int64
		err := row.Scan(&first)
		if first != nil {
			e := s.Endings[place]
			e.First = time.UnixMilli(*first).UTC()
			s.Endings[place] = e
		}
		return err
	})
	if shape.Ending.Load {
		t.list(shape, store.EntrySelect(ask), func(r store.Stored) {
			e := s.Endings[place]
			e.Entries = append(e.Entries, r)
			s.Endings[place] = e
		})
	}
}
