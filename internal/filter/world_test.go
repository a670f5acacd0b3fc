package filter

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/calendar"
)

// world is a resource with a field of every type, kept in every way. The tests ask it questions in memory and in SQL.
var world = NewSet(
	Field{Name: "name", Type: Text},
	Field{Name: "amount", Type: Number},
	Field{Name: "created_at", Type: Time},
	Field{Name: "is_referral", Type: Bool},
	Field{Name: "active", Type: State, Ops: []Op{Active, Expired, Enabled, Disabled}},
	Field{Name: "tags", Type: TextList},
	Field{Name: "metadata.*", Type: Metadata},
).With( // what a metadata schema defines
	Field{Name: "metadata.word", Type: Text},
	Field{Name: "metadata.size", Type: Number},
	Field{Name: "metadata.vip", Type: Bool},
	Field{Name: "metadata.sizes", Type: TextList},
)

// thing is a record of world; nil is null.
type thing struct {
	name     *string
	amount   *int64
	created  *int64
	referral *bool
	enabled  bool
	expires  *int64
	tags     []string
	metadata map[string]string // JSON
}

func (x thing) row(env Env) Row {
	return func(field string) Value {
		switch field {
		case "name":
			return orNull(x.name, TextValue)
		case "amount":
			return orNull(x.amount, IntValue)
		case "created_at":
			return orNull(x.created, func(ms int64) Value { return TimeValue(time.UnixMilli(ms)) })
		case "is_referral":
			return orNull(x.referral, BoolValue)
		case "active":
			return StateValue(x.states(env)...)
		case "tags":
			if x.tags == nil {
				return Value{}
			}
			return ListValue(x.tags...)
		}
		return JSONValue([]byte(x.metadata[strings.TrimPrefix(field, "metadata.")]))
	}
}

func orNull[T any](v *T, of func(T) Value) Value {
	if v == nil {
		return Value{}
	}
	return of(*v)
}

func (x thing) states(env Env) []Op {
	expired := x.expires != nil && *x.expires <= env.Now.UnixMilli()
	var out []Op
	for op, holds := range map[Op]bool{
		Expired: expired, Enabled: x.enabled, Disabled: !x.enabled, Active: x.enabled && !expired,
	} {
		if holds {
			out = append(out, op)
		}
	}
	return out
}

// columns are those of the table that agree_test makes.
func columns(f Field) Column {
	if f.Key != "" {
		return Column{Storage: MemberColumn, Expr: "doc", Object: "metadata"}
	}
	return map[string]Column{
		"name":        {Storage: TextColumn, Expr: "name"},
		"amount":      {Storage: IntegerColumn, Expr: "amount"},
		"created_at":  {Storage: TimeColumn, Expr: "created_at"},
		"is_referral": {Storage: BoolColumn, Expr: "is_referral"},
		"tags":        {Storage: ListColumn, Expr: "tags"},
		"active": {Storage: StateColumn, State: func(word Op, env Env) (string, []any) {
			now := []any{env.Now.UnixMilli()}
			switch word {
			case Expired:
				return "expires <= ?", now
			case Enabled:
				return "enabled = 1", nil
			case Disabled:
				return "enabled = 0", nil
			}
			return "enabled = 1 AND (expires IS NULL OR expires > ?)", now
		}},
	}[f.Name]
}

// doc is the document that the table keeps of a thing.
func (x thing) doc() string {
	var members []string
	for key, value := range x.metadata {
		members = append(members, jsonText(key)+":"+value)
	}
	slices.Sort(members)
	return `{"id":"x","metadata":{` + strings.Join(members, ",") + `}}`
}

func ptr[T any](v T) *T { return &v }

func mustParse(query string) Filter {
	f, fault := Parse(query, world)
	if fault != nil {
		panic(fmt.Sprintf("%s: %s", query, fault.Details))
	}
	return f
}

func mustTime(s string) time.Time {
	t, ok := calendar.ParseTime(s)
	if !ok {
		panic(s)
	}
	return t
}

func mustZone(name string) *time.Location {
	z, ok := calendar.Zone(name)
	if !ok {
		panic(name)
	}
	return z
}
