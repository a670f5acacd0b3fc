package formula

import (
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

type kind uint8

const (
	isNull kind = iota
	isNumber
	isText
	isBool
	isDate // at is 00:00 UTC of it
	isTime
	isList
)

// Value is what an operand or a part of a formula is (10-pricing R135). The zero value is null.
type Value struct {
	kind   kind
	yes    bool
	number Number
	text   string
	at     time.Time
	list   []metadata.Value
}

// Money is an amount of minor units, as formulas see it: in major units (10-pricing R131).
func Money(a promo.Amount) Value { return number(ratio(int64(a), 100)) }

// MoneyRatio is a unit price of a/n minor units; n is positive.
func MoneyRatio(a promo.Amount, n int64) Value {
	q, ok := ratio(int64(a), n).quo(integer(100))
	if !ok {
		return Value{}
	}
	return number(q)
}

// Int is a whole number.
func Int(n int64) Value { return number(integer(n)) }

// Text is a text.
func Text(s string) Value { return Value{kind: isText, text: s} }

// Date is a calendar date, YYYY-MM-DD; null when it is none.
func Date(s string) Value {
	y, m, d, ok := calendar.ParseDate(s)
	if !ok {
		return Value{}
	}
	return date(y, m, d)
}

// Time is an instant.
func Time(t time.Time) Value { return Value{kind: isTime, at: t} }

// Attribute is a metadata value; it keeps its JSON type (10-pricing R135). An object is no value of a formula: null.
func Attribute(v metadata.Value) Value {
	switch v.Kind {
	case metadata.Number:
		if n, ok := readNumber(v.Text); ok {
			return number(n)
		}
	case metadata.Text:
		return Text(v.Text)
	case metadata.Bool:
		return boolean(v.True)
	case metadata.List:
		return Value{kind: isList, list: v.List}
	}
	return Value{}
}

func number(n Number) Value { return Value{kind: isNumber, number: n} }

func boolean(b bool) Value { return Value{kind: isBool, yes: b} }

func date(y int, m time.Month, d int) Value {
	return Value{kind: isDate, at: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// day is the calendar day of a date or an instant in the zone, as 00:00 UTC.
func (v Value) day(zone *time.Location) time.Time {
	if v.kind == isDate {
		return v.at
	}
	y, m, d := v.at.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// instant is a date-time, or a date at 00:00 in the zone (10-pricing R141).
func (v Value) instant(zone *time.Location) time.Time {
	if v.kind == isTime {
		return v.at
	}
	y, m, d := v.at.Date()
	return calendar.DayOf(y, m, d, zone).From
}

func (v Value) isWhen() bool { return v.kind == isDate || v.kind == isTime }
