package promo

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// RuleID is `val_` and 12 random characters (20 b.1).
type RuleID string

// AssignmentID is `asgm_` and 16 random characters.
type AssignmentID string

// ValidationRule is what is kept of a rule set (20 b.2). Rules stand as they were sent, defaults filled in (R4).
type ValidationRule struct {
	ID           RuleID           `json:"id"`
	Name         string           `json:"name"`
	Rules        RuleMap          `json:"rules"`
	Bundle       *BundleRules     `json:"bundle_rules,omitzero"`
	Error        *RuleError       `json:"error,omitzero"` // the message of leaves that have none (20 R50)
	ApplicableTo *ApplicableToSet `json:"applicable_to,omitzero"`
	Type         string           `json:"type"`         // without effect (20 R5)
	Context      string           `json:"context_type"` // without effect
	CreatedAt    time.Time        `json:"created_at"`
	UpdatedAt    *time.Time       `json:"updated_at,omitzero"`
	Revision     int64            `json:"revision,omitzero"` // counts the changes; a revision never changes
}

// RuleError is a message of the caller's own.
type RuleError struct {
	Message string `json:"message"`
}

// RuleMap is numbered rules and the logic that joins them (20 b.3, R8-R11). On the wire one object.
type RuleMap struct {
	Logic string         // "" joins all by and (20 R10)
	Rules []NumberedRule // numbers first, in numeric order, then other keys
}

// NumberedRule is a rule under its key.
type NumberedRule struct {
	Key string
	Rule
}

// Rule is one rule (20 b.3).
type Rule struct {
	Name       string     `json:"name"`
	Property   *string    `json:"property,omitzero"` // of metadata rules; dots descend (20 R24)
	Conditions Conditions `json:"conditions,omitzero"`
	Rules      RuleMap    `json:"rules"`
	Error      *RuleError `json:"error,omitzero"`
}

// Conditions are operators in the order in which they were sent; nil: none were. On the wire one object.
type Conditions []Condition

// Condition is an operator and its value as it was sent, a list or one value alone (20 b.4, R13).
type Condition struct {
	Operator string
	Value    jsontext.Value
}

// BundleRules is what a bundle is made of (20 b.5): rules that all must hold, and how many bundles count at most, nil
// being one.
type BundleRules struct {
	Limit *int64
	RuleMap
}

// UnmarshalJSONFrom reads an object of rules and logic.
func (m *RuleMap) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*m = RuleMap{}
	defer m.sort()
	return readObject(dec, m.read)
}

func (m *RuleMap) sort() {
	slices.SortFunc(m.Rules, func(a, b NumberedRule) int { return compareKeys(a.Key, b.Key) })
}

func (m *RuleMap) read(key string, dec *jsontext.Decoder) error {
	if key == "logic" {
		if dec.PeekKind() == 'n' {
			return dec.SkipValue()
		}
		return json.UnmarshalDecode(dec, &m.Logic)
	}
	r := NumberedRule{Key: key}
	if err := json.UnmarshalDecode(dec, &r.Rule); err != nil {
		return err
	}
	m.Rules = append(m.Rules, r)
	return nil
}

// compareKeys orders numbers by value, and before other keys.
func compareKeys(a, b string) int {
	an, aok := strconv.ParseUint(a, 10, 64)
	bn, bok := strconv.ParseUint(b, 10, 64)
	switch {
	case aok == nil && bok == nil && an != bn:
		if an < bn {
			return -1
		}
		return 1
	case (aok == nil) != (bok == nil):
		if aok == nil {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

// readObject reads the members of an object one by one.
func readObject(dec *jsontext.Decoder, member func(key string, dec *jsontext.Decoder) error) error {
	if dec.PeekKind() != '{' {
		return Mistyped(dec, "must be object")
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if err := member(tok.String(), dec); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// MarshalJSONTo writes an object of rules, then logic.
func (m RuleMap) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	if err := m.write(enc); err != nil {
		return err
	}
	return enc.WriteToken(jsontext.EndObject)
}

func (m RuleMap) write(enc *jsontext.Encoder) error {
	for i := range m.Rules {
		if err := enc.WriteToken(jsontext.String(m.Rules[i].Key)); err != nil {
			return err
		}
		if err := json.MarshalEncode(enc, &m.Rules[i].Rule); err != nil {
			return err
		}
	}
	if m.Logic == "" {
		return nil
	}
	if err := enc.WriteToken(jsontext.String("logic")); err != nil {
		return err
	}
	return enc.WriteToken(jsontext.String(m.Logic))
}

// UnmarshalJSONFrom reads an object of operators.
func (c *Conditions) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*c = Conditions{}
	return readObject(dec, func(key string, dec *jsontext.Decoder) error {
		v, err := dec.ReadValue()
		*c = append(*c, Condition{key, v.Clone()})
		return err
	})
}

// MarshalJSONTo writes an object of operators.
func (c Conditions) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for i := range c {
		if err := enc.WriteToken(jsontext.String(c[i].Operator)); err != nil {
			return err
		}
		if err := enc.WriteValue(c[i].Value); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// UnmarshalJSONFrom reads an object of rules, logic and limit.
func (b *BundleRules) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*b = BundleRules{}
	defer b.sort()
	return readObject(dec, func(key string, dec *jsontext.Decoder) error {
		if key != "limit" {
			return b.RuleMap.read(key, dec)
		}
		if dec.PeekKind() == 'n' {
			return dec.SkipValue()
		}
		var n Integer
		err := n.UnmarshalJSONFrom(dec)
		b.Limit = (*int64)(&n)
		return err
	})
}

// MarshalJSONTo writes an object of rules, logic and limit.
func (b BundleRules) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	if b.Limit != nil {
		if err := enc.WriteToken(jsontext.String("limit")); err != nil {
			return err
		}
		if err := enc.WriteToken(jsontext.Int(*b.Limit)); err != nil {
			return err
		}
	}
	if err := b.RuleMap.write(enc); err != nil {
		return err
	}
	return enc.WriteToken(jsontext.EndObject)
}
