// Package catalog says what a line of an order is: which product or SKU, at what unit price, in which collections
// (10-pricing R7, R8, R41; 20 R31, R74-R76). It is pure; what the catalogue knows is an argument.
package catalog

import (
	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Collection is a product collection as a decision needs it: a fixed list, or a filter that is asked about each line.
type Collection struct {
	ID     promo.CollectionID
	Items  []Item         // of a static one
	Filter *filter.Filter // of an auto-update one; nil of a static one
}

// Item is a member of a static collection.
type Item struct{ Object, ID string }

// Shelf is what of the catalogue a decision may need. It does not change; nil is an empty one. Env serves the filters of
// collections.
type Shelf struct {
	products    map[string]*promo.Product // by id and by source id
	skus        map[string]*promo.SKU
	collections map[promo.CollectionID]*collection
	env         Env
}

type collection struct {
	place  int // among the collections of the shelf
	listed map[Item]bool
	filter *filter.Filter
}

// Env is what the filters of collections depend on besides the line: the instant and the project's zone.
type Env = filter.Env

// NewShelf shelves a part of the catalogue. The product of each SKU must be among the products to be known.
func NewShelf(products []*promo.Product, skus []*promo.SKU, collections []Collection, env Env) *Shelf {
	s := &Shelf{products: make(map[string]*promo.Product, 2*len(products)), skus: make(map[string]*promo.SKU, 2*len(skus)),
		collections: make(map[promo.CollectionID]*collection, len(collections)), env: env}
	for _, p := range products {
		s.products[string(p.ID)] = p
		if p.SourceID != nil {
			s.products[*p.SourceID] = p
		}
	}
	for _, k := range skus {
		s.skus[string(k.ID)] = k
		if k.SourceID != nil {
			s.skus[*k.SourceID] = k
		}
	}
	for i, c := range collections {
		own := &collection{place: i, filter: c.Filter, listed: make(map[Item]bool, len(c.Items))}
		for _, it := range c.Items {
			own.listed[it] = true
		}
		s.collections[c.ID] = own
	}
	return s
}

var shipping = &promo.Product{ID: promo.ShippingProduct, SourceID: new(promo.ShippingSource), Name: "Shipping"}

// Product finds a product by id or source id; the shipping product is always there (10-pricing b.0). Nil: unknown.
func (s *Shelf) Product(id string) *promo.Product {
	if id == string(promo.ShippingProduct) || id == promo.ShippingSource {
		return shipping
	}
	if s == nil {
		return nil
	}
	return s.products[id]
}

// SKU finds a SKU by id or source id. Nil: unknown.
func (s *Shelf) SKU(id string) *promo.SKU {
	if s == nil {
		return nil
	}
	return s.skus[id]
}

func (s *Shelf) collection(id string) *collection {
	if s == nil {
		return nil
	}
	return s.collections[promo.CollectionID(id)]
}

// Ref names a product, SKU or collection: by id, or by a source id that some line has (20 b.6). Object "" is a product
// or a SKU, whichever matches (20 R31).
type Ref struct{ Object, ID, SourceID string }
