package rules

import (
	"strings"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

const (
	collectionC = `{"id":"pc_alba","type":"products_collection","object":"products_collection"}`
	order       = "order_rules_violated"
	customer    = "customer_rules_violated"
	redemption  = "redemption_rules_violated"
)

func productP(id string) string {
	return `{"id":"` + id + `","type":"product_or_sku","object":"product"}`
}

func left(n promo.Amount) func(*Facts) { return func(f *Facts) { f.Left = &n } }

// after is what the incentive did: so much off.
func after(off promo.Amount) func(*Facts) {
	return func(f *Facts) { f.After = &Effect{Discount: off, Total: new(*f.Left - off)} }
}

// past are redemptions that a count finds: those at or after its period began, by value.
func past(uses map[string]int64) func(*Facts) {
	return func(f *Facts) {
		f.Tallied = func(t promo.Tally) (n int64) {
			for at, value := range uses {
				if when, err := time.Parse(time.RFC3339, at); err == nil && !when.Before(t.Since) {
					n += value
				}
			}
			return n
		}
	}
}

func TestExamples(t *testing.T) { // 20-rules R13-R17, R20-R22, R28-R33, R35, R36, R38, R41, R44, R45, R47-R50
	gift := func(f *Facts) {
		f.After = &Effect{Credits: 900, Total: f.Left}
		past(map[string]int64{"2025-01-01T00:00:00Z": 4200})(f)
	}
	points := func(f *Facts) { f.After = &Effect{Points: 300, Total: f.Left} }
	budget := func(off promo.Amount) func(*Facts) {
		return func(f *Facts) { after(off)(f); past(map[string]int64{"2025-01-01T00:00:00Z": 99500})(f) }
	}
	daily := one("redemption.count.per_customer.daily", `{"$less_than_or_equal":[1]}`)
	vip, big := `{"name":"customer.segment","conditions":{"$is":["seg_vip"]}}`, `{"name":"order.amount","conditions":{"$more_than":[1]}}`
	for _, tt := range []struct {
		example string
		set     string
		change  func(*Facts)
		want    string
	}{
		{"1", one("order.amount", `{"$more_than":[10000]}`), nil, "valid"},
		{"2", one("order.amount", `{"$more_than":[17500]}`), nil, order},
		{"3", one("order.initial_amount", `{"$more_than":[15000],"$less_than":[17500]}`), nil, order},
		{"4", one("order.amount", `{"$more_than_or_equal":[10000]}`), left(9500), order},
		{"5", one("order.initial_amount", `{"$more_than_or_equal":[10000]}`), left(9500), "valid"},
		{"6", one("order.total_amount", `{"$more_than_or_equal":[15000]}`), after(2000), "valid"},
		{"7", one("order.total_amount", `{"$more_than_or_equal":[15000]}`), after(2600), order},
		{"8", one("order.items.count", `{"$more_than_or_equal":[6]}`), nil, "valid"},
		{"9", one("order.items.price_any", `{"$more_than":[8000]}`), nil, "valid"},
		{"10", one("order.items.price_each", `{"$more_than_or_equal":[1500]}`), nil, order},
		{"11", one("order.metadata", `{"$less_than":[5]}`, with("weight")), nil, "valid"},

		{"12", one("customer.segment", `{"$is":["seg_vip"]}`), nil, "valid"},
		{"13", one("customer.segment", `{"$is":["seg_vip"]}`, saying("VIP only")), ben, customer + ": VIP only"},
		{"14", one("customer.segment", `{"$is_not":["seg_vip"]}`), nobody, "missing_customer"},
		{"15", one("customer.loyalty.tier", `{"$in":["ltr_gold","ltr_plat"]}`), nil, "valid"},
		{"16", one("customer.metadata", `{"$is_not":["gold"]}`, with("tier")), ben, "valid"},
		{"17", one("customer.metadata", `{"$less_than":[5]}`, with("visits")), ben, customer},
		{"18", one("customer.metadata", `{"$starts_with":["Os"]}`, with("trip.city")), nil, "valid"},
		{"19", one("customer.metadata", `{"$contains":["new","loyal"]}`, with("tags")), nil, "valid"},
		{"20", one("customer.metadata", `{"$not_differ":["new"]}`, with("tags")), nil, customer},
		{"21", one("customer.metadata", `{"$not_differ":[]}`, with("tags")), ben, "valid"},
		{"22", one("customer.metadata", `{"$not_intersect":["banned"]}`, with("tags")), nil, "valid"},
		{"23", one("customer.metadata", `{"$count_more":[1]}`, with("tags")), nil, "valid"},
		{"24", one("customer.metadata", `{"$is_days_ago":[3]}`, with("joined")), nil, "valid"},
		{"25", one("customer.metadata", `{"$less_than_ago":[1]}`, with("last_seen")), nil, "valid"},
		{"26", one("customer.metadata", `{"$more_than_future":[2]}`, with("renewal")), nil, "valid"},
		{"27", one("customer.metadata", `{"$less_than_future":[3]}`, with("renewal")), nil, customer},
		{"28", one("customer.metadata", `{"$dow":[3]}`, with("last_seen")), nil, "valid"},
		{"29", one("publication.redeemable_by_linked_customer", `{"$is":[true]}`), nil, customer},

		{"30", one("order.items.any", `{"$is":[`+collectionC+`]}`, `"rules":`+one("order.items.aggregated_quantity", `{"$more_than_or_equal":[5]}`)), nil, "valid"},
		{"31", one("order.items.any", `{"$is":[`+collectionC+`]}`, `"rules":`+one("order.items.aggregated_amount", `{"$more_than_or_equal":[9000]}`, saying("Add more Alba"))), nil, order + ": Add more Alba"},
		{"32", one("order.items.every", `{"$is":[`+collectionC+`]}`), nil, order},
		{"33", one("order.items.every", `{}`, `"rules":`+one("order.items.price", `{"$more_than_or_equal":[1000]}`)), nil, "valid"},
		{"34", one("order.items.none", `{"$is":[`+productP("prod_lamp")+`]}`, saying("No lamps")), nil, order + ": No lamps"},
		{"35", one("order.items.most_expensive", `{"$is":[`+productP("prod_lamp")+`]}`), nil, "valid"},
		{"36", one("order.items.most_expensive", `{"$is":[`+productP("prod_tee")+`],"$from":[`+collectionC+`]}`), nil, "valid"},
		{"37", one("order.items.cheapest", `{"$is":[`+productP("prod_tee")+`]}`), nil, order},
		{"38", one("order.items.any", `{"$is":[{"id":"pc_st","type":"products_collection","object":"products_collection"}]}`), nil, "valid"},
		{"39", one("order.items.any", `{"$is":[`+productP("prod_tee")+`],"$from":[`+collectionC+`]}`, `"rules":`+one("order.items.metadata", `{"$is":[true]}`, with("gift"))), nil, order},
		{"40", one("product.id", `{"$is":[{"id":"prod_mug"}]}`, `"rules":{"1":{"name":"product.quantity","conditions":{"$more_than_or_equal":[2]}},"2":{"name":"product.discount_applicable","conditions":{"$is":[true]}}}`), nil, "valid"},
		{"41", one("product.metadata", `{"$is":["Alba"]}`, with("brand"), `"rules":`+one("product.metadata.match_all", `{"$is":[true]}`)), nil, order},

		{"42", one("redemption.metadata", `{"$in":["L1","L2"]}`, with("location_id")), nil, "valid"},
		{"43", one("redemption.metadata", `{"$is":["L9"]}`, with("location_id")), nil, redemption},
		{"44", one("redemption.count.per_customer", `{"$less_than_or_equal":[1]}`), nil, "valid"},
		{"45", one("redemption.count.per_customer", `{"$less_than_or_equal":[1]}`), past(map[string]int64{"2025-01-01T00:00:00Z": 1}), redemption},
		{"46", daily, past(map[string]int64{"2025-03-11T22:59:00Z": 1}), "valid"},
		{"47", daily, past(map[string]int64{"2025-03-11T23:30:00Z": 1}), redemption},
		{"48", one("campaign.redemptions.count.weekly", `{"$less_than_or_equal":[2]}`), past(map[string]int64{"2025-03-09T22:30:00Z": 1, "2025-03-09T23:30:00Z": 1}), "valid"},
		{"49", one("campaign.redemptions.count.monthly", `{"$less_than":[3]}`), past(map[string]int64{"2025-02-28T22:30:00Z": 1, "2025-02-28T23:30:00Z": 1, "2025-03-05T12:00:00Z": 1}), redemption},
		{"50", one("campaign.orders.amount_discounted", `{"$less_than_or_equal":[100000]}`), budget(500), "valid"},
		{"51", one("campaign.orders.amount_discounted", `{"$less_than_or_equal":[100000]}`), budget(501), redemption},
		{"52", one("campaign.orders.amount", `{"$less_than_or_equal":[50000]}`), past(map[string]int64{"2025-01-01T00:00:00Z": 32500}), "valid"},
		{"52, one over", one("campaign.orders.amount", `{"$less_than_or_equal":[50000]}`), past(map[string]int64{"2025-01-01T00:00:00Z": 32501}), redemption},
		{"53", one("redemption.gift.amount", `{"$less_than_or_equal":[5000]}`), gift, redemption},
		{"54", one("redemption.reward.pay_with_points.points_used", `{"$less_than_or_equal":[300]}`), points, "valid"},
		{"55", one("redemption.api_key", `{"$in":["app_pos1"]}`), nil, redemption},

		{"56", `{"1":{"name":"order.amount","conditions":{"$more_than":[50000]}},"2":` + vip + `,"logic":"1 or 2"}`, nil, "valid"},
		{"57", `{"rules":{"1":{"name":"customer.metadata","property":"tier","conditions":{"$is":["gold"]}},"2":{"name":"order.items.any","conditions":{"$is":[` + productP("prod_zzz") + `]},"error":{"message":"Add ZZZ"}},
			"3":{"name":"order.amount","conditions":{"$more_than":[20000]},"error":{"message":"Spend more"}},"logic":"1 AND (2 OR 3)"},"error":{"message":"fallback"}}`, nil, order + ": Add ZZZ"},
		{"58", `{"1":` + big + `,"2":{"name":"order.amount","conditions":{"$less_than":[1]}},"3":{"name":"order.amount","conditions":{"$less_than":[1]}},"logic":"1 or 2 and 3"}`, nil, "valid"},
		{"59", `{"1":` + big + `,"2":{"name":"customer.segment","conditions":{"$is":["seg_other"]}},"logic":"1"}`, nil, "valid"},
		{"60", `{"rules":{"1":{"name":"order.amount","conditions":{"$more_than":[50000]}}},"error":{"message":"Basket too small"}}`, nil, order + ": Basket too small"},
		{"61", `{"1":` + vip + `,"2":` + big + `,"logic":"1 or 2"}`, nobody, "valid"},
		{"62", `{"1":` + vip + `,"2":` + big + `,"logic":"1 and 2"}`, nobody, "missing_customer"},
		{"63", `{"1":{"name":"order.amount","conditions":{"$more_than":[50000]}},"2":{"name":"customer.segment","conditions":{"$is":["seg_other"]},"error":{"message":"seg"}},"logic":"2 and 1"}`, nil, customer + ": seg"},
	} {
		f := world(t)
		if tt.change != nil {
			tt.change(f)
		}
		if got := judged(t, f, tt.set); got != tt.want {
			t.Errorf("example %s: %s, want %s", tt.example, got, tt.want)
		}
	}
	f := world(t) // 40 again: mug becomes an included item
	set := compile(t, one("product.id", `{"$is":[{"id":"prod_mug"}]}`, `"rules":`+one("product.discount_applicable", `{"$is":[true]}`)))
	if got := set.Included(f); len(got) != 1 || got[0].Object != "product" || got[0].ID != "prod_mug" {
		t.Errorf("example 40: %+v", got)
	}
	set = compile(t, one("sku.id", `{"$in":[{"id":"a","source_id":"b"},{"id":"c"}],"$not_in":[{"id":"d"}]}`, `"rules":`+one("sku.discount_applicable", `{"$is":[true]}`)))
	if got := set.Included(f); len(got) != 2 || got[0].Object != "sku" || got[0].ID != "a" || *got[0].SourceID != "b" || got[1].ID != "c" || got[1].SourceID != nil {
		t.Errorf("R39: %+v", got)
	}
	set = compile(t, one("product.metadata", `{"$is":["Alba"]}`, with("brand"), `"rules":`+one("product.metadata.discount_applicable", `{"$is":[true]}`))) // 20-rules R39
	if got := set.Included(f); len(got) != 2 || got[0].ID != "prod_mug" || got[1].Object != "sku" || got[1].ID != "sku_tee_m" {
		t.Errorf("R39: %+v", got)
	}
}

func TestSingleOperators(t *testing.T) { // 20-rules R13-R21, Q3, Q4, Q25
	f := world(t)
	for _, tt := range []struct {
		value, conditions string
		holds             bool
	}{
		{`"2025-03-12T10:30:00Z"`, `{"$timeframe":["2025-03-01T10:00:00Z;P1D;PT1H"]}`, true},
		{`"2025-03-12T11:00:00Z"`, `{"$timeframe":["2025-03-01T10:00:00Z;P1D;PT1H"]}`, false},
		{`"2025-04-12T09:30:00Z"`, `{"$timeframe":["2025-03-01T10:00:00Z;P1D;PT1H"]}`, true}, // summer time: the local hour stays (20-rules R18)
		{`"2025-03-12T10:30:00Z"`, `{"$timeframe_absolute":["2025-03-12T10:30:00Z;2025-03-12T12:00:00Z"]}`, true},
		{`"2025-03-12T12:00:01Z"`, `{"$timeframe_absolute":["2025-03-12T10:30:00Z;2025-03-12T12:00:00Z"]}`, false},
		{`"2025-03-12T10:30:00Z"`, `{"$timeframe_daily_hours":["11:00;12:00;3"]}`, true},
		{`"2025-03-12T11:00:00Z"`, `{"$timeframe_daily_hours":["11:00;12:00;3"]}`, false},
		{`"2025-03-12T11:00:00Z"`, `{"$timeframe_daily_hours":["11:00;12:00;3","12:00;13:00;1,3"]}`, true},
		{`"2025-03-12"`, `{"$dow":[1,3]}`, true}, {`"2025-03-12"`, `{"$dow":[2,4]}`, false}, {`"2025-03-11T23:30:00Z"`, `{"$dow":[3]}`, true}, {`"2025-03-09"`, `{"$dow":[0]}`, true},
		{`"2025-03-09"`, `{"$more_than_ago":[3]}`, false}, {`"2025-03-08"`, `{"$more_than_ago":[3]}`, true}, {`"2025-03-13"`, `{"$less_than_ago":[5]}`, false},
		{`"2025-03-09"`, `{"$more_than_ago":[2.5]}`, true}, {`"2025-03-09"`, `{"$less_than_ago":[3.5]}`, true}, {`"2025-03-09"`, `{"$less_than_ago":[2.5]}`, false}, // 20-rules R14: any number
		{`"2025-03-15"`, `{"$more_than_future":[2.5]}`, true}, {`"2025-03-15"`, `{"$less_than_future":[3.5]}`, true}, {`"2025-03-11"`, `{"$more_than_future":[0]}`, false},
		{`"1700-01-01"`, `{"$is_days_ago":[118774]}`, true}, {`"2500-01-01"`, `{"$more_than_future":[150000]}`, true},
		{`"2025-03-13"`, `{"$is_days_in_future":[1]}`, true}, {`"2025-03-12"`, `{"$less_than_future":[1]}`, true}, {`"2025-03-11"`, `{"$less_than_future":[1]}`, false},
		{`"007"`, `{"$is":[7]}`, true}, {`7`, `{"$is":["7.0"]}`, true}, {`"007"`, `{"$is":["7"]}`, false}, {`true`, `{"$is":["true"]}`, true}, {`"false"`, `{"$is":[false]}`, true},
		{`"2025-03-12"`, `{"$is":["2025-03-11T23:00:00Z"]}`, true}, {`"Gold"`, `{"$is":["gold"]}`, false}, {`"a"`, `{"$is":["b","a"]}`, true}, {`"a"`, `{"$is_not":["b","a"]}`, false},
		{`"a"`, `{"$is":"a"}`, true},                                                                                        // a bare value is a list of one
		{`5`, `{"$more_than":[4,100]}`, true},                                                                               // extra elements are ignored
		{`-3`, `{"$less_than":[-2.5]}`, true},                                                                               // 20-rules R20
		{`"5"`, `{"$more_than":[4]}`, true},                                                                                 // numeric text
		{`"2025-03-12"`, `{"$after":["2025-03-12"]}`, false}, {`"2025-03-11T23:00:01Z"`, `{"$after":["2025-03-12"]}`, true}, // 20-rules R17
		{`"2025-03-11"`, `{"$before":["2025-03-12"]}`, true}, {`"2025-03-13"`, `{"$more_than":["2025-03-12"]}`, true}, {`"soon"`, `{"$after":["2025-03-12"]}`, false},
		{`"abc"`, `{"$starts_with":["x","ab"]}`, true}, {`"abc"`, `{"$ends_with":["bc"]}`, true}, {`"abc"`, `{"$contains":["x","b"]}`, true}, {`["a","b"]`, `{"$contains":["a","x"]}`, false},
		{`5`, `{"$starts_with":["5"]}`, false}, {`true`, `{"$contains":["t"]}`, false}, {`true`, `{"$more_than":[0]}`, false}, {`true`, `{"$dow":[3]}`, false}, // 20-rules R15
		{`["a","b","a"]`, `{"$not_differ":["b","a"]}`, true}, {`[]`, `{"$not_differ":[]}`, true}, {`"a"`, `{"$not_differ":["a"]}`, true}, {`["a"]`, `{"$not_intersect":["a","x"]}`, false},
		{`["a","b"]`, `{"$is":["x","b"]}`, true}, {`["a","b"]`, `{"$not_in":["x","b"]}`, false}, {`[1,2]`, `{"$count":[2]}`, true}, {`7`, `{"$count":[1]}`, true}, {`"x"`, `{"$count":[1]}`, false}, {`[1]`, `{"$count_less":[2]}`, true},
		{`null`, `{"$count":[0]}`, true}, {`null`, `{"$is":["a"]}`, false}, {`null`, `{"$not_in":["a"]}`, true}, {`null`, `{"$not_intersect":["a"]}`, true}, {`null`, `{"$more_than":[1]}`, false}, {`null`, `{"$timeframe_absolute":["2025-01-01;2026-01-01"]}`, false},
		{`[]`, `{"$is_not":["a"]}`, true}, {`""`, `{"$more_than":[1]}`, false}, {`{"a":1}`, `{"$is":["a"]}`, false}, {`5`, `{"$greater_than_or_equal":[5]}`, true}, {`5`, `{"$less_than_equal":[5]}`, true},
		{`true`, `{"$is":[false]}`, false}, {`"x"`, `{"$is":[true]}`, false}, {`"ab"`, `{"$contains":["x"]}`, false}, {`["a"]`, `{"$not_differ":["a","b"]}`, false}, {`"soon"`, `{"$timeframe_absolute":["2025-01-01;2026-01-01"]}`, false},
		{`"x"`, `{"$is_days_ago":[0]}`, false}, {`"2025-03-12"`, `{"$is_days_ago":[0.5]}`, false}, {`3`, `{"$is":[3],"$more_than":[5]}`, false},
	} {
		f.Redemption = metadata.Read(promo.Metadata(`{"v":` + tt.value + `}`))
		if got := judged(t, f, one("redemption.metadata", tt.conditions, with("v"))); got == "valid" != tt.holds {
			t.Errorf("%s %s: %s", tt.value, tt.conditions, got)
		}
	}
}

func TestItemRules(t *testing.T) { // 20-rules R29, R32-R38
	sub := func(name, conditions string, more ...string) string {
		return `"rules":` + one(name, conditions, more...)
	}
	for _, tt := range []struct {
		set    string
		change func(*Facts)
		want   string
	}{
		{one("order.items.any", `{}`, sub("order.items.price", `{"$more_than":[8000]}`)), nil, "valid"},
		{one("order.items.every", `{}`, sub("order.items.price", `{"$more_than":[8000]}`)), nil, order},
		{one("order.items.any", `{}`, `"rules":{"1":{"name":"order.items.quantity","conditions":{"$is":[3]}},"2":{"name":"order.items.price","conditions":{"$is":[8900]}}}`), nil, "valid"}, // each by a line of its own (20-rules R37)
		{one("order.items.none", `{"$is":[`+productP("prod_zzz")+`]}`), nil, "valid"},
		{one("order.items.none", `{}`), func(f *Facts) { f.Order, f.Lines = nil, nil }, "valid"},
		{one("order.items.cheapest", `{}`, sub("order.items.metadata", `{"$is":[true]}`, with("gift"))), nil, "valid"},
		{one("order.items.any", `{"$from":["pc_alba"]}`, sub("order.items.aggregated_quantity", `{"$is":[5]}`)), nil, "valid"},
		{one("order.items.any", `{"$is":[{"id":"sku_tee_m","type":"product_or_sku","object":"sku"}]}`), nil, "valid"},
		{one("order.items.any", `{"$is":[{"id":"pc_alba","type":"products_collection"}]}`), nil, "valid"},
		{one("order.items.any", `{"$is":[{"id":"sku_tee_m","type":"product_or_sku"}]}`), nil, "valid"}, // tries both (20-rules R31)
		{one("sku.id", `{"$is":[{"id":"sku_tee_m"}]}`, sub("sku.price", `{"$is":[2500]}`)), nil, "valid"},
		{one("sku.id", `{"$is":["sku_zzz"]}`), nil, order},
		{one("product.id", `{"$is_not":[{"id":"prod_zzz"}]}`), nil, "valid"},
		{one("product.id", `{"$not_in":[{"id":"prod_zzz"},{"id":"prod_tee"}]}`), nil, order},
		{one("product.id", `{"$in":[{"id":"prod_zzz"},{"id":"prod_tee"}]}`, sub("product.quantity", `{"$is":[2]}`)), nil, "valid"},
		{one("product.metadata", `{"$is":["Nord"]}`, with("brand"), sub("product.metadata.aggregated_amount", `{"$is":[8900]}`)), nil, "valid"},
		{one("product.metadata", `{"$is":["Alba"]}`, with("brand"), sub("product.metadata.aggregated_quantity", `{"$more_than":[5]}`)), nil, order},
		{one("product.metadata", `{"$in":["Alba","Nord"]}`, with("brand"), sub("product.metadata.match_all", `{"$is":[true]}`)), nil, "valid"},
		{one("product.metadata", `{"$is":["Alba"]}`, with("brand"), sub("product.metadata.match_all", `{"$is":[false]}`)), nil, "valid"},
		{one("order.items.metadata_any", `{"$is":[true]}`, with("gift")), nil, "valid"},
		{one("order.items.metadata_each", `{"$is":[true]}`, with("gift")), nil, order},
		{one("order.items.price_any", `{"$is_not":[5]}`), func(f *Facts) { // no unit price, no answer (20-rules R29)
			f.Order.Items = f.Order.Items[:1]
			f.Lines = f.Lines[:1]
			f.Lines[0].Price.Of = 0
		}, order},
		{one("order.items.price_any", `{"$is":[0.5]}`), func(f *Facts) { f.Lines[0].Price.Amount, f.Lines[0].Price.Of = 2, 4 }, "valid"},
		{one("order.items.price_each", `{"$not_in":[500.5]}`), func(f *Facts) { f.Lines[1].Price.Amount, f.Lines[1].Price.Of = 1001, 2 }, order},
		{one("order.items.price_any", `{"$more_than":[333],"$less_than":[334]}`), func(f *Facts) { f.Lines[0].Price.Amount, f.Lines[0].Price.Of = 1000, 3 }, "valid"}, // 10-pricing R11
	} {
		f := world(t)
		if tt.change != nil {
			tt.change(f)
		}
		if got := judged(t, f, tt.set); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.set, got, tt.want)
		}
	}
}

