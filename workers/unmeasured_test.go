package workers

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// fixtures opens a session with a server that has a home with a folder and a file.
func fixtures(t *testing.T, mode profiles.Mode, change func(*scripted.Script)) *watched {
	t.Helper()
	clock := stats.NewClock(time.Now())
	script := scripted.Script{Tree: &scripted.Tree{Home: "home", Folders: []string{"home/run", "other"}, Files: map[string]int64{"home/run/f": 100}}}
	if change != nil {
		change(&script)
	}
	return watch(t, startScripted(t, clock, script), clock, mode, nil)
}

// TestFilesAreWrittenAndRead, in every mode and without one, and on servers that
// refuse names with a slash.
func TestFilesAreWrittenAndRead(t *testing.T) {
	for _, mode := range []profiles.Mode{"", profiles.EPSV, profiles.PASV, profiles.EPRT, profiles.PORT} {
		for _, plain := range []bool{false, true} {
			w := fixtures(t, mode, func(s *scripted.Script) { s.Tree.PlainNames = plain })
			if plain {
				if err := w.MakeFolder("run/x"); err != nil { // so it learns
					t.Fatal(err)
				}
			}
			if err := w.WriteFile("run/w", []byte("twelve bytes")); err != nil {
				t.Fatal(err)
			}
			if size, known, err := w.FileSize("run/w"); size != 12 || !known || err != nil {
				t.Errorf("%d bytes, %v, %v", size, known, err)
			}
			for _, most := range []int{100, 1000} { // it has 100
				got, err := w.ReadFile("run/f", most)
				if err != nil || !bytes.Equal(got, scripted.Content(0, 100)) {
					t.Errorf("at most %d: %d bytes, %v", most, len(got), err)
				}
			}
			if err := w.WriteFile("none/w", nil); err == nil || !w.Usable() {
				t.Errorf("written into a folder that is not there: %v, usable %v", err, w.Usable())
			}
			var f *stats.Failure
			if _, err := w.ReadFile("run/none", 10); !errors.As(err, &f) || f.Code != 550 || !strings.Contains(f.Text, "RETR with 550") || !w.Usable() {
				t.Errorf("read what is not there: %v, usable %v", err, w.Usable())
			}
			if _, err := w.ReadFile("run/f", 99); !errors.As(err, &f) || f.Class != stats.ClassLong || w.Usable() {
				t.Errorf("too long: %v, usable %v", err, w.Usable())
			}
		}
	}
}

// TestACutFileIsNoFile: neither what is read nor what is written.
func TestACutFileIsNoFile(t *testing.T) {
	w := fixtures(t, profiles.EPSV, func(s *scripted.Script) { s.Completion = scripted.NewReply(426, "Cut.") })
	for verb, err := range map[string]error{"STOR": w.WriteFile("run/w", []byte("x")), "RETR": func() error { _, err := w.ReadFile("run/f", 1000); return err }()} {
		if err == nil || !strings.Contains(err.Error(), verb+" with 426 Cut.") {
			t.Errorf("%s: %v", verb, err)
		}
	}
}

// TestHasFolder leaves the session where it was.
func TestHasFolder(t *testing.T) {
	w := fixtures(t, profiles.EPSV, nil)
	w.sent(w.HasFolder("run"), "PWD,CWD run,CWD /home")
	w.sent(w.HasFolder("/other"), "PWD,CWD /other,CWD /home")
	w.refusedWith(w.HasFolder("none"), 550, "CWD", "PWD,CWD none")
	w.refusedWith(w.HasFolder("run/none"), 550, "CWD", "PWD,CWD run/none,CWD run,CWD none,CDUP") // is it the slash?
	if home, f := w.home(); home != "/home" || f != nil {
		t.Errorf("it is in %q, %v", home, f)
	}

	quoted := fixtures(t, profiles.EPSV, func(s *scripted.Script) {
		s.Tree.Home = `ho"me`
		s.Tree.Folders = []string{`ho"me/run`}
		s.Replies = replyTo("PWD", `257 "/ho""me" is the "current" directory.`)
	})
	quoted.sent(quoted.HasFolder("run"), `PWD,CWD run,CWD /ho"me`)
	for words, want := range map[string]string{
		`"/" is it.`: "/", `"/a b"`: "/a b", `In "/a" now`: "/a", `"/a""b""" "c"`: `/a"b"`, `/a is it.`: "", `"/a`: "", `""`: "", `"`: "", "": "",
	} {
		if got := quotedName(words); got != want {
			t.Errorf("%s: %q, want %q", words, got, want)
		}
	}
	nowhere := fixtures(t, profiles.EPSV, func(s *scripted.Script) { s.Replies = replyTo("PWD", "502 What?") })
	if err := nowhere.HasFolder("run"); err != nil || nowhere.Usable() {
		t.Errorf("%v; it cannot be brought back, usable %v", err, nowhere.Usable())
	}
}

// TestSystemIsOptional: a server may not answer SYST, or say good-bye to it.
func TestSystemIsOptional(t *testing.T) {
	for reply, want := range map[string]struct {
		system string
		usable bool
	}{
		"215 UNIX Type: L8": {"UNIX Type: L8", true}, "502 What?": {"", true}, "200 Well.": {"", true}, "421 Bye.": {"", false},
	} {
		w := fixtures(t, profiles.EPSV, func(s *scripted.Script) { s.Replies = replyTo("SYST", reply) })
		if got := w.System(); got != want.system || w.Usable() != want.usable {
			t.Errorf("%s: %q, usable %v", reply, got, w.Usable())
		}
	}
}

// TestAnswersNameNoPassword: some servers repeat what they were told.
func TestAnswersNameNoPassword(t *testing.T) {
	w := fixtures(t, profiles.EPSV, func(s *scripted.Script) { s.Replies = replyTo("MKD", "550 u with password p may not.") })
	err := w.MakeFolder("x")
	if err == nil || strings.Contains(err.Error(), "password p ") || !strings.Contains(err.Error(), "MKD with 550") {
		t.Errorf("%v", err)
	}
}
