package scripted

import (
	"net/netip"
	"time"
)

// Script says what a [Server] does. It is data: the zero Script is a
// correct server that serves empty files at once, and each field moves it away
// from that in one way. A Script must not be changed once it is in use.
//
// # Order of events
//
// A command is played by the script in force when it was received. What
// happens in a transfer, with the [Delays] in capitals:
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

	Delays Delays

	// ActiveConnect is when the server opens an active data connection.
	ActiveConnect Connect
	// ForeignFirst has a stranger, 127.0.0.2, connect to the client's
	// listener right before the server does (with NeverConnect: before the
	// preliminary reply), and send it 4 KiB of zeros. It stays connected
	// until the client closes it or the session ends. IPv4 only.
	ForeignFirst bool
	// ActiveFrom is the address of this machine that active data connections
	// come from. The zero Addr is the control connection's, as it ought to be.
	ActiveFrom netip.Addr

	// PassiveHost is the address of this machine where passive data connections
	// are awaited, there alone, and which the 227 names. The zero Addr is the
	// control connection's, as it ought to be.
	PassiveHost netip.Addr
	// Unreachable are those of EPSV and PASV whose reply names a port at which
	// nobody listens.
	Unreachable []string
	// PendingPort has a passive port to which nobody has connected hold up the
	// next command, as Twisted's does.
	PendingPort Pending

	// Preliminary is sent in place of "150 Opening ...", Completion in place
	// of "226 Transfer complete.". Completion is for transfers that went as
	// scripted, those cut by Download.Stop and Upload.Stop included.
	Preliminary, Completion Reply
	// OneSegment puts the preliminary and the completion reply into one
	// write, and so into one segment.
	OneSegment OneSegment
	// Abandon is sent right behind the preliminary reply, and that is all: the
	// data connection is neither opened nor awaited, and nothing moves. One that
	// the client has made stays open until the next EPSV, PASV, EPRT or PORT.
	Abandon Reply
	// CompletionBeforeEOF swaps the ends of a download: payload, COMPLETION,
	// 226, EOF, FIN. An upload's completion is sent before the first read.
	CompletionBeforeEOF bool

	Download Download
	Upload   Upload

	// Replies take the place of the reply to a verb (in capitals), or of the
	// greeting, under [Greeting]. The delays stay. What else the verb
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
	// refusal (4 or 5). What cannot be done, as with a file that is not there, is
	// refused with 550 all the same. In a reply to SIZE, {size} is the size.
	Replies map[string]Reply
	// ReplyTail is sent behind every reply, in the same write: "\r\n" is a blank
	// line.
	ReplyTail string
	// Lacks are verbs, in capitals, that this server does not know, and
	// UnknownReply takes the place of the 502 to whatever it does not know.
	Lacks        []string
	UnknownReply Reply

	// Tree makes files and folders real. Without it every folder is there, and
	// every file but for those of Download. The server that is started with a
	// tree keeps it, whatever later scripts say.
	Tree *Tree
	// Places limits the sessions.
	Places Places
	// TLS lets the server speak TLS. It is that of the script that the server is
	// started with.
	TLS *TLS

	// Choose picks another script for one command, or this one if it returns
	// nil. It is called by many goroutines.
	Choose func(Turn) *Script
}

// Greeting is the verb of the greeting, for Replies and Choose.
const Greeting = "GREETING"

// Turn is what a [Script]'s Choose is asked about.
type Turn struct {
	// Session counts from 1 in order of accept.
	Session int
	// Transfer is how many transfer commands the session has had before.
	Transfer int
	// Verb is in capitals; Arg is the rest of the line.
	Verb, Arg string
}

// Delays are waits before the server's actions. See [Script] for where
// each lies. They are lower bounds: the log has what really happened.
type Delays struct {
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

// Connect is when a server opens the active data connection.
type Connect int

// The moments at which real servers connect, and not at all.
const (
	// BeforePreliminary connects after the transfer command and before the
	// preliminary reply, as vsftpd and ProFTPD do.
	BeforePreliminary Connect = iota
	// AtPORT connects before the reply to EPRT or PORT, as pyftpdlib does.
	AtPORT
	// AfterPreliminary connects once the preliminary reply is out. With
	// OneSegment it is BeforePreliminary.
	AfterPreliminary
	// NeverConnect sends the preliminary reply and falls silent. The session
	// lives on.
	NeverConnect
)

// OneSegment is where data lies when both replies go out together.
type OneSegment int

const (
	// SeparateReplies is no single segment: each reply is its own write.
	SeparateReplies OneSegment = iota
	// DataFirst moves the payload and closes the data connection, and then
	// writes both replies: FIRST BYTE, payload, EOF, FIN, PRELIMINARY,
	// COMPLETION, replies. A client that uploads only after 150 never comes
	// that far.
	DataFirst
	// RepliesFirst writes both replies and then moves the payload:
	// PRELIMINARY, COMPLETION, replies, FIRST BYTE, payload, EOF, FIN.
	RepliesFirst
)
