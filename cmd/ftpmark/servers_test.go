package main

import (
	"fmt"
	"math"
	"net/netip"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// network is one of the loopback networks, and the modes that it can have.
type network struct {
	name  string
	addr  netip.Addr // zero for an own 127.x.y.z
	modes []string
}

func networks() []network {
	return []network{
		{"IPv4", netip.Addr{}, []string{"epsv", "pasv", "eprt", "port"}},
		{"IPv6", netip.IPv6Loopback(), []string{"epsv", "eprt"}},
	}
}

// serverCase is a server and what it is to do.
type serverCase struct {
	kind servers.Kind
	network
	op    stats.Op
	ports [2]uint16 // passive
}

// serverCases are all servers × networks × operations. All servers on ::1 share
// one address, so each gets passive ports of its own there.
func serverCases() (all []serverCase) {
	first := uint16(20000)
	for _, kind := range servers.Kinds() {
		for _, f := range networks() {
			for _, op := range []stats.Op{stats.Retr, stats.Stor} {
				all = append(all, serverCase{kind, f, op, [2]uint16{first, first + 499}})
				first += 500
			}
		}
	}
	return all
}

func (c serverCase) String() string { return fmt.Sprintf("%s/%s/%s", c.kind, c.name, c.op) }

func (c serverCase) start(t *testing.T) *servers.Server {
	t.Helper()
	o := servers.Options{Addr: c.addr}
	if c.addr.IsValid() {
		o.PassivePorts = c.ports
	}
	return servers.Start(t, c.kind, o)
}

// TestServersCountTheSameBytes runs every mode against every server and holds
// what ftpmark reports against the server's own transfer log, to the byte.
func TestServersCountTheSameBytes(t *testing.T) {
	atOnce := make(chan struct{}, 4) // four modes of eight sessions are load enough
	for _, c := range serverCases() {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			server := c.start(t)
			args := append([]string{server.URL(), "-c", "8", "--op", c.op.String(), "--size", "1MiB"}, modeFlags(c.modes...)...)
			if c.op == stats.Retr {
				// Transfers may begin after the window's close.
				args = append(args, "-d", "200ms", "--warmup", "0")
			} else {
				// There are transfers before the window's opening.
				args = append(args, "-n", "48", "--warmup", "30ms")
			}
			s, file, o := measured(t, server.Pass, args...)
			if o.code != exitFine {
				t.Errorf("exit %d, stderr\n%s", o.code, o.stderr)
			}
			c.checkSummary(t, s)
			result, err := resultfile.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			emptyFolder(t, server.DataDir)
			c.checkLog(t, server, result)
		})
	}
}

// checkSummary checks a run in which nothing went wrong.
func (c serverCase) checkSummary(t *testing.T, s *summary.Summary) {
	t.Helper()
	if s.Status != summary.Complete || len(s.Errors) > 0 || len(s.Missing) > 0 {
		t.Errorf("status %s, missing %q, errors %+v", s.Status, s.Missing, s.Errors)
	}
	if opened := int64(8 * len(c.modes)); s.Sessions.Opened != opened || s.Sessions.Failed != 0 {
		t.Errorf("%d sessions opened and %d failed, want %d and 0", s.Sessions.Opened, s.Sessions.Failed, opened)
	}
	if s.Target.Embedded || s.Target.Banner == "" || s.Target.Syst == "" || len(s.Target.Features) == 0 {
		t.Errorf("target %+v", s.Target)
	}
	if len(s.Series) != len(c.modes) {
		t.Fatalf("%d series, want %d", len(s.Series), len(c.modes))
	}
	for i := range s.Series {
		x := &s.Series[i]
		if x.Variant != c.modes[i] || x.Mode.String() != c.modes[i] || x.Op != c.op {
			t.Errorf("series %d is %s of %s in mode %s, want %s in mode %s", i, x.Op, x.Variant, x.Mode, c.op, c.modes[i])
		}
		checkFlawless(t, x, mebibyte, commandsPerTransfer)
		switch {
		case c.op == stats.Retr:
			// On a busy machine nothing may have come to its end inside.
			if x.WindowSeconds < 0.2 || x.WindowSeconds > 30 {
				t.Errorf("%s: a window of %v s, want 0.2", x.Variant, x.WindowSeconds)
			}
		case x.OK != 48:
			t.Errorf("%s: %d ok, want 48", x.Variant, x.OK)
		default:
			checkRates(t, x)
		}
	}
}

