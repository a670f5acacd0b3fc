package view

import (
	"bufio"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/scrip-dev/scrip/internal/promo"
)

// Every key that the law's table of errors gives one status is answered with it (60 R77, 00-index section 5).
func TestEveryKeyHasItsStatus(t *testing.T) {
	f, err := os.Open("../../docs/spec/00-index.md")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	row, key := regexp.MustCompile(`^\| (\d{3}) \| ([^|]*)\|`), regexp.MustCompile("`([a-z_0-9]+)`")
	seen := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		m := row.FindStringSubmatch(lines.Text())
		if m == nil || m[1] == "423" {
			continue
		}
		want, _ := strconv.Atoi(m[1])
		for _, k := range key.FindAllStringSubmatch(m[2], -1) {
			seen++
			if got := Status(&promo.Refusal{Key: k[1]}); got != want {
				t.Errorf("%s is answered with %d %s, the law says %d", k[1], got, http.StatusText(got), want)
			}
		}
	}
	if seen < 70 {
		t.Errorf("the table was not read: %d keys", seen)
	}
}
