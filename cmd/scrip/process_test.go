package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/scrip-dev/scrip/internal/pgtest"
)

// binary is the real one, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "scrip-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "scrip")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

const appID, appToken = "test-app", "test-token-0123456789"

// process is a running scrip.
type process struct {
	*exec.Cmd
	url string
	out *bytes.Buffer
}

func start(t *testing.T, database string, env ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(path, "serve", "--listen", address(t), "--database", database), out: &bytes.Buffer{}}
	p.url = "http://" + p.Args[3]
	p.Env = append(os.Environ(), "SCRIP_BOOTSTRAP_APP_ID="+appID, "SCRIP_BOOTSTRAP_APP_TOKEN="+appToken)
	p.Env = append(p.Env, env...)
	p.Stdout, p.Stderr = p.out, p.out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
	for deadline := time.Now().Add(20 * time.Second); ; {
		if resp, err := http.Get(p.url + "/readyz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == 200 {
				return p
			}
		}
		if p.ProcessState != nil || time.Now().After(deadline) {
			t.Fatal("scrip did not become ready")
		}
		time.Sleep(2 * time.Millisecond) // another process: its port is all there is to watch
	}
}

func address(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// call makes a request and gives its status and body; 0 when there was no answer.
func (p *process) call(method, path, body string) (int, map[string]any) {
	req, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
	if err != nil {
		return 0, nil
	}
	req.Header.Set("X-App-Id", appID)
	req.Header.Set("X-App-Token", appToken)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil
	}
	var v map[string]any
	_ = json.Unmarshal(raw, &v)
	return resp.StatusCode, v
}

func eachDatabase(t *testing.T, test func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, "sqlite:"+filepath.Join(t.TempDir(), "scrip.db")) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, pgtest.URL(t)) })
}

// kill -9 in the middle of 64 connections redeeming one code: whatever was acknowledged is there after the restart, and
// counter, list and orders agree (30 R81, R133).
func TestKillLosesNothingAcknowledged(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		p := start(t, database)
		if status, body := p.call("POST", "/v1/vouchers/HOT", `{"discount":{"type":"AMOUNT","amount_off":100}}`); status != 200 {
			t.Fatal(status, body)
		}
		var acknowledged sync.Map
		var count atomic.Int64
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for {
					status, body := p.call("POST", "/v1/redemptions", `{"redeemables":[{"object":"voucher","id":"HOT"}],"order":{"amount":1000}}`)
					if status != 200 {
						return // the process is gone
					}
					acknowledged.Store(body["redemptions"].([]any)[0].(map[string]any)["id"], true)
					if count.Add(1) == 500 {
						_ = p.Process.Signal(syscall.SIGKILL)
					}
				}
			})
		}
		wg.Wait()
		_ = p.Wait()

		again := start(t, database)
		_, voucher := again.call("GET", "/v1/vouchers/HOT", "")
		redeemed := int64(voucher["redemption"].(map[string]any)["redeemed_quantity"].(float64))
		_, list := again.call("GET", "/v1/redemptions?limit=1&result=SUCCESS", "")
		total := int64(list["total"].(float64))
		if redeemed < count.Load() || redeemed != total {
			t.Errorf("%d acknowledged, counter %d, list %d", count.Load(), redeemed, total)
		}
		acknowledged.Range(func(id, _ any) bool {
			if status, _ := again.call("GET", "/v1/redemptions/"+id.(string), ""); status != 200 {
				t.Errorf("%s was acknowledged and is gone", id)
			}
			return true
		})
		if status, body := again.call("POST", "/v1/redemptions", `{"redeemables":[{"object":"voucher","id":"HOT"}],"order":{"amount":1000}}`); status != 200 {
			t.Error(status, body)
		}
	})
}

// Two processes on one PostgreSQL: a code with 100 uses is used 100 times (30 R130).
func TestTwoProcessesShareOneLimit(t *testing.T) {
	database := pgtest.URL(t)
	nodes := []*process{start(t, database), start(t, database)}
	nodes[0].call("POST", "/v1/vouchers/HUNDRED", `{"discount":{"type":"AMOUNT","amount_off":1},"redemption":{"quantity":100}}`)
	var won, lost atomic.Int64
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for range 3 {
				switch status, body := nodes[i%2].call("POST", "/v1/redemptions", `{"redeemables":[{"object":"voucher","id":"HUNDRED"}],"order":{"amount":9}}`); {
				case status == 200:
					won.Add(1)
				case status == 400 && body["key"] == "quantity_exceeded":
					lost.Add(1)
				default:
					t.Error(status, body)
				}
			}
		})
	}
	wg.Wait()
	if won.Load() != 100 || lost.Load() != 92 {
		t.Errorf("%d won, %d lost", won.Load(), lost.Load())
	}
}

