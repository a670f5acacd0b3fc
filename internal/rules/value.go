package rules

import (
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/catalog"
	"github.com/scrip-dev/scrip/internal/metadata"
	"github.com/scrip-dev/scrip/internal/promo"
)

// Value is what a rule met. The zero value is absent.
type Value struct {
	metadata.Value
	Price catalog.Price // of a unit price that is no whole amount: then Number is not set
}

// whole is a whole number.
func whole[N ~int64](n N) Value {
	return Value{Value: metadata.Value{Kind: metadata.Number, Number: promo.NewDecimal(int64(n), 0), Exact: true}}
}

func textual(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Value: metadata.Value{Kind: metadata.Text, Text: s}}
}

func flag(b bool) Value { return Value{Value: metadata.Value{Kind: metadata.Bool, True: b}} }

// priceValue is a unit price, which may be a fraction of a minor unit (10-pricing R11).
func priceValue(p catalog.Price) Value {
	switch {
	case !p.Known():
		return Value{}
	case p.Of == 1 || int64(p.Amount)%p.Of == 0:
		return whole(int64(p.Amount) / p.Of)
	}
	return Value{Value: metadata.Value{Kind: metadata.Number}, Price: p}
}

// absent: null and [] count as absent (20 R21). An empty text does for numbers and dates, which read nothing from it.
func (v *Value) absent() bool {
	return v.Kind == metadata.Null || v.Kind == metadata.List && len(v.List) == 0
}

// number reads a number, or a numeric text: metadata without a schema is text (20 R16).
func number(v *metadata.Value) (promo.Decimal, bool) {
	switch v.Kind {
	case metadata.Number:
		return v.Number, v.Exact
	case metadata.Text:
		d, err := promo.ParseDecimal(v.Text)
		return d, err == nil && v.Text != ""
	}
	return promo.Decimal{}, false
}

// moment is a date or an instant read from a text.
type moment struct {
	at    time.Time // of a date, 00:00 UTC of it
	plain bool
	known bool
}

func readMoment(v *metadata.Value) moment {
	if v.Kind != metadata.Text || len(v.Text) < 10 {
		return moment{}
	}
	if y, m, d, ok := calendar.ParseDate(v.Text); ok {
		return moment{time.Date(y, m, d, 0, 0, 0, 0, time.UTC), true, true}
	}
	t, ok := calendar.ParseTime(v.Text)
	return moment{t, false, ok}
}

// instant is when it is: a plain date at 00:00 in the zone (20 R17).
func (m moment) instant(zone *time.Location) time.Time {
	if !m.plain {
		return m.at
	}
	y, mo, d := m.at.Date()
	return calendar.DayOf(y, mo, d, zone).From
}

// day is its calendar day in the zone, as 00:00 UTC.
func (m moment) day(zone *time.Location) time.Time {
	if m.plain {
		return m.at
	}
	return dayOf(m.at, zone)
}

func dayOf(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
