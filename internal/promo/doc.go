// Package promo is the vocabulary of scrip: the facts that are kept, one file per resource, and the few value types
// that every floor above speaks in (amounts, decimals, refusals, ids, the clock and chance as arguments).
//
// A fact holds what cannot be worked out. Balances, links and summaries are worked out by the floors above; wire forms
// live in package view. Nothing here reads a clock, draws chance, or does I/O.
package promo
