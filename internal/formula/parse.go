package formula

import (
	"fmt"
	"unicode/utf8"
)

const (
	maxLength = 10000 // characters (10-pricing R152)
	maxDepth  = 200   // of brackets, arguments and signs
)

// Fault says where and why a text is no formula (10-pricing R152).
type Fault struct {
	Offset int // in bytes
	Reason string
}

func (f *Fault) Error() string { return fmt.Sprintf("%s at character %d", f.Reason, f.Offset+1) }

// Parse reads a formula of at most 10000 characters (10-pricing R134, R152).
func Parse(text string) (*Formula, *Fault) {
	if utf8.RuneCountInString(text) > maxLength {
		return nil, &Fault{maxLength, fmt.Sprintf("longer than %d characters", maxLength)}
	}
	tokens, fault := lex(text)
	if fault != nil {
		return nil, fault
	}
	p := parser{tokens: tokens}
	root := p.expression()
	if p.fault == nil && p.peek().kind != atEnd {
		p.fail(p.peek(), "an operator or the end expected, "+p.peek().String()+" found")
	}
	if p.fault != nil {
		return nil, p.fault
	}
	return &Formula{root, p.perLine}, nil
}

// parser reads by recursive descent, one method per row of the grammar (10-pricing R134). After the first fault nothing
// more is read.
type parser struct {
	tokens  []token
	place   int
	depth   int
	perLine bool
	fault   *Fault
}

func (p *parser) peek() token { return p.tokens[p.place] }

func (p *parser) take() token {
	t := p.tokens[p.place]
	if t.kind != atEnd {
		p.place++
	}
	return t
}

func (p *parser) fail(at token, reason string) node {
	if p.fault == nil {
		p.fault = &Fault{at.at, reason}
	}
	p.place = len(p.tokens) - 1 // nothing is read any more
	return constant{}
}

// is reports whether the next word is one of these symbols or operators.
func (p *parser) is(kind tokenKind, words ...string) bool {
	t := p.peek()
	if t.kind != kind {
		return false
	}
	for _, w := range words {
		if t.text == w {
			return true
		}
	}
	return false
}

func (p *parser) expect(symbol string) {
	if t := p.peek(); t.kind != aSymbol || t.text != symbol {
		p.fail(t, "'"+symbol+"' expected, "+t.String()+" found")
		return
	}
	p.take()
}

// deeper guards against texts that are nothing but brackets.
func (p *parser) deeper(read func() node) node {
	if p.depth++; p.depth > maxDepth {
		return p.fail(p.peek(), fmt.Sprintf("nested deeper than %d levels", maxDepth))
	}
	defer func() { p.depth-- }()
	return read()
}

func (p *parser) expression() node {
	left := p.conjunction()
	for p.is(aName, "OR") {
		p.take()
		left = either{left, p.conjunction()}
	}
	return left
}

func (p *parser) conjunction() node {
	left := p.comparison()
	for p.is(aName, "AND") {
		p.take()
		left = both{left, p.comparison()}
	}
	return left
}

func (p *parser) comparison() node {
	left := p.sum()
	for {
		t := p.peek()
		compare, known := comparisons[t.text]
		if !known || t.kind != aName && t.kind != aSymbol {
			return left
		}
		p.take()
		left = compared{left, p.sum(), compare}
	}
}

func (p *parser) sum() node {
	left := p.term()
	for p.is(aSymbol, "+", "-") {
		op := arithmetic[p.take().text]
		left = calculated{left, p.term(), op}
	}
	return left
}

func (p *parser) term() node {
	left := p.unary()
	for p.is(aSymbol, "*", "/", "%") {
		op := arithmetic[p.take().text]
		left = calculated{left, p.unary(), op}
	}
	return left
}

func (p *parser) unary() node {
	if !p.is(aSymbol, "-") {
		return p.primary()
	}
	p.take()
	return p.deeper(func() node { return negated{p.unary()} })
}

