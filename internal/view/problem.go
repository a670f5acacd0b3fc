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

// NewProblem is a refusal with the status that its route gives it.
func NewProblem(r *promo.Refusal, status int, requestID string) Problem {
	return Problem{Code: status, Key: r.Key, Message: r.Message, Details: r.Details, RequestID: requestID, ResourceID: r.ResourceID,
		ResourceType: r.ResourceType}
}

// RefusalStatus is the HTTP status of the refusals of one redeemable (30 table E).
func RefusalStatus(r *promo.Refusal) int {
	if r.Key == "not_found" {
		return 404
	}
	return 400
}
