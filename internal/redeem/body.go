package redeem

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Request is the body of POST validations and redemptions (30 b.2). Null is absent throughout (R6).
type Request struct {
	Redeemables []Redeemable            `json:"redeemables" required:"true"`
	Customer    promo.Opt[CustomerBody] `json:"customer"`
	Order       promo.Opt[OrderBody]    `json:"order"`
	Session     promo.Opt[SessionBody]  `json:"session"`
	TrackingID  promo.Opt[string]       `json:"tracking_id"`
	Metadata    promo.Metadata          `json:"metadata"`
	Options     promo.Opt[Options]      `json:"options"`
}

// Redeemable is one entry (30 b.1).
type Redeemable struct {
	Object Object              `json:"object" required:"true"`
	ID     string              `json:"id" required:"true"`
	Gift   promo.Opt[GiftBody] `json:"gift"`
}

// Object is the kind of a redeemable.
type Object string

// UnmarshalJSONFrom reads one of the three kinds.
func (o *Object) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, o, promo.VoucherObject, promo.TierObject, promo.StackObject)
}

// GiftBody says how many credits to spend.
type GiftBody struct {
	Credits promo.Opt[promo.Amount] `json:"credits"`
}

// Options say how much detail an answer has (30 R70-R73).
type Options struct {
	Expand []Expand `json:"expand"`
}

// Expand is one detail.
type Expand string

// UnmarshalJSONFrom reads one of the four details.
func (e *Expand) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, e, "order", "redeemable", "redemption", "category")
}

// Expands reports whether a detail was asked for. Without options, orders are (R70).
func (r *Request) Expands(what Expand) bool {
	if len(r.Options.Value.Expand) == 0 {
		return what == "order"
	}
	return slices.Contains(r.Options.Value.Expand, what)
}

// SessionBody asks for a lock (30 b.8). Sessions come with their own issue: they are checked here, and hold nothing yet.
type SessionBody struct {
	Type    promo.Opt[SessionType]   `json:"type"`
	Key     promo.Opt[string]        `json:"key"`
	TTL     promo.Opt[promo.Decimal] `json:"ttl"`
	TTLUnit promo.Opt[TTLUnit]       `json:"ttl_unit"`
}

// SessionType is LOCK.
type SessionType string

// UnmarshalJSONFrom reads the one kind there is.
func (t *SessionType) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, t, "LOCK")
}

// TTLUnit is a unit of time.
type TTLUnit string

// UnmarshalJSONFrom reads one of the units.
func (u *TTLUnit) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, u, "DAYS", "HOURS", "MICROSECONDS", "MILLISECONDS", "MINUTES", "NANOSECONDS", "SECONDS")
}

// CustomerBody identifies and describes a customer (30 b.2).
type CustomerBody struct {
	ID          promo.Opt[string]        `json:"id"`
	SourceID    promo.Opt[string]        `json:"source_id"`
	Name        promo.Opt[string]        `json:"name"`
	Description promo.Opt[string]        `json:"description"`
	Email       promo.Opt[string]        `json:"email"`
	Phone       promo.Opt[string]        `json:"phone"`
	Birthdate   promo.Opt[calendar.Date] `json:"birthdate"`
	Birthday    promo.Opt[calendar.Date] `json:"birthday"`
	Address     promo.Opt[promo.Address] `json:"address"`
	Metadata    promo.Metadata           `json:"metadata"`
}

// OrderBody is a cart or an order (30 b.3).
type OrderBody struct {
	ID             promo.Opt[string]       `json:"id"`
	SourceID       promo.Opt[string]       `json:"source_id"`
	Status         promo.Opt[OrderStatus]  `json:"status"`
	Amount         promo.Opt[promo.Count]  `json:"amount"`
	DiscountAmount promo.Opt[promo.Count]  `json:"discount_amount"`
	Items          promo.Opt[[]ItemBody]   `json:"items"`
	Metadata       promo.Metadata          `json:"metadata"`
	Customer       promo.Opt[CustomerBody] `json:"customer"`
}

