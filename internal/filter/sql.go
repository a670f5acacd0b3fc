package filter

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Dialect is which database a condition is for. Both are asked the same questions, and answer as Match does.
type Dialect struct {
	postgres bool
	first    int
}

// The dialects. SQLite binds each value as a ?, in order; values are string and int64. Postgres numbers them $1, $2 and
// so on; values are string, int64, bool, []string and []int64.
var (
	SQLite   = Dialect{}
	Postgres = Dialect{postgres: true, first: 1}
)

// From is the dialect with the first bound value numbered n, for a condition that stands behind other values in its
// query. SQLite, which does not number them, stays as it is.
func (d Dialect) From(n int) Dialect {
	if d.postgres {
		d.first = n
	}
	return d
}

// Storage is how a column keeps the values of a field.
type Storage int

// The ways a field is kept, with the types of fields that each can serve.
const (
	TextColumn    Storage = iota // Text, Metadata
	IntegerColumn                // Number
	TimeColumn                   // Time: milliseconds since 1970, as an integer
	BoolColumn                   // Bool: SQLite 0 or 1, PostgreSQL boolean
	StateColumn                  // State: a condition for each word
	ListColumn                   // TextList: the text of a JSON array, or null
	MemberColumn                 // a member of a JSON object in a document; every type but Time and State
)

// Column is how the storage tells where a field is. Expr stands as an operand: bracket what is neither name nor call.
type Column struct {
	Storage Storage
	Expr    string // of a MemberColumn: the whole document, as text or JSON
	Args    []any  // bound in Expr, one for each ?; an Expr without Args is taken as it is
	Object  string // MemberColumn: the name of the object in the document, such as metadata
	Key     string // MemberColumn: the name of the member; "" is the Key of the field

	// State gives the condition under which a word holds. Each ? in it is one of args.
	State func(word Op, env Env) (condition string, args []any)
}

// Columns finds the column of a field.
type Columns func(Field) Column

// In is a condition for a column to have one of the texts, with its one argument, for a statement whose arguments are ?.
// The text of the condition does not depend on how many there are: a database takes only so many arguments, and keeps
// statements by their text.
func (d Dialect) In(column string, texts []string) (where string, arg any) {
	if d.postgres {
		return column + " = ANY(?)", texts
	}
	return column + " IN (SELECT value FROM json_each(?))", jsonTexts(texts)
}

// SQL writes the filter as a condition, which is TRUE without predicates, and the values that are bound in it. Whatever
// was sent is bound, never written. It panics if a column cannot serve its field's type: columns are written in the
// program, not sent.
//
// A null counts as false, as WHERE takes it, so a condition must not be negated as it is. Texts are equal if their bytes
// are; columns must not have a collation that sees it otherwise.
func (f Filter) SQL(d Dialect, cols Columns, env Env) (where string, args []any) {
	b := builder{Dialect: d, env: env}
	junction := " AND "
	if f.Junction == Or {
		junction = " OR "
	}
	switch len(f.Predicates) {
	case 0:
		b.write("TRUE")
	case 1:
		b.predicate(f.Predicates[0], cols)
	default:
		b.write("(")
		for i, p := range f.Predicates {
			if i > 0 {
				b.write(junction)
			}
			b.predicate(p, cols)
		}
		b.write(")")
	}
	return b.sql.String(), b.args
}

// builder writes a condition from left to right, so that values are bound in the order in which they stand.
type builder struct {
	Dialect
	env  Env
	sql  strings.Builder
	args []any
}

func (b *builder) write(parts ...string) {
	for _, part := range parts {
		b.sql.WriteString(part)
	}
}

// bind adds a value and writes its placeholder, with its type for PostgreSQL, which could take it for another.
func (b *builder) bind(value any, postgresType string) {
	b.args = append(b.args, value)
	if !b.postgres {
		b.write("?")
		return
	}
	b.write("$", strconv.Itoa(b.first+len(b.args)-1))
	if postgresType != "" {
		b.write("::", postgresType)
	}
}

