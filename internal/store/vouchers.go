package store

import "github.com/scrip-dev/scrip/internal/promo"

// VoucherUsed is the voucher with a code, spelled as codes compare in the project, else the one with an id (30 R5, 40
// R60), and what was used of it by then, in one query; nil when there is none.
func VoucherUsed(r Reader, spelling, id string) (*promo.Voucher, promo.VoucherUse, error) {
	for _, by := range [][2]string{{"code", spelling}, {"id", id}} {
		row, err := r.snapshot().Doc(Vouchers.Shape, r.Project(), by[0], by[1], promo.Uses("").Of, promo.Spent("").Of)
		if err != nil {
			return nil, promo.VoucherUse{}, err
		}
		if row != nil {
			v, err := Vouchers.decode(row)
			return v, promo.VoucherUse{Uses: row.Counts[0], Spent: promo.Amount(row.Counts[1])}, err
		}
	}
	return nil, promo.VoucherUse{}, nil
}
