// Package redeem validates and redeems (chapter 30): one pipeline, plan, lock, decide, write, with two endings. A
// validation decides on a snapshot; a redemption decides under the locks and is recorded, refused or not.
package redeem
