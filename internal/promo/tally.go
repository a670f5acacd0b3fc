package promo

import "time"

// Measure is what a tally adds up.
type Measure uint8

// The measures of counting rules and unit budgets (20 R41-R45, 10-pricing R69).
const (
	Redemptions      Measure = iota // successful ones
	OrdersAmount                    // initial amounts of their orders
	AmountDiscounted                // discounts given by them
	GiftCredits                     // credits spent
	UnitsDiscounted                 // units of one entry of a rule
)

// Tally names what a counting rule or a unit budget counts over redemptions that succeeded and were not rolled back:
// those matching every member that is not zero. Equal tallies are the same count.
type Tally struct {
	Measure  Measure
	Voucher  VoucherID
	Tier     TierID
	Campaign CampaignID
	Customer CustomerID
	AppID    string
	User     string
	Since    time.Time // in UTC; zero is ever
	Rule     RuleID    // UnitsDiscounted only: which entry of which rule
	Entry    int
	Product  string // UnitsDiscounted only: of one product, when each has its own allowance
}
