package promo

import "strings"

// Refusal says no for a reason of the domain: it is a value, recorded and committed where the spec says so. Which HTTP
// status it gets is the route's to say. An error, by contrast, is a fault, and nothing was written.
type Refusal struct {
	Key     string // the public error key, such as quantity_exceeded (00-index, section 5)
	Message string // the short text that goes with the key
	Details string // the offending id or property, and what was wanted of it

	ResourceID   string // what was meant, exactly as the caller sent it; "" when no one resource is
	ResourceType string // its word (60 R79)

	Want, Got string // the value a rule asked for and the one it met; for traces
}

func (r *Refusal) Error() string { return r.Key + ": " + r.Details }

// NotFound refuses an unknown id; kind is the resource word (60 R26, R79).
func NotFound(kind, id string) *Refusal {
	return &Refusal{Key: "not_found", Message: "Resource not found", Details: "Cannot find " + kind + " with id " + id,
		ResourceID: id, ResourceType: kind}
}

// InvalidPayload refuses a body that breaks its schema (60 R74).
func InvalidPayload(details string) *Refusal {
	return &Refusal{Key: "invalid_payload", Message: "Invalid payload", Details: details}
}

// Property refuses a member of a body: path is where it stands, such as .order.items[1].price, and must what it has to be
// (60 R73).
func Property(path, must string) *Refusal { return InvalidPayload("Property " + path + " " + must) }

// OneOf is what Property says of a member that must be one of a few values.
func OneOf[S ~string](allowed ...S) string {
	var b strings.Builder
	for i, a := range allowed {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(a))
	}
	return "must be equal to one of the allowed values [ " + b.String() + " ]"
}

// InvalidQuery refuses a query string that breaks its schema (60 R74).
func InvalidQuery(details string) *Refusal {
	return &Refusal{Key: "invalid_query_params", Message: "Invalid query params", Details: details}
}

// Duplicate refuses a name that is taken; kind is the resource word, by the member that must be unique (60 R77).
func Duplicate(kind, by, value string) *Refusal {
	return &Refusal{Key: "duplicate_found", Message: "Duplicated resource found",
		Details: "Duplicated " + kind + " exists with " + by + " " + value, ResourceID: value, ResourceType: kind}
}
