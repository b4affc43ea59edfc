//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// capacityOf searches, again where this machine was too busy to tell.
func capacityOf(t *testing.T, args ...string) (r *capacity.Report, o outcome) {
	t.Helper()
	for range 3 {
		if r, o = capacityOnce(t, args...); !tooBusy(r) {
			break
		}
	}
	return r, o
}

// tooBusy reports a step of which the load generator was the limit.
func tooBusy(r *capacity.Report) bool {
	for _, x := range r.Results {
		for _, s := range x.Steps {
			if s.Verdict == resultfile.StepUnknown {
				return true
			}
		}
	}
	return false
}

// capacityOnce runs `capacity` in this process and returns its JSON report, which
// keeps to its schema and is the one that the result file gives.
func capacityOnce(t *testing.T, args ...string) (*capacity.Report, outcome) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "result.jsonl")
	o := executed(append([]string{"capacity", "--quiet", "--format", "json", "-o", file, "--step-min", "500ms", "--step-max", "3s", "--warmup", "100ms"}, args...)...)
	var r capacity.Report
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("exit %d, %v in\n%s\nstderr\n%s", o.code, err, o.stdout, o.stderr)
	}
	keepsTo(t, filepath.Join("..", "..", "stats", "capacity", "capacity.schema.json"), o.stdout)
	again := executed("report", "--format", "json", file)
	if again.code != exitFine || again.stdout != o.stdout {
		t.Errorf("the file gives exit %d and another report:\n%s\nnot\n%s", again.code, again.stdout, o.stdout)
	}
	logSteps(t, &r)
	return &r, o
}

// logSteps shows how a search went, should its test fail.
func logSteps(t *testing.T, r *capacity.Report) {
	t.Helper()
	for _, s := range r.Results[0].Steps {
		t.Logf("%-8s %4.0f %-7s %d of %d, %s %d %s", s.Purpose, s.Level, s.Verdict, s.Opened, s.Wanted, s.Cause, s.Code, s.Text)
	}
}

// TestLimitsOfServersAreFound searches all of them at once: each search waits most of its
// time. The test itself is not parallel, as load beside it would be the limit.
func TestLimitsOfServersAreFound(t *testing.T) {
	t.Run("sessions", limitsOfSessions)
	t.Run("passive ports of ProFTPD", usedUpPassivePortsOfProFTPD)
	t.Run("passive ports of vsftpd", usedUpPassivePortsOfVsftpd)
}

// limitsOfSessions: the number of sessions that a server lets in is found exactly, and
// what it said when there was one too many.
func limitsOfSessions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		kind    servers.Kind
		options servers.Options
		args    []string
		want    float64
		cause   string
		code    int
		hint    string
	}{
		{"vsftpd, all clients", servers.Vsftpd, servers.Options{MaxClients: 50}, nil, 50, resultfile.CauseTooMany, 421, ""},
		{"vsftpd, one address", servers.Vsftpd, servers.Options{MaxPerIP: 30}, nil, 30, resultfile.CausePerAddress, 421, "--source"},
		{"vsftpd, two addresses", servers.Vsftpd, servers.Options{MaxPerIP: 30}, []string{"--source", "127.0.0.2,127.0.0.3"}, 60, resultfile.CausePerAddress, 421, "--source"},
		{"ProFTPD", servers.ProFTPD, servers.Options{Extra: []string{"MaxInstances 40"}}, nil, 40, resultfile.CauseNoGreeting, 0, ""},
		{"Pure-FTPd", servers.PureFTPd, servers.Options{Extra: []string{"--maxclientsnumber", "40"}}, nil, 40, resultfile.CauseTooMany, 421, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, c.options)
			r, o := capacityOf(t, append([]string{server.URL(), "--mode", "epsv", "--size", "1KiB", "--most", "200", "--think", "500ms"}, c.args...)...)
			x := r.Results[0]
			if o.code != exitFine || x.Capacity == nil || *x.Capacity != c.want || !x.Confirmed || x.Limit == nil {
				t.Fatalf("exit %d, capacity %v, limit %+v, stderr %s", o.code, x.Capacity, x.Limit, o.stderr)
			}
			if x.Limit.Cause != c.cause || x.Limit.Code != c.code || !strings.Contains(x.Limit.Hint, c.hint) || x.Limit.Level != c.want+1 {
				t.Errorf("%+v; want %s, %d at %v", x.Limit, c.cause, c.code, c.want+1)
			}
			emptyFolder(t, server.DataDir)
		})
	}
}

// usedUp checks that a search named the passive ports, with their arithmetic.
func usedUp(t *testing.T, r *capacity.Report, code int) {
	t.Helper()
	x := r.Results[0]
	if code != exitFine || x.Capacity == nil || x.Limit == nil {
		t.Fatalf("exit %d, capacity %v, limit %+v", code, x.Capacity, x.Limit)
	}
	if x.Limit.Cause != resultfile.CauseDataPorts || !strings.Contains(x.Limit.Hint, "has 20 passive ports: at most 20 transfers at a time") || !strings.Contains(x.Limit.Hint, "0.33 per second") {
		t.Errorf("%+v", x.Limit)
	}
	if !strings.Contains(x.Headline, "ports") {
		t.Errorf("%s", x.Headline)
	}
}

