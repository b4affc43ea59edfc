//go:build linux

package workers

import (
	"context"
	"crypto/tls"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/diagnosis"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// hintCase is a dialogue that fails, and all that is said of it.
type hintCase struct {
	name   string
	script scripted.Script
	mode   profiles.Mode             // of the session
	job    Job                       // its payload and its expectations are made up: a retr if there is none
	config func(*testing.T, *Config) // changes what the session is opened with; may be nil

	phase stats.Phase
	class stats.Class
	code  int
	says  []string // what the message must name: the command, and what came
	hint  string   // the whole of it, or that there is none
}

// TestHints goes through everything that a hint is given for, and what lies near
// by: a wrong hint is worse than none. Each hint that there is must be reached.
func TestHints(t *testing.T) {
	block := testBlock(t)
	var mu sync.Mutex
	reached := hintsWithoutDescriptors(t)
	// They wait more than they work: more at once than there are processors.
	var running sync.WaitGroup
	atOnce := make(chan struct{}, 16)
	for _, c := range slices.Concat(negotiationHints(), connectionHints(), transferHints(), serviceHints(), setUpHints(t), tlsHints(t)) {
		atOnce <- struct{}{}
		running.Go(func() {
			defer func() { <-atOnce }()
			t.Run(c.name, func(t *testing.T) {
				f := c.fail(t, block)
				c.check(t, f)
				mu.Lock()
				defer mu.Unlock()
				reached = append(reached, f.Hint)
			})
		})
	}
	running.Wait()
	all := strings.Join(reached, "\n")
	for _, text := range hintTexts(t) {
		if !strings.Contains(all, text) {
			t.Errorf("no dialogue leads to the hint %q", text)
		}
	}
}

// check holds a failure against what it must be.
func (c *hintCase) check(t *testing.T, f *stats.Failure) {
	t.Helper()
	if f == nil {
		t.Fatal("taken for a success")
	}
	if f.Phase != c.phase || f.Class != c.class || f.Code != c.code {
		t.Errorf("%s, class %s, code %d: want %s, %s, %d", f.Phase, f.Class, f.Code, c.phase, c.class, c.code)
	}
	for _, words := range c.says {
		if !strings.Contains(f.Text, words) {
			t.Errorf("the message lacks %q", words)
		}
	}
	if f.Hint != c.hint {
		t.Errorf("the hint is %q, want %q", f.Hint, c.hint)
	}
	if t.Failed() {
		t.Logf("%q", f.Text)
	}
}

// hintTexts are the texts of hints in the source, in the parts that are
// constant: those that are returned, and the constants.
func hintTexts(t *testing.T) (texts []string) {
	t.Helper()
	files := token.NewFileSet()
	for _, name := range []string{"diagnosis/hint.go", "diagnosis/setuphint.go"} {
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.CaseClause: // its conditions have texts of servers
				for _, s := range n.Body {
					texts = append(texts, constantParts(t, s)...)
				}
				return false
			case *ast.ReturnStmt, *ast.ValueSpec:
				texts = append(texts, constantParts(t, n)...)
				return false
			}
			return true
		})
	}
	if len(texts) < 30 {
		t.Fatalf("only %d parts of hints were found", len(texts))
	}
	return texts
}

// constantParts are the texts in a piece of the source that somebody is to read:
// those with a blank in them that are no arguments of package strings.
func constantParts(t *testing.T, n ast.Node) (parts []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "strings" {
					return false
				}
			}
		case *ast.BasicLit:
			if n.Kind != token.STRING {
				break
			}
			text, err := strconv.Unquote(n.Value)
			if err != nil {
				t.Fatal(err)
			}
			for part := range strings.SplitSeq(text, "%s") {
				if strings.Contains(strings.TrimSpace(part), " ") {
					parts = append(parts, part)
				}
			}
		}
		return true
	})
	return parts
}

// hintsWithoutDescriptors has no descriptor left, first for a session and then
// for an operation, and returns the hints.
func hintsWithoutDescriptors(t *testing.T) []string {
	t.Helper()
	clock := stats.NewClock(time.Now())
	server := startScripted(t, clock, scripted.Script{})
	s := openAt(t, server.Addr(), clock, profiles.EPRT, wire.Timeouts{}, false)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	now := was
	now.Cur = 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &now); err != nil {
		t.Fatal(err)
	}
	_, opening := open(context.Background(), loginConfig(server, clock, profiles.EPRT))
	sample, _ := transfer(s, stats.Retr, 0, nil)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	for phase, f := range map[stats.Phase]*stats.Failure{stats.Connect: opening, stats.Negotiate: sample.Failure} {
		if f == nil || f.Phase != phase || f.Class != stats.ClassLocal || f.Hint != diagnosis.OutOfPorts || !strings.Contains(f.Text, "too many open files") {
			t.Fatalf("%+v", f)
		}
	}
	return []string{diagnosis.OutOfPorts}
}

// fail runs the dialogue and returns what came of it.
func (c *hintCase) fail(t *testing.T, block *mover.Block) *stats.Failure {
	t.Helper()
	clock := stats.NewClock(time.Now())
	script := c.script
	if script.Download.Size == 0 {
		script.Download.Size = 1000
	}
	server := startScripted(t, clock, script)
	cfg := Config{
		Wire:        wire.Config{Target: server.Addr(), Clock: clock, Timeouts: shortTimeouts()},
		Credentials: profiles.Credentials{User: "anyone", Password: "anything"}, Mode: c.mode,
	}
	cfg.Wire.Timeouts.Reply = 1500 * time.Millisecond
	if script.TLS != nil {
		cfg.Wire.TLS = wire.TLS{Security: wire.Explicit, Config: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost"}}
	}
	if c.config != nil {
		c.config(t, &cfg)
	}
	s, f := open(context.Background(), cfg)
	if f != nil {
		return f
	}
	defer s.Close()
	job := c.job
	if job.Op.Uploads() && job.Upload == nil {
		job.Upload = &wire.Upload{Block: block, Size: 1000, Meter: new(byteMeter)}
	}
	if job.Path == "" {
		job.Path = "file"
	}
	job.Meter = new(byteMeter)
	if job.Expect != nil {
		job.Expect = &mover.Expect{Block: block, Offset: 3, Size: 1000}
	}
	if job.Want == 0 {
		job.Want = 1000
	}
	return s.Do(&job).Failure
}