// SIGTERM: requests under way finish, nothing acknowledged is lost, the process ends with 0.
func TestGracefulShutdown(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		p := start(t, database)
		p.call("POST", "/v1/vouchers/HOT", `{"discount":{"type":"AMOUNT","amount_off":100}}`)
		var acknowledged atomic.Int64
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for {
					status, body := p.call("POST", "/v1/redemptions", `{"redeemables":[{"object":"voucher","id":"HOT"}],"order":{"amount":1000}}`)
					if status == 0 {
						return
					}
					if status != 200 {
						t.Error(status, body)
						return
					}
					if acknowledged.Add(1) == 200 {
						_ = p.Process.Signal(syscall.SIGTERM)
					}
				}
			})
		}
		wg.Wait()
		if err := p.Wait(); err != nil {
			t.Errorf("it ended with %v: %s", err, p.out)
		}
		again := start(t, database)
		_, voucher := again.call("GET", "/v1/vouchers/HOT", "")
		if n := int64(voucher["redemption"].(map[string]any)["redeemed_quantity"].(float64)); n != acknowledged.Load() {
			t.Errorf("%d acknowledged, counter %d", acknowledged.Load(), n)
		}
	})
}

func TestBootstrapIsIdempotent(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		p := start(t, database)
		stop(t, p)
		if !strings.Contains(p.out.String(), "export SCRIP_APP_TOKEN="+appToken) {
			t.Errorf("the first start does not print its keys: %s", p.out)
		}
		p = start(t, database)
		stop(t, p)
		if strings.Contains(p.out.String(), "SCRIP_APP_TOKEN") {
			t.Errorf("the second start prints keys: %s", p.out)
		}
		path, _ := binary()
		for env, want := range map[string]string{
			"SCRIP_BOOTSTRAP_APP_TOKEN=another-token-0123456": "SCRIP_BOOTSTRAP_APP_TOKEN is not the secret",
			"SCRIP_BOOTSTRAP_APP_TOKEN=short":                 "SCRIP_BOOTSTRAP_APP_TOKEN is shorter than 16 characters",
			"SCRIP_BOOTSTRAP_PROJECT_ID=proj_other":           "SCRIP_BOOTSTRAP_PROJECT_ID is proj_other",
		} {
			cmd := exec.Command(path, "serve", "--listen", "127.0.0.1:0", "--database", database)
			cmd.Env = append(p.Env, env)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), want) {
				t.Errorf("%s: %v %s", env, err, out)
			}
		}
	})
}

func stop(t *testing.T, p *process) {
	t.Helper()
	_ = p.Process.Signal(syscall.SIGTERM)
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
}

// `scrip keys` beside a running server, which notices within 5 seconds (70 R25, R43, R44).
func TestKeysBesideAServer(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		p := start(t, database)
		path, _ := binary()
		keys := func(args ...string) string {
			t.Helper()
			out, err := exec.Command(path, append(append([]string{"keys"}, args...), "--database", database)...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %v %s", args, err, out)
			}
			return string(out)
		}
		if out := keys("list"); !strings.Contains(out, appID) || strings.Contains(out, appToken) {
			t.Error(out)
		}
		made := keys("create", "--name", "Second")
		fields := strings.Fields(made)
		id, secret := fields[1], fields[len(fields)-1]
		try := func() int {
			req, _ := http.NewRequest("GET", p.url+"/v1/vouchers", nil)
			req.Header.Set("X-App-Id", id)
			req.Header.Set("X-App-Token", secret)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			return resp.StatusCode
		}
		if status := try(); status != 200 {
			t.Errorf("a new key: %d", status)
		}
		keys("block", id)
		for deadline := time.Now().Add(10 * time.Second); try() != 401; {
			if time.Now().After(deadline) {
				t.Fatal("the server did not notice the block")
			}
			time.Sleep(50 * time.Millisecond) // its cache ages by the machine's clock, in another process
		}
		keys("unblock", id)
		if out := keys("rotate", id); strings.Contains(out, secret) || !strings.Contains(out, "secret, shown this once") {
			t.Error(out)
		}
		keys("delete", id)
		if out := keys("list"); strings.Contains(out, id) {
			t.Error(out)
		}
	})
}

// An answer is remembered across a crash (60 R14); what is for tests is not there in a process that serves.
func TestIdempotencyAcrossACrash(t *testing.T) {
	eachDatabase(t, func(t *testing.T, database string) {
		p := start(t, database)
		p.call("POST", "/v1/vouchers/ONCE", `{"discount":{"type":"AMOUNT","amount_off":100}}`)
		redeem := func(p *process) string {
			t.Helper()
			req, err := http.NewRequest("POST", p.url+"/v1/redemptions", strings.NewReader(`{"redeemables":[{"object":"voucher","id":"ONCE"}],"order":{"amount":1000}}`))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]string{"X-App-Id": appID, "X-App-Token": appToken, "Content-Type": "application/json", "Idempotency-Key": "order-1"} {
				req.Header.Set(name, value)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			raw, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != 200 {
				t.Fatal(resp.StatusCode, err, string(raw))
			}
			return string(raw)
		}
		first := redeem(p)
		_ = p.Process.Kill()
		_ = p.Wait()
		again := start(t, database)
		if second := redeem(again); second != first {
			t.Errorf("%s is not %s", second, first)
		}
		_, voucher := again.call("GET", "/v1/vouchers/ONCE", "")
		if n := voucher["redemption"].(map[string]any)["redeemed_quantity"].(float64); n != 1 {
			t.Errorf("used %v times", n)
		}
		for _, path := range []string{"/scrip/v1/clock", "/scrip/v1/reset"} {
			if status, _ := again.call("POST", path, "{}"); status != 404 {
				t.Errorf("%s: %d", path, status)
			}
		}
	})
}
