package workers

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// serviceJobs are the operations without a data connection, with the verbs that
// each is made of.
func serviceJobs() map[string]Job {
	return map[string]Job{
		"DELE x":          {Op: stats.Dele, Path: "x"},
		"RNFR x,RNTO y z": {Op: stats.Rename, Path: "x", To: "y z"},
		"MKD d":           {Op: stats.Mkd, Path: "d"},
		"RMD d":           {Op: stats.Rmd, Path: "d"},
		"SIZE x":          {Op: stats.Size, Path: "x", Want: 77},
		"NOOP":            {Op: stats.Noop},
	}
}

// TestServiceAgreesWithTheServer compares the first and the last moment of the
// operations without a data connection with those of a server that takes its
// time over each reply.
func TestServiceAgreesWithTheServer(t *testing.T) {
	const operations, attempts = 5, 5
	const tolerance = 4 * time.Millisecond // of the medians; every delay is five times that or more
	delays := map[string]time.Duration{}
	for i, verb := range []string{"DELE", "RNFR", "RNTO", "MKD", "RMD", "SIZE", "NOOP"} {
		delays[verb] = time.Duration(20+5*i) * time.Millisecond
	}
	for lines, job := range serviceJobs() {
		t.Run(job.Op.String(), func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			server := startScripted(t, clock, scripted.Script{
				Delays: scripted.Delays{Verbs: delays}, Download: scripted.Download{Size: 77},
			})
			s := openAt(t, server.Addr(), clock, profiles.EPSV, wire.Timeouts{}, false)
			want := strings.Split(lines, ",")
			var off string
			for range attempts {
				before := len(server.Sessions()[0].Commands)
				var first, last []time.Duration
				for range operations {
					due := clock()
					job.Due = due
					sample := s.Do(&job)
					if sample.Failure != nil {
						t.Fatal(sample.Failure)
					}
					if sample.Op != job.Op || sample.Mode != stats.NoMode || sample.Moments[stats.T0] != due ||
						sample.Commands != len(want) || sample.Connects != 0 || sample.Bytes != 0 || sample.SizeUnverified {
						t.Fatalf("%+v", sample)
					}
					log := server.Sessions()[0].Commands[before:]
					before += len(log)
					for i, c := range log {
						if c.Line != want[i] {
							t.Fatalf("sent %q, want %q", c.Line, want[i])
						}
					}
					first = append(first, log[0].Received.Sub(sample.Moments[stats.T1]).Abs())
					last = append(last, log[len(log)-1].Replied.Before.Sub(sample.Moments[stats.T8]).Abs())
					if service, ok := sample.Span(stats.Service); !ok || service < delays[strings.ToUpper(job.Op.String())] {
						t.Fatalf("service took %v", service)
					}
					for _, p := range []stats.Phase{stats.Negotiate, stats.Startup, stats.Command, stats.TTFB, stats.Payload, stats.Finish} {
						if d, ok := sample.Span(p); ok {
							t.Fatalf("%s of %v", p, d)
						}
					}
				}
				if off = ""; median(first) > tolerance || median(last) > tolerance {
					off = fmt.Sprintf("t1 is %v, t8 %v from the server's", first, last)
					continue
				}
				break
			}
			if off != "" {
				t.Error(off)
			}
		})
	}
}

