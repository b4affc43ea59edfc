package serverwatch

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary play a server and its sessions. Both obey lines
// on their standard input and answer each with a line; a session ends with its
// input.
func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	switch role {
	case "server", "careless server":
		s := &server{careless: role != "server"}
		if s.careless { // children that nobody waits for
			signal.Ignore(syscall.SIGCHLD)
		}
		obey(s.do)
	case "session":
		obey((&session{}).do)
	case "starter": // starts a session, which inherits the pipes, and leaves it
		c := exec.Command(os.Args[0], "session")
		c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
		c.SysProcAttr = &syscall.SysProcAttr{Setsid: len(os.Args) > 2}
		if err := c.Start(); err != nil {
			panic(err)
		}
	default:
		os.Exit(m.Run())
	}
}

// obey answers lines until there are no more.
func obey(do func(verb string, n int) int64) {
	in := bufio.NewReader(os.Stdin)
	for {
		var verb string
		var n int
		if _, err := fmt.Fscanln(in, &verb, &n); err != nil {
			return
		}
		fmt.Println(do(verb, n))
	}
}

// session is a process that works when told to.
type session struct{ memory [][]byte }

func (s *session) do(verb string, n int) int64 {
	switch verb {
	case "burn": // milliseconds
		until := used(syscall.RUSAGE_SELF) + time.Duration(n)*time.Millisecond
		for used(syscall.RUSAGE_SELF) < until {
		}
	case "hold": // MiB
		b, err := syscall.Mmap(-1, 0, n<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			panic(err)
		}
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		s.memory = append(s.memory, b)
	case "open": // descriptors
		for range n {
			if _, err := syscall.Open("/dev/null", syscall.O_RDONLY, 0); err != nil {
				panic(err)
			}
		}
	case "cpu":
		return int64(used(syscall.RUSAGE_SELF))
	}
	return 0
}

func used(who int) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// server is a listener with sessions, which does what they are told itself or
// passes it on.
type server struct {
	own      session
	careless bool
	sessions []*remote
	ended    time.Duration // what careless servers' sessions said they had used
}

func (s *server) do(verb string, n int) int64 {
	switch verb {
	case "fork": // so many sessions
		for range n {
			s.sessions = append(s.sessions, run("session"))
		}
	case "orphan", "stray": // a session that nobody is the parent of, and one in a session of its own
		for range n {
			role := []string{"starter"}
			if verb == "stray" {
				role = append(role, "away")
			}
			r := run(role...)
			if err := r.cmd.Wait(); err != nil {
				panic(err)
			}
			r.cmd = nil
			s.sessions = append(s.sessions, r)
		}
	case "end": // all sessions
		for _, r := range s.sessions {
			if s.careless {
				s.ended += time.Duration(r.ask("cpu", 0))
			}
			_ = r.in.Close()
			_, _ = r.out.ReadString('\n') // to its end
			if r.cmd != nil && !s.careless {
				if err := r.cmd.Wait(); err != nil {
					panic(err)
				}
			}
		}
		s.sessions = nil
	case "cpu": // of all that there are and were
		sum := used(syscall.RUSAGE_SELF) + used(syscall.RUSAGE_CHILDREN) + s.ended
		for _, r := range s.sessions {
			sum += time.Duration(r.ask("cpu", 0))
		}
		return int64(sum)
	case "self":
		s.own.do("burn", n)
	default:
		for _, r := range s.sessions {
			r.ask(verb, n)
		}
	}
	return 0
}

// remote is a process that obeys.
type remote struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// run starts one and waits until it answers.
func run(role ...string) *remote {
	r := start(nil, role...)
	r.ask("hello", 0)
	return r
}

func start(attr *syscall.SysProcAttr, role ...string) *remote {
	c := exec.Command(os.Args[0], role...)
	// The race detector sleeps for a second at exit.
	c.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	c.SysProcAttr, c.Stderr = attr, os.Stderr
	in, inw, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	outr, out, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	c.Stdin, c.Stdout = in, out
	if err := c.Start(); err != nil {
		panic(err)
	}
	_, _ = in.Close(), out.Close()
	return &remote{cmd: c, in: inw, out: bufio.NewReader(outr)}
}

// ask has it do something and returns its answer.
func (r *remote) ask(verb string, n int) (answer int64) {
	if _, err := fmt.Fprintln(r.in, verb, n); err != nil {
		panic(err)
	}
	line, err := r.out.ReadString('\n')
	if err != nil {
		panic(fmt.Sprintf("%s: %v", verb, err))
	}
	if _, err := fmt.Sscan(strings.TrimSpace(line), &answer); err != nil {
		panic(err)
	}
	return answer
}

// serve starts a server in a process group of its own, or in that of the test.
func serve(t *testing.T, role string, group bool) *remote {
	t.Helper()
	r := start(&syscall.SysProcAttr{Setpgid: group}, role)
	r.ask("hello", 0)
	t.Cleanup(func() {
		r.ask("end", 0)
		_ = r.in.Close()
		if err := r.cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	return r
}
