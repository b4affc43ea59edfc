package scripted

import (
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

func TestScriptedTransfersInEveryMode(t *testing.T) {
	const size = 200_000
	for _, addr := range []netip.Addr{scriptedV4, netip.IPv6Loopback()} {
		for _, when := range []Connect{BeforePreliminary, AtPORT, AfterPreliminary} {
			for _, mode := range []stats.Mode{stats.EPSV, stats.PASV, stats.EPRT, stats.PORT} {
				if addr.Is6() && (mode == stats.PASV || mode == stats.PORT) {
					continue
				}
				t.Run(fmt.Sprintf("%v/%v/%d", addr, mode, when), func(t *testing.T) {
					t.Parallel()
					srv := Start(t, scriptedClock(), addr, Script{
						ActiveConnect: when,
						Download:      Download{Size: size, Sizes: map[string]int64{"empty": 0, "b": 7}},
					})
					c := connectScripted(t, srv)
					c.login()
					late := mode.Active() && when == AfterPreliminary
					for _, op := range []struct {
						command string
						size    int64
					}{
						{"RETR x", size}, {"RETR empty", 0}, {"STOR up", size}, {"STOR up0", 0}, {"APPE up", 5},
						{"LIST", 102}, {"NLST", 10}, {"MLSD", 90},
					} {
						var seen scriptedSeen
						if up := strings.HasPrefix(op.command, "STOR") || strings.HasPrefix(op.command, "APPE"); up {
							seen = c.upload(mode, late, op.command, int(op.size))
						} else {
							seen = c.download(mode, late, op.command)
						}
						c.complete(226, &seen)
						if seen.err != nil || seen.bytes != op.size {
							t.Errorf("%s: %d bytes, %v; want %d", op.command, seen.bytes, seen.err, op.size)
						}
						checkMoments(t, srv.Log(), seen, mode, when)
					}
					if text := c.cmd(213, "SIZE up"); text != fmt.Sprint(size+5) {
						t.Errorf("size after the append is %s", text)
					}
				})
			}
		}
	}
}

// checkMoments holds the last transfer of the log against what the client saw.
func checkMoments(t *testing.T, log []Op, seen scriptedSeen, mode stats.Mode, when Connect) {
	t.Helper()
	op := log[len(log)-1]
	if op.Bytes != seen.bytes || op.Err != nil || !strings.EqualFold(op.Negotiation, mode.String()) {
		t.Errorf("log says %+v", op)
	}
	if len(op.Commands) != 2 && len(log) > 1 {
		t.Errorf("commands are %q", op.Commands)
	}
	within(t, "negotiated", seen.negotiated, op.NegotiateReplied)
	within(t, "preliminary", seen.preliminary, op.PreliminarySent)
	within(t, "completed", seen.completed, op.CompletionSent)
	inOrder(t, op.NegotiateReceived, op.NegotiateReplied.Before, op.NegotiateReplied.After, op.CommandReceived,
		op.PreliminarySent.Before, op.PreliminarySent.After, op.FIN.Before, op.FIN.After, op.CompletionSent.Before)
	inOrder(t, op.FIN.Before, op.Closed.Before, op.Closed.After, op.CompletionSent.Before)
	if op.Bytes > 0 {
		inOrder(t, op.PreliminarySent.Before, op.FirstByte.Before, op.FirstByte.After, op.LastByte.After, op.FIN.After)
	}
	if scriptedUploads(op.Verb) {
		if op.FIN.After < seen.eof {
			t.Error("the upload's end of file was read before it was sent")
		}
	} else {
		within(t, "eof", seen.eof, op.FIN)
		if op.Bytes > 0 {
			within(t, "first byte", seen.firstByte, op.FirstByte)
		}
	}
	if !mode.Active() {
		inOrder(t, op.NegotiateReceived, op.Connected.Before, op.Connected.After, op.PreliminarySent.Before)
		return
	}
	within(t, "connected", seen.connected, Span{op.Connected.Before, max(op.Connected.After, op.PreliminarySent.After)})
	switch when {
	case AtPORT:
		inOrder(t, op.NegotiateReceived, op.Connected.Before, op.Connected.After, op.NegotiateReplied.Before)
	case BeforePreliminary:
		inOrder(t, op.CommandReceived, op.Connected.Before, op.Connected.After, op.PreliminarySent.Before)
	case AfterPreliminary:
		inOrder(t, op.PreliminarySent.After, op.Connected.Before, op.Connected.After, op.FIN.Before)
	}
}

// On a quiet machine every moment of the client lies within 2 ms of the
// server's. On a busy one some do not, so the best of many is held to it.
func TestScriptedMomentsAreClose(t *testing.T) {
	for _, mode := range []stats.Mode{stats.EPSV, stats.PORT} {
		srv, c := dialScripted(t, Script{Download: Download{Size: 1000}})
		best := make(map[string]time.Duration)
		for range 30 {
			seen := c.download(mode, false, "RETR x")
			c.complete(226, &seen)
			log := srv.Log()
			op := log[len(log)-1]
			for what, late := range map[string]time.Duration{
				"negotiated":  seen.negotiated.Sub(op.NegotiateReplied.Before),
				"connected":   seen.connected.Sub(op.Connected.After).Abs(),
				"preliminary": seen.preliminary.Sub(op.PreliminarySent.Before),
				"first byte":  seen.firstByte.Sub(op.FirstByte.Before),
				"eof":         seen.eof.Sub(op.FIN.Before),
				"completed":   seen.completed.Sub(op.CompletionSent.Before),
			} {
				if was, ok := best[what]; !ok || late < was {
					best[what] = late
				}
			}
		}
		for what, late := range best {
			if late > 2*time.Millisecond {
				t.Errorf("%v: %s is never closer than %v", mode, what, late)
			}
		}
		t.Logf("%v: %v", mode, best)
	}
}

func TestScriptedDelaysLieWhereTheyShould(t *testing.T) {
	const wait = 25 * time.Millisecond
	type gap func(s SessionLog, op Op) time.Duration
	tests := []struct {
		name string
		d    Delays
		gap  gap
	}{
		{"greeting", Delays{Greeting: wait}, func(s SessionLog, _ Op) time.Duration {
			return s.Greeting.Before.Sub(s.Accepted)
		}},
		{"login", Delays{Login: wait}, func(s SessionLog, _ Op) time.Duration {
			return s.Commands[1].Replied.Before.Sub(s.Commands[1].Received)
		}},
		{"verb", Delays{Verbs: map[string]time.Duration{"TYPE": wait}}, func(s SessionLog, _ Op) time.Duration {
			return s.Commands[2].Replied.Before.Sub(s.Commands[2].Received)
		}},
		{"negotiate", Delays{Negotiate: wait}, func(_ SessionLog, op Op) time.Duration {
			return op.NegotiateReplied.Before.Sub(op.NegotiateReceived)
		}},
		{"connect", Delays{Connect: wait}, func(_ SessionLog, op Op) time.Duration {
			return op.Connected.Before.Sub(op.CommandReceived)
		}},
		{"preliminary", Delays{Preliminary: wait}, func(_ SessionLog, op Op) time.Duration {
			return op.PreliminarySent.Before.Sub(op.Connected.After)
		}},
		{"first byte", Delays{FirstByte: wait}, func(_ SessionLog, op Op) time.Duration {
			return op.FirstByte.Before.Sub(op.PreliminarySent.After)
		}},
		{"eof", Delays{EOF: wait}, func(_ SessionLog, op Op) time.Duration {
			return op.Closed.Before.Sub(op.LastByte.After)
		}},
		{"completion", Delays{Completion: wait}, func(_ SessionLog, op Op) time.Duration {
			return op.CompletionSent.Before.Sub(op.Closed.After)
		}},
	}
	for _, up := range []bool{false, true} {
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s/upload=%v", tt.name, up), func(t *testing.T) {
				t.Parallel()
				srv, c := dialScripted(t, Script{Delays: tt.d, Download: Download{Size: 100}})
				var seen scriptedSeen
				if up {
					seen = c.upload(stats.PORT, false, "STOR x", 100)
				} else {
					seen = c.download(stats.PORT, false, "RETR x")
				}
				c.complete(226, &seen)
				op, session := onlyOp(t, srv), srv.Sessions()[0]
				checkMoments(t, []Op{op}, seen, stats.PORT, BeforePreliminary)
				for _, other := range tests {
					got := other.gap(session, op)
					if other.name == tt.name && got < wait {
						t.Errorf("%s took %v, want %v or more", tt.name, got, wait)
					}
					// A busy machine can be late, so this is only said.
					if other.name != tt.name && got > wait/2 {
						t.Logf("%s took %v with no delay scripted there", other.name, got)
					}
				}
			})
		}
	}
}

