package scripted

import (
	"crypto/tls"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

func TestScriptedTree(t *testing.T) {
	srv, c := dialScripted(t, Script{Tree: &Tree{
		Folders: []string{"/-dash"}, Files: map[string]int64{"/pub/a.bin": 10, "/-dash/b.bin": 20},
	}})
	c.cmd(550, "CWD nowhere")
	c.cmd(550, "RMD pub") // it is not empty
	c.cmd(550, "MKD pub")
	c.cmd(550, "MKD no/where")
	c.cmd(550, "SIZE b.bin")
	c.cmd(250, "CWD pub")
	if got := c.cmd(257, "PWD"); !strings.HasPrefix(got, `"/pub"`) {
		t.Errorf("PWD says %q", got)
	}
	if got := c.cmd(213, "SIZE a.bin"); got != "10" {
		t.Errorf("%s bytes, want 10", got)
	}
	c.cmd(350, "RNFR a.bin")
	c.cmd(250, "RNTO ../c.bin")
	c.cmd(250, "CWD ..")
	c.cmd(250, "RMD pub")
	c.cmd(257, "MKD new")
	var seen scriptedSeen
	c.upload(stats.EPSV, false, "STOR new/up.bin", 30)
	c.complete(226, &seen)
	c.negotiate(stats.EPSV)
	c.cmd(553, "STOR no/where.bin")
	want := []string{"/-dash/", "/-dash/b.bin", "/c.bin", "/new/", "/new/up.bin"}
	if got := srv.Paths(); !slices.Equal(got, want) {
		t.Errorf("there is %q, want %q", got, want)
	}
	// An argument that begins with a dash is none of LIST's and NLST's.
	for command, want := range map[string]string{
		"NLST": "-dash\r\nc.bin\r\nnew\r\n", "NLST new": "up.bin\r\n", "NLST -dash": "-dash\r\nc.bin\r\nnew\r\n",
		"NLST -a new": "up.bin\r\n", "NLST ./-dash": "b.bin\r\n", "MLSD -dash": "type=file;size=20;modify=20240102030405; b.bin\r\n",
	} {
		ready := c.negotiate(stats.EPSV)
		c.cmd(150, "%s", command)
		got := make([]byte, 1000)
		n, _ := ready().Read(got)
		c.expect(226)
		if string(got[:n]) != want {
			t.Errorf("%s sent %q, want %q", command, got[:n], want)
		}
	}
	c.negotiate(stats.EPSV)
	c.cmd(550, "LIST nowhere")
}

func TestScriptedPlainNames(t *testing.T) {
	_, c := dialScripted(t, Script{Tree: &Tree{PlainNames: true, Files: map[string]int64{"/pub/deep/a.bin": 10}}})
	for _, line := range []string{"SIZE pub/deep/a.bin", "MKD pub/new", "RMD /pub/deep", "DELE pub/deep/a.bin", "RNFR pub/deep/a.bin"} {
		c.cmd(553, "%s", line)
	}
	c.negotiate(stats.EPSV)
	c.cmd(553, "RETR pub/deep/a.bin")
	c.cmd(250, "CWD pub/deep")
	c.cmd(213, "SIZE a.bin")
}

func TestScriptedRepliesDoWhatTheySay(t *testing.T) {
	srv, c := dialScripted(t, Script{Tree: &Tree{}, Replies: map[string]Reply{
		"MKD": NewReply(200, "ok"), "RMD": NewReply(450, "no"), "SIZE": {Raw: "213 it has {size}\r\n"},
	}})
	c.cmd(200, "MKD a")
	c.cmd(450, "RMD a")
	c.cmd(550, "MKD a") // which a 200 would hide
	c.cmd(550, "SIZE a")
	if got := srv.Paths(); !slices.Equal(got, []string{"/a/"}) {
		t.Errorf("there is %q", got)
	}
	var seen scriptedSeen
	c.upload(stats.EPSV, false, "STOR f", 7)
	c.complete(226, &seen)
	if got := c.cmd(213, "SIZE f"); got != "it has 7" {
		t.Errorf("SIZE says %q", got)
	}
}

func TestScriptedLacks(t *testing.T) {
	_, c := dialScripted(t, Script{Lacks: []string{"EPSV"}, UnknownReply: NewReply(202, "OK")})
	c.cmd(202, "EPSV")
	c.cmd(202, "XYZZY")
	c.negotiate(stats.PASV)
	c.cmd(150, "RETR x")
	c.expect(226)
}

func TestScriptedTelnetAndTails(t *testing.T) {
	srv, c := dialScripted(t, Script{})
	srv.SetScript(Script{ReplyTail: "\r\n"}) // our client logs in by whole replies
	if _, err := c.conn.Write([]byte("\xff\xfc\x01\xff\xf4\xff\xf2NOOP\r\n")); err != nil {
		t.Fatal(err)
	}
	for {
		line, err := c.text.ReadLine()
		if err != nil {
			t.Fatal(err)
		}
		if line != "" {
			if line != "200 Fine." {
				t.Errorf("the answer is %q", line)
			}
			break
		}
	}
	commands := srv.Sessions()[0].Commands
	if got := commands[len(commands)-1].Line; got != "NOOP" {
		t.Errorf("the server understood %q", got)
	}
}

func TestScriptedPlaces(t *testing.T) {
	const freed = 200 * time.Millisecond
	srv := Start(t, scriptedClock(), scriptedV4, Script{Places: Places{Max: 1, AtPASS: true, PerUser: true, Freed: freed}})
	first := connectScripted(t, srv)
	first.login()
	attempt := func(user string) int {
		c := connectScripted(t, srv)
		c.expect(220)
		c.cmd(331, "USER %s", user)
		c.send("PASS x")
		code, _, _ := c.text.ReadResponse(0)
		c.send("QUIT")
		return code
	}
	if code := attempt("anonymous"); code != 530 {
		t.Errorf("a second session of the user got %d", code)
	}
	if code := attempt("another"); code != 230 {
		t.Errorf("another user got %d", code)
	}
	first.cmd(221, "QUIT")
	left := srv.clock()
	for attempt("anonymous") != 230 {
		if srv.clock().Sub(left) > 5*time.Second {
			t.Fatal("the place is never free")
		}
	}
	if took := srv.clock().Sub(left); took < freed {
		t.Errorf("the place was free after %v, want %v", took, freed)
	}
}

func TestScriptedPendingPort(t *testing.T) {
	const hold = 100 * time.Millisecond
	srv, c := dialScripted(t, Script{PendingPort: Pending{Holds: hold}})
	c.cmd(227, "PASV")
	from := srv.clock()
	c.send("NOOP")
	c.expect(550)
	c.expect(200)
	if took := srv.clock().Sub(from); took < hold {
		t.Errorf("held up for %v, want %v", took, hold)
	}
	seen := c.download(stats.PASV, false, "RETR x")
	c.complete(226, &seen)
}

func TestScriptedForeignDataPorts(t *testing.T) {
	other := netip.MustParseAddr("127.0.0.2")
	srv, c := dialScripted(t, Script{ActiveFrom: other, PassiveHost: other, Unreachable: []string{"EPSV"}})
	conn := c.negotiate(stats.PORT)
	c.send("RETR x")
	if got := scriptedAddr(conn().RemoteAddr()).Addr(); got != other {
		t.Errorf("the data connection came from %v, want %v", got, other)
	}
	c.expect(150)
	c.expect(226)
	if text := c.cmd(227, "PASV"); !strings.Contains(text, "(127,0,0,2,") {
		t.Errorf("the reply is %q", text)
	}
	c.cmd(229, "EPSV")
	c.cmd(425, "RETR x")
	if got := srv.Log()[1].DataAddr.Addr(); got != other {
		t.Errorf("listened at %v", got)
	}
}

func TestScriptedAbandons(t *testing.T) {
	for _, mode := range []stats.Mode{stats.EPSV, stats.PORT} {
		_, c := dialScripted(t, Script{Abandon: NewReply(550, "gone")})
		if mode.Active() {
			c.cmd(200, "PORT %s", scriptedArg(mode, scriptedAddr(c.listen().Addr())))
		} else {
			c.negotiate(mode)
		}
		c.cmd(150, "RETR x")
		c.expect(550)
		c.cmd(200, "NOOP")
	}
}

func TestScriptedTakenNames(t *testing.T) {
	for existing, codes := range map[Existing]string{RefuseExisting: "550", RenameUpload: "226", RenameUploadUntold: "226"} {
		srv, c := dialScripted(t, Script{Tree: &Tree{}, Upload: Upload{Existing: existing, ExistingReply: NewReply(550, "it is there")}})
		var seen scriptedSeen
		c.upload(stats.EPSV, false, "STOR f", 1)
		c.complete(226, &seen)
		if codes == "550" {
			c.negotiate(stats.EPSV)
			c.cmd(550, "STOR f")
			continue
		}
		c.upload(stats.EPSV, false, "STOR f", 2)
		if said := c.expect(226); strings.Contains(said, "f.1") != (existing == RenameUpload) {
			t.Errorf("the server said %q", said)
		}
		if got := srv.Paths(); !slices.Equal(got, []string{"/f", "/f.1"}) || srv.Log()[1].Stored != "f.1" {
			t.Errorf("there is %q", got)
		}
	}
}

// TestScriptedTLS has a client go through TLS, whose data handshake the server wants
// before or after its preliminary reply.
func TestScriptedTLS(t *testing.T) {
	pair, _ := Certificate{}.Make(t)
	for _, early := range []bool{false, true} {
		settings := TLS{Config: &tls.Config{Certificates: []tls.Certificate{pair}}}
		if early {
			settings.DataHandshake = HandshakeBeforePreliminary
		}
		srv, c := dialScripted(t, Script{TLS: &settings, Download: Download{Size: 100}})
		c.cmd(502, "PROT P")
		c.cmd(234, "AUTH TLS")
		client := &tls.Config{InsecureSkipVerify: true}
		c = c.over(tls.Client(c.conn, client))
		c.cmd(200, "PBSZ 0")
		c.cmd(200, "PROT P")
		ready := c.negotiate(stats.EPSV)
		c.send("RETR x")
		data := tls.Client(ready(), client)
		if early {
			if err := data.Handshake(); err != nil {
				t.Fatal(err)
			}
		}
		c.expect(150)
		got, err := io.ReadAll(data)
		if err != nil || !slices.Equal(got, Content(0, 100)) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		c.expect(226)
		if op := srv.Log()[0]; op.Err != nil || op.Bytes != 100 {
			t.Errorf("log says %+v", op)
		}
	}
}
