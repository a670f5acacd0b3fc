package promo

// KeyKind is how a key behaves when it is locked; see the constants.
type KeyKind uint8

const (
	// CounterKey names a count: made if missing, then locked. With a Seed, a count asked for for the first time starts
	// at what it stands for instead of zero.
	CounterKey KeyKind = iota + 1
	// RowKey names a row that exists: locked with its current value.
	RowKey
	// NameKey names a unique name: locked though absent, and looked up in the table's own unique index.
	NameKey
	// EndingKey names a counter whose entries end by themselves: holds, live tokens, point buckets.
	EndingKey
	// PoolKey names rows waiting to be taken, such as the free codes of a campaign: the store deals Take of them.
	PoolKey
)

// Key names one counter, row, name, ending counter or pool that a decision depends on. The store locks the keys of all
// waiting callers in one order (30 R132) and makes the counters that are not there yet, so that two first uses cannot
// both read zero. Keys with equal names are the same thing.
type Key struct {
	Kind KeyKind
	Of   string // what it is about: "uses", "voucher", "voucher.code"
	ID   string // whose
	Seed Seed   // CounterKey only
	Take int    // PoolKey only: how many
	// Near is of EndingKey only: the sum at which somebody wants to know when the first entry ends. It is counted up to one
	// by one. Finding the end out costs more the more entries came and went, so it is done close to that sum alone.
	Near int64
}

// Name is a key without what is asked of it: what tells it from others.
func (k Key) Name() Key {
	k.Take, k.Near = 0, 0
	return k
}

// Seed says which redemptions a counter stands for: successful, not rolled back, matching every member that is not
// empty. The zero Seed starts a counter at zero.
type Seed struct {
	Voucher  VoucherID
	Customer CustomerID
}

// Uses is the counter of a voucher's redemptions that were not rolled back.
func Uses(v VoucherID) Key { return Key{Kind: CounterKey, Of: "uses", ID: string(v)} }

// Spent is the counter of the credits redeemed from a gift card and not given back.
func Spent(v VoucherID) Key { return Key{Kind: CounterKey, Of: "spent", ID: string(v)} }

// VoucherRow is a voucher itself.
func VoucherRow(v VoucherID) Key { return Key{Kind: RowKey, Of: "vouchers", ID: string(v)} }

// VoucherCode is a code as a unique name. It is spelled as codes compare in the project (40 R58).
func VoucherCode(spelling string) Key { return Key{Kind: NameKey, Of: "vouchers.code", ID: spelling} }

// CustomerRow is a customer itself.
func CustomerRow(c CustomerID) Key { return Key{Kind: RowKey, Of: "customers", ID: string(c)} }

// CustomerSource is a customer's source id as a unique name (60 R117).
func CustomerSource(sourceID string) Key {
	return Key{Kind: NameKey, Of: "customers.source_id", ID: sourceID}
}

// CustomerTracking is a customer's tracking id as a unique name (30 R16).
func CustomerTracking(id string) Key {
	return Key{Kind: NameKey, Of: "customers.tracking", ID: id}
}

// OrderRow is an order itself.
func OrderRow(o OrderID) Key { return Key{Kind: RowKey, Of: "orders", ID: string(o)} }

// OrderSource is an order's source id as a unique name (30 R112).
func OrderSource(sourceID string) Key {
	return Key{Kind: NameKey, Of: "orders.source_id", ID: sourceID}
}

// LiveTokensMost is how many live OAuth tokens a project may have (70 R7).
const LiveTokensMost = 1000

// LiveTokens counts the live OAuth tokens of a project (70 R7). It lives at the instance level. Who is refused wants to
// know when the first ends.
func LiveTokens(p ProjectID) Key {
	return Key{Kind: EndingKey, Of: "tokens", ID: string(p), Near: LiveTokensMost}
}

// TokenRow is an OAuth token, named by the hash of its value. It lives at the instance level.
func TokenRow(hash string) Key { return Key{Kind: RowKey, Of: "tokens", ID: hash} }

// OnceName is an Idempotency-Key as a unique name of its project (60 R14).
func OnceName(header string) Key { return Key{Kind: NameKey, Of: "onces.key", ID: header} }
