package filter

import "strconv"

func (b *builder) timeColumn(op Op, p Predicate, c Column) {
	if op == HasValue {
		b.notNull(c)
		return
	}
	spans, ok := p.spans(op, b.env)
	if !ok {
		b.datePart(op, p.Values[0].n, c)
		return
	}
	b.either(len(spans), func(i int) { b.span(spans[i], c) })
}

// span asks for the milliseconds of a stretch of time.
func (b *builder) span(s span, c Column) {
	switch {
	case s.from >= s.to:
		b.write("FALSE")
		return
	case s.from == s.to-1:
		b.operand(c)
		b.write(" = ")
		b.integer(s.from)
		return
	}
	if s.from != always {
		b.operand(c)
		b.write(" >= ")
		b.integer(s.from)
	}
	if s.from != always && s.to != never {
		b.write(" AND ")
	}
	if s.to != never {
		b.operand(c)
		b.write(" < ")
		b.integer(s.to)
	}
}

// before1970 is more days than lie between the year 1 and 1970, and a number of whole weeks: with it added, days and
// milliseconds are positive, and division rounds down.
const before1970 = 719166

// datePart asks for the weekday, month or day of month of an instant in the zone (60 R63). It first makes the number of
// the local day, counted from 1970.
func (b *builder) datePart(op Op, n int64, c Column) {
	b.write("EXISTS (SELECT 1 FROM (SELECT (t.ms + ")
	b.offset(offsets(b.env.zone()))
	b.write(" + ", strconv.Itoa(before1970*msPerDay), ") / ", strconv.Itoa(msPerDay), " AS day FROM (SELECT ")
	b.operand(c)
	b.write(" AS ms) AS t) AS d WHERE ")
	since1970 := "d.day - " + strconv.Itoa(before1970)
	switch {
	case op == IsDay:
		b.write("(d.day + 4) % 7") // 1 January 1970 was a Thursday
	case b.postgres:
		part := map[Op]string{IsMonth: "month", IsDayOfMonth: "day"}[op]
		b.write("extract(", part, " FROM date '1970-01-01' + (", since1970, ")::int)")
	default:
		part := map[Op]string{IsMonth: "%m", IsDayOfMonth: "%d"}[op]
		b.write("CAST(strftime('", part, "', (", since1970, ") * 86400, 'unixepoch') AS INTEGER)")
	}
	b.write(" = ")
	b.integer(n)
	b.write(")")
}

// offset writes which offset holds at t.ms, as a search by halves. Offsets come from the zone, not from the sender.
func (b *builder) offset(all []offset) {
	if len(all) == 1 {
		b.write(strconv.FormatInt(all[0].ms, 10))
		return
	}
	half := len(all) / 2
	b.write("CASE WHEN t.ms < ", strconv.FormatInt(all[half].from, 10), " THEN ")
	b.offset(all[:half])
	b.write(" ELSE ")
	b.offset(all[half:])
	b.write(" END")
}
