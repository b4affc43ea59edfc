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

// TestRefusedREST is a failure of the command, in every mode and whether or not
// the server has connected by then, and leaves the session as it was.
func TestRefusedREST(t *testing.T) {
	for _, mode := range strictModes() {
		for _, when := range []scripted.Connect{scripted.AtPORT, scripted.BeforePreliminary} {
			for _, op := range []stats.Op{stats.Retr, stats.Stor} {
				for raw, want := range map[string]stats.Failure{
					"501 No.\r\n":   {Phase: stats.Command, Class: stats.ClassReply, Code: 501},
					"502 No.\r\n":   {Phase: stats.Command, Class: stats.ClassReply, Code: 502},
					"504 No.\r\n":   {Phase: stats.Command, Class: stats.ClassReply, Code: 504},
					"200 Well.\r\n": {Phase: stats.Command, Class: stats.ClassMalformed, Code: 200},
					"421 Bye.\r\n":  {Phase: stats.Command, Class: stats.ClassReply, Code: 421},
					"":              {Phase: stats.Command, Class: stats.ClassTimeout},
				} {
					t.Run(fmt.Sprintf("%s/%d/%s/%.3s", mode, when, op, raw), func(t *testing.T) {
						t.Parallel()
						clock := stats.NewClock(time.Now())
						server := startScripted(t, clock, scripted.Script{
							ActiveConnect: when,
							Replies:       map[string]scripted.Reply{"REST": {Raw: raw, Silent: raw == ""}},
							Download:      scripted.Download{Size: 100},
						})
						timeouts := wire.Timeouts{}
						if want.Class == stats.ClassTimeout {
							timeouts = shortTimeouts()
						}
						s := openAt(t, server.Addr(), clock, mode, timeouts, false)
						job := jobOf(op, "file", 90, testBlock(t), new(byteMeter))
						job.From = 10
						sample := s.Do(job)
						f := sample.Failure
						if f == nil {
							t.Fatal("taken for a success")
						}
						if f.Phase != want.Phase || f.Class != want.Class || f.Code != want.Code {
							t.Errorf("%+v", f)
						}
						if want.Code > 500 && !strings.Contains(f.Hint, "REST") {
							t.Errorf("hint %q", f.Hint)
						}
						if sample.Moments[stats.T4] != 0 || sample.Moments[stats.T5] != 0 {
							t.Error("a transfer command was written")
						}
						usable := want.Code > 500
						if s.Usable() != usable {
							t.Fatalf("usable: %v", s.Usable())
						}
						if !usable {
							return
						}
						if sample, _ := transfer(s, stats.Retr, 100, nil); sample.Failure != nil {
							t.Errorf("the next operation: %v", sample.Failure)
						}
					})
				}
			}
		}
	}
}

// TestVerifySize asks for the size of what was uploaded.
func TestVerifySize(t *testing.T) {
	block := testBlock(t)
	for name, c := range map[string]struct {
		job        Job
		reply      string
		fail       stats.Failure // none if it has no class
		unverified bool
		usable     bool
	}{
		"stor":             {job: Job{Op: stats.Stor, Total: 100}, usable: true},
		"resumed stor":     {job: Job{Op: stats.Stor, From: 60, Total: 160}, usable: true},
		"appe":             {job: Job{Op: stats.Appe, Total: 150}, usable: true},
		"too short":        {job: Job{Op: stats.Stor, Total: 100}, reply: "213 99\r\n", fail: stats.Failure{Class: stats.ClassShort, Code: 213}, usable: true},
		"too long":         {job: Job{Op: stats.Appe, Total: 100}, fail: stats.Failure{Class: stats.ClassLong, Code: 213}, usable: true},
		"not known":        {job: Job{Op: stats.Stor, Total: 100}, reply: "500 What?\r\n", unverified: true, usable: true},
		"not implemented":  {job: Job{Op: stats.Stor, Total: 100}, reply: "502 What?\r\n", unverified: true, usable: true},
		"not there":        {job: Job{Op: stats.Stor, Total: 100}, reply: "550 No such file.\r\n", fail: stats.Failure{Class: stats.ClassReply, Code: 550}, usable: true},
		"no number":        {job: Job{Op: stats.Stor, Total: 100}, reply: "213 some\r\n", fail: stats.Failure{Class: stats.ClassMalformed, Code: 213}, usable: true},
		"the server quits": {job: Job{Op: stats.Stor, Total: 100}, reply: "421 Bye.\r\n", fail: stats.Failure{Class: stats.ClassReply, Code: 421}},
		"unanswered":       {job: Job{Op: stats.Stor, Total: 100}, reply: "-", fail: stats.Failure{Class: stats.ClassTimeout}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := stats.NewClock(time.Now())
			script := scripted.Script{
				Download: scripted.Download{Size: 50},
				Delays:   scripted.Delays{Verbs: map[string]time.Duration{"SIZE": 200 * time.Millisecond}},
			}
			if c.reply != "" {
				script.Replies = map[string]scripted.Reply{"SIZE": {Raw: c.reply, Silent: c.reply == "-"}}
			}
			server := startScripted(t, clock, script)
			s := openAt(t, server.Addr(), clock, profiles.EPSV, shortTimeouts(), false)
			job := c.job
			job.Path, job.VerifySize = "file", true
			job.Upload = &wire.Upload{Block: block, Size: 100, Meter: new(byteMeter)}
			sample := s.Do(&job)
			switch f := sample.Failure; {
			case c.fail.Class == "" && f != nil:
				t.Errorf("%+v", f)
			case c.fail.Class == "":
			case f == nil:
				t.Error("taken for a success")
			case f.Phase != stats.Finish || f.Class != c.fail.Class || f.Code != c.fail.Code:
				t.Errorf("%+v", f)
			}
			if f := sample.Failure; f != nil && c.fail.Class == stats.ClassShort && !(strings.Contains(f.Text, "99") && strings.Contains(f.Text, "100")) {
				t.Errorf("the text names no sizes: %s", f.Text)
			}
			if sample.SizeUnverified != c.unverified || s.Usable() != c.usable {
				t.Errorf("unverified %v, usable %v", sample.SizeUnverified, s.Usable())
			}
			if service, ok := sample.Span(stats.Service); !ok || service > 150*time.Millisecond {
				t.Errorf("service took %v: is the SIZE in it?", service)
			}
			if want := 2 + min(int(c.job.From), 1); sample.Commands != want {
				t.Errorf("%d commands, want %d", sample.Commands, want)
			}
		})
	}
}
