package rig

import (
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
)

// TestMarkerIsReadAgain as it was written, and by nobody for another folder.
func TestMarkerIsReadAgain(t *testing.T) {
	end := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, want := range []marker{
		{Schema: markerSchema, Folder: "ftpmark-1", Tool: "ftpmark 1.2", Started: end.Add(-time.Hour), PlannedEnd: &end},
		{Schema: markerSchema, Folder: "ftpmark-1", Tool: "ftpmark devel", Started: end, Kept: keptRun},
		{Schema: markerSchema, Folder: "ftpmark-1", Started: end, Kept: keptSet},
	} {
		text, err := want.text()
		if err != nil || len(text) > mostMarker {
			t.Fatalf("%d bytes, %v", len(text), err)
		}
		got, err := parseMarker(text, "ftpmark-1")
		if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if (got.PlannedEnd == nil) != (want.PlannedEnd == nil) || got.PlannedEnd != nil && !got.PlannedEnd.Equal(*want.PlannedEnd) {
			t.Errorf("planned end %v of %s", got.PlannedEnd, text)
		}
		if got.Kept != want.Kept || got.Tool != want.Tool || !got.Started.Equal(want.Started) {
			t.Errorf("%+v of %s", got, text)
		}
		if _, err := parseMarker(text, "ftpmark-2"); err == nil || !strings.Contains(err.Error(), "ftpmark-1") {
			t.Errorf("in another folder: %v", err)
		}
		for n := range len(text) - 2 { // cut off anywhere
			if m, err := parseMarker(text[:n], "ftpmark-1"); err == nil {
				t.Fatalf("the first %d bytes are %+v", n, m)
			}
		}
	}
	for _, text := range []string{
		"", "{}", "null", "[]", `"x"`, "random bytes",
		`{"schema":"ftpmark.run/v1","folder":"ftpmark-1","started":"2026-01-02T03:04:05Z","planned_end":null}`,
		`{"schema":"ftpmark.run/v1","folder":"ftpmark-1","started":"2026-01-02T03:04:05Z","kept":""}`,
		`{"schema":"ftpmark.run/v1","folder":"ftpmark-1","started":"2026-01-02T03:04:05Z","planned_end":"2026-01-01T00:00:00Z","kept":""}`,
		`{"schema":"ftpmark.run/v1","folder":"ftpmark-1","planned_end":null,"kept":""}`,
		`{"schema":"ftpmark.run/v1","folder":"ftpmark-1","started":"yesterday","planned_end":null,"kept":""}`,
		`{"schema":"ftpmark.run/v1","folder":"ftpmark-1","started":"2026-01-02T03:04:05Z","planned_end":null,"kept":"for ever"}`,
		`{"schema":"ftpmark.run/v2","folder":"ftpmark-1","started":"2026-01-02T03:04:05Z","planned_end":null,"kept":""}`,
	} {
		if m, err := parseMarker([]byte(text), "ftpmark-1"); err == nil {
			t.Errorf("%s is %+v", text, m)
		}
	}
}

// TestRunsAreOver once it is certain.
func TestRunsAreOver(t *testing.T) {
	start := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	end := start.Add(10 * time.Minute)
	for _, c := range []struct {
		end   *time.Time
		after time.Duration // its start
		older time.Duration
		over  bool
	}{
		{&end, 0, 0, false}, {&end, 70 * time.Minute, 0, false}, {&end, 71 * time.Minute, 0, true},
		{&end, 9 * time.Minute, time.Second, false}, // its planned end is to come
		{&end, 11 * time.Minute, time.Second, true},
		{&end, 11 * time.Minute, time.Hour, false}, {&end, 61 * time.Minute, time.Hour, true},
		{&end, 2 * time.Hour, 3 * time.Hour, false},
		{&end, -time.Hour, time.Second, false}, // a clock that is ahead
		{nil, 23 * time.Hour, 0, false}, {nil, 25 * time.Hour, 0, true},
		{nil, 23 * time.Hour, time.Second, false}, {nil, 25 * time.Hour, time.Second, true}, {nil, 25 * time.Hour, 48 * time.Hour, false},
	} {
		m := marker{Started: start, PlannedEnd: c.end}
		if got := m.over(start.Add(c.after), c.older); got != c.over {
			t.Errorf("planned until %v, %s behind its start, older than %s: over %t", c.end, c.after, c.older, got)
		}
		want := FolderAlive
		if c.over {
			want = FolderOver
		}
		if got, why := m.judge(start.Add(c.after), c.older); got != want || why == "" {
			t.Errorf("judged %s (%s), want %s", got, why, want)
		}
		for _, kept := range []string{keptRun, keptSet} {
			m.Kept = kept
			if got, _ := m.judge(start.Add(1000*time.Hour), c.older); got != FolderKept {
				t.Errorf("kept %s is %s", kept, got)
			}
		}
	}
}

// TestCleanLineForShells: a user can paste it.
func TestCleanLineForShells(t *testing.T) {
	for _, c := range []struct {
		target profiles.Target
		user   profiles.Credentials
		want   string
	}{
		{profiles.Target{Host: "192.0.2.7", Port: "21", User: "u", Password: "secret", HasPassword: true, Dir: "pub"}, profiles.Credentials{User: "u", Password: "secret"}, "ftpmark clean --yes ftp://u@192.0.2.7:21/pub"},
		{profiles.Target{Host: "::1", Port: "21", Security: "explicit"}, profiles.Credentials{User: "me", Password: "secret"}, "ftpmark clean --yes 'ftpes://me@[::1]:21/'"},
		{profiles.Target{Host: "h", Port: "21", Dir: "it's & more"}, profiles.Credentials{User: "anonymous", Anonymous: true}, "ftpmark clean --yes 'ftp://h:21/it%27s%20&%20more'"},
	} {
		p := &plan.Plan{Target: c.target, Credentials: c.user}
		if got := cleanLine(p); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
