//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/ftptest/servers"
)

// pageIn returns a page, which is whole and has these words.
func pageIn(t *testing.T, name string, words ...string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	page := string(b)
	if !strings.HasPrefix(page, "<!doctype html>") || !strings.HasSuffix(page, "</html>\n") {
		t.Errorf("%s is no whole page: %.60s", name, page)
	}
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("%s does not hold %q", name, w)
		}
	}
	return page
}

// TestPageBesideTheResult: --html writes the page that report makes of the
// result file, and replaces one that was there.
func TestPageBesideTheResult(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Vsftpd, servers.Options{})
	for _, c := range []struct {
		args  []string
		words []string
	}{
		{[]string{"run", "-d", "1s", "--trials", "2"}, []string{`data-chart="percentiles"`, `data-chart="partition"`, `data-chart="timeline-goodput"`}},
		{[]string{"compare", "--trial", "200ms", "--pairs", "6", "--cooldown", "0s"}, []string{`data-chart="pairs"`, "active against passive"}},
		{[]string{"capacity", "--mode", "epsv", "--most", "2", "--step-min", "500ms", "--step-max", "500ms"}, []string{`data-chart="capacity"`, "What it did at each load"}},
	} {
		folder := t.TempDir()
		result, page := filepath.Join(folder, "r.jsonl"), filepath.Join(folder, "r.html")
		if err := os.WriteFile(page, []byte("an older page"), 0o600); err != nil {
			t.Fatal(err)
		}
		args := append(append(c.args[:1:1], server.URL(), "--size", "4KiB", "-c", "2", "--quiet", "--html", page, "-o", result), c.args[1:]...)
		o := executed(args...)
		if o.code != exitFine && o.code != exitUnjudged || !strings.Contains(o.stderr, "page: "+page+"\n") {
			t.Errorf("%v: exit %d, %s", args, o.code, o.stderr)
		}
		written := pageIn(t, page, c.words...)
		again := executed("report", result, "--format", "html")
		if again.code != exitFine || again.stdout != written {
			t.Errorf("%v: the file gives another page, exit %d", args, again.code)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, ".*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

// TestPageOfAnInterruptedRun: a run that is interrupted has its page too.
func TestPageOfAnInterruptedRun(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Vsftpd, servers.Options{})
	f := startFamily(t, "run", server.URL(), "-c", "2", "-d", "50s", "--size", "64KiB", "-o", "it.jsonl", "--html", "it.html")
	f.awaitSaid("passive: measuring")
	f.Send(os.Interrupt)
	f.endsInterrupted(10 * time.Second)
	if !strings.Contains(f.Stderr(), "page: it.html\n") {
		t.Errorf("the page is not named:\n%s", f.Stderr())
	}
	pageIn(t, filepath.Join(f.Folder, "it.html"), `<span class="badge">partial</span>`, "the run was interrupted")
}

// TestPageThatCannotBe: what cannot be written is said before the run, and
// nothing that was there is lost.
func TestPageThatCannotBe(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	result := filepath.Join(folder, "old.jsonl")
	if o := executed("run", "-n", "5", "--mode", "epsv", "--size", "4KiB", "--quiet", "-o", result); o.code != exitFine {
		t.Fatal(o.stderr)
	}
	before, err := os.ReadFile(result)
	if err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(folder, "new.jsonl")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"run", "--html", filepath.Join(folder, "none", "x.html")}, "no such file or directory"},
		{[]string{"compare", "--html", folder}, "is a folder"},
		{[]string{"capacity", "--html", result}, "is a result file"},
		{[]string{"run", "--html", "-"}, "want a file name"},
		{[]string{"run", "--html", fresh}, "is also the result file"},
		{[]string{"report", result, "-o", result}, "is a result file"},
		{[]string{"report", result, "--output", filepath.Join(folder, "none", "x")}, "no such file or directory"},
	} {
		args := c.args
		if args[0] != "report" {
			args = append(args, "--quiet", "-o", fresh)
		}
		o := executed(args...)
		if o.code != exitUsage || !strings.Contains(o.stderr, c.says) || strings.Contains(o.stderr, ".tmp") || o.stdout != "" {
			t.Errorf("%v: exit %d, %q, want %q", args, o.code, o.stderr, c.says)
		}
		if _, err := os.Stat(fresh); err == nil {
			t.Errorf("%v: it ran", args)
		}
	}
	after, err := os.ReadFile(result)
	if err != nil || string(after) != string(before) {
		t.Errorf("the result file has changed: %v", err)
	}
}

