package rules

import (
	"strconv"
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/metadata"
)

// frame is a value of one of the $timeframe operators (20 R14, R18).
type frame struct {
	from, to           moment // $timeframe begins at from; $timeframe_absolute lasts to to
	interval, duration calendar.Duration
	begin, end         string // HH:MM, of $timeframe_daily_hours
	days               [7]bool
	holds              func(*frame, moment, *time.Location) bool
}

func frames(v *Value, c *condition, zone *time.Location, _ time.Time) bool {
	m := readMoment(&v.Value)
	if !m.known {
		return false
	}
	for i := range c.wants {
		if f := &c.wants[i].frame; f.holds(f, m, zone) {
			return true
		}
	}
	return false
}

func readDate(s string) moment { return readMoment(&metadata.Value{Kind: metadata.Text, Text: s}) }

// readTimeframe reads START;INTERVAL;DURATION.
func readTimeframe(w *want) bool {
	p := strings.Split(w.Text, ";")
	if w.Kind != metadata.Text || len(p) != 3 || !calendar.IsDuration(p[1]) || !calendar.IsDuration(p[2]) {
		return false
	}
	w.frame.from = readDate(p[0])
	w.frame.interval, _ = calendar.ParseDuration(p[1])
	w.frame.duration, _ = calendar.ParseDuration(p[2])
	w.frame.holds = func(f *frame, m moment, zone *time.Location) bool {
		return calendar.Recurs{Start: f.from.instant(zone), Interval: f.interval, Duration: f.duration}.Open(m.instant(zone), zone)
	}
	return w.frame.from.known
}

// readAbsolute reads FROM;TO; both belong to it.
func readAbsolute(w *want) bool {
	from, to, two := strings.Cut(w.Text, ";")
	w.frame.from, w.frame.to = readDate(from), readDate(to)
	w.frame.holds = func(f *frame, m moment, zone *time.Location) bool {
		at := m.instant(zone)
		return !at.Before(f.from.instant(zone)) && !at.After(f.to.instant(zone))
	}
	return two && w.Kind == metadata.Text && w.frame.from.known && w.frame.to.known
}

// readDailyHours reads HH:MM;HH:MM;d,d,…: the end does not belong to it.
func readDailyHours(w *want) bool {
	p := strings.Split(w.Text, ";")
	if w.Kind != metadata.Text || len(p) != 3 || !isClock(p[0]) || !isClock(p[1]) {
		return false
	}
	w.frame.begin, w.frame.end = p[0], p[1]
	for d := range strings.SplitSeq(p[2], ",") {
		n, err := strconv.Atoi(strings.TrimSpace(d))
		if err != nil || n < 0 || n > 6 {
			return false
		}
		w.frame.days[n] = true
	}
	w.frame.holds = func(f *frame, m moment, zone *time.Location) bool {
		local := m.instant(zone).In(zone)
		now := local.Format("15:04")
		return f.days[local.Weekday()] && f.begin <= now && now < f.end
	}
	return true
}

func isClock(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == len("15:04")
}

func readWeekday(w *want) bool {
	n, whole := w.number.Whole()
	return w.Kind == metadata.Number && w.numeric && whole && n >= 0 && n <= 6
}

// weekdays: the local day of the value is one of those listed; 0 is Sunday.
func weekdays(v *Value, c *condition, zone *time.Location, _ time.Time) bool {
	m := readMoment(&v.Value)
	if !m.known {
		return false
	}
	day := int64(m.day(zone).Weekday())
	for i := range c.wants {
		if n, _ := c.wants[i].number.Whole(); n == day {
			return true
		}
	}
	return false
}
