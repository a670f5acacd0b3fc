package rules

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

func TestTrace(t *testing.T) { // 20-rules R49, R50
	f := world(t)
	f.Tallied = func(promo.Tally) int64 { return 4 }
	v := compile(t, `{"1":{"name":"order.amount","conditions":{"$more_than":[20000]},"error":{"message":"Spend more"}},"2":{"name":"redemption.count.per_customer","conditions":{"$less_than_or_equal":[4]}},
		"3":{"name":"order.items.any","conditions":{},"error":{"message":"outer"},"rules":{"1":{"name":"order.items.price","conditions":{"$more_than_or_equal":[9000]}}}}}`).Check(f)
	for i, want := range []string{"1 Violated got 17500 before 0 needed 20001", "2 Violated got 5 before 4 needed 4", "3 Violated got 3 before 0 needed -", "3/1 Violated got 1200 before 0 needed 9000"} {
		s, needed := v.Trace[i], "-"
		if s.Turns {
			needed = fmt.Sprint(s.Needed)
		}
		if got := fmt.Sprintf("%s %s got %s before %d needed %s", s.Path, map[Outcome]string{Violated: "Violated", Holds: "Holds"}[s.Outcome], s.Got.Number, s.Before, needed); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if v.Failure.Leaf.Path != "1" || v.Failure.Custom != "Spend more" {
		t.Errorf("%+v", v.Failure)
	}
	inner := compile(t, `{"3":{"name":"order.items.any","conditions":{},"error":{"message":"outer"},"rules":{"1":{"name":"order.items.price","conditions":{"$more_than_or_equal":[9000]}}}}}`).Check(f)
	if inner.Failure.Leaf.Path != "3/1" || inner.Failure.Custom != "outer" { // descends, and asks the outer rule for words
		t.Errorf("%+v", inner.Failure)
	}
}

func TestNearestNumber(t *testing.T) {
	f := world(t)
	for conditions, want := range map[string]int64{`{"$more_than":[20000.5]}`: 20001, `{"$more_than_or_equal":[20000.5]}`: 20001, `{"$less_than":[9]}`: 8, `{"$less_than":[8.5]}`: 8, `{"$less_than_or_equal":[8.5]}`: 8, `{"$is":[9]}`: 9} {
		s := compile(t, one("order.amount", conditions)).Check(f).Trace[0]
		if !s.Turns || s.Needed != want {
			t.Errorf("%s: %t %d, want %d", conditions, s.Turns, s.Needed, want)
			continue
		}
		f.Left = new(promo.Amount(s.Needed)) // it would have turned the refusal
		if got := judged(t, f, one("order.amount", conditions)); got != "valid" {
			t.Errorf("%s: %d does not hold", conditions, want)
		}
		f = world(t)
	}
	for _, conditions := range []string{`{"$more_than":[20000],"$is_not":[20001]}`, `{"$more_than":[20000],"$less_than":[20001]}`, `{"$is_not":[17500]}`, `{"$is":[17500.5]}`, `{"$is":[1,2]}`} {
		if s := compile(t, one("order.amount", conditions)).Check(f).Trace[0]; s.Turns || s.Needed != 0 { // no one number is the nearest
			t.Errorf("%s: %d", conditions, s.Needed)
		}
	}
	for conditions, want := range map[string]int64{`{"$more_than":[-2.5]}`: -2, `{"$more_than_or_equal":[-3]}`: -3, `{"$less_than":[-9.5]}`: -10} {
		f.Redemption = metadata.Read(promo.Metadata(`{"v":-9}`))
		if s := compile(t, one("redemption.metadata", conditions, with("v"))).Check(f).Trace[0]; !s.Turns || s.Needed != want {
			t.Errorf("%s: %t %d, want %d", conditions, s.Turns, s.Needed, want)
		}
	}
}

// aRule is a random rule of every kind of evaluation, as JSON.
var aRule = rapid.Custom(func(t *rapid.T) string {
	n := rapid.SampledFrom([]int64{0, 1, 2, 3, 6, 1200, 2500, 8900, 17500, 20000}).Draw(t, "n")
	op := rapid.SampledFrom([]string{"$is", "$is_not", "$more_than", "$more_than_or_equal", "$less_than", "$less_than_or_equal", "$in", "$not_in"}).Draw(t, "op")
	conditions := fmt.Sprintf(`{"%s":[%d]}`, op, n)
	if rapid.Bool().Draw(t, "two") {
		conditions = fmt.Sprintf(`{"%s":[%d],"$less_than":[%d]}`, op, n, n+rapid.Int64Range(-5, 9000).Draw(t, "more"))
		if op == "$less_than" {
			conditions = fmt.Sprintf(`{"%s":[%d]}`, op, n)
		}
	}
	name := rapid.SampledFrom([]string{"order.amount", "order.initial_amount", "order.total_amount", "order.items.count", "order.items.price_any", "order.items.price_each",
		"redemption.count.daily", "redemption.count.per_customer", "campaign.orders.amount", "campaign.redemptions.count", "order.items.any", "order.items.every", "order.items.cheapest"}).Draw(t, "name")
	if !strings.HasSuffix(name, "any") && !strings.HasSuffix(name, "every") && !strings.HasSuffix(name, "cheapest") || strings.Contains(name, "price") {
		return fmt.Sprintf(`{"name":"%s","conditions":%s}`, name, conditions)
	}
	sub := rapid.SampledFrom([]string{"order.items.price", "order.items.quantity", "order.items.aggregated_quantity", "order.items.aggregated_amount"}).Draw(t, "sub")
	which := rapid.SampledFrom([]string{`{}`, `{"$is":["pc_alba"]}`, `{"$is":["prod_mug"]}`, `{"$from":["pc_alba"]}`}).Draw(t, "which")
	return fmt.Sprintf(`{"name":"%s","conditions":%s,"rules":{"1":{"name":"%s","conditions":%s}}}`, name, which, sub, conditions)
})

func aLogic(t *rapid.T, n, depth int) string {
	if depth == 0 || rapid.IntRange(0, 2).Draw(t, "leaf") == 0 {
		return fmt.Sprint(rapid.IntRange(1, n).Draw(t, "key"))
	}
	op := rapid.SampledFrom([]string{" and ", " or "}).Draw(t, "word")
	return "(" + aLogic(t, n, depth-1) + op + aLogic(t, n, depth-1) + ")"
}

// A verdict can be worked out again from its trace alone, by a checker that shares nothing with the rules but the words.
func TestTracesReplay(t *testing.T) { // 20-rules R12, R49
	for range 100 { // times a hundred traces
		rapid.Check(t, func(r *rapid.T) { replayRandom(t, r) })
	}
}

func replayRandom(t *testing.T, r *rapid.T) {
	rules := rapid.SliceOfN(aRule, 1, 5).Draw(r, "rules")
	var b strings.Builder
	for i, text := range rules {
		fmt.Fprintf(&b, `"%d":%s,`, i+1, text)
	}
	logic := aLogic(r, len(rules), 3)
	f := world(t)
	f.Left = new(promo.Amount(rapid.SampledFrom([]int64{0, 8900, 17500, 20000}).Draw(r, "left")))
	f.Tallied = func(promo.Tally) int64 { return 1 }
	if rapid.Bool().Draw(r, "priced") {
		after(min(*f.Left, 2000))(f)
	}
	if rapid.IntRange(0, 3).Draw(r, "nobody") == 0 {
		nobody(f)
	}
	v := compile(t, `{`+b.String()+`"logic":"`+logic+`"}`).Check(f)
	holds, path := replay(v.Trace, logic)
	if holds != v.Holds {
		r.Fatalf("%s: the verdict is %t, its trace says %t", logic, v.Holds, holds)
	}
	if !holds && path != v.Failure.Leaf.Path {
		r.Fatalf("%s: %s is reported, the trace says %s", logic, v.Failure.Leaf.Path, path)
	}
}

// replay evaluates a trace: what each rule wanted against what it met, then the logic, from left to right. It says which
// rule is reported.
func replay(trace []Seen, logic string) (holds bool, path string) {
	truth, subs := map[string]bool{}, map[string]string{}
	for i := len(trace) - 1; i >= 0; i-- { // sub-rules stand behind their rule
		s := trace[i]
		truth[s.Path] = replayOne(s, truth)
		if sub := s.Path + "/1"; s.Lines > 0 {
			if ok, judged := truth[sub]; judged && !ok && (!strings.HasSuffix(s.Name, "every") || s.Outcome == Violated) {
				subs[s.Path] = sub
			}
		}
	}
	words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " ) ").Replace(logic))
	e := &replayer{words: words, truth: truth}
	holds, path = e.or()
	if sub, deeper := subs[path]; deeper {
		path = sub
	}
	return holds, path
}

