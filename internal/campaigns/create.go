package campaigns

import (
	"context"
	"slices"
	"strings"

	"github.com/scrip-dev/scrip/internal/codes"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/store"
)

// Create makes a standalone voucher: with the code that was given, else with a random one (40 R62). Refused: a code
// that is taken, bin included (duplicate_found, R57); a payload that does not fit its type (invalid_voucher, R67); a
// code_config that allows no code, or none that is free (invalid_code_config, R55, R56); a campaign, category or rule
// that is not there (not_found); and what this release cannot price (invalid_payload).
func (v *Vouchers) Create(ctx context.Context, call *promo.Call, project *promo.Project, body *VoucherCreate) (Result, error) {
	c := creation{call: call, project: project}
	c.fact, c.refused = body.fact()
	switch {
	case c.refused != nil:
	case body.Code.Given():
		c.chosen, c.refused = true, codes.Check(body.Code.Value, ".code")
		c.fact.Code = strings.TrimSpace(body.Code.Value) // 40 R59
	default:
		c.pattern, c.refused = codes.Compile(body.CodeConfig.Ptr(), project.CodeCharset(), project.CaseSensitiveCodes)
	}
	return store.Update(ctx, v.store, call, c.plan, c.decide)
}

// creation is one voucher to be made.
type creation struct {
	call    *promo.Call
	project *promo.Project
	refused *promo.Refusal
	fact    *promo.Voucher // without id; with the code when it was chosen
	chosen  bool
	pattern *codes.Pattern // of a random code
}

// candidates is what a plan found: an id, and codes that were free when it looked.
type candidates struct {
	id    promo.VoucherID
	codes []string
	pick  int // chance, for the choice among all codes of a small space
}

const (
	spare = 2      // codes that one plan names: the second in case that another call takes the first
	draws = 1000   // codes drawn at most to find them
	few   = 32     // likewise in a small space, which is then searched to its end
	small = 10_000 // the largest such space
)

func (c *creation) plan(r store.Reader) (candidates, []promo.Key, error) {
	if c.refused != nil {
		return candidates{}, nil, nil
	}
	out := candidates{id: promo.VoucherID(c.call.Draw.Random("v_", 32)), codes: []string{c.fact.Code}}
	if !c.chosen {
		var err error
		if out.codes, err = c.search(r); err != nil {
			return out, nil, err
		}
		out.pick = c.call.Draw.Below(1 << 30)
	}
	return out, c.keys(out.codes), nil
}

