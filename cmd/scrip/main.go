// Command scrip is a promotion and loyalty engine that anyone can run. See `scrip --help`.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
	_ "time/tzdata" // zones are the same on every machine

	"github.com/alecthomas/kong"
)

// cli is the command line. Every flag is also a SCRIP_ variable.
type cli struct {
	Serve   serve   `cmd:"" help:"Serve the API."`
	Keys    keys    `cmd:"" help:"Manage API keys."`
	Version version `cmd:"" help:"Print the version."`
}

func main() {
	var c cli
	ctx := kong.Parse(&c, kong.Name("scrip"), kong.UsageOnError(),
		kong.Description("A promotion and loyalty engine that speaks the public Voucherify HTTP API. Not affiliated with Voucherify."))
	if err := ctx.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "scrip:", err)
		os.Exit(1)
	}
}

type version struct{}

func (version) Run() error {
	_, err := fmt.Println("scrip", buildVersion())
	return err
}

// buildVersion is the module's version, or the revision it was built from.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	if revision == "" {
		return "(devel)"
	}
	return revision + dirty
}
