package httpapi

import (
	"github.com/scrip-dev/scrip/internal/calendar"
	"github.com/scrip-dev/scrip/internal/promo"
)

// testRoutes are there only in a process started with --test.
func testRoutes() []Route {
	return []Route{
		{Method: "GET", Path: "/scrip/v1/clock", Summary: "The project's time", do: answers[clockView](getClock)},
		{Method: "POST", Path: "/scrip/v1/clock", Summary: "Set or advance the project's time; answers when what fell due is done", do: asks[clockBody, clockView](setClock)},
		{Method: "POST", Path: "/scrip/v1/reset", Summary: "Empty the project", do: answers[nothing](resetProject)},
	}
}

type clockView struct {
	Now calendar.Instant `json:"now"`
}

// clockBody sets an instant, or advances by an ISO 8601 duration.
type clockBody struct {
	Now     promo.Opt[calendar.Instant] `json:"now"`
	Advance promo.Opt[string]           `json:"advance"`
}

// Check refuses both or none, and a text that is no duration.
func (b *clockBody) Check() *promo.Refusal {
	if b.Now.Given() == b.Advance.Given() {
		return promo.InvalidPayload("Payload must have exactly one of now and advance")
	}
	if b.Advance.Given() && !calendar.IsDuration(b.Advance.Value) {
		return promo.Property(".advance", "must be an ISO 8601 duration such as PT15M or P1D")
	}
	return nil
}

func getClock(s *server, r *request) (reply, error) {
	return ok(clockView{calendar.Instant{Time: s.Clock.Now(r.project().ID)}}), nil
}

func setClock(s *server, r *request, body *clockBody) (reply, error) {
	to := body.Now.Value.Time
	if body.Advance.Given() {
		d, _ := calendar.ParseDuration(body.Advance.Value) // checked
		to = d.Add(s.Clock.Now(r.project().ID), 1)
	}
	if to.Year() > 9999 { // the last one that is written
		return refuse(promo.Property(".advance", "must not lead beyond the year 9999")), nil
	}
	forward, err := s.Test.Move(r.context(), r.call, to)
	if err != nil {
		return reply{}, err
	}
	if !forward {
		return refuse(promo.Property(".now", "must not be before "+calendar.FormatTime(s.Clock.Now(r.project().ID)))), nil
	}
	return getClock(s, r)
}

func resetProject(s *server, r *request) (reply, error) {
	if err := s.Test.Reset(r.context(), r.call); err != nil {
		return reply{}, err
	}
	return none(), nil
}
