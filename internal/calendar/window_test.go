package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDurationsKeepTheCalendar(t *testing.T) { // 50 R10; 40 R28, E10
	warsaw := zone(t, "Europe/Warsaw")
	for _, tt := range []struct {
		from, duration string
		n              int
		want           string
	}{
		{"2027-01-31T08:00:00Z", "P1M", 1, "2027-02-28T08:00:00Z"}, // no 31 February, and not 3 March
		{"2027-01-31T08:00:00Z", "P1M", 2, "2027-03-31T07:00:00Z"}, // counted from the start; clocks have changed
		{"2028-02-29T08:00:00Z", "P1Y", 1, "2029-02-28T08:00:00Z"},
		{"2028-02-29T08:00:00Z", "P1Y", 4, "2032-02-29T08:00:00Z"},
		{"2027-01-31T08:00:00Z", "P1M1D", 1, "2027-03-01T08:00:00Z"},
		{"2027-03-27T07:00:00Z", "P1D", 1, "2027-03-28T06:00:00Z"}, // the local hour stays
		{"2027-03-27T07:00:00Z", "PT24H", 1, "2027-03-28T07:00:00Z"},
		{"1990-01-01T00:00:00Z", "PT999999H", 5, "2560-05-25T03:00:00Z"}, // longer than a time.Duration
	} {
		d, ok := ParseDuration(tt.duration)
		if got := d.Add(at(t, tt.from).In(warsaw), tt.n); !ok || !got.Equal(at(t, tt.want)) {
			t.Errorf("%s + %d * %s is %s, want %s", tt.from, tt.n, tt.duration, got.UTC().Format(time.RFC3339), tt.want)
		}
	}
}

func TestWindowsFarFromTheirStart(t *testing.T) { // 40 R28
	for _, tt := range []struct {
		interval, duration, at string
		open                   bool
	}{
		{"PT1S", "PT1S", "2027-03-01T00:00:00Z", true}, // more than a thousand million openings since 1990
		{"PT10S", "PT1S", "2027-03-01T00:00:00Z", true},
		{"PT10S", "PT1S", "2027-03-01T00:00:01Z", false},
		{"P1M", "P1D", "9999-12-01T12:00:00Z", true},
		{"P1M", "P1D", "9999-12-02T12:00:00Z", false},
		{"PT999999H", "PT1H", "2104-01-30T15:30:00Z", true},
		{"P999999Y", "P1D", "9999-12-02T12:00:00Z", false},
	} {
		interval, _ := ParseDuration(tt.interval)
		duration, _ := ParseDuration(tt.duration)
		if got := (Recurs{at(t, "1990-01-01T00:00:00Z"), interval, duration}).Open(at(t, tt.at), time.UTC); got != tt.open {
			t.Errorf("every %s for %s, at %s: %t", tt.interval, tt.duration, tt.at, got)
		}
	}
}

// A window is open exactly when a walk over its openings, one by one, finds it open.
func TestWindowsAgreeWithAWalk(t *testing.T) { // 40 R28, E10
	interval := rapid.SampledFrom([]string{"P1D", "P1W", "P1M", "P2M3D", "P1Y", "PT6H", "P1DT1H", "PT90M"})
	duration := rapid.SampledFrom([]string{"PT1H", "P1D", "PT36H", "P1M", "PT90M"})
	zones := []*time.Location{time.UTC, zone(t, "Europe/Warsaw"), zone(t, "America/Sao_Paulo"), zone(t, "Australia/Lord_Howe")}
	rapid.Check(t, func(t *rapid.T) {
		every, _ := ParseDuration(interval.Draw(t, "interval"))
		lasts, _ := ParseDuration(duration.Draw(t, "duration"))
		in := rapid.SampledFrom(zones).Draw(t, "zone")
		start := time.UnixMilli(rapid.Int64Range(1577836800000, 1609459200000).Draw(t, "start"))
		now := start.Add(time.Duration(rapid.Int64Range(-1, 400*24*3600).Draw(t, "seconds")) * time.Second)
		want := false
		for n := 0; ; n++ {
			opened := every.Add(start.In(in), n)
			if opened.After(now) {
				break
			}
			want = want || now.Before(lasts.Add(opened, 1))
		}
		if got := (Recurs{start, every, lasts}).Open(now, in); got != want {
			t.Fatalf("%v for %v from %v in %v, at %v: %t", every, lasts, start, in, now, got)
		}
	})
}
