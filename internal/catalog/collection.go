package catalog

import (
	"strconv"
	"strings"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// holds decides for one line: a static collection by what it lists, a product bringing all its SKUs (20 R74); an
// auto-update one by its filter, asked about the SKU of the line if it has one, else about its product (20 R75).
func (c *collection) holds(l *Line) bool {
	if c.filter == nil {
		return !l.SKU.None() && (c.listed[Item{promo.SKUObject, l.SKU.ID}] || c.listed[Item{promo.SKUObject, l.SKU.SourceID}]) ||
			!l.Product.None() && (c.listed[Item{promo.ProductObject, l.Product.ID}] || c.listed[Item{promo.ProductObject, l.Product.SourceID}])
	}
	if l.SKU.None() && l.Product.None() {
		return false
	}
	return c.filter.Match(l.field, l.shelf.env)
}

// field is a field of the line's SKU or product, what was sent over what is stored (20 R75).
func (l *Line) field(name string) filter.Value {
	if key, ok := strings.CutPrefix(name, "metadata."); ok {
		return attribute(l.GoodMetadata().Lookup(key))
	}
	if !l.SKU.None() {
		return l.skuField(name)
	}
	return l.productField(name)
}

func (l *Line) skuField(name string) filter.Value {
	known, sent := l.shelf.SKU(l.SKU.ID), l.item.SKU
	if sent == nil {
		sent = &promo.LineGood{}
	}
	switch name {
	case "id":
		return filter.TextValue(l.SKU.ID)
	case "product_id":
		return textOrNull(l.Product.ID)
	case "source_id":
		return textOrNull(l.SKU.SourceID)
	case "object":
		return filter.TextValue(promo.SKUObject)
	case "name":
		if sent.Name == "" && known != nil {
			return textOrNull(known.SKU)
		}
		return textOrNull(sent.Name)
	case "price":
		return l.price(sent.Price)
	}
	if known == nil {
		return filter.Value{}
	}
	switch name {
	case "image_url":
		return textOrNull(deref(known.ImageURL))
	case "created_at":
		return filter.TimeValue(known.CreatedAt)
	case "updated_at":
		if known.UpdatedAt != nil {
			return filter.TimeValue(*known.UpdatedAt)
		}
	}
	return filter.Value{}
}

func (l *Line) productField(name string) filter.Value {
	known, sent := l.shelf.Product(l.Product.ID), l.item.Product
	if sent == nil {
		sent = &promo.LineGood{}
	}
	switch name {
	case "id":
		return filter.TextValue(l.Product.ID)
	case "source_id":
		return textOrNull(l.Product.SourceID)
	case "object":
		return filter.TextValue(promo.ProductObject)
	case "name":
		if sent.Name == "" && known != nil {
			return textOrNull(known.Name)
		}
		return textOrNull(sent.Name)
	case "price":
		return l.price(sent.Price)
	}
	if known == nil {
		return filter.Value{}
	}
	switch name {
	case "attributes":
		return filter.ListValue(known.Attributes...)
	case "image_url":
		return textOrNull(deref(known.ImageURL))
	case "created_at":
		return filter.TimeValue(known.CreatedAt)
	case "updated_at":
		if known.UpdatedAt != nil {
			return filter.TimeValue(*known.UpdatedAt)
		}
	}
	return filter.Value{}
}

// price is the unit price a line has: as sent, or the catalogue's.
func (l *Line) price(inline *promo.Decimal) filter.Value {
	price := l.shelf.UnitPrice(l.item)
	switch {
	case l.item.Price != nil:
		return filter.IntValue(int64(*l.item.Price))
	case inline != nil:
		return filter.IntValue(int64(inline.Round()))
	case price != nil:
		return filter.IntValue(int64(*price))
	}
	return filter.Value{}
}

// attribute is a metadata value as filters compare it (60 R65).
func attribute(v metadata.Value) filter.Value {
	switch v.Kind {
	case metadata.Text:
		return filter.TextValue(v.Text)
	case metadata.Number:
		return filter.JSONValue([]byte(v.Text))
	case metadata.Bool:
		return filter.BoolValue(v.True)
	case metadata.Object:
		return filter.JSONValue([]byte("{}")) // has a value, and equals nothing
	case metadata.List:
		texts := make([]string, 0, len(v.List))
		for _, e := range v.List {
			switch e.Kind {
			case metadata.Text, metadata.Number:
				texts = append(texts, e.Text)
			case metadata.Bool:
				texts = append(texts, strconv.FormatBool(e.True))
			}
		}
		return filter.ListValue(texts...)
	}
	return filter.Value{}
}

func textOrNull(s string) filter.Value {
	if s == "" {
		return filter.Value{}
	}
	return filter.TextValue(s)
}
