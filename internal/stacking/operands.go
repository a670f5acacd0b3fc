package stacking

import (
	"time"

	"github.com/scrip-dev/scrip/internal/formula"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Operand gives formulas what they may know of the customer, the request and the incentive (10-pricing R136). Those of
// the order are pricing's.
func (f *facts) Operand(name formula.Operand, key string) formula.Value {
	switch name {
	case "CUSTOMER_METADATA":
		return formula.Attribute(f.profile.Lookup(key))
	case "CUSTOMER_BIRTHDATE":
		if c := f.in.Customer; c != nil && c.Birthdate != nil {
			return formula.Date(*c.Birthdate)
		}
		return formula.Value{}
	case "REDEMPTION_METADATA":
		return formula.Attribute(f.metadata.Lookup(key))
	case "PUBLICATION_METADATA":
		if f.Published == nil {
			return formula.Value{}
		}
		return attribute(f.Published.Metadata, key)
	}
	if f.Tier != nil {
		return f.tierOperand(name, key)
	}
	return f.voucherOperand(name, key)
}

func (f *facts) tierOperand(name formula.Operand, key string) formula.Value {
	switch name {
	case "REDEEMABLE_METADATA":
		return attribute(f.Tier.Metadata, key)
	case "PROMOTION_TIER_START_DATE":
		return instant(f.Tier.StartDate)
	case "PROMOTION_TIER_EXPIRATION_DATE":
		return instant(f.Tier.ExpirationDate)
	}
	return formula.Value{}
}

func (f *facts) voucherOperand(name formula.Operand, key string) formula.Value {
	switch name {
	case "REDEEMABLE_METADATA", "VOUCHER_METADATA":
		return attribute(f.Voucher.Metadata, key)
	case "VOUCHER_REDEMPTION_QUANTITY":
		if f.Voucher.Quantity == nil {
			return formula.Value{}
		}
		return formula.Int(*f.Voucher.Quantity)
	case "VOUCHER_REDEEMED_QUANTITY":
		return formula.Int(f.use.Uses)
	case "VOUCHER_PUBLISH_COUNT":
		if f.Published == nil {
			return formula.Int(0)
		}
		return formula.Int(f.Published.Count)
	case "VOUCHER_START_DATE":
		return instant(f.Voucher.StartDate)
	case "VOUCHER_EXPIRATION_DATE":
		return instant(f.Voucher.ExpirationDate)
	}
	return formula.Value{}
}

func instant(t *time.Time) formula.Value {
	if t == nil {
		return formula.Value{}
	}
	return formula.Time(*t)
}

func attribute(m promo.Metadata, key string) formula.Value {
	return formula.Attribute(metadata.Read(m).Lookup(key))
}
