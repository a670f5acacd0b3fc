package stacking

import (
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/promo"
)

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
		if got := open(&tt.window, tt.start, Moment{At: at(tt.at), Zone: tt.zone}); got != tt.open {
			t.Errorf("%s: %v", name, got)
		}
	}
}
