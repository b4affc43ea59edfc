package workers

import (
	"fmt"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// cutCase is a transfer that does not come to a good end, or does.
type cutCase struct {
	name   string
	op     stats.Op
	script func(size int64) scripted.Script

	// What must come of it; a zero phase with an empty class is a success.
	phase func(size int64) stats.Phase
	class stats.Class
	code  int
}

func always(p stats.Phase) func(int64) stats.Phase { return func(int64) stats.Phase { return p } }

const small, large = 1 << 10, 8 << 20

// queuedWhole is the phase of an upload that fails on the server's side: a small
// one has been handed to the kernel whole by then, a large one has not.
func queuedWhole(size int64) stats.Phase {
	if size == small {
		return stats.Finish
	}
	return stats.Payload
}

func cutCases() (cases []cutCase) {
	ends := map[string]scripted.End{"FIN": scripted.EndFIN, "RST": scripted.EndRST}
	for name, end := range ends {
		for _, code := range []int{226, 426, 451} {
			class := stats.ClassReply
			switch {
			case end == scripted.EndRST:
				class = stats.ClassReset
			case code == 226:
				class = stats.ClassShort
			}
			cases = append(cases, cutCase{
				name: fmt.Sprintf("retr cut by %s with %d", name, code), op: stats.Retr,
				script: func(size int64) scripted.Script {
					return scripted.Script{
						Download:   scripted.Download{Size: size, Stop: end, StopAfter: size / 2},
						Completion: scripted.NewReply(code, "as scripted"),
					}
				},
				phase: always(stats.Payload), class: class, code: code,
			})
		}
	}
	return append(cases,
		cutCase{
			name: "retr cut by FIN without a word", op: stats.Retr,
			script: func(size int64) scripted.Script {
				return scripted.Script{
					Download:   scripted.Download{Size: size, Stop: scripted.EndFIN, StopAfter: size / 2},
					Completion: scripted.Reply{Silent: true},
				}
			},
			phase: always(stats.Finish), class: stats.ClassTimeout,
		},
		cutCase{
			name: "retr with a byte too many", op: stats.Retr,
			script: func(size int64) scripted.Script {
				return scripted.Script{Download: scripted.Download{Size: size, Extra: 1}}
			},
			phase: always(stats.Payload), class: stats.ClassLong, code: 226,
		},
		cutCase{
			name: "retr that stalls", op: stats.Retr,
			script: func(size int64) scripted.Script {
				return scripted.Script{Download: scripted.Download{Size: size, Stop: scripted.EndHold, StopAfter: size / 2}}
			},
			phase: always(stats.Payload), class: stats.ClassStalled,
		},
		cutCase{
			name: "retr whole with 451", op: stats.Retr,
			script: func(size int64) scripted.Script {
				return scripted.Script{Download: scripted.Download{Size: size}, Completion: scripted.NewReply(451, "disk")}
			},
			phase: always(stats.Finish), class: stats.ClassReply, code: 451,
		},
		cutCase{
			name: "stor whose server stops reading", op: stats.Stor,
			script: func(int64) scripted.Script {
				return scripted.Script{Upload: scripted.Upload{Stop: scripted.EndHold, StopAfter: 100}}
			},
			phase: queuedWhole, class: "",
		},
		cutCase{
			name: "stor reset after hand-over that says 226", op: stats.Stor,
			script: func(int64) scripted.Script {
				return scripted.Script{Upload: scripted.Upload{End: scripted.EndRST}}
			},
			phase: always(stats.Finish), class: stats.ClassReset, code: 226,
		},
		cutCase{
			name: "stor reset in its midst that says 226", op: stats.Stor,
			script: func(int64) scripted.Script {
				return scripted.Script{Upload: scripted.Upload{Stop: scripted.EndRST, StopAfter: 100}}
			},
			phase: queuedWhole, class: stats.ClassReset, code: 226,
		},
		cutCase{
			name: "stor closed with bytes unread that says 226", op: stats.Stor,
			script: func(int64) scripted.Script {
				return scripted.Script{Upload: scripted.Upload{Stop: scripted.EndFIN, StopAfter: 100}}
			},
			phase: queuedWhole, class: stats.ClassReset, code: 226,
		},
		cutCase{
			name: "stor refused at the end with 452", op: stats.Stor,
			script: func(int64) scripted.Script {
				return scripted.Script{Completion: scripted.NewReply(452, "disk full")}
			},
			phase: always(stats.Finish), class: stats.ClassReply, code: 452,
		},
		cutListing("list cut by FIN with 426", stats.List, stats.Finish, stats.ClassReply, 426, scripted.Download{Stop: scripted.EndFIN}),
		cutListing("mlsd cut by RST with 226", stats.Mlsd, stats.Payload, stats.ClassReset, 226, scripted.Download{Stop: scripted.EndRST}),
		cutListing("nlst cut by RST with 426", stats.Nlst, stats.Payload, stats.ClassReset, 426, scripted.Download{Stop: scripted.EndRST}),
		cutListing("list whole with 426 after FIN", stats.List, stats.Finish, stats.ClassReply, 426, scripted.Download{}),
		cutListing("nlst that stalls", stats.Nlst, stats.Payload, stats.ClassStalled, 0, scripted.Download{Stop: scripted.EndHold}),
		cutCase{
			name: "appe reset after hand-over that says 226", op: stats.Appe,
			script: func(int64) scripted.Script {
				return scripted.Script{Upload: scripted.Upload{End: scripted.EndRST}}
			},
			phase: always(stats.Finish), class: stats.ClassReset, code: 226,
		},
		whole("list", stats.List, nil),
		whole("mlsd with 250", stats.Mlsd, func(s *scripted.Script) { s.Completion = scripted.NewReply(250, "done") }),
		whole("nlst with 226 before EOF", stats.Nlst, func(s *scripted.Script) { s.CompletionBeforeEOF = true }),
		whole("appe", stats.Appe, nil),
		whole("retr", stats.Retr, nil),
		whole("retr with 250", stats.Retr, func(s *scripted.Script) { s.Completion = scripted.NewReply(250, "done") }),
		whole("retr with 125", stats.Retr, func(s *scripted.Script) { s.Preliminary = scripted.NewReply(125, "go") }),
		whole("retr with replies of many lines", stats.Retr, func(s *scripted.Script) {
			s.Preliminary = scripted.NewReply(150, "one", " 226 not yet", "three")
			s.Completion = scripted.NewReply(226, "one", "two")
		}),
		whole("retr with 226 before EOF", stats.Retr, func(s *scripted.Script) {
			s.CompletionBeforeEOF = true
			s.Delays.EOF = 20 * time.Millisecond
		}),
		whole("retr with replies in one segment", stats.Retr, func(s *scripted.Script) { s.OneSegment = scripted.RepliesFirst }),
		whole("retr with dribbled replies", stats.Retr, func(s *scripted.Script) {
			s.Completion = scripted.Reply{Raw: "226 slow\r\n", Dribble: time.Millisecond}
		}),
		whole("stor", stats.Stor, nil),
		whole("stor with 250", stats.Stor, func(s *scripted.Script) { s.Completion = scripted.NewReply(250, "done") }),
		whole("stor with 226 before EOF", stats.Stor, func(s *scripted.Script) { s.CompletionBeforeEOF = true }),
		whole("stor with the data connection left open", stats.Stor, func(s *scripted.Script) { s.Upload.End = scripted.EndHold }),
	)
}

// cutListing ends a listing badly: half of it, if the end says Stop.
func cutListing(name string, op stats.Op, p stats.Phase, c stats.Class, code int, d scripted.Download) cutCase {
	return cutCase{name: name, op: op, phase: always(p), class: c, code: code, script: func(size int64) scripted.Script {
		d := d // the closure is called by many
		d.Listings, d.StopAfter = listings(size), size/2
		return scripted.Script{Download: d, Completion: scripted.NewReply(max(code, 226), "as scripted")}
	}}
}

func whole(name string, op stats.Op, change func(*scripted.Script)) cutCase {
	return cutCase{name: "whole " + name, op: op, script: func(size int64) scripted.Script {
		s := scripted.Script{Download: scripted.Download{Size: size, Listings: listings(size)}}
		if change != nil {
			change(&s)
		}
		return s
	}}
}

// TestCutOffTransfersFail is the matrix of ends, good and bad, in every mode
// and in two sizes: each bad one fails in the right phase with the right code
// and leaves no latency behind, each good one succeeds.
func TestCutOffTransfersFail(t *testing.T) {
	block := testBlock(t)
	atOnce := make(chan struct{}, 8)
	for _, c := range cutCases() {
		for _, mode := range strictModes() {
			for _, size := range []int64{small, large} {
				t.Run(fmt.Sprintf("%s/%s/%d", c.name, mode, size), func(t *testing.T) {
					t.Parallel()
					atOnce <- struct{}{}
					defer func() { <-atOnce }()
					clock := stats.NewClock(time.Now())
					server := startScripted(t, clock, c.script(size))
					session := openAt(t, server.Addr(), clock, mode, c.timeouts(), false)
					sample, _ := transfer(session, c.op, size, block)
					c.check(t, sample, size)
					checkRecorded(t, sample)
				})
			}
		}
	}
}

// timeouts are short where one of them is waited for, and out of a busy machine's way elsewhere.
func (c cutCase) timeouts() wire.Timeouts {
	if c.phase == nil {
		return wire.Timeouts{Connect: 10 * time.Second, Reply: 10 * time.Second, Accept: 10 * time.Second, Stall: 10 * time.Second}
	}
	return shortTimeouts()
}

func (c cutCase) check(t *testing.T, s *stats.Sample, size int64) {
	t.Helper()
	if c.phase == nil {
		if s.Failure != nil {
			t.Fatalf("failed: %+v", s.Failure)
		}
		if s.Bytes != size {
			t.Fatalf("%d bytes, want %d", s.Bytes, size)
		}
		return
	}
	f := s.Failure
	if f == nil {
		t.Fatal("taken for a success")
	}
	class := c.class
	if class == "" { // a server that stops reading: silent, or a stall
		class = stats.ClassTimeout
		if size == large {
			class = stats.ClassStalled
		}
	}
	if f.Phase != c.phase(size) || f.Class != class || f.Code != c.code {
		t.Errorf("%s, class %s, code %d: want %s, %s, %d (%s)", f.Phase, f.Class, f.Code, c.phase(size), class, c.code, f.Text)
	}
}

// checkRecorded records the sample in an open window and looks where it went.
func checkRecorded(t *testing.T, s *stats.Sample) {
	t.Helper()
	r := recorder.NewRecorder("v", 1, 1, 1)
	r.OpenWindow(1)
	r.Shard(0).Record(nil, s)
	_, trial := r.Finish(s.Moments[stats.T8]+1, true)
	result := &resultfile.Result{Trials: []*resultfile.Trial{trial}, Variants: []resultfile.Variant{{Variant: "v", Trial: 1}}}
	sum := summary.Of(result)
	if len(sum.Series) != 1 {
		t.Fatalf("%d series", len(sum.Series))
	}
	x := sum.Series[0]
	if s.Failure == nil {
		if x.OK != 1 || x.Failed != 0 || x.Latency[stats.Service] == nil || x.Bytes != s.Bytes {
			t.Errorf("a success was recorded as %+v", x)
		}
		return
	}
	if x.OK != 0 || x.Failed != 1 || x.Bytes != 0 || len(sum.Errors) != 1 {
		t.Errorf("a failure was recorded as %+v", x)
	}
	for p, l := range x.Latency {
		if l != nil && l.Count > 0 {
			t.Errorf("a failure left a latency in %s", p)
		}
	}
	if x.Throughput != nil && x.Throughput.Count > 0 {
		t.Error("a failure left a throughput")
	}
}

var _ = profiles.EPSV
