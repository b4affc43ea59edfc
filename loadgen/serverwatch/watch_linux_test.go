package serverwatch

import (
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// cpuSlack is what the watch may see more or less than the processes say of
// themselves: two ticks of ended children, and what they do to tell.
const cpuSlack = 40 * time.Millisecond

func watch(t *testing.T, r *remote) *Watch {
	t.Helper()
	w, err := New(r.cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

// window watches what the server does in do, and checks its processor time
// against what it says itself.
func window(t *testing.T, w *Watch, r *remote, do func()) resultfile.ServerUse {
	t.Helper()
	before, began := r.ask("cpu", 0), time.Now()
	w.Begin()
	do()
	u := w.End()
	took := time.Since(began)
	said := time.Duration(r.ask("cpu", 0) - before)
	got := time.Duration(u.CPUSeconds * float64(time.Second))
	if off := got - said; off.Abs() > cpuSlack {
		t.Errorf("processor time is %v, the processes say %v", got, said)
	}
	if u.Seconds <= 0 || u.Seconds > took.Seconds() {
		t.Errorf("watched for %v s of %v", u.Seconds, took)
	}
	return u
}

func between(t *testing.T, what string, got, least, most int64) {
	t.Helper()
	if got < least || got > most {
		t.Errorf("%s: %d, want %d to %d", what, got, least, most)
	}
}

// look takes a sample as the beat does.
func look(t *testing.T, w *Watch) {
	t.Helper()
	w.halt()
	if _, err := w.take(nil); err != nil {
		t.Fatal(err)
	}
	w.stop, w.stopped = make(chan struct{}), make(chan struct{})
	go w.beats(0)
}

func TestSessions(t *testing.T) {
	r := serve(t, "server", true)
	w := watch(t, r)
	r.ask("fork", 3)
	idle := window(t, w, r, func() {})
	between(t, "processes", int64(idle.Processes), 4, 4)
	between(t, "processes before any session", int64(idle.BaseProcesses), 1, 1)
	if !(idle.BaseRSSBytes > 1<<20 && idle.RSSBytes > 2*idle.BaseRSSBytes) {
		t.Errorf("memory is %d bytes, %d before any session", idle.RSSBytes, idle.BaseRSSBytes)
	}
	busy := window(t, w, r, func() {
		r.ask("burn", 80)
		r.ask("self", 40)
		r.ask("hold", 32)
		r.ask("open", 50)
	})
	between(t, "memory that the sessions took", busy.RSSBytes-idle.RSSBytes, 3*32<<20-1<<20, 3*32<<20+12<<20)
	between(t, "descriptors that the sessions opened", busy.Descriptors-idle.Descriptors, 150, 150)
	between(t, "descriptors", idle.Descriptors, 4*3, 4*40)
	if busy.CPUSeconds < 0.28 {
		t.Errorf("processor time is %v s", busy.CPUSeconds)
	}
	after := window(t, w, r, func() {})
	if after.CPUSeconds > cpuSlack.Seconds() {
		t.Errorf("an idle server used %v s", after.CPUSeconds)
	}
}

func TestSessionsThatEnd(t *testing.T) {
	for _, role := range []string{"server", "careless server"} {
		t.Run(role, func(t *testing.T) {
			r := serve(t, role, true)
			w := watch(t, r)
			u := window(t, w, r, func() {
				r.ask("fork", 3)
				r.ask("burn", 70)
				look(t, w)
				r.ask("end", 0)
			})
			between(t, "processes", int64(u.Processes), 4, 4)
			if u.CPUSeconds < 0.2 {
				t.Errorf("processor time is %v s", u.CPUSeconds)
			}
		})
	}
}

// No sample need see a session: who waited for it has its time.
func TestSessionsBetweenSamples(t *testing.T) {
	r := serve(t, "server", true)
	w := watch(t, r)
	u := window(t, w, r, func() {
		w.halt()
		for range 4 {
			r.ask("fork", 1)
			r.ask("burn", 40)
			r.ask("end", 0)
		}
		look(t, w)
	})
	between(t, "processes", int64(u.Processes), 1, 1)
	if u.CPUSeconds < 0.15 {
		t.Errorf("processor time is %v s", u.CPUSeconds)
	}
}

func TestOrphans(t *testing.T) {
	r := serve(t, "server", true)
	w := watch(t, r)
	// In the group still, whoever the parent is.
	r.ask("orphan", 2)
	w.Begin()
	r.ask("burn", 50)
	u := w.End()
	between(t, "processes", int64(u.Processes), 3, 3)
	if u.CPUSeconds < 0.1 || u.CPUSeconds > 0.1+cpuSlack.Seconds() {
		t.Errorf("processor time is %v s", u.CPUSeconds)
	}
	// In no group or session of the server's, and without a parent: only one
	// that was seen in time is known.
	r.ask("stray", 1)
	w.Begin()
	u = w.End()
	between(t, "processes", int64(u.Processes), 3, 3)
}

// What was started beside the server by what started the load generator too is
// not the server's.
func TestSharedGroup(t *testing.T) {
	r := serve(t, "server", false)
	other := serve(t, "server", false)
	w := watch(t, r)
	r.ask("fork", 1)
	u := window(t, w, r, func() {
		other.ask("self", 60)
		r.ask("burn", 60)
	})
	between(t, "processes", int64(u.Processes), 2, 2)
	between(t, "processes before any session", int64(u.BaseProcesses), 1, 1)
}

func TestNoServer(t *testing.T) {
	c := start(&syscall.SysProcAttr{}, "session")
	_ = c.in.Close()
	// Ended, and not waited for yet.
	_, _ = c.out.ReadString('\n')
	for {
		p, err := newSystem().stat(int32(c.cmd.Process.Pid))
		if err != nil {
			t.Fatal(err)
		}
		if p.ended {
			break
		}
		runtime.Gosched()
	}
	if _, err := New(c.cmd.Process.Pid); err == nil || !strings.Contains(err.Error(), "no process") {
		t.Errorf("a process that ended: %v", err)
	}
	if err := c.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	for pid, want := range map[int]string{
		0: "is not a process ID", -1: "is not a process ID", 1 << 31: "is not a process ID", 1 << 40: "is not a process ID",
		os.Getpid():       "the load generator itself",
		c.cmd.Process.Pid: "there is no process",
	} {
		if w, err := New(pid); err == nil || w != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v, want %q", pid, err, want)
		}
	}
}

func TestServerThatEnds(t *testing.T) {
	r := start(&syscall.SysProcAttr{Setpgid: true}, "server")
	r.ask("hello", 0)
	w := watch(t, r)
	w.Begin()
	r.ask("self", 60)
	look(t, w)
	_ = r.in.Close()
	if err := r.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	ended := time.Now()
	u := w.End()
	if u.Processes != 1 || u.CPUSeconds < 0.06 || u.CPUSeconds > 0.06+cpuSlack.Seconds() {
		t.Errorf("%+v", u)
	}
	if u.Seconds > ended.Sub(w.first).Seconds() {
		t.Errorf("watched for %v s, of which the server was there %v", u.Seconds, ended.Sub(w.first))
	}
	w.Begin()
	if u := w.End(); u != (resultfile.ServerUse{}) {
		t.Errorf("nobody used %+v", u)
	}
}

func TestOrderOfCalls(t *testing.T) {
	r := serve(t, "server", true)
	before := runtime.NumGoroutine()
	w := watch(t, r)
	if u := w.End(); u != (resultfile.ServerUse{}) {
		t.Errorf("without a window: %+v", u)
	}
	w.Begin()
	w.Begin()
	if u := w.End(); u.Processes != 1 {
		t.Errorf("%+v", u)
	}
	if u := w.End(); u != (resultfile.ServerUse{}) {
		t.Errorf("a second time: %+v", u)
	}
	w.Begin()
	w.Close()
	w.Close()
	// One that has said its last word may still be counted.
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestParseStat(t *testing.T) {
	const line = "4711 (a) b (c)) S 10 20 30 0 -1 4194304 98 0 0 0 7 5 300 20 20 0 1 0 398313 3133440 381 18446744073709551615"
	p, ok := parseStat([]byte(line))
	want := process{id: id{start: 398313}, parent: 10, group: 20, session: 30, cpu: 120 * ms, reaped: 3200 * ms}
	if !ok || p != want {
		t.Errorf("%+v, want %+v", p, want)
	}
	if p, ok := parseStat([]byte(strings.Replace(line, "S", "Z", 1))); !ok || !p.ended {
		t.Errorf("%+v", p)
	}
	for _, cut := range []string{"", "4711", "4711 (", "4711 (a)", "4711 (a) ", "4711 (a) S 10 20", "4711 (a) S x 20 30 0 -1 4194304 98 0 0 0 7 5 300 20 20 0 1 0 398313 3133440"} {
		if p, ok := parseStat([]byte(cut)); ok {
			t.Errorf("%q: %+v", cut, p)
		}
	}
}

// Kernels before 6.2 do not count descriptors: their names are.
func TestDescriptors(t *testing.T) {
	r := serve(t, "server", true)
	pid := int32(r.cmd.Process.Pid)
	s := newSystem()
	counted := s.descriptors(pid)
	s.counted = false
	if listed := s.descriptors(pid); listed != counted || listed < 3 {
		t.Errorf("%d are listed, %d counted", listed, counted)
	}
	for _, s.counted = range []bool{true, false} {
		if n := s.descriptors(1 << 30); n != 0 {
			t.Errorf("a process that ended has %d", n)
		}
	}
}

// BenchmarkSample has 200 processes; the metric is what one of them costs.
func BenchmarkSample(b *testing.B) {
	r := start(&syscall.SysProcAttr{Setpgid: true}, "server")
	r.ask("fork", 200)
	defer func() {
		r.ask("end", 0)
		_ = r.in.Close()
		_ = r.cmd.Wait()
	}()
	w, err := New(r.cmd.Process.Pid)
	if err != nil {
		b.Fatal(err)
	}
	w.Begin()
	defer w.Close()
	w.halt()
	var cost time.Duration
	for b.Loop() {
		c, err := w.take(nil)
		if err != nil {
			b.Fatal(err)
		}
		cost += c
	}
	b.ReportMetric(float64(cost.Microseconds())/float64(b.N)/201, "cpu-µs/process")
}
