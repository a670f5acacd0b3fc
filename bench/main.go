// Command bench measures scrip under load, as ratios to a bare net/http JSON handler in the same run: go run ./bench, see
// the README beside it. No test asserts a time.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/scrip-dev/scrip/internal/pgtest"
)

var (
	connections = flag.Int("connections", 64, "connections side by side")
	lasting     = flag.Duration("for", 3*time.Second, "how long each scenario is measured")
	database    = flag.String("database", "sqlite,postgres", "which databases")
	only        = flag.String("only", "", "only scenarios whose name contains this")
	binary      = flag.String("binary", "", "a scrip to measure; built from this checkout when empty")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	if len(flag.Args()) == 1 && flag.Arg(0) == "bare" {
		bare()
		return
	}
	for db := range strings.SplitSeq(*database, ",") {
		if db != "sqlite" && db != "postgres" {
			log.Fatalf("-database is sqlite, postgres or both, not %q", db)
		}
	}
	check(os.Unsetenv("SCRIP_TEST_POSTGRES_FSYNC")) // commits are durable, as in production
	dir, err := os.MkdirTemp("", "scrip-bench-")
	check(err)
	defer os.RemoveAll(dir)
	path := *binary
	if path == "" {
		path = filepath.Join(dir, "scrip")
		out, err := exec.Command("go", "build", "-o", path, "./cmd/scrip").CombinedOutput()
		if err != nil {
			log.Fatalf("%v: %s", err, out)
		}
	}
	for db := range strings.SplitSeq(*database, ",") {
		target := "sqlite:" + filepath.Join(dir, "scrip.db")
		if db == "postgres" {
			address, stop, err := pgtest.Start(context.Background())
			check(err)
			defer stop()
			target = address
		}
		measure(db, path, target)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// bare answers a small JSON body: what a server does that does nothing.
func bare() {
	answer := []byte(`{"id":"v_0123456789","code":"WELCOME10","valid":true}` + "\n")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	fmt.Println("http://" + l.Addr().String())
	check(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if r.Method == "POST" {
			_ = json.NewDecoder(r.Body).Decode(&body)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})))
}

// spawn starts a program and gives its first address printed.
func spawn(env []string, name string, args ...string) (string, func()) {
	cmd := exec.Command(name, args...)
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), os.Stderr
	out, err := cmd.StdoutPipe()
	check(err)
	check(cmd.Start())
	buf := make([]byte, 4096)
	text := ""
	for !strings.Contains(text, "http://") || !strings.Contains(text[strings.Index(text, "http://"):], "\n") {
		n, err := out.Read(buf)
		check(err)
		text += string(buf[:n])
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	address := strings.Fields(text[strings.Index(text, "http://"):])[0]
	return address, func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() }
}

const appID, appToken = "bench-app", "bench-token-0123456789"

func measure(db, path, target string) {
	self, err := os.Executable()
	check(err)
	bareURL, stopBare := spawn(nil, self, "bare")
	defer stopBare()
	address, stop := spawn([]string{"SCRIP_BOOTSTRAP_APP_ID=" + appID, "SCRIP_BOOTSTRAP_APP_TOKEN=" + appToken, "SCRIP_CLIENT_RATE_LIMIT=0"},
		path, "serve", "--listen", "127.0.0.1:0", "--database", target)
	defer stop()
	b := &bencher{url: address, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * *connections, MaxIdleConns: 4 * *connections}}}
	b.prepare()
	fmt.Printf("\n%s, %d connections\n%-28s %10s %8s %9s %9s\n", db, *connections, "scenario", "a second", "ratio", "p50", "p99")
	for _, s := range b.scenarios() {
		if strings.Contains(s.name, *only) {
			b.run(&s, bareURL)
		}
	}
}

// bencher drives one server.
type bencher struct {
	url, token string
	client     *http.Client
}

// scenario is what one worker does, again and again. Its ratio is to the bare handler with the same method.
type scenario struct {
	name string
	per  float64 // requests of one turn
	post bool
	do   func(worker, n int)
}