func TestMissingData(t *testing.T) { // 20-rules R12, R25, R48; 30 table E rows 10, 11, 13
	noOrder := func(f *Facts) { f.Order, f.Lines, f.Left, f.Initial = nil, nil, nil, nil }
	noLines := func(f *Facts) { f.Order, f.Lines = &promo.Order{Amount: f.Order.Amount}, nil }
	noAmount := func(f *Facts) { f.Left, f.Initial = nil, nil }
	unknown := func(f *Facts) { f.Customer, f.Scope.Customer = &Customer{}, "" }
	for _, tt := range []struct {
		set    string
		change func(*Facts)
		want   string
	}{
		{one("order.amount", `{"$more_than":[1]}`), noOrder, "missing_order"},
		{one("order.amount", `{"$more_than":[1]}`), noAmount, "missing_amount"},
		{one("order.total_amount", `{"$more_than":[1]}`), noAmount, "missing_amount"},
		{one("order.total_amount", `{"$more_than":[1]}`), noOrder, "missing_order"},
		{one("order.items.count", `{"$more_than":[1]}`), noLines, "missing_order_items"},
		{one("order.items.any", `{}`), noLines, "missing_order_items"},
		{one("order.items.every", `{}`), noLines, "missing_order_items"},
		{one("order.items.cheapest", `{}`), noLines, "missing_order_items"},
		{one("order.items.price_each", `{"$is":[1]}`), noOrder, "missing_order"},
		{one("order.items.metadata_any", `{"$is_not":[1]}`, with("gift")), noLines, "missing_order_items"},
		{one("sku.id", `{"$is_not":["sku_tee_m"]}`), noLines, "missing_order_items"},
		{one("customer.loyalty.tier", `{"$is":["ltr_gold"]}`), ben, customer},
		{one("campaign.orders.amount", `{"$is":[0]}`), noAmount, "valid"}, // an order of no known amount adds nothing
		{one("product.metadata", `{"$is":["Alba"]}`, with("brand")), noOrder, "missing_order"},
		{one("order.metadata", `{"$is":["web"]}`, with("channel")), noOrder, order},
		{one("order.metadata", `{"$is_not":["web"]}`, with("channel")), noOrder, "valid"},
		{one("order.items.none", `{}`), noLines, "valid"},
		{one("customer.metadata", `{"$is_not":["x"]}`, with("tier")), nobody, "missing_customer"},
		{one("customer.loyalty.tier", `{"$is_not":["x"]}`), nobody, "missing_customer"},
		{one("redemption.count.per_customer", `{"$less_than":[9]}`), nobody, "missing_customer"},
		{one("redemption.count.per_customer", `{"$less_than":[9]}`), unknown, "missing_customer"},
		{one("publication.redeemable_by_linked_customer", `{"$is":[true]}`), unknown, "missing_customer"},
		{one("customer.metadata", `{"$is_not":["x"]}`, with("tier")), unknown, "valid"}, // who is not identified has attributes all the same
		{one("redemption.count.per_customer", `{"$is":[1]}`), func(f *Facts) { // identified by a source id, and new
			f.Scope.Customer, f.Customer = "", &Customer{Identified: true}
			past(map[string]int64{"2025-03-12T00:00:00Z": 5})(f)
		}, "valid"},
		{one("custom_event.metadata", `{"$is":["x"]}`, with("k")), nil, redemption},
		{one("custom_event.metadata", `{"$is_not":["x"]}`, with("k")), nil, "valid"},
		{one("custom_event.metadata", `{"$is":["x"]}`, with("k")), func(f *Facts) { f.Event = new(metadata.Read(promo.Metadata(`{"k":"x"}`))) }, "valid"},
		{one("redemption.user.login", `{"$is":["ann"]}`), nil, redemption},
		{one("redemption.user.login", `{"$is":["ann"]}`), func(f *Facts) { f.User = "ann" }, "valid"},
		{one("redemption.count.per_user", `{"$less_than":[9]}`), nil, redemption},
		{one("redemption.count.per_api_key", `{"$less_than":[2]}`), nil, "valid"},
		{one("redemption.count.daily", `{"$less_than":[9]}`), func(f *Facts) { f.Voucher, f.Campaign = "", "" }, redemption}, // no incentive (20-rules R25)
	} {
		f := world(t)
		if tt.change != nil {
			tt.change(f)
		}
		if got := judged(t, f, tt.set); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.set, got, tt.want)
		}
	}
}

