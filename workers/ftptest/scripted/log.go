package scripted

import (
	"net/netip"
	"slices"
	"sync"

	"github.com/ftpmark/ftpmark/stats"
)

// Span is the call in which something happened: the clock was read
// just before it and just after. The zero span did not happen.
//
// A client that reads what the call wrote cannot have done so before Before.
// After may be late by what the scheduler took.
type Span struct{ Before, After stats.Moment }

// Op is one transfer as the server saw it. It is in the log from the
// moment its command was received.
type Op struct {
	// Session counts from 1 in order of accept.
	Session int
	// Verb is RETR, STOR, APPE, LIST, NLST or MLSD; Path its argument.
	Verb, Path string
	// Stored is the name that an upload is stored under.
	Stored string
	// Offset is what REST asked for.
	Offset int64
	// Negotiation is the last EPSV, PASV, EPRT or PORT before Verb.
	Negotiation string
	// DataAddr is the address that the data connection was made to: the
	// server's listener in passive mode, the client's in active mode.
	DataAddr netip.AddrPort
	// Commands are the lines received since the transfer before, the
	// transfer command included.
	Commands []string

	NegotiateReceived stats.Moment
	NegotiateReplied  Span
	// Connected is the connect in active mode. In passive mode it is the
	// accept: Before is when the server began to wait, After when the
	// connection was there.
	Connected       Span
	CommandReceived stats.Moment
	// Secured is the server's side of the data connection's TLS handshake: Before
	// is when it began, behind its delay, and After when it was done.
	Secured         Span
	PreliminarySent Span
	// FirstByte and LastByte are the first and the last write of a download;
	// of an upload, the first and the last read that brought bytes.
	FirstByte, LastByte Span
	// FIN is the end of the stream: in a download our close or reset; in an
	// upload the read that returned end of file.
	FIN Span
	// Closed is our close or reset of the data connection.
	Closed Span
	// CompletionSent is the last reply, whatever it said. With a transfer
	// that was refused it is the only one.
	CompletionSent Span

	// Bytes is the payload written or read.
	Bytes int64
	// Foreign is the stranger of ForeignFirst.
	Foreign Foreign
	// Err is the first error of the data connection, nil if it went as
	// scripted.
	Err error
	// Over is whether the server is done with the transfer. A stalled one is.
	Over bool
}

// Foreign is how a stranger fared on the client's listener.
type Foreign struct {
	Connected Span
	// Closed is when the client was seen to close or reset the connection;
	// zero if it did not.
	Closed stats.Moment
	// Err says why the stranger could not connect.
	Err error
}

// ScriptedSession is one control connection as the server saw it.
type SessionLog struct {
	// ID counts from 1 in order of accept.
	ID int
	// Peer is the client's address.
	Peer     netip.AddrPort
	Accepted stats.Moment
	Greeting Span
	Commands []Command
	// Closed is when the session ended; zero while it runs.
	Closed stats.Moment
}

// Command is one command of a session.
type Command struct {
	// Line is as received, without its end; a password is not masked.
	Line     string
	Received stats.Moment
	// Replied is the last write that answered it, Reply what that said.
	Replied Span
	Reply   string
}

// scriptedRecord is a session's part of the log. Its lock is held while a
// reply is written or a data connection is closed, so that whoever has seen
// the effect and then asks for the log finds the moments there.
type scriptedRecord struct {
	mu      sync.Mutex
	session SessionLog
}

// with runs f with the record locked.
func (r *scriptedRecord) with(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// scriptedEntry is a transfer in the server's log; its fields belong to rec.
type scriptedEntry struct {
	rec *scriptedRecord
	op  *Op
}

func (e scriptedEntry) copy() Op {
	e.rec.mu.Lock()
	defer e.rec.mu.Unlock()
	op := *e.op
	op.Commands = slices.Clone(op.Commands)
	return op
}

// Log returns the transfers in the order in which their commands came. A
// transfer whose completion reply the client has read has all its moments.
func (s *Server) Log() []Op {
	s.mu.Lock()
	entries := slices.Clone(s.log)
	s.mu.Unlock()
	ops := make([]Op, len(entries))
	for i, e := range entries {
		ops[i] = e.copy()
	}
	return ops
}

// Sessions returns the sessions in order of accept.
func (s *Server) Sessions() []SessionLog {
	s.mu.Lock()
	records := slices.Clone(s.sessions)
	s.mu.Unlock()
	sessions := make([]SessionLog, len(records))
	for i, r := range records {
		r.with(func() {
			sessions[i] = r.session
			sessions[i].Commands = slices.Clone(r.session.Commands)
		})
	}
	return sessions
}
