package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/scrip-dev/scrip/internal/auth"
	"github.com/scrip-dev/scrip/internal/filter"
	"github.com/scrip-dev/scrip/internal/promo"
)

// request is a call as a handler sees it, after all checks.
type request struct {
	http    *http.Request
	route   *Route
	who     *auth.Identity // nil on public routes
	call    *promo.Call    // nil on public routes
	params  []string       // of the path, decoded, in order
	body    []byte
	draw    *promo.Draw
	counted *auth.Verdict // what the limits say of it; nil before they were asked
	request string        // its id, once somebody asked
}

func (r *request) context() context.Context { return r.http.Context() }

// project is the caller's project; nil for management keys.
func (r *request) project() *promo.Project { return r.who.Project }

// at is the instant of the call.
func (r *request) at() time.Time { return r.call.Draw.At() }

// id is the request id, v-… (60 R15).
func (r *request) id() string {
	if r.request == "" {
		r.request = r.draw.T18("v-")
	}
	return r.request
}

// query takes the query string apart.
func (r *request) query() *query { return newQuery(r.http.URL.RawQuery) }

// env is what filters depend on besides the record (60 R31, R70).
func (r *request) env() filter.Env {
	return filter.Env{Now: r.at(), Zone: r.project().Zone(), FirstWeekday: time.Monday}
}

// spellings are what a path parameter may mean: as it stands, and with plus signs read as blanks, which one SDK sends
// (60 R23).
func (r *request) spellings(i int) []string {
	if strings.Contains(r.params[i], "+") {
		return []string{r.params[i], strings.ReplaceAll(r.params[i], "+", " ")}
	}
	return r.params[i : i+1]
}