func (b *builder) text(s string)   { b.bind(s, "text") }
func (b *builder) integer(n int64) { b.bind(n, "bigint") }

// embed writes a piece of SQL that came from outside, its values bound in their places.
func (b *builder) embed(sql string, args []any) {
	for _, arg := range args {
		before, after, ok := strings.Cut(sql, "?")
		if !ok {
			panic("filter: more values than ? in " + sql)
		}
		b.write(before)
		b.bind(arg, "")
		sql = after
	}
	b.write(sql)
}

// operand writes the expression of a column.
func (b *builder) operand(c Column) { b.embed(c.Expr, c.Args) }

// either writes n alternatives, nested by halves: databases bound how deep a row of ORs may grow.
func (b *builder) either(n int, write func(i int)) { b.eitherOf(0, n, write) }

func (b *builder) eitherOf(from, to int, write func(i int)) {
	switch n := to - from; n {
	case 0:
		b.write("FALSE")
	case 1:
		write(from)
	default:
		b.write("(")
		b.eitherOf(from, from+n/2, write)
		b.write(" OR ")
		b.eitherOf(from+n/2, to, write)
		b.write(")")
	}
}

// predicate writes one condition; an opposite is true exactly where the operator is not, null included (60 R63).
func (b *builder) predicate(p Predicate, cols Columns) {
	op, negated := p.Op.negates()
	if !negated {
		b.holds(op, p, cols(p.Field))
		return
	}
	b.write("(")
	b.holds(op, p, cols(p.Field))
	b.write(") IS NOT TRUE")
}

func (b *builder) holds(op Op, p Predicate, c Column) {
	if c.Key == "" {
		c.Key = p.Field.Key
	}
	type serving struct {
		t Type
		s Storage
	}
	switch (serving{p.Field.Type, c.Storage}) {
	case serving{Text, TextColumn}, serving{Metadata, TextColumn}:
		b.textColumn(op, p, c)
	case serving{Text, MemberColumn}, serving{Metadata, MemberColumn}, serving{TextList, MemberColumn},
		serving{TextList, ListColumn}:
		b.elements(op, p, c)
	case serving{Number, IntegerColumn}:
		b.integerColumn(op, p, c)
	case serving{Number, MemberColumn}:
		b.numberMember(op, p, c)
	case serving{Time, TimeColumn}:
		b.timeColumn(op, p, c)
	case serving{Bool, BoolColumn}:
		b.boolColumn(op, p, c)
	case serving{Bool, MemberColumn}:
		b.boolMember(op, p, c)
	case serving{State, StateColumn}:
		b.write("(")
		b.embed(c.State(op, b.env))
		b.write(")")
	default:
		panic(fmt.Sprintf("filter: storage %d cannot serve field %s", c.Storage, p.Field.Name))
	}
}

func (b *builder) notNull(c Column) {
	b.operand(c)
	b.write(" IS NOT NULL")
}

func (b *builder) textColumn(op Op, p Predicate, c Column) {
	if op == HasValue {
		b.notNull(c)
		return
	}
	b.compareText(op, p.Values, func() { b.operand(c) })
}

// compareText compares whatever text x writes, exactly and by bytes (60 R66). It never uses LIKE, which in SQLite does
// not tell letter case apart and everywhere gives % and _ a meaning.
func (b *builder) compareText(op Op, wants []Value, x func()) {
	switch {
	case op == In:
		b.textIn(wants, x)
		return
	case op != Is && op != Contains && op != StartsWith && op != EndsWith:
		b.write("FALSE") // metadata never matches numeric or date operators (60 R65)
		return
	}
	want := wants[0].text
	switch {
	case op == Is:
		x()
		b.write(" = ")
		b.text(want)
	case want == "":
		x()
		b.write(" IS NOT NULL") // every text contains, begins and ends with nothing
	case op == Contains:
		b.call(b.pick("instr", "strpos"), x, want)
		b.write(" > 0")
	case op == StartsWith && b.postgres:
		b.call("starts_with", x, want)
	default:
		b.affix(op, x, want)
	}
}

