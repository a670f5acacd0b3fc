// Package house has no code: its tests hold the rules of the house that no compiler knows.
//
//   - imports_test.go: who may import whom, and what a deciding package never reaches;
//   - rules_test.go: every rule and example of the chapters in scope is cited by a test;
//   - files_test.go: no tracked file names a machine's paths, a lock file no download address;
//   - licences_test.go: THIRD_PARTY_LICENSES.md lists the modules that are linked, no more and no fewer.
package house