func TestScriptedPaceSpreadsThePayload(t *testing.T) {
	srv, c := dialScripted(t, Script{Download: Download{
		Size: 500, Pace: Pace{Chunk: 100, Pause: 10 * time.Millisecond},
	}})
	seen := c.download(stats.EPSV, false, "RETR x")
	c.complete(226, &seen)
	op := onlyOp(t, srv)
	if took := op.LastByte.Before.Sub(op.FirstByte.Before); seen.bytes != 500 || took < 40*time.Millisecond {
		t.Errorf("%d bytes in %v, want 500 in 40ms or more", seen.bytes, took)
	}
}

func TestScriptedRestartsAtAnOffset(t *testing.T) {
	srv, c := dialScripted(t, Script{Download: Download{Size: 1000}})
	ready := c.negotiate(stats.EPSV)
	c.cmd(350, "REST 600")
	c.cmd(150, "RETR x")
	got := make([]byte, 1000)
	n, _ := ready().Read(got)
	c.expect(226)
	if !slices.Equal(got[:n], Content(600, 400)) {
		t.Errorf("%d bytes, which are not the file's last 400", n)
	}
	op := onlyOp(t, srv)
	if op.Offset != 600 || op.Bytes != 400 || !slices.Contains(op.Commands, "REST 600") {
		t.Errorf("log says %+v", op)
	}
	if seen := c.download(stats.EPSV, false, "RETR x"); seen.bytes != 1000 {
		t.Errorf("the offset outlived its transfer: %d bytes", seen.bytes)
	}
}

