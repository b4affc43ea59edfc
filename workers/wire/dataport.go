package wire

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
)

// errBadAddress says that a 227 or 229 reply names no usable address.
var errBadAddress = errors.New("names no usable port")

// parse229 reads the port of a reply to EPSV, "229 text (|||port|)": RFC 2428
// §3. The delimiter is the character behind the parenthesis, four times. The words
// may have parentheses too.
func parse229(raw []byte) (port uint16, err error) {
	for rest := raw; ; {
		open := bytes.IndexByte(rest, '(')
		if open < 0 {
			return 0, errBadAddress
		}
		rest = rest[open+1:]
		b := rest
		if len(b) < 5 || b[0] < 33 || b[0] > 126 || b[1] != b[0] || b[2] != b[0] {
			continue
		}
		if end := bytes.IndexByte(b[3:], b[0]); end >= 1 {
			if port, err = parsePort(b[3 : 3+end]); err == nil {
				return port, nil
			}
		}
	}
}

// parse227 reads the address of a reply to PASV, "227 text (h1,h2,h3,h4,p1,p2)".
// RFC 959 does not fix the text, so, as RFC 1123 §4.1.2.6 asks, the six numbers
// are found wherever they stand behind the code.
func parse227(raw []byte) (netip.AddrPort, error) {
	if len(raw) < 4 {
		return netip.AddrPort{}, errBadAddress
	}
	for b := raw[4:]; len(b) > 0; b = b[1:] {
		if !digit(b[0]) {
			continue
		}
		six, used := sixNumbers(b)
		if used > 0 {
			if six[4]|six[5] == 0 {
				return netip.AddrPort{}, errBadAddress
			}
			ip := netip.AddrFrom4([4]byte(six[:4]))
			return netip.AddrPortFrom(ip, uint16(six[4])<<8|uint16(six[5])), nil
		}
		// What follows is part of the same list, and no better.
		for len(b) > 1 && (digit(b[1]) || b[1] == ',') {
			b = b[1:]
		}
	}
	return netip.AddrPort{}, errBadAddress
}

// sixNumbers reads six comma-separated numbers of 0 to 255 at the start of b
// and how many bytes they took, zero if they are not there.
func sixNumbers(b []byte) (six [6]byte, used int) {
	i := 0
	for n := range six {
		start, v := i, 0
		for i < len(b) && digit(b[i]) && i-start < 4 {
			v = v*10 + int(b[i]-'0')
			i++
		}
		if i == start || v > 255 {
			return six, 0
		}
		six[n] = byte(v)
		if n == 5 {
			break
		}
		for i < len(b) && b[i] == ' ' {
			i++ // "(127, 0, 0, 1, 39, 139)"
		}
		if i >= len(b) || b[i] != ',' {
			return six, 0
		}
		for i++; i < len(b) && b[i] == ' '; {
			i++
		}
	}
	if i < len(b) && (digit(b[i]) || b[i] == ',') {
		return six, 0
	}
	return six, i
}

func parsePort(b []byte) (uint16, error) {
	v, err := strconv.ParseUint(string(b), 10, 16)
	if err != nil || v == 0 {
		return 0, errBadAddress
	}
	return uint16(v), nil
}

// argPORT returns the argument "h1,h2,h3,h4,p1,p2" of PORT (RFC 959 §5.3.2).
func argPORT(a netip.AddrPort) string {
	ip := a.Addr().As4()
	return fmt.Sprintf("%d,%d,%d,%d,%d,%d", ip[0], ip[1], ip[2], ip[3], a.Port()>>8, a.Port()&0xff)
}

// argEPRT returns the argument "|family|address|port|" of EPRT (RFC 2428 §2).
func argEPRT(a netip.AddrPort) string {
	family := 1
	if a.Addr().Is6() {
		family = 2
	}
	return fmt.Sprintf("|%d|%s|%d|", family, a.Addr().WithZone(""), a.Port())
}

// quote makes a server's words fit for one line of a message.
func quote(s string) string {
	if len(s) > 200 {
		s = s[:200] + "..."
	}
	return strconv.Quote(s)
}
