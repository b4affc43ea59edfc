package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// notRun says of lines of the manual why TestManualCommands does not run them.
func notRun(b manualBlock, line string) (reason string, ok bool) {
	if strings.HasPrefix(b.text, "# ci.sh:") {
		return "TestPipeline runs this script", true
	}
	for begin, reason := range map[string]string{
		"./start-server.sh":    "the reader writes this script",
		"gh release download ": "it needs GitHub",
		"go install ":          "it needs the network",
		"sh ci.sh":             "TestPipeline runs this script",
	} {
		if strings.HasPrefix(line, begin) {
			return reason, true
		}
	}
	return "", false
}

// TestManualCommands runs every command of README and of the topics, block by block, against
// servers in place of the examples' and for a shorter time. For make it only checks that the target
// exists.
func TestManualCommands(t *testing.T) {
	ftptest.SkipShort(t, "it starts processes")
	// No password comes from the user's .netrc, and the servers' certificate is trusted.
	t.Setenv("NETRC", filepath.Join(t.TempDir(), "none"))
	bench := newManualBench(t)
	t.Setenv("FTPMARK_TLS_CA", filepath.Join(bench.fixtures, "ca.pem"))
	var ran atomic.Int32
	t.Run("blocks", func(t *testing.T) {
		for _, file := range manualFiles() {
			for _, block := range blocksOf(file, manualFile(t, file)) {
				lines := shellLines(block.text)
				switch block.language {
				case "sh":
				case "yml":
					lines = stepsOf(lines)
				default:
					continue
				}
				for _, lines := range apart(lines) {
					t.Run(fmt.Sprintf("%s:%d", file, block.line), func(t *testing.T) {
						t.Parallel()
						r := &manualRun{manualBench: *bench, t: t, folder: t.TempDir()}
						for _, line := range lines {
							if reason, ok := notRun(block, line); ok {
								t.Logf("not run: %s: %s", line, reason)
							} else {
								r.line(line)
							}
						}
						ran.Add(r.ran)
					})
				}
			}
		}
	})
	if ran.Load() < 100 {
		t.Errorf("only %d commands were run", ran.Load())
	}
	t.Logf("%d commands", ran.Load())
}

// apart separates the lines of a block where none needs what another has made.
func apart(lines []string) (parts [][]string) {
	for _, line := range lines {
		if regexp.MustCompile(` -o \S+\.|>|^export |^set |serve |--html`).MatchString(line) {
			return [][]string{lines}
		}
		parts = append(parts, []string{line})
	}
	return parts
}

// stepsOf are the commands among the lines of a workflow.
func stepsOf(lines []string) (steps []string) {
	for _, line := range lines {
		if step, ok := strings.CutPrefix(line, "- run: "); ok {
			steps = append(steps, step)
		}
	}
	return steps
}

// manualRun runs the commands of a block, in a folder of its own.
type manualRun struct {
	manualBench
	t      *testing.T
	folder string
	// env are the variables that the block sets: its commands are then processes.
	env []string
	pid int // of a server on this machine
	ran int32
}

func (r *manualRun) line(line string) {
	out := ""
	for _, c := range parseShell(line) {
		if len(c.words) == 0 {
			r.t.Errorf("nothing to run in %q", line)
			return
		}
		name, args := c.words[0], c.words[1:]
		if goRun, ok := strings.CutPrefix(strings.Join(c.words, " "), "go run ./cmd/ftpmark"); ok {
			name, args = "ftpmark", strings.Fields(goRun)
		}
		switch name {
		case "ftpmark", "./ftpmark":
			out = r.ftpmark(line, args)
		case "jq":
			if err := found(out, args[0]); err != nil || !c.piped {
				r.t.Errorf("%s: %v in\n%s", line, err, out)
			}
		case "echo":
		case "export":
			r.env = append(r.env, args...)
		case "make":
			if !regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(args[0])+`:`).MatchString(manualFile(r.t, "Makefile")) || len(args) > 1 {
				r.t.Errorf("%s: there is no such target", line)
			}
			r.t.Logf("not run: %s: it builds, installs or tests; the target exists", line)
			continue
		default:
			r.t.Errorf("%s: how is %s run? See notRun", line, name)
		}
		r.ran++
		if c.to != "" {
			if err := os.WriteFile(filepath.Join(r.folder, c.to), []byte(out), 0o600); err != nil {
				r.t.Error(err)
			}
		}
	}
}

// ftpmark runs ftpmark and returns what it printed. Where a verdict decides the exit code, the codes
// of all verdicts are accepted: how it ends depends on the machine.
func (r *manualRun) ftpmark(line string, args []string) string {
	args = r.fitted(args)
	var o outcome
	switch {
	case args[0] == "serve":
		r.server = r.serve(args...)
		return ""
	case len(r.env) > 0:
		c := commandOf(r.t, args...)
		c.Dir, c.Env = r.folder, append(c.Env, r.env...)
		p := startCommand(r.t, c)
		code := p.Await()
		o = outcome{p.Stdout(), p.Stderr(), code}
	default:
		o = executed(args...)
	}
	codes := []int{exitFine}
	for _, word := range args {
		if slices.Contains([]string{"--threshold", "--slo", "--max-regression", "--gate", "ci-smoke", "capacity"}, word) {
			codes = []int{exitFine, exitMissed, exitUnjudged}
		}
	}
	if !slices.Contains(codes, o.code) {
		r.t.Errorf("%s\nas %q: exit %d, want one of %v\n%s\n%s", line, args, o.code, codes, o.stderr, o.stdout)
	}
	return o.stdout
}

