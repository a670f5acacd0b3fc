package httpapi

import (
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/scrip-dev/scrip/internal/promo"
	"github.com/scrip-dev/scrip/internal/view"
)

// reply is what a handler answers: a body, or a refusal with the status that its route gives it.
type reply struct {
	status  int
	body    any            // nil: none
	refused *promo.Refusal // answered as the error object (60 2.3)
	header  http.Header    // set beside the usual ones; nil: none
	secret  bool           // the answer holds a secret: never kept for an Idempotency-Key
}

// ok is 200 with a body.
func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// none is 204.
func none() reply { return reply{status: http.StatusNoContent} }

// refuse answers a refusal with the status of its key.
func refuse(r *promo.Refusal) reply { return reply{status: view.Status(r), refused: r} }

// transport is the shape of faults of transport, in every family (60 R76): too large, and no JSON.
type transport struct {
	StatusCode int    `json:"statusCode"`
	Error      string `json:"error"`
	Message    string `json:"message"`
	Code       int    `json:"code"`
	Key        string `json:"key"`
	Details    string `json:"details,omitzero"`
	RequestID  string `json:"request_id"`
}

// render is the status and body of a reply. A body that cannot be written is a bug.
func (re reply) render(requestID string) (int, []byte, error) {
	body := re.body
	if re.refused != nil && body == nil {
		body = view.NewProblem(re.refused, requestID)
	}
	if body == nil {
		return re.status, nil, nil
	}
	b, err := json.Marshal(body)
	return re.status, b, err
}

// write sends a rendered answer.
func write(w http.ResponseWriter, status int, body []byte) {
	h := w.Header()
	if body != nil {
		h["Content-Type"] = jsonType
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that hung up is not told
}

var jsonType = []string{"application/json; charset=utf-8"}
