package calendar

import "time"

// Range is a stretch of time that holds From and ends before To.
type Range struct{ From, To time.Time }

// Contains tells whether t lies in the range.
func (r Range) Contains(t time.Time) bool { return !t.Before(r.From) && t.Before(r.To) }

// Day is the calendar day of the zone that lies n days after the one holding at (60 R31). It lasts 23 or 25 hours
// where clocks change, and is empty where the zone skipped it.
func Day(at time.Time, zone *time.Location, n int) Range {
	y, m, d := at.In(zone).Date()
	return DayOf(y, m, d+n, zone)
}

// DayOf is the calendar day of the zone with that date. Days and months beyond their range carry over, as in
// time.Date.
func DayOf(y int, m time.Month, d int, zone *time.Location) Range {
	return Range{dayStart(y, m, d, zone), dayStart(y, m, d+1, zone)}
}

// Week is the calendar week that lies n weeks after the one holding at. Which weekday begins it is a setting of the
// project: Monday, Saturday or Sunday (60 R31).
func Week(at time.Time, zone *time.Location, first time.Weekday, n int) Range {
	local := at.In(zone)
	y, m, d := local.Date()
	d += 7*n - int(local.Weekday()-first+7)%7
	return Range{dayStart(y, m, d, zone), dayStart(y, m, d+7, zone)}
}

// Month is the calendar month that lies n months after the one holding at (60 R31).
func Month(at time.Time, zone *time.Location, n int) Range {
	y, m, _ := at.In(zone).Date()
	m += time.Month(n)
	return Range{dayStart(y, m, 1, zone), dayStart(y, m+1, 1, zone)}
}

// Year is the calendar year that lies n years after the one holding at (60 R31).
func Year(at time.Time, zone *time.Location, n int) Range {
	return YearOf(at.In(zone).Year()+n, zone)
}

// YearOf is the calendar year of that number.
func YearOf(y int, zone *time.Location) Range {
	return Range{dayStart(y, time.January, 1, zone), dayStart(y+1, time.January, 1, zone)}
}

// dayStart is the first instant of a local date: midnight, the earlier one if it strikes twice; where clocks jump
// over midnight, the instant at which they do.
func dayStart(y int, m time.Month, d int, zone *time.Location) time.Time {
	midnight := time.Date(y, m, d, 0, 0, 0, 0, time.UTC) // as the wall clock shows it
	t := time.Date(y, m, d, 0, 0, 0, 0, zone)
	from, to := t.ZoneBounds()
	switch wall := shift(t, offset(t)); {
	case wall.Before(midnight):
		return to
	case wall.After(midnight):
		return from
	case from.IsZero():
		return t
	}
	before := offset(from.Add(-1))
	if earlier := shift(midnight, -before); earlier.Before(from) {
		return earlier.In(zone)
	}
	return t
}

func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

func shift(t time.Time, seconds int) time.Time {
	return t.Add(time.Duration(seconds) * time.Second)
}
