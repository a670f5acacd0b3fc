package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Backend is what a database brings to the store. Its methods are called from many goroutines.
type Backend interface {
	// Dialect is how filters are written for this database.
	Dialect() filter.Dialect

	// Snapshot begins a read-only transaction that sees one moment.
	Snapshot(ctx context.Context) (Snapshot, error)

	// Glance reads without a transaction: each of its queries sees its own moment, and costs no more than itself.
	Glance(ctx context.Context) (Snapshot, error)

	// Begin begins a writing transaction. It waits for its turn until ctx ends (then ErrBusy). Once begun, no context
	// ends it.
	Begin(ctx context.Context) (Tx, error)

	// Committers is how many groups may be written side by side.
	Committers() int

	// Ping reports whether the database answers.
	Ping(ctx context.Context) error

	Close() error
}

// Snapshot reads rows. A row that is not there is no error.
type Snapshot interface {
	// Get is the row of a project whose column has this value ("id", or a column of Names).
	Get(shape *Shape, project promo.ProjectID, column, value string) (*Stored, error)
	// Doc is Get without Cols, which most readers have no use for, but with the values of the counters named "count/id"
	// for each of counts; one not there yet is 0.
	Doc(shape *Shape, project promo.ProjectID, column, value string, counts ...string) (*Stored, error)
	// List runs a select; see Select.
	List(shape *Shape, q Select) ([]Stored, error)
	// Count is how many rows a select matches, without regard to its limit and offset.
	Count(shape *Shape, q Select) (int64, error)
	// Counters are the values of counters; one not there yet is left out.
	Counters(project promo.ProjectID, keys []promo.Key) (map[promo.Key]int64, error)
	// Epoch is how often the project was configured. The value is there when the next query was answered, or after
	// Flush, so that it costs no round trip of its own.
	Epoch(project promo.ProjectID, into *int64) error
	// Flush waits for what was asked for.
	Flush() error
	// Now is the database's clock, which leases follow.
	Now() (time.Time, error)

	Close()
}

// Select says which rows, in which order. SQL text in it is written by this package alone; `?` stand for Args.
type Select struct {
	Project promo.ProjectID
	All     bool   // rows of every project; Project is not looked at
	Where   string // "" or a condition over columns
	Args    []any  // string, int64, or what Dialect.In gives
	Order   string // "" or the list behind ORDER BY
	Limit   int    // 0: all
	Offset  int
	Once    bool // its text is a caller's own, and not worth keeping a statement for
	Claim   bool // in a Tx: lock the rows and leave out those another transaction holds
}

// Tx is a writing transaction. After an error of any method but Close only Rollback may be called.
type Tx interface {
	Snapshot

	// Lock takes the epochs (shared, in order) and the keys of asks (in one order), makes counters that are missing,
	// drops ended entries, and gives the state of everything locked. Called once, first.
	Lock(projects []promo.ProjectID, asks []Ask) (*State, error)

	// Patience is how long Lock waits for each lock; Wait when it was not said. Called before it.
	Patience(d time.Duration)

	// Configure takes a project's epoch for itself alone and adds one to it. Called once, first.
	Configure(project promo.ProjectID) error

	// Hold locks existing rows of one table by id, in one order, for the other verbs.
	Hold(shape *Shape, project promo.ProjectID, ids []string) error

	// CountFor counts what a counter stands for, as committed.
	CountFor(project promo.ProjectID, seed promo.Seed) (int64, error)

	// Write applies changes.
	Write(w *WriteSet) error

	// Insert adds rows and gives the ids of those whose name was taken, which are left out.
	Insert(shape *Shape, rows []Stored) (taken []string, err error)

	// Purge deletes every row and counter of a project.
	Purge(project promo.ProjectID) error

	// Commit makes it durable. ErrUnknown when that cannot be known.
	Commit() error
	Rollback()
}

// Ask is a key to lock, and the instant at which ended entries are dropped.
type Ask struct {
	Project promo.ProjectID
	Key     promo.Key // its Near: the sum from which on the first end is looked for
	At      time.Time
}