// serve starts ftpmark serve, which runs to the end of the block, and returns its address.
func (r *manualRun) serve(args ...string) string {
	c := commandOf(r.t, args...)
	c.Env = append(c.Env, r.env...)
	p := startCommand(r.t, c)
	serving := regexp.MustCompile(`serving ftp://(\S+)/ `)
	if !eventually(func() bool { return serving.MatchString(p.Stderr()) }) {
		r.t.Fatalf("%q said %q", args, p.Stderr())
	}
	r.pid = p.Process.Pid
	return serving.FindStringSubmatch(p.Stderr())[1]
}

var (
	// exampleHost matches a server of the manual's.
	exampleHost = regexp.MustCompile(`(^|=)(?:(ftpe?s?)://)?(?:([a-z]+)@)?(?:192\.0\.2\.\d+|127\.0\.0\.1)(?::\d+)?(/|$)`)
	fileName    = regexp.MustCompile(`^(\./)?[\w-]+\.(jsonl|yaml|html|pem)$`)
	stageLength = regexp.MustCompile(`(\d+)s:`)
)

// fitted returns the arguments with servers and files that are there, and for a shorter time.
func (r *manualRun) fitted(args []string) []string {
	args = slices.Clone(args)
	for i, word := range args {
		flag := ""
		if i > 0 {
			flag = args[i-1]
		}
		switch {
		case strings.HasPrefix(word, "$(pgrep"):
			r.server = r.serve("serve", "--listen", "127.0.0.1:0")
			args[i] = fmt.Sprint(r.pid)
		case shortened(flag, r.otlp) != "":
			args[i] = shortened(flag, r.otlp)
		case flag == "--stages":
			args[i] = stageLength.ReplaceAllString(word, "${1}00ms:")
		case flag == "-c" && len(word) > 1:
			args[i] = "4"
		case flag == "-n" && len(word) > 2:
			args[i] = "50"
		case flag == "--files" && len(word) > 2:
			args[i] = "50"
		case fileName.MatchString(word):
			args[i] = r.place(word, flag == "-o" || flag == "--html")
		}
	}
	for i, word := range args { // once it is known which server
		if i > 0 && strings.HasSuffix(args[i-1], "listen") || i > 0 && args[i-1] == "--otlp" {
			continue
		}
		args[i] = exampleHost.ReplaceAllStringFunc(word, func(at string) string {
			m := exampleHost.FindStringSubmatch(at)
			begin, scheme, user, end := m[1], m[2], m[3], m[4]
			host := r.server
			if scheme == "ftps" {
				host = r.implicit
			}
			if scheme != "" {
				scheme += "://"
			}
			if user != "" {
				user += "@"
			}
			return begin + scheme + user + host + end
		})
	}
	if !slices.Contains(args, "--dry-run") {
		args = append(args, r.additions(args)...)
	}
	return args
}

// shortened is the value of a flag in place of the manual's, empty where that is fine.
func shortened(flag, otlp string) string {
	return map[string]string{
		"-d": "200ms", "--trial": "100ms", "--pairs": "6", "--listen": "127.0.0.1:0", "--metrics-listen": "127.0.0.1:0", "--otlp": otlp,
		"--from": "1MiB/s", // a busy machine would search for long below a level that it does not reach
	}[flag]
}

// place is a file in the block's folder. One that is read and not there is a fixture.
func (r *manualRun) place(name string, written bool) string {
	at := filepath.Join(r.folder, name)
	if _, err := os.Stat(at); err == nil || written {
		return at
	}
	b, err := os.ReadFile(filepath.Join(r.fixtures, name))
	if err == nil {
		err = os.WriteFile(at, b, 0o600)
	}
	if err != nil {
		r.t.Errorf("no command makes the file: %v", err)
	}
	return at
}

// additions are flags that make a command quick, where it does not have them.
func (r *manualRun) additions(args []string) (more []string) {
	add := func(flag, value string, unless ...string) {
		for _, word := range append(unless, flag) {
			if slices.Contains(args, word) {
				return
			}
		}
		more = append(more, flag, value)
	}
	command := args[0]
	if command == "run" || command == "compare" || command == "capacity" {
		add("--warmup", "0s")
		add("--size", "16KiB", "-p", "--path")
		add("-o", filepath.Join(r.folder, fmt.Sprintf("measured-%d.jsonl", r.ran)))
	}
	switch command {
	case "run":
		add("-d", "200ms", "-n", "--stages")
	case "compare":
		add("--trial", "100ms")
		add("--pairs", "6")
		add("--cooldown", "0s")
		if slices.Contains(args, "--until") {
			add("--max-pairs", "8")
		}
	case "capacity":
		add("--step-min", "500ms")
		add("--step-max", "500ms")
		add("--mode", "passive")
		most := "1"
		if slices.Contains(args, "rate") {
			most = "1/s"
		} else if slices.Contains(args, "bandwidth") {
			most = "1MiB/s"
		}
		add("--most", most)
	}
	return more
}
