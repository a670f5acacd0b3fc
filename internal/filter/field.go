package filter

import (
	"fmt"
	"slices"
	"strings"
)

// Type is what a field holds: it decides which operators fit and how a value sent as text is read (60 R63, R65).
type Type int

// The types of fields.
const (
	Text     Type = iota // compared exactly, case and all (60 R66)
	Number               // compared by value, exactly
	Time                 // an instant, of milliseconds
	Bool                 // true or false, in any letter case when sent
	State                // tells words about itself, like $active and $expired; each word is an operator (40 R31)
	TextList             // several texts; $is and $contains ask for an element
	Metadata             // without schema: text, or a list of texts; never matches numeric or date operators (60 R65)
	Birthday             // a calendar date; calendar words ignore its year (60 R64)
	Place                // a point on the earth, as text (60 R63, R194)
)

// fits are the operators that a list can be filtered by: those that both databases and memory answer alike.
var fits = map[Type][]Op{
	Text:     slices.Concat(anyOps, containsOps, affixOps),
	Number:   slices.Concat(anyOps, orderOps, orEqualOps),
	Time:     slices.Concat(anyOps, orderOps, whenOps),
	Bool:     anyOps,
	State:    stateOps,
	TextList: slices.Concat(anyOps, containsOps),
	Metadata: slices.Concat(anyOps, containsOps, affixOps, orderOps, orEqualOps, whenOps),
}

// inMemory are the operators that only memory answers, and so only sets made by InMemory have.
var inMemory = map[Type][]Op{
	Time:     anniversaryOps,
	TextList: countOps,
	Metadata: slices.Concat(countOps, locationOps),
	Birthday: slices.Concat(anyOps, orderOps, whenOps, anniversaryOps),
	Place:    slices.Concat([]Op{HasValue, IsUnknown}, locationOps),
}

// Field is something a list can be filtered by (60 R67).
type Field struct {
	// Name is one segment of the query, dots and blanks included (60 R57). One * in a declared name stands for any
	// text that is not empty: metadata.*, loyalty_points.campaigns.*.points.
	Name string
	Type Type
	Ops  []Op   // nil: all that fit the type. A State field always lists its words
	Key  string // what stands for the *, in a field that was looked up
}

func (f Field) accepts(op Op) bool { return slices.Contains(f.Ops, op) }

// Set is the fields of one resource. It does not change.
type Set struct {
	named    map[string]Field
	families []Field // those with a *, in the order they were declared
	memory   bool    // every operator fits, since no database is asked
}

// NewSet declares the fields of a resource. It panics on an operator that does not fit its field, and on a State field
// without words: a set is written in the program, not sent.
func NewSet(fields ...Field) Set {
	return Set{named: make(map[string]Field, len(fields))}.With(fields...)
}

// InMemory declares fields that are only asked in memory, such as those of segments and auto-update collections: all
// operators fit (60 R63). Otherwise it is as NewSet.
func InMemory(fields ...Field) Set {
	return Set{named: make(map[string]Field, len(fields)), memory: true}.With(fields...)
}

// With adds fields to a set or replaces those of the same name; the old set stays. A name without * wins over a family:
// so a project adds the typed fields of its metadata schema to metadata.* (60 R65).
func (s Set) With(fields ...Field) Set {
	s.named, s.families = mapClone(s.named, len(fields)), slices.Clone(s.families)
	for _, f := range fields {
		f = s.checked(f)
		same := func(old Field) bool { return old.Name == f.Name }
		switch i := slices.IndexFunc(s.families, same); {
		case !strings.Contains(f.Name, "*"):
			s.named[f.Name] = f
		case i >= 0:
			s.families[i] = f
		default:
			s.families = append(s.families, f)
		}
	}
	return s
}

func mapClone(m map[string]Field, more int) map[string]Field {
	out := make(map[string]Field, len(m)+more)
	for name, f := range m {
		out[name] = f
	}
	return out
}

func (s Set) checked(f Field) Field {
	all := fits[f.Type]
	if s.memory {
		all = slices.Concat(all, inMemory[f.Type])
	}
	if f.Ops == nil && f.Type != State {
		f.Ops = all
	}
	if len(f.Ops) == 0 {
		panic(fmt.Sprintf("filter: field %s has no operators", f.Name))
	}
	for _, op := range f.Ops {
		if !slices.Contains(all, op) {
			panic(fmt.Sprintf("filter: operator %s does not fit field %s", op, f.Name))
		}
	}
	return f
}

// Lookup finds a field by the name that was sent: by its full name first, then in the families as declared. A named
// field that a family covers too has its Key from there.
func (s Set) Lookup(name string) (Field, bool) {
	named, found := s.named[name]
	for _, f := range s.families {
		key, ok := f.keyOf(name)
		switch {
		case !ok:
		case found:
			named.Key = key
			return named, true
		default:
			f.Name, f.Key = name, key
			return f, true
		}
	}
	return named, found
}

// keyOf is what stands in name for the * of a family; false if name is not of the family.
func (f Field) keyOf(name string) (string, bool) {
	head, tail, _ := strings.Cut(f.Name, "*")
	if len(name) <= len(head)+len(tail) || !strings.HasPrefix(name, head) || !strings.HasSuffix(name, tail) {
		return "", false
	}
	return name[len(head) : len(name)-len(tail)], true
}
