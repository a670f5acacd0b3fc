package promo

import "time"

// Clock tells project time: what dates, windows, expiry, due times and ids follow. It may stand still in a test
// server, but never goes back. Leases, waits and rate limits follow the machine's time instead.
type Clock interface {
	// Now is the project's time in UTC, to the millisecond (60 R30).
	Now(project ProjectID) time.Time
}
