package loadgen

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// studied runs an experiment against a scripted server of which each variant has a
// changed plan.
func studied(t *testing.T, s *Experiment, stop <-chan struct{}, server *scripted.Server, variants map[string]func(*profiles.Profile), order ...string) (*resultfile.Result, error) {
	t.Helper()
	s.Base = planFor(server.Addr(), func(p *profiles.Profile) {
		p.Duration, p.Operations, p.Sessions, p.Files, p.Seed = 0, 12, 1, 40, 5
	})
	for _, name := range order {
		p := *s.Base
		variants[name](&p.Profile)
		s.Variants = append(s.Variants, plan.Variant{Name: name, Plan: &p, Settings: map[string]string{"mode": p.Profile.Mode.String()}})
	}
	var kept resultfile.Collector
	err := s.Run(context.Background(), Options{Sink: &kept, Stop: stop})
	r, incomplete := kept.Result()
	if incomplete != nil {
		t.Fatalf("the records: %v (the run: %v)", incomplete, err)
	}
	return r, err
}

func modes() map[string]func(*profiles.Profile) {
	return map[string]func(*profiles.Profile){
		"passive": func(*profiles.Profile) {},
		"active":  func(p *profiles.Profile) { p.Mode = profiles.Modes{profiles.EPRT} },
	}
}

// TestBlocksAreAlikeWithin: the variants of a block do the same in the same
// order, another block does something else, and which variant comes first is
// chance.
func TestBlocksAreAlikeWithin(t *testing.T) {
	ftptest.SkipShort(t, "it takes twelve blocks")
	t.Parallel()
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{})
	const blocks = 12
	s := Experiment{Trials: blocks, Compare: &resultfile.ComparePlan{Pairs: blocks, MaxPairs: blocks, Primary: []string{"goodput"}, ThresholdEffect: 0.03}}
	r, err := studied(t, &s, nil, server, modes(), "passive", "active")
	if err != nil || !r.Complete() {
		t.Fatalf("%v, missing %q", err, r.Missing)
	}
	if r.Header.Compare == nil || r.Header.Trials != blocks || !slices.Equal(r.Header.Planned, []string{"passive", "active"}) {
		t.Errorf("header: %+v", r.Header)
	}
	var reads []string // of each session that did 12 downloads, in order
	for _, session := range server.Sessions() {
		var files []string
		for _, c := range session.Commands {
			if file, ok := strings.CutPrefix(c.Line, "RETR "); ok {
				files = append(files, file[len(file)-7:])
			}
		}
		if len(files) > 0 {
			reads = append(reads, strings.Join(files, " "))
		}
	}
	if len(r.Variants) != 2*blocks || len(r.Trials) != 2*blocks || len(reads) != 2*blocks {
		t.Fatalf("%d variants, %d trials, %d sessions that read", len(r.Variants), len(r.Trials), len(reads))
	}
	first := map[string]int{}
	seen := map[string]bool{}
	for b := range blocks {
		x, y := r.Variants[2*b], r.Variants[2*b+1]
		if x.Trial != b+1 || y.Trial != b+1 || x.Variant == y.Variant {
			t.Errorf("block %d: %+v, %+v", b+1, x, y)
		}
		first[x.Variant]++
		if reads[2*b] != reads[2*b+1] {
			t.Errorf("block %d: one variant read %s, the other %s", b+1, reads[2*b], reads[2*b+1])
		}
		if seen[reads[2*b]] {
			t.Errorf("block %d does what another one did", b+1)
		}
		seen[reads[2*b]] = true
	}
	if first["passive"] < 2 || first["active"] < 2 {
		t.Errorf("first in their block: %v", first)
	}
	for _, x := range r.Trials {
		if !x.Complete || x.Series[0].OK != 12 {
			t.Errorf("%s, trial %d: %d ok, complete %v", x.Variant, x.Trial, x.Series[0].OK, x.Complete)
		}
	}
}

