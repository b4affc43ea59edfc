package scripted

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

func TestScriptedDownloadsEndBadly(t *testing.T) {
	const size = 100_000
	for _, mode := range []stats.Mode{stats.EPSV, stats.PORT} {
		for _, tt := range []struct {
			name  string
			d     Download
			bytes int64
			err   error
		}{
			{"cut", Download{Stop: EndFIN, StopAfter: 70_000}, 70_000, nil},
			{"cut at once", Download{Stop: EndFIN}, 0, nil},
			{"cut beyond the end", Download{Stop: EndRST, StopAfter: size + 1}, size, nil},
			{"reset", Download{Stop: EndRST, StopAfter: 70_000}, -1, syscall.ECONNRESET},
			{"reset after all", Download{End: EndRST}, -1, syscall.ECONNRESET},
			{"too long", Download{Extra: 500}, size + 500, nil},
		} {
			t.Run(fmt.Sprintf("%s/%v", tt.name, mode), func(t *testing.T) {
				t.Parallel()
				tt.d.Size = size
				srv, c := dialScripted(t, Script{Download: tt.d})
				if got := c.cmd(213, "SIZE x"); got != fmt.Sprint(size) {
					t.Errorf("SIZE says %s", got)
				}
				seen := c.download(mode, false, "RETR x")
				c.complete(226, &seen)
				if tt.bytes >= 0 && seen.bytes != tt.bytes || !errors.Is(seen.err, tt.err) {
					t.Errorf("%d bytes, %v; want %d, %v", seen.bytes, seen.err, tt.bytes, tt.err)
				}
				op := onlyOp(t, srv)
				if op.Err != nil || op.FIN.After == 0 || tt.bytes >= 0 && op.Bytes != tt.bytes {
					t.Errorf("log says %+v", op)
				}
			})
		}
	}
}

func TestScriptedDownloadsThatDoNotEnd(t *testing.T) {
	t.Run("stall", func(t *testing.T) {
		srv, c := dialScripted(t, Script{Download: Download{Size: 1000, Stop: EndHold, StopAfter: 400}})
		c.halfOpen(t, 400)
		if op := onlyOp(t, srv); op.CompletionSent.Before != 0 || op.FIN.Before != 0 {
			t.Errorf("log says %+v", op)
		}
		c.send("\xff\xf4\xff\xf2ABOR")
		c.expect(426)
		c.expect(226)
		if op := onlyOp(t, srv); op.FIN.Before == 0 {
			t.Error("ABOR left the data connection open")
		}
	})
	t.Run("completion without end", func(t *testing.T) {
		srv, c := dialScripted(t, Script{Download: Download{Size: 400, End: EndHold}})
		c.halfOpen(t, 400)
		c.expect(226)
		c.cmd(200, "NOOP")
		if op := onlyOp(t, srv); op.FIN.Before != 0 {
			t.Errorf("log says %+v", op)
		}
		c.passive("EPSV")
		if op := onlyOp(t, srv); op.FIN.Before == 0 {
			t.Error("EPSV left the old data connection open")
		}
	})
}

// halfOpen downloads n bytes and sees that neither more nor the end comes.
func (c *scriptedClient) halfOpen(t *testing.T, n int) {
	t.Helper()
	var seen scriptedSeen
	conn := c.start(stats.EPSV, false, "RETR x", &seen)
	_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	b, err := io.ReadAll(conn)
	if len(b) != n || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d bytes, %v; want %d and a stall", len(b), err, n)
	}
}

