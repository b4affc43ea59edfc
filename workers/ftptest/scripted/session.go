package scripted

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// scriptedSession is one control connection; all of it but rec belongs to the
// goroutine in run.
type scriptedSession struct {
	srv  *Server
	rec  *scriptedRecord
	conn *net.TCPConn

	control net.Conn      // what replies are written to: conn, or secured
	in      *bufio.Reader // of control
	secured *tls.Conn     // nil in the clear
	private bool          // PROT P

	data      scriptedData
	pending   *Op // what is known of the next transfer
	strangers []net.Conn
	commands  []string // since the last transfer
	transfers int
	rest      int64
	from      string // RNFR
	user      string
	folder    string // where it is
	leave     func() // gives back its place, nil if it has none
	over      bool
}

func newScriptedSession(srv *Server, rec *scriptedRecord, conn *net.TCPConn) *scriptedSession {
	s := &scriptedSession{srv: srv, rec: rec, conn: conn, control: conn, in: bufio.NewReader(conn), folder: srv.home}
	s.data = scriptedData{srv: srv, rec: rec}
	return s
}

func (s *scriptedSession) run() {
	defer s.end()
	if s.srv.tls != nil && s.srv.tls.Implicit && s.secure() != nil {
		return
	}
	s.greet()
	for !s.over {
		line, received, ok := s.read()
		if !ok {
			return
		}
		verb, arg, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		s.commands = append(s.commands, line)
		s.rec.with(func() {
			s.rec.session.Commands = append(s.rec.session.Commands,
				Command{Line: line, Received: received})
		})
		s.play(s.choose(verb, arg), verb, arg, received)
	}
}

func (s *scriptedSession) end() {
	s.hangUp()
	s.data.drop()
	if s.leave != nil {
		s.leave()
	}
	for _, c := range s.strangers {
		s.srv.close(c)
	}
	s.rec.with(func() { s.rec.session.Closed = s.srv.clock() })
}

func (s *scriptedSession) greet() {
	script := s.choose(Greeting, "")
	banner := script.Banner
	if len(banner) == 0 {
		banner = []string{"ready"}
	}
	s.srv.sleep(script.Delays.Greeting + script.Delays.Verbs[Greeting])
	reply := script.Replies[Greeting]
	if away, ok := s.place(script, false); !ok {
		reply = away
	}
	s.say(script, reply, scriptedReply(220, banner...), func(at Span) {
		s.rec.session.Greeting = at
	})
}

// choose returns the script for one command.
func (s *scriptedSession) choose(verb, arg string) *Script {
	script := s.srv.script.Load()
	if script.Choose == nil {
		return script
	}
	turn := Turn{Session: s.rec.session.ID, Transfer: s.transfers, Verb: verb, Arg: arg}
	if other := script.Choose(turn); other != nil {
		return other
	}
	return script
}

func (s *scriptedSession) play(script *Script, verb, arg string, received stats.Moment) {
	if slices.Contains(script.Lacks, verb) {
		s.srv.sleep(script.Delays.Verbs[verb])
		s.say(script, s.unknown(script, verb), "", nil)
		return
	}
	switch verb {
	case "EPSV", "PASV", "EPRT", "PORT":
		s.negotiate(script, verb, arg, received)
	case "RETR", "STOR", "APPE", "LIST", "NLST", "MLSD":
		s.transfer(script, verb, arg, received)
	default:
		s.simple(script, verb, arg)
	}
}

// simple plays a verb without a data connection.
func (s *scriptedSession) simple(script *Script, verb, arg string) {
	reply, proper := script.Replies[verb], Reply{}
	if err := s.named(script, verb, arg); err != nil {
		reply, proper = Reply{}, NewReply(553, err.Error()+".")
	} else if reply.done() {
		proper = s.answer(script, verb, arg)
		if strings.HasPrefix(proper.Raw, "550") { // it could not be done
			reply = Reply{}
		}
	}
	if verb == "SIZE" {
		reply.Raw = strings.ReplaceAll(reply.Raw, "{size}", fmt.Sprint(s.size(script, arg)))
	}
	wait := script.Delays.Verbs[verb]
	if verb == "PASS" {
		wait += script.Delays.Login
	}
	s.srv.sleep(wait)
	if verb == "PASS" && reply.done() {
		if away, ok := s.place(script, true); !ok {
			reply = away
		}
	}
	reply = reply.or(proper)
	if reply.Raw == "" {
		reply.Raw = proper.Raw
	}
	s.say(script, reply, "", nil)
	if verb == "AUTH" && !s.over && reply.done() && s.secured == nil && s.srv.tls != nil {
		s.over = s.secure() != nil
	}
	s.over = s.over || verb == "QUIT"
}

// unknown returns the reply to what the server does not know.
func (s *scriptedSession) unknown(script *Script, verb string) Reply {
	return script.UnknownReply.or(NewReply(502, verb+" is not implemented."))
}

// say sends a reply, r or else the proper one, and notes when.
func (s *scriptedSession) say(script *Script, r Reply, proper string, note func(Span)) {
	if s.over {
		return
	}
	if r.Raw == "" {
		r.Raw = proper
	}
	if !r.Silent {
		left := s.dribble(r) + script.ReplyTail
		s.rec.with(func() {
			s.write(left, note)
			if n := len(s.rec.session.Commands); n > 0 {
				s.rec.session.Commands[n-1].Reply = r.Raw
			}
		})
	}
	switch r.End {
	case EndRST:
		_ = s.conn.SetLinger(0)
		s.over = true
	case EndFIN:
		s.over = true
	}
	if s.over { // at once, before the data connection
		s.hangUp()
	}
}

// hangUp closes the control connection, by TLS's own end where it has one.
func (s *scriptedSession) hangUp() {
	if s.secured != nil {
		_ = s.conn.SetWriteDeadline(time.Now().Add(scriptedPatience))
		_ = s.secured.CloseWrite()
	}
	s.srv.close(s.conn)
}

// dribble sends all but the last byte of a reply that is to go out in bytes, and
// returns what is left to send.
func (s *scriptedSession) dribble(r Reply) string {
	rest := r.Raw
	if r.Dribble <= 0 {
		return rest
	}
	for ; len(rest) > 1; rest = rest[1:] {
		_ = s.conn.SetWriteDeadline(time.Now().Add(scriptedPatience))
		if _, err := s.control.Write([]byte(rest[:1])); err != nil {
			break // the last byte will fail too
		}
		s.srv.sleep(r.Dribble)
	}
	return rest
}

// write needs the record locked.
func (s *scriptedSession) write(text string, note func(Span)) {
	_ = s.conn.SetWriteDeadline(time.Now().Add(scriptedPatience))
	at := Span{Before: s.srv.clock()}
	_, err := s.control.Write([]byte(text))
	at.After = s.srv.clock()
	if err != nil {
		s.over = true
		return
	}
	if n := len(s.rec.session.Commands); n > 0 {
		s.rec.session.Commands[n-1].Replied = at
	}
	if note != nil {
		note(at)
	}
}
