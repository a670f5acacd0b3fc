package house

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// chapter is what is asked of a chapter's rules and examples today.
type chapter struct {
	in  string // numbers that a test must cite
	out []left // the others, each with its reason
}

// left are numbers that nothing has to cite yet, and why.
type left struct{ numbers, because string }

// scope is the law in force. Every rule and example of a chapter here is in or has a reason to be out; whoever builds
// what a reason names moves its numbers in.
var scope = map[string]chapter{
	"10": {
		in: "R1–R17 R20–R28 R30–R34 R40–R64 R69–R82 R85–R88 R90–R96 R100–R108 R110–R116 R120–R126 R130–R143 R150–R153 R155 R163 W1–W43",
		out: []left{
			{"R117", "comes with qualifications"},
			{"R160–R162", "come with rollbacks, campaign summaries and events; what a redemption stores is 30 R111"},
		},
	},
	"20": {
		in: "R1 R8–R52 R54 R57–R60 R73–R76 R79–R81",
		out: []left{
			{"R2–R7 R61–R64", "come with the calls for validation rules and assignments; what a stored rule is stands in promo"},
			{"R53", "comes with assignments: no rule can be violated by a redemption before"},
			{"R55 R56", "come with earning rules and publications"},
			{"R65–R72", "come with segments; the operators of their filters are 60 R63"},
			{"R77 R78 R82–R95", "come with qualifications"},
			{"R96–R98", "come with events"},
		},
	},
	"30": {
		in: "R1–R17 R20–R46 R50–R54 R70–R74 R80–R88 R110 R111 R123 R130 R131 R133 E1–E10 E13 E14 E16 E17",
		out: []left{
			{"R18 R19", "come with the catalogue and metadata schemas"},
			{"R55–R57", "come with loyalty programs and referrals; who may use a card or a code is table E"},
			{"R89 R90", "come with stacking rules as a setting: the default mode is ALL"},
			{"R91–R93", "come with sessions and events"},
			{"R94–R104 E12 E15", "come with rollbacks"},
			{"R105–R107", "come with the older calls"},
			{"R112–R120", "come with the calls for orders"},
			{"R121 R122 R124–R129 E11", "come with sessions; that holds of others count is in the kernel"},
			{"R132", "is shown by the store's conformance suite, which races for many keys at once"},
		},
	},
	"60": {
		in: "R1 R2 R4–R47 R32a R50 R52–R74 R76–R79 R81 R82 R194 R195 W2 W3 W11",
		out: []left{
			{"R3", "comes with the bulk jobs"},
			{"R51", "comes with segments, locations and async actions, whose lists have start_date and end_date"},
			{"R75", "comes with CSV imports, the only multipart calls"},
			{"R80", "comes with the first resource that another one uses"},
			{"R83–R96 R95a W8", "come with metadata schemas"},
			{"R97–R102 R103–R112 W5", "come with CSV imports and bulk jobs"},
			{"R48 R49 W1", "come with the list of customers, which alone is walked by starting_after"},
			{"R113–R126 W9 W10 W12", "come with the customer endpoints; today a customer is stored with a redemption"},
			{"R127–R142 W4", "come with customer summaries and activity"},
			{"R143–R156", "come with segments"},
			{"R157–R168", "come with custom events"},
			{"R169–R181 R181a", "come with products and SKUs"},
			{"R182–R192 W6", "come with product collections"},
			{"R193 R196 W7", "come with locations; which points lie in one is in geo"},
		},
	},
	"70": {
		in: "R1–R36 R40–R45 R47–R53 R98–R100 R102–R104 R119–R123 R130–R134 E1–E4 E8",
		out: []left{
			{"R37–R39", "the second token endpoint is optional and documented in a changelog only"},
			{"R46 R54", "come with publications"},
			{"R55–R87 E5–E7", "come with webhooks"},
			{"R88–R96 E11", "come with distributions"},
			{"R97 R105–R109", "come with users"},
			{"R101", "no sandbox project is made yet"},
			{"R110 R111 E9", "come with stacking rules as a setting"},
			{"R112–R115 E10", "come with metadata and event schemas"},
			{"R116", "comes with brands"},
			{"R117", "comes with campaign templates"},
			{"R118", "comes with the log of management calls"},
			{"R124", "comes with the bin"},
			{"R125", "labels of the dashboard"},
			{"R126–R129 E12", "come with areas and stores"},
			{"R135 R136", "come with notifications and the dashboard"},
			{"R137–R143", "come with approval requests"},
			{"R144–R150", "come with the audit log"},
			{"R151–R155", "come with sign-in to the dashboard"},
			{"R156–R159", "come with the dashboard"},
			{"R160–R162", "come with the MCP server"},
		},
	},
}

