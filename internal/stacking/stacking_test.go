package stacking

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/scrip-dev/scrip/internal/pricing"
	"github.com/scrip-dev/scrip/internal/promo"
)

var noon = time.Date(2027, 3, 28, 12, 0, 0, 0, time.UTC)

type used map[promo.VoucherID]promo.VoucherUse

func (u used) Use(v promo.VoucherID) promo.VoucherUse { return u[v] }

func amount(a promo.Amount) *promo.Amount { return &a }

func cart(a promo.Amount) *promo.Order { return &promo.Order{Amount: &a} }

func off(code string, a int64) Candidate {
	d := promo.NewDecimal(a, 0)
	return Candidate{Object: promo.VoucherObject, ID: code, Voucher: &promo.Voucher{ID: promo.VoucherID(code), Code: code, Active: true,
		Type: promo.DiscountVoucher, Discount: &promo.Discount{Type: promo.AmountDiscount, AmountOff: &d}}}
}

func percent(code, p string) Candidate {
	d, err := promo.ParseDecimal(p)
	if err != nil {
		panic(err)
	}
	c := off(code, 0)
	c.Voucher.Discount = &promo.Discount{Type: promo.PercentDiscount, PercentOff: &d}
	return c
}

func gift(code string, balance promo.Amount, credits *promo.Amount) Candidate {
	c := off(code, 0)
	c.Voucher.Type, c.Voucher.Discount, c.Voucher.Gift, c.Credits = promo.GiftVoucher, nil, &promo.Gift{Amount: balance}, credits
	return c
}

func TestStackedDiscounts(t *testing.T) { // 30 E1-E4
	for name, tt := range map[string]struct {
		cart  promo.Amount
		apply []Candidate
		steps string // total after each step
	}{
		"E1: gift, percent, amount":        {80000, []Candidate{gift("G", 9000, amount(1500)), percent("P", "15"), off("A", 2500)}, "78500 66725 64225"},
		"E2: amount, then percent":         {26000, []Candidate{off("A", 6000), percent("B", "25")}, "20000 15000"},
		"E2: percent, then amount":         {26000, []Candidate{percent("B", "25"), off("A", 6000)}, "19500 13500"},
		"E3: the second takes of the rest": {10000, []Candidate{percent("A", "70"), percent("B", "60")}, "3000 1200"},
		"E4: half a unit rounds up":        {3333, []Candidate{percent("A", "12.5")}, "2916"},
		"more than there is":               {100, []Candidate{off("A", 500), off("B", 500)}, "0 0"},
	} {
		d := Decide(cart(tt.cart), tt.apply, used{}, Moment{noon, time.UTC})
		var steps []string
		for _, e := range d.ByStatus(Applicable) {
			left, _ := pricing.Left(e.Order)
			steps = append(steps, fmt.Sprint(left))
		}
		if got := strings.Join(steps, " "); got != tt.steps || !d.Valid {
			t.Errorf("%s: %s, want %s", name, got, tt.steps)
		}
	}
}