type replayer struct {
	words []string
	truth map[string]bool
}

func (e *replayer) or() (bool, string)  { return e.join("or", e.and) }
func (e *replayer) and() (bool, string) { return e.join("and", e.key) }

// join gives the truth, and the rule to report: of and the first false one, of or the first.
func (e *replayer) join(word string, operand func() (bool, string)) (bool, string) {
	holds, path := operand()
	for len(e.words) > 0 && e.words[0] == word {
		e.words = e.words[1:]
		next, other := operand()
		if word == "or" {
			holds = holds || next
			continue
		}
		if holds {
			path = other
		}
		holds = holds && next
	}
	return holds, path
}

func (e *replayer) key() (bool, string) {
	word := e.words[0]
	e.words = e.words[1:]
	if word != "(" {
		return e.truth[word], word
	}
	holds, path := e.or()
	e.words = e.words[1:]
	return holds, path
}

// replayOne judges one line of a trace: a rule about items by its sub-rule, every other by its numbers.
func replayOne(s Seen, truth map[string]bool) bool {
	switch s.Outcome {
	case Later, Omitted:
		return true
	case MissesCustomer, MissesOrder, MissesAmount, MissesItems:
		return false
	}
	if sub, judged := truth[s.Path+"/1"]; judged && len(s.Path) == 1 {
		return sub
	}
	if strings.HasPrefix(s.Name, "order.items.") && (strings.HasSuffix(s.Name, ".any") || strings.HasSuffix(s.Name, ".every") || strings.HasSuffix(s.Name, ".cheapest")) {
		return false // its sub-rule was not reached: the items did not match
	}
	if s.Got.Kind == metadata.Null {
		return false
	}
	got, _ := new(big.Rat).SetString(s.Got.Number.String())
	for _, c := range s.Conditions {
		var wants []int64
		if json.Unmarshal(c.Value, &wants) != nil {
			return false
		}
		any := false
		for _, w := range wants {
			order := got.Cmp(new(big.Rat).SetInt64(w))
			any = any || map[string]bool{"$is": order == 0, "$in": order == 0, "$is_not": order == 0, "$not_in": order == 0, "$more_than": order > 0,
				"$more_than_or_equal": order >= 0, "$less_than": order < 0, "$less_than_or_equal": order <= 0}[c.Operator]
		}
		if negative := strings.Contains(c.Operator, "not"); any == negative {
			return false
		}
	}
	return true
}