func (b *builder) pick(sqlite, postgres string) string {
	if b.postgres {
		return postgres
	}
	return sqlite
}

func (b *builder) call(function string, x func(), want string) {
	b.write(function, "(")
	x()
	b.write(", ")
	b.text(want)
	b.write(")")
}

func (b *builder) affix(op Op, x func(), want string) {
	length := int64(len([]rune(want)))
	b.write(b.pick("substr(", "right("))
	x()
	switch {
	case b.postgres:
		b.write(", ")
		b.bind(length, "int")
	case op == StartsWith:
		b.write(", 1, ")
		b.integer(length)
	default:
		b.write(", ")
		b.integer(-length)
	}
	b.write(") = ")
	b.text(want)
}

// textIn binds a whole list as one value, so that the text of the condition does not depend on its length.
func (b *builder) textIn(wants []Value, x func()) {
	if len(wants) == 0 {
		b.write("FALSE")
		return
	}
	list := make([]string, len(wants))
	for i, want := range wants {
		list[i] = want.text
	}
	x()
	if b.postgres {
		b.write(" = ANY(")
		b.bind(list, "text[]")
		b.write(")")
		return
	}
	b.write(" IN (SELECT value FROM json_each(")
	b.bind(jsonTexts(list), "")
	b.write("))")
}

func (b *builder) boolColumn(op Op, p Predicate, c Column) {
	if op == HasValue {
		b.notNull(c)
		return
	}
	b.either(len(p.Values), func(i int) {
		b.operand(c)
		b.write(" = ")
		if b.postgres {
			b.bind(p.Values[i].n == 1, "boolean")
			return
		}
		b.integer(p.Values[i].n)
	})
}

func (b *builder) integerColumn(op Op, p Predicate, c Column) {
	switch op {
	case HasValue:
		b.notNull(c)
	case Is, In:
		b.integerIn(p.Values, c)
	default:
		b.integerOrder(op, p.Values[0], c)
	}
}

// integerIn asks for the whole numbers among the values: no other can be equal to an integer.
func (b *builder) integerIn(wants []Value, c Column) {
	var whole []int64
	for _, want := range wants {
		if want.exact == nil {
			whole = append(whole, want.n)
		}
	}
	switch {
	case len(whole) == 0:
		b.write("FALSE")
	case len(whole) == 1:
		b.operand(c)
		b.write(" = ")
		b.integer(whole[0])
	case b.postgres:
		b.operand(c)
		b.write(" = ANY(")
		b.bind(whole, "bigint[]")
		b.write(")")
	default:
		b.operand(c)
		b.write(" IN (SELECT value FROM json_each(")
		b.bind(jsonIntegers(whole), "")
		b.write("))")
	}
}

// integerOrder compares an integer with any number: more than 7.5 is more than 7, less than 7.5 is less than 8.
func (b *builder) integerOrder(op Op, want Value, c Column) {
	up := op == MoreThan || op == MoreThanEqual
	n := want.n
	if want.exact != nil {
		floor := new(big.Int).Div(want.exact.Num(), want.exact.Denom())
		switch {
		case !floor.IsInt64() && up == (floor.Sign() > 0):
			b.write("FALSE")
			return
		case !floor.IsInt64():
			b.notNull(c)
			return
		}
		n = floor.Int64()
		op = map[bool]Op{true: MoreThan, false: LessThanEqual}[up] // no integer is equal to it
	}
	b.operand(c)
	b.write(map[Op]string{MoreThan: " > ", LessThan: " < ", MoreThanEqual: " >= ", LessThanEqual: " <= "}[op])
	b.integer(n)
}
