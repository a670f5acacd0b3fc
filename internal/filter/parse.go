package filter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
)

// MaxList is how many values one list may have (60 R69).
const MaxList = 1000

// What a filter may ask for at most; every list value and every other value counts as one.
const (
	maxPredicates = 100
	maxValues     = 10000
)

// Fault says what is wrong with a filter that was sent: where, and the details of the answer (60 R68). The key depends
// on where it came from: invalid_query_params of a query, invalid_payload of a body.
type Fault struct{ Path, Details string }

// Condition is one operator of one field as it was sent, values still text (60 R56, R58).
type Condition struct {
	Field  string
	Op     string
	Values []string
}

// Parse reads the filter of a raw query (60 R56). Without filters in the query the filter holds for every record.
func Parse(rawQuery string, set Set) (Filter, *Fault) { return FromParams(Brackets(rawQuery), set) }

// FromParams reads the filter from the parameters of a query; those of other names are none of its business.
func FromParams(params []Param, set Set) (Filter, *Fault) {
	r := reader{set: set, places: map[[2]string]int{}}
	for _, p := range params {
		if p.Path[0] == "filters" && !r.read(p.Path[1:], p.Value) {
			return Filter{}, malformed(".filters", operators)
		}
	}
	return Compile(".filters", r.junction, r.conditions(), set)
}

// reader collects what belongs together: the values of one operator of one field, wherever in the query they stand.
type reader struct {
	set      Set
	junction string
	places   map[[2]string]int // field and operator to their place in found
	found    []group
}

type group struct {
	field, op string
	values    []indexed
}

type indexed struct {
	index int
	text  string
}

func (r *reader) read(path []string, value string) bool {
	if len(path) == 1 && path[0] == "junction" {
		r.junction = value
		return true
	}
	if len(path) < 2 {
		return false
	}
	field, path := path[0], path[1:]
	if path[0] == "conditions" {
		path = path[1:]
	} else if f, ok := r.set.Lookup(field); !ok || f.Type != State { // a state word may stand below its field (40 R31)
		return false
	}
	if len(path) == 0 {
		return false
	}
	index, ok := readIndex(path[1:])
	if ok {
		r.add(field, path[0], indexed{index, value})
	}
	return ok
}

func (r *reader) add(field, op string, value indexed) {
	key := [2]string{field, op}
	at, ok := r.places[key]
	if !ok {
		at = len(r.found)
		r.places[key] = at
		r.found = append(r.found, group{field: field, op: op})
	}
	r.found[at].values = append(r.found[at].values, value)
}

// conditions puts indexed values in order of their number, the others behind them as they came (60 R56), and takes
// Python's lists apart where they may stand (60 R59).
func (r *reader) conditions() []Condition {
	out := make([]Condition, 0, len(r.found))
	for _, g := range r.found {
		slices.SortStableFunc(g.values, func(a, b indexed) int { return cmp.Compare(a.index, b.index) })
		c := Condition{Field: g.field, Op: g.op}
		for _, v := range g.values {
			list, ok := pythonList(v.text)
			if !ok || g.op != string(In) && g.op != string(NotIn) {
				list = []string{v.text}
			}
			c.Values = append(c.Values, list...)
		}
		out = append(out, c)
	}
	return out
}

// Compile makes a filter of conditions, in a body (60 R58) or a query. Path is where they stand: .filters, or
// .parameters.filters and the like. A junction of "" is and; any letter case is read (60 R61).
func Compile(path, junction string, conditions []Condition, set Set) (Filter, *Fault) {
	f := Filter{Junction: Junction(strings.ToLower(junction))}
	switch f.Junction {
	case And, Or:
	case "":
		f.Junction = And
	default:
		return Filter{}, faultAt(path+".junction", "must be equal to one of the allowed values [ and, or ]")
	}
	values := 0
	for _, c := range conditions {
		predicates, fault := c.predicates(path, set)
		if fault != nil {
			return Filter{}, fault
		}
		f.Predicates = append(f.Predicates, predicates...)
		values += len(c.Values)
		if len(f.Predicates) > maxPredicates || values > maxValues {
			return Filter{}, faultAt(path,
				fmt.Sprintf("must NOT have more than %d conditions and %d values", maxPredicates, maxValues))
		}
	}
	return f, nil
}