// TestPageLostAtTheEnd: where the page cannot be written after all, the report
// and the result file are there, and it is said how to make it.
func TestPageLostAtTheEnd(t *testing.T) {
	t.Parallel()
	server := servers.Start(t, servers.Vsftpd, servers.Options{})
	pages := filepath.Join(t.TempDir(), "pages")
	if err := os.Mkdir(pages, 0o755); err != nil {
		t.Fatal(err)
	}
	f := startFamily(t, "run", server.URL(), "-c", "1", "-d", "2s", "--mode", "epsv", "--size", "4KiB", "--format", "json", "-o", "it.jsonl",
		"--html", filepath.Join(pages, "it.html"))
	f.awaitSaid("epsv: measuring")
	if err := os.RemoveAll(pages); err != nil {
		t.Fatal(err)
	}
	if code := f.Await(); code != exitFailed {
		t.Errorf("exit %d, want %d", code, exitFailed)
	}
	if s := summaryIn(t, f.Stdout()); s.Status != summary.Complete || s.Series[0].OK == 0 {
		t.Errorf("the report has status %s", s.Status)
	}
	if said := f.Stderr(); !strings.Contains(said, "the page was not written") || !strings.Contains(said, "ftpmark report it.jsonl --format html") ||
		!strings.Contains(said, "result file: it.jsonl\n") {
		t.Errorf("it said\n%s", said)
	}
	f.onlyResult()
}

// TestReportToAFile: every format goes to a file as it goes to stdout, gates
// decide all the same, and FTPMARK_OUTPUT, a run's, is not meant.
func TestReportToAFile(t *testing.T) {
	folder := t.TempDir()
	result := filepath.Join(folder, "r.jsonl")
	if o := executed("run", "-n", "5", "--mode", "epsv", "--size", "4KiB", "--quiet", "-o", result, "--threshold", "errors.rate > 50%"); o.code == exitUsage {
		t.Fatal(o.stderr)
	}
	t.Setenv("FTPMARK_OUTPUT", result)
	for _, format := range []string{"text", "json", "csv", "markdown", "junit", "gobench", "hlog", "hgrm", "html"} {
		out := filepath.Join(folder, format)
		plain := executed("report", result, "--format", format)
		o := executed("report", result, "--format", format, "-o", out, "--gate")
		if o.code != exitMissed || o.stdout != "" {
			t.Errorf("%s: exit %d, %s%s", format, o.code, o.stdout, o.stderr)
		}
		b, err := os.ReadFile(out)
		if err != nil || string(b) != plain.stdout || plain.code != exitFine {
			t.Errorf("%s: another report in the file, %v", format, err)
		}
	}
	old := filepath.Join(folder, "text")
	if o := executed("report", filepath.Join(folder, "none.jsonl"), "-o", old); o.code != exitUsage {
		t.Errorf("exit %d", o.code)
	}
	if b, err := os.ReadFile(old); err != nil || !strings.HasPrefix(string(b), "ran ") {
		t.Errorf("a report that could not be made has replaced one: %v", err)
	}
	mine, err := os.Stat(old)
	if err != nil {
		t.Fatal(err)
	}
	if others, err := os.Stat(result); err != nil || mine.Mode() != others.Mode() {
		t.Errorf("its mode is %v, that of the result file %v", mine.Mode(), others.Mode())
	}
}

// TestNoPageOnATerminal: a page is refused on a terminal, and not in a pipe.
func TestNoPageOnATerminal(t *testing.T) {
	t.Parallel()
	result := filepath.Join(t.TempDir(), "r.jsonl")
	if o := executed("run", "-n", "5", "--mode", "epsv", "--size", "4KiB", "--quiet", "-o", result); o.code != exitFine {
		t.Fatal(o.stderr)
	}
	for _, args := range [][]string{
		{"report", result, "--format", "html"}, {"run", "--format", "html"}, {"diff", result, result, "--format", "html"},
		{"merge", result, result, "--format", "html"},
	} {
		c := commandOf(t, args...)
		line := make([]string, len(c.Args))
		for i, a := range c.Args {
			line[i] = "'" + a + "'"
		}
		script := exec.Command("script", "-qec", "exec "+c.Path+" "+strings.Join(line[1:], " "), "/dev/null")
		script.Env, script.Dir = c.Env, c.Dir
		out, err := script.CombinedOutput()
		if script.ProcessState.ExitCode() != exitUsage || !strings.Contains(string(out), "not for a terminal") {
			t.Errorf("%v on a terminal: %v, %.300s", args, err, out)
		}
	}
}

// TestServersScriptInAPage: a server whose banner and errors are scripts has them
// shown and not run.
func TestServersScriptInAPage(t *testing.T) {
	t.Parallel()
	const attack = "</script><script>document.title='owned'</script>"
	server := startScripted(t, scripted.Script{Replies: map[string]scripted.Reply{
		scripted.Greeting: {Raw: "220 " + attack + "\r\n"}, "RETR": {Raw: "550 " + attack + "\r\n"},
	}})
	folder := t.TempDir()
	page := filepath.Join(folder, attack[10:18]+".html")
	o := executed("run", server.URL(), "-c", "1", "-n", "4", "--mode", "epsv", "--path", "x", "--quiet", "--html", page, "-o", filepath.Join(folder, "r.jsonl"))
	if o.code != exitFailed && o.code != exitFine {
		t.Errorf("exit %d, %s", o.code, o.stderr)
	}
	text := pageIn(t, page, "&lt;/script&gt;&lt;script&gt;document.title=")
	if strings.Contains(text, "<script>document.title") {
		t.Error("the server's script is in the page as it is")
	}
}
