// Package httpapi is the wire: one table of routes, decoding, errors, listing.
//
// Routes are data (table.go). Router, scope check, OpenAPI document and docs page are made from that one table; a
// handler is decode, call, view. The checks before it run in the order of 70 R23, in server.go.
package httpapi
