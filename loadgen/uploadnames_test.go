package loadgen

import (
	"context"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// noOverwrite are ProFTPD's settings for files that cannot be overwritten.
func noOverwrite() []string { return []string{"<Directory />", "AllowOverwrite off", "</Directory>"} }

// unwilling are servers that do not let files be overwritten, or deleted.
var unwilling = []struct {
	name    string
	kind    servers.Kind
	extra   []string
	note    string // of what was found out
	deletes bool
}{
	{"ProFTPD refuses to overwrite", servers.ProFTPD, noOverwrite(), "the server refuses to overwrite: 550 ", true},
	{"vsftpd refuses to overwrite", servers.Vsftpd, []string{"guest_enable=YES", "virtual_use_local_privs=NO", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES", "anon_other_write_enable=NO"}, "the server refuses to overwrite: 553 ", false},
	{"Pure-FTPd renames", servers.PureFTPd, []string{"-r"}, "under another name", true},
	{"vsftpd deletes nothing", servers.Vsftpd, []string{"cmds_denied=DELE"}, "the server refuses to delete files (550 ", false},
}

// uploading is a plan of uploads to that server, with its result.
func uploading(t *testing.T, server *servers.Server, op string, change func(*profiles.Profile)) (sum *summary.Summary, left []string, err error) {
	t.Helper()
	plan := planFor(server.Addr, func(p *profiles.Profile) {
		p.Op, p.Mode, p.Sessions = mixOf(t, op), profiles.Modes{profiles.Passive}, 2
		p.Operations, p.Duration = 40, 0
		p.ReplyTimeout, p.StallTimeout = profiles.Duration(10*time.Second), profiles.Duration(10*time.Second)
		if change != nil {
			change(p)
		}
	})
	plan.Credentials = profiles.Credentials{User: server.User, Password: server.Pass}
	var kept resultfile.Collector
	err = Run(context.Background(), plan, Options{Sink: &kept, Left: func(s string) { left = append(left, s) }, Warn: func(s string) { t.Log(s) }})
	r, incomplete := kept.Result()
	if incomplete != nil {
		return nil, left, errors.Join(err, incomplete)
	}
	return summary.Of(r), left, err
}

// wantNote fails the test unless one of the report's notes has the words.
func wantNote(t *testing.T, sum *summary.Summary, words string) {
	t.Helper()
	if !strings.Contains(strings.Join(sum.Notes, "\n"), words) {
		t.Errorf("no note with %q in %q", words, sum.Notes)
	}
}

// TestUploadsTakeFreshNames where a server does not take one twice: every upload
// succeeds and is verified, and nothing stays that can be deleted.
func TestUploadsTakeFreshNames(t *testing.T) {
	for _, c := range unwilling {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, servers.Options{Extra: c.extra})
			sum, left, err := uploading(t, server, "stor", func(p *profiles.Profile) { p.Verify = "size" })
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range sum.Series {
				if x.OK != 40 || x.Failed != 0 || x.SizeUnverified != 0 {
					t.Errorf("%d ok, %d failed, %d unverified: %+v", x.OK, x.Failed, x.SizeUnverified, sum.Errors)
				}
				if c.deletes && x.Housekeeping == 0 {
					t.Error("what was deleted beside the measurement is not shown as housekeeping")
				}
			}
			wantNote(t, sum, c.note)
			switch found := leftovers(t, server); {
			case c.deletes && (len(found) != 0 || len(left) != 0):
				t.Errorf("left %q, said %q", found, left)
			case !c.deletes && (len(left) != 1 || !strings.Contains(left[0], "may still be on the server") || !strings.Contains(left[0], "ftpmark clean --yes ")):
				t.Errorf("said %q", left)
			case !c.deletes:
				wantNote(t, sum, "may still be on the server")
				wantNote(t, sum, "the server refuses to delete files (550 ")
			}
		})
	}
}

// TestUploadsPileUpInBounds: names that were used are deleted as the run goes on.
func TestUploadsPileUpInBounds(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.ProFTPD, servers.Options{Extra: noOverwrite()})
	stop, most := make(chan struct{}), make(chan int, 1)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				most <- n
				return
			default:
				found, _ := filepath.Glob(server.DataDir + "/ftpmark-*/work/stor-*")
				n = max(n, len(found))
			}
		}
	}()
	_, left, err := uploading(t, server, "stor", func(p *profiles.Profile) { p.Operations = 400 })
	close(stop)
	if n := <-most; err != nil || len(left) != 0 || n == 0 || n > 6 {
		t.Errorf("%v, left %q, up to %d files of two sessions at a time", err, left, n)
	}
}

