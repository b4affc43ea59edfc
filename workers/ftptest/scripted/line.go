package scripted

import (
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// read returns the next command and when it was there.
func (s *scriptedSession) read() (line string, received stats.Moment, ok bool) {
	_ = s.conn.SetReadDeadline(time.Now().Add(scriptedPatience))
	line, err := s.in.ReadString('\n')
	received = s.srv.clock()
	line = withoutTelnet(strings.TrimRight(line, "\r\n"))
	// Telnet's Synch (RFC 959 §4.1.3) leaves a mark by itself where its other
	// half came as urgent data.
	line = strings.TrimLeftFunc(line, func(r rune) bool { return r > 'z' })
	return line, received, err == nil
}

// Telnet's bytes (RFC 854).
const (
	telnetIAC  = 0xff
	telnetWILL = 0xfb // the first of four that name an option
	telnetDONT = 0xfe
)

// withoutTelnet returns a line without Telnet's commands: a client may answer the
// offer of an option, and send IAC IP IAC DM before ABOR.
func withoutTelnet(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		if line[i] != telnetIAC {
			b.WriteByte(line[i])
			continue
		}
		if i++; i == len(line) {
			break
		}
		switch c := line[i]; {
		case c == telnetIAC:
			b.WriteByte(c)
		case c >= telnetWILL && c <= telnetDONT:
			i++ // the option
		}
	}
	return b.String()
}