// commandsPerTransfer are EPSV and RETR, say.
const commandsPerTransfer = 2

// checkFlawless checks the figures of a series of which every transfer
// succeeded.
func checkFlawless(t *testing.T, x *summary.SeriesSummary, size int64, commands float64) {
	t.Helper()
	if x.OK == 0 || x.Attempts != x.OK || x.Due != x.OK || x.Failed+x.Unfinished+x.Dropped != 0 {
		t.Errorf("%s: %d due, %d attempts, %d ok, %d failed, %d unfinished, %d dropped",
			x.Variant, x.Due, x.Attempts, x.OK, x.Failed, x.Unfinished, x.Dropped)
	}
	if x.Bytes != x.OK*size || x.WastedBytes != 0 || x.SizeUnverified != 0 || x.WarmupFailed != 0 {
		t.Errorf("%s: %d bytes in %d transfers of %d, %d wasted, %d unverified, %d failed in the warm-up",
			x.Variant, x.Bytes, x.OK, size, x.WastedBytes, x.SizeUnverified, x.WarmupFailed)
	}
	if x.ControlRoundTripsPerOp != commands || x.ConnectsPerOp != 1 {
		t.Errorf("%s: %v commands and %v connects an operation, want %v and 1", x.Variant, x.ControlRoundTripsPerOp, x.ConnectsPerOp, commands)
	}
	for _, p := range []stats.Phase{
		stats.Lag, stats.Negotiate, stats.DataReady, stats.Startup, stats.TTFB, stats.Command,
		stats.Payload, stats.Finish, stats.Service, stats.Response,
	} {
		if l := x.Latency[p]; l == nil || l.Count != x.OK {
			t.Errorf("%s: %s of %d operations is %+v", x.Variant, p, x.OK, l)
		}
	}
	if x.Throughput == nil || x.Throughput.Count != x.OK {
		t.Errorf("%s: throughput of %d operations is %+v", x.Variant, x.OK, x.Throughput)
	}
}

// checkRates checks the rates of a flawless series whose window closed at the
// last completion: everything is inside.
func checkRates(t *testing.T, x *summary.SeriesSummary) {
	t.Helper()
	for name, of := range map[string][2]float64{
		"operations": {x.OperationsPerSecond, float64(x.OK)},
		"bytes":      {x.GoodputBytesPerSecond, float64(x.Bytes)},
	} {
		if got := of[0] * x.WindowSeconds; math.Abs(got-of[1]) > 1e-6*of[1] {
			t.Errorf("%s: %v %s in the window of %v s at %v per second, want %v", x.Variant, got, name, x.WindowSeconds, of[0], of[1])
		}
	}
}

