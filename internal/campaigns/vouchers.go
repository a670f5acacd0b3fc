package campaigns

import (
	"context"

	"github.com/scrip-dev/scrip/internal/codes"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Vouchers creates, changes and finds vouchers.
//
// Where a voucher is named by a path, spellings are what the path may mean, in the order to try (60 R23); each is taken
// as a code first, then as an id (40 R60). One that is not there is refused with not_found. Errors are those of the
// store.
type Vouchers struct{ store *store.Store }

// NewVouchers keeps vouchers in a store.
func NewVouchers(s *store.Store) *Vouchers { return &Vouchers{s} }

// Result is the outcome of a call on one voucher: refused, or the voucher with what was used of it. After Delete it is
// the voucher as it was.
type Result struct {
	Voucher *promo.Voucher
	Use     promo.VoucherUse
	Refused *promo.Refusal
}

// Get is one voucher.
func (v *Vouchers) Get(ctx context.Context, project *promo.Project, spellings []string) (Result, error) {
	var out Result
	err := v.store.Glance(ctx, project.ID, func(r store.Reader) error {
		found, use, err := find(r, project, spellings)
		if out = (Result{Voucher: found, Use: use}); found == nil {
			out = unknown(spellings)
		}
		return err
	})
	return out, err
}

// Page is a page of vouchers with what was used of each, and how many match in all.
type Page struct {
	Vouchers []*promo.Voucher
	Uses     map[promo.VoucherID]promo.VoucherUse
	Total    int64
}

// List is a page of vouchers (40 C.2, R32, R33). A holder that is asked for may be a customer's id or source id (60 R55).
func (v *Vouchers) List(ctx context.Context, project *promo.Project, q store.PageQuery) (Page, error) {
	var out Page
	err := v.store.Read(ctx, project.ID, func(r store.Reader) (err error) {
		if q.Equal, err = holders(r, q.Equal); err != nil {
			return err
		}
		if out.Vouchers, out.Total, err = store.VoucherList.Page(r, q); err != nil {
			return err
		}
		out.Uses, err = usesOf(r, out.Vouchers...)
		return err
	})
	return out, err
}

// holders puts ids in place of source ids; where both match, the id wins (60 R21).
func holders(r store.Reader, equal []store.Equal) ([]store.Equal, error) {
	out := make([]store.Equal, len(equal))
	for i, e := range equal {
		out[i] = e
		if e.Column != "holder" {
			continue
		}
		out[i].Values = make([]string, len(e.Values))
		for j, value := range e.Values {
			c, err := store.CustomerCalled(r, value)
			if err != nil {
				return nil, err
			}
			if out[i].Values[j] = value; c != nil {
				out[i].Values[j] = string(c.ID)
			}
		}
	}
	return out, nil
}

// Update changes what was sent (40 R70-R72). A PUT that changes nothing leaves updated_at alone (60 R41).
func (v *Vouchers) Update(ctx context.Context, call *promo.Call, project *promo.Project, spellings []string, body *VoucherUpdate) (Result, error) {
	return v.change(ctx, call, project, spellings, body.apply)
}

// apply puts what was sent into a voucher.
func (b *VoucherUpdate) apply(v *promo.Voucher) *promo.Refusal {
	if refused := category(b.CategoryID, b.Category); refused != nil {
		return refused
	}
	if refused := b.applyDiscount(v); refused != nil {
		return refused
	}
	if b.StartDate.Set {
		v.StartDate = b.StartDate.Ptr().Ptr()
	}
	if b.ExpirationDate.Set {
		v.ExpirationDate = b.ExpirationDate.Ptr().Ptr()
	}
	if b.Active.Given() {
		v.Active = b.Active.Value
	}
	if b.AdditionalInfo.Set {
		v.AdditionalInfo = b.AdditionalInfo.Ptr()
	}
	v.Metadata = metadata.Merge(v.Metadata, b.Metadata)
	v.Window = b.Windows.over(v.Window)
	return fits(v)
}

// applyDiscount replaces the discount whole; its type cannot change (40 R71). Null is refused where there is a discount,
// and changes nothing where there is none, so that what was fetched can be sent back (60 R35).
func (b *VoucherUpdate) applyDiscount(v *promo.Voucher) *promo.Refusal {
	d := &b.Discount.Value
	switch {
	case !b.Discount.Set, b.Discount.Null && v.Discount == nil:
		return nil
	case b.Discount.Null:
		return promo.Property(".discount", "must be object")
	case v.Discount == nil:
		return invalidVoucher("Property 'discount' is not allowed for " + string(v.Type) + " voucher")
	case d.kind() != v.Discount.Type:
		return invalidVoucher("It is not possible to change Voucher discount type")
	}
	if refused := d.known(); refused != nil {
		return refused
	}
	v.Discount = d.fact()
	return nil
}

// SetActive switches a voucher on or off; doing it twice changes nothing (40 R72).
func (v *Vouchers) SetActive(ctx context.Context, call *promo.Call, project *promo.Project, spellings []string, active bool) (Result, error) {
	return v.change(ctx, call, project, spellings, func(next *promo.Voucher) *promo.Refusal {
		next.Active = active
		return nil
	})
}

// Delete deletes a voucher: with force its code is free again, without it the voucher lies in the bin and keeps its code
// (40 R73).
func (v *Vouchers) Delete(ctx context.Context, call *promo.Call, project *promo.Project, spellings []string, force bool) (Result, error) {
	type planned struct {
		held
		entry string // id of the entry in the bin
	}
	plan := func(r store.Reader) (planned, []promo.Key, error) {
		h, keys, err := hold(r, project, spellings)
		if h.id == "" || force || err != nil {
			return planned{held: h}, keys, err
		}
		return planned{h, call.Draw.T18("tbe_")}, append(keys, bin.NameKey(binName(h.spelling))), nil
	}
	return store.Update(ctx, v.store, call, plan, func(p planned, l *store.Locked) (Result, store.Changes, error) {
		var ch store.Changes
		now, use, err := p.locked(l)
		if err != nil || now == nil {
			return unknown(spellings), ch, err
		}
		if !force {
			bin.Put(&ch, &promo.Binned{ID: p.entry, Voucher: *now, DeletedAt: call.Draw.At()})
		}
		store.Vouchers.Drop(&ch, string(now.ID))
		return Result{Voucher: now, Use: use}, ch, nil
	})
}

// change puts what edit makes of a copy of a voucher. A copy that does not differ is not put (60 R41).
func (v *Vouchers) change(ctx context.Context, call *promo.Call, project *promo.Project, spellings []string,
	edit func(*promo.Voucher) *promo.Refusal) (Result, error) {
	plan := func(r store.Reader) (held, []promo.Key, error) { return hold(r, project, spellings) }
	return store.Update(ctx, v.store, call, plan, func(p held, l *store.Locked) (Result, store.Changes, error) {
		var ch store.Changes
		now, use, err := p.locked(l)
		if err != nil || now == nil {
			return unknown(spellings), ch, err
		}
		next := *now
		if refused := edit(&next); refused != nil {
			return Result{Refused: refused}, ch, nil
		}
		if same, err := store.Same(now, &next); same || err != nil {
			return Result{Voucher: now, Use: use}, ch, err
		}
		at := call.Draw.At()
		next.UpdatedAt = &at
		store.Vouchers.Put(&ch, &next)
		return Result{Voucher: &next, Use: use}, ch, nil
	})
}

// held is a voucher that a plan found; the zero value is none.
type held struct {
	id       promo.VoucherID
	spelling string
}

func hold(r store.Reader, project *promo.Project, spellings []string) (held, []promo.Key, error) {
	found, _, err := find(r, project, spellings)
	if found == nil || err != nil {
		return held{}, nil, err
	}
	keys := []promo.Key{promo.VoucherRow(found.ID), promo.Uses(found.ID)}
	if found.Type == promo.GiftVoucher {
		keys = append(keys, promo.Spent(found.ID))
	}
	return held{found.ID, found.Spelling}, keys, nil
}

// locked is the voucher as it stands under the lock; nil when it is gone.
func (h held) locked(l *store.Locked) (*promo.Voucher, promo.VoucherUse, error) {
	if h.id == "" {
		return nil, promo.VoucherUse{}, nil
	}
	now, err := store.Vouchers.Locked(l, promo.VoucherRow(h.id))
	use := promo.VoucherUse{Uses: l.Counter(promo.Uses(h.id))}
	if spent := promo.Spent(h.id); l.Holds(spent) {
		use.Spent = promo.Amount(l.Counter(spent))
	}
	return now, use, err
}

// find is the voucher with one of the spellings; nil when there is none.
func find(r store.Reader, project *promo.Project, spellings []string) (*promo.Voucher, promo.VoucherUse, error) {
	for _, s := range spellings {
		v, use, err := store.VoucherUsed(r, codes.Spelling(s, project.CaseSensitiveCodes), s)
		if v != nil || err != nil {
			return v, use, err
		}
	}
	return nil, promo.VoucherUse{}, nil
}

func unknown(spellings []string) Result {
	return Result{Refused: promo.NotFound("voucher", spellings[0])}
}

// usesOf reads what was used of vouchers, for showing.
func usesOf(r store.Reader, vouchers ...*promo.Voucher) (map[promo.VoucherID]promo.VoucherUse, error) {
	keys := make([]promo.Key, 0, 2*len(vouchers))
	for _, v := range vouchers {
		keys = append(keys, promo.Uses(v.ID))
		if v.Type == promo.GiftVoucher {
			keys = append(keys, promo.Spent(v.ID))
		}
	}
	values, err := store.Counters(r, keys...)
	out := make(map[promo.VoucherID]promo.VoucherUse, len(vouchers))
	for _, v := range vouchers {
		out[v.ID] = promo.VoucherUse{Uses: values[promo.Uses(v.ID)], Spent: promo.Amount(values[promo.Spent(v.ID)])}
	}
	return out, err
}
