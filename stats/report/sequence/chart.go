package sequence

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

// chart is a conversation as it is drawn, in whatever form.
type chart struct {
	title          string
	client, server string // addresses, empty if there was no connection
	parts          []part
	words          []string // what it shows, in sentences
	failed         string   // why it went no further, empty if it went well
	hint           string   // what that means and what to do, if it is known
}

// part is the log-in, or the operation.
type part struct {
	title string
	lines []line
}

// line is one step. Its label is not yet fit for any output: servers choose some
// of it.
type line struct {
	at    time.Duration // since the part began
	way   stats.Direction
	both  bool // it goes both ways
	data  bool // on the data connection
	fault bool
	label string
	marks []mark // the phases that end with it
}

// mark is a phase of the operation that ended.
type mark struct {
	phase stats.Phase
	took  time.Duration
}

func (m mark) String() string {
	return fmt.Sprintf("%-10s %s", m.phase, duration(m.took))
}

// Title says what the conversation is of: the variant, the verb of its mode and
// the operation. It is fit for a terminal but not escaped for a page.
func Title(c *stats.Conversation) string { return terminal.Printable(newChart(c).title, 200) }

func newChart(c *stats.Conversation) *chart {
	ch := &chart{title: name(c) + ": " + c.Op.String(), client: c.Client, server: c.Server, failed: c.Failure, hint: c.Hint}
	if c.Bytes > 0 {
		ch.title += " of " + quantity.Counted(c.Bytes, "byte")
	}
	begun := c.Moments[stats.T1]
	login, operation := part{title: "login"}, part{title: c.Op.String()}
	if verb := verbOf(c.Mode); verb != "" {
		operation.title += ", by " + verb
	}
	marks := marksOf(c)
	for i := range c.Steps {
		s := &c.Steps[i]
		l := lineOf(s, c.Op)
		l.marks = marks[i]
		if begun == 0 || s.At < begun {
			l.at = time.Duration(s.At)
			login.lines = append(login.lines, l)
		} else {
			l.at = s.At.Sub(begun)
			operation.lines = append(operation.lines, l)
		}
	}
	if c.LeftOut > 0 {
		last := &operation
		if begun == 0 {
			last = &login
		}
		l := line{way: stats.Local, label: fmt.Sprintf("(%d more steps are not shown)", c.LeftOut)}
		if n := len(last.lines); n > 0 {
			l.at = last.lines[n-1].at
		}
		last.lines = append(last.lines, l)
	}
	for _, p := range []part{login, operation} {
		if len(p.lines) > 0 {
			ch.parts = append(ch.parts, p)
		}
	}
	ch.words = words(c)
	return ch
}

// lineOf says a step in words.
func lineOf(s *stats.ConversationStep, op stats.Op) line {
	l := line{way: s.Way, data: s.Data, label: s.Text}
	switch s.Kind {
	case stats.StepConnect:
		l.label = "client connects to " + port(s.To)
	case stats.StepListen:
		l.label = "client listens on " + port(s.To)
	case stats.StepAccept:
		l.label = fmt.Sprintf("server connects to %s (from %s)", port(s.To), port(s.From))
	case stats.StepReply:
		if s.Lines > 1 {
			l.label += fmt.Sprintf(" ... (%d lines)", s.Lines)
		}
	case stats.StepTLS:
		l.both = true
		l.label = s.Text + " handshake"
		if s.Data && s.Resumed {
			l.label += ", resumed"
		} else if s.Data {
			l.label += ", full"
		}
		l.label += ", " + duration(s.Took)
	case stats.StepFirstByte:
		l.label = "first byte"
		if op == stats.List || op == stats.Mlsd || op == stats.Nlst {
			l.label += " of the listing"
		}
	case stats.StepEOF, stats.StepFIN:
		l.label = "end of file"
		if s.Bytes > 0 {
			l.label += " after " + quantity.Counted(s.Bytes, "byte")
		}
	case stats.StepFault:
		l.fault = true
	}
	return l
}

// marksOf returns the phases that end with each step, by its index.
func marksOf(c *stats.Conversation) map[int][]mark {
	marks := map[int][]mark{}
	put := func(p stats.Phase, at stats.Moment, kinds ...stats.StepKind) {
		took, ok := c.Span(p)
		if !ok {
			return
		}
		if i := stepAt(c, p, at, kinds); i >= 0 {
			marks[i] = append(marks[i], mark{p, took})
		}
	}
	m := &c.Moments
	if !c.Op.Transfers() {
		put(stats.Service, m[stats.T8], stats.StepReply)
		return marks
	}
	put(stats.Negotiate, m[stats.T2], stats.StepReply)
	put(stats.DataReady, m[stats.T3], stats.StepConnect, stats.StepAccept)
	if m[stats.T3] > m[stats.T5] {
		put(stats.Startup, m[stats.T3], stats.StepConnect, stats.StepAccept)
	} else {
		put(stats.Startup, m[stats.T5], stats.StepReply)
	}
	put(stats.TTFB, m[stats.T6], stats.StepFirstByte)
	put(stats.Payload, m[stats.T7], stats.StepEOF, stats.StepFIN)
	if m[stats.T8] > m[stats.T7] {
		put(stats.Finish, m[stats.T8], stats.StepReply)
	} else {
		put(stats.Finish, m[stats.T7], stats.StepEOF, stats.StepFIN)
	}
	return marks
}

// stepAt finds the step of that moment, -1 if there is none. Where two replies
// came in one segment the go-ahead is the first of them and the completion the
// last.
func stepAt(c *stats.Conversation, p stats.Phase, at stats.Moment, kinds []stats.StepKind) int {
	found := -1
	for i := range c.Steps {
		s := &c.Steps[i]
		if at == 0 || s.At != at || !slices.Contains(kinds, s.Kind) || s.Kind == stats.StepConnect && !s.Data {
			continue
		}
		if found = i; p != stats.Finish && p != stats.Service {
			break
		}
	}
	return found
}

// port is an address's port, as ":2121"; the host is the same for all.
func port(address string) string {
	if _, p, err := net.SplitHostPort(address); err == nil {
		return ":" + p
	}
	return address
}

func verbOf(m stats.Mode) string {
	if m == stats.NoMode {
		return ""
	}
	return strings.ToUpper(m.String())
}

// name is the variant with its verb, where that does not say so: "epsv",
// "passive (epsv)".
func name(c *stats.Conversation) string {
	switch mode := c.Mode.String(); {
	case c.Mode == stats.NoMode || c.Variant == mode:
		return c.Variant
	case c.Variant == "":
		return mode
	default:
		return c.Variant + " (" + mode + ")"
	}
}