// checkLog holds the server's log against the result. The server knows no
// window, so on our side belong to it all transfers that began, in the window,
// before it and after it, and the one that prepared the run: the file that is
// downloaded, or up to 1 KiB to try whether uploads are allowed; and the one of
// each mode whose conversation is recorded.
func (c serverCase) checkLog(t *testing.T, server *servers.Server, result *resultfile.Result) {
	t.Helper()
	var measured int64
	for _, trial := range result.Trials {
		for _, x := range trial.Series {
			measured += x.WarmupOK + x.OK + x.AfterWindow
		}
	}
	all := measured + int64(len(c.modes)) // one of each mode is written down before
	prepared := map[string]int64{"ftpmark-run.json": 1, "try": 2}
	if c.op == stats.Retr {
		// The marker is written when the set begins and when it is there.
		prepared = map[string]int64{"ftpmark-run.json": 2, "f000000": 1}
	}
	want := all
	for _, n := range prepared {
		want += n
	}
	if _, err := server.AwaitTransfers(int(want), 20*time.Second); err != nil {
		t.Fatal(err)
	}
	server.Stop() // what comes late is in the log now
	log, err := server.Transfers()
	if err != nil {
		t.Fatal(err)
	}
	transfer := servers.Transfer{Upload: c.op == stats.Stor, Bytes: mebibyte, Complete: true}
	var seen int64
	for _, x := range log {
		if !strings.HasPrefix(x.Path, "/ftpmark-") {
			t.Errorf("the server logged %+v, which is not in the run's folder", x)
		}
		if name := path.Base(x.Path); x.Upload && prepared[name] > 0 {
			prepared[name]--
			continue
		}
		if seen++; x.Upload != transfer.Upload || x.Bytes != transfer.Bytes || !x.Complete {
			t.Errorf("the server logged %+v, want %+v", x, transfer)
		}
	}
	if seen != all {
		t.Errorf("the server logged %d measured transfers, want %d", seen, all)
	}
	for name, n := range prepared {
		if n != 0 {
			t.Errorf("the server logged %d transfers too few of %s", n, name)
		}
	}
}

// TestAliasesOnServers: every server knows the verbs of RFC 2428, so that is
// what the aliases mean there. With --path nothing is written.
func TestAliasesOnServers(t *testing.T) {
	t.Parallel()
	for _, c := range serverCases() {
		if c.op == stats.Stor || c.addr.IsValid() {
			continue
		}
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			server := c.start(t)
			// The modes are the default.
			s, _, o := measured(t, server.Pass, server.URL(), "-c", "3", "-n", "20", "--size", "10kB")
			c.checkAliases(t, s, o, 10_000)
			emptyFolder(t, server.DataDir)
			before, err := server.AwaitTransfers(41, 20*time.Second)
			if err != nil {
				t.Fatal(err)
			}

			if err := server.WriteFile("there.bin", make([]byte, 12345)); err != nil {
				t.Fatal(err)
			}
			s, _, o = measured(t, server.Pass, server.URL(), "-c", "3", "-n", "20", "--path", "there.bin")
			c.checkAliases(t, s, o, 12345)
			log, err := server.AwaitTransfers(len(before)+40, 20*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range log[len(before):] {
				if x.Upload || x.Path != "/there.bin" || x.Bytes != 12345 {
					t.Errorf("the server logged %+v", x)
				}
			}
			left, err := os.ReadDir(server.DataDir)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) != 1 {
				t.Errorf("%d files on the server, want the one that was there", len(left))
			}
		})
	}
}

// checkAliases checks a run of 20 operations in each of the default modes.
func (c serverCase) checkAliases(t *testing.T, s *summary.Summary, o outcome, size int64) {
	t.Helper()
	if o.code != exitFine {
		t.Errorf("exit %d, stderr\n%s", o.code, o.stderr)
	}
	want := []struct {
		variant string
		mode    stats.Mode
	}{{"passive", stats.EPSV}, {"active", stats.EPRT}}
	if len(s.Series) != len(want) {
		t.Fatalf("%d series, want %d", len(s.Series), len(want))
	}
	for i, w := range want {
		x := &s.Series[i]
		if x.Variant != w.variant || x.Mode != w.mode || x.OK != 20 {
			t.Errorf("series %d: %d ok of %s in mode %s, want 20 of %s in mode %s", i, x.OK, x.Variant, x.Mode, w.variant, w.mode)
		}
		checkFlawless(t, x, size, commandsPerTransfer)
		checkRates(t, x)
	}
}
