package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
)

// TestServeTLSUsage: serve says how it is to be reached.
func TestServeTLSUsage(t *testing.T) {
	t.Parallel()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	for mode, scheme := range map[string]string{"off": "ftp", "explicit": "ftpes", "implicit": "ftps"} {
		args := []string{"serve", "--listen", "127.0.0.1:0", "--tls", mode}
		says := []string{"serving " + scheme + "://127.0.0.1:"}
		if mode == "explicit" {
			args, says = append(args, "--tls-ca-out", ca), append(says, "--tls-ca "+ca)
		} else if mode == "implicit" {
			says = append(says, "--tls-ca-out FILE")
		}
		p := startFtpmark(t, args...)
		for _, words := range says {
			if !eventually(func() bool { return strings.Contains(p.Stderr(), words) }) {
				t.Errorf("--tls %s: %q does not say %q", mode, p.Stderr(), words)
			}
		}
	}
}

// TestProgressSays what there is to say of a stage.
func TestProgressSays(t *testing.T) {
	t.Parallel()
	for want, x := range map[string]loadgen.Progress{
		"preparing files: 120/1000": {Part: rig.PartPrepare, Files: 120, OfFiles: 1000, Elapsed: time.Second},
		"epsv: connecting 1s, 3/8 sessions": {
			Variant: "epsv", Part: rig.PartConnect, Elapsed: time.Second, Up: 3, Wanted: 8, Waiting: 9},
		"epsv: measuring 2s/10s, 8/8 sessions, 50 op/s, 2.00 MiB/s, 37 waiting, 1 failed": {
			Variant: "epsv", Part: rig.PartWindow, Elapsed: 2 * time.Second, Length: 10 * time.Second, Up: 8, Wanted: 8,
			OperationsPerSec: 50, BytesPerSecond: 2 << 20, Waiting: 37, Failed: 1},
	} {
		if got := describeProgress(x); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestProgressWay: the live view is for terminals that can move their cursor,
// and only where nobody wants them left alone.
func TestProgressWay(t *testing.T) {
	t.Parallel()
	var pipe bytes.Buffer
	for _, c := range []struct {
		asked string
		quiet bool
		want  string
	}{
		{"", false, progressPlain}, {"", true, progressNone}, {progressPlain, false, progressPlain},
		{progressNone, false, progressNone}, {progressPlain, true, progressNone}, {progressLive, true, progressNone},
	} {
		got, err := progressWay(c.asked, c.quiet, &pipe, os.LookupEnv)
		if err != nil || got != c.want {
			t.Errorf("%q, quiet %v: %q, %v; want %q", c.asked, c.quiet, got, err, c.want)
		}
	}
	for _, command := range []string{"run", "compare", "capacity"} {
		o := executed(command, "--progress", "live")
		if o.code != exitUsage || !strings.Contains(o.stderr, "--progress live: stderr is not a terminal: want plain or none") {
			t.Errorf("%s: exit %d, %s", command, o.code, o.stderr)
		}
		o = executed(command, "--progress", "loud")
		if o.code != exitUsage || !strings.Contains(o.stderr, `--progress "loud": want none or plain or live`) {
			t.Errorf("%s: exit %d, %s", command, o.code, o.stderr)
		}
	}
}

// TestLocale says whether a terminal shows more than ASCII.
func TestLocale(t *testing.T) {
	t.Parallel()
	for want, variables := range map[bool][]map[string]string{
		true:  {{"LANG": "C.UTF-8"}, {"LC_ALL": "de_DE.utf8", "LANG": "C"}, {"LC_CTYPE": "en_US.UTF-8", "LC_ALL": ""}},
		false: {{}, {"LANG": "C"}, {"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, {"LANG": "de_DE.ISO-8859-1"}},
	} {
		for _, v := range variables {
			if got := utf8Locale(func(name string) (string, bool) { s, ok := v[name]; return s, ok }); got != want {
				t.Errorf("%v: %v", v, got)
			}
		}
	}
}

// TestPlainProgress writes whole lines without any control code, one of each
// stage at once and then now and again.
func TestPlainProgress(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	p := newProgress(progressPlain, &b, []string{"epsv"})
	now := time.Now()
	for i := range 25 {
		p.observe(now.Add(time.Duration(i)*time.Second), loadgen.Progress{Variant: "e\x1b[2Jpsv", Part: rig.PartWindow})
	}
	fmt.Fprintln(p, "said in between")
	p.observe(now.Add(25*time.Second), loadgen.Progress{Variant: "epsv", Part: rig.PartDrain})
	p.close()
	if got := strings.Count(b.String(), "\n"); got != 5 || strings.ContainsAny(b.String(), "\x1b\r") {
		t.Errorf("%q", b.String())
	}
}

// TestOneLine: a server's words neither steer the terminal nor turn the direction
// of what follows.
func TestOneLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain": "plain", "über\u00a0alles 漢": "über\u00a0alles 漢", "a\r\n\tb": "a   b", "\x1b[2Jx\x07\u009b": "?[2Jx??",
		"a\u202eb\u2066c\u200bd\u2028e": "a?b?c?d?e", "bad \xff": "bad \ufffd",
	} {
		if got := oneLine(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestUnknownFlagsSaySomething: the nearest one, or where a password goes.
func TestUnknownFlagsSaySomething(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"run", "--sesions", "3"}, "unknown flag: --sesions: did you mean --sessions?"},
		{[]string{"compare", "--pears=7"}, "did you mean --pairs?"},
		{[]string{"run", "--password", "x"}, "use --password-file, FTPMARK_PASSWORD, .netrc or the URL"},
		{[]string{"run", "--colour"}, "unknown flag: --colour (see ftpmark run --help)"},
	} {
		if o := executed(c.args...); o.code != exitUsage || !strings.Contains(o.stderr, c.says) || o.stdout != "" {
			t.Errorf("%q: exit %d, %s", c.args, o.code, o.stderr)
		}
	}
}

// TestValuesAreCompleted: what a shell is offered for flags whose values are words.
func TestValuesAreCompleted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		word string
	}{
		{[]string{"run", "--mode", ""}, "epsv"}, {[]string{"run", "--op", ""}, "mlsd"}, {[]string{"run", "-p", ""}, "small-files"},
		{[]string{"compare", "--format", ""}, "junit"}, {[]string{"capacity", "--vary", ""}, "bandwidth"},
		{[]string{"run", "--tls", ""}, "explicit"}, {[]string{"help", ""}, "thresholds"},
	} {
		if o := executed(append([]string{"__complete"}, c.args...)...); !strings.Contains(o.stdout, c.word+"\n") && !strings.Contains(o.stdout, c.word+"\t") {
			t.Errorf("%q: %s", c.args, o.stdout)
		}
	}
}

// TestNoResultFile: -o none keeps nothing, and a device is written to as it is.
func TestNoResultFile(t *testing.T) {
	t.Parallel()
	for _, output := range []string{"none", os.DevNull} {
		p := startFtpmark(t, "run", "-q", "--mode", "epsv", "-c", "1", "-n", "2", "--size", "1kB", "-o", output)
		if code := p.Await(); code != exitFine {
			t.Errorf("-o %s: exit %d, %s", output, code, p.Stderr())
		}
		emptyFolder(t, p.Folder)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%v, %v", info, err)
	}
}
