//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// roundTrip is what the link of these tests adds to each round trip. Nothing can
// be earlier than it allows, but for the histogram's three digits; slack is how
// much later the fastest operation may be, which tells one round trip from two.
// A busy machine is late for most operations, not for all: the median may be
// late by less than twoMore.
const (
	roundTrip = 50 * time.Millisecond
	slack     = roundTrip * 2 / 5
	twoMore   = 2 * roundTrip
	rounding  = roundTrip / 50
)

// tripsPaid says how many round trips have passed, since its negotiation began,
// at the end of each phase of one server's transfer of a small file.
type tripsPaid struct {
	mode stats.Mode
	op   stats.Op

	negotiate, dataReady, startup, ttfb int
	// Of two different ones both are right: the server leaves it to chance.
	service, leastService int
}

// tripsOf is the arithmetic, in round trips of R. EPSV or EPRT is written at 0
// and reaches the server at ½R; what crosses the link takes ½R each time.
//
// Passive, all servers: the 229 is read at 1R (negotiate). The SYN leaves, and
// the SYN-ACK is here at 2R (data_ready). RETR reaches the server at 2½R, and
// its 150 and the file are here at 3R (startup, ttfb). The upload begins at 3R.
//
// Active, a server that connects before its 150 (vsftpd and ours): the 200 is
// read at 1R (negotiate), RETR reaches the server at 1½R. Its SYN is here at
// 2R, our SYN-ACK there at 2½R: the server is connected. Its ACK, the 150 and
// the file follow at once and are all here at 3R (data_ready, startup, ttfb).
//
// Active, a server that connects at EPRT (pyftpdlib): its SYN leaves at ½R, is
// here at 1R, our SYN-ACK there at 1½R. Its ACK and then its 200, which says
// that it is connected, are here at 2R (negotiate, data_ready). RETR to 150 is
// the third: 3R (startup, ttfb).
//
// So bytes move after three round trips in each mode; where they are paid is
// what differs.
//
// The end: a download's 226 is sent with the end of the file, and service is 3R.
// An upload's goes when the server has seen its end at 3½R, and service is 4R.
// vsftpd lingers: its close of the data connection lasts until we have
// acknowledged its end, one R more, and the 226 comes after. A download's may
// come before, though: the process that made the connection hands it to the one
// that sends and then closes its own copy, and where that is slower than to send
// a small file, the other one's close is not the last and waits for nothing.
func tripsOf(server string) []tripsPaid {
	switch server {
	case "vsftpd":
		return []tripsPaid{
			{stats.EPSV, stats.Retr, 1, 2, 3, 3, 4, 3},
			{stats.EPSV, stats.Stor, 1, 2, 3, 3, 5, 5},
			{stats.EPRT, stats.Retr, 1, 3, 3, 3, 4, 3},
			{stats.EPRT, stats.Stor, 1, 3, 3, 3, 5, 5},
		}
	case "pyftpdlib":
		return []tripsPaid{
			{stats.EPSV, stats.Retr, 1, 2, 3, 3, 3, 3},
			{stats.EPSV, stats.Stor, 1, 2, 3, 3, 4, 4},
			{stats.EPRT, stats.Retr, 2, 2, 3, 3, 3, 3},
			{stats.EPRT, stats.Stor, 2, 2, 3, 3, 4, 4},
		}
	default:
		return []tripsPaid{
			{stats.EPSV, stats.Retr, 1, 2, 3, 3, 3, 3},
			{stats.EPSV, stats.Stor, 1, 2, 3, 3, 4, 4},
			{stats.EPRT, stats.Retr, 1, 3, 3, 3, 3, 3},
			{stats.EPRT, stats.Stor, 1, 3, 3, 3, 4, 4},
		}
	}
}

// TestModesPayTheirRoundTrips runs both modes over a long path. It is not
// parallel: others make load, and this one measures.
func TestModesPayTheirRoundTrips(t *testing.T) {
	for _, w := range farServers() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			n := newSides(t)
			link := ftptest.StartDelayedLink(t, roundTrip/2,
				ftptest.LinkEnd{Namespace: n.client, Addr: netip.MustParseAddr(clientSide)},
				ftptest.LinkEnd{Namespace: n.server, Addr: netip.MustParseAddr(serverSide)})
			w.start(t, n.server)
			// A busy machine is late now and then. Such noise passes, a round trip
			// more or less does not: of three attempts two must be right.
			var off []string
			for right, wrong := 0, 0; right < 2 && wrong < 2; {
				if this := w.overLongPath(t, n); len(this) > 0 {
					wrong++
					off = append(off, this...)
				} else {
					right++
				}
				if wrong == 2 {
					t.Error(strings.Join(off, "\n"))
				}
			}
			if lost, err := link.Dropped(); lost != 0 || err != nil {
				t.Errorf("%d packets were dropped (%v)", lost, err)
			}
		})
	}
}

