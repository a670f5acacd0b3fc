package rules

import "strings"

// Family decides the error key of a violated rule (20 R47).
type Family uint8

// The families.
const (
	OfCustomer Family = iota
	OfOrder
	OfRedemption
)

// failure is how each family is refused (20 R47).
var failures = [...]Failure{
	OfCustomer:   {Key: "customer_rules_violated", Message: "customer does not match validation rules"},
	OfOrder:      {Key: "order_rules_violated", Message: "order does not match validation rules"},
	OfRedemption: {Key: "redemption_rules_violated", Message: "redemption does not match validation rules"},
}

// operators are the groups of 20 d.4.
type operators uint8

const (
	numOps  operators = iota // comparisons of numbers
	idOps                    // $is, $is_not, $in, $not_in
	metaOps                  // all but $from
	itemOps                  // $is, $from
	flagOps                  // $is
)

// allowed are the operators of each group; nil: every one that is known, but $from.
var allowed = [...][]string{
	numOps:  {"$is", "$is_not", "$in", "$not_in", "$more_than", "$more_than_or_equal", "$less_than", "$less_than_or_equal"},
	idOps:   {"$is", "$is_not", "$in", "$not_in"},
	metaOps: nil,
	itemOps: {"$is", "$from"},
	flagOps: {"$is"},
}

// place is where a rule may stand: at the top, or under rules of one kind.
type place uint8

const (
	top place = iota
	underItems
	underProduct
	underSKU
	underProductMetadata
)

// kind is one line of the catalogue (20 d.4).
type kind struct {
	name     string
	ops      operators
	family   Family
	at       place
	holds    place // what sub-rules may stand under it; top: none
	metadata bool  // needs a property
	eval     func(*check, *node) seen
	counts   *tally // of counters
	later    bool   // it needs the effect (20 R54)
}

// named finds a rule by its name: dots and underscores are the same, and a dot at the end counts for nothing (20 R23).
func named(name string) (*kind, bool) {
	k, ok := byName[fold(name)]
	return k, ok
}

func fold(name string) string { return strings.ReplaceAll(strings.TrimSuffix(name, "."), "_", ".") }

var byName map[string]*kind

// The evaluators judge sub-rules, which need the catalogue: it is filled at start.
func init() {
	byName = make(map[string]*kind, len(catalogue()))
	for _, k := range catalogue() {
		if k.counts != nil {
			k.eval, k.later = k.counts.judge, k.counts.needsEffect()
		}
		byName[fold(k.name)] = &k
	}
}

