package workers

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// recordingOf returns a recording that begins at 1000, with the given password.
func recordingOf(password string) *Recording {
	cfg := Config{
		Wire:        wire.Config{Clock: func() stats.Moment { return 1000 }},
		Credentials: profiles.Credentials{User: "u", Password: password},
	}
	return cfg.Record()
}

// TestRecordingMasksBeforeItCuts: a password that lies across the bound is not
// half of it.
func TestRecordingMasksBeforeItCuts(t *testing.T) {
	for n := stats.MostStepText - 12; n < stats.MostStepText+12; n++ {
		r := recordingOf("s3cr3t-word")
		r.add(stats.ConversationStep{Kind: stats.StepReply, Text: strings.Repeat("é", n/2) + "s3cr3t-word", Last: "s3cr3t-words3cr3t-word"})
		s := r.Conversation(nil, nil).Steps[0]
		if strings.Contains(s.Text+s.Last, "s3c") || len(s.Text) > stats.MostStepText || !utf8.ValidString(s.Text) {
			t.Errorf("%d: %q, %q", n, s.Text, s.Last)
		}
	}
	r := recordingOf("u")
	r.add(stats.ConversationStep{Kind: stats.StepCommand, Text: "USER u"})
	r.add(stats.ConversationStep{Kind: stats.StepReply, Text: "331 \xff u?"})
	if steps := r.Conversation(nil, nil).Steps; steps[0].Text != "USER u" || steps[1].Text != "331 \uFFFD ***?" {
		t.Errorf("%+v", steps)
	}
}

func TestRecordingIsBoundedAndOrdered(t *testing.T) {
	r := recordingOf("")
	for i := range stats.MostSteps + 5 {
		r.add(stats.ConversationStep{At: stats.Moment(2000 - i), Kind: stats.StepReply})
	}
	sample := stats.Sample{Op: stats.Stor, Mode: stats.PORT, Bytes: 7, Moments: stats.Moments{stats.T1: 1500, stats.T8: 900}}
	c := r.Conversation(&sample, nil)
	if len(c.Steps) != stats.MostSteps || c.LeftOut != 5 || c.Steps[0].At != 2000-stats.MostSteps+1-1000 || c.Steps[stats.MostSteps-1].At != 1000 {
		t.Errorf("%d steps from %d, %d left out", len(c.Steps), c.Steps[0].At, c.LeftOut)
	}
	if c.Op != stats.Stor || c.Mode != stats.PORT || c.Bytes != 7 || c.Moments != (stats.Moments{stats.T1: 500, stats.T8: 1}) {
		t.Errorf("%+v", c)
	}
	f := recordingOf("pw").Conversation(nil, &stats.Failure{Phase: stats.LoginDone, Text: "no pw here", Hint: "try"})
	if f.Failure != "login: no *** here" || f.Hint != "try" {
		t.Errorf("%q, %q", f.Failure, f.Hint)
	}
}
