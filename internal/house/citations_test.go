package house

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// cite is one number of a chapter: "70", "R18" or "60", "R32a".
type cite struct{ chapter, number string }

// chapterAt is where a chapter is named: two digits, a name if one likes, and then its first number.
var chapterAt = regexp.MustCompile(`(?:^|[^0-9A-Za-z.])([1-8][05])(?:-[a-z0-9-]*[a-z0-9])?(?:\.md)?[,:]?\s+([REWGQ]\d)`)

// numberAt is one number or a range of them, with what separates it from the next.
var numberAt = regexp.MustCompile(`^([REWGQ])(\d+)([a-z]?)(?:\s?(?:[-–—]|to)\s?([REWGQ]?)(\d+))?(\s*(?:[,;/&]|and\b|or\b)?\s*)`)

// cites reads the numbers that a comment cites: "70 R18", "60 R56, R57", "30-redemption R130, E10",
// "70 R13, R14; E4", "(60 R28)", "60 R56–R62". What is no citation is skipped.
func cites(text string) []cite {
	text = strings.Join(strings.Fields(text), " ")
	var found []cite
	for {
		at := chapterAt.FindStringSubmatchIndex(text)
		if at == nil {
			return found
		}
		chapter := text[at[2]:at[3]]
		text = text[at[4]:]
		for {
			m := numberAt.FindStringSubmatch(text)
			if m == nil {
				break
			}
			text = text[len(m[0]):]
			for _, number := range span(m[1], m[2], m[3], m[4], m[5]) {
				found = append(found, cite{chapter, number})
			}
			if m[6] == "" {
				break
			}
		}
		text = " " + text // the next chapter may follow at once
	}
}

// span is one number, or those from first to last; a range that changes its letter or runs backwards is its two ends.
func span(letter, first, suffix, lastLetter, last string) []string {
	one := letter + first + suffix
	if last == "" {
		return []string{one}
	}
	lastLetter = cmp.Or(lastLetter, letter)
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	if errFrom != nil || errTo != nil || lastLetter != letter || to < from || to-from > 300 {
		return []string{one, lastLetter + last}
	}
	out := []string{one}
	for n := from + 1; n <= to; n++ {
		out = append(out, letter+strconv.Itoa(n))
	}
	return out
}

func TestCitationsAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"70 R18":                  "70R18",
		"70-platform R18":         "70R18",
		"60 R56, R57":             "60R56 60R57",
		"30-redemption R130, E10": "30R130 30E10",
		"70 R13, R14; E4":         "70R13 70R14 70E4",
		"what it tests (60 R28).": "60R28",
		"60 R56–R62":              "60R56 60R57 60R58 60R59 60R60 60R61 60R62",
		"60 R56-R58, W2":          "60R56 60R57 60R58 60W2",
		"60 R56–58":               "60R56 60R57 60R58",
		"60 R1 to R3":             "60R1 60R2 60R3",
		"60 R32a, R33":            "60R32a 60R33",
		"70 E1":                   "70E1",
		"60 R13; 70 R7":           "60R13 70R7",
		"60 R13, 70 R7 and R8":    "60R13 70R7 70R8",
		"70 R1, 70 R2, 60 R3":     "70R1 70R2 60R3",
		"60 R45/R46 & W1":         "60R45 60R46 60W1",
		"60 R9\nand R10,\nR11":    "60R9 60R10 60R11",
		"70 section 7.4, R130 alone is no chapter": "",
		"170 R1, 7.70 R1, R70, x60 R2":             "",
		"at most 60 runs, 20 at once, 30 Rn":       "",
		"20 R14. Then 10 things":                   "20R14",
		"60 R31, W3 (Warsaw); 20 R44":              "60R31 60W3 20R44",
	} {
		var got []string
		for _, c := range cites(text) {
			got = append(got, c.chapter+c.number)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q is read as %q, not %q", text, s, want)
		}
	}
}

// cited is what the comments of all test files cite, with a file that does.
func cited(t *testing.T) map[cite]string {
	t.Helper()
	found, set, top := map[cite]string{}, token.NewFileSet(), root(t)
	for _, under := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(top, under), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !isTest(name) || filepath.Base(filepath.Dir(name)) == "house" {
				return err
			}
			file, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, group := range file.Comments {
				for _, c := range cites(plain(group)) {
					if _, ok := found[c]; !ok {
						found[c], _ = filepath.Rel(top, name)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// plain is the text of a comment group without its marks.
func plain(group *ast.CommentGroup) string {
	var b strings.Builder
	for _, c := range group.List {
		text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(c.Text, "//"), "/*"), "*/")
		fmt.Fprintln(&b, text)
	}
	return b.String()
}

// compact writes numbers of one chapter in order, neighbours as a range: "R1–R6 R9 E1".
func compact(numbers []string) string {
	slices.SortFunc(numbers, byNumber)
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && follows(numbers[j], numbers[j+1]) {
			j++
		}
		switch {
		case j-i >= 2:
			out = append(out, numbers[i]+"–"+numbers[j])
		default:
			out = append(out, numbers[i:j+1]...)
		}
		i = j + 1
	}
	return strings.Join(out, " ")
}

var numberParts = regexp.MustCompile(`^([A-Z])(\d+)([a-z]?)$`)

func parts(number string) (letter string, n int, suffix string) {
	m := numberParts.FindStringSubmatch(number)
	n, err := strconv.Atoi(m[2])
	if err != nil {
		panic(err) // the pattern has digits there
	}
	return m[1], n, m[3]
}

// byNumber puts rules before examples.
func byNumber(a, b string) int {
	la, na, sa := parts(a)
	lb, nb, sb := parts(b)
	const order = "REWGQ"
	return cmp.Or(cmp.Compare(strings.Index(order, la), strings.Index(order, lb)), cmp.Compare(na, nb), cmp.Compare(sa, sb))
}

func follows(a, b string) bool {
	la, na, sa := parts(a)
	lb, nb, sb := parts(b)
	return la == lb && sa == "" && sb == "" && nb == na+1
}

func TestCompact(t *testing.T) {
	if got := compact([]string{"E1", "R9", "R2", "R10", "R3", "R32a", "R32", "R4", "R33"}); got != "R2–R4 R9 R10 R32 R32a R33 E1" {
		t.Error(got)
	}
}

// isTest tells test files, and those of the suite that every backend of the store passes.
func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".go") && filepath.Base(filepath.Dir(name)) == "storetest"
}
