package store

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

// plans is how often a caller plans again because the project was configured meanwhile.
const plans = 50

// Update changes a project exactly once, as if alone.
//
//   - plan reads, side by side with others, and names the keys whose counters and rows the decision needs;
//   - decide is pure: plan's result and the locked state in, result and changes out. It may be run again, and may ask
//     for more keys by returning NeedKeys.
//
// When Update returns without error the changes are durable. An error of plan or decide is returned as it is, and
// nothing was written; so with ErrBusy (30 R131), *Replay and ErrKeyReused (60 R14). A panic in decide comes up at the
// caller and leaves the callers beside it unharmed.
func Update[P, T any](ctx context.Context, s *Store, call *promo.Call,
	plan func(Reader) (P, []promo.Key, error), decide func(P, *Locked) (T, Changes, error)) (T, error) {
	var result T
	broken := 0
	for range plans {
		m := &member{ctx: ctx, project: call.Project, at: call.Draw.At()}
		var planned P
		// The epoch is read first: what is configured afterwards makes the member plan again. Rows are looked at again
		// under their locks. So the plan needs no transaction.
		err := s.Glance(ctx, call.Project, func(r Reader) (err error) {
			if err = r.snapshot().Epoch(call.Project, &m.epoch); err != nil {
				return err
			}
			if planned, m.keys, err = plan(r); err != nil {
				return err
			}
			return r.snapshot().Flush()
		})
		if errors.Is(err, errTransient) && broken < retries {
			time.Sleep(pause(broken))
			broken++
			continue
		}
		if err != nil {
			return result, err
		}
		m.decide = func(l *Locked) (Changes, error) {
			out, changes, err := decide(planned, l)
			result = out
			return changes, err
		}
		if call.Once != nil {
			m.keys = append(m.keys, onceKeys(call)...)
			m.decide = once(call, m.decide, func() any { return result })
		}
		if err := s.settle(m); !errors.Is(err, errReplan) {
			return result, err
		}
	}
	return result, ErrBusy
}

// Turn is Update for a decision that reads nothing before its locks: no plan, no epoch, no snapshot.
func Turn[T any](ctx context.Context, s *Store, call *promo.Call, keys []promo.Key, decide func(*Locked) (T, Changes, error)) (T, error) {
	var result T
	m := &member{ctx: ctx, project: call.Project, at: call.Draw.At(), keys: keys, epoch: anyEpoch}
	m.decide = func(l *Locked) (Changes, error) {
		out, changes, err := decide(l)
		result = out
		return changes, err
	}
	err := s.settle(m)
	return result, err
}

// settle submits a member until nothing more is asked of it.
func (s *Store) settle(m *member) error {
	for {
		m.done = make(chan struct{})
		m.state.Store(waiting)
		err := s.submit(m)
		if m.panic != nil {
			panic(m.panic)
		}
		var more *needKeys
		if !errors.As(err, &more) {
			return err
		}
		m.keys = append(m.keys, more.keys...)
	}
}

// onceTTL is how long an answer is remembered (60 R14).
const onceTTL = 24 * time.Hour

func onceKeys(call *promo.Call) []promo.Key {
	id := Onces.id(&Remembered{Key: call.Once.Key})
	return []promo.Key{{Kind: promo.RowKey, Of: "onces", ID: id}, {Kind: promo.NameKey, Of: "onces.key", ID: id}}
}

// once runs decide unless its call was answered before, and remembers the answer in the same transaction.
func once(call *promo.Call, decide func(*Locked) (Changes, error), result func() any) func(*Locked) (Changes, error) {
	keys := onceKeys(call)
	return func(l *Locked) (Changes, error) {
		before, err := Onces.Locked(l, keys[0])
		if err != nil {
			return Changes{}, err
		}
		if err := seen(call, before); err != nil {
			return Changes{}, err
		}
		changes, err := decide(l)
		if err != nil {
			return changes, err
		}
		if answer, keep := call.Once.Render(result()); keep {
			Onces.Put(&changes, remember(call, answer))
		}
		return changes, nil
	}
}

func remember(call *promo.Call, a promo.Answer) *Remembered {
	return &Remembered{Key: call.Once.Key, Fingerprint: call.Once.Fingerprint[:], Status: a.Status, Body: a.Body,
		At: call.Draw.At()}
}

// seen gives the stored answer of a call that is repeated; nil when it was not seen within a day.
func seen(call *promo.Call, before *Remembered) error {
	if before == nil || !call.Draw.At().Before(before.At.Add(onceTTL)) {
		return nil
	}
	if !bytes.Equal(before.Fingerprint, call.Once.Fingerprint[:]) {
		return ErrKeyReused
	}
	return &Replay{promo.Answer{Status: before.Status, Body: before.Body}}
}

// Answered gives a repeated call its stored answer without any lock: *Replay or ErrKeyReused, or nil when it has to be
// run. Update and Configure look again under the lock.
func Answered(ctx context.Context, s *Store, call *promo.Call) error {
	return s.Glance(ctx, call.Project, func(r Reader) error {
		before, err := Onces.Get(r, Onces.id(&Remembered{Key: call.Once.Key}))
		if err != nil {
			return err
		}
		return seen(call, before)
	})
}

// ForgetAnswers drops answers that are remembered no longer.
func ForgetAnswers(ctx context.Context, s *Store, project promo.ProjectID, now time.Time) error {
	return s.exclusively(ctx, func(tx Tx) error {
		rows, err := tx.List(Onces.Shape, Select{Project: project, Where: "at <= ?", Args: []any{now.Add(-onceTTL).UnixMilli()},
			Order: "at", Limit: 1000, Claim: true})
		if err != nil || len(rows) == 0 {
			return err
		}
		refs := make([]RowRef, len(rows))
		for i := range rows {
			refs[i] = RowRef{project, rows[i].ID}
		}
		return tx.Write(&WriteSet{Tables: []TableWrite{{Shape: Onces.Shape, Deletes: refs}}})
	})
}
