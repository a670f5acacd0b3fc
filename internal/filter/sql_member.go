package filter

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// json writes the JSON that a column holds: the list itself, or the member of the object in the document. Names are
// bound, and found whatever characters they hold.
func (b *builder) json(c Column) {
	if b.postgres {
		b.operand(c)
		b.write("::json") // not jsonb, which writes numbers in its own way
		if c.Storage == MemberColumn {
			b.write(" -> ")
			b.text(c.Object)
			b.write(" -> ")
			b.text(c.Key)
		}
		return
	}
	if c.Storage == MemberColumn {
		b.operand(c)
		b.write(" -> ")
		b.text("$." + jsonText(c.Object) + "." + jsonText(c.Key))
		return
	}
	b.operand(c)
}

func (b *builder) hasMember(c Column) {
	b.write(b.pick("json_type(", "json_typeof("))
	b.json(c)
	b.write(") <> 'null'")
}

// The pieces of a condition on elements. A member that is no array is its own only element, so that one condition
// serves both. The text of a number is what was stored; null, arrays and objects have no text (JSONValue).
const (
	sqliteElements = ` AS j) AS m, json_each(CASE json_type(m.j) WHEN 'array' THEN m.j ELSE '[' || m.j || ']' END) AS e`
	sqliteElement  = `CASE WHEN e.type = 'text' THEN e.value WHEN e.type IN ('null', 'array', 'object') THEN NULL ` +
		`WHEN json_type(m.j) = 'array' THEN m.j -> e.key ELSE m.j END`
	postgresElements = ` AS j) AS m CROSS JOIN LATERAL ` +
		`json_array_elements(CASE json_typeof(m.j) WHEN 'array' THEN m.j ELSE json_build_array(m.j) END) AS e(v)`
	postgresElement = `CASE WHEN json_typeof(e.v) IN ('string', 'number', 'boolean') THEN e.v #>> '{}' END`
)

// elements asks whether some element holds. Arrays are asked for whole elements only: $contains looks inside a text,
// but for an element of an array (60 R63).
func (b *builder) elements(op Op, p Predicate, c Column) {
	switch {
	case op == HasValue:
		b.hasMember(c)
		return
	case !slices.Contains(fits[Text], op):
		b.write("FALSE") // metadata never matches numeric or date operators (60 R65)
		return
	}
	element := func() { b.write(b.pick(sqliteElement, postgresElement)) }
	b.write("EXISTS (SELECT 1 FROM (SELECT ")
	b.json(c)
	b.write(b.pick(sqliteElements, postgresElements), " WHERE ")
	isArray := b.pick("json_type(m.j) = 'array'", "json_typeof(m.j) = 'array'")
	switch op {
	case Contains:
		b.write("CASE WHEN ", isArray, " THEN ")
		b.compareText(Is, p.Values, element)
		b.write(" ELSE ")
		b.compareText(op, p.Values, element)
		b.write(" END")
	case Is, In:
		b.compareText(op, p.Values, element)
	default:
		b.write("NOT ", isArray, " AND ")
		b.compareText(op, p.Values, element)
	}
	b.write(")")
}

// numberMember compares a member by value, if it is a number. SQLite has 64 bits for a number that is not whole: such
// numbers are equal to it if they first differ behind some 15 digits, while Match and PostgreSQL tell them apart.
func (b *builder) numberMember(op Op, p Predicate, c Column) {
	if op == HasValue {
		b.hasMember(c)
		return
	}
	if len(p.Values) == 0 {
		b.write("FALSE")
		return
	}
	b.write("EXISTS (SELECT 1 FROM (SELECT ")
	b.json(c)
	b.write(" AS j) AS m WHERE ", b.pick(
		"CASE WHEN json_type(m.j) IN ('integer', 'real') THEN CAST(m.j AS NUMERIC) END",
		"CASE WHEN json_typeof(m.j) = 'number' THEN (m.j #>> '{}')::numeric END"))
	switch sign, ordered := map[Op]string{
		MoreThan: " > ", LessThan: " < ", MoreThanEqual: " >= ", LessThanEqual: " <= "}[op]; {
	case ordered:
		b.write(sign)
		b.number(p.Values[0])
	case op == Is:
		b.write(" = ")
		b.number(p.Values[0])
	default:
		b.write(" IN (")
		for i, v := range p.Values {
			if i > 0 {
				b.write(", ")
			}
			b.number(v)
		}
		b.write(")")
	}
	b.write(")")
}

// number binds a number as text, for the database to read: a float could not hold it.
func (b *builder) number(v Value) {
	text, ok := v.asText()
	if !ok {
		text = v.rat().FloatString(40)
	}
	if b.postgres {
		b.text(text)
		b.write("::numeric")
		return
	}
	b.write("CAST(")
	b.text(text)
	b.write(" AS NUMERIC)")
}

// boolMember asks whether a member is the boolean true or false; a text is not.
func (b *builder) boolMember(op Op, p Predicate, c Column) {
	if op == HasValue {
		b.hasMember(c)
		return
	}
	b.write("EXISTS (SELECT 1 FROM (SELECT ")
	b.json(c)
	b.write(" AS j) AS m WHERE ")
	b.compareText(In, textsOf(p.Values), func() {
		b.write(b.pick(
			"CASE WHEN json_type(m.j) IN ('true', 'false') THEN m.j END",
			"CASE WHEN json_typeof(m.j) = 'boolean' THEN m.j #>> '{}' END"))
	})
	b.write(")")
}

func textsOf(values []Value) []Value {
	out := make([]Value, len(values))
	for i, v := range values {
		text, _ := v.asText()
		out[i] = TextValue(text)
	}
	return out
}

// jsonText writes a text as JSON. Bytes that are no text are replaced.
func jsonText(s string) string {
	out, _ := jsontext.AppendQuote(nil, clean(s))
	return string(out)
}

func jsonTexts(list []string) string {
	out := []byte{'['}
	for i, s := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out, _ = jsontext.AppendQuote(out, clean(s))
	}
	return string(append(out, ']'))
}

func jsonIntegers(list []int64) string {
	out := []byte{'['}
	for i, n := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(out, n, 10)
	}
	return string(append(out, ']'))
}
