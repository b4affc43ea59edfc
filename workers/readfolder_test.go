package workers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// said writes entries for comparison: a folder's name with a slash behind it, a
// file's with its size, others' alone.
func said(entries []Entry) string {
	var names []string
	for _, e := range entries {
		switch {
		case e.Folder:
			names = append(names, e.Name+"/")
		case e.File:
			names = append(names, fmt.Sprintf("%s:%d", e.Name, e.Size))
		default:
			names = append(names, e.Name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}

// listingStyles are listings as servers write them.
func listingStyles() map[string]struct {
	mlsd    bool
	text    string
	entries string
	unread  int
} {
	return map[string]struct {
		mlsd    bool
		text    string
		entries string
		unread  int
	}{
		"empty":      {false, "", "", 0},
		"empty MLSD": {true, "", "", 0},
		"only total": {false, "total 0\r\n", "", 0},
		"ls": {false, "total 8\r\n" +
			"drwxr-xr-x 2 ftp ftp 4096 Jan 02 2024 .\r\n" +
			"drwxr-xr-x 2 ftp ftp 4096 Jan 02 2024 ..\r\n" +
			"drwxr-xr-x 2 ftp ftp 4096 Jan 02 2024 a folder\r\n" +
			"-rw-r--r-- 1 ftp ftp   12 Jan 02 2024 a  file.txt\r\n" +
			"-rw-r--r-- 1 ftp ftp   13 Jan 02 2024 -l\r\n" +
			"lrwxrwxrwx 1 ftp ftp    4 Jan 02 2024 link -> there\r\n", "-l:13,a  file.txt:12,a folder/,link", 0},
		"LF alone":    {false, "-rw-r--r-- 1 ftp ftp 12 Jan 02 2024 one\n-rw-r--r-- 1 ftp ftp 13 Jan 02 2024 two\n", "one:12,two:13", 0},
		"unended":     {false, "-rw-r--r-- 1 ftp ftp 12 Jan 02 2024 one", "one:12", 0},
		"blank lines": {false, "\r\n-rw-r--r-- 1 ftp ftp 12 Jan 02 2024 one\r\n\r\n", "one:12", 0},
		"DOS": {false, "01-02-24  03:04AM       <DIR>          a folder\r\n" +
			"01-02-24  03:04PM                 1234 a file.bin\r\n", "a file.bin:1234,a folder/", 0},
		"unreadable": {false, "-rw-r--r-- 1 ftp ftp 12 Jan 02 2024 one\r\nwhat is this\r\nand this?\r\n", "one:12", 2},
		"a slash": {false, "-rw-r--r-- 1 ftp ftp 12 Jan 02 2024 ../../etc/passwd\r\n" +
			"-rw-r--r-- 1 ftp ftp 12 Jan 02 2024 one\r\n", "one:12", 0},
		"MLSD": {true, "type=cdir;modify=20240102030405; .\r\n" +
			"type=pdir;modify=20240102030405; ..\r\n" +
			"type=dir;modify=20240102030405; a folder\r\n" +
			"type=file;size=12;modify=20240102030405; a  file.txt\r\n" +
			"Type=file;Size=5000000000;Modify=20240102030405; big\r\n", "a  file.txt:12,a folder/,big:5000000000", 0},
		"MLSD with a slash": {true, "type=dir;modify=20240102030405; /etc\r\ntype=file;size=1;modify=20240102030405; one\r\n", "one:1", 0},
		"MLSD unreadable":   {true, "type=file;size=much;modify=20240102030405; one\r\ntype=file;size=2;modify=20240102030405; two\r\n", "two:2", 1},
	}
}

// TestReadFolder reads listings in every style, in every mode and without one, and
// is where it was afterwards.
func TestReadFolder(t *testing.T) {
	for name, c := range listingStyles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, mode := range []profiles.Mode{"", profiles.EPSV, profiles.PORT} {
				w := fixtures(t, mode, func(s *scripted.Script) {
					s.Features = []string{"SIZE"}
					if c.mlsd {
						s.Features = []string{"MLST type*;size*;modify*;"}
					}
					s.Download.Listings = map[string]string{"LIST": "?\r\n", "MLSD": "?\r\n"}
					s.Download.Listings[map[bool]string{false: "LIST", true: "MLSD"}[c.mlsd]] = c.text
				})
				entries, unread, err := w.ReadFolder("run")
				if err != nil || said(entries) != c.entries || unread != c.unread {
					t.Errorf("%s: %q, %d unread, %v; want %q, %d", mode, said(entries), unread, err, c.entries, c.unread)
				}
				if home, f := w.home(); home != "/home" || f != nil || !w.Usable() {
					t.Errorf("%s: it is in %q, %v, usable %v", mode, home, f, w.Usable())
				}
			}
		})
	}
}

