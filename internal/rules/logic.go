package rules

import (
	"strings"

	"github.com/scrip-dev/scrip/internal/promo"
)

// expression is a logic expression (20 R8): a rule, or several joined by one word. With none, it holds.
type expression struct {
	either   bool // joined by or
	operands []expression
	rule     int // place of the rule in its group, when there are no operands; -1: nothing, which holds
}

const maxBrackets = 100

// logicOf is the logic of a map: its own, else all of its rules joined by and (20 R4, R10).
func logicOf(m *promo.RuleMap) string {
	if strings.TrimSpace(m.Logic) != "" {
		return m.Logic
	}
	keys := make([]string, len(m.Rules))
	for i := range m.Rules {
		keys[i] = m.Rules[i].Key
	}
	return strings.Join(keys, " and ")
}

// parseLogic reads an expression over the keys of its map; false when it is none (20 R8, R9). Without rules nothing is
// asked.
func parseLogic(text string, rules []promo.NumberedRule) (expression, bool) {
	if text == "" && len(rules) == 0 {
		return expression{rule: -1}, true
	}
	places := make(map[string]int, len(rules))
	for i := range rules {
		places[rules[i].Key] = i
	}
	l := logic{words: words(text), places: places}
	e, ok := l.any(0)
	return e, ok && len(l.words) == 0
}

// words are keys, keywords and brackets.
func words(text string) (out []string) {
	for _, field := range strings.Fields(text) {
		for field != "" {
			end := strings.IndexAny(field, "()")
			switch {
			case end < 0:
				end = len(field)
			case end == 0:
				end = 1
			}
			out, field = append(out, field[:end]), field[end:]
		}
	}
	return out
}

type logic struct {
	words  []string
	places map[string]int
}

func (l *logic) next(keyword string) bool {
	if len(l.words) == 0 || !strings.EqualFold(l.words[0], keyword) {
		return false
	}
	l.words = l.words[1:]
	return true
}

// any is conj ( "or" conj )*.
func (l *logic) any(depth int) (expression, bool) {
	return l.joined(depth, "or", (*logic).all)
}

// all is atom ( "and" atom )*.
func (l *logic) all(depth int) (expression, bool) {
	return l.joined(depth, "and", (*logic).atom)
}

func (l *logic) joined(depth int, word string, operand func(*logic, int) (expression, bool)) (expression, bool) {
	first, ok := operand(l, depth)
	if !ok || len(l.words) == 0 || !strings.EqualFold(l.words[0], word) {
		return first, ok
	}
	e := expression{either: word == "or", operands: []expression{first}, rule: -1}
	for l.next(word) {
		more, ok := operand(l, depth)
		if !ok {
			return e, false
		}
		e.operands = append(e.operands, more)
	}
	return e, true
}

// atom is a key, or an expression in brackets.
func (l *logic) atom(depth int) (expression, bool) {
	if len(l.words) == 0 || depth > maxBrackets {
		return expression{}, false
	}
	if l.next("(") {
		e, ok := l.any(depth + 1)
		return e, ok && l.next(")")
	}
	word := l.words[0]
	place, known := l.places[word]
	l.words = l.words[1:]
	return expression{rule: place}, known && isKey(word)
}

// isKey reports whether a word can name a rule (20 R8).
func isKey(word string) bool {
	return strings.Trim(word, keyLetters) == "" && !strings.EqualFold(word, "and") && !strings.EqualFold(word, "or")
}

const keyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$.-"

// holds evaluates an expression over the outcomes of its rules (20 R12).
func (e *expression) holds(outcomes []seen) bool {
	if len(e.operands) == 0 {
		return e.rule < 0 || outcomes[e.rule].Outcome.holds()
	}
	for i := range e.operands {
		if e.operands[i].holds(outcomes) == e.either {
			return e.either
		}
	}
	return !e.either
}

// reported is the rule that a false expression is reported by (20 R49): of operands joined by and the first false one, of
// those joined by or the first.
func (e *expression) reported(outcomes []seen) int {
	if len(e.operands) == 0 {
		return e.rule
	}
	for i := range e.operands {
		if e.either || !e.operands[i].holds(outcomes) {
			return e.operands[i].reported(outcomes)
		}
	}
	return -1 // it is not false
}

// names marks the rules that an expression names: others are stored, and never evaluated (20 R9).
func (e *expression) names(named []bool) {
	if len(e.operands) == 0 && e.rule >= 0 {
		named[e.rule] = true
	}
	for i := range e.operands {
		e.operands[i].names(named)
	}
}
