package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/promo"
)

func TestRefusedDefinitions(t *testing.T) { // 20-rules R9, R14; d.14
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"%d":{"name":"order.amount","conditions":{"$is":[1]}},`, i+1)
		}
		return `{` + strings.TrimSuffix(b.String(), ",") + `}`
	}
	nested := func(depth int) string {
		text := `{}`
		for range depth {
			text = one("order.items.any", `{}`, `"rules":`+text)
		}
		return text
	}
	bundle := func(rule string, more ...string) string {
		return `{"bundle_rules":{"1":` + rule + strings.Join(append([]string{""}, more...), ",") + `}}`
	}
	part := func(conditions, sub string) string {
		return `{"name":"order.items.any","conditions":` + conditions + `,"rules":` + sub + `}`
	}
	bottle := `{"$is":[{"id":"prod_b","type":"product_or_sku","object":"product"}]}`
	logic := func(l string) string {
		return `{"1":{"name":"order.amount","conditions":{"$is":[1]}},"2":{"name":"order.amount","conditions":{"$is":[1]}},"logic":"` + l + `"}`
	}
	keyed := func(key, logic string) string {
		return `{"` + key + `":{"name":"order.amount","conditions":{"$is":[1]}},"logic":"` + logic + `"}`
	}
	for set, want := range map[string]string{
		one("customer.metadata", `{"$is":["x"]}`):                                             "Rule 'customer.metadata' must have a 'property'",
		one("custom_event.metadata", `{"$is":["x"]}`, `"property":null`):                      "Rule 'custom_event.metadata' must have a 'property'",
		one("", `{"$is":["x"]}`):                                                              "Unknown rule ''",
		one("order.total", `{"$is":["x"]}`):                                                   "Unknown rule 'order.total'",
		one("redemption.count.per_user.daily", `{"$is":[1]}`):                                 "Unknown rule 'redemption.count.per_user.daily'",
		one("redemption.count", `{"$is":[1]}`):                                                "Unknown rule 'redemption.count'",
		one("order.amount", `{"$sounds_like":[1]}`):                                           "Rule 'order.amount' has unknown condition '$sounds_like'",
		one("order.amount", `{"$starts_with":["1"]}`):                                         "Rule 'order.amount' has unknown condition '$starts_with'",
		one("customer.metadata", `{"$from":["x"]}`, with("k")):                                "Rule 'customer.metadata' has unknown condition '$from'",
		one("order.items.any", `{"$in":["x"]}`):                                               "Rule 'order.items.any' has unknown condition '$in'",
		`{"1":{"name":"order.amount"}}`:                                                       "Rule 'order.amount' must have 'conditions'",
		one("order.amount", `{}`):                                                             "Rule 'order.amount' must have 'conditions'",
		one("order.amount", `{"$is":[]}`):                                                     "Condition '$is' of rule 'order.amount' must have a value",
		one("redemption.metadata", `{"$timeframe":["2025-01-01;P1D"]}`, with("k")):            "Condition '$timeframe' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$timeframe":["soon;P1D;PT1H"]}`, with("k")):             "Condition '$timeframe' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$timeframe_absolute":["2025-01-01"]}`, with("k")):       "Condition '$timeframe_absolute' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$timeframe_absolute":["2025-01-01;"]}`, with("k")):      "Condition '$timeframe_absolute' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$timeframe_absolute":[";2025-01-01"]}`, with("k")):      "Condition '$timeframe_absolute' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$timeframe_daily_hours":["25:00;26:00;1"]}`, with("k")): "Condition '$timeframe_daily_hours' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$timeframe_daily_hours":["08:00;09:00;7"]}`, with("k")): "Condition '$timeframe_daily_hours' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$dow":[7]}`, with("k")):                                 "Condition '$dow' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$dow":["1"]}`, with("k")):                               "Condition '$dow' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$is_days_ago":[-1]}`, with("k")):                        "Condition '$is_days_ago' of rule 'redemption.metadata' is invalid",
		one("redemption.metadata", `{"$is_days_ago":["x"]}`, with("k")):                       "Condition '$is_days_ago' of rule 'redemption.metadata' is invalid",
		one("order.items.price", `{"$is":[1]}`):                                               "Rule 'order.items.price' is not allowed here",
		one("order.amount", `{"$is":[1]}`, `"rules":`+one("order.amount", `{"$is":[1]}`)):     "Rule 'order.amount' is not allowed here",
		one("order.items.any", `{}`, `"rules":`+one("order.amount", `{"$is":[1]}`)):           "Rule 'order.amount' is not allowed here",
		one("product.id", `{"$is":["x"]}`, `"rules":`+one("sku.price", `{"$is":[1]}`)):        "Rule 'sku.price' is not allowed here",
		one("order.items.any", `{}`, `"rules":`+one("order.items.total", `{"$is":[1]}`)):      "Unknown rule 'order.items.total'",
		`{"1":{"name":"first"},"2":{"name":"second"},"logic":"3"}`:                            "Unknown rule 'first'",
		logic("1 and 3"):                      "Invalid logic '1 and 3'",
		logic("1 2"):                          "Invalid logic '1 2'",
		logic("(1 and 2"):                     "Invalid logic '(1 and 2'",
		logic("1 and 2)"):                     "Invalid logic '1 and 2)'",
		logic("1 and"):                        "Invalid logic '1 and'",
		logic("or 1"):                         "Invalid logic 'or 1'",
		logic("not 1"):                        "Invalid logic 'not 1'",
		logic("()"):                           "Invalid logic '()'",
		keyed("and", "and"):                   "Invalid logic 'and'", // 20-rules R8: no key
		keyed("Or", "Or"):                     "Invalid logic 'Or'",
		keyed("é", "é"):                       "Invalid logic 'é'",
		keyed("é", ""):                        "Invalid logic 'é'", // R4 would fill it in
		keyed("a b", " "):                     "Invalid logic 'a b'",
		keyed("", ""):                         "Invalid logic ''",
		logic(strings.Repeat("(", 900) + "1"): "Invalid logic '" + strings.Repeat("(", 900) + "1'",
		logic(strings.Repeat("1 or ", 400) + "1"): "Validation rule is too complex",
		many(101): "Validation rule is too complex",
		nested(2): "Rule 'order.items.any' is not allowed here",
		one("order.items.any", `{}`, `"rules":`+many(101)): "Validation rule is too complex",
		nested(4):                              "Rule 'order.items.any' is not allowed here",
		nested(5):                              "Validation rule is too complex", // whatever the rules are
		nested(1000):                           "Validation rule is too complex",
		bundle(part(`{"$from":["pc"]}`, `{}`)): "Invalid bundle rule '1'",
		bundle(part(`{"$is":[{"id":"a"},{"id":"b"}]}`, `{}`)):                                                                                                                     "Invalid bundle rule '1'",
		bundle(part(bottle, one("order.items.aggregated_amount", `{"$is":[1]}`))):                                                                                                 "Invalid bundle rule '1'",
		bundle(part(bottle, one("order.items.aggregated_quantity", `{"$is":[0]}`))):                                                                                               "Invalid bundle rule '1'",
		bundle(part(bottle, one("order.items.aggregated_quantity", `{"$is":[1.5]}`))):                                                                                             "Invalid bundle rule '1'",
		bundle(part(bottle, one("order.items.aggregated_quantity", `{"$is":[1e17]}`))):                                                                                            "Invalid bundle rule '1'", // times 100 it would be less than none
		bundle(part(bottle, one("order.items.aggregated_quantity", `{"$is":[9007199254740992]}`))):                                                                                "Invalid bundle rule '1'",
		bundle(part(`{"$is":[{"id":"a","type":"product_or_sku"}]}`, `{}`)):                                                                                                        "Invalid bundle rule '1'", // 20-rules b.5: all three
		bundle(part(`{"$is":[{"id":"a","object":"sku"}]}`, `{}`)):                                                                                                                 "Invalid bundle rule '1'",
		bundle(part(`{"$is":[{"id":"a","type":"product_or_sku","object":"voucher"}]}`, `{}`)):                                                                                     "Invalid bundle rule '1'",
		bundle(part(`{"$is":[{"id":"a","type":"product","object":"product"}]}`, `{}`)):                                                                                            "Invalid bundle rule '1'",
		bundle(part(`{"$is":[{"type":"product_or_sku","object":"product"}]}`, `{}`)):                                                                                              "Invalid bundle rule '1'",
		bundle(part(`{"$is":["a"]}`, `{}`)):                                                                                                                                       "Invalid bundle rule '1'",
		bundle(part(`{"$in":[{"id":"a","type":"product_or_sku","object":"product"}]}`, `{}`)):                                                                                     "Invalid bundle rule '1'",
		bundle(part(bottle, one("order.items.aggregated_quantity", `{"$more_than":[2]}`))):                                                                                        "Invalid bundle rule '1'",
		bundle(part(bottle, `{"1":{"name":"order.items.aggregated_quantity","conditions":{"$is":[2]}},"2":{"name":"order.items.aggregated_quantity","conditions":{"$is":[2]}}}`)): "Invalid bundle rule '1'",
		bundle(`{"name":"order.items.every","conditions":` + bottle + `}`):                                                                                                        "Invalid bundle rule '1'",
		bundle(part(bottle, `{}`), `"limit":101`):                                                                                                                                 "Invalid bundle rule 'limit'",
		bundle(part(bottle, `{}`), `"limit":0`):                                                                                                                                   "Invalid bundle rule 'limit'",
	} {
		_, refused := Compile(read(t, set))
		if refused == nil || refused.Key != "invalid_validation_rules" || refused.Message != "Invalid Validation Rule Definition" || refused.Details != want {
			t.Errorf("%.120s: %v, want %s", set, refused, want)
		}
	}
	for _, fine := range []string{`{}`, `{"logic":""}`, many(100), one("redemption.metadata", `{"$not_differ":[]}`, with("k")), logic("  (1)AND(2) "), logic("1 Or 2"),
		logic(strings.Repeat("1 or ", 399) + "2    "),
		bundle(`{"name":"order_items_any","conditions":` + bottle + `,"rules":` + one("order_items_aggregated_quantity", `{"$is":9007199254740991}`) + `}`), // 20-rules R23
		`{"a.b$-1":{"name":"order.amount","conditions":{"$is":[1]}},"logic":"a.b$-1"}`, one("order.items.any", `{}`)} {
		if _, refused := Compile(read(t, fine)); refused != nil {
			t.Errorf("%.80s: %v", fine, refused)
		}
	}
}