// TestReadFolderSays which commands.
func TestReadFolderSays(t *testing.T) {
	w := fixtures(t, profiles.EPSV, nil) // it has MLST
	entries, unread, err := w.ReadFolder("run")
	w.sent(err, "PWD,CWD run,EPSV,MLSD,CWD /home")
	if said(entries) != "f:100" || unread != 0 || entries[0].Time.Year() != 2024 {
		t.Errorf("%+v, %d unread", entries, unread)
	}
	entries, _, err = w.ReadFolder("")
	w.sent(err, "EPSV,MLSD")
	if said(entries) != "run/" {
		t.Errorf("%+v", entries)
	}
	_, _, err = w.ReadFolder("none")
	w.refusedWith(err, 550, "CWD", "PWD,CWD none")

	active := fixtures(t, profiles.EPRT, func(s *scripted.Script) { s.Features = []string{} })
	entries, _, err = active.ReadFolder("run")
	active.sent(err, "PWD,CWD run,EPRT,LIST,CWD /home")
	if said(entries) != "f:100" {
		t.Errorf("%+v", entries)
	}

	plain := fixtures(t, profiles.EPSV, func(s *scripted.Script) { s.Tree.PlainNames = true })
	plain.sent(plain.MakeFolder("run/x"), "MKD run/x,CWD run,MKD x")
	entries, _, err = plain.ReadFolder("run")
	plain.sent(err, "EPSV,MLSD")
	if said(entries) != "f:100,x/" {
		t.Errorf("%+v", entries)
	}
	entries, _, err = plain.ReadFolder("run/x")
	plain.sent(err, "CWD x,EPSV,MLSD")
	if len(entries) != 0 {
		t.Errorf("%+v", entries)
	}
	plain.sent(plain.RemoveFile("run/f"), "CDUP,DELE f")
}

// TestReadFolderRefused names the command and what came, and is where it was.
func TestReadFolderRefused(t *testing.T) {
	for reply, words := range map[string]string{"550 No.": "LIST with 550 No.", "450 No files.": "LIST with 450 No files.", "226 Nothing.": "226"} {
		w := fixtures(t, profiles.EPSV, func(s *scripted.Script) {
			s.Features = []string{}
			s.Replies = replyTo("LIST", reply)
		})
		entries, unread, err := w.ReadFolder("run")
		var f *stats.Failure
		if !errors.As(err, &f) || fmt.Sprint(f.Code) != reply[:3] || !strings.Contains(f.Text, words) || len(entries) != 0 || unread != 0 {
			t.Errorf("%s: %+v, %v", reply, f, err)
		}
		if f != nil && f.Code >= 400 {
			w.refusedWith(err, f.Code, words, "PWD,CWD run,EPSV,LIST,CWD /home")
		}
	}
	// Half a listing is none.
	w := fixtures(t, profiles.EPSV, func(s *scripted.Script) { s.Completion = scripted.NewReply(426, "Cut.") })
	if entries, _, err := w.ReadFolder("run"); err == nil || len(entries) != 0 || !strings.Contains(err.Error(), "MLSD with 426 Cut.") {
		t.Errorf("%v, %v", entries, err)
	}
	// Where it cannot be brought back it is not usable.
	lost := fixtures(t, profiles.EPSV, func(s *scripted.Script) { s.Replies = replyTo("PWD", "502 What?") })
	if entries, _, err := lost.ReadFolder("run"); err != nil || said(entries) != "f:100" || lost.Usable() {
		t.Errorf("%v, %v, usable %v", entries, err, lost.Usable())
	}
}

// FuzzReadFolder: whatever a server sends for a listing, what comes of it are names
// within the folder, no more than there are lines.
func FuzzReadFolder(f *testing.F) {
	for _, c := range listingStyles() {
		f.Add([]byte(c.text), c.mlsd)
	}
	f.Add([]byte("total a=b;type=file; name\r\n"), true)
	f.Add([]byte("-rw-r--r-- 1 ftp ftp 12 Jan 02 2024 a\x00b\r\n"), false)
	f.Add([]byte(strings.Repeat("x", 70_000)), false)
	f.Fuzz(func(t *testing.T, content []byte, mlsd bool) {
		r := &folderReader{mlsd: mlsd, fetch: func(verb string) ([]byte, *stats.Failure) {
			if (verb == "MLSD") != mlsd {
				t.Fatalf("it asks with %s", verb)
			}
			return content, nil
		}}
		entries, err := r.list()
		if unread := r.lines - r.understood; unread < 0 || len(entries) > r.understood {
			t.Fatalf("%d lines, %d understood, %d entries", r.lines, r.understood, len(entries))
		}
		if err != nil && len(entries) > 0 {
			t.Fatalf("%d entries and %v", len(entries), err)
		}
		for _, e := range entries {
			if e.Name == "" || e.Name == "." || e.Name == ".." || strings.ContainsAny(e.Name, "/\r\n\x00") || e.Folder && e.File {
				t.Fatalf("%+v", e)
			}
		}
	})
}
