package ftptest

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
)

// Script says what a [ScriptedServer] does. It is data: the zero Script is a
// correct server that serves empty files at once, and each field moves it away
// from that in one way. A Script must not be changed once it is in use.
//
// # Order of events
//
// A command is played by the script in force when it was received. What
// happens in a transfer, with the [ScriptDelays] in capitals:
//
//	EPSV, PASV   listen, accept in the background; NEGOTIATE, reply
//	EPRT, PORT   (AtPORT: CONNECT, connect); NEGOTIATE, reply
//	RETR         passive: await the client's connect
//	             (BeforePreliminary: CONNECT, connect)
//	             PRELIMINARY, 150
//	             (AfterPreliminary: CONNECT, connect)
//	             FIRST BYTE, payload, EOF, FIN and close
//	             COMPLETION, 226
//	STOR         as above up to 150, then
//	             FIRST BYTE, payload up to the client's FIN, EOF, close
//	             COMPLETION, 226
//
// APPE is as STOR, the listings are as RETR. Where the data connection cannot
// be had, 425 takes the place of the next reply. Where it breaks on the
// client's side, 426 takes the place of the completion reply.
type Script struct {
	// Banner is the text of the greeting; more than one line make a
	// multi-line reply. Nil means "ready".
	Banner []string
	// Features are the lines of the reply to FEAT. Nil means those that the
	// server has; an empty list answers 502.
	Features []string

	Delays ScriptDelays

	// ActiveConnect is when the server opens an active data connection.
	ActiveConnect ScriptConnect
	// ForeignFirst has a stranger, 127.0.0.2, connect to the client's
	// listener right before the server does (with NeverConnect: before the
	// preliminary reply), and send it 4 KiB of zeros. It stays connected
	// until the client closes it or the session ends. IPv4 only.
	ForeignFirst bool

	// Preliminary is sent in place of "150 Opening ...", Completion in place
	// of "226 Transfer complete.". Completion is for transfers that went as
	// scripted, those cut by Download.Stop and Upload.Stop included.
	Preliminary, Completion ScriptReply
	// OneSegment puts the preliminary and the completion reply into one
	// write, and so into one segment.
	OneSegment ScriptOneSegment
	// CompletionBeforeEOF swaps the ends of a download: payload, COMPLETION,
	// 226, EOF, FIN. An upload's completion is sent before the first read.
	CompletionBeforeEOF bool

	Download ScriptDownload
	Upload   ScriptUpload

	// Replies take the place of the reply to a verb (in capitals), or of the
	// greeting, under [ScriptGreeting]. The delays stay. What else the verb
	// does is this:
	//
	// RETR, STOR, APPE, LIST, NLST, MLSD do nothing more: the data connection
	// is dropped (EPRT, PORT: never opened), no completion follows.
	//
	// EPSV, PASV listen if the reply has a placeholder: {port}, {p1} and {p2}
	// its two bytes, {h} the address with commas. Without one there is
	// nothing to connect to.
	//
	// EPRT, PORT go on as scripted if the reply starts with a 2.
	//
	// The others do what they do and say this; they do nothing if the reply is a
	// refusal (4 or 5).
	Replies map[string]ScriptReply

	// Choose picks another script for one command, or this one if it returns
	// nil. It is called by many goroutines.
	Choose func(ScriptedTurn) *Script
}

// ScriptGreeting is the verb of the greeting, for Replies and Choose.
const ScriptGreeting = "GREETING"

// ScriptedTurn is what a [Script]'s Choose is asked about.
type ScriptedTurn struct {
	// Session counts from 1 in order of accept.
	Session int
	// Transfer is how many transfer commands the session has had before.
	Transfer int
	// Verb is in capitals; Arg is the rest of the line.
	Verb, Arg string
}

// ScriptDelays are waits before the server's actions. See [Script] for where
// each lies. They are lower bounds: the log has what really happened.
type ScriptDelays struct {
	Greeting    time.Duration // before the greeting
	Login       time.Duration // before the reply to PASS
	Negotiate   time.Duration // before the reply to EPSV, PASV, EPRT, PORT
	Connect     time.Duration // before the active connect, and its stranger
	Preliminary time.Duration // before the preliminary reply
	FirstByte   time.Duration // before the first write or read of payload
	EOF         time.Duration // before the data connection is closed, or cut
	Completion  time.Duration // before the completion reply
	// Verbs are further waits before the first reply to a verb.
	Verbs map[string]time.Duration
}

// ScriptConnect is when a server opens the active data connection.
type ScriptConnect int

// The moments at which real servers connect, and not at all.
const (
	// BeforePreliminary connects after the transfer command and before the
	// preliminary reply, as vsftpd and ProFTPD do.
	BeforePreliminary ScriptConnect = iota
	// AtPORT connects before the reply to EPRT or PORT, as pyftpdlib does.
	AtPORT
	// AfterPreliminary connects once the preliminary reply is out. With
	// OneSegment it is BeforePreliminary.
	AfterPreliminary
	// NeverConnect sends the preliminary reply and falls silent. The session
	// lives on.
	NeverConnect
)

