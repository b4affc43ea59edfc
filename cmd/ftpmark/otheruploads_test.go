//go:build linux

package main

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// TestServersThatDoNotOverwrite: ProFTPD refuses a second upload to a name, Pure-FTPd
// renames it. Uploads take fresh names there, say so, and all of them are removed.
func TestServersThatDoNotOverwrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		kind  servers.Kind
		extra string
		notes []string
		curl  func(*testing.T, *servers.Server)
		reuse func(*testing.T, *servers.Server)
	}{
		{"ProFTPD", servers.ProFTPD, "<Directory />\n  AllowOverwrite off\n</Directory>", []string{"fresh names", "550"}, refusesSecond, failsWithReuse},
		{"Pure-FTPd", servers.PureFTPd, "--autorename", []string{"fresh names", "another name"}, renamesSecond, leavesNothingWithReuse},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, servers.Options{Extra: []string{c.extra}})
			c.curl(t, server)
			for _, args := range [][]string{
				{"--mode", "passive,active"}, {"--verify", "size"}, {"--verify", "checksum"}, {"--upload-names", "fresh"},
			} {
				args = few(append([]string{server.URL(), "--op", "stor"}, args...)...)
				s, _ := flawless(t, server, 12, args...)
				for _, words := range c.notes {
					if args[len(args)-1] != "fresh" && !says(s, words) {
						t.Errorf("%q: no note says %q: %q", args, words, s.Notes)
					}
				}
			}
			// Other loads never write a name twice, or what they write is theirs.
			for _, op := range []string{"retr", "appe", "dele", "rename", "retr=50,stor=50"} {
				args := few(server.URL(), "--op", op, "--mode", "passive")
				s, _, o := measured(t, server.Pass, args...)
				if o.code != exitFine || len(s.Errors) > 0 {
					t.Errorf("%s: exit %d, errors %+v, stderr\n%s", op, o.code, s.Errors, o.stderr)
				}
				emptyFolder(t, server.DataDir)
			}
			c.reuse(t, server)
		})
	}
}

