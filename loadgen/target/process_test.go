package target

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary play the processes around a target.
func TestMain(m *testing.M) {
	role := ""
	if len(os.Args) > 1 {
		role = os.Args[1]
	}
	switch role {
	case "serve": // a supervised server
		if err := Supervise(context.Background(), os.Stdin, os.Stdout, Config{}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "parent": // starts one and waits to be killed
		p, err := Start(context.Background(), nil, os.Args[0], "serve")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(p.Addr)
		time.Sleep(time.Minute)
	case "fail": // dies at once
		fmt.Fprintln(os.Stderr, "no such luck")
		os.Exit(3)
	case "babble": // says something else
		fmt.Println("hello")
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "mute": // says nothing
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "silent exit":
	default:
		os.Exit(m.Run())
	}
}

func self(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return exe
}

func gone(addr netip.AddrPort) func() bool {
	return func() bool {
		c, err := net.Dial("tcp", addr.String())
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	}
}

func TestProcessServesItsLoginAndStops(t *testing.T) {
	p, err := Start(t.Context(), nil, self(t), "serve")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	if p.PID == os.Getpid() || p.PID <= 0 || !p.Addr.Addr().IsLoopback() {
		t.Errorf("process %d at %s", p.PID, p.Addr)
	}
	c := dial(t, p.Addr)
	c.do(331, "USER %s", p.User)
	c.do(230, "PASS %s", p.Password)
	wrong := dial(t, p.Addr)
	wrong.do(331, "USER %s", p.User)
	wrong.do(530, "PASS guess")
	select {
	case <-p.done:
		t.Error("done before Stop")
	default:
	}
	for range 2 {
		if err := p.Stop(); err != nil {
			t.Errorf("Stop: %v", err)
		}
	}
	select {
	case <-p.done:
	default:
		t.Error("not done after Stop")
	}
	if !gone(p.Addr)() {
		t.Error("the server is still there")
	}
}

func TestProcessThatDiesIsNoticed(t *testing.T) {
	p, err := Start(t.Context(), nil, self(t), "serve")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		t.Error("its death went unnoticed")
	}
	if err := p.Stop(); err == nil || err != p.Stop() {
		t.Errorf("Stop: %v, then %v", err, p.Stop())
	}
}

func TestStartSaysWhyItFailed(t *testing.T) {
	tests := []struct{ exe, role, text string }{
		{self(t), "fail", "exit status 3; its output: no such luck"},
		{self(t), "babble", `it printed "hello", want READY ftp://HOST:PORT/`},
		{self(t), "silent exit", "it exited before it was ready"},
		{"/does/not/exist", "serve", "start the target: "},
	}
	for _, test := range tests {
		t.Run(test.role, func(t *testing.T) {
			p, err := Start(t.Context(), nil, test.exe, test.role)
			if err == nil {
				_ = p.Stop()
				t.Fatal("started")
			}
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %q, want it to say %q", err, test.text)
			}
		})
	}
}

func TestStartEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := Start(ctx, nil, self(t), "mute"); err == nil || !strings.Contains(err.Error(), context.DeadlineExceeded.Error()) {
		t.Errorf("error: %v", err)
	}
}

func TestProcessOutlivesTheContextOfItsStart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p, err := Start(ctx, nil, self(t), "serve")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	dial(t, p.Addr)
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

// A parent that is killed runs no code; the kernel closes its end of the pipe.
func TestProcessEndsWhenItsParentIsKilled(t *testing.T) {
	parent := exec.Command(self(t), "parent")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	addr, err := netip.ParseAddrPort(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	dial(t, addr) // it is there, with an open session
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	eventually(t, "the target is gone", gone(addr))
}

// supervised runs Supervise in this process and returns the ends of its pipes.
func supervised(t *testing.T, ctx context.Context, cfg Config) (in *io.PipeWriter, out *bufio.Reader, ended chan error) {
	t.Helper()
	stdin, in := io.Pipe()
	r, stdout := io.Pipe()
	ended = make(chan error, 1)
	go func() {
		ended <- Supervise(ctx, stdin, stdout, cfg)
		_ = stdout.Close()
	}()
	t.Cleanup(func() { _ = in.Close() })
	return in, bufio.NewReader(r), ended
}

func TestSupervisedServerEndsWithItsInput(t *testing.T) {
	in, out, ended := supervised(t, t.Context(), Config{Listen: "127.0.0.1:0"})
	line, err := json.Marshal(login{User: "u", Password: `p"\x`})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	ready, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	addr, err := parseReady(strings.TrimSuffix(ready, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, addr)
	c.do(331, "USER u")
	c.do(230, `PASS p"\x`)
	_ = in.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !gone(addr)() {
		t.Error("the server is still there")
	}
	if rest, _ := io.ReadAll(out); len(rest) != 0 {
		t.Errorf("more than one line: %q", rest)
	}
}

func TestSupervisedServerEndsWithItsContext(t *testing.T) {
	for _, started := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		in, out, ended := supervised(t, ctx, Config{})
		if started {
			_, _ = io.WriteString(in, `{"user":"u","password":"p"}`+"\n")
			if _, err := out.ReadString('\n'); err != nil {
				t.Fatal(err)
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("started %v: %v", started, err)
		}
	}
}

func TestSupervisedServerWantsALogin(t *testing.T) {
	tests := []struct{ name, input, text string }{
		{"nothing", "", "ended before the login line"},
		{"half a line", `{"user":"u","password":"p"}`, "ended before the login line"},
		{"not JSON", "u:hunter2\n", "is not {"},
		{"no password", `{"user":"u"}` + "\n", "is not {"},
		{"no user", `{"password":"hunter2"}` + "\n", "is not {"},
		{"no end", strings.Repeat("x", 2*maxLine), "longer than 4096 bytes"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			err := Supervise(t.Context(), strings.NewReader(test.input), &out, Config{})
			if err == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %v, want it to say %q", err, test.text)
			}
			if strings.Contains(fmt.Sprint(err), "hunter2") || out.Len() > 0 {
				t.Errorf("error %v, output %q", err, &out)
			}
		})
	}
}
