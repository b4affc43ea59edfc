package wire

import (
	"context"
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestConnectSharesLocalPorts has ten local ports and connects twenty times, to
// two servers: with a source or without, a port is taken towards one server
// only. It needs a network of its own, so it runs as root alone.
func TestConnectSharesLocalPorts(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The thread belongs to the new network and dies with the goroutine.
		runtime.LockOSThread()
		inOwnNetwork(t)
	}()
	<-done
}

func inOwnNetwork(t *testing.T) {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Error(err)
		return
	}
	if err := upLoopback(); err != nil {
		t.Error(err)
		return
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", []byte("40000 40009"), 0); err != nil {
		t.Error(err)
		return
	}
	for source, servers := range map[netip.Addr][]string{
		{}:                               {"127.0.0.1:5001", "127.0.0.1:5002"},
		netip.MustParseAddr("127.0.0.1"): {"127.0.0.1:5003", "127.0.0.1:5004"},
	} {
		for _, server := range servers {
			l, err := net.Listen("tcp4", server)
			if err != nil {
				t.Error(err)
				return
			}
			defer l.Close()
			cfg := &Config{Source: source, Timeouts: Timeouts{Connect: time.Second}}
			for i := range 10 {
				c, err := connect(context.Background(), cfg, netip.MustParseAddrPort(server), -1)
				if err != nil {
					t.Errorf("source %v, connection %d to %s: %v", source, i, server, err)
					return
				}
				defer c.Close()
			}
		}
	}
}

// upLoopback brings up the loopback interface of the thread's network.
func upLoopback() error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	r, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, r)
}