func TestTheFirstCheckThatRefusesDecides(t *testing.T) { // 30 R31, table E; 40 R72
	later, earlier, none := noon.Add(time.Hour), noon.Add(-time.Hour), int64(1)
	change := func(f func(*promo.Voucher)) Candidate {
		c := off("C", 5)
		f(c.Voucher)
		return c
	}
	for key, c := range map[string]Candidate{
		"not_found":          {Object: promo.VoucherObject, ID: "C"},
		"voucher_disabled":   change(func(v *promo.Voucher) { v.Active, v.ExpirationDate = false, &earlier }),
		"voucher_not_active": change(func(v *promo.Voucher) { v.StartDate, v.Quantity = &later, &none }),
		"voucher_expired":    change(func(v *promo.Voucher) { v.ExpirationDate, v.Quantity = &noon, &none }), // the end is exclusive
		"voucher_not_active_now": change(func(v *promo.Voucher) {
			v.Window, v.Quantity = &promo.Window{Weekdays: []int{1}}, &none
		}),
		"quantity_exceeded":    change(func(v *promo.Voucher) { v.StartDate, v.Quantity = &noon, &none }), // the start is inclusive
		"gift_amount_exceeded": gift("C", 10, amount(11)),
	} {
		d := Decide(cart(100), []Candidate{c, off("D", 1)}, used{"C": {Uses: 1}}, Moment{noon, time.UTC})
		e := d.Entries[0]
		if e.Refused == nil || e.Refused.Key != key || d.Valid || d.Final != nil {
			t.Errorf("want %s, got %+v", key, e.Refused)
		}
		if d.Entries[1].Status != Skipped || d.Entries[1].Skip.Key != "preceding_validation_failed" { // 30 R39
			t.Errorf("%s: what follows is %+v", key, d.Entries[1])
		}
	}
	if d := Decide(nil, []Candidate{gift("G", 10, nil)}, used{}, Moment{noon, time.UTC}); d.Entries[0].Refused.Key != "missing_order" {
		t.Error(d.Entries[0].Refused)
	}
	if d := Decide(&promo.Order{}, []Candidate{gift("G", 10, nil)}, used{}, Moment{noon, time.UTC}); d.Entries[0].Refused.Key != "missing_amount" {
		t.Error(d.Entries[0].Refused)
	}
	if d := Decide(nil, []Candidate{off("A", 5)}, used{}, Moment{noon, time.UTC}); !d.Valid || d.Final != nil { // no order is no fault of a coupon
		t.Error(d)
	}
}