// TestVariantsHaveTheirOwnPlans: other sizes and sessions are other files, which
// are all taken away.
func TestVariantsHaveTheirOwnPlans(t *testing.T) {
	t.Parallel()
	s := embedded(t, 7)
	base := planFor(s.Addr(), func(p *profiles.Profile) { p.Seed, p.Files = 7, 3 })
	base.Credentials = profiles.Credentials{User: "u", Password: "p"}
	small, large, same := *base, *base, *base
	same.Profile.Mode = profiles.Modes{profiles.EPRT}
	small.Profile.Size, small.Profile.Operations, small.Profile.Duration = profiles.FixedSize(10), 8, 0
	large.Profile.Size, large.Profile.Operations, large.Profile.Duration, large.Profile.Sessions = profiles.FixedSize(5000), 16, 0, 2
	experiment := Experiment{Base: base, Trials: 2, Variants: []plan.Variant{{Name: "base", Plan: base}, {Name: "small", Plan: &small}, {Name: "large", Plan: &large}, {Name: "active", Plan: &same}}}
	var kept resultfile.Collector
	if err := experiment.Run(context.Background(), Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil || !r.Complete() {
		t.Fatalf("%v, missing %q", err, r.Missing)
	}
	var order []string
	for _, v := range r.Variants {
		order = append(order, v.Variant)
	}
	if got := strings.Join(order, " "); got != "base small large active base small large active" {
		t.Errorf("ran %s", got)
	}
	sum := summary.Of(r)
	for _, x := range sum.Series {
		want := map[string]int64{"small": 2 * 8 * 10, "large": 2 * 16 * 5000}[x.Variant]
		if x.Failed != 0 || want != 0 && x.Bytes != want {
			t.Errorf("%s: %d failed, %d bytes, want %d", x.Variant, x.Failed, x.Bytes, want)
		}
	}
	if left := listing(t, s); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestMoreIsAskedBehindTheRecords: whoever decides sees the trials of all blocks
// that are over.
func TestMoreIsAskedBehindTheRecords(t *testing.T) {
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{})
	var kept resultfile.Collector
	var asked []int
	base := planFor(server.Addr(), func(p *profiles.Profile) {
		p.Duration, p.Operations, p.Mode = 0, 3, profiles.Modes{profiles.EPSV, profiles.EPRT}
	})
	s := Experiment{Base: base, Trials: 2, More: func(blocks int) bool {
		if n := len(kept.SoFar().Trials); n != 2*blocks {
			t.Errorf("after %d blocks there are %d trials", blocks, n)
		}
		asked = append(asked, blocks)
		return blocks < 4
	}}
	if err := s.Run(context.Background(), Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(asked, []int{2, 3, 4}) {
		t.Errorf("asked after %v", asked)
	}
	r, err := kept.Result()
	if err != nil || !r.Complete() || len(r.Trials) != 8 {
		t.Errorf("%v, %d trials, missing %q", err, len(r.Trials), r.Missing)
	}
}

// TestStoppedBetweenBlocks keeps the blocks that were done and says how many
// were not.
func TestStoppedBetweenBlocks(t *testing.T) {
	stop := make(chan struct{})
	n := 0
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{})
	s := Experiment{Trials: 2, More: func(int) bool { // the third block is the last
		if n++; n == 2 {
			close(stop)
		}
		return true
	}}
	r, err := studied(t, &s, stop, server, modes(), "passive", "active")
	if !errors.Is(err, rig.ErrInterrupted) || r.Complete() || len(r.Trials) != 6 {
		t.Errorf("%v, %d trials, missing %q", err, len(r.Trials), r.Missing)
	}
}

// TestStoppedInTheLastDrain: whether another block was wanted was never asked, so
// the run is not complete.
func TestStoppedInTheLastDrain(t *testing.T) {
	stop := make(chan struct{})
	var once sync.Once
	script := slowNoop(2 * time.Second)
	script.Choose = func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == "NOOP" { // by then the window has closed, and the reply is awaited
			once.Do(func() { time.AfterFunc(time.Second, func() { close(stop) }) })
		}
		return nil
	}
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), script)
	base := planFor(server.Addr(), func(p *profiles.Profile) {
		p.Op, p.Sessions, p.Duration = mixOf(t, "noop"), 1, profiles.Duration(300*time.Millisecond)
		p.ReplyTimeout = profiles.Duration(10 * time.Second)
	})
	var kept resultfile.Collector
	s := Experiment{Base: base, Trials: 1, More: func(int) bool { t.Error("somebody asked"); return false }}
	if err := s.Run(context.Background(), Options{Sink: &kept, Stop: stop}); !errors.Is(err, rig.ErrInterrupted) {
		t.Errorf("%v", err)
	}
	r, err := kept.Result()
	if err != nil || r.Complete() {
		t.Errorf("%v, complete", err)
	}
}

// TestVariantsAreJudgedByTheirOwnLoad: a variant with another rate keeps up with
// that one.
func TestVariantsAreJudgedByTheirOwnLoad(t *testing.T) {
	t.Parallel()
	server := scripted.Start(t, stats.NewClock(time.Now()), netip.MustParseAddr("127.0.0.1"), scripted.Script{})
	base := planFor(server.Addr(), func(p *profiles.Profile) { open(p, 100, 500*time.Millisecond) })
	slow := *base
	slow.Profile.Rate = 20
	s := Experiment{Base: base, Variants: []plan.Variant{{Name: "usual", Plan: base}, {Name: "slow", Plan: &slow}}}
	var kept resultfile.Collector
	if err := s.Run(context.Background(), Options{Sink: &kept}); err != nil {
		t.Fatal(err)
	}
	r, err := kept.Result()
	if err != nil {
		t.Fatal(err)
	}
	totals := summary.Of(r).Totals
	if totals[0].Load != nil || totals[1].Load == nil || totals[1].Load.RatePerSecond != 20 || totals[1].Due != 10 {
		t.Errorf("%+v", totals)
	}
}
