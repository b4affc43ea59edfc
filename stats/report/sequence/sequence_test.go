package sequence

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

var update = flag.Bool("update", false, "rewrite the golden files from what is drawn now")

const ms = stats.Moment(time.Millisecond)

// passive is a download by EPSV that went well.
func passive() *stats.Conversation {
	return &stats.Conversation{
		Variant: "passive", Mode: stats.EPSV, Op: stats.Retr, Client: "192.0.2.1:50000", Server: "192.0.2.7:21", Bytes: 65536,
		Moments: stats.Moments{stats.T0: 31 * ms, stats.T1: 31 * ms, stats.T2: 41 * ms, stats.T3: 51 * ms, stats.T4: 52 * ms,
			stats.T5: 62 * ms, stats.T6: 63 * ms, stats.T7: 73 * ms, stats.T8: 75 * ms},
		Steps: stats.StepList{
			{At: 10 * ms, Kind: stats.StepConnect, Way: stats.ToServer, From: "192.0.2.1:50000", To: "192.0.2.7:21", Took: 10 * time.Millisecond},
			{At: 11 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "220-Welcome", Last: "220 ready", Lines: 3},
			{At: 12 * ms, Kind: stats.StepCommand, Way: stats.ToServer, Text: "PASS ***"},
			{At: 30 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "230 in"},
			{At: 31 * ms, Kind: stats.StepCommand, Way: stats.ToServer, Text: "EPSV"},
			{At: 41 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "229 Entering extended passive mode, which has a long name here (|||10012|)."},
			{At: 51 * ms, Kind: stats.StepConnect, Way: stats.ToServer, Data: true, From: "192.0.2.1:50002", To: "192.0.2.7:10012"},
			{At: 52 * ms, Kind: stats.StepCommand, Way: stats.ToServer, Text: "RETR f"},
			{At: 62 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "150 here it comes"},
			{At: 63 * ms, Kind: stats.StepFirstByte, Way: stats.ToClient, Data: true},
			{At: 73 * ms, Kind: stats.StepEOF, Way: stats.ToClient, Data: true, Bytes: 65536},
			{At: 75 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "226 done"},
		},
	}
}

// active is an upload by PORT over TLS: its connect comes after the go-ahead.
func active() *stats.Conversation {
	return &stats.Conversation{
		Variant: "b", Mode: stats.PORT, Op: stats.Stor, Client: "192.0.2.1:50000", Server: "192.0.2.7:21", Bytes: 1,
		Moments: stats.Moments{stats.T0: 20 * ms, stats.T1: 20 * ms, stats.T2: 30 * ms, stats.T3: 52 * ms, stats.T4: 31 * ms,
			stats.T5: 51 * ms, stats.T6: 58 * ms, stats.T7: 59 * ms, stats.T8: 12_345 * ms},
		Steps: stats.StepList{
			{At: 10 * ms, Kind: stats.StepConnect, Way: stats.ToServer, From: "192.0.2.1:50000", To: "192.0.2.7:21"},
			{At: 15 * ms, Kind: stats.StepTLS, Way: stats.ToServer, Text: "TLS 1.3", Took: 3 * time.Millisecond},
			{At: 21 * ms, Kind: stats.StepListen, Way: stats.Local, Data: true, To: "192.0.2.1:16384"},
			{At: 22 * ms, Kind: stats.StepCommand, Way: stats.ToServer, Text: "PORT 192,0,2,1,64,0"},
			{At: 30 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "200 fine"},
			{At: 31 * ms, Kind: stats.StepCommand, Way: stats.ToServer, Text: "STOR f"},
			{At: 51 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "150 go on"},
			{At: 52 * ms, Kind: stats.StepAccept, Way: stats.ToClient, Data: true, From: "192.0.2.7:20", To: "192.0.2.1:16384"},
			{At: 57 * ms, Kind: stats.StepTLS, Way: stats.ToServer, Data: true, Text: "TLS 1.3", Resumed: true, Took: 4 * time.Millisecond},
			{At: 58 * ms, Kind: stats.StepFirstByte, Way: stats.ToServer, Data: true},
			{At: 59 * ms, Kind: stats.StepFIN, Way: stats.ToServer, Data: true, Bytes: 1},
			{At: 12_345 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "226 done"},
		},
	}
}