func FuzzCompile(f *testing.F) {
	for _, seed := range []string{`{}`, one("order.amount", `{"$more_than":[1]}`), one("customer.metadata", `{"$timeframe":["2025-03-01T10:00:00Z;P1D;PT1H"]}`, with("joined")),
		`{"1":{"name":"order.items.any","conditions":{"$is":[{"id":"pc_alba"}]},"rules":{"1":{"name":"order.items.price","conditions":{"$is":5}},"logic":"(1)"}},"logic":"1 or 1 and 1"}`,
		`{"a":{"name":"product.metadata","property":"brand","conditions":{"$not_differ":[]},"rules":{"1":{"name":"product.metadata.match_all","conditions":{"$is":[true]}}}}}`,
		one("redemption.count.per_customer.weekly", `{"$less_than":[1e3]}`), one("redemption.metadata", `{"$timeframe_daily_hours":["11:00;12:00;3"],"$dow":[0]}`, with("a.b"))} {
		f.Add([]byte(`{"rules":` + seed + `}`))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r := &promo.ValidationRule{}
		if json.Unmarshal(text, r) != nil {
			return
		}
		p, refused := Compile(r)
		if refused != nil {
			if refused.Key != "invalid_validation_rules" || refused.Details == "" {
				t.Fatal(refused)
			}
			return
		}
		facts := world(t)
		for _, change := range []func(*Facts){func(*Facts) {}, after(5), nobody, func(f *Facts) { f.Order, f.Lines = nil, nil }} {
			change(facts)
			if b := p.Bundle(facts.Lines, facts.Numbers); b != nil {
				checkBundle(t, b, facts)
			}
			v := p.Check(facts)
			if !v.Holds && (v.Failure.Key == "" || v.Failure.Leaf == nil) {
				t.Fatalf("%+v", v)
			}
		}
		p.Tallies(&facts.Scope)
		p.Included(facts)
	})
}