// putTwice has curl upload to one name twice, deletes what is there then, and returns the
// second's output and the names.
func putTwice(t *testing.T, server *servers.Server) (string, []string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("content"), 0o644); err != nil {
		t.Fatal(err)
	}
	var said []byte
	for range 2 {
		said, _ = exec.Command("curl", "-sS", "--max-time", "30", "-T", file, server.URL()+"curl").CombinedOutput()
	}
	var names []string
	left, err := os.ReadDir(server.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		names = append(names, e.Name())
		if err := os.Remove(filepath.Join(server.DataDir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return string(said), names
}

// refusesSecond checks by curl that the server is as this test wants it.
func refusesSecond(t *testing.T, server *servers.Server) {
	t.Helper()
	if said, names := putTwice(t, server); !strings.Contains(said, "550") || len(names) != 1 {
		t.Errorf("curl said %q, and there are %q", said, names)
	}
}

func renamesSecond(t *testing.T, server *servers.Server) {
	t.Helper()
	if said, names := putTwice(t, server); said != "" || len(names) != 2 {
		t.Errorf("curl said %q, and there are %q", said, names)
	}
}

// failsWithReuse: told to use names again, uploads fail as the server says, and the first
// of each session is no failure.
func failsWithReuse(t *testing.T, server *servers.Server) {
	t.Helper()
	s, _, o := measured(t, server.Pass, few(server.URL(), "--op", "stor", "--mode", "passive", "--upload-names", "reuse")...)
	x := &s.Series[0]
	if x.Failed == 0 || x.OK+x.Failed != 12 || len(s.Errors) == 0 || s.Errors[0].Code != 550 {
		t.Errorf("exit %d, %d ok, %d failed, errors %+v, stderr\n%s", o.code, x.OK, x.Failed, s.Errors, o.stderr)
	}
	emptyFolder(t, server.DataDir)
}

// leavesNothingWithReuse: told to use names again, uploads pile up under other names, and
// clean-up finds them by its listing.
func leavesNothingWithReuse(t *testing.T, server *servers.Server) {
	t.Helper()
	flawless(t, server, 12, few(server.URL(), "--op", "stor", "--mode", "passive", "--upload-names", "reuse")...)
}

// TestServerThatNeitherOverwritesNorDeletes: vsftpd's anonymous users may upload, and take
// nothing back. Uploads succeed, and the last lines say what stays there.
func TestServerThatNeitherOverwritesNorDeletes(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Vsftpd, servers.Options{Extra: []string{
		"anonymous_enable=YES", "ftp_username=daemon", "anon_root={data}", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES", "anon_umask=022",
	}})
	// vsftpd refuses anonymous sessions whose root they could write to.
	pub := filepath.Join(server.DataDir, "pub")
	owner, err := os.Stat(server.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(pub, 0o755); err != nil {
		t.Fatal(err)
	}
	chown(t, pub, owner)
	if err := os.Chown(server.DataDir, 0, 0); err != nil {
		t.Fatal(err)
	}
	url := "ftp://anonymous:x@" + server.Addr.String() + "/pub/"
	for _, op := range []string{"stor", "retr"} {
		file := filepath.Join(t.TempDir(), "r.jsonl")
		o := executed(append([]string{"run", "-q", "-o", file, "--op", op, "--mode", "passive"}, few(url)...)...)
		r, err := resultfile.ReadFile(file)
		if err != nil {
			t.Fatalf("%s: exit %d, %v, stderr\n%s", op, o.code, err, o.stderr)
		}
		if x := r.Trials[0].Series[0]; o.code != exitFine || x.OK != 12 || x.Failed != 0 {
			t.Errorf("%s: exit %d, %d ok, %d failed, stderr\n%s", op, o.code, x.OK, x.Failed, o.stderr)
		}
		left, err := os.ReadDir(pub)
		if err != nil || len(left) != 1 {
			t.Fatalf("%s: %d folders stay, want the run's one (%v)", op, len(left), err)
		}
		all := o.stdout + o.stderr
		for _, words := range []string{"pub/" + left[0].Name(), "550 Permission denied"} {
			if !strings.Contains(all, words) {
				t.Errorf("%s: %q is not in\n%s", op, words, all)
			}
		}
		if op == "stor" && (!strings.Contains(all, "fresh names") || !strings.Contains(all, "553")) {
			t.Errorf("%s: nothing tells of fresh names and the 553:\n%s", op, all)
		}
		if err := os.RemoveAll(filepath.Join(pub, left[0].Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// chown gives the file the owner of another.
func chown(t *testing.T, path string, like os.FileInfo) {
	t.Helper()
	uid, gid := ownerOf(like)
	if err := os.Chown(path, uid, gid); err != nil {
		t.Fatal(err)
	}
}

// TestRateLimitsOfServers: what is reported of downloads is the rate that the server is
// told to keep; uploads are held to what the server has by TestUploadRates. These servers move tens of KiB at a time and then wait, so a
// window of six seconds may hold some too many or too few of those.
func TestRateLimitsOfServers(t *testing.T) {
	const each, sessions = 200 << 10, 2
	for _, c := range []struct {
		kind  servers.Kind
		extra []string
	}{
		{servers.Vsftpd, []string{"local_max_rate=204800"}},
		{servers.ProFTPD, []string{"TransferRate RETR,STOR 200"}},
		{servers.PureFTPd, []string{"-T", "200:200"}},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			t.Parallel()
			server := servers.Start(t, c.kind, servers.Options{Extra: c.extra})
			s, _, o := measured(t, server.Pass, server.URL(), "-c", "2", "-d", "6s", "--warmup", "1s", "--size", "1MiB", "--mode", "passive")
			got := s.Series[0].GoodputBytesPerSecond
			if o.code != exitFine || s.Series[0].Failed > 0 || math.Abs(got/(each*sessions)-1) > 0.1 {
				t.Errorf("exit %d, %d failed, goodput %.0f B/s, want %d: errors %+v, stderr\n%s", o.code, s.Series[0].Failed, got, each*sessions, s.Errors, o.stderr)
			}
			emptyFolder(t, server.DataDir)
		})
	}
}

// TestStockPyftpdlibHangsInActiveMode: version 1.5.7 as it comes loses active connections of
// concurrent sessions, for every client. That is told as the server's fault. Which of them
// meet is chance, and the fewer operations there are the less likely, so a slow machine has
// several runs for it.
func TestStockPyftpdlibHangsInActiveMode(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Pyftpdlib, servers.Options{Extra: []string{"stock=True"}})
	flawless(t, server, 12, few(server.URL(), "--mode", "active", "-c", "1")...)
	const runs = 8
	var s *summary.Summary
	done := int64(0)
	for range runs {
		began := time.Now()
		s, _, _ = measured(t, server.Pass, server.URL(), "-c", "8", "-d", "3s", "--warmup", "0", "--drain", "6s", "--size", "4KiB", "--mode", "eprt", "--reply-timeout", "2s", "--accept-timeout", "2s")
		if took := time.Since(began); took > 40*time.Second {
			t.Errorf("it took %v", took)
		}
		if done += s.Series[0].OK; len(s.Errors) > 0 {
			break
		}
	}
	if len(s.Errors) == 0 {
		t.Errorf("no failure in %d operations: is the bug mended?", done)
	}
	for _, e := range s.Errors {
		if strings.Contains(e.Hint, "firewall") && !strings.Contains(e.Hint, "pyftpdlib") {
			t.Errorf("%s in %s, %d times: %s; hint %q", e.Class, e.Phase, e.Count, e.Example, e.Hint)
		}
	}
	emptyFolder(t, server.DataDir)
}

// ownerOf returns the user and the group of a file.
func ownerOf(f os.FileInfo) (uid, gid int) {
	st := f.Sys().(*syscall.Stat_t)
	return int(st.Uid), int(st.Gid)
}