func TestScriptedUploadsEndBadly(t *testing.T) {
	const size = 100_000
	t.Run("reset after all", func(t *testing.T) {
		srv, c := dialScripted(t, Script{Upload: Upload{End: EndRST}})
		var seen scriptedSeen
		conn := c.start(stats.EPSV, false, "STOR x", &seen)
		_, _ = conn.Write(make([]byte, size))
		_ = conn.CloseWrite()
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("after the end: %v", err)
		}
		c.complete(226, &seen)
		if op := onlyOp(t, srv); op.Bytes != size || op.Err != nil || op.FIN.Before == 0 {
			t.Errorf("log says %+v", op)
		}
	})
	t.Run("server's side stays open", func(t *testing.T) {
		_, c := dialScripted(t, Script{Upload: Upload{End: EndHold}})
		var seen scriptedSeen
		conn := c.start(stats.EPSV, false, "STOR x", &seen)
		_, _ = conn.Write(make([]byte, size))
		_ = conn.CloseWrite()
		c.complete(226, &seen)
		_ = conn.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("after the end: %v", err)
		}
	})
	for name, end := range map[string]End{"close": EndFIN, "reset": EndRST} {
		t.Run(name+" in the middle", func(t *testing.T) {
			srv, c := dialScripted(t, Script{
				Upload:     Upload{Stop: end, StopAfter: 1000, ReceiveBuffer: 32 << 10},
				Completion: NewReply(452, "disk full"),
			})
			seen := c.upload(stats.PORT, false, "STOR x", 16<<20)
			if !errors.Is(seen.err, syscall.ECONNRESET) && !errors.Is(seen.err, syscall.EPIPE) {
				t.Errorf("the client's write: %v", seen.err)
			}
			c.complete(452, &seen)
			if op := onlyOp(t, srv); op.Bytes != 1000 || op.Err != nil || op.Closed.Before == 0 || op.FIN.Before != 0 {
				t.Errorf("log says %+v", op)
			}
		})
	}
	t.Run("stall", func(t *testing.T) {
		srv, c := dialScripted(t, Script{Upload: Upload{Stop: EndHold, StopAfter: 1000, ReceiveBuffer: 32 << 10}})
		var seen scriptedSeen
		conn := c.start(stats.EPSV, false, "STOR x", &seen)
		// The deadline is for the rest: what the server is to read goes first.
		rest := make([]byte, 32<<20)
		_, _ = conn.Write(rest[:1000])
		_ = conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
		if n, err := conn.Write(rest); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("wrote %d, %v; want a stall", n, err)
		}
		c.cmd(200, "NOOP")
		if op := onlyOp(t, srv); op.Bytes != 1000 || op.Closed.Before != 0 || op.CompletionSent.Before != 0 {
			t.Errorf("log says %+v", op)
		}
	})
}

func TestScriptedSays426WhenTheClientBreaksOff(t *testing.T) {
	for _, verb := range []string{"RETR", "STOR"} {
		srv, c := dialScripted(t, Script{Download: Download{Size: 1 << 40}})
		var seen scriptedSeen
		conn := c.start(stats.EPSV, false, verb+" x", &seen)
		_, _ = conn.Write([]byte("x"))
		_ = conn.SetLinger(0)
		_ = conn.Close()
		c.complete(426, &seen)
		if op := onlyOp(t, srv); op.Err == nil {
			t.Errorf("%s: no error in %+v", verb, op)
		}
	}
}

func TestScriptedOneSegment(t *testing.T) {
	for _, mode := range []stats.Mode{stats.EPSV, stats.PORT} {
		for _, how := range []OneSegment{DataFirst, RepliesFirst} {
			t.Run(fmt.Sprintf("%v/%d", mode, how), func(t *testing.T) {
				t.Parallel()
				srv, c := dialScripted(t, Script{
					OneSegment: how, Download: Download{Size: 100}, ActiveConnect: AfterPreliminary,
					Delays: Delays{FirstByte: 10 * time.Millisecond, Completion: 10 * time.Millisecond},
				})
				ready := c.negotiate(mode)
				c.send("RETR x")
				conn := ready()
				b := make([]byte, 500)
				n, _ := c.conn.Read(b)
				if got := string(b[:n]); strings.Count(got, "\r\n") != 2 || got[:3] != "150" || !strings.Contains(got, "\r\n226 ") {
					t.Errorf("one read returned %q", got)
				}
				if data, err := io.ReadAll(conn); len(data) != 100 || err != nil {
					t.Errorf("%d bytes, %v", len(data), err)
				}
				op := onlyOp(t, srv)
				if op.PreliminarySent != op.CompletionSent {
					t.Errorf("replies apart: %+v", op)
				}
				if how == DataFirst {
					inOrder(t, op.FirstByte.Before, op.FIN.After, op.CompletionSent.Before)
				} else {
					inOrder(t, op.CompletionSent.After, op.FirstByte.Before, op.FIN.Before)
				}
			})
		}
	}
}

func TestScriptedOneSegmentOfAnUpload(t *testing.T) {
	_, c := dialScripted(t, Script{OneSegment: RepliesFirst})
	seen := c.upload(stats.EPSV, false, "STOR x", 100)
	c.complete(226, &seen)

	// One reply of the two may be missing, and the control connection end.
	_, c = dialScripted(t, Script{
		OneSegment: DataFirst, Preliminary: Reply{Silent: true}, Completion: Reply{Raw: "250 ok\r\n", End: EndFIN},
	})
	c.negotiate(stats.EPSV)
	c.cmd(250, "RETR x")
	if _, err := c.text.ReadLine(); err != io.EOF {
		t.Errorf("%v, want the end", err)
	}
}

