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
func talk(mode stats.Mode, steps ...stats.ConversationStep) *stats.Conversation {
	return &stats.Conversation{Variant: "v", Mode: mode, Op: stats.Retr, Moments: stats.Moments{stats.T1: 10, stats.T6: 60, stats.T7: 70, stats.T8: 80}, Bytes: 9, Steps: steps}
}

func TestFacts(t *testing.T) {
	command := func(at stats.Moment, line string) stats.ConversationStep {
		return stats.ConversationStep{At: at, Kind: stats.StepCommand, Way: stats.ToServer, Text: line}
	}
	reply := func(at stats.Moment) stats.ConversationStep {
		return stats.ConversationStep{At: at, Kind: stats.StepReply, Way: stats.ToClient}
	}
	accept := func(at stats.Moment) stats.ConversationStep {
		return stats.ConversationStep{At: at, Kind: stats.StepAccept, Way: stats.ToClient, Data: true}
	}
	connect := func(at stats.Moment, data bool) stats.ConversationStep {
		return stats.ConversationStep{At: at, Kind: stats.StepConnect, Way: stats.ToServer, Data: data}
	}
	for name, c := range map[string]struct {
		of   *stats.Conversation
		want stats.ConversationFacts
	}{
		"passive": {
			talk(stats.EPSV, connect(1, false), command(5, "TYPE I"), reply(6), command(10, "EPSV"), reply(20), connect(30, true), command(40, "RETR x"), reply(50), reply(80)),
			stats.ConversationFacts{OpenedBy: "client", After: "EPSV", Answered: true, RoundTrips: 2, Connects: 1},
		},
		"active at RETR": {
			talk(stats.PORT, command(10, "PORT 1"), reply(20), command(40, "RETR x"), accept(45), reply(50), reply(80)),
			stats.ConversationFacts{OpenedBy: "server", After: "RETR", RoundTrips: 2, Connects: 1},
		},
		"active at PORT": {
			talk(stats.PORT, command(10, "PORT 1"), accept(15), reply(20), command(40, "RETR x"), reply(50), reply(50)),
			stats.ConversationFacts{OpenedBy: "server", After: "PORT", RoundTrips: 2, Connects: 1},
		},
		"behind REST, protected": {
			talk(stats.EPSV, command(10, "EPSV"), reply(20), connect(25, true), command(30, "REST 5"), reply(35), command(40, "RETR x"), reply(50),
				stats.ConversationStep{At: 55, Kind: stats.StepTLS, Data: true, Resumed: true}),
			stats.ConversationFacts{OpenedBy: "client", After: "EPSV", Answered: true, RoundTrips: 3, Connects: 1, Handshakes: 1, Resumed: true},
		},
		"a reply behind the first byte": {
			talk(stats.EPSV, command(10, "EPSV"), reply(20), connect(25, true), command(40, "RETR x"), reply(65)),
			stats.ConversationFacts{OpenedBy: "client", After: "EPSV", Answered: true, RoundTrips: 1, Connects: 1},
		},
		"only a log-in": {&stats.Conversation{Steps: stats.StepList{connect(1, false), command(2, "USER x"), reply(3)}}, stats.ConversationFacts{}},
	} {
		if got := c.of.Facts(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestConversationsComeBack from the file as they were.
func TestConversationsComeBack(t *testing.T) {
	want := talk(stats.PORT,
		stats.ConversationStep{At: 1, Kind: stats.StepConnect, Way: stats.ToServer, From: "192.0.2.1:5", To: "192.0.2.7:21", Took: time.Millisecond},
		stats.ConversationStep{At: 2, Kind: stats.StepReply, Way: stats.ToClient, Text: "220-<hello>", Last: "220 x", Lines: 3},
		stats.ConversationStep{At: 2, Kind: stats.StepTLS, Way: stats.ToServer, Data: true, Text: "TLS 1.3", Resumed: true},
		stats.ConversationStep{At: 9, Kind: stats.StepFIN, Way: stats.ToServer, Data: true, Bytes: 9})
	want.Client, want.Server, want.LeftOut, want.Failure, want.Hint = "a", "b", 3, "finish: no", "try again"
	var file inFile
	w := NewWriter("f", &file)
	if err := w.Write(&Header{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(want); err != nil {
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
		{`"steps":[` + many(stats.MostSteps) + `]`, ""},
		{`"steps":[` + many(stats.MostSteps+1) + `]`, "more than 200 steps"},
		{`"steps":[{"at_ns":-1}]`, "negative"},
		{`"steps":[{"at_ns":2},{"at_ns":1}]`, "earlier"},
		{`"steps":[{"text":"` + strings.Repeat("x", stats.MostStepText+1) + `"}]`, "more than 200 bytes"},
		{`"steps":[{"from":"` + strings.Repeat("x", stats.MostStepText+1) + `"}]`, "more than 200 bytes"},
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
	if _, err := json.Marshal(&stats.Conversation{}); err != nil {
		t.Error(err)
	}
}
