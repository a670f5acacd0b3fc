package httpapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// contract is the public API's own OpenAPI, where SCRIP_CONTRACT names a folder with it. Without it nothing is checked
// against it, and the suite passes all the same.
type contract struct{ docs []*openapi3.T }

var (
	loadContract   sync.Once
	loadedContract *contract
	contractError  error
)

func theContract(t *testing.T) *contract {
	loadContract.Do(func() {
		dir := os.Getenv("SCRIP_CONTRACT")
		if dir == "" {
			return
		}
		loadedContract = &contract{}
		for _, name := range []string{"openapi.json", "areas/oauth.json"} {
			raw, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				contractError = err
				return
			}
			// Its alternatives overlap: a discount fits three of them. So one of them is any of them.
			doc, err := openapi3.NewLoader().LoadFromData(bytes.ReplaceAll(raw, []byte(`"oneOf"`), []byte(`"anyOf"`)))
			if err != nil {
				contractError = err
				return
			}
			loadedContract.docs = append(loadedContract.docs, doc)
		}
	})
	if contractError != nil {
		t.Fatal(contractError)
	}
	return loadedContract
}

// check holds a successful JSON answer against the contract's schema for its route.
func (c *contract) check(t *testing.T, method, path string, status int, raw []byte) {
	t.Helper()
	if c == nil || status != 200 || len(raw) == 0 || string(raw) == `{"active":false}` { // the last is 70 R10, not in the schema
		return
	}
	path, _, _ = strings.Cut(path, "?")
	for _, doc := range c.docs {
		op := find(doc, method, path)
		if op == nil || op.Responses.Status(status) == nil {
			continue
		}
		media := op.Responses.Status(status).Value.Content.Get("application/json")
		if media == nil {
			return
		}
		var body any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Errorf("%s %s: %v", method, path, err)
			return
		}
		if err := media.Schema.Value.VisitJSON(withoutNulls(body), openapi3.MultiErrors()); err != nil {
			t.Errorf("%s %s breaks the contract: %v\nin %s", method, path, err, raw)
		}
		return
	}
}

// find is the operation whose path template fits; literal segments win.
func find(doc *openapi3.T, method, path string) *openapi3.Operation {
	var best *openapi3.Operation
	fewest := 100
	for template, item := range doc.Paths.Map() {
		a, b := strings.Split(template, "/"), strings.Split(path, "/")
		if len(a) != len(b) {
			continue
		}
		params, fits := 0, true
		for i := range a {
			if strings.HasPrefix(a[i], "{") {
				params++
			} else if a[i] != b[i] {
				fits = false
			}
		}
		if op := item.GetOperation(method); fits && op != nil && params < fewest {
			best, fewest = op, params
		}
	}
	return best
}

// withoutNulls leaves null members out: recorded answers print empty ones as null (40 R4), where the schema says that
// they are not nullable.
func withoutNulls(v any) any {
	switch t := v.(type) {
	case map[string]any:
		for name, inner := range t {
			if inner == nil {
				delete(t, name)
			} else {
				t[name] = withoutNulls(inner)
			}
		}
	case []any:
		for i := range t {
			t[i] = withoutNulls(t[i])
		}
	}
	return v
}
