package redeem

import (
	"context"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Found is a redemption with what its form shows of others.
type Found struct {
	*promo.Redemption
	Voucher  *promo.Voucher  // as it is now; nil for parents and what was deleted
	Customer *promo.Customer // likewise
	Stored   *promo.Order    // the order as it is now; of Get
}

// Get is one redemption; nil when there is none (30 C4).
func (r *Redeemer) Get(ctx context.Context, project promo.ProjectID, id string) (*Found, error) {
	var out *Found
	err := r.store.Read(ctx, project, func(from store.Reader) error {
		rec, err := store.Redemptions.Get(from, id)
		if err != nil || rec == nil {
			return err
		}
		if out, err = found(from, rec); err != nil {
			return err
		}
		if rec.Order != nil && rec.Parent == "" {
			out.Stored, err = store.Orders.Get(from, string(rec.Order.ID))
		}
		return err
	})
	return out, err
}

func found(from store.Reader, rec *promo.Redemption) (*Found, error) {
	f := &Found{Redemption: rec}
	var err error
	if rec.Voucher != "" {
		if f.Voucher, err = store.Vouchers.Get(from, string(rec.Voucher)); err != nil {
			return nil, err
		}
	}
	if rec.Customer != "" {
		f.Customer, err = store.Customers.Get(from, string(rec.Customer))
	}
	return f, err
}

// List is a page of redemptions (30 C3). A customer is named by id or source id; an unknown one has none.
func (r *Redeemer) List(ctx context.Context, project promo.ProjectID, q store.PageQuery, customer string) ([]*Found, int64, error) {
	var out []*Found
	var total int64
	err := r.store.Read(ctx, project, func(from store.Reader) error {
		if customer != "" {
			c, err := store.Customers.Get(from, customer)
			if c == nil && err == nil {
				c, err = store.Customers.By(from, "source_id", customer)
			}
			if err != nil {
				return err
			}
			equal := store.Equal{Column: "customer"}
			if c != nil {
				equal.Values = []string{string(c.ID)}
			}
			q.Equal = append(q.Equal, equal)
		}
		rows, n, err := store.RedemptionList.Page(from, q)
		total = n
		for _, rec := range rows {
			f, err := found(from, rec)
			if err != nil {
				return err
			}
			out = append(out, f)
		}
		return err
	})
	return out, total, err
}
