package workers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// Recording keeps what one session and its server say to each other. It belongs
// to the session's goroutine.
type Recording struct {
	secret string
	begun  stats.Moment
	steps  []stats.ConversationStep
	left   int
}

// Record begins a recording of the session that the configuration opens next.
func (c *Config) Record() *Recording {
	r := &Recording{secret: c.Credentials.Password, begun: c.Wire.Clock()}
	c.Wire.Transcript = r.add
	return r
}

// add keeps a step. Whatever it says is masked before it is cut: half a password
// would not be found.
func (r *Recording) add(s stats.ConversationStep) {
	if len(r.steps) == stats.MostSteps {
		r.left++
		return
	}
	if s.Kind != stats.StepCommand || !strings.HasPrefix(s.Text, "USER ") {
		s.Text, s.Last = r.masked(s.Text), r.masked(s.Last)
	}
	s.Text, s.Last = bounded(s.Text), bounded(s.Last)
	s.At = max(stats.Moment(s.At.Sub(r.begun)), 0)
	r.steps = append(r.steps, s)
}

// masked takes the password out of a text: some servers repeat what they were
// told, and a failure repeats the server.
func (r *Recording) masked(text string) string {
	return withoutPassword(text, r.secret)
}

// bounded keeps a text to its length and to UTF-8.
func bounded(text string) string {
	return quantity.CutBytes(strings.ToValidUTF8(text, "\uFFFD"), stats.MostStepText)
}

// Conversation returns what was said so far: of an operation, whose sample it
// then is, or of a session that could not be opened.
func (r *Recording) Conversation(sample *stats.Sample, f *stats.Failure) *stats.Conversation {
	c := &stats.Conversation{Steps: slices.Clone(r.steps), LeftOut: r.left}
	slices.SortStableFunc(c.Steps, func(a, b stats.ConversationStep) int { return cmp.Compare(a.At, b.At) })
	for i := range c.Steps {
		if s := &c.Steps[i]; s.Kind == stats.StepConnect && !s.Data {
			c.Client, c.Server = s.From, s.To
		}
	}
	if sample != nil {
		c.Op, c.Mode, c.Bytes, f = sample.Op, sample.Mode, sample.Bytes, sample.Failure
		for i, m := range sample.Moments {
			if m != 0 {
				c.Moments[i] = max(stats.Moment(m.Sub(r.begun)), 1)
			}
		}
	}
	if f != nil {
		c.Failure, c.Hint = bounded(r.masked(f.Phase.String()+": "+f.Text)), f.Hint
	}
	return c
}