func TestScriptedFilesKeepTheirSizes(t *testing.T) {
	_, c := dialScripted(t, Script{Download: Download{
		Size: 5, Sizes: map[string]int64{"big": 1 << 40, "gone": -1},
	}})
	size := func(name, want string) {
		t.Helper()
		if got := c.cmd(213, "SIZE %s", name); got != want {
			t.Errorf("SIZE %s = %s, want %s", name, got, want)
		}
	}
	size("any", "5")
	size("/big", "1099511627776")
	c.cmd(550, "SIZE gone")
	c.negotiate(stats.EPSV)
	c.cmd(550, "RETR gone")

	var seen scriptedSeen
	c.upload(stats.EPSV, false, "STOR up", 300)
	c.complete(226, &seen)
	size("up", "300")
	c.cmd(350, "RNFR up")
	c.cmd(250, "RNTO there")
	size("there", "300")
	c.cmd(250, "DELE there")
	size("there", "5")
}

func TestScriptedOtherVerbs(t *testing.T) {
	srv, c := dialScripted(t, Script{Banner: []string{"one", " two", "three"}})
	for line, code := range map[string]int{
		"syst": 215, "FEAT": 211, "OPTS UTF8 ON": 200, "PWD": 257, "CWD d": 250, "MKD d": 257, "RMD d": 250,
		"NOOP": 200, "MDTM x": 502, "ABOR": 226, "REST x": 501, "PORT 1,2": 501, "EPRT": 501, "PORT 10,0,0,1,4,1": 501,
		"EPRT |2|::1|1025|": 522, "EPRT |1|127.0.0.1|99999|": 501, "RETR x": 425, "EPSV ALL": 200,
	} {
		c.cmd(code, "%s", line)
	}
	if got, want := srv.URL(), "ftp://"+c.conn.RemoteAddr().String(); got != want {
		t.Errorf("URL is %s, want %s", got, want)
	}
	c.cmd(221, "QUIT")
	if _, err := c.text.ReadLine(); err == nil {
		t.Error("QUIT does not close")
	}
	s := srv.Sessions()[0]
	if got := s.Commands[len(s.Commands)-1]; got.Line != "QUIT" || got.Reply != "221 Goodbye.\r\n" {
		t.Errorf("last command is %+v", got)
	}
}

