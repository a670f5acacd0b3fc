package store

import "github.com/scrip-dev/scrip/internal/promo"

// VoucherNamed is the voucher with a code, spelled as codes compare in the project, else the one with an id (30 R5, 40
// R60); nil when there is none.
func VoucherNamed(r Reader, spelling, id string) (*promo.Voucher, error) {
	v, err := Vouchers.By(r, "code", spelling)
	if v == nil && err == nil {
		v, err = Vouchers.Get(r, id)
	}
	return v, err
}