func TestLogic(t *testing.T) { // 20-rules R1, R8-R12
	truth := func(bits, text string) string { // rule i is true when bits[i] is 1
		var b strings.Builder
		for i, bit := range bits {
			fmt.Fprintf(&b, `"%d":{"name":"order.amount","conditions":{"$%s_than":[0]}},`, i+1, map[rune]string{'1': "more", '0': "less"}[bit])
		}
		return `{` + b.String() + `"logic":"` + text + `"}`
	}
	for text, want := range map[string]string{ // over 1, 2, 3: results for 000, 001, …, 111
		"1 and 2 and 3": "00000001", "1 or 2 or 3": "01111111", "1 or 2 and 3": "00011111", "(1 or 2) and 3": "00010101", "1 and 2 or 3": "01010111",
		"1 and (2 or 3)": "00000111", "": "00000001", "2": "00110011", "((1))": "00001111", "1 or 1 and 2": "00001111",
	} {
		got := ""
		for n := range 8 {
			if judged(t, world(t), truth(fmt.Sprintf("%03b", n), text)) == "valid" {
				got += "1"
			} else {
				got += "0"
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	many := strings.Repeat("1 and ", 20) // more rules than a group keeps at hand
	if got := judged(t, world(t), truth(strings.Repeat("1", 20)+"0", strings.TrimSuffix(many, " and "))); got != "valid" {
		t.Error(got)
	}
	if got := judged(t, world(t), truth(strings.Repeat("1", 20)+"0", many+"21")); got != order {
		t.Error(got)
	}
	if v := compile(t, `{}`).Check(&Facts{}); !v.Holds {
		t.Error("a rule set without rules does not hold") // 20-rules R1
	}
}

func TestTallies(t *testing.T) { // 20-rules R41-R46
	f := world(t)
	p := compile(t, `{"1":{"name":"redemption.count.per_customer.daily","conditions":{"$less_than":[2]}},"2":{"name":"campaign.redemptions.count.weekly","conditions":{"$less_than":[2]}},
		"3":{"name":"campaign.orders.amount","conditions":{"$less_than":[2]}},"4":{"name":"order.amount","conditions":{"$more_than":[2]}},"5":{"name":"redemption.count.per_api_key","conditions":{"$less_than":[2]}},
		"6":{"name":"redemption.count.monthly","conditions":{"$less_than":[2]}},"logic":"1 and 2 and 3 and 4 and 5"}`)
	asked := map[promo.Tally]bool{}
	f.Tallied = func(t promo.Tally) int64 { asked[t] = true; return 0 }
	p.Check(f)
	want := []promo.Tally{{Voucher: "v_1", Customer: "cust_ana", Since: instant(t, "2025-03-11T23:00:00Z").UTC()}, {Campaign: "camp_1", Since: instant(t, "2025-03-09T23:00:00Z").UTC()},
		{Measure: promo.OrdersAmount, Campaign: "camp_1"}, {Voucher: "v_1", AppID: "app_web"}}
	if got := p.Tallies(&f.Scope); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	for _, w := range want {
		if !asked[w] {
			t.Errorf("%v was named and not asked for", w)
		}
	}
	if len(asked) != len(want) {
		t.Errorf("asked for %v, named %v", asked, want)
	}
	saturday := f.Scope // weeks begin when the project says (20-rules R44)
	saturday.FirstWeekday = time.Saturday
	if got := p.Tallies(&saturday)[1].Since; !got.Equal(instant(t, "2025-03-07T23:00:00Z")) {
		t.Error("the week began", got)
	}
	alone := f.Scope // a standalone voucher is its own campaign (20-rules R43)
	alone.Campaign = ""
	if got := p.Tallies(&alone)[1]; got.Voucher != "v_1" || got.Campaign != "" {
		t.Errorf("%+v", got)
	}
	ofTier := Scope{At: f.At, Tier: "promo_1", Campaign: "camp_1", Customer: "cust_ana"}
	if got := p.Tallies(&ofTier)[0]; got.Tier != "promo_1" {
		t.Errorf("%+v", got)
	}
}

func TestBundles(t *testing.T) { // 10-pricing W37; R100-R102; 20-rules R40
	shelf := catalog.NewShelf(nil, nil, []catalog.Collection{{ID: "pc_acc", Items: []catalog.Item{{Object: "product", ID: "mouse"}, {Object: "product", ID: "cable"}}},
		{ID: "pc_adv", Items: []catalog.Item{{Object: "product", ID: "tee"}, {Object: "product", ID: "socks"}}}}, catalog.Env{})
	part := func(object, id string, n int) string {
		kind := map[string]string{"product": "product_or_sku", "products_collection": "products_collection"}[object]
		return fmt.Sprintf(`{"name":"order.items.any","conditions":{"$is":[{"id":"%s","type":"%s","object":"%s"}]},"rules":{"1":{"name":"order.items.aggregated_quantity","conditions":{"$is":[%d]},"rules":{}},"logic":"1"}}`, id, kind, object, n)
	}
	set := func(limit int, parts ...string) string {
		return fmt.Sprintf(`{"bundle_rules":{"limit":%d,"logic":"1 and 2","1":%s,"2":%s}}`, limit, parts[0], parts[1])
	}
	cart := func(text string) *promo.Order {
		o := &promo.Order{}
		for _, line := range strings.Split(text, ", ") {
			it := promo.OrderItem{RelatedObject: "product"}
			if _, err := fmt.Sscanf(line, "%d %s", &it.Quantity, &it.SourceID); err != nil {
				t.Fatal(err)
			}
			it.InitialQuantity = it.Quantity
			o.Items = append(o.Items, it)
		}
		return o
	}
	laptops := []string{part("products_collection", "pc_acc", 2), part("product", "laptop", 1)}
	bottles := []string{part("product", "bottle", 2), part("products_collection", "pc_adv", 5)}
	for _, tt := range []struct {
		name, set, cart string
		want            string
	}{
		{"W37 limit 1", set(1, laptops...), "3 laptop, 3 mouse, 2 cable", "1 of 1: 0:1 1:2"},
		{"W37 limit 2", set(2, laptops...), "3 laptop, 3 mouse, 2 cable", "2 of 2: 0:2 1:3 2:1"},
		{"W37 limit 5", set(5, laptops...), "3 laptop, 3 mouse, 2 cable", "2 of 5: 0:2 1:3 2:1"},
		{"W37 incomplete", set(5, laptops...), "1 laptop, 1 cable", "0 of 5: 0:1 1:1 missing products_collection pc_acc: 1"},
		{"20 incomplete", set(1, bottles...), "1 bottle, 1 tee, 2 socks", "0 of 1: 0:1 1:1 2:2 missing product bottle: 1 missing products_collection pc_adv: 2"},
		{"20 limit 5", set(5, bottles...), "4 bottle, 12 tee", "2 of 5: 0:4 1:10"},
		{"20 limit 1", set(1, bottles...), "4 bottle, 12 tee", "1 of 1: 0:2 1:5"},
		{"a unit serves one part", set(5, part("products_collection", "pc_acc", 1), part("product", "mouse", 1)), "1 mouse, 1 cable", "1 of 5: 0:1 1:1"},
	} {
		o := cart(tt.cart)
		b := compile(t, tt.set).Bundle(shelf.Lines(o), numbers{o})
		got := fmt.Sprintf("%d of %d:", b.Quantity, b.Limit)
		for _, u := range b.Identified {
			got += fmt.Sprintf(" %d:%d", u.Line, u.Units)
		}
		for _, u := range b.Missing {
			got += fmt.Sprintf(" missing %s %s: %d", u.Object, u.ID, u.Units)
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if compile(t, one("order.amount", `{"$is":[1]}`)).Bundle(nil, nil) != nil {
		t.Error("a bundle without bundle rules")
	}
	free := cart("3 laptop, 3 mouse, 2 cable") // free units of the request do not count (10-pricing R100)
	free.Items[0].InitialQuantity = 1
	if b := compile(t, set(5, laptops...)).Bundle(shelf.Lines(free), numbers{free}); b.Quantity != 1 {
		t.Errorf("%+v", b)
	}
}

func TestRuleMapsAreWrittenAsSent(t *testing.T) { // 20-rules R4, R13, R23
	for _, text := range []string{`{}`, `{"1":{"name":"order_amount","conditions":{"$is":5},"rules":{}},"2":{"name":"x","conditions":{"$a":[1,"b"]},"rules":{},"error":{"message":"m"}},"10":{"name":"y","property":"p","conditions":{},"rules":{"1":{"name":"z","rules":{}},"logic":"1"}},"z":{"name":"w","rules":{}},"logic":"1 AND  2"}`} {
		var m promo.RuleMap
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		if out, err := json.Marshal(m); err != nil || string(out) != text {
			t.Errorf("%s, %v\nwant %s", out, err, text)
		}
	}
	var m promo.RuleMap
	for _, wrong := range []string{`[]`, `{"1":[]}`, `{"1":{"name":5}}`, `{"logic":5}`, `{"1":{"conditions":[]}}`, `{"1":{"name":"a"},"1":{"name":"b"}}`, `{"1":{"error":"x"}}`} {
		if err := json.Unmarshal([]byte(wrong), &m); err == nil {
			t.Errorf("%s is read", wrong)
		}
	}
	text := `{"limit":3,"1":{"name":"order.items.any","conditions":{"$is":[{"id":"a"}]},"rules":{}},"logic":"1"}`
	var b promo.BundleRules
	if err := json.Unmarshal([]byte(text), &b); err != nil || *b.Limit != 3 {
		t.Fatal(err)
	}
	if out, _ := json.Marshal(b); string(out) != text {
		t.Errorf("%s", out)
	}
}
