// Package auth decides who is calling and what they may: keys and their roles, OAuth tokens and scopes, allow lists,
// rate limits, and the projects that all of these belong to (70, sections 3 to 5 and 7).
//
// It knows no HTTP: what a header or status looks like is the wire's to say. Refusals are values; an error is a fault.
package auth
