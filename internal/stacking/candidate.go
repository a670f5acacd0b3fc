package stacking

import (
	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/rules"
)

// Candidate is one redeemable of a request: a voucher or a promotion tier.
type Candidate struct {
	Object        string               // as sent: voucher, promotion_tier or promotion_stack
	ID            string               // as sent
	Voucher       *promo.Voucher       // nil: unknown, or a tier
	Tier          *promo.PromotionTier // nil: unknown, or a voucher
	Campaign      *promo.Campaign      // nil: none
	StackCategory promo.CategoryID     // of the stack that a tier came from (30 R20)

	Terms    *pricing.Terms   // of its discount, gift or coin reward; nil only for what is unknown, or gives no money
	Programs []*rules.Program // its own rules, then its campaign's, in the order of assignment (20 R57)

	Asked     *promo.Amount // credits or points to spend; nil: as many as are needed
	Reward    *Reward       // what a loyalty card buys; nil: none was named
	Published *Publication  // nil: not published
}

// Reward is what a loyalty card is to buy (30 b.1, R53, R54).
type Reward struct {
	ID            string
	Known         bool           // assigned to the card's campaign
	Coin          bool           // pays with points; else it costs Price and does not touch the order
	Price         promo.Amount   // in points, the holder's tier considered
	Undeliverable *promo.Refusal // why it cannot be handed over (30 table E, row 19); nil: it can
}

// Publication is what formulas know of the publication of a voucher.
type Publication struct {
	Count    int64
	Metadata promo.Metadata
}

// ShownID is the code of a voucher, else what was sent (30 R5).
func (c *Candidate) ShownID() string {
	if c.Voucher != nil {
		return c.Voucher.Code
	}
	return c.ID
}

// known reports whether there is such a redeemable.
func (c *Candidate) known() bool { return c.Voucher != nil || c.Tier != nil }

// kind is its name in the sentences of refusals (20 R51).
func (c *Candidate) kind() string {
	switch {
	case c.Voucher == nil:
		return "Promotion Tier"
	case c.Voucher.Type == promo.GiftVoucher:
		return "Gift Card"
	case c.Voucher.Type == promo.LoyaltyCard:
		return "Loyalty Card"
	case c.Voucher.Referral:
		return "Referral Code"
	}
	return "Discount Coupon"
}

func (c *Candidate) isGift() bool { return c.Voucher != nil && c.Voucher.Type == promo.GiftVoucher }

func (c *Candidate) isCard() bool { return c.Voucher != nil && c.Voucher.Type == promo.LoyaltyCard }

// paysWithPoints reports whether it spends points on the order.
func (c *Candidate) paysWithPoints() bool { return c.isCard() && c.Reward != nil && c.Reward.Coin }

// category is the effective one (30 R20): its own, else its campaign's, else that of its stack.
func (c *Candidate) category() promo.CategoryID {
	switch {
	case c.Voucher != nil && c.Voucher.Category != "":
		return c.Voucher.Category
	case c.Tier != nil && c.Tier.Category != "":
		return c.Tier.Category
	case c.Campaign != nil && c.Campaign.Category != "":
		return c.Campaign.Category
	}
	return c.StackCategory
}

// scope is whose redemptions its counters count (20 R43): a voucher without a campaign is its own campaign, which its
// own id then says.
func (c *Candidate) scope() (s promo.Tally) {
	if c.Voucher != nil {
		s.Voucher = c.Voucher.ID
		s.Campaign = c.Voucher.Campaign
	}
	if c.Tier != nil {
		s.Tier, s.Campaign = c.Tier.ID, c.Tier.Campaign
	}
	return s
}
