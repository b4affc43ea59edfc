package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/workers/ftptest"
	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// quirk is a habit of real servers, and what ftpmark is to make of it.
type quirk struct {
	// id is the one of the list in quirkIDs; behind a slash or by itself the name
	// of another habit of the same kind.
	id     string
	script scripted.Script
	// tls has the server speak TLS with these settings and a certificate.
	tls *quirkTLS
	// path is that of the URL, without its slash; args come behind those of all
	// rows, and win.
	path string
	args []string

	code int // the exit code
	// failed is how many operations fail in all modes together; -1 leaves it
	// open. Where it is zero every operation succeeds, with all its bytes.
	failed int64
	// head is in the first lines of the text report, says in the report or in
	// what was said on stderr, never in neither.
	head, says, never []string
	// within bounds the time of the run; zero is quirkTime.
	within time.Duration
	// leaves says that something must stay on the server, which is then named; else
	// nothing may.
	leaves bool
	// also checks what is particular to the row. s is nil without a report.
	also func(t *testing.T, server *scripted.Server, s *summary.Summary)

	// curl and lftp are how these fare with the same script, doing peer; "" is
	// the row's own operation.
	curl, lftp peerFares
	peer       string
	// lftpTimeout is lftp's time-out in seconds; zero is 4.
	lftpTimeout int
}

// quirkTLS is a server's TLS.
type quirkTLS struct {
	settings    scripted.TLS // without Config
	certificate scripted.Certificate
	min, max    uint16
	suites      []uint16
}

const (
	// quirkTime is what a row may take: less than --accept-timeout and --stall-timeout,
	// and a lot more than the fraction of a second of a quiet machine.
	quirkTime = 28 * time.Second
	// quirkOperations and quirkSize are those of every row that has no others.
	quirkOperations = 6
	quirkSize       = 4 << 10
	// quirkHead is how many lines are the first of a report.
	quirkHead = 14
)

// quirkPassword is what nobody is to be told.
const quirkPassword = "secretpw"

// quirkIDs are the rows of the list of public bug reports.
var quirkIDs = strings.Fields(`
	N01 N03 N04-503 N04-504 N04-451 N04-200 N06-550 N06-504 N06-530 N07 N17 N18 N20
	R01 R03 R04 R06 R07 R11 R17 R20 R21 R22 R23 R24 R28 R29 R40 R41 R43
	S02 S03 S04 S05 F01 F03 F04 F06 F11 F15 F20 F21 E02 E03 E04 E05 E09 E12
	X10 X14 X20 X22 L04b L09`)

// allQuirks are the rows of one server and one run each.
func allQuirks() []quirk {
	return slices.Concat(
		quirksOfPassive(), quirksOfActive(), quirksOfLogin(), quirksOfCodes(), quirksOfReading(), quirksOfSizes(),
		quirksOfTLS(), quirksOfLimits(), quirksOfEnds(), quirksOfUploads(), quirksOfNames())
}

// TestQuirks plays the habits that real servers have.
func TestQuirks(t *testing.T) {
	t.Parallel()
	for _, q := range allQuirks() {
		if q.within > 0 {
			continue // it is judged by how long it waits: see below
		}
		t.Run(q.id, func(t *testing.T) {
			t.Parallel()
			if !slices.Contains(quirkIDs, q.id) {
				ftptest.SkipShort(t, "the rows of the list stand for their kinds")
			}
			q.run(t)
		})
	}
}

// TestQuirksThatMakeOneWait plays those that are judged by how long ftpmark waits.
func TestQuirksThatMakeOneWait(t *testing.T) {
	t.Parallel()
	ftptest.SkipShort(t, "it waits")
	for _, q := range allQuirks() {
		if q.within > 0 {
			t.Run(q.id, func(t *testing.T) {
				t.Parallel()
				q.run(t)
			})
		}
	}
}

