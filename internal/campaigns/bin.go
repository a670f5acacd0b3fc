package campaigns

import (
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// bin keeps vouchers that were deleted without force: out of the table of vouchers, so that no call finds them, under
// the name of their code, so that nobody else gets it (40 R57, R73, R136). Its calls come with their own issue.
var bin = store.NewRecords(store.RecordSpec[promo.Binned]{
	Kind:    "bin",
	ID:      func(b *promo.Binned) string { return b.ID },
	Name:    func(b *promo.Binned) string { return binName(b.Voucher.Spelling) },
	Created: func(b *promo.Binned) time.Time { return b.DeletedAt },
	Updated: func(*promo.Binned) *time.Time { return nil },
})

// binName is a code among the names of the bin, which has other kinds of things too.
func binName(spelling string) string { return "voucher/" + spelling }

// codeKeys are both names under which a code can be taken: by a voucher, and by one in the bin.
func codeKeys(spelling string) []promo.Key {
	return []promo.Key{promo.VoucherCode(spelling), bin.NameKey(binName(spelling))}
}

// codeFree reports whether nobody has a code, as locked.
func codeFree(l *store.Locked, spelling string) bool {
	for _, key := range codeKeys(spelling) {
		if l.Named(key) != "" {
			return false
		}
	}
	return true
}

// codeSeenFree reports the same as read: advice.
func codeSeenFree(r store.Reader, spelling string) (bool, error) {
	v, err := store.Vouchers.By(r, "code", spelling)
	if v != nil || err != nil {
		return false, err
	}
	b, err := bin.Named(r, binName(spelling))
	return b == nil, err
}