// Place is where an ask or its state belongs: a key in a project.
type Place struct {
	Project promo.ProjectID
	Key     promo.Key
}

// State is what a backend found under the locks.
type State struct {
	Epochs   map[promo.ProjectID]int64
	Counters map[Place]CounterState
	Rows     map[Place]*Stored // absent rows are left out
	Names    map[Place]string  // id of the row that bears the name; free names are left out
	Endings  map[Place]EndingState
	Pools    map[Place][]Stored // as many first rows as all asks of that pool take together
}

// CounterState is a counter under lock. Known is false while it was made but never written.
type CounterState struct {
	Value int64
	Known bool
}

// EndingState is an ending counter under lock, after ended entries were dropped.
type EndingState struct {
	Sum     int64
	First   time.Time // when the next entry ends; zero when there is none
	Entries []Stored  // when the table says Load
}

// WriteSet is what a group changes, each thing at most once.
type WriteSet struct {
	Counters []CounterWrite
	Tables   []TableWrite
}

// CounterWrite sets a counter to a value.
type CounterWrite struct {
	Place Place
	Value int64
}

// TableWrite puts rows (new, or over the row with their id) and deletes ids of one table.
type TableWrite struct {
	Shape   *Shape
	Put     []Stored
	Deletes []RowRef
}

// RowRef names a row.
type RowRef struct {
	Project promo.ProjectID
	ID      string
}

// CounterName is how a counter is named in its table. Ending counters and pools have one too, so that they are locked
// in the same order.
func CounterName(key promo.Key) string {
	switch key.Kind {
	case promo.EndingKey:
		return "ending:" + key.Of + "/" + key.ID
	case promo.PoolKey:
		return "pool:" + key.Of + "/" + key.ID
	}
	return key.Of + "/" + key.ID
}

// Place is where the ask belongs.
func (a Ask) Place() Place {
	return Place{a.Project, a.Key.Name()}
}

// NameOf is the table and column of a NameKey.
func NameOf(key promo.Key) (shape *Shape, column string) {
	table, column, _ := strings.Cut(key.Of, ".")
	return shapes[table], column
}

// PoolSelect finds as many first free rows of a pool as were asked for.
func PoolSelect(ask Ask) Select {
	pool := shapes[ask.Key.Of].Pool
	return Select{Project: ask.Project, Where: pool.Owner + " = ? AND " + pool.Free + " = 1", Args: []any{ask.Key.ID},
		Order: "num", Limit: ask.Key.Take}
}

// EntrySelect finds the entries of an ending counter.
func EntrySelect(ask Ask) Select {
	return Select{Project: ask.Project, Where: shapes[ask.Key.Of].Ending.Owner + " = ?", Args: []any{ask.Key.ID}, Order: "num"}
}

// SeedSelect finds the redemptions that a counter stands for.
func SeedSelect(project promo.ProjectID, seed promo.Seed) Select {
	q := Select{Project: project, Where: "status = ?", Args: []any{promo.StatusSucceeded}}
	if seed.Voucher != "" {
		q.Where, q.Args = q.Where+" AND voucher = ?", append(q.Args, string(seed.Voucher))
	}
	if seed.Customer != "" {
		q.Where, q.Args = q.Where+" AND customer = ?", append(q.Args, string(seed.Customer))
	}
	return q
}

// ProjectTables are the names of all tables whose rows go when a project is purged. Its epoch stays, and never goes back.
func ProjectTables() []string {
	names := []string{"counters"}
	for name := range shapes {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// CountColumns is what a select of Doc reads besides the document.
func CountColumns(shape *Shape, counts []string) string {
	var b strings.Builder
	for _, c := range counts {
		b.WriteString(", coalesce((SELECT value FROM counters WHERE counters.project = " + shape.Name + ".project AND counters.name = '" +
			c + "/' || " + shape.Name + ".id), 0)")
	}
	return b.String()
}
