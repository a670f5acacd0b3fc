package view

import "github.com/scrip-dev/scrip/internal/promo"

// Problem is the error object (60 2.3, 30 b.13).
type Problem struct {
	Code           int    `json:"code"`
	Key            string `json:"key,omitzero"`
	Message        string `json:"message"`
	Details        string `json:"details,omitzero"`
	RequestID      string `json:"request_id,omitzero"`
	ResourceID     string `json:"resource_id,omitzero"`
	ResourceType   string `json:"resource_type,omitzero"`
	RedeemableID   string `json:"redeemable_id,omitzero"`
	RedeemableType string `json:"redeemable_type,omitzero"`

	Error *OwnWords `json:"error,omitzero"`
}

// OwnWords is a message configured in a validation rule (20 R51).
type OwnWords struct {
	Message string `json:"message"`
}

// NewProblem is a refusal under its status.
func NewProblem(r *promo.Refusal, requestID string) Problem {
	return Problem{Code: Status(r), Key: r.Key, Message: r.Message, Details: r.Details, RequestID: requestID, ResourceID: r.ResourceID,
		ResourceType: r.ResourceType}
}

// statuses are the keys that are not answered with 400 (00-index, section 5).
var statuses = map[string]int{
	"unauthorized": 401, "missing_required_feature": 402,
	"forbidden": 403, "missing_required_permission": 403, "insufficient_scope": 403, "integration_api_key_required": 403,
	"not_found": 404, "method_not_allowed": 405, "not_acceptable": 406,
	"duplicate_found": 409, "idempotency_in_progress": 409, "stacking_rules_exist": 409, "branding_exist": 409,
	"holder_assignement_duplication": 409, "member_already_exists": 409,
	"unsupported_media_type": 415, "idempotency_key_reused": 422,
	"too_many_requests": 429, "oauth_token_limit_reached": 429,
	"internal_error": 500, "unavailable": 503,
}

// Status is the HTTP status of a refusal, told by its key.
func Status(r *promo.Refusal) int {
	if status, ok := statuses[r.Key]; ok {
		return status
	}
	return 400
}
