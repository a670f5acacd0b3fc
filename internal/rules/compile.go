package rules

import (
	"slices"
	"strings"

	"github.com/scrip-dev/scrip/internal/promo"
)

// What a rule set may be made of at most (20 d.14).
const (
	maxLevels = 4
	maxRules  = 100
	maxLogic  = 2000
)

// Program is a compiled rule set. It does not change.
type Program struct {
	rule   *promo.ValidationRule
	top    group
	leaves int
	parts  []part // of the bundle
	limit  int64
	later  bool
}

// group is rules of one map, joined by their logic.
type group struct {
	rules []*node
	expr  expression
}

// node is one rule of a program.
type node struct {
	Leaf
	kind  *kind
	conds []condition
	sub   group
	inner bool // it stands under another rule
	used  bool // its logic names it

	matchAll    bool // of product.metadata: every line must match (20 R38)
	discounting bool // its matched items become included items (20 R39)
}

// Leaf is one rule as a trace names it.
type Leaf struct {
	Set        promo.RuleID // the rule set
	Path       string       // keys from the top, such as 1 or 1/2
	Name       string       // as sent
	Property   string
	Family     Family
	Conditions promo.Conditions
	Message    string // its own, else that of the rule above it (20 R50)
}

// ID is that of the rule set.
func (p *Program) ID() promo.RuleID { return p.rule.ID }

// NeedsEffect reports whether it has rules about what the incentive did, and is to be checked again after pricing (20
// R54).
func (p *Program) NeedsEffect() bool { return p.later }

// Compile reads a rule set. Refused: invalid_validation_rules, with the reason (20 f).
func Compile(r *promo.ValidationRule) (*Program, *promo.Refusal) {
	p := &Program{rule: r}
	c := compiler{program: p}
	if tooComplex(&r.Rules, 1) || r.Bundle != nil && tooComplex(&r.Bundle.RuleMap, 1) {
		c.refuse("Validation rule is too complex")
		return nil, c.refused
	}
	message := "" // of rules that have none (20 R50)
	if r.Error != nil {
		message = r.Error.Message
	}
	p.top = c.group(&r.Rules, "", top, message)
	if r.Bundle != nil {
		c.bundle(r.Bundle)
	}
	if c.refused != nil {
		return nil, c.refused
	}
	return p, nil
}

type compiler struct {
	program *Program
	refused *promo.Refusal // the first reason
}

func (c *compiler) refuse(details string) {
	if c.refused == nil {
		c.refused = &promo.Refusal{Key: "invalid_validation_rules", Message: "Invalid Validation Rule Definition", Details: details}
	}
}

// tooComplex reports whether a map at a level, or one under it, is beyond the limits (20 d.14). It looks no deeper than
// they reach.
func tooComplex(m *promo.RuleMap, level int) bool {
	return level > maxLevels && len(m.Rules) > 0 || len(m.Rules) > maxRules || len(m.Logic) > maxLogic ||
		slices.ContainsFunc(m.Rules, func(r promo.NumberedRule) bool { return tooComplex(&r.Rules, level+1) })
}

func (c *compiler) group(m *promo.RuleMap, path string, at place, message string) (g group) {
	for i := range m.Rules {
		if c.refused != nil {
			return g
		}
		g.rules = append(g.rules, c.node(&m.Rules[i], path, at, message))
	}
	text := logicOf(m)
	var ok bool
	if g.expr, ok = parseLogic(text, m.Rules); !ok {
		c.refuse("Invalid logic '" + text + "'")
		return g
	}
	named := make([]bool, len(g.rules))
	g.expr.names(named)
	for i, n := range g.rules {
		n.used = named[i]
		c.program.later = c.program.later || n.used && n.kind != nil && n.kind.later
	}
	return g
}

func (c *compiler) node(r *promo.NumberedRule, path string, at place, message string) *node {
	c.program.leaves++
	n := &node{Leaf: Leaf{Set: c.program.rule.ID, Path: path + r.Key, Name: r.Name, Conditions: r.Conditions, Message: message}, inner: at != top}
	if r.Error != nil && r.Error.Message != "" {
		n.Message = r.Error.Message
	}
	if r.Property != nil {
		n.Property = *r.Property
	}
	var known bool
	if n.kind, known = named(r.Name); !known {
		c.refuse("Unknown rule '" + r.Name + "'")
		return n
	}
	n.Family = n.kind.family
	if n.kind.at != at {
		c.refuse("Rule '" + r.Name + "' is not allowed here")
		return n
	}
	if n.kind.metadata && n.Property == "" {
		c.refuse("Rule '" + r.Name + "' must have a 'property'")
		return n
	}
	c.conditions(n)
	if len(r.Rules.Rules) > 0 && n.kind.holds == top {
		c.refuse("Rule '" + r.Rules.Rules[0].Name + "' is not allowed here")
		return n
	}
	n.sub = c.group(&r.Rules, n.Path+"/", n.kind.holds, n.Message)
	for _, s := range n.sub.rules {
		if s.kind == nil || !s.used {
			continue
		}
		set := s.flag()
		n.matchAll = n.matchAll || set && strings.HasSuffix(s.kind.name, ".match_all")
		n.discounting = n.discounting || set && strings.HasSuffix(s.kind.name, ".discount_applicable")
	}
	return n
}

// flag reports whether a marker says true.
func (n *node) flag() bool {
	return n.kind.ops == flagOps && len(n.conds) > 0 && len(n.conds[0].wants) > 0 && n.conds[0].wants[0].isTrue()
}

func (c *compiler) conditions(n *node) {
	if len(n.Conditions) == 0 {
		if n.kind.ops != itemOps {
			c.refuse("Rule '" + n.Name + "' must have 'conditions'")
		}
		return
	}
	for i := range n.Conditions {
		op, known := operatorNamed(n.Conditions[i].Operator)
		list := allowed[n.kind.ops]
		fits := list == nil && op.name != "$from" || slices.Contains(list, op.name)
		if !known || !fits {
			c.refuse("Rule '" + n.Name + "' has unknown condition '" + n.Conditions[i].Operator + "'")
			return
		}
		cond, ok := compileCondition(op, n.Conditions[i].Value, n.kind.ops == itemOps || strings.HasSuffix(n.kind.name, ".id"))
		switch {
		case !ok:
			c.refuse("Condition '" + n.Conditions[i].Operator + "' of rule '" + n.Name + "' is invalid")
			return
		case len(cond.wants) == 0 && op.name != "$not_differ":
			c.refuse("Condition '" + n.Conditions[i].Operator + "' of rule '" + n.Name + "' must have a value")
			return
		}
		if object, legacy := legacyObject[n.kind.name]; legacy {
			for k := range cond.wants {
				cond.wants[k].ref.Object = object
			}
		}
		n.conds = append(n.conds, cond)
	}
}

// legacyObject is what the ids of the older rules name.
var legacyObject = map[string]string{"product.id": promo.ProductObject, "sku.id": promo.SKUObject}