// predicates flattens a condition: one predicate for each value, or one for a whole list (60 R60).
func (c Condition) predicates(path string, set Set) ([]Predicate, *Fault) {
	field, ok := set.Lookup(c.Field)
	if !ok {
		return nil, faultAt(path+"."+c.Field, "is not allowed")
	}
	op, ok := ParseOp(c.Op)
	if !ok {
		return nil, malformed(path, operators)
	}
	if !field.accepts(op) {
		return nil, malformed(path, field.Ops)
	}
	path = fmt.Sprintf("%s.%s.conditions.%s", path, c.Field, op)
	switch {
	case op.ignoresValue():
		return []Predicate{{Field: field, Op: op}}, nil
	case op.takesList() && len(c.Values) > MaxList:
		return nil, faultAt(path, fmt.Sprintf("must NOT have more than %d items", MaxList))
	}
	values := make([]Value, len(c.Values))
	for i, text := range c.Values {
		v, trouble := operand(field.Type, op, text)
		if trouble != "" {
			return nil, faultAt(path, trouble)
		}
		values[i] = v
	}
	if op.takesList() {
		return []Predicate{{field, op, values}}, nil
	}
	out := make([]Predicate, len(values))
	for i := range values {
		out[i] = Predicate{field, op, values[i : i+1]}
	}
	return out, nil
}

// operand reads a value as the type of its field wants it (60 R65), or tells what it must be.
func operand(t Type, op Op, text string) (v Value, trouble string) {
	ok := true
	switch t {
	case Number:
		v, ok = parseNumber(text)
		trouble = "must be number"
	case Bool:
		v, ok = parseBool(text)
		trouble = "must be boolean"
	case Time, Birthday:
		return timeOperand(op, text)
	default:
		if slices.Contains(countOps, op) {
			return timeOperand(op, text) // a whole number too
		}
		v = TextValue(clean(text))
	}
	if ok {
		trouble = ""
	}
	return v, trouble
}

func parseBool(text string) (Value, bool) {
	yes := strings.EqualFold(text, "true")
	return BoolValue(yes), yes || strings.EqualFold(text, "false")
}

// timeOperand reads an instant, a day where a day may be meant, or else a number of days, a month, a year (60 R63).
func timeOperand(op Op, text string) (Value, string) {
	switch op {
	case Is, IsNot, In, NotIn:
		if y, m, d, ok := calendar.ParseDate(text); ok {
			return dayValue(y, m, d), ""
		}
		fallthrough
	case After, Before:
		if t, ok := calendar.ParseTime(text); ok {
			return TimeValue(t), ""
		}
		return Value{}, calendar.NoDate
	}
	v, ok := parseNumber(text)
	if !ok || v.exact != nil {
		return Value{}, "must be integer"
	}
	const longest = 4_000_000 // days in all the years that can be written
	if v.n < -longest || v.n > longest {
		return Value{}, fmt.Sprintf("must be >= %d and <= %d", -longest, longest)
	}
	return v, ""
}

func dayValue(y int, m time.Month, d int) Value {
	return Value{kind: isDay, n: int64(y)*10000 + int64(m)*100 + int64(d)}
}

func faultAt(path, trouble string) *Fault {
	return &Fault{Path: path, Details: "Property " + path + " " + trouble}
}

// malformed is the answer to every filter that is built wrong and to every operator that cannot be (60 R68).
func malformed(path string, allowed []Op) *Fault {
	var names strings.Builder
	for i, op := range allowed {
		if i > 0 {
			names.WriteString(", ")
		}
		names.WriteString(string(op))
	}
	return faultAt(path, "should match either `filters[${field}][conditions][${condition}][${index}]` or "+
		"`filters[${field}][conditions][${condition}]` format and condition must be one of: "+names.String())
}
