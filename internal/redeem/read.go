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
		one, err := found(from, rec)
		if err != nil {
			return err
		}
		out = one[0]
		if rec.Order != nil && rec.Parent == "" {
			out.Stored, err = store.Orders.Get(from, string(rec.Order.ID))
		}
		return err
	})
	return out, err
}

// found reads what redemptions show of others, in two reads for a whole page.
func found(from store.Reader, recs ...*promo.Redemption) ([]*Found, error) {
	var vouchers, customers []string
	for _, rec := range recs {
		if rec.Voucher != "" {
			vouchers = append(vouchers, string(rec.Voucher))
		}
		if rec.Customer != "" {
			customers = append(customers, string(rec.Customer))
		}
	}
	byVoucher, err := store.Vouchers.Each(from, vouchers)
	if err != nil {
		return nil, err
	}
	byCustomer, err := store.Customers.Each(from, customers)
	if err != nil {
		return nil, err
	}
	out := make([]*Found, len(recs))
	for i, rec := range recs {
		out[i] = &Found{Redemption: rec, Voucher: byVoucher[string(rec.Voucher)], Customer: byCustomer[string(rec.Customer)]}
	}
	return out, nil
}

// List is a page of redemptions (30 C3). A customer is named by id or source id; an unknown one has none.
func (r *Redeemer) List(ctx context.Context, project promo.ProjectID, q store.PageQuery, customer string) ([]*Found, int64, error) {
	var out []*Found
	var total int64
	err := r.store.Read(ctx, project, func(from store.Reader) error {
		if customer != "" {
			c, err := store.CustomerCalled(from, customer)
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
		if err != nil {
			return err
		}
		total = n
		out, err = found(from, rows...)
		return err
	})
	return out, total, err
}