func TestScriptedCompletionBeforeEOF(t *testing.T) {
	srv, c := dialScripted(t, Script{
		CompletionBeforeEOF: true, Download: Download{Size: 100},
		Delays: Delays{EOF: 20 * time.Millisecond},
	})
	seen := c.download(stats.PORT, false, "RETR x")
	c.complete(226, &seen)
	op := onlyOp(t, srv)
	inOrder(t, op.LastByte.After, op.CompletionSent.Before, op.CompletionSent.After, op.FIN.Before)
	if wait := op.FIN.Before.Sub(op.CompletionSent.After); wait < 20*time.Millisecond {
		t.Errorf("FIN came %v after 226", wait)
	}

	seen = c.upload(stats.PORT, false, "STOR x", 100)
	c.complete(226, &seen)
	op = srv.Settled(2)[1]
	inOrder(t, op.CompletionSent.After, op.FirstByte.Before, op.FIN.Before)
}

func TestScriptedReplies(t *testing.T) {
	reply := func(verb string, r Reply) Script {
		return Script{Replies: map[string]Reply{verb: r}}
	}
	t.Run("nonsense", func(t *testing.T) {
		for _, raw := range []string{"garbage\r\n", "229 (|||0|)\r\n", "229 (|||70000|)\r\n", "227 Entering (1,2,3)\r\n"} {
			_, c := dialScripted(t, reply("EPSV", Reply{Raw: raw}))
			c.send("EPSV")
			if got, err := c.text.ReadLine(); got+"\r\n" != raw || err != nil {
				t.Errorf("%q, %v; want %q", got, err, raw)
			}
			c.cmd(425, "RETR x")
		}
	})
	t.Run("another host in 227", func(t *testing.T) {
		_, c := dialScripted(t, reply("PASV", Reply{Raw: "227 Go to (10,9,8,7,{p1},{p2}).\r\n"}))
		if seen := c.download(stats.PASV, false, "RETR x"); seen.err != nil {
			t.Error(seen.err)
		}
		c.expect(226)
	})
	t.Run("partial and closed", func(t *testing.T) {
		_, c := dialScripted(t, reply("EPSV", Reply{Raw: "229 Enter", End: EndFIN}))
		c.send("EPSV")
		if b, err := io.ReadAll(c.conn); string(b) != "229 Enter" || err != nil {
			t.Errorf("%q, %v", b, err)
		}
	})
	t.Run("reset", func(t *testing.T) {
		_, c := dialScripted(t, reply("RETR", Reply{Silent: true, End: EndRST}))
		c.negotiate(stats.EPSV)
		c.send("RETR x")
		if _, err := c.text.ReadLine(); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v", err)
		}
	})
	t.Run("never", func(t *testing.T) {
		srv, c := dialScripted(t, reply("NOOP", Reply{Silent: true}))
		c.send("NOOP")
		c.cmd(215, "SYST")
		if s := srv.Sessions()[0]; s.Commands[3].Line != "NOOP" || s.Commands[3].Replied.Before != 0 {
			t.Errorf("log says %+v", s.Commands)
		}
	})
	t.Run("byte by byte", func(t *testing.T) {
		srv, c := dialScripted(t, reply("NOOP", Reply{Dribble: time.Millisecond}))
		c.cmd(200, "NOOP")
		now := c.clock()
		within(t, "the last byte", now, srv.Sessions()[0].Commands[3].Replied)
	})
	t.Run("refused transfer", func(t *testing.T) {
		srv, c := dialScripted(t, reply("RETR", NewReply(425, "first", "425 not yet", "last")))
		conn := c.negotiate(stats.EPSV)()
		c.cmd(425, "RETR x")
		if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("data connection: %v", err)
		}
		if op := onlyOp(t, srv); op.PreliminarySent.Before != 0 || op.CompletionSent.Before == 0 {
			t.Errorf("log says %+v", op)
		}
	})
	t.Run("refused EPRT", func(t *testing.T) {
		_, c := dialScripted(t, Script{ActiveConnect: AtPORT, Replies: map[string]Reply{"EPRT": NewReply(522, "no")}})
		l := c.listen()
		c.cmd(522, "EPRT %s", scriptedArg(stats.EPRT, scriptedAddr(l.Addr())))
		_ = l.SetDeadline(time.Now().Add(20 * time.Millisecond))
		if _, err := l.Accept(); err == nil {
			t.Error("it connects all the same")
		}
	})
}

