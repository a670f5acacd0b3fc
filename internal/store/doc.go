// Package store keeps scrip's facts, exactly.
//
// It is written once, over a small Backend that a database brings (packages sqlite and postgres). Reads are snapshots.
// Writes go through one of three verbs:
//
//   - Update moves counters, codes, customers and orders: plan reads a snapshot and names the keys the decision depends
//     on; the store locks the keys of all waiting callers at once, in one order; decide is pure; the group's changes
//     are written in one batch, and only then is anybody answered.
//   - Configure changes configuration: one at a time per project, reading and writing freely; it moves the project's
//     epoch, so that a decision planned before it plans again.
//   - Slice is one step of a leased job.
//
// Every row belongs to a project, and no verb reaches into another one. Instance data (projects, keys, tokens) is the
// project named "".
package store