// OrderStatus is where an order is in its life.
type OrderStatus promo.OrderStatus

// UnmarshalJSONFrom reads one of the four statuses.
func (s *OrderStatus) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, (*promo.OrderStatus)(s), promo.OrderCreated, promo.OrderPaid, promo.OrderCanceled, promo.OrderFulfilled)
}

// ItemBody is a line (30 b.3).
type ItemBody struct {
	ProductID       promo.Opt[string]        `json:"product_id"`
	SKUID           promo.Opt[string]        `json:"sku_id"`
	SourceID        promo.Opt[string]        `json:"source_id"`
	RelatedObject   promo.Opt[RelatedObject] `json:"related_object"`
	Quantity        promo.Opt[promo.Count]   `json:"quantity"`
	InitialQuantity promo.Opt[promo.Count]   `json:"initial_quantity"`
	Price           promo.Opt[promo.Count]   `json:"price"`
	Amount          promo.Opt[promo.Count]   `json:"amount"`
	InitialAmount   promo.Opt[promo.Count]   `json:"initial_amount"`
	DiscountAmount  promo.Opt[promo.Count]   `json:"discount_amount"`
	DiscountUnits   promo.Opt[promo.Count]   `json:"discount_quantity"`
	Product         promo.Opt[GoodBody]      `json:"product"`
	SKU             promo.Opt[GoodBody]      `json:"sku"`
	Metadata        promo.Metadata           `json:"metadata"`
}

// RelatedObject is the kind of a line's source id.
type RelatedObject string

// UnmarshalJSONFrom reads product or sku.
func (r *RelatedObject) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return promo.ReadEnum(dec, r, "product", "sku")
}

// GoodBody is product or SKU data sent with a line.
type GoodBody struct {
	ID       promo.Opt[string] `json:"id"`
	SourceID promo.Opt[string] `json:"source_id"`
	Override promo.Opt[bool]   `json:"override"`
	Name     promo.Opt[string] `json:"name"`
	SKU      promo.Opt[string] `json:"sku"`
	Price    promo.Opt[Price]  `json:"price"`
	Metadata promo.Metadata    `json:"metadata"`
}

// Price is a number that may have a fraction, or a numeric string (30 R7). It is not negative.
type Price promo.Decimal

// UnmarshalJSONFrom reads a number or a numeric string.
func (p *Price) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != '0' && kind != '"' {
		return promo.Mistyped(dec, "must be number")
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	d, err := promo.ParseDecimal(tok.String())
	switch {
	case err != nil:
		return err
	case d.Sign() < 0:
		return promo.Wrong("must be >= 0")
	case d.Floor() > promo.MaxInteger:
		return promo.Wrong("must be <= 9007199254740991")
	}
	*p = Price(d)
	return nil
}

const itemsMost = 500

// Check refuses values out of bounds, in order of the members (30 f).
func (r *Request) Check() *promo.Refusal {
	switch n := len(r.Redeemables); {
	case n == 0:
		return promo.Property(".redeemables", "must NOT have fewer than 1 items")
	case n > promo.RedeemablesMost:
		return promo.Property(".redeemables", fmt.Sprintf("must NOT have more than %d items", promo.RedeemablesMost))
	}
	for i, e := range r.Redeemables {
		if e.ID == "" {
			return promo.Property(fmt.Sprintf(".redeemables[%d].id", i), "must NOT have fewer than 1 characters")
		}
		if c := e.Gift.Value.Credits; c.Given() && c.Value < 0 {
			return promo.Property(fmt.Sprintf(".redeemables[%d].gift.credits", i), "must be >= 0")
		}
	}
	if refused := r.Customer.Value.check(".customer"); refused != nil {
		return refused
	}
	if refused := r.Order.Value.check(); refused != nil {
		return refused
	}
	if ttl := r.Session.Value.TTL; ttl.Given() && ttl.Value.Sign() <= 0 {
		return promo.Property(".session.ttl", "must be > 0")
	}
	return metadata.Check(r.Metadata, ".metadata")
}