// later are the chapters that nothing is asked of yet, and why.
var later = map[string]string{
	"40": "comes with campaigns; today vouchers stand alone",
	"50": "comes with loyalty and referrals",
	"65": "comes with consents, client-side customers and task results",
	"80": "comes with loyalty v2",
}

// defined finds the numbers that a chapter defines: at the start of a line, as a list entry, a heading, a table's row.
var defined = regexp.MustCompile(`(?m)^(?:[-*] |#+ |\| ?)?\*{0,2}([REWGQ]\d+[a-z]?)(?:[\s.*:)|–-])`)

// law is the numbers of each chapter under docs/spec.
func law(t *testing.T) map[string]map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), "docs", "spec", "[1-8][05]-*.md"))
	if err != nil || len(files) == 0 {
		t.Fatal("no chapters", err)
	}
	numbers := map[string]map[string]bool{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		own := map[string]bool{}
		for _, m := range defined.FindAllStringSubmatch(string(text), -1) {
			own[m[1]] = true
		}
		numbers[filepath.Base(name)[:2]] = own
	}
	return numbers
}

// numbers reads a list such as "R1–R3 R32a E1".
func numbers(list string) []string {
	var out []string
	for _, c := range cites("10 " + list) {
		out = append(out, c.number)
	}
	return out
}

// asked is whether a number is one that tests must answer for: rules and examples, not gaps and open questions.
func asked(number string) bool {
	return strings.HasPrefix(number, "R") || strings.HasPrefix(number, "E") || strings.HasPrefix(number, "W")
}

func TestEveryNumberIsInScopeOrHasAReason(t *testing.T) {
	all := law(t)
	for name := range all {
		_, now := scope[name]
		_, then := later[name]
		if now == then {
			t.Errorf("chapter %s must stand in scope or in later, and not in both", name)
		}
	}
	for name, c := range scope {
		stands := map[string]int{}
		for _, n := range numbers(c.in) {
			stands[n]++
		}
		for _, l := range c.out {
			if l.because == "" {
				t.Errorf("chapter %s: %s is left out without a reason", name, l.numbers)
			}
			for _, n := range numbers(l.numbers) {
				stands[n]++
			}
		}
		for n, times := range stands {
			if times > 1 {
				t.Errorf("%s %s stands %d times in scope", name, n, times)
			}
			if !all[name][n] {
				t.Errorf("%s %s stands in scope, and the chapter does not define it", name, n)
			}
		}
		for n := range all[name] {
			if asked(n) && stands[n] == 0 {
				t.Errorf("%s %s is neither in scope nor left out", name, n)
			}
		}
	}
}

func TestEveryRuleIsCitedByATest(t *testing.T) {
	found := cited(t)
	for _, name := range slices.Sorted(maps.Keys(scope)) {
		var missing []string
		for _, n := range numbers(scope[name].in) {
			if _, ok := found[cite{name, n}]; !ok {
				missing = append(missing, n)
			}
		}
		if len(missing) > 0 {
			t.Errorf("%s: no test cites %s", name, compact(missing))
		}
	}
}

// A citation of a number that no chapter defines is a slip of the pen.
func TestCitedRulesExist(t *testing.T) {
	all := law(t)
	for c, file := range cited(t) {
		if !all[c.chapter][c.number] {
			t.Errorf("%s cites %s %s, which the chapter does not define", file, c.chapter, c.number)
		}
	}
}