func TestScriptedChooseAndSetScript(t *testing.T) {
	refuse := Script{Replies: map[string]Reply{
		Greeting: {Raw: "421 Full.\r\n", End: EndFIN}, "RETR": NewReply(450, "busy"),
	}}
	srv, c := dialScripted(t, Script{Choose: func(turn Turn) *Script {
		if turn.Session == 2 || turn.Verb == "RETR" && turn.Transfer == 1 {
			return &refuse
		}
		return nil
	}})
	c2 := connectScripted(t, srv)
	c2.expect(421)
	if _, err := c2.text.ReadLine(); err == nil {
		t.Error("the second session lives")
	}
	var seen scriptedSeen
	c.download(stats.EPSV, false, "RETR x")
	c.complete(226, &seen)
	c.negotiate(stats.EPSV)
	c.cmd(450, "RETR x")
	srv.SetScript(Script{Replies: map[string]Reply{"NOOP": NewReply(500, "what?")}})
	c.cmd(500, "NOOP")
	if got := connectScripted(t, srv).expect(220); got != "ready" {
		t.Errorf("third session is greeted with %q", got)
	}
}

func TestScriptedStopEndsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	srv := Start(t, scriptedClock(), scriptedV4, Script{
		ForeignFirst: true,
		Delays:       Delays{Verbs: map[string]time.Duration{"NOOP": time.Hour}},
		Download:     Download{Size: 1 << 40},
		Upload:       Upload{Stop: EndHold},
	})
	idle, asleep, waiting, active, stalled, blocked := connectScripted(t, srv), connectScripted(t, srv),
		connectScripted(t, srv), connectScripted(t, srv), connectScripted(t, srv), connectScripted(t, srv)
	for _, c := range []*scriptedClient{idle, asleep, waiting, active, stalled, blocked} {
		c.login()
	}
	asleep.send("NOOP")
	waiting.passive("EPSV") // no connect follows
	waiting.send("RETR x")
	active.cmd(200, "PORT %s", scriptedArg(stats.PORT, scriptedAddr(active.listen().Addr())))
	active.cmd(150, "RETR x") // nobody reads
	stalled.upload(stats.EPSV, false, "STOR x", 10)
	var seen scriptedSeen
	blocked.start(stats.EPSV, false, "RETR x", &seen)
	time.Sleep(20 * time.Millisecond)

	start := time.Now()
	srv.Stop()
	srv.Stop()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("Stop took %v", took)
	}
	for _, s := range srv.Sessions() {
		if s.Closed == 0 {
			t.Errorf("session %d lives", s.ID)
		}
	}
	// A goroutine that has said it is done still takes a moment to be gone.
	for start = time.Now(); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Since(start) > 5*time.Second {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
	if _, err := net.Dial("tcp", srv.Addr().String()); err == nil {
		t.Error("still listening")
	}
}
