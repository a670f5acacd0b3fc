package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Migration is one numbered step of a schema. It runs in a transaction of its own, forward only.
type Migration struct {
	Version int
	Name    string
	SQL     string
	Hash    string // SHA-256 of the SQL, in hex
}

// Migrations reads the files NNNN_name.sql of a directory, in order.
func Migrations(dir fs.FS) ([]Migration, error) {
	files, err := fs.Glob(dir, "*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var out []Migration
	for i, file := range files {
		body, err := fs.ReadFile(dir, file)
		if err != nil {
			return nil, err
		}
		number, name, _ := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
		version, err := strconv.Atoi(number)
		if err != nil || version != i+1 {
			return nil, fmt.Errorf("store: migration %s is not number %d", file, i+1)
		}
		hash := sha256.Sum256(body)
		out = append(out, Migration{version, name, string(body), hex.EncodeToString(hash[:])})
	}
	return out, nil
}

// Pending are the migrations still to run on a database that has run those of applied: hashes in order. A database with
// more of them was written by a newer release (ErrNewerSchema); one whose hash differs ran another file.
func Pending(all []Migration, applied []string) ([]Migration, error) {
	if len(applied) > len(all) {
		return nil, fmt.Errorf("%w: it is at version %d, this release at %d; use the newer release, or another database",
			ErrNewerSchema, len(applied), len(all))
	}
	for i, hash := range applied {
		if all[i].Hash != hash {
			return nil, fmt.Errorf("store: migration %04d_%s was changed after the database ran it", all[i].Version, all[i].Name)
		}
	}
	return all[len(applied):], nil
}
