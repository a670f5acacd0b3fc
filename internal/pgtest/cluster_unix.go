//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// prefix begins the name of every cluster's directory; sweep looks for it.
const prefix = "scrip-pgtest-"

// keeper runs postgres until it ends or the leash on descriptor 3 closes, then removes the directory. Its data are
// worth nothing by then, so postgres is stopped with SIGQUIT: at once, without a last checkpoint. Descriptor 4, the
// directory's lock, is handed on to postgres.
const keeper = `
dir=$1; shift
"$@" 3<&- &
postgres=$!
{ read -r _ <&3; kill -QUIT $postgres; } &
wait $postgres
kill $! 2>/dev/null
cd / && rm -rf "$dir"
`

// errPortTaken: somebody took the port between our choice and postgres's start.
var errPortTaken = errors.New("port taken")

// cluster is one running server with a data directory of its own.
type cluster struct {
	dir   string
	port  int
	leash *os.File      // the keeper waits for this to close
	log   *os.File      // may be read after the directory is gone
	gone  chan struct{} // closed when postgres has ended and dir is removed
}

func (c *cluster) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", c.port)
}

func (c *cluster) stop() {
	c.leash.Close()
	<-c.gone
}

// start makes a cluster from the programs in bin and returns when it takes connections. When the port is taken it
// begins anew with another.
func start(ctx context.Context, bin string, port func() (int, error)) (*cluster, error) {
	as, err := servant()
	if err != nil {
		return nil, err
	}
	for range 5 {
		var p int
		if p, err = port(); err != nil {
			return nil, err
		}
		var c *cluster
		if c, err = startOn(ctx, bin, p, as); !errors.Is(err, errPortTaken) {
			return c, err
		}
	}
	return nil, err
}

func startOn(ctx context.Context, bin string, port int, as *syscall.Credential) (*cluster, error) {
	root := tempRoot(as)
	sweep(root)
	dir, lock, err := home(root, as)
	if err != nil {
		return nil, err
	}
	defer lock.Close() // the children have it by then

	c, err := launch(ctx, bin, dir, lock, port, as)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	if err := c.ready(ctx); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

// launch fills the directory and sets the keeper to work.
func launch(ctx context.Context, bin, dir string, lock *os.File, port int, as *syscall.Credential) (*cluster, error) {
	data := filepath.Join(dir, "data")
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust",
		"--encoding=UTF8", "--locale=C", "--no-sync")
	confine(initdb, dir, as)
	initdb.ExtraFiles = []*os.File{lock}
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}

	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	held, leash, err := os.Pipe()
	if err != nil {
		log.Close()
		return nil, err
	}
	defer held.Close()

	cmd := exec.Command("/bin/sh", "-c", keeper, "pgtest-keeper", dir, filepath.Join(bin, "postgres"), "-D", data,
		"-c", "listen_addresses=127.0.0.1", "-c", "port="+strconv.Itoa(port), "-c", "unix_socket_directories=",
		"-c", "max_connections=200", "-c", "fsync="+fsync())
	confine(cmd, dir, as)
	cmd.ExtraFiles = []*os.File{held, lock}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		leash.Close()
		log.Close()
		return nil, err
	}

	c := &cluster{dir: dir, port: port, leash: leash, log: log, gone: make(chan struct{})}
	go func() {
		cmd.Wait()
		// Used here, the leash is also safe from the garbage collector, which would close it.
		leash.Close()
		close(c.gone)
	}()
	return c, nil
}

// ready waits until postgres has written into its pid file that it takes connections, which is what pg_ctl waits for.
// Unlike an answer on the port, it can come from no other server.
func (c *cluster) ready(ctx context.Context) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if pid, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid")); err == nil {
			if lines := strings.Split(string(pid), "\n"); len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready" {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-c.gone:
			text := c.logged()
			if bytes.Contains(text, []byte("Address already in use")) {
				return fmt.Errorf("%w: %d", errPortTaken, c.port)
			}
			return fmt.Errorf("postgres ended at its start\n%s", text)
		case <-ctx.Done():
			return fmt.Errorf("postgres is not ready: %w\n%s", context.Cause(ctx), c.logged())
		}
	}
}

func (c *cluster) logged() []byte {
	text, _ := io.ReadAll(io.NewSectionReader(c.log, 0, math.MaxInt64))
	return text
}

func fsync() string {
	if os.Getenv(envFsync) == "off" {
		return "off"
	}
	return "on"
}

// freePort returns a port of 127.0.0.1 that is free now.
func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// confine has the command run as another user, away from our terminal and its signals, and deaf to PGPORT and the
// like. A given time zone saves initdb a long search for the system's.
func confine(cmd *exec.Cmd, dir string, as *syscall.Credential) {
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as, Setsid: true}
	cmd.Env = []string{"HOME=" + dir, "LC_ALL=C", "TZ=UTC"}
	for _, name := range []string{"PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
}

// servant is whom postgres runs as: nil for ourselves, another where we are root, as whom it will not run.
func servant() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("we are root, as whom postgres will not run, and there is no user postgres or nobody")
}

// tempRoot is where directories are made: the usual temporary directory, or /tmp if the servant cannot walk there.
func tempRoot(as *syscall.Credential) string {
	root := os.TempDir()
	if as == nil {
		return root
	}
	for dir := root; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&0o001 == 0 {
			return "/tmp"
		}
		if dir == filepath.Dir(dir) {
			return root
		}
	}
}

// home makes and locks a directory. Between the two a sweep may take it for an abandoned one; then it makes another.
func home(root string, as *syscall.Credential) (string, *os.File, error) {
	var err error
	for range 10 {
		var dir string
		if dir, err = os.MkdirTemp(root, prefix); err != nil {
			return "", nil, err
		}
		if as != nil {
			if err = os.Chown(dir, int(as.Uid), int(as.Gid)); errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				os.Remove(dir)
				return "", nil, err
			}
		}
		var lock *os.File
		if lock, err = hold(dir); err == nil {
			if _, err = os.Stat(dir); err == nil {
				return dir, lock, nil
			}
			lock.Close()
		}
	}
	return "", nil, fmt.Errorf("cannot lock a directory: %w", err)
}

// hold locks a directory for as long as the file, or a child's copy of it, is open.
func hold(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sweep removes the directories that nobody holds. Those of other users, which it may not, it leaves.
func sweep(root string) {
	dirs, _ := filepath.Glob(filepath.Join(root, prefix+"*")) // the one error is a bad pattern
	for _, dir := range dirs {
		if lock, err := hold(dir); err == nil {
			os.RemoveAll(dir)
			lock.Close()
		}
	}
}
