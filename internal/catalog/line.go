package catalog

import (
	"cmp"
	"math/bits"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Good is a product or SKU as a line has it. The zero value is none.
type Good struct {
	ID       string         // the catalogue's; of an unknown one what was sent, be it id or source id (10-pricing R7)
	SourceID string         // "" when not known
	Metadata promo.Metadata // what was sent over what is stored (20 R38)
}

// None reports whether the line has no such good.
func (g *Good) None() bool { return g.ID == "" && g.SourceID == "" }

// is reports whether a reference means this good.
func (g *Good) is(id, sourceID string) bool {
	return id != "" && (id == g.ID || id == g.SourceID) || sourceID != "" && (sourceID == g.SourceID || sourceID == g.ID)
}

// Price is a unit price in minor units: Amount / Of, since a line may have nothing but its amount (10-pricing R11).
type Price struct {
	Amount promo.Amount
	Of     int64 // 0: not known
}

// Known reports whether there is a price.
func (p Price) Known() bool { return p.Of > 0 }

// Cmp compares two known prices exactly: -1, 0 or 1.
func (p Price) Cmp(o Price) int {
	if p.Of == o.Of {
		return cmp.Compare(p.Amount, o.Amount)
	}
	phi, plo := bits.Mul64(uint64(p.Amount), uint64(o.Of))
	ohi, olo := bits.Mul64(uint64(o.Amount), uint64(p.Of))
	if phi != ohi {
		return cmp.Compare(phi, ohi)
	}
	return cmp.Compare(plo, olo)
}

// Line is what a line of an order is, worked out once. It belongs to one decision at a time: what is asked for the first
// time is remembered in it.
type Line struct {
	SKU, Product Good
	Price        Price

	item    *promo.OrderItem // as it was resolved
	shelf   *Shelf
	members []int8 // by place of the collection: 0 not asked yet, 1 in, -1 out
	own     lazy   // the line's metadata
	product lazy
	sku     lazy
}

type lazy struct {
	read       bool
	attributes metadata.Attributes
}

func (l *lazy) of(m promo.Metadata) metadata.Attributes {
	if !l.read {
		l.attributes, l.read = metadata.Read(m), true
	}
	return l.attributes
}

// Lines are the lines of an order; the order may be nil.
func (s *Shelf) Lines(o *promo.Order) []Line {
	if o == nil || len(o.Items) == 0 {
		return nil
	}
	lines := make([]Line, len(o.Items))
	for i := range o.Items {
		lines[i] = s.Line(&o.Items[i])
	}
	return lines
}

// Line is what one line is. Its numbers are taken as they stand: a price that the catalogue knows is put into the line
// before (UnitPrice).
func (s *Shelf) Line(it *promo.OrderItem) Line {
	l := Line{item: it, shelf: s}
	var sku *promo.SKU
	l.SKU, sku = s.skuOf(it)
	l.Product = s.productOf(it, sku)
	switch {
	case it.Price != nil:
		l.Price = Price{*it.Price, 1}
	case it.Amount != nil && it.Quantity > 0:
		l.Price = Price{*it.Amount, it.Quantity}
	}
	return l
}

// skuOf is the SKU of a line (10-pricing R7): sku_id, else the source id of a SKU, else what was sent inline.
func (s *Shelf) skuOf(it *promo.OrderItem) (Good, *promo.SKU) {
	inline := it.SKU
	if inline == nil {
		inline = &promo.LineGood{}
	}
	g := Good{Metadata: inline.Metadata}
	id, sourceID := it.SKUID, inline.SourceID
	if it.RelatedObject == promo.SKUObject {
		id, sourceID = cmp.Or(id, it.SourceID), cmp.Or(it.SourceID, sourceID)
	}
	id = cmp.Or(id, inline.ID, inline.SourceID)
	if id == "" {
		return Good{}, nil
	}
	g.ID, g.SourceID = id, sourceID
	known := s.SKU(id)
	if known != nil {
		g.ID, g.SourceID = string(known.ID), deref(known.SourceID)
		g.Metadata = over(known.Metadata, inline.Metadata)
	}
	return g, known
}

// productOf is the product of a line: product_id, else the source id of a product, else what was sent inline, else the
// product of its SKU.
func (s *Shelf) productOf(it *promo.OrderItem, sku *promo.SKU) Good {
	inline := it.Product
	if inline == nil {
		inline = &promo.LineGood{}
	}
	g := Good{Metadata: inline.Metadata}
	id, sourceID := it.ProductID, inline.SourceID
	if it.RelatedObject == promo.ProductObject {
		id, sourceID = cmp.Or(id, it.SourceID), cmp.Or(it.SourceID, sourceID)
	}
	id = cmp.Or(id, inline.ID, inline.SourceID)
	if id == "" && sku != nil {
		id = string(sku.Product)
	}
	if id == "" {
		return Good{}
	}
	g.ID, g.SourceID = id, sourceID
	if known := s.Product(id); known != nil {
		g.ID, g.SourceID = string(known.ID), deref(known.SourceID)
		g.Metadata = over(known.Metadata, inline.Metadata)
	}
	return g
}

// over puts what was sent over what is stored, key by key.
func over(stored, sent promo.Metadata) promo.Metadata {
	if len(sent) == 0 {
		return stored
	}
	return metadata.Merge(stored, sent)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// UnitPrice is the price of one unit of a line (10-pricing R8): the line's own, else the SKU's, else the product's; what
// was sent inline beats what is stored at the same level. Nil: not known.
func (s *Shelf) UnitPrice(it *promo.OrderItem) *promo.Amount {
	if it.Price != nil {
		return it.Price
	}
	_, sku := s.skuOf(it)
	product := s.Product(s.productOf(it, sku).ID)
	candidates := [4]*promo.Decimal{}
	if it.SKU != nil {
		candidates[0] = it.SKU.Price
	}
	if sku != nil {
		candidates[1] = sku.Price
	}
	if it.Product != nil {
		candidates[2] = it.Product.Price
	}
	if product != nil {
		candidates[3] = product.Price
	}
	for _, price := range candidates {
		if price != nil {
			a := price.Round()
			return &a
		}
	}
	return nil
}

// Is reports whether a line is what a reference names (10-pricing R41, 20 R31). A product covers all its SKUs; a line of
// a product never matches through one of them.
func (l *Line) Is(r Ref) bool {
	switch r.Object {
	case promo.ProductObject:
		return l.Product.is(r.ID, r.SourceID)
	case promo.SKUObject:
		return l.SKU.is(r.ID, r.SourceID)
	case promo.CollectionObject:
		return l.In(r.ID)
	}
	return l.Product.is(r.ID, r.SourceID) || l.SKU.is(r.ID, r.SourceID)
}

// In reports whether a line belongs to a collection; every line belongs to All Products (20 R76), and none to one that
// is not known.
func (l *Line) In(id string) bool {
	if id == string(promo.AllProducts) {
		return true
	}
	c := l.shelf.collection(id)
	if c == nil {
		return false
	}
	if l.members == nil {
		l.members = make([]int8, len(l.shelf.collections))
	}
	if l.members[c.place] == 0 {
		l.members[c.place] = -1
		if c.holds(l) {
			l.members[c.place] = 1
		}
	}
	return l.members[c.place] > 0
}

// Metadata are the attributes of the line itself.
func (l *Line) Metadata() metadata.Attributes { return l.own.of(l.item.Metadata) }

// ProductMetadata are the attributes of the line's product.
func (l *Line) ProductMetadata() metadata.Attributes { return l.product.of(l.Product.Metadata) }

// GoodMetadata are those of its SKU if it has one, else those of its product (20 R38).
func (l *Line) GoodMetadata() metadata.Attributes {
	if l.SKU.None() {
		return l.ProductMetadata()
	}
	return l.sku.of(l.SKU.Metadata)
}
