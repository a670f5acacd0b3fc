// Package bench measures scrip under load, as ratios to a bare net/http JSON handler in the same run. Its numbers are
// made by `go run ./bench`, see the README beside it; no test asserts a time.
package main
