// Package rules compiles rule sets and judges them, before pricing and after, with a trace of what was compared (chapter
// 20). It is pure: time and counters are among the facts.
package rules

import (
	"time"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Scope is whose redemption is judged, and when: what counters count (20 R43, R44).
type Scope struct {
	At           time.Time
	Zone         *time.Location // of the project
	FirstWeekday time.Weekday   // of its weeks
	Voucher      promo.VoucherID
	Tier         promo.TierID
	Campaign     promo.CampaignID // "" for a voucher that stands alone: it is its own campaign
	Customer     promo.CustomerID
	AppID        string // of the key that called
	User         string // login; "" for keys
}

// Facts are what a rule set is judged by.
type Facts struct {
	Scope
	Order    *promo.Order   // nil: none was sent
	Lines    []catalog.Line // of it, as it stands before this incentive
	Numbers  Numbers        // of the lines
	Left     *promo.Amount  // its value before this incentive, after those before it (20 R30); nil: not known
	Initial  *promo.Amount  // and at first
	Customer *Customer      // nil: none
	Holder   bool           // the customer holds this code

	Redemption metadata.Attributes  // of the request
	Event      *metadata.Attributes // of a custom event; nil: there is none

	Tallied func(promo.Tally) int64 // before this redemption, those accepted earlier in the request included
	After   *Effect                 // what the incentive did; nil before pricing (20 R54)

	// Omit tells which rules are not enforced: they count as true, and are reported (20 R79, R81). Nil: none.
	Omit func(*Leaf) bool
}

// Numbers are those of the lines of an order as it stands.
type Numbers interface {
	Quantity(line int) int64
	InitialQuantity(line int) int64       // before the request (10-pricing R16)
	Amount(line int) (promo.Amount, bool) // false: not known
}

// Customer is who redeems, as rules see them.
type Customer struct {
	ID         promo.CustomerID
	Identified bool                 // by id, source id or tracking id (20 R48)
	Metadata   metadata.Attributes  // what was sent over what is stored (20 R26)
	InSegment  func(id string) bool // nil: in none
	Tiers      []string             // loyalty tiers held now
}

// Effect is what the incentive did (20 R45, R54).
type Effect struct {
	Discount promo.Amount  // given by this redemption
	Total    *promo.Amount // left to pay after it; nil: not known
	Credits  promo.Amount  // of a gift card
	Points   promo.Amount  // of a loyalty card
}

// Outcome is how one rule was judged.
type Outcome uint8

// The outcomes. A rule that misses a datum does not hold, for that reason (20 R12, R48).
const (
	Violated Outcome = iota
	Holds
	Later // it needs the effect: it counts as true before pricing (20 R54)
	Omitted
	MissesCustomer
	MissesOrder
	MissesAmount
	MissesItems
)

func (o Outcome) holds() bool { return o == Holds || o == Later || o == Omitted }

// missing is how each missing datum is refused (20 R48).
var missing = map[Outcome]Failure{
	MissesCustomer: {Key: "missing_customer", Message: "Missing customer", Details: "Customer is required to validate rules"},
	MissesOrder:    {Key: "missing_order", Message: "Missing order", Details: "Order is required to validate rules"},
	MissesAmount:   {Key: "missing_amount", Message: "Missing amount", Details: "Order amount is required to validate rules"},
	MissesItems:    {Key: "missing_order_items", Message: "Missing order items", Details: "Order items are required to validate rules"},
}

// Failure is why a rule set does not hold.
type Failure struct {
	Key, Message string
	Details      string // of a missing datum; "" else: what was violated is for the caller to say
	Custom       string // the caller's own words (20 R50); "" when there are none
	Leaf         *Leaf  // the reported rule (20 R49)
}

// Seen is one line of a trace: what a rule wanted, its Leaf says; what it met, Got. It points into the program.
type Seen struct {
	*Leaf
	Outcome Outcome
	Got     Value // of rules about several lines: that of the line that decided
	Lines   int   // lines it looked at, or, of a rule about items, that matched
	Failed  int   // place of the condition that failed, or -1
	Before  int64 // of a counter: what was counted before
	Turns   bool  // Needed is the nearest number that would have held
	Needed  int64
}

// seen is a trace line while the group is judged.
type seen struct {
	Seen
	inner *Failure // of a rule about items: its items matched, and this sub-rule is to be reported (20 R49)
}

// Verdict is the answer of a rule set.
type Verdict struct {
	Holds   bool
	Failure Failure  // when it does not hold
	Trace   []Seen   // every rule that the logic names, sub-rules behind their rule
	Omitted []string // keys of the rules at the top that were not enforced (20 R81)
}