func TestRecurringWindows(t *testing.T) { // 40 R28, E10; 70 R104
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	spring := at("2027-03-27T07:00:00Z") // 08:00 in Warsaw, the day before clocks change
	monday := at("2027-03-01T09:00:00Z")
	for name, tt := range map[string]struct {
		window promo.Window
		start  *time.Time
		zone   *time.Location
		at     string
		open   bool
	}{
		"it opens every third day":         {promo.Window{Timeframe: &promo.Timeframe{Interval: "P3D", Duration: "PT6H"}}, &monday, time.UTC, "2027-03-07T14:59:00Z", true},
		"and closes":                       {promo.Window{Timeframe: &promo.Timeframe{Interval: "P3D", Duration: "PT6H"}}, &monday, time.UTC, "2027-03-07T15:00:00Z", false},
		"not on the days between":          {promo.Window{Timeframe: &promo.Timeframe{Interval: "P3D", Duration: "PT6H"}}, &monday, time.UTC, "2027-03-06T10:00:00Z", false},
		"and only on its weekday":          {promo.Window{Timeframe: &promo.Timeframe{Interval: "P3D", Duration: "PT6H"}, Weekdays: []int{4}}, &monday, time.UTC, "2027-03-07T10:00:00Z", false},
		"Thursday is one":                  {promo.Window{Timeframe: &promo.Timeframe{Interval: "P3D", Duration: "PT6H"}, Weekdays: []int{4}}, &monday, time.UTC, "2027-03-04T10:00:00Z", true},
		"the local hour stays":             {promo.Window{Timeframe: &promo.Timeframe{Interval: "P1D", Duration: "PT1H"}}, &spring, warsaw, "2027-03-28T06:00:00Z", true},
		"where clocks change":              {promo.Window{Timeframe: &promo.Timeframe{Interval: "P1D", Duration: "PT1H"}}, &spring, warsaw, "2027-03-28T07:00:00Z", false},
		"hours are the project's":          {promo.Window{Daily: []promo.DailyHours{{StartTime: "09:00", ExpirationTime: "10:00", DaysOfWeek: []int{1}}}}, nil, warsaw, "2027-03-01T08:30:00Z", true},
		"hours in UTC would be others":     {promo.Window{Daily: []promo.DailyHours{{StartTime: "09:00", ExpirationTime: "10:00", DaysOfWeek: []int{1}}}}, nil, time.UTC, "2027-03-01T08:30:00Z", false},
		"hours end with their last minute": {promo.Window{Daily: []promo.DailyHours{{StartTime: "09:00", ExpirationTime: "12:00", DaysOfWeek: []int{1}}}}, nil, time.UTC, "2027-03-01T12:00:59Z", true},
		"and not a minute later":           {promo.Window{Daily: []promo.DailyHours{{StartTime: "09:00", ExpirationTime: "12:00", DaysOfWeek: []int{1}}}}, nil, time.UTC, "2027-03-01T12:01:00Z", false},
		"one minute is a window":           {promo.Window{Daily: []promo.DailyHours{{StartTime: "09:00", ExpirationTime: "09:00", DaysOfWeek: []int{1}}}}, nil, time.UTC, "2027-03-01T12:00:00Z", false},
		"23:59 covers the day":             {promo.Window{Daily: []promo.DailyHours{{StartTime: "00:00", ExpirationTime: "23:59", DaysOfWeek: []int{1}}}}, nil, time.UTC, "2027-03-01T23:59:59Z", true},
	} {
		if got := open(&tt.window, tt.start, Moment{at(tt.at), tt.zone}); got != tt.open {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestNoMoreThanFiveApply(t *testing.T) { // 30 E6, R26, R30
	var many []Candidate
	for i := range 30 {
		many = append(many, off(fmt.Sprint("C", i), 1))
	}
	many[20] = Candidate{Object: promo.VoucherObject, ID: "JUNK"} // not even looked at
	d := Decide(cart(100), many, used{}, Moment{noon, time.UTC})
	if !d.Valid || len(d.ByStatus(Applicable)) != 5 || len(d.ByStatus(Skipped)) != 25 || d.Entries[20].Skip.Key != "applicable_redeemables_limit_exceeded" {
		t.Errorf("%d applied, %d skipped", len(d.ByStatus(Applicable)), len(d.ByStatus(Skipped)))
	}
}

// Whatever is applied, in whatever order: nothing goes below zero, the steps sum to the whole, a higher discount never
// costs more, and equal inputs give equal answers (10-pricing R5, R6, R25, R26).
func TestLawsOfTheTotal(t *testing.T) {
	candidate := rapid.Custom(func(t *rapid.T) Candidate {
		code := rapid.StringMatching("[A-Z]{6}").Draw(t, "code")
		n := rapid.Int64Range(0, 200_00).Draw(t, "n")
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			return off(code, n)
		case 1:
			return percent(code, promo.NewDecimal(n/2, 2).String())
		}
		return gift(code, promo.Amount(n), nil)
	})
	rapid.Check(t, func(t *rapid.T) {
		total := promo.Amount(rapid.Int64Range(0, 500_00).Draw(t, "total"))
		list := rapid.SliceOfN(candidate, 1, 5).Draw(t, "candidates")
		d := Decide(cart(total), list, used{}, Moment{noon, time.UTC})
		var sum promo.Amount
		for _, e := range d.Entries {
			left, _ := pricing.Left(e.Order)
			if *e.Order.Applied < 0 || left < 0 {
				t.Fatalf("below zero: %+v", e.Order)
			}
			sum += *e.Order.Applied
		}
		if left, _ := pricing.Left(d.Final); left+sum != total || *d.Final.Applied != sum {
			t.Fatalf("%d + %d is not %d", left, sum, total)
		}
		again := Decide(cart(total), list, used{}, Moment{noon, time.UTC})
		if fmt.Sprintf("%+v", *again.Final.Applied) != fmt.Sprintf("%+v", *d.Final.Applied) {
			t.Fatal("equal inputs, other answers")
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	list := []Candidate{percent("A", "10"), off("B", 500), gift("C", 900, nil), percent("D", "2.5"), off("E", 1)}
	order := cart(20000)
	b.ReportAllocs()
	for b.Loop() {
		Decide(order, list, used{}, Moment{noon, time.UTC})
	}
}
