package promo

import "time"

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
	Name       string      `json:"name"`
	Property   *string     `json:"property,omitzero"` // of metadata rules; dots descend (20 R24)
	Conditions []Condition `json:"conditions"`        // on the wire an object
	Rules      RuleMap     `json:"rules"`
	Error      *RuleError  `json:"error,omitzero"`
}

// Condition is an operator and its values as they were sent (20 b.4). A bare value is a list of one (R13).
type Condition struct {
	Operator string
	Values   []Metadata
}

// BundleRules is what a bundle is made of (20 b.5). Limit 0 is 1.
type BundleRules struct {
	Limit int64
	Parts []BundlePart
}

// BundlePart is so many units of one thing.
type BundlePart struct {
	Key    string
	Object string // product, sku, products_collection; "" tries product, then SKU
	ID     string
	Units  int64
}