func (b *bencher) request(method, address, body, kind string, bearer bool) (int, []byte) {
	req, err := http.NewRequest(method, address, strings.NewReader(body))
	check(err)
	if bearer {
		req.Header.Set("Authorization", "Bearer "+b.token)
	} else {
		req.Header.Set("X-App-Id", appID)
		req.Header.Set("X-App-Token", appToken)
	}
	if body != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := b.client.Do(req)
	check(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	check(err)
	return resp.StatusCode, raw
}

func (b *bencher) must(want int, method, address, body, kind string, bearer bool) []byte {
	status, raw := b.request(method, address, body, kind, bearer)
	if status != want {
		log.Fatalf("%s %s: %d %s", method, address, status, raw)
	}
	return raw
}

const jsonKind, formKind = "application/json", "application/x-www-form-urlencoded"

func (b *bencher) prepare() {
	b.must(200, "POST", b.url+"/v1/vouchers/GET-ME", `{"discount":{"type":"PERCENT","percent_off":10}}`, jsonKind, false)
	for i := range 2000 {
		b.must(200, "POST", fmt.Sprintf("%s/v1/vouchers/D%d", b.url, i), `{"discount":{"type":"PERCENT","percent_off":10}}`, jsonKind, false)
	}
	b.token = b.issue()
}

func (b *bencher) issue() string {
	var t struct {
		AccessToken string `json:"access_token"`
	}
	raw := b.must(200, "POST", b.url+"/v1/oauth/token", "grant_type=client_credentials&scope=api", formKind, false)
	check(json.Unmarshal(raw, &t))
	return t.AccessToken
}

func cart(code string) string {
	return `{"redeemables":[{"object":"voucher","id":"` + code + `"}],"order":{"amount":20000}}`
}

func (b *bencher) scenarios() []scenario {
	redeem := func(code string) {
		b.must(200, "POST", b.url+"/v1/redemptions", cart(code), jsonKind, false)
	}
	return []scenario{
		{name: "introspection", per: 1, post: true, do: func(int, int) {
			b.must(200, "POST", b.url+"/v1/oauth/introspect", "access_token="+b.token, formKind, false)
		}},
		{name: "voucher by code, bearer", per: 1, do: func(int, int) { b.must(200, "GET", b.url+"/v1/vouchers/GET-ME", "", "", true) }},
		{name: "token issue and revocation", per: 2, post: true, do: func(int, int) {
			b.must(204, "POST", b.url+"/v1/oauth/token/revoke", "access_token="+url.QueryEscape(b.issue()), formKind, false)
		}},
		{name: "validation of one code", per: 1, post: true, do: func(int, int) { b.must(200, "POST", b.url+"/v1/validations", cart("GET-ME"), jsonKind, false) }},
		{name: "redemption, distinct codes", per: 1, post: true, do: func(worker, n int) { redeem(fmt.Sprintf("D%d", (worker*31+n)%2000)) }},
		{name: "redemption, one hot code", per: 1, post: true, do: func(int, int) { redeem("GET-ME") }},
	}
}

// rounds is in how many turns a scenario and the bare handler are measured: machines are noisy, and a ratio of
// neighbours holds when both get slower.
const rounds = 5

// run measures a scenario in turns with the bare handler, after a short warm-up.
func (b *bencher) run(s *scenario, bareURL string) {
	bare := scenario{do: func(int, int) { b.must(200, "GET", bareURL, "", "", true) }}
	if s.post {
		bare.do = func(int, int) { b.must(200, "POST", bareURL, cart("A"), jsonKind, false) }
	}
	b.load(s, *lasting/6)
	var times []time.Duration
	var rates, ratios []float64
	for range rounds {
		n, _, took := b.load(&bare, *lasting/rounds)
		base := float64(n) / took.Seconds()
		turns, each, took := b.load(s, *lasting/rounds)
		rate := float64(turns) * s.per / took.Seconds()
		times, rates, ratios = append(times, each...), append(rates, rate), append(ratios, rate/base)
	}
	slices.Sort(times)
	slices.Sort(rates)
	slices.Sort(ratios)
	fmt.Printf("%-28s %10.0f %8.2f %9s %9s\n", s.name, rates[rounds/2], ratios[rounds/2], times[len(times)/2].Round(10*time.Microsecond),
		times[len(times)*99/100].Round(10*time.Microsecond))
}

func (b *bencher) load(s *scenario, lasting time.Duration) (int, []time.Duration, time.Duration) {
	var mu sync.Mutex
	var all []time.Duration
	var wg sync.WaitGroup
	began := time.Now()
	for worker := range *connections {
		wg.Go(func() {
			var times []time.Duration
			for n := 0; time.Since(began) < lasting; n++ {
				at := time.Now()
				s.do(worker, n)
				times = append(times, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, times...)
		})
	}
	wg.Wait()
	return len(all), all, time.Since(began)
}