// TestServiceFailures has the server answer each command in every wrong way.
func TestServiceFailures(t *testing.T) {
	raw := func(s string) scripted.Reply { return scripted.Reply{Raw: s} }
	for name, c := range map[string]struct {
		op     stats.Op
		verb   string
		reply  scripted.Reply
		class  stats.Class
		code   int
		usable bool
	}{
		"dele refused":               {stats.Dele, "DELE", raw("550 No.\r\n"), stats.ClassReply, 550, true},
		"dele busy":                  {stats.Dele, "DELE", raw("450 Busy.\r\n"), stats.ClassReply, 450, true},
		"dele hung up":               {stats.Dele, "DELE", raw("421 Bye.\r\n"), stats.ClassReply, 421, false},
		"dele with 200":              {stats.Dele, "DELE", raw("200 Done.\r\n"), "", 0, true},
		"rename refused at first":    {stats.Rename, "RNFR", raw("550 No.\r\n"), stats.ClassReply, 550, true},
		"rename refused at last":     {stats.Rename, "RNTO", raw("553 No.\r\n"), stats.ClassReply, 553, true},
		"rename done too early":      {stats.Rename, "RNFR", raw("250 Done.\r\n"), stats.ClassMalformed, 250, true},
		"rename asks once more":      {stats.Rename, "RNTO", raw("350 And?\r\n"), stats.ClassMalformed, 350, false},
		"rename hung up at last":     {stats.Rename, "RNTO", raw("421 Bye.\r\n"), stats.ClassReply, 421, false},
		"mkd with a preliminary":     {stats.Mkd, "MKD", raw("150 Soon.\r\n"), stats.ClassMalformed, 150, false},
		"mkd unknown":                {stats.Mkd, "MKD", raw("502 What?\r\n"), stats.ClassReply, 502, true},
		"rmd refused":                {stats.Rmd, "RMD", raw("550 Not empty.\r\n"), stats.ClassReply, 550, true},
		"size refused":               {stats.Size, "SIZE", raw("550 No.\r\n"), stats.ClassReply, 550, true},
		"size without a number":      {stats.Size, "SIZE", raw("213 many\r\n"), stats.ClassMalformed, 213, true},
		"size in another code":       {stats.Size, "SIZE", raw("200 77\r\n"), stats.ClassMalformed, 200, true},
		"size too small":             {stats.Size, "SIZE", raw("213 76\r\n"), stats.ClassShort, 213, true},
		"size too large":             {stats.Size, "SIZE", raw("213 78\r\n"), stats.ClassLong, 213, true},
		"size in many lines":         {stats.Size, "SIZE", raw("213-It is\r\n213 77\r\n"), "", 0, true},
		"noop not understood":        {stats.Noop, "NOOP", raw("hello\r\n"), stats.ClassMalformed, 0, false},
		"noop closed":                {stats.Noop, "NOOP", scripted.Reply{Silent: true, End: scripted.EndFIN}, stats.ClassClosed, 0, false},
		"noop reset":                 {stats.Noop, "NOOP", scripted.Reply{Silent: true, End: scripted.EndRST}, stats.ClassReset, 0, false},
		"noop unanswered":            {stats.Noop, "NOOP", scripted.Reply{Silent: true}, stats.ClassTimeout, 0, false},
		"noop answered twice":        {stats.Noop, "NOOP", raw("200 Fine.\r\n200 Fine.\r\n"), "", 0, false},
		"noop and the server leaves": {stats.Noop, "NOOP", raw("200 Fine.\r\n421 Bye.\r\n"), "", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			server := startScripted(t, clock, scripted.Script{
				Replies: map[string]scripted.Reply{c.verb: c.reply}, Download: scripted.Download{Size: 77},
			})
			s := openAt(t, server.Addr(), clock, profiles.EPRT, shortTimeouts(), false)
			sample := s.Do(&Job{Op: c.op, Path: "a", To: "b", Want: 77})
			switch f := sample.Failure; {
			case c.class == "" && f != nil:
				t.Errorf("%+v", f)
			case c.class == "":
			case f == nil:
				t.Error("taken for a success")
			case f.Phase != stats.Service || f.Class != c.class || f.Code != c.code || f.Text == "":
				t.Errorf("%+v", f)
			}
			if s.Usable() != c.usable {
				t.Errorf("usable: %v", s.Usable())
			}
			checkRecorded(t, sample)
			if !c.usable {
				return
			}
			server.SetScript(scripted.Script{Download: scripted.Download{Size: 1000}})
			if sample, _ := transfer(s, stats.Retr, 1000, nil); sample.Failure != nil {
				t.Errorf("the next operation: %v", sample.Failure)
			}
		})
	}
}

// TestSizeOfUnknownWant takes any size.
func TestSizeOfUnknownWant(t *testing.T) {
	clock := stats.NewClock(time.Now())
	server := startScripted(t, clock, scripted.Script{Download: scripted.Download{Size: 5}})
	s := openAt(t, server.Addr(), clock, profiles.EPSV, shortTimeouts(), false)
	if sample := s.Do(&Job{Op: stats.Size, Path: "x", Want: -1}); sample.Failure != nil || sample.SizeUnverified {
		t.Errorf("%+v", sample)
	}
	if sample := s.Do(&Job{Op: stats.Login}); sample.Failure == nil {
		t.Error("a session logged in a second time")
	}
}
