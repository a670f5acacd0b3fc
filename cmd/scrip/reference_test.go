package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write docs/configuration.md instead of comparing it")

// docs/configuration.md is made from the flags themselves.
func TestConfigurationReference(t *testing.T) {
	var c cli
	k, err := kong.New(&c, kong.Name("scrip"))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join("..", "..", "docs", "configuration.md")
	want := reference(k.Model)
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ReplaceAll(string(got), "\r\n", "\n") != want {
		t.Error("docs/configuration.md is not what the flags say; run: go test ./cmd/scrip -run TestConfigurationReference -update")
	}
}

// reference describes every command, its arguments and its flags.
func reference(app *kong.Application) string {
	var b strings.Builder
	b.WriteString(`# Configuration

Made from the flags by a test in cmd/scrip; do not edit. scrip has no configuration file: what is not a flag is a setting
of a project. A flag wins over its variable, a variable over the default. No flag is needed.
`)
	for _, leaf := range app.Leaves(true) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", leaf.FullPath(), leaf.Help)
		for _, arg := range leaf.Positional {
			fmt.Fprintf(&b, "\n`%s`: %s\n", arg.Summary(), arg.Help)
		}
		rows := 0
		for _, group := range leaf.AllFlags(true) {
			for _, f := range group {
				if f.Name == "help" {
					continue
				}
				if rows++; rows == 1 {
					b.WriteString("\n| Flag | Variable | Default | Meaning |\n|---|---|---|---|\n")
				}
				help := f.Help
				if f.Enum != "" {
					help += " One of: " + strings.ReplaceAll(f.Enum, ",", ", ") + "."
				}
				fmt.Fprintf(&b, "| `--%s` | %s | %s | %s |\n", f.Name, code(strings.Join(f.Envs, ", ")), code(f.Default), strings.ReplaceAll(help, "|", `\|`))
			}
		}
	}
	return b.String()
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}
