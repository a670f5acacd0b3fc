package rules

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// world is the common context of the chapter's examples (20 e).
func world(t testing.TB) *Facts {
	t.Helper()
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	brand, fault := filter.Parse("filters[metadata.brand][conditions][$is]=Alba", filter.NewSet(filter.Field{Name: "metadata.*", Type: filter.Metadata}))
	if fault != nil {
		t.Fatal(fault)
	}
	alba, nord := promo.Metadata(`{"brand":"Alba"}`), promo.Metadata(`{"brand":"Nord"}`)
	shelf := catalog.NewShelf([]*promo.Product{{ID: "prod_mug", Metadata: alba}, {ID: "prod_tee", Metadata: alba}, {ID: "prod_lamp", Metadata: nord}},
		[]*promo.SKU{{ID: "sku_tee_m", Product: "prod_tee", Metadata: alba}},
		[]catalog.Collection{{ID: "pc_alba", Filter: &brand}, {ID: "pc_st", Items: []catalog.Item{{Object: "product", ID: "prod_tee"}}}}, filter.Env{})
	line := func(it promo.OrderItem, quantity int64, price promo.Amount, attributes string) promo.OrderItem {
		amount := price * promo.Amount(quantity)
		it.Quantity, it.InitialQuantity, it.Price, it.Amount, it.Metadata = quantity, quantity, &price, &amount, promo.Metadata(attributes)
		return it
	}
	o := &promo.Order{Amount: new(promo.Amount(17500)), Metadata: promo.Metadata(`{"channel":"web","weight":4.5}`), Items: []promo.OrderItem{
		line(promo.OrderItem{ProductID: "prod_mug"}, 3, 1200, `{"gift":true}`), line(promo.OrderItem{SKUID: "sku_tee_m"}, 2, 2500, ``),
		line(promo.OrderItem{ProductID: "prod_lamp"}, 1, 8900, `{"fragile":true}`)}}
	f := &Facts{Numbers: numbers{o}, Scope: Scope{At: instant(t, "2025-03-12T10:30:00Z"), Zone: warsaw, FirstWeekday: time.Monday, Voucher: "v_1", Campaign: "camp_1", AppID: "app_web"},
		Order: o, Lines: shelf.Lines(o), Left: o.Amount, Initial: o.Amount, Redemption: metadata.Read(promo.Metadata(`{"location_id":"L1"}`)),
		Tallied: func(promo.Tally) int64 { return 0 }}
	ana(f)
	return f
}

// numbers are those of an order.
type numbers struct{ *promo.Order }

func (n numbers) Quantity(i int) int64        { return n.Items[i].Quantity }
func (n numbers) InitialQuantity(i int) int64 { return n.Items[i].InitialQuantity }
func (n numbers) Amount(i int) (promo.Amount, bool) {
	if a := n.Items[i].Amount; a != nil {
		return *a, true
	}
	return 0, false
}

func ana(f *Facts) {
	f.Scope.Customer = "cust_ana"
	f.Customer = &Customer{ID: "cust_ana", Identified: true, InSegment: func(id string) bool { return id == "seg_vip" }, Tiers: []string{"ltr_gold"},
		Metadata: metadata.Read(promo.Metadata(`{"tier":"gold","visits":7,"tags":["new","loyal"],"joined":"2025-03-09","last_seen":"2025-03-11T23:30:00Z","trip":{"city":"Oslo"},"renewal":"2025-03-15"}`))}
}

func ben(f *Facts) {
	f.Scope.Customer = "cust_ben"
	f.Customer = &Customer{ID: "cust_ben", Identified: true}
}

func nobody(f *Facts) { f.Scope.Customer, f.Customer = "", nil }

func compile(t testing.TB, set string) *Program {
	t.Helper()
	p, refused := Compile(read(t, set))
	if refused != nil {
		t.Fatalf("%s: %v", set, refused)
	}
	return p
}

// read reads a rule set: its rules, or, when there is a member "rules", the whole.
func read(t testing.TB, set string) *promo.ValidationRule {
	t.Helper()
	r := &promo.ValidationRule{ID: "val_1"}
	var whole struct {
		Rules  *promo.RuleMap     `json:"rules"`
		Bundle *promo.BundleRules `json:"bundle_rules"`
		Error  *promo.RuleError   `json:"error"`
	}
	if err := json.Unmarshal([]byte(set), &whole); err == nil && (whole.Rules != nil || whole.Bundle != nil) {
		r.Bundle, r.Error = whole.Bundle, whole.Error
		if whole.Rules != nil {
			r.Rules = *whole.Rules
		}
		return r
	}
	if err := json.Unmarshal([]byte(set), &r.Rules); err != nil {
		t.Fatalf("%s: %v", set, err)
	}
	return r
}

// one is a set of one rule: its name, conditions, and what else it has, written as JSON members.
func one(name, conditions string, more ...string) string {
	text := `{"1":{"name":"` + name + `","conditions":` + conditions
	for _, m := range more {
		text += "," + m
	}
	return text + `}}`
}

func with(property string) string { return `"property":"` + property + `"` }

func saying(message string) string { return `"error":{"message":"` + message + `"}` }

// judged is the answer in short: valid, or the key and the custom message.
func judged(t testing.TB, f *Facts, set string) string {
	t.Helper()
	v := compile(t, set).Check(f)
	if v.Holds {
		return "valid"
	}
	if v.Failure.Custom != "" {
		return v.Failure.Key + ": " + v.Failure.Custom
	}
	return v.Failure.Key
}
