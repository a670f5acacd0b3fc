package campaigns

import (
	"context"
	"reflect"
	"strings"

	"github.com/scrip-dev/scrip/internal/codes"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Vouchers creates, changes and finds vouchers.
type Vouchers struct{ store *store.Store }

// NewVouchers keeps them in a store.
func NewVouchers(s *store.Store) *Vouchers { return &Vouchers{s} }

// Result is the outcome of a call on one voucher.
type Result struct {
	Voucher *promo.Voucher
	Use     promo.VoucherUse
	Refused *promo.Refusal
}

func unknown(code string) Result { return Result{Refused: promo.NotFound("voucher", code)} }

// draws is how many random codes one plan names: the first that is free is taken. tries is how often decide asks for as
// many more before it gives up (40 R55).
const (
	draws = 4
	tries = 8
)

// Create makes a standalone voucher: with the code given, or a random one (40 R62). Refused: a code that is taken
// (duplicate_found), a payload that does not fit its type (invalid_voucher), no free code left (invalid_code_config).
func (v *Vouchers) Create(ctx context.Context, call *promo.Call, project *promo.Project, body *VoucherCreate) (Result, error) {
	fact, refused := body.fact(call)
	var pattern *codes.Pattern
	if refused == nil && !body.Code.Given() {
		pattern, refused = codes.Compile(body.CodeConfig.Ptr(), project.CodeCharset())
	}
	c := creation{fact: fact, refused: refused, pattern: pattern, call: call, project: project}
	return store.Update(ctx, v.store, call, c.plan, c.decide)
}

// creation is one voucher to be made.
type creation struct {
	fact    *promo.Voucher
	refused *promo.Refusal
	pattern *codes.Pattern // nil when the code was given
	call    *promo.Call
	project *promo.Project
	drawn   []string // candidates, in order
	rounds  int
}

func (c *creation) plan(store.Reader) (struct{}, []promo.Key, error) {
	if c.refused != nil {
		return struct{}{}, nil, nil
	}
	c.drawn, c.rounds = nil, 0
	if c.pattern == nil {
		c.drawn = []string{c.fact.Code}
		return struct{}{}, []promo.Key{c.name(c.fact.Code)}, nil
	}
	return struct{}{}, c.more(), nil
}

// more draws further candidates and names them.
func (c *creation) more() []promo.Key {
	n := draws << c.rounds
	keys := make([]promo.Key, n)
	for i := range n {
		code := c.pattern.Draw(c.call.Draw)
		c.drawn = append(c.drawn, code)
		keys[i] = c.name(code)
	}
	return keys
}

func (c *creation) name(code string) promo.Key {
	return promo.VoucherCode(codes.Spelling(code, c.project.CaseSensitiveCodes))
}

func (c *creation) decide(_ struct{}, l *store.Locked) (Result, store.Changes, error) {
	var ch store.Changes
	if c.refused != nil {
		return Result{Refused: c.refused}, ch, nil
	}
	for _, code := range c.drawn {
		if name := c.name(code); l.Named(name) == "" {
			fact := *c.fact
			fact.Code, fact.Spelling = code, name.ID
			store.Vouchers.Put(&ch, &fact)
			return Result{Voucher: &fact}, ch, nil
		}
	}
	if c.pattern == nil {
		return Result{Refused: promo.Duplicate("voucher", "code", c.fact.Code)}, ch, nil // 40 R57
	}
	if c.rounds++; c.rounds < tries {
		return Result{}, ch, store.NeedKeys(c.more()...)
	}
	return Result{Refused: &promo.Refusal{Key: "invalid_code_config", Message: "Invalid code config",
		Details: "Not possible to generate requested number of codes."}}, ch, nil
}

// fact is the voucher that a body describes (40 R6, R66, R67).
func (b *VoucherCreate) fact(call *promo.Call) (*promo.Voucher, *promo.Refusal) {
	if refused := b.foreign(); refused != nil {
		return nil, refused
	}
	kind := promo.VoucherType(b.Type.Or(""))
	if kind == "" {
		switch {
		case b.Discount.Given():
			kind = promo.DiscountVoucher
		case b.Gift.Given():
			kind = promo.GiftVoucher
		case b.LoyaltyCard.Given():
			kind = promo.LoyaltyCard
		}
	}
	switch {
	case kind == "":
		return nil, invalidVoucher("A voucher needs one of discount, gift and loyalty_card")
	case kind == promo.LoyaltyCard:
		return nil, invalidVoucher("A loyalty card belongs to a campaign") // 40 R63
	case kind == promo.DiscountVoucher && !b.Discount.Given():
		return nil, invalidVoucher("A DISCOUNT_VOUCHER needs discount")
	case kind == promo.GiftVoucher && !b.Gift.Given():
		return nil, invalidVoucher("A GIFT_VOUCHER needs gift")
	case kind == promo.GiftVoucher && b.Gift.Value.Effect.Or("") == string(promo.ApplyToItems):
		return nil, property(".gift.effect", "must be APPLY_TO_ORDER: APPLY_TO_ITEMS is not supported yet")
	case b.Timeframe.Given() && !b.StartDate.Given():
		return nil, invalidVoucher("validity_timeframe needs a start_date") // 40 B.0
	}
	v := &promo.Voucher{ID: promo.VoucherID(call.Draw.Random("v_", 32)), Code: strings.TrimSpace(b.Code.Or("")), Type: kind, Active: b.Active.Or(true),
		StartDate: b.StartDate.Ptr().Ptr(), ExpirationDate: b.ExpirationDate.Ptr().Ptr(), AdditionalInfo: b.AdditionalInfo.Ptr(),
		Metadata: metadata.Clean(b.Metadata), Window: b.Windows.apply(nil), CreatedAt: call.Draw.At()}
	if q := b.Redemption.Value.Quantity; q.Given() {
		n := int64(q.Value)
		v.Quantity = &n
	}
	if kind == promo.GiftVoucher {
		v.Gift = &promo.Gift{Amount: b.Gift.Value.Amount.Value, Effect: promo.Effect(b.Gift.Value.Effect.Or(""))}
	} else {
		v.Discount = b.Discount.Value.fact()
	}
	return v, nil
}

// foreign refuses references to what does not exist: campaigns, categories and rules come with their own issues.
func (b *VoucherCreate) foreign() *promo.Refusal {
	switch {
	case b.CampaignID.Given():
		return promo.NotFound("campaign", b.CampaignID.Value)
	case b.Campaign.Given():
		return promo.NotFound("campaign", b.Campaign.Value)
	case len(b.ValidationRules.Value) > 0:
		return promo.NotFound("validation_rules", b.ValidationRules.Value[0])
	}
	return category(b.CategoryID, b.Category)
}

func category(id, name promo.Opt[string]) *promo.Refusal {
	switch {
	case id.Given():
		return promo.NotFound("category", id.Value)
	case name.Given():
		return promo.NotFound("category", name.Value)
	}
	return nil
}

// find is the voucher with a code, else with an id (40 R60). Several spellings of the path are tried in order (60 R23).
func find(r store.Reader, project *promo.Project, spellings []string) (*promo.Voucher, error) {
	for _, code := range spellings {
		v, err := store.VoucherNamed(r, codes.Spelling(code, project.CaseSensitiveCodes), code)
		if v != nil || err != nil {
			return v, err
		}
	}
	return nil, nil
}

// Get is one voucher, by code or id.
func (v *Vouchers) Get(ctx context.Context, project *promo.Project, spellings []string) (Result, error) {
	var out Result
	err := v.store.Read(ctx, project.ID, func(r store.Reader) error {
		found, err := find(r, project, spellings)
		if err != nil || found == nil {
			out = unknown(spellings[0])
			return err
		}
		uses, err := usesOf(r, found)
		if err == nil {
			out = Result{Voucher: found, Use: uses[found.ID]}
		}
		return err
	})
	return out, err
}

// usesOf reads what was used of vouchers, for showing.
func usesOf(r store.Reader, vouchers ...*promo.Voucher) (map[promo.VoucherID]promo.VoucherUse, error) {
	keys := make([]promo.Key, 0, 2*len(vouchers))
	for _, v := range vouchers {
		keys = append(keys, promo.Uses(v.ID))
		if v.Type == promo.GiftVoucher {
			keys = append(keys, promo.Spent(v.ID))
		}
	}
	values, err := store.Counters(r, keys...)
	out := make(map[promo.VoucherID]promo.VoucherUse, len(vouchers))
	for _, v := range vouchers {
		out[v.ID] = promo.VoucherUse{Uses: values[promo.Uses(v.ID)], Spent: promo.Amount(values[promo.Spent(v.ID)])}
	}
	return out, err
}

// Page is a page of vouchers with what was used of each.
type Page struct {
	Vouchers []*promo.Voucher
	Uses     map[promo.VoucherID]promo.VoucherUse
	Total    int64
}

// List is a page of vouchers (40 C.2, R32, R33).
func (v *Vouchers) List(ctx context.Context, project *promo.Project, q store.PageQuery) (Page, error) {
	var out Page
	err := v.store.Read(ctx, project.ID, func(r store.Reader) (err error) {
		if out.Vouchers, out.Total, err = store.VoucherList.Page(r, q); err != nil {
			return err
		}
		out.Uses, err = usesOf(r, out.Vouchers...)
		return err
	})
	return out, err
}

// change finds a voucher, holds it, and puts what a function makes of a copy of it. A copy that does not differ changes
// nothing, updated_at included (60 R41).
func (v *Vouchers) change(ctx context.Context, call *promo.Call, project *promo.Project, spellings []string, edit func(*promo.Voucher) *promo.Refusal) (Result, error) {
	return store.Update(ctx, v.store, call, v.hold(project, spellings), func(id promo.VoucherID, l *store.Locked) (Result, store.Changes, error) {
		var ch store.Changes
		now, use, err := held(l, id)
		if err != nil || now == nil {
			return unknown(spellings[0]), ch, err
		}
		next := *now
		if refused := edit(&next); refused != nil {
			return Result{Refused: refused}, ch, nil
		}
		if same(now, &next) {
			return Result{Voucher: now, Use: use}, ch, nil
		}
		at := call.Draw.At()
		next.UpdatedAt = &at
		store.Vouchers.Put(&ch, &next)
		return Result{Voucher: &next, Use: use}, ch, nil
	})
}

// hold plans a call on one voucher: "" is the id of none.
func (v *Vouchers) hold(project *promo.Project, spellings []string) func(store.Reader) (promo.VoucherID, []promo.Key, error) {
	return func(r store.Reader) (promo.VoucherID, []promo.Key, error) {
		found, err := find(r, project, spellings)
		if err != nil || found == nil {
			return "", nil, err
		}
		return found.ID, []promo.Key{promo.VoucherRow(found.ID), promo.Uses(found.ID), promo.Spent(found.ID)}, nil
	}
}

func held(l *store.Locked, id promo.VoucherID) (*promo.Voucher, promo.VoucherUse, error) {
	if id == "" {
		return nil, promo.VoucherUse{}, nil
	}
	now, err := store.Vouchers.Locked(l, promo.VoucherRow(id))
	return now, promo.VoucherUse{Uses: l.Counter(promo.Uses(id)), Spent: promo.Amount(l.Counter(promo.Spent(id)))}, err
}

func same(a, b *promo.Voucher) bool {
	x, y := *a, *b
	equal := metadata.Equal(x.Metadata, y.Metadata)
	x.Metadata, y.Metadata = nil, nil
	return equal && reflect.DeepEqual(x, y)
}

// Update changes what was sent (40 R70-R72).
func (v *Vouchers) Update(ctx context.Context, call *promo.Call, project *promo.Project, spellings []string, body *VoucherUpdate) (Result, error) {
	return v.change(ctx, call, project, spellings, func(next *promo.Voucher) *promo.Refusal {
		if refused := category(body.CategoryID, body.Category); refused != nil {
			return refused
		}
		if d := body.Discount; d.Given() {
			if next.Discount == nil {
				return invalidVoucher("A " + string(next.Type) + " has no discount")
			}
			if fact := d.Value.fact(); fact.Type != next.Discount.Type {
				return invalidVoucher("It is not possible to change Voucher discount type") // 40 R71
			} else {
				next.Discount = fact
			}
		}
		if body.StartDate.Set {
			next.StartDate = body.StartDate.Ptr().Ptr()
		}
		if body.ExpirationDate.Set {
			next.ExpirationDate = body.ExpirationDate.Ptr().Ptr()
		}
		next.Window = body.Windows.apply(next.Window)
		if next.Window != nil && next.Window.Timeframe != nil && next.StartDate == nil {
			return invalidVoucher("validity_timeframe needs a start_date")
		}
		if body.Active.Given() {
			next.Active = body.Active.Value
		}
		if body.AdditionalInfo.Set {
			next.AdditionalInfo = body.AdditionalInfo.Ptr()
		}
		next.Metadata = metadata.Merge(next.Metadata, body.Metadata)
		return nil
	})
}

// SetActive switches a voucher on or off; a second time changes nothing (40 R72).
func (v *Vouchers) SetActive(ctx context.Context, call *promo.Call, project *promo.Project, spellings []string, active bool) (Result, error) {
	return v.change(ctx, call, project, spellings, func(next *promo.Voucher) *promo.Refusal {
		next.Active = active
		return nil
	})
}

// Delete deletes a voucher and frees its code. A delete without force will leave it in the bin, once there is one, and
// keep the code reserved (40 R73); until then both are the same.
func (v *Vouchers) Delete(ctx context.Context, call *promo.Call, project *promo.Project, spellings []string) (Result, error) {
	return store.Update(ctx, v.store, call, v.hold(project, spellings), func(id promo.VoucherID, l *store.Locked) (Result, store.Changes, error) {
		var ch store.Changes
		now, use, err := held(l, id)
		if err != nil || now == nil {
			return unknown(spellings[0]), ch, err
		}
		store.Vouchers.Drop(&ch, string(id))
		return Result{Voucher: now, Use: use}, ch, nil
	})
}
