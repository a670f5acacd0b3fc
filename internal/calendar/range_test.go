package calendar

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, ok := Zone(name)
	if !ok {
		t.Fatalf("no zone %s", name)
	}
	return z
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, ok := ParseTime(s)
	if !ok {
		t.Fatalf("no time %s", s)
	}
	return v
}

func TestRangesFollowTheZone(t *testing.T) { // 60 R31, W3
	warsaw := zone(t, "Europe/Warsaw")
	now := at(t, "2026-03-31T22:30:00Z") // Wednesday 1 April, 00:30 local
	for name, tt := range map[string]struct {
		got      Range
		from, to string
	}{
		"today":                     {Day(now, warsaw, 0), "2026-03-31T22:00:00Z", "2026-04-01T22:00:00Z"},
		"yesterday":                 {Day(now, warsaw, -1), "2026-03-30T22:00:00Z", "2026-03-31T22:00:00Z"},
		"the short day":             {Day(now, warsaw, -3), "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		"the long day":              {DayOf(2026, 10, 25, warsaw), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"},
		"the week, from Monday":     {Week(now, warsaw, time.Monday, 0), "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z"},
		"the week, from Sunday":     {Week(now, warsaw, time.Sunday, 0), "2026-03-28T23:00:00Z", "2026-04-04T22:00:00Z"},
		"the week, from Saturday":   {Week(now, warsaw, time.Saturday, 0), "2026-03-27T23:00:00Z", "2026-04-03T22:00:00Z"},
		"next week":                 {Week(now, warsaw, time.Monday, 1), "2026-04-05T22:00:00Z", "2026-04-12T22:00:00Z"},
		"the month":                 {Month(now, warsaw, 0), "2026-03-31T22:00:00Z", "2026-04-30T22:00:00Z"},
		"last month":                {Month(now, warsaw, -1), "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"},
		"nine months on":            {Month(now, warsaw, 9), "2026-12-31T23:00:00Z", "2027-01-31T23:00:00Z"},
		"the year":                  {Year(now, warsaw, 0), "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"},
		"last year":                 {Year(now, warsaw, -1), "2024-12-31T23:00:00Z", "2025-12-31T23:00:00Z"},
		"UTC":                       {Day(now, time.UTC, 0), "2026-03-31T00:00:00Z", "2026-04-01T00:00:00Z"},
		"a GMT form, sign reversed": {Day(now, zone(t, "Etc/GMT+1"), 0), "2026-03-31T01:00:00Z", "2026-04-01T01:00:00Z"},
	} {
		if !tt.got.From.Equal(at(t, tt.from)) || !tt.got.To.Equal(at(t, tt.to)) {
			t.Errorf("%s: %s to %s, want %s to %s", name, FormatTime(tt.got.From), FormatTime(tt.got.To), tt.from, tt.to)
		}
	}
}

func TestDaysWithoutMidnight(t *testing.T) {
	for name, tt := range map[string]struct{ zone, date, from, to string }{
		"clocks jump over midnight":      {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		"midnight strikes twice":         {"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"},
		"the hour before it comes twice": {"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z", "2018-02-19T03:00:00Z"},
		"the day was skipped":            {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"},
	} {
		y, m, d, _ := ParseDate(tt.date)
		got := DayOf(y, m, d, zone(t, tt.zone))
		if !got.From.Equal(at(t, tt.from)) || !got.To.Equal(at(t, tt.to)) {
			t.Errorf("%s: %s to %s, want %s to %s", name, FormatTime(got.From), FormatTime(got.To), tt.from, tt.to)
		}
	}
}

// Days follow each other without gap, and an instant lies in the day of its own local date.
func TestEveryInstantHasItsDay(t *testing.T) {
	names := []string{"UTC", "Europe/Warsaw", "America/Sao_Paulo", "America/Havana", "Pacific/Apia", "Asia/Kathmandu",
		"Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut", "America/St_Johns", "Etc/GMT+12"}
	rapid.Check(t, func(t *rapid.T) {
		z, _ := Zone(rapid.SampledFrom(names).Draw(t, "zone"))
		now := time.UnixMilli(rapid.Int64Range(0, 4102444800000).Draw(t, "ms")) // 1970 to 2100
		n := rapid.IntRange(-400, 400).Draw(t, "n")
		day, next := Day(now, z, n), Day(now, z, n+1)
		if !day.To.Equal(next.From) || day.To.Before(day.From) {
			t.Fatalf("day %v is followed by %v", day, next)
		}
		if today := Day(now, z, 0); !today.Contains(now) {
			t.Fatalf("%v is not in its day %v", now.In(z), today)
		}
		for _, outer := range []Range{Week(now, z, time.Sunday, 0), Month(now, z, 0), Year(now, z, 0)} {
			if !outer.Contains(now) {
				t.Fatalf("%v is not in %v", now.In(z), outer)
			}
		}
		if w := Week(now, z, time.Saturday, n); w.From.Before(w.To) && w.From.In(z).Weekday() != time.Saturday {
			t.Fatalf("the week begins at %v", w.From.In(z))
		}
	})
}

func TestZones(t *testing.T) { // 60 R31
	for _, name := range []string{"UTC", "Europe/Warsaw", "Etc/GMT+1", "Etc/UTC", "GMT", "America/Argentina/Ushuaia"} {
		for range 2 { // the second is answered from memory
			if z, ok := Zone(name); !ok || z.String() != name {
				t.Errorf("Zone(%q) = %v, %v", name, z, ok)
			}
		}
	}
	for _, name := range []string{"", "Local", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "localtime", "right/UTC",
		"posix/UTC", "europe", "GMT+25", "zone.tab"} {
		if z, ok := Zone(name); ok {
			t.Errorf("Zone(%q) = %v, want none", name, z)
		}
	}
}
