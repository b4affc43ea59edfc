package target

import (
	"fmt"
	"math/rand/v2"
	"net"
	"sync/atomic"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

// decoys keep the library from opening a listener of its own for each passive
// transfer, which it would bind to every interface and could not be told not
// to.
//
// Its port multiplexing is made for many clients on few ports: it opens each
// port once, on first need, and then only reserves it for a client's address,
// in memory. We give the reservation back at once and put a listener of ours
// in its place; what stays is the accept deadline, which the library sets on
// the reservation and which then does nothing.
//
// The ports themselves remain open on every interface while the server runs,
// and the library closes whatever connects to them. They are several because
// sessions that ask at the same moment need one each, for that moment.
type decoys struct {
	ports []int
	next  atomic.Uint32
}

// decoyCount is the fewest ports that the library looks at. All would have to
// be taken, each for a microsecond, for a session to be refused.
const decoyCount = 10

var _ ftpserver.PasvPortGetter = (*decoys)(nil)

// newDecoys finds ports that are free on every interface. Should another
// process take one before it is needed, the library tries the next.
func newDecoys() (*decoys, error) {
	d := &decoys{}
	held := make([]*net.TCPListener, 0, decoyCount) // until all are found, lest one be found twice
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	for range decoyCount {
		l, err := listenForDecoy()
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		held = append(held, l)
		d.ports = append(d.ports, l.Addr().(*net.TCPAddr).Port)
	}
	return d, nil
}

// The ports that decoys are looked for among. Outgoing connections do not use
// them, nor does ftpmark for anything else: between now and the library's first
// use of it an ephemeral port may be gone to one of thousands of connections.
const firstDecoy, lastDecoy = 10_000, 16_000

// listenForDecoy listens on a free port of those, or else on any.
func listenForDecoy() (*net.TCPListener, error) {
	for range 100 {
		port := firstDecoy + rand.IntN(lastDecoy-firstDecoy)
		if l, err := net.ListenTCP("tcp", &net.TCPAddr{Port: port}); err == nil {
			return l, nil
		}
	}
	return net.ListenTCP("tcp", &net.TCPAddr{})
}

// FetchNext names no port to advertise, so that the library asks the listener
// that it uses in the end, which is ours.
func (d *decoys) FetchNext() (exposed, listened int, ok bool) {
	return 0, d.ports[d.next.Add(1)%decoyCount], true
}

// NumberAttempts is how many different ports there are.
func (d *decoys) NumberAttempts() int { return decoyCount }
