package loadgen

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jlaffaye/ftp"

	"github.com/ftpmark/ftpmark/loadgen/target"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// embedded starts the embedded target in this process.
func embedded(t *testing.T, seed uint64) *target.Server {
	t.Helper()
	s, err := target.New(target.Config{Listen: "127.0.0.1:0", User: "u", Password: "p", Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s
}

// runEmbedded runs a profile against the target.
func runEmbedded(t *testing.T, s *target.Server, change func(*profiles.Profile)) *summary.Summary {
	t.Helper()
	var kept resultfile.Collector
	plan := planFor(s.Addr(), func(p *profiles.Profile) {
		p.ReplyTimeout, p.StallTimeout = profiles.Duration(20*time.Second), profiles.Duration(20*time.Second)
		change(p)
	})
	plan.Embedded = true
	if err := Run(context.Background(), plan, Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	return summary.Of(r)
}

// names returns what lies in the target's folder.
func listing(t *testing.T, s *target.Server) []string {
	t.Helper()
	c, err := ftp.Dial(s.Addr().String())
	if err == nil {
		err = c.Login("u", "p")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Quit() }()
	all, err := c.NameList("/")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func mixOf(t *testing.T, text string) profiles.Mix {
	t.Helper()
	var m profiles.Mix
	if err := m.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return m
}

const everything = "retr=4,stor=4,appe=2,list=2,mlsd=2,nlst=2,dele=3,rename=3,mkd=3,rmd=3,size=2,noop=2,login=2,retr@50%=2,stor@1KiB=2"

// TestEveryOperationInOneMix runs all that there are: each succeeds whatever
// the order, and nothing is left behind.
func TestEveryOperationInOneMix(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	for _, verify := range []string{"bytes", "checksum"} {
		for _, mode := range []profiles.Mode{profiles.EPSV, profiles.PORT} {
			t.Run(verify+"/"+string(mode), func(t *testing.T) {
				s := embedded(t, 7)
				sum := runEmbedded(t, s, func(p *profiles.Profile) {
					p.Op, p.Verify, p.Mode, p.Seed = mixOf(t, everything), verify, profiles.Modes{mode}, 7
					p.Duration, p.Operations = 0, 3000
					p.Files = 20
					if err := p.Size.UnmarshalText([]byte("lognormal:median=16KiB,sigma=1,max=1MiB")); err != nil {
						t.Fatal(err)
					}
				})
				var attempts int64
				for _, x := range sum.Series {
					attempts += x.Attempts
					if x.Failed != 0 || x.OK == 0 {
						t.Errorf("%s: %d ok, %d failed: %+v", x.Op, x.OK, x.Failed, sum.Errors)
					}
				}
				if attempts != 3000 || len(sum.Series) != 13 {
					t.Errorf("%d attempts in %d series, want 3000 in 13", attempts, len(sum.Series))
				}
				if left := listing(t, s); len(left) > 0 {
					t.Errorf("left behind: %q", left)
				}
			})
		}
	}
}

// TestSameSeedSameOperations compares two runs' operations.
func TestSameSeedSameOperations(t *testing.T) {
	ftptest.SkipShort(t, "it is three runs")
	t.Parallel()
	count := func(seed uint64) string {
		s := embedded(t, seed)
		sum := runEmbedded(t, s, func(p *profiles.Profile) {
			p.Op, p.Seed, p.Sessions = mixOf(t, "retr=5,stor=3,list=2"), seed, 1
			p.Duration, p.Operations, p.Files = 0, 100, 5
			_ = p.Size.UnmarshalText([]byte("uniform:1KiB-9KiB"))
		})
		var all []string
		for _, x := range sum.Series {
			if x.Op != stats.List { // whose bytes hold dates
				all = append(all, fmt.Sprint(x.Op, x.Attempts, x.Bytes))
			}
		}
		return strings.Join(all, " ")
	}
	a, b, other := count(1), count(1), count(2)
	if a != b || a == other {
		t.Errorf("seed 1: %s\nagain:  %s\nseed 2: %s", a, b, other)
	}
}

// TestReusedFiles prepares a set, which a second run finds.
func TestReusedFiles(t *testing.T) {
	t.Parallel()
	s := embedded(t, 1)
	stored := func() int64 { return s.Stats().BytesIn / 1024 } // of a file each
	reuse := func(files int) {
		runEmbedded(t, s, func(p *profiles.Profile) {
			p.Reuse, p.Files, p.Seed, p.Verify = true, files, 1, "checksum"
		})
	}
	reuse(30)
	if n := stored(); n != 30 {
		t.Fatalf("%d files were written, want 30", n)
	}
	reuse(30)
	if n := stored(); n != 30 {
		t.Errorf("the second run wrote %d more", n-30)
	}
	if left := listing(t, s); len(left) != 1 {
		t.Errorf("on the target: %q, want one folder", left)
	}
	c, err := ftp.Dial(s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Quit() }()
	if err := c.Login("u", "p"); err != nil {
		t.Fatal(err)
	}
	folder := listing(t, s)[0] + "/files"
	if err := c.Delete(folder + "/f000007"); err != nil {
		t.Fatal(err)
	}
	if err := c.Stor(folder+"/f000008", strings.NewReader("short")); err != nil {
		t.Fatal(err)
	}
	before := stored()
	reuse(30)
	if n := stored() - before; n != 2 {
		t.Errorf("%d files were written, want the 2 that were missing or of another size", n)
	}
}

// TestOtherContentFails has a target that serves another content than what was
// uploaded: by number and size all is well.
func TestOtherContentFails(t *testing.T) {
	for _, mix := range []string{"retr", "retr@50%"} {
		for verify, fails := range map[string]bool{"bytes": false, "size": false, "checksum": true} {
			sum := runEmbedded(t, embedded(t, 2), func(p *profiles.Profile) {
				p.Op, p.Verify, p.Seed, p.Duration, p.Operations = mixOf(t, mix), verify, 1, 0, 30
			})
			x := sum.Series[0]
			ended := x.OK == 30 && x.Failed == 0
			if fails { // the variant is given up once each session has failed several times
				ended = x.OK == 0 && x.Failed > 0
			}
			if !ended || x.Verified != 0 {
				t.Errorf("%s, verify %s: %d failed, %d ok, %d verified", mix, verify, x.Failed, x.OK, x.Verified)
			}
			if fails && (sum.Errors[0].Class != stats.ClassCorrupt || sum.Errors[0].Phase != stats.Payload) {
				t.Errorf("%+v", sum.Errors[0])
			}
			if fails && sum.Sessions.Opened != 3 {
				t.Errorf("%d sessions: wrong content is no reason to leave one", sum.Sessions.Opened)
			}
		}
	}
}

// TestAnotherSeedIsSaid compares content with that of a target that was started
// by hand with a seed of its own.
func TestAnotherSeedIsSaid(t *testing.T) {
	s := embedded(t, 2)
	for seed, fine := range map[uint64]bool{1: false, 2: true} {
		err := Run(context.Background(), planFor(s.Addr(), func(p *profiles.Profile) {
			p.Verify, p.Seed, p.Duration, p.Operations = "checksum", seed, 0, 10
		}), Options{Sink: &resultfile.Collector{}})
		if (err == nil) != fine || !fine && !strings.Contains(err.Error(), "--seed 1") {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

// TestLoginIsMeasuredAlone has no session but those that it measures.
func TestLoginIsMeasuredAlone(t *testing.T) {
	s := embedded(t, 1)
	sum := runEmbedded(t, s, func(p *profiles.Profile) {
		p.Op, p.Duration, p.Operations, p.Sessions = mixOf(t, "login"), 0, 200, 4
		p.Mode = profiles.Modes{profiles.Passive, profiles.Active}
	})
	if len(sum.Series) != 1 {
		t.Fatalf("%d series: the mode is no matter", len(sum.Series))
	}
	x := sum.Series[0]
	if x.OK != 200 || x.Mode != stats.NoMode || x.Variant != "control" {
		t.Errorf("%d ok in %s as %s", x.OK, x.Mode, x.Variant)
	}
	for _, p := range []stats.Phase{stats.Service, stats.Connect, stats.Greeting, stats.LoginDone, stats.Setup} {
		if l := x.Latency[p]; l == nil || l.Count != 200 {
			t.Errorf("%s was not measured", p)
		}
	}
	if sum.Sessions.Opened != 0 {
		t.Errorf("%d sessions beside", sum.Sessions.Opened)
	}
}

// TestThinkTimeAndCapBoundTheRate are bounds from above only: machines are slow.
func TestThinkTimeAndCapBoundTheRate(t *testing.T) {
	s := embedded(t, 1)
	for name, change := range map[string]func(*profiles.Profile){
		"think": func(p *profiles.Profile) { _ = p.Think.UnmarshalText([]byte("50ms")) },
		"cap":   func(p *profiles.Profile) { p.OpRate = 60 },
	} {
		sum := runEmbedded(t, s, func(p *profiles.Profile) {
			p.Op, p.Duration = mixOf(t, "noop"), profiles.Duration(time.Second)
			change(p)
		})
		// Three sessions, one operation per 50 ms each.
		x := sum.Series[0]
		if x.OK < 20 || x.OK > 66 {
			t.Errorf("%s: %d operations in %.2f s, want at most 60", name, x.OK, x.WindowSeconds)
		}
	}
}

// TestStagesOfSessions counts the sessions that are there.
func TestStagesOfSessions(t *testing.T) {
	s := embedded(t, 1)
	var seen []int
	var kept resultfile.Collector
	plan := planFor(s.Addr(), func(p *profiles.Profile) {
		p.Op, p.Duration, p.Sessions = mixOf(t, "noop"), 0, 0
		_ = p.Think.UnmarshalText([]byte("5ms"))
		if err := p.Stages.Set("1500ms:2,1500ms:6,1500ms:1"); err != nil {
			t.Fatal(err)
		}
	})
	err := Run(context.Background(), plan, Options{Sink: &kept, Observe: func(p Progress) {
		if !p.Extra {
			seen = append(seen, p.Up)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if seen = slices.Compact(seen); !slices.Equal(seen, []int{2, 6, 1}) {
		t.Errorf("sessions stage by stage: %v, want 2, 6, 1", seen)
	}
}

// TestPathIsReadFromAnOffset resumes downloads of a file that is there.
func TestPathIsReadFromAnOffset(t *testing.T) {
	s := embedded(t, 1)
	c, err := ftp.Dial(s.Addr().String())
	if err == nil {
		err = c.Login("u", "p")
	}
	if err == nil {
		err = c.Stor("/there", strings.NewReader(strings.Repeat("x", 10_000)))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Quit() }()
	path := func(mix string) func(*profiles.Profile) {
		return func(p *profiles.Profile) {
			p.Path, p.Size, p.Files, p.Op = "there", profiles.Sizes{}, 0, mixOf(t, mix)
			p.Duration, p.Operations = 0, 30
		}
	}
	for mix, bytes := range map[string]int64{"retr": 10_000, "retr@25%": 7_500, "retr@9999": 1} {
		x := runEmbedded(t, s, path(mix)).Series[0]
		if x.OK != 30 || x.Bytes != 30*bytes {
			t.Errorf("%s: %d ok, %d bytes, want 30 of %d", mix, x.OK, x.Bytes, bytes)
		}
	}
	err = Run(context.Background(), planFor(s.Addr(), path("retr@10001")), Options{Sink: &resultfile.Collector{}})
	if err == nil || !strings.Contains(err.Error(), "10000 bytes") {
		t.Errorf("an offset behind the end: %v", err)
	}
}