// TestEveryQuirkHasATest: no row of the list is forgotten, and none is there twice.
func TestEveryQuirkHasATest(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, q := range allQuirks() {
		if seen[q.id]++; seen[q.id] > 1 {
			t.Errorf("%s is there twice", q.id)
		}
	}
	// Those that need a process of its own.
	seen["L04b"], seen["L09"] = 1, 1
	for _, id := range quirkIDs {
		if seen[id] == 0 && !slices.ContainsFunc(allQuirks(), func(q quirk) bool { return strings.HasPrefix(q.id, id+"/") }) {
			t.Errorf("no test for %s", id)
		}
	}
}

// server starts a server that plays the row, with the files that all rows have.
func (q *quirk) server(t *testing.T) (server *scripted.Server, trust string) {
	t.Helper()
	script := q.script
	tree := scripted.Tree{}
	if script.Tree != nil {
		tree = *script.Tree
	}
	files := map[string]int64{"/probe.bin": quirkSize, "/pub/inner.bin": quirkSize}
	for name, size := range tree.Files {
		files[name] = size
	}
	tree.Files = files
	script.Tree = &tree
	if q.tls != nil {
		script.TLS, trust = q.tls.server(t)
	}
	return scriptedServer(t, script), trust
}

// url is the target of the row's server.
func (q *quirk) url(server *scripted.Server) string {
	scheme := "ftp"
	if q.tls != nil {
		if scheme = "ftpes"; q.tls.settings.Implicit {
			scheme = "ftps"
		}
	}
	host := server.Addr().String()
	if q.tls != nil && q.tls.certificate.OnlyCommonName { // which is a name
		host = fmt.Sprintf("localhost:%d", server.Addr().Port())
	}
	return scheme + "://u:" + quirkPassword + "@" + host + "/" + q.path
}

// arguments are those of `run`, but for its output.
func (q *quirk) arguments(server *scripted.Server, trust string) []string {
	args := []string{q.url(server), "-n", "6", "-c", "2", "--reply-timeout", "4s"}
	if !slices.Contains(q.args, "--path") {
		args = append(args, "--size", "4KiB")
	}
	if trust != "" && !slices.Contains(q.args, "--tls-insecure") {
		args = append(args, "--tls-ca", trust)
	}
	return append(args, q.args...)
}

func (q *quirk) run(t *testing.T) {
	server, trust := q.server(t)
	before := server.Paths()
	file := filepath.Join(t.TempDir(), "result.jsonl")
	begun := time.Now()
	o := executed(append([]string{"run", "--quiet", "--format", "json", "-o", file}, q.arguments(server, trust)...)...)
	took := time.Since(begun)
	text := o.stderr
	var s *summary.Summary
	if o.stdout != "" {
		s = new(summary.Summary)
		if err := json.Unmarshal([]byte(o.stdout), s); err != nil {
			t.Fatalf("%v in\n%s", err, o.stdout)
		}
		keepsToSchema(t, o.stdout)
		report := executed("report", "--format", "text", file)
		lines := strings.SplitN(report.stdout, "\n", quirkHead+1)
		contains(t, "the report's first lines", strings.Join(lines[:min(len(lines), quirkHead)], "\n"), q.head)
		text += report.stdout
	} else if len(q.head) > 0 {
		t.Error("no report")
	}
	if kept, err := os.ReadFile(file); err == nil {
		tellsNobody(t, quirkPassword, string(kept))
	}
	tellsNobody(t, quirkPassword, o.stdout, text)
	if o.code != q.code {
		t.Errorf("exit %d, want %d:\n%s", o.code, q.code, text)
	}
	q.counts(t, s)
	contains(t, "the run", text, q.says)
	for _, wrong := range q.never {
		if strings.Contains(text, wrong) {
			t.Errorf("it says %q:\n%s", wrong, text)
		}
	}
	if within := cmp.Or(q.within, quirkTime); took > within {
		t.Errorf("it took %v, want at most %v", took, within)
	}
	q.remains(t, before, server.Paths(), text)
	for _, name := range before {
		if !slices.Contains(server.Paths(), name) {
			t.Errorf("%s is gone, which was there before", name)
		}
	}
	if q.also != nil {
		q.also(t, server, s)
	}
	q.peers(t)
}

