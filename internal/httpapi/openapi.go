package httpapi

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/view"
)

// schema is an OpenAPI 3.0 schema, as far as the types here need it.
type schema struct {
	Ref        string             `json:"$ref,omitzero"`
	Type       string             `json:"type,omitzero"`
	Format     string             `json:"format,omitzero"`
	Nullable   bool               `json:"nullable,omitzero"`
	Items      *schema            `json:"items,omitzero"`
	Properties map[string]*schema `json:"properties,omitzero"`
	Required   []string           `json:"required,omitzero"`
	AllOf      []*schema          `json:"allOf,omitzero"`
	Extra      *schema            `json:"additionalProperties,omitzero"`
}

// schemas collects the named types that a document mentions.
type schemas map[string]*schema

// openapi makes the OpenAPI document of the table, from the Go types of its bodies and answers.
func openapi(routes []Route, version string) []byte {
	found := schemas{}
	paths := map[string]map[string]any{}
	for i := range routes {
		r := &routes[i]
		if paths[r.Path] == nil {
			paths[r.Path] = map[string]any{}
		}
		paths[r.Path][strings.ToLower(r.Method)] = found.operation(r)
	}
	doc := map[string]any{
		"openapi":    "3.0.3",
		"info":       map[string]any{"title": "scrip", "version": version, "description": "A promotion and loyalty engine. Not affiliated with Voucherify."},
		"paths":      paths,
		"components": map[string]any{"schemas": found, "securitySchemes": securitySchemes()},
	}
	b, err := json.Marshal(doc, json.Deterministic(true), jsontext.Multiline(true))
	if err != nil {
		panic(err) // made of our own types alone
	}
	return b
}

func securitySchemes() map[string]any {
	header := func(name string) map[string]any {
		return map[string]any{"type": "apiKey", "in": "header", "name": name}
	}
	scopes := map[string]string{}
	for _, s := range auth.AllScopes {
		scopes[s] = "opens " + s
	}
	return map[string]any{
		"X-App-Id": header("X-App-Id"), "X-App-Token": header("X-App-Token"),
		"X-Client-Application-Id": header("X-Client-Application-Id"), "X-Client-Token": header("X-Client-Token"),
		"X-Management-Id": header("X-Management-Id"), "X-Management-Token": header("X-Management-Token"),
		"oauth": map[string]any{"type": "oauth2", "flows": map[string]any{"clientCredentials": map[string]any{
			"tokenUrl": "/v1/oauth/token", "scopes": scopes}}},
	}
}

func (f schemas) operation(r *Route) map[string]any {
	op := map[string]any{"summary": r.Summary, "operationId": operationID(r), "security": security(r)}
	var params []any
	for seg := range strings.SplitSeq(r.Path, "/") {
		if name, ok := strings.CutPrefix(seg, "{"); ok {
			params = append(params, map[string]any{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": schema{Type: "string"}})
		}
	}
	for _, q := range r.Query {
		params = append(params, map[string]any{"name": q.Name, "in": "query", "description": q.Summary, "schema": schema{Type: q.Type}})
	}
	if params != nil {
		op["parameters"] = params
	}
	if r.do.in != nil {
		kind := "application/json"
		if r.family == oauth {
			kind = "application/x-www-form-urlencoded"
		}
		op["requestBody"] = map[string]any{"content": map[string]any{kind: map[string]any{"schema": f.of(r.do.in)}}}
	}
	answer := map[string]any{"description": "As asked"}
	if r.do.out != nil && r.do.out != reflect.TypeFor[document]() {
		answer["content"] = map[string]any{"application/json": map[string]any{"schema": f.of(r.do.out)}}
	}
	op["responses"] = map[string]any{fmt.Sprint(r.do.status): answer,
		"default": map[string]any{"description": "A refusal", "content": map[string]any{
			"application/json": map[string]any{"schema": f.of(reflect.TypeFor[view.Problem]())}}}}
	return op
}

func operationID(r *Route) string {
	words := strings.FieldsFunc(strings.ToLower(r.Method)+r.Path, func(c rune) bool { return strings.ContainsRune("/{}.-_", c) })
	return strings.Join(words, "-")
}

func security(r *Route) []any {
	with := func(names ...string) map[string][]string {
		m := map[string][]string{}
		for _, n := range names {
			m[n] = []string{}
		}
		return m
	}
	switch r.family {
	case application:
		return []any{with("X-App-Id", "X-App-Token"), map[string][]string{"oauth": {r.gate.Own}}}
	case client:
		return []any{with("X-Client-Application-Id", "X-Client-Token"), map[string][]string{"oauth": {r.gate.Own}}}
	case management:
		return []any{with("X-Management-Id", "X-Management-Token")}
	case oauth:
		return []any{with("X-App-Id", "X-App-Token")}
	}
	return []any{}
}

// of is the schema of a type; named structs become components.
func (f schemas) of(t reflect.Type) *schema {
	inner, nullable := inside(t)
	s := f.plain(inner)
	if !nullable {
		return s
	}
	if s.Ref != "" {
		return &schema{AllOf: []*schema{s}, Nullable: true}
	}
	s.Nullable = true
	return s
}

func (f schemas) plain(t reflect.Type) *schema {
	switch t {
	case reflect.TypeFor[calendar.Instant]():
		return &schema{Type: "string", Format: "date-time"}
	case reflect.TypeFor[promo.Decimal]():
		return &schema{Type: "number"}
	case reflect.TypeFor[jsontext.Value]():
		return &schema{Type: "object"}
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return &schema{Type: "string"}
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return &schema{Type: "array", Items: f.of(t.Elem())}
	case reflect.Map:
		return &schema{Type: "object", Extra: f.of(t.Elem())}
	case reflect.Interface:
		return &schema{}
	case reflect.Struct:
		return f.named(t)
	}
	return &schema{Type: wordOf(t)}
}

// named makes a component of a struct, once.
func (f schemas) named(t reflect.Type) *schema {
	name := componentName(t)
	if name == "" {
		return f.fields(t)
	}
	if f[name] == nil {
		f[name] = &schema{} // a type may contain itself
		*f[name] = *f.fields(t)
	}
	return &schema{Ref: "#/components/schemas/" + name}
}

func componentName(t reflect.Type) string {
	name := t.Name()
	if name == "" {
		return ""
	}
	pkg := t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:]
	name, _, _ = strings.Cut(name, "[")
	return pkg + strings.ToUpper(name[:1]) + name[1:]
}

func (f schemas) fields(t reflect.Type) *schema {
	s := &schema{Type: "object", Properties: map[string]*schema{}}
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Anonymous && field.Tag.Get("json") == "" {
			inner, _ := inside(field.Type)
			embedded := f.fields(inner)
			for name, p := range embedded.Properties {
				s.Properties[name] = p
			}
			s.Required = append(s.Required, embedded.Required...)
			continue
		}
		if !field.IsExported() || field.Tag.Get("json") == "-" {
			continue
		}
		s.Properties[nameOf(field)] = f.of(field.Type)
		if field.Tag.Get("required") == "true" {
			s.Required = append(s.Required, nameOf(field))
		}
	}
	slices.Sort(s.Required)
	return s
}