// search draws codes until some are free (40 R55); of a small space it looks at every code before it gives up.
func (c *creation) search(r store.Reader) ([]string, error) {
	var found []string
	try := func(code string) error {
		free, err := codeSeenFree(r, c.spelling(code))
		if free && !slices.Contains(found, code) {
			found = append(found, code)
		}
		return err
	}
	space, tries := c.pattern.Capacity(), draws
	if space <= small {
		tries = few
	}
	for range tries {
		if len(found) == spare {
			return found, nil
		}
		if err := try(c.pattern.Draw(c.call.Draw)); err != nil {
			return nil, err
		}
	}
	if space > small {
		return found, nil
	}
	from := uint64(c.call.Draw.Below(int(space)))
	for i := range space {
		if len(found) == spare {
			break
		}
		if err := try(c.pattern.At((from + i) % space)); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (c *creation) spelling(code string) string {
	return codes.Spelling(code, c.project.CaseSensitiveCodes)
}

func (c *creation) keys(all []string) []promo.Key {
	keys := make([]promo.Key, 0, 2*len(all))
	for _, code := range all {
		keys = append(keys, codeKeys(c.spelling(code))...)
	}
	return keys
}

func (c *creation) decide(p candidates, l *store.Locked) (Result, store.Changes, error) {
	if c.refused != nil {
		return Result{Refused: c.refused}, store.Changes{}, nil
	}
	free := func(code string) bool { return codeFree(l, c.spelling(code)) }
	if i := slices.IndexFunc(p.codes, free); i >= 0 {
		return c.made(p.id, p.codes[i])
	}
	switch {
	case c.chosen:
		return Result{Refused: promo.Duplicate("voucher", "id", c.fact.Code)}, store.Changes{}, nil // 40 R57
	case len(p.codes) == 0 || c.pattern.Capacity() > small:
		return Result{Refused: codes.Exhausted()}, store.Changes{}, nil
	}
	// Others took what was free when the plan looked: look at all there are, under their locks.
	all := make([]string, c.pattern.Capacity())
	for i := range all {
		all[i] = c.pattern.At(uint64(i))
	}
	if keys := c.keys(all); slices.ContainsFunc(keys, func(k promo.Key) bool { return !l.Holds(k) }) {
		return Result{}, store.Changes{}, store.NeedKeys(keys...)
	}
	all = slices.DeleteFunc(all, func(code string) bool { return !free(code) })
	if len(all) == 0 {
		return Result{Refused: codes.Exhausted()}, store.Changes{}, nil
	}
	return c.made(p.id, all[p.pick%len(all)])
}

func (c *creation) made(id promo.VoucherID, code string) (Result, store.Changes, error) {
	var ch store.Changes
	fact := *c.fact
	fact.ID, fact.Code, fact.Spelling, fact.CreatedAt = id, code, c.spelling(code), c.call.Draw.At()
	store.Vouchers.Put(&ch, &fact)
	return Result{Voucher: &fact}, ch, nil
}

// fact is the voucher that a body describes, without code, id and date.
func (b *VoucherCreate) fact() (*promo.Voucher, *promo.Refusal) {
	if refused := b.references(); refused != nil {
		return nil, refused
	}
	kind, refused := b.kind()
	if refused != nil {
		return nil, refused
	}
	v := &promo.Voucher{Type: kind, Active: b.Active.Or(true), StartDate: b.StartDate.Ptr().Ptr(),
		ExpirationDate: b.ExpirationDate.Ptr().Ptr(), Window: b.Windows.over(nil), AdditionalInfo: b.AdditionalInfo.Ptr(),
		Metadata: metadata.Clean(b.Metadata), Quantity: (*int64)(b.Redemption.Value.Quantity.Ptr())}
	switch kind {
	case promo.DiscountVoucher:
		v.Discount, refused = b.Discount.Value.fact(), b.Discount.Value.known()
	case promo.GiftVoucher: // 40 R66
		v.Gift = &promo.Gift{Amount: b.Gift.Value.Amount.Value, Effect: promo.Effect(b.Gift.Value.Effect.Value)}
	}
	if refused == nil {
		refused = fits(v)
	}
	return v, refused
}

// kind is the type that was sent, else the one of the payload (40 R6). Exactly the payload of its type is wanted (R67).
func (b *VoucherCreate) kind() (promo.VoucherType, *promo.Refusal) {
	payloads := []struct {
		kind  promo.VoucherType
		name  string
		given bool
	}{
		{promo.DiscountVoucher, "discount", b.Discount.Given()},
		{promo.GiftVoucher, "gift", b.Gift.Given()},
		{promo.LoyaltyCard, "loyalty_card", b.LoyaltyCard.Given()},
	}
	kind := promo.VoucherType(b.Type.Value)
	for _, p := range payloads {
		if kind == "" && p.given {
			kind = p.kind
		}
	}
	if kind == "" {
		return "", invalidVoucher("One of properties 'discount', 'gift', 'loyalty_card' is required")
	}
	if kind == promo.LoyaltyCard {
		return "", invalidVoucher("Property 'campaign' is required for LOYALTY_CARD voucher") // 40 R63
	}
	for _, p := range payloads {
		switch {
		case p.kind == kind && !p.given:
			return "", invalidVoucher("Property '" + p.name + "' is required for " + string(kind) + " voucher")
		case p.kind != kind && p.given:
			return "", invalidVoucher("Property '" + p.name + "' is not allowed for " + string(kind) + " voucher")
		}
	}
	return kind, nil
}

// references refuses what a body refers to: there are no campaigns, categories and rules until their own issues.
func (b *VoucherCreate) references() *promo.Refusal {
	switch {
	case b.CampaignID.Given():
		return promo.NotFound("campaign", b.CampaignID.Value)
	case b.Campaign.Given():
		return promo.NotFound("campaign", b.Campaign.Value)
	}
	if refused := category(b.CategoryID, b.Category); refused != nil {
		return refused
	}
	if rules := b.ValidationRules.Value; len(rules) > 0 {
		return promo.NotFound("validation_rules", rules[0])
	}
	return nil
}

// category refuses a category: an id that is not there, or a name, which would have to create one (40 R10). Null, which
// takes a voucher out of its category, changes nothing.
func category(id, name promo.Opt[string]) *promo.Refusal {
	switch {
	case id.Given():
		return promo.NotFound("category", id.Value)
	case name.Given():
		return unsupported(".category")
	}
	return nil
}
