// Package calendar knows instants and local days: how both are written on the wire, and which stretch of time a day,
// week, month or year of a zone is. It reads no clock; the instant is always an argument.
package calendar

import (
	"strings"
	"time"
)

// ParseTime reads an instant in any form clients send (60 R28): a date alone, or a date and a time down to hours,
// minutes, seconds or up to nine decimals, with Z, ±HH:mm, ±HHmm or no zone. A date alone is midnight UTC, a time
// without zone is UTC. Ruby's form, with blanks and UTC or an offset at the end, is read as well. The result is UTC,
// truncated to milliseconds (60 R30). It is false for anything else, and for dates and times that do not exist.
func ParseTime(s string) (time.Time, bool) {
	y, m, d, rest, ok := readDate(s)
	if !ok {
		return time.Time{}, false
	}
	day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if rest == "" {
		return day, true
	}
	clock, rest, ok := readClock(rest[1:], rest[0])
	if !ok {
		return time.Time{}, false
	}
	offset, ok := readZone(rest, s[len("2006-01-02")] == ' ')
	if !ok {
		return time.Time{}, false
	}
	t := day.Add(clock - offset)
	return t, t.Year() >= 1 && t.Year() <= 9999 // an offset may lead out of the years that can be written
}

// ParseDate reads a plain date, YYYY-MM-DD (60 R32). It is false for a date that no calendar has, like 2025-02-29.
func ParseDate(s string) (year int, month time.Month, day int, ok bool) {
	year, month, day, rest, ok := readDate(s)
	return year, month, day, ok && rest == ""
}

func readDate(s string) (y int, m time.Month, d int, rest string, ok bool) {
	y, s, okYear := readDigits(s, 4)
	s, dash1 := strings.CutPrefix(s, "-")
	month, s, okMonth := readDigits(s, 2)
	s, dash2 := strings.CutPrefix(s, "-")
	d, s, okDay := readDigits(s, 2)
	m = time.Month(month)
	ok = okYear && dash1 && okMonth && dash2 && okDay &&
		y >= 1 && m >= 1 && m <= 12 && d >= 1 && d <= daysIn(y, m)
	return y, m, d, s, ok
}

// readClock reads HH, HH:mm, HH:mm:ss or HH:mm:ss.S{1,9} after its separator, and drops what is finer than 1 ms.
func readClock(s string, separator byte) (time.Duration, string, bool) {
	if separator != 'T' && separator != ' ' {
		return 0, s, false
	}
	h, s, ok := readDigits(s, 2)
	if !ok || h > 23 {
		return 0, s, false
	}
	clock := time.Duration(h) * time.Hour
	for _, unit := range [...]time.Duration{time.Minute, time.Second} {
		rest, more := strings.CutPrefix(s, ":")
		if !more {
			return clock, s, true
		}
		var n int
		if n, s, ok = readDigits(rest, 2); !ok || n > 59 {
			return 0, s, false
		}
		clock += time.Duration(n) * unit
	}
	if rest, more := strings.CutPrefix(s, "."); more {
		var fraction time.Duration
		if fraction, s, ok = readFraction(rest); !ok {
			return 0, s, false
		}
		clock += fraction
	}
	return clock, s, true
}

func readFraction(s string) (time.Duration, string, bool) {
	var sum time.Duration
	unit, n := time.Second, 0
	for n < len(s) && isDigit(s[n]) {
		unit /= 10
		sum += time.Duration(s[n]-'0') * unit
		n++
	}
	return sum.Truncate(time.Millisecond), s[n:], n >= 1 && n <= 9
}

// readZone reads what follows a time; a blank before it, and the word UTC, belong to the form with blanks.
func readZone(s string, blanks bool) (time.Duration, bool) {
	if blanks {
		s = strings.TrimPrefix(s, " ")
	}
	switch {
	case s == "", s == "Z", blanks && s == "UTC":
		return 0, true
	case s[0] != '+' && s[0] != '-':
		return 0, false
	}
	h, rest, okHours := readDigits(s[1:], 2)
	m, rest, okMinutes := readDigits(strings.TrimPrefix(rest, ":"), 2)
	if !okHours || !okMinutes || rest != "" || h > 23 || m > 59 {
		return 0, false
	}
	offset := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if s[0] == '-' {
		return -offset, true
	}
	return offset, true
}

func readDigits(s string, n int) (int, string, bool) {
	if len(s) < n {
		return 0, s, false
	}
	value := 0
	for i := range n {
		if !isDigit(s[i]) {
			return 0, s, false
		}
		value = value*10 + int(s[i]-'0')
	}
	return value, s[n:], true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func daysIn(y int, m time.Month) int {
	return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// FormatTime writes an instant as every answer does (60 R27): YYYY-MM-DDTHH:mm:ss.SSSZ, UTC.
func FormatTime(t time.Time) string {
	return string(AppendTime(make([]byte, 0, len("2006-01-02T15:04:05.000Z")), t))
}

// AppendTime appends what FormatTime returns to dst.
func AppendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	y, m, d := t.Date()
	if y < 0 || y > 9999 { // no instant that ParseTime reads
		return t.AppendFormat(dst, "2006-01-02T15:04:05.000Z")
	}
	h, min, sec := t.Clock()
	ms := t.Nanosecond() / int(time.Millisecond)
	return append(dst,
		digit(y/1000), digit(y/100), digit(y/10), digit(y), '-',
		digit(int(m)/10), digit(int(m)), '-', digit(d/10), digit(d), 'T',
		digit(h/10), digit(h), ':', digit(min/10), digit(min), ':', digit(sec/10), digit(sec), '.',
		digit(ms/100), digit(ms/10), digit(ms), 'Z')
}

func digit(n int) byte { return byte('0' + n%10) }
