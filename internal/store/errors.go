package store

import (
	"errors"

	"github.com/scrip-dev/scrip/internal/promo"
)

var (
	// ErrBusy: the caller could not get its turn within the wait of 30 R131. Nothing was written.
	ErrBusy = errors.New("store: could not get its turn")

	// ErrKeyReused: the Idempotency-Key was used for another call or body (60 R14). Nothing was written.
	ErrKeyReused = errors.New("store: the idempotency key was used for another call")

	// ErrLeaseLost: the job or delivery belongs to another worker by now. Nothing was written.
	ErrLeaseLost = errors.New("store: the lease was lost")

	// ErrNewerSchema: the database was written by a newer release.
	ErrNewerSchema = errors.New("store: the database has a newer schema than this release knows")

	// ErrUnknown: the connection broke while committing, so that it is not known whether the write happened.
	ErrUnknown = errors.New("store: the connection broke while committing")

	// ErrInUse: another process serves from this database file.
	ErrInUse = errors.New("store: another scrip serves from this file")

	// errTransient marks a fault of the moment that a backend met (deadlock, serialization, a broken connection before
	// commit): the group may simply be run again.
	errTransient = errors.New("store: transient")

	// errLocked marks an ErrBusy that came from a lock, not from waiting for a turn.
	errLocked = errors.New("store: a lock was held for too long")

	errReplan = errors.New("store: planned at an older epoch")
)

// Transient marks a backend's fault as one of the moment: nothing was written and the same may work next time.
func Transient(err error) error { return errors.Join(errTransient, err) }

// Replay is returned by a verb whose Idempotency-Key was seen before with the same call: the stored answer, nothing
// was run.
type Replay struct{ Answer promo.Answer }

func (*Replay) Error() string { return "store: answered before" }

// needKeys is what NeedKeys returns to the store.
type needKeys struct{ keys []promo.Key }

func (*needKeys) Error() string { return "store: more keys are needed" }

// NeedKeys is what decide returns when it finds that it depends on keys its plan did not name: the caller joins a later
// group that holds all of them, and decides again.
func NeedKeys(keys ...promo.Key) error { return &needKeys{keys} }