func TestScriptedPreliminaryAndCompletion(t *testing.T) {
	for _, tt := range []struct {
		name                    string
		preliminary, completion Reply
		codes                   []int
	}{
		{"125 and 250", NewReply(125, "open"), NewReply(250, "ok"), []int{125, 250}},
		{"multi-line", NewReply(150, "a", "b"), NewReply(226, "a", " 226 b", "c"), []int{150, 226}},
		{"error", Reply{}, NewReply(451, "local"), []int{150, 451}},
		{"hang-up", Reply{}, Reply{Silent: true, End: EndFIN}, []int{150, 0}},
		{"hang-up after 150", Reply{End: EndFIN}, Reply{}, []int{150, 0}},
		{"no preliminary", Reply{Silent: true}, Reply{}, []int{226}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, c := dialScripted(t, Script{Preliminary: tt.preliminary, Completion: tt.completion})
			conn := c.negotiate(stats.EPSV)()
			c.send("RETR x")
			for _, code := range tt.codes {
				if code != 0 {
					c.expect(code)
				} else if _, err := c.text.ReadLine(); err != io.EOF {
					t.Errorf("%v, want the end", err)
				}
			}
			if _, err := io.ReadAll(conn); err != nil {
				t.Error(err)
			}
			onlyOp(t, srv)
		})
	}
}

func TestScriptedNeverConnects(t *testing.T) {
	srv, c := dialScripted(t, Script{ActiveConnect: NeverConnect})
	l := c.listen()
	c.cmd(200, "PORT %s", scriptedArg(stats.PORT, scriptedAddr(l.Addr())))
	c.cmd(150, "RETR x")
	_ = l.SetDeadline(time.Now().Add(20 * time.Millisecond))
	if _, err := l.Accept(); err == nil {
		t.Error("it connects")
	}
	c.cmd(200, "NOOP")
	if op := onlyOp(t, srv); op.CompletionSent.Before != 0 || op.Connected.Before != 0 {
		t.Errorf("log says %+v", op)
	}
}

func TestScriptedSays425WhenItCannotConnect(t *testing.T) {
	for when, codes := range map[Connect][]int{
		AtPORT: {425}, BeforePreliminary: {200, 425}, AfterPreliminary: {200, 150, 425},
	} {
		_, c := dialScripted(t, Script{ActiveConnect: when})
		l := c.listen()
		_ = l.Close()
		c.send("PORT %s", scriptedArg(stats.PORT, scriptedAddr(l.Addr())))
		c.expect(codes[0])
		if len(codes) > 1 {
			c.send("RETR x")
			for _, code := range codes[1:] {
				c.expect(code)
			}
		}
	}
}

func TestScriptedForeignComesFirst(t *testing.T) {
	for _, when := range []Connect{AtPORT, BeforePreliminary, AfterPreliminary, NeverConnect} {
		t.Run(fmt.Sprint(when), func(t *testing.T) {
			srv, c := dialScripted(t, Script{ForeignFirst: true, ActiveConnect: when, Download: Download{Size: 9}})
			l := c.listen()
			c.cmd(200, "PORT %s", scriptedArg(stats.PORT, scriptedAddr(l.Addr())))
			c.cmd(150, "RETR x")
			stranger, err := l.AcceptTCP()
			if err != nil {
				op := onlyOp(t, srv)
				t.Skipf("no connect from 127.0.0.2 on this system: %v", op.Foreign.Err)
			}
			if from := stranger.RemoteAddr().(*net.TCPAddr).IP.String(); from != "127.0.0.2" {
				t.Fatalf("the first came from %s", from)
			}
			if n, _ := stranger.Read(make([]byte, 10)); n == 0 {
				t.Error("it sent nothing")
			}
			_ = stranger.Close()
			if when != NeverConnect {
				conn, err := l.AcceptTCP()
				if err != nil {
					t.Fatal(err)
				}
				if b, _ := io.ReadAll(conn); len(b) != 9 {
					t.Errorf("%d bytes", len(b))
				}
				_ = conn.Close()
				c.expect(226)
			}
			for start := time.Now(); onlyOp(t, srv).Foreign.Closed == 0; time.Sleep(time.Millisecond) {
				if time.Since(start) > 5*time.Second {
					t.Fatalf("log says %+v", onlyOp(t, srv).Foreign)
				}
			}
			f := onlyOp(t, srv).Foreign
			inOrder(t, f.Connected.Before, f.Connected.After, f.Closed)
		})
	}
}
