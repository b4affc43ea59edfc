package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// capacityOf runs `capacity` in this process and returns its JSON report, which
// keeps to its schema and is the one that the result file gives.
func capacityOf(t *testing.T, args ...string) (*capacity.Report, outcome) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "result.jsonl")
	o := executed(append([]string{"capacity", "--quiet", "--format", "json", "-o", file, "--step-min", "500ms", "--step-max", "1s", "--warmup", "100ms"}, args...)...)
	var r capacity.Report
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("exit %d, %v in\n%s\nstderr\n%s", o.code, err, o.stdout, o.stderr)
	}
	keepsTo(t, filepath.Join("..", "..", "stats", "capacity", "capacity.schema.json"), o.stdout)
	again := executed("report", "--format", "json", file)
	if again.code != exitFine || again.stdout != o.stdout {
		t.Errorf("the file gives exit %d and another report:\n%s\nnot\n%s", again.code, again.stdout, o.stdout)
	}
	for _, s := range r.Results[0].Steps {
		t.Logf("%-8s %4.0f %-7s %d of %d, %s %d %s", s.Purpose, s.Level, s.Verdict, s.Opened, s.Wanted, s.Cause, s.Code, s.Text)
	}
	return &r, o
}

// TestLimitsOfServersAreFound: the number of sessions that a server lets in is
// found exactly, and what it said when there was one too many.
func TestLimitsOfServersAreFound(t *testing.T) {
	for _, c := range []struct {
		name    string
		kind    ftptest.Kind
		options ftptest.Options
		args    []string
		want    float64
		cause   string
		code    int
		hint    string
	}{
		{"vsftpd, all clients", ftptest.Vsftpd, ftptest.Options{MaxClients: 50}, nil, 50, stats.CauseTooMany, 421, ""},
		{"vsftpd, one address", ftptest.Vsftpd, ftptest.Options{MaxPerIP: 30}, nil, 30, stats.CausePerAddress, 421, "--source"},
		{"vsftpd, two addresses", ftptest.Vsftpd, ftptest.Options{MaxPerIP: 30}, []string{"--source", "127.0.0.2,127.0.0.3"}, 60, stats.CausePerAddress, 421, "--source"},
		{"ProFTPD", ftptest.ProFTPD, ftptest.Options{Extra: []string{"MaxInstances 40"}}, nil, 40, stats.CauseNoGreeting, 0, ""},
		{"Pure-FTPd", ftptest.PureFTPd, ftptest.Options{Extra: []string{"--maxclientsnumber", "40"}}, nil, 40, stats.CauseTooMany, 421, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := ftptest.Start(t, c.kind, c.options)
			r, o := capacityOf(t, append([]string{server.URL(), "--mode", "epsv", "--size", "1KiB", "--most", "200", "--think", "20ms"}, c.args...)...)
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
