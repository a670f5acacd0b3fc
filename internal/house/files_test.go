package house

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// tracked is every file that is committed or about to be, by its path from the root. A copy without its history, such
// as a release's source archive, has none to look at; nor has a machine without git.
func tracked(t *testing.T) []string {
	t.Helper()
	top := root(t)
	_, errHistory := os.Stat(filepath.Join(top, ".git"))
	if _, err := exec.LookPath("git"); err != nil || errHistory != nil {
		t.Skip("no git history here: the files were looked at where they were committed")
	}
	git := exec.Command("git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	git.Dir = top
	out, err := git.Output()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// text is a tracked file's text; false for one that is deleted, a link or binary.
func text(t *testing.T, name string) (string, bool) {
	t.Helper()
	full := filepath.Join(root(t), name)
	if info, err := os.Lstat(full); err != nil || !info.Mode().IsRegular() {
		return "", false
	}
	b, err := os.ReadFile(full)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), !bytes.ContainsRune(b, 0)
}

// A project speaks of itself: no file names the folders of a machine, or the place that it was made in. The patterns
// are put together here, so that this file does not name them either.
func TestNoFileNamesAMachine(t *testing.T) {
	slash := "/"
	private := []*regexp.Regexp{
		regexp.MustCompile(slash + `(?:home|Users)` + slash + `\w`),
		regexp.MustCompile(`(?:^|[^\w.$-])` + slash + `(?:root|work)` + slash),
		regexp.MustCompile(`\.\.` + slash + `shared\b`),
		regexp.MustCompile(`\bshared` + slash + `(?:design|style|spec|contract|hooks)\b`),
		regexp.MustCompile(`\.` + `library` + slash),
		regexp.MustCompile(`(?i)\bhelper ` + `agents?\b`),
	}
	here := []string{root(t)}
	if home, err := os.UserHomeDir(); err == nil {
		here = append(here, home)
	}
	if above := filepath.Dir(root(t)); strings.Count(above, string(filepath.Separator)) > 1 {
		here = append(here, above)
	}
	here = slices.DeleteFunc(here, func(dir string) bool { return len(dir) < 4 })
	for _, name := range tracked(t) {
		body, ok := text(t, name)
		if !ok {
			continue
		}
		for number, line := range strings.Split(body, "\n") {
			for _, p := range private {
				if p.MatchString(line) {
					t.Errorf("%s:%d matches %s: %.120s", name, number+1, p, line)
				}
			}
			for _, dir := range here {
				if strings.Contains(line, dir+string(filepath.Separator)) {
					t.Errorf("%s:%d names a folder of this machine: %.120s", name, number+1, line)
				}
			}
		}
	}
}

// A lock file pins contents by their hash; where they are downloaded from is each machine's own affair.
func TestNoLockFileNamesADownloadAddress(t *testing.T) {
	for _, name := range tracked(t) {
		if filepath.Base(name) != "package-lock.json" {
			continue
		}
		body, _ := text(t, name)
		if strings.Contains(body, `"resolved"`) {
			t.Errorf("%s names download addresses; remove its lines with \"resolved\"", name)
		}
		if !strings.Contains(body, `"integrity"`) {
			t.Errorf("%s pins nothing", name)
		}
	}
}
