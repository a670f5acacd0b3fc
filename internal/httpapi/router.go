package httpapi

import (
	"net/url"
	"slices"
	"strings"

	"github.com/scrip-dev/scrip/internal/promo"
)

// router finds the route of a path. Segments are split before they are decoded, each is decoded once, and nothing is
// cleaned away: %2F is data, and so are empty segments and dots (60 R22). Letters count (70 R20).
type router struct{ root node }

type node struct {
	next   map[string]*node // by literal segment
	any    *node            // a {parameter}
	routes map[string]*Route
}

func newRouter(routes []Route) *router {
	r := &router{}
	for i := range routes {
		r.add(&routes[i])
	}
	return r
}

func (r *router) add(route *Route) {
	n := &r.root
	for _, seg := range segments(route.Path) {
		if strings.HasPrefix(seg, "{") {
			if n.any == nil {
				n.any = &node{}
			}
			n = n.any
			continue
		}
		if n.next == nil {
			n.next = map[string]*node{}
		}
		if n.next[seg] == nil {
			n.next[seg] = &node{}
		}
		n = n.next[seg]
	}
	if n.routes == nil {
		n.routes = map[string]*Route{}
	}
	n.routes[route.Method] = route
}

// found is what a path leads to: the route (nil when the method is not served), the methods that are, and the decoded
// parameters in the order of the path.
type found struct {
	route   *Route
	methods []string
	params  []string
}

// find looks a path up as it was sent, still encoded. False: no route has this path.
func (r *router) find(method, escaped string) (found, bool) {
	segs := segments(escaped)
	var params [8]string
	n, count := r.root.walk(segs, params[:], 0)
	if n == nil {
		return found{}, false
	}
	f := found{route: n.routes[method], params: slices.Clone(params[:count])}
	if f.route == nil && method == "HEAD" {
		f.route = n.routes["GET"]
	}
	if f.route == nil {
		for m := range n.routes {
			f.methods = append(f.methods, m)
		}
		slices.Sort(f.methods)
	}
	return f, true
}

// walk prefers literal segments and falls back to parameters.
func (n *node) walk(segs []string, params []string, count int) (*node, int) {
	if len(segs) == 0 {
		if n.routes == nil {
			return nil, 0
		}
		return n, count
	}
	if next := n.next[segs[0]]; next != nil {
		if end, c := next.walk(segs[1:], params, count); end != nil {
			return end, c
		}
	}
	value, ok := parameter(segs[0])
	if n.any == nil || count == len(params) || !ok {
		return nil, 0
	}
	params[count] = value
	return n.any.walk(segs[1:], params, count+1)
}

// parameter decodes a segment. False: it is empty or no text, so that it can name nothing.
func parameter(seg string) (string, bool) {
	value, err := url.PathUnescape(seg)
	return value, err == nil && value != "" && promo.IsText(value)
}

func segments(path string) []string {
	return strings.Split(strings.TrimPrefix(path, "/"), "/")
}

// nearest is a served path like the one that was not found: other letters, a slash too many, a slip of the fingers. ""
// when nothing is near.
func (r *router) nearest(escaped string) string {
	segs := segments(strings.TrimRight(escaped, "/"))
	path, _, ok := r.root.near(segs, 2)
	if !ok {
		return ""
	}
	return "/" + strings.Join(path, "/")
}

// near walks to a node with at most so many letters changed, and gives its path and what was left to change.
func (n *node) near(segs []string, slips int) (path []string, left int, ok bool) {
	if len(segs) == 0 {
		return nil, slips, n.routes != nil
	}
	best := -1
	try := func(seg string, next *node, cost int) {
		rest, l, found := next.near(segs[1:], slips-cost)
		if found && l > best {
			path, best = append([]string{seg}, rest...), l
		}
	}
	for seg, next := range n.next {
		if d := distance(strings.ToLower(seg), strings.ToLower(segs[0])); d <= slips {
			try(seg, next, d)
		}
	}
	if _, ok := parameter(segs[0]); ok && n.any != nil {
		try(segs[0], n.any, 0)
	}
	return path, best, best >= 0
}

// distance is how many letters have to change to make b of a.
func distance(a, b string) int {
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
