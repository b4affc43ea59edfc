package resultfile

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// talk is a download by a server's connect, at the given places.
func talk(mode stats.Mode, steps ...ConversationStep) *Conversation {
	return &Conversation{Variant: "v", Mode: mode, Op: stats.Retr, Moments: stats.Moments{stats.T1: 10, stats.T6: 60, stats.T7: 70, stats.T8: 80}, Bytes: 9, Steps: steps}
}

func TestFacts(t *testing.T) {
	command := func(at stats.Moment, line string) ConversationStep {
		return ConversationStep{At: at, Kind: StepCommand, Way: ToServer, Text: line}
	}
	reply := func(at stats.Moment) ConversationStep {
		return ConversationStep{At: at, Kind: StepReply, Way: ToClient}
	}
	accept := func(at stats.Moment) ConversationStep {
		return ConversationStep{At: at, Kind: StepAccept, Way: ToClient, Data: true}
	}
	connect := func(at stats.Moment, data bool) ConversationStep {
		return ConversationStep{At: at, Kind: StepConnect, Way: ToServer, Data: data}
	}
	for name, c := range map[string]struct {
		of   *Conversation
		want ConversationFacts
	}{
		"passive": {
			talk(stats.EPSV, connect(1, false), command(5, "TYPE I"), reply(6), command(10, "EPSV"), reply(20), connect(30, true), command(40, "RETR x"), reply(50), reply(80)),
			ConversationFacts{OpenedBy: "client", After: "EPSV", Answered: true, RoundTrips: 2, Connects: 1},
		},
		"active at RETR": {
			talk(stats.PORT, command(10, "PORT 1"), reply(20), command(40, "RETR x"), accept(45), reply(50), reply(80)),
			ConversationFacts{OpenedBy: "server", After: "RETR", RoundTrips: 2, Connects: 1},
		},
		"active at PORT": {
			talk(stats.PORT, command(10, "PORT 1"), accept(15), reply(20), command(40, "RETR x"), reply(50), reply(50)),
			ConversationFacts{OpenedBy: "server", After: "PORT", RoundTrips: 2, Connects: 1},
		},
		"behind REST, protected": {
			talk(stats.EPSV, command(10, "EPSV"), reply(20), connect(25, true), command(30, "REST 5"), reply(35), command(40, "RETR x"), reply(50),
				ConversationStep{At: 55, Kind: StepTLS, Data: true, Resumed: true}),
			ConversationFacts{OpenedBy: "client", After: "EPSV", Answered: true, RoundTrips: 3, Connects: 1, Handshakes: 1, Resumed: true},
		},
		"a reply behind the first byte": {
			talk(stats.EPSV, command(10, "EPSV"), reply(20), connect(25, true), command(40, "RETR x"), reply(65)),
			ConversationFacts{OpenedBy: "client", After: "EPSV", Answered: true, RoundTrips: 1, Connects: 1},
		},
		"only a log-in": {&Conversation{Steps: StepList{connect(1, false), command(2, "USER x"), reply(3)}}, ConversationFacts{}},
	} {
		if got := c.of.Facts(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestConversationsComeBack from the file as they were.
func TestConversationsComeBack(t *testing.T) {
	want := talk(stats.PORT,
		ConversationStep{At: 1, Kind: StepConnect, Way: ToServer, From: "192.0.2.1:5", To: "192.0.2.7:21", Took: time.Millisecond},
		ConversationStep{At: 2, Kind: StepReply, Way: ToClient, Text: "220-<hello>", Last: "220 x", Lines: 3},
		ConversationStep{At: 2, Kind: StepTLS, Way: ToServer, Data: true, Text: "TLS 1.3", Resumed: true},
		ConversationStep{At: 9, Kind: StepFIN, Way: ToServer, Data: true, Bytes: 9})
	want.Client, want.Server, want.LeftOut, want.Failure, want.Hint = "a", "b", 3, "finish: no", "try again"
	var file inFile
	w := NewWriter("f", &file)
	if err := w.Header(&Header{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Conversation(want); err != nil {
		t.Fatal(err)
	}
	r, err := readBack(file.Bytes())
	if err != nil || len(r.Conversations) != 1 || !reflect.DeepEqual(r.Conversations[0], want) {
		t.Fatalf("%v, %+v", err, r)
	}
}

// TestConversationsAreBounded: a file cannot ask for much memory, or say what
// cannot be.
func TestConversationsAreBounded(t *testing.T) {
	step := `{"at_ns":1,"kind":"reply","direction":"to-client"}`
	many := func(n int) string { return strings.TrimSuffix(strings.Repeat(step+",", n), ",") }
	for _, c := range []struct{ record, want string }{
		{`"steps":[` + many(MostSteps) + `]`, ""},
		{`"steps":[` + many(MostSteps+1) + `]`, "more than 200 steps"},
		{`"steps":[{"at_ns":-1}]`, "negative"},
		{`"steps":[{"at_ns":2},{"at_ns":1}]`, "earlier"},
		{`"steps":[{"text":"` + strings.Repeat("x", MostStepText+1) + `"}]`, "more than 200 bytes"},
		{`"steps":[{"from":"` + strings.Repeat("x", MostStepText+1) + `"}]`, "more than 200 bytes"},
		{`"moments_ns":[-1]`, "negative"},
		{`"bytes":-1`, "negative"},
		{`"failure":"` + strings.Repeat("x", 3000) + `"`, "more than"},
		{`"variant":"` + strings.Repeat("x", 3000) + `"`, "more than"},
		{`"mode":"sideways"`, "unknown mode"},
		{`"steps":[{"kind":"of a later version"}]`, ""},
	} {
		_, err := readBack([]byte(`{"record":"header","schema":"ftpmark.result/v1"}` + "\n" + `{"record":"conversation",` + c.record + "}\n"))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%.60s: %v, want %q", c.record, err, c.want)
		}
	}
	lines := `{"record":"header","schema":"ftpmark.result/v1"}` + "\n" + strings.Repeat(`{"record":"conversation","steps":[]}`+"\n", maxConversations+1)
	if _, err := readBack([]byte(lines)); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("more than %d conversations", maxConversations)) {
		t.Error(err)
	}
	if _, err := json.Marshal(&Conversation{}); err != nil {
		t.Error(err)
	}
}
