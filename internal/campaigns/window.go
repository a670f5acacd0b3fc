package campaigns

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Windows are the recurring times of a voucher as they are sent (40 B.0). An empty list is none.
type Windows struct {
	Timeframe promo.Opt[TimeframeBody]   `json:"validity_timeframe"`
	Weekdays  promo.Opt[[]promo.Integer] `json:"validity_day_of_week"`
	Hours     promo.Opt[HoursBody]       `json:"validity_hours"`
}

// TimeframeBody opens for a duration every interval; both are ISO 8601 durations.
type TimeframeBody struct {
	Interval string `json:"interval" required:"true"`
	Duration string `json:"duration" required:"true"`
}

// HoursBody are parts of days.
type HoursBody struct {
	Daily []DailyBody `json:"daily" required:"true"`
}

// DailyBody is a part of some days, HH:mm to HH:mm.
type DailyBody struct {
	StartTime      string          `json:"start_time" required:"true"`
	ExpirationTime string          `json:"expiration_time" required:"true"`
	DaysOfWeek     []promo.Integer `json:"days_of_week" required:"true"`
}

// maxPeriods is how many parts of days a window may have: a plain limit of ours.
const maxPeriods = 500

var clockTime = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// check refuses values that are no durations, times or weekdays, in order of the members.
func (w *Windows) check() *promo.Refusal {
	if t := w.Timeframe.Value; w.Timeframe.Given() {
		const must = "must be an ISO 8601 duration, such as P2D"
		switch {
		case !calendar.IsDuration(t.Interval):
			return promo.Property(".validity_timeframe.interval", must)
		case !calendar.IsDuration(t.Duration):
			return promo.Property(".validity_timeframe.duration", must)
		}
	}
	if refused := checkDays(w.Weekdays.Value, ".validity_day_of_week"); refused != nil {
		return refused
	}
	if len(w.Hours.Value.Daily) > maxPeriods {
		return promo.Property(".validity_hours.daily", fmt.Sprintf("must NOT have more than %d items", maxPeriods))
	}
	for i, d := range w.Hours.Value.Daily {
		path := fmt.Sprintf(".validity_hours.daily[%d]", i)
		switch {
		case !clockTime.MatchString(d.StartTime):
			return promo.Property(path+".start_time", "must be a time HH:mm")
		case !clockTime.MatchString(d.ExpirationTime):
			return promo.Property(path+".expiration_time", "must be a time HH:mm")
		}
		if len(d.DaysOfWeek) == 0 {
			return promo.Property(path+".days_of_week", "must NOT have fewer than 1 items")
		}
		if refused := checkDays(d.DaysOfWeek, path+".days_of_week"); refused != nil {
			return refused
		}
	}
	return nil
}

// checkDays refuses numbers that are no weekdays; 0 is Sunday.
func checkDays(days []promo.Integer, path string) *promo.Refusal {
	if len(days) > 7 {
		return promo.Property(path, "must NOT have more than 7 items")
	}
	for i, day := range days {
		if day < 0 || day > 6 {
			return promo.Property(fmt.Sprintf("%s[%d]", path, i), promo.OneOf("0", "1", "2", "3", "4", "5", "6"))
		}
	}
	return nil
}

// over is a window with what was sent put over it; nil when nothing is left.
func (w *Windows) over(before *promo.Window) *promo.Window {
	out := promo.Window{}
	if before != nil {
		out = *before
	}
	if w.Timeframe.Set {
		out.Timeframe = nil
		if t := w.Timeframe.Value; w.Timeframe.Given() {
			out.Timeframe = &promo.Timeframe{Interval: t.Interval, Duration: t.Duration}
		}
	}
	if w.Weekdays.Set {
		out.Weekdays = days(w.Weekdays.Value)
	}
	if w.Hours.Set {
		out.Daily = nil
		for _, d := range w.Hours.Value.Daily {
			out.Daily = append(out.Daily,
				promo.DailyHours{StartTime: d.StartTime, ExpirationTime: d.ExpirationTime, DaysOfWeek: days(d.DaysOfWeek)})
		}
	}
	if out.Timeframe == nil && out.Weekdays == nil && out.Daily == nil {
		return nil
	}
	return &out
}

func days(in []promo.Integer) []int {
	var out []int
	for _, n := range in {
		out = append(out, int(n))
	}
	return out
}

// fits refuses a window whose parts do not go together (40 B.0, R25, G34; the API's rule for campaigns, here under the
// key of vouchers).
func fits(v *promo.Voucher) *promo.Refusal {
	w := v.Window
	switch {
	case w == nil:
		return nil
	case w.Timeframe != nil && v.StartDate == nil:
		return invalidVoucher("Property 'start_date' is required for validity_timeframe")
	case w.Daily != nil && (w.Timeframe != nil || w.Weekdays != nil):
		return invalidVoucher("validity_hours cannot be combined with validity_timeframe or validity_day_of_week")
	}
	for i, d := range w.Daily {
		if d.StartTime > d.ExpirationTime {
			return invalidVoucher("Periods of validity_hours must not end before they start")
		}
		if slices.ContainsFunc(w.Daily[:i], func(o promo.DailyHours) bool { return overlap(d, o) }) {
			return invalidVoucher("Periods of validity_hours must not overlap")
		}
	}
	return nil
}

// overlap reports whether two periods have more than a minute of some weekday in common: 08:00-12:00 may be followed by
// 12:00-18:00.
func overlap(a, b promo.DailyHours) bool {
	together := a.StartTime < b.ExpirationTime && b.StartTime < a.ExpirationTime ||
		a.StartTime == b.StartTime && a.ExpirationTime == b.ExpirationTime
	return together &&
		slices.ContainsFunc(a.DaysOfWeek, func(day int) bool { return slices.Contains(b.DaysOfWeek, day) })
}