func TestLaterRules(t *testing.T) { // 20-rules R54
	for _, set := range []string{one("order.total_amount", `{"$more_than":[999999]}`), one("campaign.orders.amount_discounted", `{"$less_than":[0]}`),
		one("redemption.gift.amount", `{"$less_than":[0]}`), one("redemption.reward.pay_with_points.points_used", `{"$less_than":[0]}`)} {
		f := world(t)
		if !compile(t, set).NeedsEffect() {
			t.Errorf("%s does not ask for the effect", set)
		}
		if got := judged(t, f, set); got != "valid" {
			t.Errorf("%s is judged before pricing: %s", set, got)
		}
		after(5)(f)
		if got := judged(t, f, set); got == "valid" {
			t.Errorf("%s is not judged after pricing", set)
		}
	}
	if compile(t, one("order.amount", `{"$is":[1]}`)).NeedsEffect() {
		t.Error("a rule about the cart asks for the effect")
	}
}

func TestNames(t *testing.T) { // 20-rules R23
	for _, name := range []string{"customer_segment", "customer.segment.", "customer.segment"} {
		if got := judged(t, world(t), one(name, `{"$is":["seg_vip"]}`)); got != "valid" {
			t.Errorf("%s: %s", name, got)
		}
	}
	p := compile(t, one("order_items_price_any", `{"$more_than":[8000]}`))
	if v := p.Check(world(t)); !v.Holds || v.Trace[0].Name != "order_items_price_any" {
		t.Errorf("%+v", v)
	}
	for _, k := range catalogue() { // every rule of d.4 compiles where it may stand, and nowhere else
		conditions := map[operators]string{numOps: `{"$more_than":[1]}`, idOps: `{"$is":["x"]}`, metaOps: `{"$is":["x"]}`, itemOps: `{}`, flagOps: `{"$is":[true]}`}[k.ops]
		more := []string{}
		if k.metadata {
			more = append(more, with("k"))
		}
		_, refused := Compile(read(t, one(k.name, conditions, more...)))
		if (refused == nil) != (k.at == top) {
			t.Errorf("%s: %v", k.name, refused)
		}
	}
}