// usedUpPassivePortsOfProFTPD: it says 425, or names a port outside of its
// range, which a firewall would drop. With few sessions it says 425 too, if two of
// its processes choose the same port at the same moment: so some may fail.
func usedUpPassivePortsOfProFTPD(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.ProFTPD, servers.Options{PassivePorts: [2]uint16{20000, 20019}})
	r, o := capacityOf(t, server.URL(), "--mode", "epsv", "--size", "16KiB", "--session-bandwidth", "64KiB/s", "--passive-ports", "20000-20019", "--most", "64", "--from", "4", "--precision", "25%", "--slo", "errors.rate < 10%")
	usedUp(t, r, o.code)
}

// usedUpPassivePortsOfVsftpd: it listens from EPSV until RETR. Over a long
// path that takes half of the time, so that the sessions take each other's ports
// away; then it ends a session that finds none.
func usedUpPassivePortsOfVsftpd(t *testing.T) {
	t.Parallel()
	n := newSides(t)
	ftptest.StartDelayedLink(t, 10*time.Millisecond,
		ftptest.LinkEnd{Namespace: n.client, Addr: netip.MustParseAddr(clientSide)},
		ftptest.LinkEnd{Namespace: n.server, Addr: netip.MustParseAddr(serverSide)})
	w := farServer{name: "vsftpd", command: func(t *testing.T, folder string) *exec.Cmd {
		c := vsftpdForAnybody(t, folder)
		f, err := os.OpenFile(filepath.Join(folder, "vsftpd.conf"), os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString("pasv_min_port=20000\npasv_max_port=20019\n")
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		return c
	}}
	w.start(t, n.server)
	var r capacity.Report
	var code int
	for range 3 {
		if r, code = farCapacity(t, n, w); !tooBusy(&r) {
			break
		}
	}
	usedUp(t, &r, code)
}

// farCapacity searches from the client's side.
func farCapacity(t *testing.T, n sides, w farServer) (r capacity.Report, code int) {
	t.Helper()
	p := startCommand(t, n.client.Within(w.login(commandOf(t, "capacity", w.url(), "--mode", "epsv", "--size", "1KiB", "--passive-ports", "20000-20019",
		"--from", "8", "--most", "64", "--precision", "50%", "--slo", "errors.rate < 1%", "--step-min", "2s", "--step-max", "6s", "--warmup", "100ms", "--format", "json", "-q"))))
	p.late.Reset(4 * time.Minute) // sessions that the server ends are opened again, over a long path
	code = p.Await()
	if err := json.Unmarshal([]byte(p.Stdout()), &r); err != nil {
		t.Fatalf("exit %d, %v, stderr\n%s", code, err, p.Stderr())
	}
	logSteps(t, &r)
	return r, code
}

// TestALimitedGeneratorFindsNoCapacity: held to a tenth of a processor, ftpmark is
// the limit, says so, and names no capacity.
func TestALimitedGeneratorFindsNoCapacity(t *testing.T) {
	server := servers.Start(t, servers.Vsftpd, servers.Options{})
	group := tenthOfAProcessor(t)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := commandOf(t)
	c.Path = "/bin/sh"
	c.Args = []string{"sh", "-c", `echo $$ > "$1"/cgroup.procs && shift && exec "$@"`, "sh", group,
		exe, "capacity", server.URL(), "--mode", "epsv", "--size", "64KiB", "--step-min", "500ms", "--step-max", "1s", "--format", "json", "-q"}
	p := startCommand(t, c)
	code := p.Await()
	var r capacity.Report
	if err := json.Unmarshal([]byte(p.Stdout()), &r); err != nil {
		t.Fatalf("exit %d, %v in\n%s\nstderr\n%s", code, err, p.Stdout(), p.Stderr())
	}
	if x := r.Results[0]; code != exitUnjudged || x.Capacity != nil || x.Limit != nil || !strings.Contains(x.Headline, "generator") {
		t.Errorf("exit %d, %+v", code, x)
	}
}

// tenthOfAProcessor makes a control group, of version 1 or 2, with a tenth of a
// processor's time, and returns its folder.
func tenthOfAProcessor(t *testing.T) string {
	t.Helper()
	for _, g := range []struct{ parent, limit, value string }{
		{"/sys/fs/cgroup/cpu", "cpu.cfs_quota_us", "10000"},
		{"/sys/fs/cgroup", "cpu.max", "10000 100000"},
	} {
		folder := filepath.Join(g.parent, fmt.Sprintf("ftpmark-test-%d", os.Getpid()))
		if g.limit == "cpu.max" {
			_ = os.WriteFile(filepath.Join(g.parent, "cgroup.subtree_control"), []byte("+cpu"), 0o600)
		}
		if os.Mkdir(folder, 0o755) != nil {
			continue
		}
		t.Cleanup(func() { _ = os.Remove(folder) })
		if os.WriteFile(filepath.Join(folder, g.limit), []byte(g.value), 0o600) == nil {
			return folder
		}
	}
	t.Fatal("no control group with a limit on processor time can be made (this needs root)")
	return ""
}
