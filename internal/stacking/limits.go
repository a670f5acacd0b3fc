package stacking

import (
	"github.com/scrip-dev/scrip/internal/promo"
)

// Skip is why an entry was not evaluated, or was left out (30 b.5).
type Skip struct{ Key, Message string }

var (
	limitExceeded     = &Skip{"applicable_redeemables_limit_exceeded", "Applicable redeemables limit exceeded"}
	categoryExceeded  = &Skip{"applicable_redeemables_per_category_limit_exceeded", "Applicable redeemables limit per category exceeded"}
	exclusiveExceeded = &Skip{"applicable_exclusive_redeemables_limit_exceeded", "Applicable exclusive redeemables limit exceeded"}

	exclusiveCategoryExceeded = &Skip{"applicable_exclusive_redeemables_per_category_limit_exceeded",
		"Applicable exclusive redeemables limit per category exceeded"}

	excluded        = &Skip{"exclusion_rules_not_met", "Redeemable cannot be applied due to exclusion rules"}
	precedingFailed = &Skip{"preceding_validation_failed", "Redeemable cannot be applied due to preceding validation failure"}
	noEffect        = &Skip{"no_effect", "Redeemable cannot be applied due to no effect"}
)

// skips are tested in this order before an entry is evaluated; the first that holds gives the reason (30 R26).
var skips = []struct {
	skip *Skip
	hits func(*deciding, *Entry) bool
}{
	{precedingFailed, (*deciding).precedingFailed},
	{excluded, (*deciding).excluded},
	{exclusiveExceeded, (*deciding).exclusivesFull},
	{exclusiveCategoryExceeded, (*deciding).exclusiveCategoryFull},
	{categoryExceeded, (*deciding).categoryFull},
	{limitExceeded, (*deciding).full},
}

// precedingFailed: in mode ALL nothing is evaluated after a failure (30 R39).
func (d *deciding) precedingFailed(*Entry) bool { return d.failed }

// excluded: a common one does not go with an exclusive one that applies (30 R25).
func (d *deciding) excluded(e *Entry) bool { return e.Class == Common && d.exclusive > 0 }

func (d *deciding) exclusivesFull(e *Entry) bool {
	return e.Class == Exclusive && d.exclusive >= d.in.Rules.ExclusiveLimit
}

func (d *deciding) exclusiveCategoryFull(e *Entry) bool {
	most := d.in.Rules.ExclusivePerCategory
	return e.Class == Exclusive && most != nil && d.appliedIn(e.Category) >= *most
}

// categoryFull: the limit of the category itself, else the general one (30 R28). What has no category is not limited.
func (d *deciding) categoryFull(e *Entry) bool {
	if e.Category == "" {
		return false
	}
	if most, own := d.in.Rules.CategoryLimits[e.Category]; own {
		return d.appliedIn(e.Category) >= most
	}
	most := d.in.Rules.ApplicablePerCategory
	return most != nil && d.appliedIn(e.Category) >= *most
}

func (d *deciding) full(*Entry) bool { return d.applied >= d.in.Rules.ApplicableLimit }

// appliedIn counts the applied ones of a category: those before are at most thirty.
func (d *deciding) appliedIn(c promo.CategoryID) (n int64) {
	for i := range d.done {
		if d.done[i].Status == Applicable && d.done[i].Category == c {
			n++
		}
	}
	return n
}