func TestQualification(t *testing.T) { // 20-rules R79-R81
	set := `{"1":{"name":"order.items.any","conditions":{"$is":[` + productP("prod_lamp") + `]}},"2":{"name":"customer.segment","conditions":{"$is":["seg_vip"]}},"3":{"name":"order.amount","conditions":{"$more_than":[50000]}},"logic":"1 and 2 and 3"}`
	amount := func(l *Leaf) bool { return l.Name == "order.amount" }
	audience := func(l *Leaf) bool { return l.Family != OfCustomer }
	all := func(*Leaf) bool { return true }
	empty := func(f *Facts) { f.Order, f.Lines = nil, nil }
	for name, tt := range map[string]struct {
		omit    func(*Leaf) bool
		change  func(*Facts)
		holds   bool
		omitted string
	}{
		"ALL, Ana":                       {amount, nil, true, "3"},
		"ALL, Ben":                       {amount, ben, false, "3"},
		"ALL, none":                      {amount, nobody, false, "3"},
		"AUDIENCE_ONLY, Ana, no cart":    {audience, empty, true, "1 3"},
		"PRODUCTS, Ben":                  {all, ben, true, "1 2 3"},
		"PRODUCTS_BY_CUSTOMER, Ben":      {audience, ben, false, "1 3"},
		"a validation enforces them all": {nil, nil, false, ""},
	} {
		f := world(t)
		f.Omit = tt.omit
		if tt.change != nil {
			tt.change(f)
		}
		if v := compile(t, set).Check(f); v.Holds != tt.holds || strings.Join(v.Omitted, " ") != tt.omitted {
			t.Errorf("%s: %t, omitted %v", name, v.Holds, v.Omitted)
		}
	}
}