// checkBundle: a bundle takes no unit that is not there, and is either complete or lacks something (10-pricing R100-R102).
func checkBundle(t *testing.T, b *Bundle, f *Facts) {
	if (b.Quantity == 0) == (b.Missing == nil) || b.Quantity > 0 && b.Identified == nil || b.Quantity > b.Limit {
		t.Fatalf("%+v", b)
	}
	for _, u := range b.Identified {
		if u.Units < 1 || u.Units > f.Numbers.InitialQuantity(u.Line) {
			t.Fatalf("%+v", b)
		}
	}
}

// twentyLines is a cart of twenty lines.
func twentyLines(t testing.TB, n int) *Facts {
	f := world(t)
	items := f.Order.Items
	for i := 3; i < n; i++ {
		f.Order.Items = append(f.Order.Items, items[i%3])
		f.Lines = append(f.Lines, f.Lines[i%3])
	}
	return f
}

const fiveRules = `{"1":{"name":"order.amount","conditions":{"$more_than":[10000]}},"2":{"name":"order.items.count","conditions":{"$more_than":[5]}},"3":{"name":"order.items.any","conditions":{"$is":[` + collectionC + `]},
	"rules":{"1":{"name":"order.items.aggregated_quantity","conditions":{"$more_than_or_equal":[5]}}}},"4":{"name":"customer.segment","conditions":{"$is":["seg_vip"]}},"5":{"name":"redemption.count.per_customer","conditions":{"$less_than_or_equal":[1]}}}`

func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{5, 20, 100, 500} {
		f, p := twentyLines(b, n), compile(b, fiveRules)
		b.Run(fmt.Sprint("5 rules, lines=", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !p.Check(f).Holds {
					b.Fatal("it does not hold")
				}
			}
		})
	}
}

// BenchmarkScreen judges ten thousand tiers of three rules each for one cart.
func BenchmarkScreen(b *testing.B) {
	f := twentyLines(b, 20)
	programs := make([]*Program, 10000)
	for i := range programs {
		programs[i] = compile(b, fmt.Sprintf(`{"1":{"name":"order.amount","conditions":{"$more_than":[%d]}},"2":{"name":"customer.segment","conditions":{"$is":["seg_%d"]}},"3":{"name":"order.items.any","conditions":{"$is":["prod_%d"]}},"logic":"1 and 2 and 3"}`, i*3, i%7, i%11))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range programs {
			p.Check(f)
		}
	}
}