// ScriptOneSegment is where data lies when both replies go out together.
type ScriptOneSegment int

const (
	// SeparateReplies is no single segment: each reply is its own write.
	SeparateReplies ScriptOneSegment = iota
	// DataFirst moves the payload and closes the data connection, and then
	// writes both replies: FIRST BYTE, payload, EOF, FIN, PRELIMINARY,
	// COMPLETION, replies. A client that uploads only after 150 never comes
	// that far.
	DataFirst
	// RepliesFirst writes both replies and then moves the payload:
	// PRELIMINARY, COMPLETION, replies, FIRST BYTE, payload, EOF, FIN.
	RepliesFirst
)

// ScriptEnd is how the server ends a connection.
type ScriptEnd int

const (
	// ProperEnd is what a correct server does in that place.
	ProperEnd ScriptEnd = iota
	// EndFIN closes. The kernel makes that a reset where received bytes were
	// not read.
	EndFIN
	// EndRST resets. The client's kernel drops what the client has not read.
	EndRST
	// EndHold does nothing more on the connection and leaves it open until
	// the session's end, ABOR or the next EPSV, PASV, EPRT or PORT.
	EndHold
)

// ScriptReply is a reply to send in place of the proper one. The zero value
// sends the proper one.
type ScriptReply struct {
	// Raw is sent verbatim, line ends included. Empty means the proper reply.
	Raw string
	// Silent sends nothing at all. Delays and End remain.
	Silent bool
	// Dribble sends byte by byte with this pause between.
	Dribble time.Duration
	// End ends the control connection right after: EndFIN or EndRST.
	End ScriptEnd
}

// ScriptedReply returns a reply of that code. Of more than one line the first
// gets the code and a dash, the last the code and a space, and those between
// go out as they are.
func ScriptedReply(code int, lines ...string) ScriptReply {
	return ScriptReply{Raw: scriptedReply(code, lines...)}
}

func scriptedReply(code int, lines ...string) string {
	var b strings.Builder
	for i, line := range lines {
		switch {
		case i == len(lines)-1:
			fmt.Fprintf(&b, "%d %s\r\n", code, line)
		case i == 0:
			fmt.Fprintf(&b, "%d-%s\r\n", code, line)
		default:
			b.WriteString(line + "\r\n")
		}
	}
	return b.String()
}

// ScriptDownload says what RETR, LIST, NLST and MLSD send.
type ScriptDownload struct {
	// Size is the size of every file that was not uploaded and is not in
	// Sizes. Byte i of a file is i modulo 251.
	Size int64
	// Sizes are by name, without a leading slash. A negative one is a file
	// that does not exist: RETR, SIZE, DELE and RNFR answer 550.
	Sizes map[string]int64
	// Listings are the payloads by verb; where there is none, a line for each
	// existing file of Sizes in the verb's format.
	Listings map[string]string

	// Extra is how many bytes of a file RETR sends beyond the size that SIZE
	// answers.
	Extra int64
	// Stop ends the data connection after StopAfter bytes of this transfer's
	// payload, if it is that long; the completion follows. With EndHold the
	// transfer stalls there: no completion, the session reads on.
	Stop      ScriptEnd
	StopAfter int64
	// End ends the data connection after the whole payload. With EndHold
	// there is no end of file, but the completion is sent.
	End ScriptEnd

	Pace ScriptPace
}

// ScriptUpload says how STOR and APPE receive.
type ScriptUpload struct {
	// Stop ends the data connection once StopAfter bytes are read, without
	// looking for the end of file; the completion follows. With EndHold the
	// transfer stalls there: no completion, the session reads on.
	Stop      ScriptEnd
	StopAfter int64
	// End ends the data connection once the client's end of file is read.
	// With EndHold the server's side stays open, and the completion is sent.
	End ScriptEnd
	// ReceiveBuffer is the socket's receive buffer in bytes; zero leaves the
	// kernel's, which takes megabytes before a stall can be felt. Keep it at
	// 32 KiB or more: into less than that Linux's loopback segments do not
	// fit, and each is dropped and sent again, which takes seconds.
	ReceiveBuffer int

	Pace ScriptPace
}

// ScriptPace moves a payload in pieces.
type ScriptPace struct {
	// Chunk is the most bytes of one write or read; zero means 64 KiB.
	Chunk int
	// Pause lies between two pieces.
	Pause time.Duration
}

func (p ScriptPace) chunk() int64 {
	if p.Chunk > 0 {
		return int64(p.Chunk)
	}
	return 64 << 10
}

// fill puts a passive listener's address into a reply.
func (r ScriptReply) fill(at netip.AddrPort) ScriptReply {
	p1, p2, h := scriptedPASV(at)
	r.Raw = strings.NewReplacer(
		"{port}", fmt.Sprint(at.Port()), "{p1}", p1, "{p2}", p2, "{h}", h,
	).Replace(r.Raw)
	return r
}

func scriptedPASV(at netip.AddrPort) (p1, p2, h string) {
	return fmt.Sprint(at.Port() >> 8), fmt.Sprint(at.Port() & 0xff),
		strings.ReplaceAll(at.Addr().String(), ".", ",")
}