// catalogue is every rule there is (20 d.4).
func catalogue() []kind {
	list := []kind{
		{name: "customer.segment", ops: idOps, eval: (*check).segment},
		{name: "customer.loyalty.tier", ops: idOps, eval: (*check).loyaltyTier},
		{name: "customer.metadata", ops: metaOps, metadata: true, eval: (*check).customerMetadata},
		{name: "publication.redeemable_by_linked_customer", ops: flagOps, eval: (*check).linkedCustomer},

		{name: "order.amount", family: OfOrder, eval: (*check).orderAmount},
		{name: "order.initial_amount", family: OfOrder, eval: (*check).initialAmount},
		{name: "order.total_amount", family: OfOrder, later: true, eval: (*check).totalAmount},
		{name: "order.items.count", family: OfOrder, eval: (*check).itemsCount},
		{name: "order.items.price_any", family: OfOrder, eval: allLines(unitPrice, some)},
		{name: "order.items.price_each", family: OfOrder, eval: allLines(unitPrice, each)},
		{name: "order.items.metadata_any", ops: metaOps, family: OfOrder, metadata: true, eval: allLines(lineMetadata, some)},
		{name: "order.items.metadata_each", ops: metaOps, family: OfOrder, metadata: true, eval: allLines(lineMetadata, each)},
		{name: "order.metadata", ops: metaOps, family: OfOrder, metadata: true, eval: (*check).orderMetadata},
		{name: "order.items.any", ops: itemOps, family: OfOrder, holds: underItems, eval: (*check).itemsAny},
		{name: "order.items.every", ops: itemOps, family: OfOrder, holds: underItems, eval: (*check).itemsEvery},
		{name: "order.items.none", ops: itemOps, family: OfOrder, holds: underItems, eval: (*check).itemsNone},
		{name: "order.items.most_expensive", ops: itemOps, family: OfOrder, holds: underItems, eval: outermost(1)},
		{name: "order.items.cheapest", ops: itemOps, family: OfOrder, holds: underItems, eval: outermost(-1)},
		{name: "order.items.aggregated_amount", family: OfOrder, at: underItems, eval: (*check).aggregatedAmount},
		{name: "order.items.aggregated_quantity", family: OfOrder, at: underItems, eval: (*check).aggregatedQuantity},
		{name: "order.items.price", family: OfOrder, at: underItems, eval: matchedLines(unitPrice)},
		{name: "order.items.quantity", family: OfOrder, at: underItems, eval: matchedLines(lineQuantity)},
		{name: "order.items.metadata", ops: metaOps, family: OfOrder, at: underItems, metadata: true, eval: matchedLines(lineMetadata)},

		{name: "redemption.metadata", ops: metaOps, family: OfRedemption, metadata: true, eval: (*check).redemptionMetadata},
		{name: "redemption.api_key", ops: idOps, family: OfRedemption, eval: (*check).apiKey},
		{name: "redemption.user.login", ops: idOps, family: OfRedemption, eval: (*check).userLogin},
		{name: "redemption.gift.amount", family: OfRedemption, counts: &giftCredits},
		{name: "redemption.reward.pay_with_points.points_used", family: OfRedemption, later: true, eval: (*check).pointsUsed},
		{name: "campaign.orders.amount", family: OfRedemption, counts: &ordersAmount},
		{name: "campaign.orders.amount_discounted", family: OfRedemption, counts: &amountDiscounted},
		{name: "custom_event.metadata", ops: metaOps, family: OfRedemption, metadata: true, eval: (*check).eventMetadata},

		{name: "product.metadata", ops: metaOps, family: OfOrder, holds: underProductMetadata, metadata: true, eval: (*check).productMetadata},
		{name: "product.metadata.aggregated_quantity", family: OfOrder, at: underProductMetadata, eval: (*check).aggregatedQuantity},
		{name: "product.metadata.aggregated_amount", family: OfOrder, at: underProductMetadata, eval: (*check).aggregatedAmount},
		{name: "product.metadata.discount_applicable", ops: flagOps, family: OfOrder, at: underProductMetadata, eval: (*check).marker},
		{name: "product.metadata.match_all", ops: flagOps, family: OfOrder, at: underProductMetadata, eval: (*check).marker},
	}
	for name, at := range map[string]place{"product": underProduct, "sku": underSKU} {
		list = append(list,
			kind{name: name + ".id", ops: idOps, family: OfOrder, holds: at, eval: (*check).goodID},
			kind{name: name + ".price", family: OfOrder, at: at, eval: matchedLines(unitPrice)},
			kind{name: name + ".quantity", family: OfOrder, at: at, eval: (*check).aggregatedQuantity},
			kind{name: name + ".discount_applicable", ops: flagOps, family: OfOrder, at: at, eval: (*check).marker})
	}
	return append(list, counters()...)
}

// counters are the counts of redemptions, each also by period (20 d.4, d.7).
func counters() (out []kind) {
	for name, t := range map[string]tally{
		"redemption.count.per_api_key":         {perKey: true},
		"redemption.count.per_user":            {perUser: true},
		"redemption.count":                     {},
		"redemption.count.per_customer":        {perCustomer: true},
		"campaign.redemptions.count":           {ofCampaign: true},
		"campaign.redemptions.customers_count": {ofCampaign: true, perCustomer: true},
	} {
		if name != "redemption.count" { // it exists by period only
			out = append(out, kind{name: name, family: OfRedemption, counts: &t})
		}
		if t.perKey || t.perUser {
			continue
		}
		for period, span := range map[string]period{"daily": day, "weekly": week, "monthly": month} {
			by := t
			by.period = span
			out = append(out, kind{name: name + "." + period, family: OfRedemption, counts: &by})
		}
	}
	return out
}
