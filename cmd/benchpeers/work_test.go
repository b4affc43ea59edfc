//go:build benchpeers && linux

package benchpeers

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// unit is what a kind of work is counted in.
type unit int

const (
	gib unit = iota
	operation
)

// measure is what a floor is about.
type measure int

const (
	speed measure = iota // units a second
	cpu                  // the client's processor time for a unit
)

// client is a program that does the work.
type client struct {
	name string
	// argv is the command that takes a turn.
	argv func(turn) ([]string, error)
	// rate, if set, reads the units a second from what the command printed. Such a client is
	// run once a repetition, no server sees it, and its processor time does not count.
	rate func(stdout []byte) (float64, error)
	curl bool // it is curl, and takes its flags
}

// turn is what one process of a client is to do.
type turn struct {
	server *servers.Server
	units  int
	dir    string     // its own
	from   netip.Addr // the address to connect from, if it is valid
}

// floor is what a ratio must be.
type floor struct {
	ours, theirs string // names of clients
	what         measure
	limit        float64 // at most, for cpu; at least, for speed
}

// work is one kind of work, done by each client on the same server.
type work struct {
	name   string // for BENCH_ONLY
	title  string
	unit   unit
	server servers.Kind
	opts   servers.Options
	files  map[string]int64 // on the server, with their sizes
	upload bool             // the direction that is counted at the server
	size   int64            // of one transfer
	// A client does low units, then high. The difference is what high-low units take, without
	// start-up, log-in and preparation.
	low, high int
	limit     time.Duration // of one process
	active    bool          // the server connects: every process has an address of its own
	paced     bool          // at a given rate: speed is nothing to be shown
	clients   []client
	floors    []floor
	twins     [2]string                          // two clients that do the same: how far their ratios are from 1
	embedded  string                             // path of ftpmark, which serves in place of server and keeps no log
	tailor    func(*work, *servers.Server) error // changes the work to suit the server, if set
}

// figures are what one client took in one repetition.
type figures struct {
	rate float64 // units a second; 0: unknown
	cpu  float64 // seconds a unit; 0: unknown
	rss  int64   // bytes
	argv []string
}

// result is what all clients took in all repetitions.
type result struct {
	work
	figures map[string][]*figures // by client and repetition; nil: it failed then
	failed  map[string]string     // the last reason
	tried   map[string]int        // how often it was run
}

func (w work) label() string { return w.name }

func (w work) run(t *testing.T, c conditions) part {
	t.Helper()
	return w.repeated(t, c).part(c.reps)
}

// repeated starts the server and does the work as often as is asked for.
func (w work) repeated(t *testing.T, c conditions) result {
	t.Helper()
	// Less or more of the work, but for what each session must do at the least.
	w.high = max(w.low+1, w.low+int(float64(w.high-w.low)*c.scale))
	s, stop := w.start(t)
	defer stop()
	for name, size := range w.files {
		err := provide(s, name, size, c.content)
		if err == nil && w.embedded != "" {
			err = upload(s, name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if w.tailor != nil {
		if err := w.tailor(&w, s); err != nil {
			t.Fatalf("%s: %v", w.name, err)
		}
	}
	return w.measured(t, s, c.reps)
}

// measured does the work reps times.
func (w work) measured(t *testing.T, s *servers.Server, reps int) result {
	t.Helper()
	r := result{work: w, figures: map[string][]*figures{}, failed: map[string]string{}, tried: map[string]int{}}
	failures, stalled := map[string]int{}, map[string]bool{}
	for rep := range reps {
		order := slices.Clone(w.clients)
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, c := range order {
			var f *figures
			// Past half there will be no ratio, and one that has stalled is not waited for again.
			if 2*failures[c.name] < reps && !stalled[c.name] {
				r.tried[c.name]++
				got, err := w.once(s, c)
				if err != nil {
					failures[c.name]++
					stalled[c.name] = errors.Is(err, errStalled)
					time.Sleep(time.Second) // the server may still be at what a client that was killed had begun
					r.failed[c.name] = err.Error()
					t.Logf("%s: %s, repetition %d: %v", w.name, c.name, rep+1, err)
				} else {
					f = &got
					if rep == 0 {
						command := strings.ReplaceAll(strings.Join(f.argv, " "), s.Pass, "***")
						t.Logf("%s: %s: %.400s", w.name, c.name, command)
					}
				}
			}
			r.figures[c.name] = append(r.figures[c.name], f)
		}
	}
	return r
}

// provide puts a file of the given size on the server: a link to content, or its beginning.
func provide(s *servers.Server, name string, size int64, content string) error {
	st, err := os.Stat(content)
	if err != nil {
		return err
	}
	if size == st.Size() {
		if err := os.Link(content, filepath.Join(s.DataDir, name)); err == nil {
			return nil
		}
	}
	f, err := os.Open(content)
	if err != nil {
		return err
	}
	defer f.Close()
	b := make([]byte, size)
	if _, err := f.ReadAt(b, 0); err != nil {
		return err
	}
	return s.WriteFile(name, b)
}

// once measures one client once.
func (w work) once(s *servers.Server, c client) (figures, error) {
	if c.rate != nil {
		u, err := w.do(s, c, w.high, false)
		if err != nil {
			return figures{}, err
		}
		rate, err := c.rate(u.stdout)
		return figures{rate: rate, rss: u.rss, argv: u.argv}, err
	}
	few, err := w.do(s, c, w.low, true)
	if err != nil {
		return figures{}, err
	}
	many, err := w.do(s, c, w.high, true)
	if err != nil {
		return figures{}, err
	}
	units := float64(w.high - w.low)
	f := figures{rss: many.rss, argv: many.argv}
	// On a busy machine there may be no difference but noise: then there is no figure.
	if wall := many.wall - few.wall; wall > 0 {
		f.rate = units / wall.Seconds()
	}
	if spent := many.cpu - few.cpu; spent > 0 {
		f.cpu = spent.Seconds() / units
	}
	return f, nil
}

// do has a client do so many units. With seen the server must have logged each transfer, whole:
// what a client says of itself is not asked.
func (w work) do(s *servers.Server, c client, units int, seen bool) (usage, error) {
	dir, err := os.MkdirTemp(filepath.Dir(s.DataDir), "client-")
	if err != nil {
		return usage{}, err
	}
	defer os.RemoveAll(dir)
	one := turn{server: s, units: units, dir: dir}
	if w.active { // what is left of the last one's connections is in nobody's way
		one.from = loopbackAddress()
	}
	argv, err := c.argv(one)
	if err != nil {
		return usage{}, err
	}
	seen = seen && w.embedded == ""
	var before []servers.Transfer
	if seen {
		if before, err = s.Transfers(); err != nil {
			return usage{}, err
		}
	}
	u, err := process(argv, dir, w.limit)
	u.argv = argv
	if err != nil || !seen {
		return u, err
	}
	var whole int
	for end := time.Now().Add(time.Second); ; time.Sleep(20 * time.Millisecond) {
		all, err := s.Transfers()
		if err != nil {
			return u, err
		}
		whole = 0
		for _, t := range all[len(before):] {
			if t.Upload == w.upload && t.Complete && t.Bytes == w.size {
				whole++
			}
		}
		if whole >= units || time.Now().After(end) {
			break
		}
	}
	if whole != units {
		return u, fmt.Errorf("%d whole transfers at the server, not %d", whole, units)
	}
	return u, nil
}
