package servers

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
)

// FreshAddr picks a random 127.x.y.z. With 16 million of them two servers, even of two
// test binaries that run at the same time, as good as never share one.
func FreshAddr() netip.Addr {
	part := func() byte { return byte(1 + rand.IntN(254)) }
	return netip.AddrFrom4([4]byte{127, part(), part(), part()})
}

// freePort returns a port of addr that nothing listens on and that no outgoing
// connection can be sitting on: those have the kernel's ephemeral range. It keeps out of
// the server's own passive ports as well.
func freePort(addr netip.Addr, passive [2]uint16) (uint16, error) {
	const low = 2121
	high := min(ephemeralStart(), 32768)
	if high <= low {
		high = 32768 // no room below: then a bind is the only check
	}
	var last error
	for range 200 {
		port := uint16(low + rand.IntN(high-low))
		if port >= passive[0] && port <= passive[1] {
			continue
		}
		if last = bindable(netip.AddrPortFrom(addr, port)); last == nil {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port on %s: %w", addr, last)
}

// bindable returns nil when one can listen on at now.
func bindable(at netip.AddrPort) error {
	l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return err
	}
	return l.Close()
}

// ephemeralStart is the first port that the kernel gives to outgoing connections.
func ephemeralStart() int {
	const usual = 32768
	b, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return usual
	}
	f := strings.Fields(string(b))
	if len(f) == 0 {
		return usual
	}
	n, err := strconv.Atoi(f[0])
	if err != nil {
		return usual
	}
	return n
}