// hostile is what a server could send to whoever looks at it.
func hostile() *stats.Conversation {
	return &stats.Conversation{
		Variant: "</title><script>alert(1)</script>", Mode: stats.EPSV, Op: stats.List, Server: `"><script>`, LeftOut: 7,
		Moments: stats.Moments{stats.T1: 2 * ms, stats.T2: 3 * ms},
		Steps: stats.StepList{
			{At: ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "220 <script>alert(\"x\")</script> \x1b[2J\u202e & \xff"},
			{At: 2 * ms, Kind: stats.StepCommand, Way: stats.ToServer, Text: "EPSV"},
			{At: 3 * ms, Kind: stats.StepReply, Way: stats.ToClient, Text: "421 " + strings.Repeat("<b>", 66)},
			{At: 4 * ms, Kind: stats.StepFault, Way: stats.Local, Text: "waiting: \x07" + strings.Repeat("x", 180)},
			{At: 5 * ms, Kind: "of a later version", Way: "sideways", Text: "?"},
		},
		Failure: "negotiate: the server said 421 <i>",
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		name string
		all  []*stats.Conversation
		o    Options
	}{
		{"both", []*stats.Conversation{passive(), active()}, Options{}},
		{"narrow", []*stats.Conversation{passive()}, Options{Width: 20}},
		{"wide", []*stats.Conversation{passive()}, Options{Width: 300}},
		{"hostile", []*stats.Conversation{hostile()}, Options{}},
		{"empty", []*stats.Conversation{{Variant: "a", Failure: "connect: refused"}}, Options{}},
		{"color", []*stats.Conversation{active(), hostile()}, Options{Color: true}},
	} {
		got := Text(c.all, c.o)
		golden(t, c.name, got)
		width := min(max(c.o.Width, leastWidth), mostWidth)
		if c.o.Width == 0 {
			width = usualWidth
		}
		for _, l := range strings.Split(string(got), "\n") {
			if n := terminal.Width(l); n > width && !c.o.Color {
				t.Errorf("%s: %d columns in %q", c.name, n, l)
			}
		}
		if !c.o.Color && bytes.ContainsAny(got, "\x1b\a") {
			t.Errorf("%s: control codes in\n%s", c.name, got)
		}
	}
}

// TestPhasesAreTheSamples: what stands at the margin is what a sample says.
func TestPhasesAreTheSamples(t *testing.T) {
	for _, c := range []*stats.Conversation{passive(), active()} {
		text := string(Text([]*stats.Conversation{c}, Options{}))
		s := stats.Sample{Op: c.Op, Mode: c.Mode, Moments: c.Moments, Bytes: c.Bytes}
		for _, p := range []stats.Phase{stats.Negotiate, stats.DataReady, stats.Startup, stats.TTFB, stats.Payload, stats.Finish} {
			took, _ := s.Span(p)
			if want := (mark{p, took}).String() + "\n"; strings.Count(text, want) != 1 {
				t.Errorf("%s: not one %q in\n%s", c.Mode, want, text)
			}
		}
	}
}

func TestSVG(t *testing.T) {
	for name, c := range map[string]*stats.Conversation{"passive": passive(), "active": active(), "hostile": hostile(), "empty": {}} {
		got := SVG(c, "chart-1")
		golden(t, "svg-"+name, []byte(got))
		d := xml.NewDecoder(strings.NewReader(got))
		known := map[string]bool{"svg": true, "title": true, "desc": true, "g": true, "text": true, "line": true, "path": true}
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v in\n%s", name, err, got)
			}
			if e, ok := token.(xml.StartElement); ok && !known[e.Name.Local] {
				t.Errorf("%s: an element %s", name, e.Name.Local)
			}
		}
	}
}

func TestTableHasEveryStep(t *testing.T) {
	for _, c := range []*stats.Conversation{passive(), active(), hostile()} {
		table := Steps(c)
		want := len(c.Steps)
		if c.LeftOut > 0 {
			want++
		}
		if len(table.Rows) != want {
			t.Errorf("%d rows of %d steps", len(table.Rows), want)
		}
		for _, r := range table.Rows {
			if len(r.Cells) != len(table.Groups) {
				t.Errorf("%d cells below %d heads: %v", len(r.Cells), len(table.Groups), r)
			}
			for _, cell := range r.Cells {
				if strings.ContainsAny(cell.Text, "\x1b\a\u202e") {
					t.Errorf("a control code in %q", cell.Text)
				}
			}
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ns", 999: "999 ns", 1000: "1.00 µs", 9996: "10.0 µs", 99_960: "100 µs", 999_400: "999 µs", 999_600: "1.00 ms",
		12_345_678: "12.3 ms", 2 * time.Hour: "7200 s",
	} {
		if got := duration(d); got != want {
			t.Errorf("%d: %q, want %q", int64(d), got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0.000", 9_999_999_400: "9999.999", 9_999_999_600: "10000.00", 86_400 * time.Second: "86400000",
	} {
		if got := clock(d); got != want {
			t.Errorf("clock %d: %q, want %q", int64(d), got, want)
		}
	}
}