// overLongPath runs ftpmark once, wants its counts to be right, and returns
// which latencies are not.
func (w farServer) overLongPath(t *testing.T, n sides) (off []string) {
	t.Helper()
	f := startMarked(t, n.client.Within(w.login(commandOf(t, "run", w.url(), "-c", "1", "-n", "16", "--warmup", "0",
		"--op", "retr=1,stor=1", "--seed", "1", "--size", "1KiB", "--mode", "epsv,eprt", "--format", "json"))))
	if code := f.Await(); code != exitFine {
		t.Fatalf("exit %d; it said\n%s", code, f.Stderr())
	}
	s := summaryIn(t, f.Stdout())
	expected := tripsOf(w.name)
	if s.Status != summary.Complete || len(s.Series) != len(expected) {
		t.Fatalf("status %s, %d series, missing %q; it said\n%s", s.Status, len(s.Series), s.Missing, f.Stderr())
	}
	for _, want := range expected {
		off = append(off, want.compare(t, s)...)
	}
	off = append(off, offBy("the log-in's connect", s.Sessions.Latency[stats.Connect], 1, 1)...)
	// And a person sees them, for either operation.
	text, _ := reported(t, f.onlyResult())
	flat := strings.Join(strings.Fields(text), " ")
	for _, row := range []string{"round trips/operation 2.00 2.00 0%", "connects/operation 1.00 1.00 0%", "TCP round trip (mean) "} {
		if strings.Count(flat, row) != 2 {
			t.Errorf("the report does not have %q twice:\n%s", row, text)
		}
	}
	return off
}

// compare holds the series of a mode and an operation against what it must pay.
func (want tripsPaid) compare(t *testing.T, s *summary.Summary) (off []string) {
	t.Helper()
	name := fmt.Sprintf("%s by %s", want.op, want.mode)
	for i := range s.Series {
		x := &s.Series[i]
		if x.Mode != want.mode || x.Op != want.op {
			continue
		}
		checkFlawless(t, x, 1<<10, commandsPerTransfer)
		off = append(off, pathOff(name, x)...)
		if x.OK < 5 {
			t.Errorf("%s: %d operations are too few for a median", name, x.OK)
		}
		var paid strings.Builder
		for _, p := range []struct {
			phase       stats.Phase
			least, most int
		}{
			{stats.Negotiate, want.negotiate, want.negotiate},
			{stats.DataReady, want.dataReady, want.dataReady},
			{stats.Startup, want.startup, want.startup},
			{stats.TTFB, want.ttfb, want.ttfb},
			{stats.Service, want.leastService, want.service},
		} {
			l := x.Latency[p.phase]
			off = append(off, offBy(name+": "+p.phase.String(), l, p.least, p.most)...)
			fmt.Fprintf(&paid, " %s %.2f %.2f", p.phase, float64(l.Min)/float64(roundTrip), float64(l.P50)/float64(roundTrip))
		}
		t.Logf("%s, fastest and median of %d in round trips:%s", name, x.OK, paid.String())
		return off
	}
	t.Fatalf("no series of %s", name)
	return nil
}

// pathOff says, if so, that TCP's own estimate is of another path, or not of every
// transfer.
func pathOff(name string, s *summary.SeriesSummary) []string {
	if s.Path == nil {
		return []string{name + ": TCP was not asked"}
	}
	mean := time.Duration(s.Path.RTTMean)
	if s.Path.Transfers == s.OK && mean >= roundTrip-roundTrip/10 && mean <= 2*roundTrip {
		return nil
	}
	return []string{fmt.Sprintf("%s: TCP's estimate is %s, of %d transfers among %d", name, mean, s.Path.Transfers, s.OK)}
}

// offBy says, if so, that a latency is of another number of round trips: the
// fastest shows how many suffice, the median that this is what is usual.
func offBy(name string, l *summary.Latency, least, most int) []string {
	if l == nil {
		return []string{name + " was not measured"}
	}
	fastest, median := time.Duration(l.Min), time.Duration(l.P50)
	for trips := least; trips <= most; trips++ {
		want := time.Duration(trips) * roundTrip
		if fastest >= want-rounding && fastest <= want+slack && median >= want-rounding && median < want+twoMore {
			return nil
		}
	}
	inTrips := func(d time.Duration) float64 { return float64(d) / float64(roundTrip) }
	return []string{fmt.Sprintf("%s took %.2f round trips at least and %.2f at the median: want %d to %d",
		name, inTrips(fastest), inTrips(median), least, most)}
}