// TestMixedWritesOnUnwillingServers: what is deleted and renamed is made there too.
func TestMixedWritesOnUnwillingServers(t *testing.T) {
	for _, c := range unwilling[:3] {
		if !c.deletes {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, servers.Options{Extra: c.extra})
			mix := "stor=3,dele=2,rename=1,retr=1,mkd=1,rmd=1"
			if c.kind != servers.PureFTPd { // whose APPE overwrites behind a rename, with -r
				mix += ",appe=1"
			}
			sum, left, err := uploading(t, server, mix, func(p *profiles.Profile) { p.Verify, p.Operations = "size", 200 })
			if err != nil {
				t.Fatal(err)
			}
			if len(sum.Errors) != 0 || len(left) != 0 {
				t.Errorf("%+v, left %q", sum.Errors, left)
			}
			if found := leftovers(t, server); len(found) != 0 {
				t.Errorf("left %q", found)
			}
		})
	}
}

// TestUploadNamesAsAsked: what is forced is done, and said where it goes wrong.
func TestUploadNamesAsAsked(t *testing.T) {
	t.Run("reuse, refused", func(t *testing.T) {
		t.Parallel()
		server := servers.Start(t, servers.ProFTPD, servers.Options{Extra: noOverwrite()})
		sum, left, err := uploading(t, server, "stor", func(p *profiles.Profile) { p.UploadNames = "reuse" })
		if err != nil || len(left) != 0 {
			t.Fatalf("%v, left %q", err, left)
		}
		if x := sum.Series[0]; x.OK > 2 || x.Failed < 38 || len(sum.Errors) == 0 || sum.Errors[0].Code != 550 {
			t.Errorf("%d ok, %d failed, %+v", x.OK, x.Failed, sum.Errors)
		}
		wantNote(t, sum, "refuses to overwrite")
	})
	t.Run("reuse, renamed and verified", func(t *testing.T) {
		t.Parallel()
		server := servers.Start(t, servers.PureFTPd, servers.Options{Extra: []string{"-r"}})
		_, left, err := uploading(t, server, "stor", func(p *profiles.Profile) { p.UploadNames, p.Verify = "reuse", "size" })
		var unusable *fixtures.PrepareError
		if !errors.As(err, &unusable) || !strings.Contains(err.Error(), "--upload-names") || len(left) != 0 {
			t.Errorf("%v, left %q", err, left)
		}
		if found := leftovers(t, server); len(found) != 0 {
			t.Errorf("left %q", found)
		}
	})
	t.Run("reuse, renamed", func(t *testing.T) {
		t.Parallel()
		server := servers.Start(t, servers.PureFTPd, servers.Options{Extra: []string{"-r"}})
		sum, left, err := uploading(t, server, "stor", func(p *profiles.Profile) { p.UploadNames = "reuse" })
		if err != nil || len(left) != 0 || sum.Series[0].OK != 40 {
			t.Errorf("%v, left %q, %+v", err, left, sum)
		}
		if found := leftovers(t, server); len(found) != 0 { // the clean-up lists the folder
			t.Errorf("left %q", found)
		}
	})
	t.Run("fresh", func(t *testing.T) {
		t.Parallel()
		server := servers.Start(t, servers.Vsftpd, servers.Options{})
		sum, left, err := uploading(t, server, "stor", func(p *profiles.Profile) { p.UploadNames, p.Keep = "fresh", true })
		if err != nil || len(left) != 0 || sum.Series[0].OK != 40 {
			t.Errorf("%v, left %q, %+v", err, left, sum)
		}
		wantNote(t, sum, "uploads use fresh names")
		transfers, err := server.Transfers()
		if err != nil {
			t.Fatal(err)
		}
		names, fresh := map[string]bool{}, regexp.MustCompile(`/stor-\d`)
		for _, x := range transfers {
			if name := x.Path; fresh.MatchString(name) {
				if names[name] {
					t.Errorf("%s was written twice", name)
				}
				names[name] = true
			}
		}
		if len(names) != 40 {
			t.Errorf("%d names, want 40", len(names))
		}
	})
	t.Run("reuse where it works", func(t *testing.T) {
		t.Parallel()
		server := servers.Start(t, servers.Vsftpd, servers.Options{})
		sum, left, err := uploading(t, server, "stor", nil)
		if err != nil || len(left) != 0 || sum.Series[0].OK != 40 || strings.Contains(strings.Join(sum.Notes, " "), "names") {
			t.Errorf("%v, left %q, %q", err, left, sum.Notes)
		}
	})
}
