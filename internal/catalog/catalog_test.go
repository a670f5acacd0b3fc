package catalog

import (
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
)

func decimal(n int64) *promo.Decimal { return new(promo.NewDecimal(n, 0)) }

// shelf knows a tee with a SKU M, and a mug; brands stand in their metadata.
func shelf(collections ...Collection) *Shelf {
	made := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	changed := made.AddDate(0, 0, 9)
	return NewShelf([]*promo.Product{
		{ID: "prod_tee", SourceID: new("tee"), Name: "Tee", Price: decimal(2000), Metadata: promo.Metadata(`{"brand":"Alba","fit":"slim"}`)},
		{ID: "prod_mug", SourceID: new("mug"), Name: "Mug", Price: decimal(900), Metadata: promo.Metadata(`{"brand":"Nord"}`),
			Attributes: []string{"handle"}, ImageURL: new("https://shop.example/mug.png"), CreatedAt: made, UpdatedAt: &changed},
	}, []*promo.SKU{
		{ID: "sku_m", SourceID: new("tee-m"), Product: "prod_tee", SKU: "Tee M", Price: decimal(2500), Metadata: promo.Metadata(`{"size":"M"}`), UpdatedAt: &changed},
		{ID: "sku_l", Product: "prod_tee", SKU: "Tee L"},
	}, collections, filter.Env{Now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
}

func TestLineIdentity(t *testing.T) { // 10-pricing R7; 20-rules R31
	s := shelf()
	for name, tt := range map[string]struct {
		item         promo.OrderItem
		sku, product string
	}{
		"sku_id beats the source id":         {promo.OrderItem{SKUID: "sku_m", SourceID: "tee-x", RelatedObject: "sku"}, "sku_m", "prod_tee"},
		"source id of a SKU":                 {promo.OrderItem{SourceID: "tee-m", RelatedObject: "sku"}, "sku_m", "prod_tee"},
		"inline SKU by id":                   {promo.OrderItem{SKU: &promo.LineGood{ID: "sku_m", SourceID: "other"}}, "sku_m", "prod_tee"},
		"inline SKU by source id":            {promo.OrderItem{SKU: &promo.LineGood{SourceID: "tee-m"}}, "sku_m", "prod_tee"},
		"product_id":                         {promo.OrderItem{ProductID: "prod_mug", SourceID: "tee", RelatedObject: "product"}, "", "prod_mug"},
		"product_id that is a source id":     {promo.OrderItem{ProductID: "mug"}, "", "prod_mug"},
		"source id of a product":             {promo.OrderItem{SourceID: "mug", RelatedObject: "product"}, "", "prod_mug"},
		"inline product":                     {promo.OrderItem{Product: &promo.LineGood{SourceID: "mug"}}, "", "prod_mug"},
		"a product beside the SKU wins":      {promo.OrderItem{SKUID: "sku_m", ProductID: "prod_mug"}, "sku_m", "prod_mug"},
		"unknown ids stay as they were sent": {promo.OrderItem{SourceID: "ghost", RelatedObject: "product"}, "", "ghost"},
		"shipping is built in":               {promo.OrderItem{SourceID: "5h1pp1ng", RelatedObject: "product"}, "", "prod_5h1pp1ng"},
		"a source id of no kind is nothing":  {promo.OrderItem{SourceID: "mug"}, "", ""},
	} {
		if l := s.Line(&tt.item); l.SKU.ID != tt.sku || l.Product.ID != tt.product {
			t.Errorf("%s: SKU %q, product %q", name, l.SKU.ID, l.Product.ID)
		}
	}
}

func TestUnitPrice(t *testing.T) { // 10-pricing R8, R11
	s := shelf()
	price := func(n int64) *promo.LineGood { return &promo.LineGood{Price: decimal(n)} }
	for name, tt := range map[string]struct {
		item promo.OrderItem
		want int64 // -1: not known
	}{
		"the line's own, even 0":          {promo.OrderItem{ProductID: "prod_mug", Price: new(promo.Amount(0))}, 0},
		"the line's own beats all":        {promo.OrderItem{SKUID: "sku_m", Price: new(promo.Amount(7)), SKU: price(8)}, 7},
		"inline SKU beats stored SKU":     {promo.OrderItem{SKUID: "sku_m", SKU: price(8)}, 8},
		"stored SKU beats inline product": {promo.OrderItem{SKUID: "sku_m", Product: price(9)}, 2500},
		"inline product, SKU unpriced":    {promo.OrderItem{SKUID: "sku_l", Product: price(9)}, 9},
		"stored product of the SKU":       {promo.OrderItem{SKUID: "sku_l"}, 2000},
		"stored product":                  {promo.OrderItem{SourceID: "mug", RelatedObject: "product"}, 900},
		"nobody knows":                    {promo.OrderItem{ProductID: "ghost"}, -1},
		"shipping has no price":           {promo.OrderItem{ProductID: "prod_5h1pp1ng"}, -1},
	} {
		got := int64(-1)
		if p := s.UnitPrice(&tt.item); p != nil {
			got = int64(*p)
		}
		if got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
	l := s.Line(&promo.OrderItem{Amount: new(promo.Amount(1000)), Quantity: 3})
	if l.Price != (Price{1000, 3}) {
		t.Errorf("a line with nothing but its amount costs %v a unit, want 1000/3", l.Price)
	}
	if l := s.Line(&promo.OrderItem{Amount: new(promo.Amount(1000))}); l.Price.Known() {
		t.Errorf("without units there is no unit price, got %v", l.Price)
	}
}

func TestMatching(t *testing.T) { // 10-pricing R41; 20-rules R31, R74, R76
	s := shelf(Collection{ID: "pc_tees", Items: []Item{{"product", "prod_tee"}}}, Collection{ID: "pc_m", Items: []Item{{"sku", "sku_m"}}})
	m, l := promo.OrderItem{SKUID: "sku_m"}, promo.OrderItem{SKUID: "sku_l"}
	tee, ghost := promo.OrderItem{SourceID: "tee", RelatedObject: "product"}, promo.OrderItem{SourceID: "ghost", RelatedObject: "product"}
	for name, tt := range map[string]struct {
		item promo.OrderItem
		ref  Ref
		want bool
	}{
		"a product covers its SKUs":           {m, Ref{"product", "prod_tee", ""}, true},
		"a product by source id":              {m, Ref{"product", "tee", ""}, true},
		"by the source id of the reference":   {tee, Ref{"product", "prod_other", "tee"}, true},
		"a SKU line by its SKU":               {m, Ref{"sku", "tee-m", ""}, true},
		"not by another SKU":                  {l, Ref{"sku", "sku_m", ""}, false},
		"a product line never by a SKU of it": {tee, Ref{"sku", "sku_m", ""}, false},
		"either kind, a product":              {m, Ref{"", "prod_tee", ""}, true},
		"either kind, a SKU":                  {m, Ref{"", "sku_m", ""}, true},
		"a listed product brings its SKUs":    {l, Ref{"products_collection", "pc_tees", ""}, true},
		"a listed SKU brings itself":          {m, Ref{"products_collection", "pc_m", ""}, true},
		"and not its sisters":                 {l, Ref{"products_collection", "pc_m", ""}, false},
		"nor its product":                     {tee, Ref{"products_collection", "pc_m", ""}, false},
		"all products, unknown ones too":      {ghost, Ref{"products_collection", "pc_a11pr0dUc75", ""}, true},
		"an unknown collection has nothing":   {m, Ref{"products_collection", "pc_none", ""}, false},
		"an unknown product by what was sent": {ghost, Ref{"product", "ghost", ""}, true},
		"an empty reference is nothing":       {ghost, Ref{"product", "", ""}, false},
	} {
		line := s.Line(&tt.item)
		for range 2 { // the second answer is the remembered one
			if got := line.Is(tt.ref); got != tt.want {
				t.Errorf("%s: %t", name, got)
			}
		}
	}
}

func TestAutoUpdateCollection(t *testing.T) { // 20-rules R75
	set := filter.NewSet(filter.Field{Name: "name", Type: filter.Text}, filter.Field{Name: "price", Type: filter.Number},
		filter.Field{Name: "object", Type: filter.Text}, filter.Field{Name: "image_url", Type: filter.Text}, filter.Field{Name: "created_at", Type: filter.Time},
		filter.Field{Name: "updated_at", Type: filter.Time}, filter.Field{Name: "attributes", Type: filter.TextList}, filter.Field{Name: "metadata.*", Type: filter.Metadata})
	having := func(query string) *Shelf {
		f, fault := filter.Parse(query, set)
		if fault != nil {
			t.Fatal(fault)
		}
		return shelf(Collection{ID: "pc", Filter: &f})
	}
	for name, tt := range map[string]struct {
		query string
		item  promo.OrderItem
		want  bool
	}{
		"stored metadata":                {"filters[metadata.brand][conditions][$is]=Nord", promo.OrderItem{ProductID: "prod_mug"}, true},
		"sent metadata over stored":      {"filters[metadata.brand][conditions][$is]=Nord", promo.OrderItem{ProductID: "prod_mug", Product: &promo.LineGood{Metadata: promo.Metadata(`{"brand":"Sud"}`)}}, false},
		"other stored keys stay":         {"filters[metadata.fit][conditions][$is]=slim", promo.OrderItem{ProductID: "prod_tee", Product: &promo.LineGood{Metadata: promo.Metadata(`{"brand":"Sud"}`)}}, true},
		"a SKU is judged by itself":      {"filters[metadata.brand][conditions][$is]=Alba", promo.OrderItem{SKUID: "sku_m"}, false},
		"by its own metadata":            {"filters[metadata.size][conditions][$is]=M", promo.OrderItem{SKUID: "sku_m"}, true},
		"by its kind":                    {"filters[object][conditions][$is]=sku", promo.OrderItem{SKUID: "sku_m"}, true},
		"by its name":                    {"filters[name][conditions][$is]=Tee L", promo.OrderItem{SKUID: "sku_l"}, true},
		"by a product's name":            {"filters[name][conditions][$is]=Mug", promo.OrderItem{ProductID: "prod_mug"}, true},
		"by the name that was sent":      {"filters[name][conditions][$is]=Mug", promo.OrderItem{ProductID: "prod_mug", Product: &promo.LineGood{Name: "Cup"}}, false},
		"the unknown has no name":        {"filters[name][conditions][$is_unknown]=", promo.OrderItem{ProductID: "ghost"}, true},
		"by its attributes":              {"filters[attributes][conditions][$contains]=handle", promo.OrderItem{ProductID: "prod_mug"}, true},
		"by its image":                   {"filters[image_url][conditions][$ends_with]=mug.png", promo.OrderItem{ProductID: "prod_mug"}, true},
		"by when it was made":            {"filters[created_at][conditions][$before]=2026-02-02", promo.OrderItem{ProductID: "prod_mug"}, true},
		"by when it was changed":         {"filters[updated_at][conditions][$after]=2026-02-02", promo.OrderItem{ProductID: "prod_mug"}, true},
		"which it never was":             {"filters[updated_at][conditions][$is_unknown]=", promo.OrderItem{ProductID: "prod_tee"}, true},
		"by when a SKU was changed":      {"filters[updated_at][conditions][$after]=2026-02-02", promo.OrderItem{SKUID: "sku_m"}, true},
		"a SKU that never was":           {"filters[updated_at][conditions][$is_unknown]=", promo.OrderItem{SKUID: "sku_l"}, true},
		"the unknown was never made":     {"filters[created_at][conditions][$is_unknown]=", promo.OrderItem{SKUID: "ghost"}, true},
		"by the stored price":            {"filters[price][conditions][$more_than]=2400", promo.OrderItem{SKUID: "sku_m"}, true},
		"by the sent price":              {"filters[price][conditions][$more_than]=2400", promo.OrderItem{SKUID: "sku_m", Price: new(promo.Amount(100))}, false},
		"the unknown by what was sent":   {"filters[metadata.brand][conditions][$is]=Z", promo.OrderItem{SourceID: "z", RelatedObject: "product", Product: &promo.LineGood{Metadata: promo.Metadata(`{"brand":"Z"}`)}}, true},
		"a line that is nothing is out":  {"filters[metadata.brand][conditions][$is_not]=Z", promo.OrderItem{}, false},
		"negative filters match absents": {"filters[metadata.brand][conditions][$is_not]=Z", promo.OrderItem{ProductID: "ghost"}, true},
	} {
		line := having(tt.query).Line(&tt.item)
		if got := line.In("pc"); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestPricesCompareExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount, of := rapid.Int64Range(0, promo.MaxInteger), rapid.Int64Range(1, promo.MaxInteger)
		a, b := Price{promo.Amount(amount.Draw(t, "a")), of.Draw(t, "a of")}, Price{promo.Amount(amount.Draw(t, "b")), of.Draw(t, "b of")}
		if want := big.NewRat(int64(a.Amount), a.Of).Cmp(big.NewRat(int64(b.Amount), b.Of)); a.Cmp(b) != want {
			t.Fatalf("%v against %v: %d, want %d", a, b, a.Cmp(b), want)
		}
	})
}

func TestAttributesAreReadOnce(t *testing.T) { // 20-rules R38
	s := shelf()
	line := s.Line(&promo.OrderItem{SKUID: "sku_m", Metadata: promo.Metadata(`{"gift":true}`)})
	for range 2 {
		if !line.Metadata().Lookup("gift").True || line.GoodMetadata().Lookup("size").Text != "M" || line.ProductMetadata().Lookup("brand").Text != "Alba" {
			t.Error("own, SKU and product metadata are not told apart")
		}
	}
}
