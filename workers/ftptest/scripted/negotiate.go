package scripted

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// negotiate plays EPSV, PASV, EPRT and PORT.
func (s *scriptedSession) negotiate(script *Script, verb, arg string, received stats.Moment) {
	op := &Op{Session: s.rec.session.ID, Negotiation: verb, NegotiateReceived: received}
	s.pending = op
	s.data.renew(op)

	reply, proper := script.Replies[verb], ""
	if verb == "EPSV" || verb == "PASV" {
		reply, proper = s.passive(script, verb, arg, reply)
	} else {
		proper = s.active(script, verb, arg, reply)
	}
	s.srv.sleep(script.Delays.Negotiate + script.Delays.Verbs[verb])
	s.say(script, reply, proper, func(at Span) { op.NegotiateReplied = at })
	s.pend(script)
}

// passive listens and returns the scripted reply, filled in, and the proper one.
func (s *scriptedSession) passive(script *Script, verb, arg string, reply Reply) (Reply, string) {
	local := scriptedAddr(s.conn.LocalAddr()).Addr()
	switch {
	case verb == "EPSV" && strings.EqualFold(arg, "ALL"):
		return reply, "200 EPSV only, then.\r\n"
	case reply.Silent, reply.Raw != "" && !strings.ContainsRune(reply.Raw, '{'):
		return reply, ""
	case verb == "PASV" && !local.Is4():
		return reply, "500 PASV is for IPv4; use EPSV.\r\n"
	}
	if script.PassiveHost.IsValid() {
		local = script.PassiveHost
	}
	at, err := s.data.listen(local)
	if err != nil {
		return reply, fmt.Sprintf("425 Cannot listen: %v.\r\n", err)
	}
	if slices.Contains(script.Unreachable, verb) {
		s.data.drop()
	}
	if verb == "EPSV" {
		return reply.fill(at), fmt.Sprintf("229 Entering Extended Passive Mode (|||%d|)\r\n", at.Port())
	}
	p1, p2, h := scriptedPASV(at)
	return reply.fill(at), fmt.Sprintf("227 Entering Passive Mode (%s,%s,%s).\r\n", h, p1, p2)
}

// pend lets a passive port to which nobody connects hold up the next command.
func (s *scriptedSession) pend(script *Script) {
	p := &script.PendingPort
	if p.Holds <= 0 || s.data.accepted == nil {
		return
	}
	t := time.NewTimer(p.Holds)
	defer t.Stop()
	select {
	case a := <-s.data.accepted:
		s.data.accepted <- a // there is room for it
	case <-s.srv.ctx.Done():
	case <-t.C:
		s.data.drop()
		s.say(script, p.Reply, "550 Nobody connected to the data port.\r\n", nil)
	}
}

// active takes the client's address, connects if this is the time, and returns
// the proper reply.
func (s *scriptedSession) active(script *Script, verb, arg string, reply Reply) string {
	if reply.Raw != "" && reply.Raw[0] != '2' {
		return ""
	}
	at, err := scriptedTarget(verb, arg)
	peer := scriptedAddr(s.conn.RemoteAddr()).Addr()
	switch {
	case err != nil:
		return fmt.Sprintf("501 %v.\r\n", err)
	case at.Addr().Is4() != peer.Is4():
		return "522 Not the control connection's protocol.\r\n"
	case at.Addr() != peer:
		return fmt.Sprintf("501 Will not connect to %v.\r\n", at.Addr())
	}
	s.data.aim(at)
	if script.ActiveConnect == AtPORT {
		if err := s.connect(script); err != nil {
			s.data.drop()
			return fmt.Sprintf("425 Cannot connect: %v.\r\n", err)
		}
	}
	return fmt.Sprintf("200 %s command successful.\r\n", verb)
}

var errScriptedTarget = errors.New("not an address and port")

// scriptedTarget reads the argument of EPRT (RFC 2428 §2) or PORT (RFC 959 §4.1.2).
func scriptedTarget(verb, arg string) (netip.AddrPort, error) {
	if verb == "PORT" {
		f := strings.Split(arg, ",")
		if len(f) != 6 {
			return netip.AddrPort{}, errScriptedTarget
		}
		addr, err := netip.ParseAddr(strings.Join(f[:4], "."))
		hi, err1 := strconv.ParseUint(f[4], 10, 8)
		lo, err2 := strconv.ParseUint(f[5], 10, 8)
		if err := errors.Join(err, err1, err2); err != nil {
			return netip.AddrPort{}, errScriptedTarget
		}
		return netip.AddrPortFrom(addr, uint16(hi<<8|lo)), nil
	}
	if arg == "" {
		return netip.AddrPort{}, errScriptedTarget
	}
	f := strings.Split(arg, arg[:1])
	if len(f) != 5 {
		return netip.AddrPort{}, errScriptedTarget
	}
	addr, err := netip.ParseAddr(f[2])
	port, err1 := strconv.ParseUint(f[3], 10, 16)
	if err := errors.Join(err, err1); err != nil || addr.Is4() != (f[1] == "1") {
		return netip.AddrPort{}, errScriptedTarget
	}
	return netip.AddrPortFrom(addr, uint16(port)), nil
}
