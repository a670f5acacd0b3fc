//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// bin is where the programs are; the tests of private clusters need them even where a server is named.
func bin(t *testing.T) string {
	t.Helper()
	dir, err := findBin(os.Getenv("PATH"), "/")
	switch {
	case err != nil && required() && os.Getenv(envServer) == "":
		t.Fatal(err)
	case err != nil:
		t.Skipf("POSTGRESQL LEFT OUT: %v", err)
	}
	return dir
}

func TestStoppedClusterIsGone(t *testing.T) {
	c, err := start(t.Context(), bin(t), freePort)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), c.url())
	if err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{"max_connections": "200", "fsync": fsync(), "server_encoding": "UTF8"} {
		var got string
		if err := conn.QueryRow(t.Context(), "SELECT current_setting($1)", setting).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", setting, got, err, want)
		}
	}
	c.stop() // under an open connection
	c.stop()
	isGone(t, c.dir, c.url())
}

func TestATakenPortIsGivenUp(t *testing.T) {
	dir := bin(t)
	other, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	taken, asked := other.Addr().(*net.TCPAddr).Port, 0
	c, err := start(t.Context(), dir, func() (int, error) {
		if asked++; asked == 1 {
			return taken, nil
		}
		return freePort()
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.stop()
	if asked != 2 || c.port == taken {
		t.Errorf("asked for %d ports, got %d; %d was taken", asked, c.port, taken)
	}
}

func TestAStartThatIsCalledOffLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", open(t))
	ctx, cancel := context.WithCancel(t.Context())
	c, err := start(ctx, bin(t), func() (int, error) { cancel(); return freePort() })
	if err == nil {
		c.stop()
		t.Fatal("it started")
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*")); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestTheClusterDiesWithItsProcess(t *testing.T) {
	programs := bin(t)
	for name, tt := range map[string]struct {
		last string // what the process does at its end
		kill bool
	}{
		"killed -9": {"wait", true},
		"panicking": {"panic", false},
		"exiting":   {"exit", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0], "-test.run=^TestHelperProcess$")
			cmd.Env = append(os.Environ(), "PGTEST_HELPER="+tt.last, "PGTEST_BIN="+programs)
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(stdout).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			dir, url, _ := strings.Cut(strings.TrimSpace(line), " ")
			if conn, err := pgx.Connect(t.Context(), url); err != nil {
				t.Error(err)
			} else {
				defer conn.Close(t.Context())
			}
			lock, err := os.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer lock.Close()

			if tt.kill {
				cmd.Process.Kill()
			} else {
				stdin.Close()
			}
			cmd.Wait()

			released := make(chan error, 1)
			go func() { released <- syscall.Flock(int(lock.Fd()), syscall.LOCK_EX) }()
			select {
			case err := <-released: // the keeper and every process of postgres have ended
				if err != nil {
					t.Error(err)
				}
				isGone(t, dir, url)
			case <-time.After(patience):
				t.Error("the cluster lives on")
			}
		})
	}
}

// TestHelperProcess is no test but the process that dies in TestTheClusterDiesWithItsProcess.
func TestHelperProcess(t *testing.T) {
	last := os.Getenv("PGTEST_HELPER")
	if last == "" {
		t.Skip("run by TestTheClusterDiesWithItsProcess")
	}
	c, err := start(context.Background(), os.Getenv("PGTEST_BIN"), freePort)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(c.dir, c.url())
	os.Stdin.Read(make([]byte, 1)) // until told to go on
	switch last {
	case "panic":
		panic("as asked")
	case "exit":
		os.Exit(0)
	}
}

func isGone(t *testing.T, dir, url string) {
	t.Helper()
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", dir, err)
	}
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		conn.Close(t.Context())
		t.Errorf("%s still answers", url)
	}
}

func TestSweepTakesWhatNobodyHolds(t *testing.T) {
	root := t.TempDir()
	held, lock, err := home(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	left, lock, err := home(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	lock.Close()
	foreign := filepath.Join(root, "foreign")
	install(t, foreign)

	sweep(root)

	for dir, want := range map[string]bool{held: true, left: false, foreign: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: %v; want it there: %v", filepath.Base(dir), err, want)
		}
	}
}

func TestDirectoriesAreMadeWhereTheServantCanWalk(t *testing.T) {
	walkable := open(t)
	shut := filepath.Join(walkable, "shut")
	if err := os.Mkdir(shut, 0o700); err != nil {
		t.Fatal(err)
	}
	other := &syscall.Credential{Uid: 1, Gid: 1}
	for name, tt := range map[string]struct {
		tmp  string
		as   *syscall.Credential
		want string
	}{
		"our own":               {shut, nil, shut},
		"another, open to all":  {walkable, other, walkable},
		"another, open to root": {shut, other, "/tmp"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("TMPDIR", tt.tmp)
			if got := tempRoot(tt.as); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// open returns a temporary directory that every user may walk and write in.
func open(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "open-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}
