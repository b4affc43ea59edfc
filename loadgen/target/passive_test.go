package target

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// freePorts finds n consecutive free ports of an address.
func freePorts(t *testing.T, ip netip.Addr, n uint16) [2]uint16 {
	t.Helper()
	for first := uint16(18000); first < 19900; first += n {
		ok := true
		for p := range n {
			l, err := listenTCP(netip.AddrPortFrom(ip, first+p))
			if err != nil {
				ok = false
				break
			}
			_ = l.Close()
		}
		if ok {
			return [2]uint16{first, first + n - 1}
		}
	}
	t.Fatal("no free ports")
	return [2]uint16{}
}

func TestPassivePortsStayInRange(t *testing.T) {
	for listen, modes := range families(t) {
		t.Run(listen, func(t *testing.T) {
			ip := netip.MustParseAddrPort(listen).Addr()
			ports := freePorts(t, ip, 3)
			s := start(t, Config{Listen: listen, PassivePorts: ports})
			c := enter(t, s.Addr())
			var used []uint16
			for range 6 {
				for _, mode := range modes {
					if mode != "EPSV" && mode != "PASV" {
						continue
					}
					at := c.passive(mode)
					used = append(used, at.Port())
					data := c.connect(at)
					c.send("NLST")
					c.expect(150)
					_, _ = io.Copy(io.Discard, data)
					_ = data.Close()
					c.expect(226)
				}
			}
			slices.Sort(used)
			used = slices.Compact(used)
			if len(used) != 3 || used[0] != ports[0] || used[2] != ports[1] {
				t.Errorf("ports %v of the range %v", used, ports)
			}

			// As many sessions as ports wait for their connection; one more is refused.
			for range 3 {
				enter(t, s.Addr()).passive("EPSV")
			}
			c.do(421, "EPSV")
		})
	}
}

func TestPassiveListensOnTheServersAddressAlone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs the address 127.0.0.2, which Linux alone has from the start")
	}
	c := enter(t, start(t, Config{}).Addr())
	at := c.passive("EPSV")
	for _, host := range []string{"127.0.0.2", "::1"} {
		elsewhere := netip.AddrPortFrom(netip.MustParseAddr(host), at.Port())
		if conn, err := net.Dial("tcp", elsewhere.String()); err == nil {
			_ = conn.Close()
			t.Errorf("%s is open", elsewhere)
		}
	}
	data := c.connect(at)
	defer data.Close()
	c.do(150, "NLST")
	c.expect(226)
}

func TestStrangerGetsNoDataConnection(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs the address 127.0.0.2, which Linux alone has from the start")
	}
	s := start(t, Config{})
	c := enter(t, s.Addr())
	c.deliver("EPSV", make([]byte, 1000), "STOR /f")
	at := c.passive("EPSV")
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	stranger, err := from.Dial("tcp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	c.do(425, "RETR /f")
	c.do(501, "EPRT |1|127.0.0.2|%d|", at.Port())
	c.do(221, "QUIT") // the library closes the stranger's connection with the session
	_ = stranger.SetDeadline(time.Now().Add(5 * time.Second))
	if n, _ := io.Copy(io.Discard, stranger); n != 0 {
		t.Errorf("the stranger got %d bytes", n)
	}
	if got := s.Stats(); got.BytesOut != 0 {
		t.Errorf("stats: %+v", got)
	}
}

func TestDecoysDropWhoeverConnects(t *testing.T) {
	s := start(t, Config{})
	c := enter(t, s.Addr())
	for range 2 * decoyCount {
		c.passive("EPSV") // opens one decoy after the other
	}
	eventually(t, "the last passive listener alone", func() bool { return s.passive.size() == 1 })
	for _, port := range s.decoys.ports {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue // taken by another process meanwhile
		}
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
		if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("port %d talks", port)
		}
		_ = conn.Close()
	}
}

func TestManySessionsAskAtOnce(t *testing.T) {
	s := start(t, Config{})
	const sessions, rounds = 40, 25
	done := make(chan struct{})
	for i := range sessions {
		c := enter(t, s.Addr())
		mode := []string{"EPSV", "PASV", "EPRT", "PORT"}[i%4]
		go func() {
			defer func() { done <- struct{}{} }()
			for range rounds {
				c.deliver(mode, make([]byte, 1000), "STOR /%d", i)
				if got := len(c.receive(mode, "RETR /%d", i)); got != 1000 {
					t.Errorf("%s: %d bytes of 1000", mode, got)
				}
			}
		}()
	}
	for range sessions {
		<-done
	}
	if got := s.Stats(); got.Transfers != 2*sessions*rounds || got.BytesIn != got.BytesOut || got.FailedTransfers != 0 {
		t.Errorf("stats: %+v", got)
	}
}

// probe is a file that wants to know who feeds it.
type probe struct{ found, asked bool }

func (p *probe) Write(b []byte) (int, error) { return len(b), nil }

func (p *probe) ReadFrom(r io.Reader) (int64, error) {
	p.asked = true
	// What package mover asks of a socket whose payload stays in the kernel.
	c, ok := r.(interface {
		net.Conn
		syscall.Conn
	})
	p.found = ok && c.LocalAddr().Network() == "tcp"
	return 0, nil
}

// An upload that is copied through user space is slower but no less correct,
// so that no other test would notice.
func TestUploadsReachTheKernelsShortcut(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p := &probe{}
	if _, err := io.Copy(p, c); err != nil || !p.asked || !p.found {
		t.Errorf("asked %v, found %v: %v", p.asked, p.found, err)
	}
}