// remains checks what is on the server that was not there before.
func (q *quirk) remains(t *testing.T, before, after []string, text string) {
	t.Helper()
	var more []string
	for _, name := range after {
		if !slices.Contains(before, name) {
			more = append(more, name)
		}
	}
	switch {
	case !q.leaves && len(more) > 0:
		t.Errorf("left on the server: %q:\n%s", more, text)
	case q.leaves && len(more) == 0:
		t.Error("nothing is left on the server")
	case q.leaves:
		contains(t, "the run", text, []string{strings.Trim(more[0], "/")})
	}
}

// counts checks how many operations succeeded and failed.
func (q *quirk) counts(t *testing.T, s *summary.Summary) {
	t.Helper()
	if s == nil {
		if q.code == exitFine || q.failed > 0 {
			t.Error("there is no report")
		}
		return
	}
	// A variant is given up before it has failed as often as it was to.
	givenUp := slices.ContainsFunc(s.Failed, func(f summary.FailedVariant) bool { return f.GivenUp })
	var failed int64
	ok := map[string]int64{} // by variant
	for i := range s.Series {
		x := &s.Series[i]
		failed += x.Failed
		if x.OK+x.Failed+x.Unfinished != x.Attempts || x.Unfinished != 0 && !givenUp {
			t.Errorf("%s: %d ok, %d failed and %d unfinished of %d", x.Variant, x.OK, x.Failed, x.Unfinished, x.Attempts)
		}
		ok[x.Variant] += x.OK
		if sized := x.Op == stats.Retr || x.Op == stats.Stor || x.Op == stats.Appe; sized && x.Bytes != x.OK*quirkSize {
			t.Errorf("%s: %d bytes in %d operations that succeeded, want %d each", x.Variant, x.Bytes, x.OK, quirkSize)
		}
	}
	for variant, n := range ok {
		if want := q.operations(); q.failed == 0 && q.code == exitFine && n != want {
			t.Errorf("%s: %d ok, want %d: %+v", variant, n, want, s.Errors)
		}
	}
	if q.failed >= 0 && failed != q.failed && !(givenUp && failed < q.failed) {
		t.Errorf("%d operations failed, want %d: %+v", failed, q.failed, s.Errors)
	}
	if givenUp && q.failed == 0 {
		t.Errorf("given up: %+v", s.Failed)
	}
	if q.code == exitFine && len(s.Series) == 0 {
		t.Error("nothing was measured")
	}
}

// operations is how many operations there are in each mode.
func (q *quirk) operations() int64 {
	n := int64(quirkOperations)
	for i, a := range q.args {
		if a == "-n" {
			_ = json.Unmarshal([]byte(q.args[i+1]), &n)
		}
	}
	return n
}

func contains(t *testing.T, what, text string, wanted []string) {
	t.Helper()
	// A report is wrapped at a width.
	flat := strings.Join(strings.Fields(text), " ")
	for _, want := range wanted {
		if !strings.Contains(flat, want) {
			t.Errorf("%s does not say %q:\n%s", what, want, text)
		}
	}
}

// onVerb is a script that has one verb played by another script.
func onVerb(verb string, script scripted.Script) scripted.Script {
	return scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
		if turn.Verb == verb {
			return &script
		}
		return nil
	}}
}

// answers is a script that gives other replies.
func answers(r replies) scripted.Script { return scripted.Script{Replies: r} }

// reply is a reply of that code, in words that tell nothing.
func reply(code int) scripted.Reply { return scripted.NewReply(code, "so be it") }

// raw is a reply as it is written.
func raw(text string) scripted.Reply { return scripted.Reply{Raw: text} }
