package httpapi

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/promo"
)

// treeOf is a body as maps and slices: only faults look at it.
func treeOf(body []byte) any {
	var tree any
	_ = json.Unmarshal(body, &tree, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return tree
}

// pathOf writes a JSON pointer as .order.items[1].quantity, or .order.items.1.quantity when dotted. Whether a number is an
// index or a member's name is looked up in the body.
func pathOf(p jsontext.Pointer, body []byte, dotted bool) string {
	tree := treeOf(body)
	var b strings.Builder
	for token := range p.Tokens() {
		switch t := tree.(type) {
		case []any:
			i, _ := strconv.Atoi(token)
			if dotted {
				b.WriteString("." + token)
			} else {
				b.WriteString("[" + token + "]")
			}
			tree = nil
			if i < len(t) {
				tree = t[i]
			}
		case map[string]any:
			b.WriteString("." + token)
			tree = t[token]
		default:
			b.WriteString("." + token)
		}
	}
	return b.String()
}

// sent reports whether a body has a member at a path as pathOf writes it.
func sent(body []byte, path string) bool {
	tree := treeOf(body)
	for _, token := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		switch t := tree.(type) {
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i >= len(t) {
				return false
			}
			tree = t[i]
		case map[string]any:
			value, ok := t[token]
			if !ok {
				return false
			}
			tree = value
		default:
			return false
		}
	}
	return true
}

// refuseNUL refuses text that holds U+0000, which no database keeps.
func refuseNUL(body []byte, dotted bool) *promo.Refusal {
	if path, found := findNUL(treeOf(body), "", dotted); found {
		return promo.Property(path, "must not contain U+0000")
	}
	return nil
}

func findNUL(tree any, path string, dotted bool) (string, bool) {
	switch t := tree.(type) {
	case string:
		return path, strings.ContainsRune(t, 0)
	case []any:
		for i, v := range t {
			at := path + "[" + strconv.Itoa(i) + "]"
			if dotted {
				at = path + "." + strconv.Itoa(i)
			}
			if p, found := findNUL(v, at, dotted); found {
				return p, true
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(t)) {
			if strings.ContainsRune(name, 0) {
				return path, true
			}
			if p, found := findNUL(t[name], path+"."+name, dotted); found {
				return p, true
			}
		}
	}
	return "", false
}

// refuseNulls refuses null as an element of a list, which would be read as an empty one: members may be null, elements
// may not. What a type reads by itself is left to it.
func refuseNulls(body []byte, t reflect.Type, dotted bool) *promo.Refusal {
	if !bytes.Contains(body, []byte("null")) {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return nil // the end: the body was read before
		}
		if around, _ := d.StackIndex(d.StackDepth()); token.Kind() != 'n' || around != '[' {
			continue
		}
		if at, nullable, known := typeAt(t, d.StackPointer()); known && !nullable && !readsItself(at) {
			return promo.Property(pathOf(d.StackPointer(), body, dotted), "must be "+wordOf(at))
		}
	}
}

// requires remembers for each type whether anything in it is tagged required.
var requires sync.Map

func mayRequire(t reflect.Type) bool {
	if known, ok := requires.Load(t); ok {
		return known.(bool)
	}
	found := lookForRequired(t, map[reflect.Type]bool{})
	requires.Store(t, found)
	return found
}

func lookForRequired(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	t, _ = inside(t)
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Tag.Get("required") == "true" || lookForRequired(f.Type, seen) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		return lookForRequired(t.Elem(), seen)
	}
	return false
}
