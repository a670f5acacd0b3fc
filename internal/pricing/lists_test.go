package pricing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
)

// written is a list as one line per entry.
func written(list []Listed) string {
	var out []string
	for _, l := range list {
		s := fmt.Sprintf("%s %s strict=%t %s skip=%d repeat=%d %s", l.Object, l.ID, l.Strict, l.ApplicableTo.Effect, l.SkipInitially, l.Repeat, l.Target)
		if l.SourceID != nil {
			s += " source=" + *l.SourceID
		}
		if l.ProductID != "" {
			s += " of=" + l.ProductID
		}
		if l.QuantityLimit != nil {
			s += fmt.Sprint(" limit=", *l.QuantityLimit)
		}
		if l.Price != nil {
			s += " price=" + l.Price.String()
		}
		if l.Indices != nil {
			s += fmt.Sprint(" ", l.Indices)
		}
		for _, u := range l.Units {
			s += fmt.Sprint(" ", u.Index, ":", u.Units, map[bool]string{true: "!"}[u.Exceeded])
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func TestTheTwoLists(t *testing.T) { // 10-pricing W13, W16; R120-R126
	const plain = " APPLY_TO_EVERY skip=0 repeat=1 ITEM"
	ten := percentOff("10", "")
	for name, tt := range map[string]struct {
		cart     string
		d        *promo.Discount
		sets     []Set
		included []string
		excluded []string
	}{
		"W16": {"prod_jam 450 x 2, prod_tea 600 x 1, prod_jam 450 x 1", ten, []Set{{ApplicableToSet: promo.ApplicableToSet{Included: []promo.ApplicableTo{inCollection("pc_food", units(1))},
			Excluded: []promo.ApplicableTo{product("prod_tea")}}}},
			[]string{"products_collection pc_food strict=false" + plain + " limit=1 [0 2] 0:[1] 2:[1]", "product prod_jam strict=true" + plain + " limit=1 [0 2] 0:[1] 2:[1]"},
			[]string{"product prod_tea strict=false" + plain + " [1] 1:[1]"}},
		"W13": {"desk 9000 x 1, lamp 2500 x 3, chair 4000 x 2, bulb 300 x 4", off("200", ""), []Set{including(product("lamp", from(promo.ApplyFromMostExpensive, 1, 3), byUnit))},
			[]string{"product lamp strict=false APPLY_FROM_MOST_EXPENSIVE skip=1 repeat=3 UNIT source=lamp [1] 1:[2]"}, nil},
		"R121 named products are not repeated": {"sku_mint 400 x 1, prod_vase 5000 x 1, ghost 5 x 1", ten, []Set{{ApplicableToSet: promo.ApplicableToSet{IncludedAll: true, Included: []promo.ApplicableTo{product("prod_vase")}}}},
			[]string{"product prod_vase strict=false" + plain + " source=vase [1] 1:[1]", "products_collection pc_a11pr0dUc75 strict=false" + plain + " [0 2] 0:[1] 2:[1]",
				"sku sku_mint strict=true" + plain + " source=mint of=prod_mint [0] 0:[1]", "product ghost strict=true" + plain + " source=ghost [2] 2:[1]"}, nil},
		"R48 one unit behind others": {"pan 900 x 3", ten, []Set{including(product("pan", from(promo.ApplyToCheapest, 1, 1), byUnit))},
			[]string{"product pan strict=false APPLY_TO_CHEAPEST skip=1 repeat=1 UNIT source=pan [0] 0:[2]"}, nil},
		"R122 nothing taken":                    {"apron 4000 x 1", ten, []Set{including(product("pan"))}, []string{"product pan strict=false" + plain}, nil},
		"R125 an order-level effect with rules": {"pan 900 x 2, apron 4000 x 1", percentOff("10", promo.ApplyToOrder), []Set{including(product("pan"))}, []string{"product pan strict=false" + plain + " source=pan [0] 0:[1 2]"}, nil},
		"R125 and without":                      {"pan 900 x 2", percentOff("10", promo.ApplyToOrder), nil, nil, nil},
		"R123 too many units":                   {"pan 900 x 1001", ten, []Set{including(product("pan"))}, []string{"product pan strict=false" + plain + " source=pan [0] 0:[]!"}, nil},
		"R126 prices": {"pan 900 x 1", fixed("", promo.ApplyToItems), []Set{including(inCollection("kit", at("800"), func(e *promo.ApplicableTo) { e.PriceFormula = "ORDER_ITEM_PRICE / 2" }))},
			[]string{"products_collection kit strict=false" + plain + " price=800 [0] 0:[1]", "product pan strict=true" + plain + " source=pan price=450 [0] 0:[1]"}, nil},
		"R124 a collection": {"prod_jam 450 x 2, mug 5 x 1", ten, []Set{{ApplicableToSet: promo.ApplicableToSet{IncludedAll: true, Excluded: []promo.ApplicableTo{inCollection("pc_food", units(9))}}}},
			[]string{"products_collection pc_a11pr0dUc75 strict=false" + plain + " [1] 1:[1]", "product mug strict=true" + plain + " source=mug [1] 1:[1]"},
			[]string{"products_collection pc_food strict=false" + plain + " [0] 0:[1 2]", "product prod_jam strict=true" + plain + " [0] 0:[1 2]"}},
	} {
		c := apply(t, name, basket(t, tt.cart), discounting(t, tt.d, tt.sets))
		if got, want := written(c.steps[0].Included()), strings.Join(tt.included, "\n"); got != want {
			t.Errorf("%s: included\n%s\nwant\n%s", name, got, want)
		}
		if got, want := written(c.steps[0].Excluded()), strings.Join(tt.excluded, "\n"); got != want {
			t.Errorf("%s: excluded\n%s\nwant\n%s", name, got, want)
		}
	}
	w13 := apply(t, "W13", basket(t, "desk 9000 x 1, lamp 2500 x 3, chair 4000 x 2, bulb 300 x 4"),
		discounting(t, off("200", ""), []Set{including(all(from(promo.ApplyFromMostExpensive, 1, 3), byUnit))}))
	if l := w13.steps[0].Included()[0]; fmt.Sprint(l.Indices) != "[2 1 3]" || fmt.Sprint(l.Units) != "[{2 [1] false} {1 [2] false} {3 [2] false}]" {
		t.Errorf("W13: %v %v", l.Indices, l.Units)
	}
	w12 := apply(t, "W12", basket(t, "desk 9000 x 1, lamp 2500 x 3, chair 4000 x 2, bulb 300 x 4"),
		discounting(t, percentOff("20", ""), []Set{including(all(from(promo.ApplyFromCheapest, 1, 2)))}))
	if l := w12.steps[0].Included()[0]; fmt.Sprint(l.Indices) != "[1 0]" {
		t.Errorf("W12: %v", l.Indices)
	}
	also := discounting(t, off("5", ""), nil, func(u *Use) { u.Also = []promo.ApplicableTo{product("pan")} }) // 10-pricing R40: an item effect by R20
	if c := apply(t, "R40", basket(t, "pan 900 x 1, apron 4000 x 1"), also); c.applied() != "5 / -" || written(c.steps[0].Included()) != "product pan strict=false"+plain+" source=pan [0] 0:[1]" {
		t.Errorf("R40: %s, %s", c.applied(), written(c.steps[0].Included()))
	}
	also.Terms = discounting(t, ten, []Set{{ApplicableToSet: promo.ApplicableToSet{IncludedAll: true}}}).Terms
	c := apply(t, "R40 beside all products", basket(t, "pan 900 x 1, apron 4000 x 1"), also) // which claim what is left
	if l := c.steps[0].Included(); l[0].ID != "pan" || l[1].ID != string(promo.AllProducts) || fmt.Sprint(l[0].Indices, l[1].Indices) != "[0] [1]" {
		t.Errorf("R40: %s", written(l))
	}
}