func (c *CustomerBody) check(path string) *promo.Refusal {
	return metadata.Check(c.Metadata, path+".metadata")
}

func (o *OrderBody) check() *promo.Refusal {
	if len(o.Items.Value) > itemsMost {
		return promo.Property(".order.items", fmt.Sprintf("must NOT have more than %d items", itemsMost))
	}
	for i := range o.Items.Value {
		it, path := &o.Items.Value[i], fmt.Sprintf(".order.items[%d]", i)
		for _, m := range []struct {
			sent promo.Metadata
			at   string
		}{{it.Product.Value.Metadata, ".product.metadata"}, {it.SKU.Value.Metadata, ".sku.metadata"}, {it.Metadata, ".metadata"}} {
			if len(m.sent) == 0 {
				continue
			}
			if refused := metadata.Check(m.sent, path+m.at); refused != nil {
				return refused
			}
		}
	}
	if refused := metadata.Check(o.Metadata, ".order.metadata"); refused != nil {
		return refused
	}
	return o.Customer.Value.check(".order.customer")
}

// apply puts what was sent over a cart; every line gets an id (10-pricing b.0).
func (o *OrderBody) apply(to *promo.Order, draw *promo.Draw) {
	if o.SourceID.Given() && o.SourceID.Value != "" {
		to.SourceID = o.SourceID.Ptr()
	}
	if o.Status.Given() {
		to.Status = promo.OrderStatus(o.Status.Value)
	}
	if o.Items.Given() {
		to.Items = make([]promo.OrderItem, len(o.Items.Value))
		for i := range o.Items.Value {
			to.Items[i] = o.Items.Value[i].fact(draw)
		}
		to.Amount = nil
	}
	if o.Amount.Given() {
		to.Amount = o.Amount.Ptr().Amount()
	}
	if o.DiscountAmount.Given() {
		to.DiscountAmount = o.DiscountAmount.Ptr().Amount()
	}
	to.Metadata = metadata.Merge(to.Metadata, o.Metadata)
}

func (b *ItemBody) fact(draw *promo.Draw) promo.OrderItem {
	initial := b.InitialQuantity.Or(1)
	quantity := b.Quantity.Or(initial) // 10-pricing R9
	it := promo.OrderItem{ID: draw.T18("ordli_"), ProductID: b.ProductID.Or(""), SKUID: b.SKUID.Or(""), SourceID: b.SourceID.Or(""),
		RelatedObject: string(b.RelatedObject.Or("")), Quantity: int64(quantity), InitialQuantity: int64(b.InitialQuantity.Or(quantity)),
		Price: b.Price.Ptr().Amount(), Amount: b.Amount.Ptr().Amount(), InitialAmount: b.InitialAmount.Ptr().Amount(),
		DiscountAmount: b.DiscountAmount.Ptr().Amount(), DiscountQuantity: (*int64)(b.DiscountUnits.Ptr()), Metadata: metadata.Clean(b.Metadata)}
	if b.Product.Given() {
		it.Product = b.Product.Value.fact(b.Product.Value.Name)
	}
	if b.SKU.Given() {
		it.SKU = b.SKU.Value.fact(b.SKU.Value.SKU)
	}
	it.Recount = !b.Quantity.Given() && b.InitialQuantity.Given()
	return it
}

func (g *GoodBody) fact(name promo.Opt[string]) *promo.LineGood {
	return &promo.LineGood{ID: g.ID.Or(""), SourceID: g.SourceID.Or(""), Override: g.Override.Ptr(), Name: name.Or(""), Price: (*promo.Decimal)(g.Price.Ptr()),
		Metadata: metadata.Clean(g.Metadata)}
}
