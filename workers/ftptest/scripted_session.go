package ftptest

import (
	"bufio"
	"net"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// scriptedSession is one control connection; all of it but rec belongs to the
// goroutine in run.
type scriptedSession struct {
	srv  *ScriptedServer
	rec  *scriptedRecord
	conn *net.TCPConn
	in   *bufio.Reader

	data      scriptedData
	pending   *ScriptedOp // what is known of the next transfer
	strangers []net.Conn
	commands  []string // since the last transfer
	transfers int
	rest      int64
	from      string // RNFR
	over      bool
}

func newScriptedSession(srv *ScriptedServer, rec *scriptedRecord, conn *net.TCPConn) *scriptedSession {
	s := &scriptedSession{srv: srv, rec: rec, conn: conn, in: bufio.NewReader(conn)}
	s.data = scriptedData{srv: srv, rec: rec}
	return s
}

func (s *scriptedSession) run() {
	defer s.end()
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
				ScriptedCommand{Line: line, Received: received})
		})
		s.play(s.choose(verb, arg), verb, arg, received)
	}
}

func (s *scriptedSession) end() {
	s.srv.close(s.conn)
	s.data.drop()
	for _, c := range s.strangers {
		s.srv.close(c)
	}
	s.rec.with(func() { s.rec.session.Closed = s.srv.clock() })
}

func (s *scriptedSession) greet() {
	script := s.choose(ScriptGreeting, "")
	banner := script.Banner
	if len(banner) == 0 {
		banner = []string{"ready"}
	}
	s.srv.sleep(script.Delays.Greeting + script.Delays.Verbs[ScriptGreeting])
	s.say(script.Replies[ScriptGreeting], scriptedReply(220, banner...), func(at ScriptedSpan) {
		s.rec.session.Greeting = at
	})
}

// choose returns the script for one command.
func (s *scriptedSession) choose(verb, arg string) *Script {
	script := s.srv.script.Load()
	if script.Choose == nil {
		return script
	}
	turn := ScriptedTurn{Session: s.rec.session.ID, Transfer: s.transfers, Verb: verb, Arg: arg}
	if other := script.Choose(turn); other != nil {
		return other
	}
	return script
}

func (s *scriptedSession) play(script *Script, verb, arg string, received stats.Moment) {
	switch verb {
	case "EPSV", "PASV", "EPRT", "PORT":
		s.negotiate(script, verb, arg, received)
	case "RETR", "STOR", "APPE", "LIST", "NLST", "MLSD":
		s.transfer(script, verb, arg, received)
	default:
		proper := ""
		if r := script.Replies[verb].Raw; r == "" || r[0] < '4' {
			proper = s.answer(script, verb, arg)
		}
		wait := script.Delays.Verbs[verb]
		if verb == "PASS" {
			wait += script.Delays.Login
		}
		s.srv.sleep(wait)
		s.say(script.Replies[verb], proper, nil)
		s.over = s.over || verb == "QUIT"
	}
}

// read returns the next command and when it was there.
func (s *scriptedSession) read() (line string, received stats.Moment, ok bool) {
	_ = s.conn.SetReadDeadline(time.Now().Add(scriptedPatience))
	line, err := s.in.ReadString('\n')
	received = s.srv.clock()
	line = strings.TrimRight(line, "\r\n")
	// ABOR may come with Telnet's IAC IP IAC DM before it (RFC 959 §4.1.3).
	line = strings.TrimLeftFunc(line, func(r rune) bool { return r > 'z' })
	return line, received, err == nil
}

// say sends a reply, r or else the proper one, and notes when.
func (s *scriptedSession) say(r ScriptReply, proper string, note func(ScriptedSpan)) {
	if s.over {
		return
	}
	if r.Raw == "" {
		r.Raw = proper
	}
	if !r.Silent {
		left := s.dribble(r)
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
		s.srv.close(s.conn)
	}
}

// dribble sends all but the last byte of a reply that is to go out in bytes, and
// returns what is left to send.
func (s *scriptedSession) dribble(r ScriptReply) string {
	rest := r.Raw
	if r.Dribble <= 0 {
		return rest
	}
	for ; len(rest) > 1; rest = rest[1:] {
		_ = s.conn.SetWriteDeadline(time.Now().Add(scriptedPatience))
		if _, err := s.conn.Write([]byte(rest[:1])); err != nil {
			break // the last byte will fail too
		}
		s.srv.sleep(r.Dribble)
	}
	return rest
}

// write needs the record locked.
func (s *scriptedSession) write(text string, note func(ScriptedSpan)) {
	_ = s.conn.SetWriteDeadline(time.Now().Add(scriptedPatience))
	at := ScriptedSpan{Before: s.srv.clock()}
	_, err := s.conn.Write([]byte(text))
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