func (p *parser) primary() node {
	switch t := p.take(); {
	case t.kind == aNumber:
		n, ok := readNumber(t.text)
		if !ok {
			return p.fail(t, "number with too many digits")
		}
		return constant{number(n)}
	case t.kind == aText:
		return constant{Text(t.text)}
	case t.kind == aSymbol && t.text == "(":
		inner := p.deeper(p.expression)
		p.expect(")")
		return inner
	case t.kind == aName:
		return p.name(t)
	default:
		return p.fail(t, "a value expected, "+t.String()+" found")
	}
}

// name reads what begins with a name: an operand, an operand with a key, a function, a literal, a SWITCH.
func (p *parser) name(t token) node {
	call := p.is(aSymbol, "(")
	if o, known := operands[Operand(t.text)]; known {
		p.perLine = p.perLine || o.perLine
		if o.keyed != call {
			if o.keyed {
				return p.fail(p.peek(), t.text+" needs a key, such as "+t.text+`("key")`)
			}
			return p.fail(p.peek(), t.text+" takes no arguments")
		}
		read := operand{name: o.name}
		if o.keyed {
			p.take()
			read.key = p.literal(t.text)
			p.expect(")")
		}
		return read
	}
	switch {
	case t.text == "TODAY" && !call:
		return today{}
	case t.text == "NOW" && !call:
		return now{}
	case t.text == "SWITCH" && call:
		return p.deeper(p.choice)
	case (t.text == "DATE" || t.text == "DATE_TIME") && call:
		return p.moment(t)
	}
	f, known := functions[t.text]
	if !known {
		return p.fail(t, "unknown name "+t.text)
	}
	if !call {
		return p.fail(p.peek(), "'(' expected behind "+t.text+", "+p.peek().String()+" found")
	}
	return p.deeper(func() node { return p.call(t, f) })
}

// literal reads a text that must stand there as such.
func (p *parser) literal(of string) string {
	t := p.peek()
	if t.kind != aText {
		p.fail(t, of+" takes a text in quotes, "+t.String()+" found")
		return ""
	}
	return p.take().text
}

// arguments reads what stands in brackets, separated by semicolons.
func (p *parser) arguments() []node {
	p.expect("(")
	if p.is(aSymbol, ")") {
		p.take()
		return nil
	}
	args := []node{p.expression()}
	for p.is(aSymbol, ";") {
		p.take()
		args = append(args, p.expression())
	}
	p.expect(")")
	return args
}

func (p *parser) call(t token, f function) node {
	args := p.arguments()
	if p.fault == nil && (len(args) < f.least || len(args) > f.most && f.most > 0) {
		return p.fail(t, fmt.Sprintf("%s takes %s, %d given", t.text, f.wants(), len(args)))
	}
	return called{args, f.do}
}

// moment reads DATE("…") and DATE_TIME("…"): the text is checked now.
func (p *parser) moment(t token) node {
	p.take()
	at := p.peek()
	text := p.literal(t.text)
	p.expect(")")
	v := Date(text)
	if t.text == "DATE_TIME" {
		v = dateTime(text)
	}
	if p.fault == nil && v.kind == isNull {
		return p.fail(at, t.text+" cannot read \""+text+`"`)
	}
	return constant{v}
}

// choice reads the rest of SWITCH(factor;SWITCH_CASE(value;result) …;otherwise).
func (p *parser) choice() node {
	c := chosen{}
	p.expect("(")
	c.factor = p.expression()
	p.expect(";")
	for p.is(aName, "SWITCH_CASE") {
		p.take()
		p.expect("(")
		value := p.expression()
		p.expect(";")
		c.cases = append(c.cases, choiceCase{value, p.expression()})
		p.expect(")")
		if p.is(aSymbol, ";") && p.tokens[p.place+1].text == "SWITCH_CASE" {
			p.take()
		}
	}
	if len(c.cases) > 0 || p.is(aSymbol, ";") {
		p.expect(";")
	}
	c.otherwise = p.expression()
	p.expect(")")
	return c
}
