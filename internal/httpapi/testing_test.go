package httpapi_test

import "testing"

func TestTheClockOfTests(t *testing.T) { // 60 R27, R28
	on(t, func(w *world) {
		const path = "/scrip/v1/clock"
		w.call("GET", path, nil).is(200).has("now", "2030-05-01T10:00:00.000Z")
		w.call("POST", path, obj{"now": "2030-05-01T12:00:00+01:00"}).is(200).has("now", "2030-05-01T11:00:00.000Z")
		w.call("POST", path, obj{"advance": "P1M"}).is(200).has("now", "2030-06-01T11:00:00.000Z")
		for body, details := range map[string]string{
			`{}`:                                   "Payload must have exactly one of now and advance",
			`{"now":"2031-01-01","advance":"P1D"}`: "Payload must have exactly one of now and advance",
			`{"now":"2030-06-01T10:59:59.999Z"}`:   "Property .now must not be before 2030-06-01T11:00:00.000Z",
			`{"advance":"1D"}`:                     "Property .advance must be an ISO 8601 duration such as PT15M or P1D",
			`{"advance":"P8000Y"}`:                 "Property .advance must not lead beyond the year 9999",
			`{"advance":"P999999Y999999M999999D"}`: "Property .advance must not lead beyond the year 9999",
		} {
			w.call("POST", path, body).is(400, "invalid_payload").has("details", details)
		}
		w.call("GET", path, nil).is(200).has("now", "2030-06-01T11:00:00.000Z")
		w.call("POST", path, obj{"now": "9999-12-31T23:59:59.999Z"}).is(200)
		w.call("POST", path, obj{"advance": "PT1S"}).is(400, "invalid_payload")
	})
}
