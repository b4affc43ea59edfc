package ftptest

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// linkDevice is the name of the link's device at either end.
	linkDevice = "far"
	// linkQueue is how many packets may be under way in one direction, and how many more
	// may wait to be so: 10 ms of 600 MB/s in full packets. Past that the kernel drops.
	linkQueue = 4096
)

// LinkEnd is where a [DelayedLink] begins or ends: a device with an IPv4 address in a
// network namespace.
type LinkEnd struct {
	Namespace *Namespace
	Addr      netip.Addr
}

// DelayedLink is a link between two network namespaces that carries every packet, a SYN and
// an ACK as well as data, a fixed time after it was sent: in order, without loss, at any
// rate. The kernel's own netem would do that where it is built in. Here each end is a TUN
// device with an MTU of 1,500 bytes, and goroutines of this process carry the packets.
//
// A packet is never early. It is late by as much as this process is woken late: some 0.1 ms
// on an idle machine.
type DelayedLink struct {
	ends    [2]LinkEnd
	devices [2]*os.File

	closing chan struct{} // closed when nothing is to be carried any more
	carried sync.WaitGroup
	once    sync.Once
	mu      sync.Mutex
	err     error // the first that ended a direction early
}

// StartDelayedLink makes a link whose packets take oneWay in either direction, so that it
// adds twice that to a round trip, and takes it away when the test ends. Each end's device
// knows a route to the other's address and no further. It needs root and /dev/net/tun;
// without them the test fails.
func StartDelayedLink(tb testing.TB, oneWay time.Duration, a, b LinkEnd) *DelayedLink {
	tb.Helper()
	l := &DelayedLink{ends: [2]LinkEnd{a, b}, closing: make(chan struct{})}
	tb.Cleanup(func() {
		if err := l.Close(); err != nil {
			tb.Errorf("the delayed link: %v", err)
		}
	})
	for i, end := range l.ends {
		if err := end.Namespace.Do(func() (err error) {
			l.devices[i], err = openTUN(linkDevice)
			return err
		}); err != nil {
			tb.Fatalf("%v (this needs root and the kernel's tun module)", err)
		}
		peer := l.ends[1-i].Addr.String()
		end.Namespace.Run("ip", "address", "add", end.Addr.String(), "peer", peer, "dev", linkDevice)
		end.Namespace.Run("ip", "link", "set", linkDevice, "txqueuelen", strconv.Itoa(linkQueue), "up")
	}
	// Not before both are up: a device that is down takes no packets.
	l.carry(l.devices[0], l.devices[1], oneWay)
	l.carry(l.devices[1], l.devices[0], oneWay)
	return l
}

// openTUN makes a TUN device in the namespace of this thread. It is gone when the file is
// closed. A read or write is of one IP packet, without a header.
func openTUN(name string) (*os.File, error) {
	const path = "/dev/net/tun"
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("make a TUN device: %w", err)
	}
	// Only now: the runtime cannot wait for a file that has no device yet.
	return os.NewFile(uintptr(fd), path), nil
}

// packet is an IP packet under way.
type packet struct {
	due  time.Time // when it arrives
	data []byte
}

// carry starts the two goroutines of one direction, which end when the link is closed.
func (l *DelayedLink) carry(from io.Reader, to io.Writer, oneWay time.Duration) {
	under := make(chan packet, linkQueue)
	l.carried.Go(func() {
		defer close(under)
		l.fail(l.collect(from, under, oneWay))
	})
	l.carried.Go(func() { l.fail(l.deliver(to, under)) })
}

// collect takes in packets as they are sent.
func (l *DelayedLink) collect(from io.Reader, under chan<- packet, oneWay time.Duration) error {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return err
		}
		p := packet{time.Now().Add(oneWay), append([]byte(nil), buffer[:n]...)}
		select {
		case under <- p:
		case <-l.closing:
			return nil
		}
	}
}

// deliver hands out packets as they are due.
func (l *DelayedLink) deliver(to io.Writer, under <-chan packet) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for p := range under {
		// The runtime's timers wake up to a millisecond late, as its wait is one of whole
		// milliseconds: the rest is left to the kernel, which is quicker.
		const early = 1200 * time.Microsecond
		if wait := time.Until(p.due) - early; wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-l.closing:
				return nil
			}
		}
		for wait := time.Until(p.due); wait > 0; wait = time.Until(p.due) {
			t := unix.NsecToTimespec(int64(wait))
			_ = unix.Nanosleep(&t, nil) // a signal may cut it short
		}
		if _, err := to.Write(p.data); err != nil {
			return err
		}
	}
	return nil
}

// fail keeps the first error that was not the link's own end.
func (l *DelayedLink) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.closing:
	default:
		l.err = errors.Join(l.err, err)
	}
}

// Dropped returns how many packets the kernel has dropped before the link, at either end,
// because more were sent at once than may be under way. TCP would send them again, and
// what is measured would then be more than round trips.
func (l *DelayedLink) Dropped() (packets int, err error) {
	for _, end := range l.ends {
		line, found, err := end.deviceLine()
		if err != nil {
			return packets, err
		}
		// eight of what was received, then bytes packets errors dropped … sent
		f := strings.Fields(line)
		if !found || len(f) < 12 {
			return packets, fmt.Errorf("no device %s in %s", linkDevice, end.Namespace.Name)
		}
		n, err := strconv.Atoi(f[11])
		if err != nil {
			return packets, err
		}
		packets += n
	}
	return packets, nil
}

// deviceLine returns the counts of the end's device, if there is one, as the kernel's table
// of devices has them.
func (e LinkEnd) deviceLine() (counts string, found bool, err error) {
	err = e.Namespace.Do(func() error {
		table, err := os.ReadFile("/proc/thread-self/net/dev")
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(table)) {
			var name string
			if name, counts, found = strings.Cut(line, ":"); found && strings.TrimSpace(name) == linkDevice {
				return nil
			}
		}
		counts, found = "", false
		return nil
	})
	return counts, found, err
}

// Close takes the link away with the packets under way, waits for its goroutines to end, and
// returns what stopped it before, if anything did. Closing twice is fine.
func (l *DelayedLink) Close() error {
	l.once.Do(func() {
		l.mu.Lock()
		close(l.closing)
		l.mu.Unlock()
		for _, device := range l.devices {
			if device != nil {
				_ = device.Close()
			}
		}
		l.carried.Wait()
		err := l.awaitGone()
		l.mu.Lock()
		l.err = errors.Join(l.err, err)
		l.mu.Unlock()
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// awaitGone waits until the kernel has removed both devices. That is not with our close
// where another test starts a process just then: its copy of the file is closed when it
// becomes its own program, and the device lives until then.
func (l *DelayedLink) awaitGone() error {
	const limit, pause = 20 * time.Second, time.Millisecond
	for begun := time.Now(); ; time.Sleep(pause) {
		there := 0
		for i, end := range l.ends {
			if l.devices[i] == nil {
				continue
			}
			if _, found, err := end.deviceLine(); err != nil {
				return err
			} else if found {
				there++
			}
		}
		if there == 0 {
			return nil
		}
		if time.Since(begun) > limit {
			return fmt.Errorf("%d of its devices are still there %v after it was closed", there, limit)
		}
	}
}
