package ftptest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// farEcho makes a delayed link with an echo service at its far end. It returns the link and
// a function that connects to the service from the near end.
func farEcho(t *testing.T, oneWay time.Duration) (*DelayedLink, func() *net.TCPConn) {
	t.Helper()
	near := LinkEnd{NewNamespace(t, "near"), netip.MustParseAddr("10.77.0.1")}
	far := LinkEnd{NewNamespace(t, "far"), netip.MustParseAddr("10.77.0.2")}
	link := StartDelayedLink(t, oneWay, near, far)
	at := net.TCPAddrFromAddrPort(netip.AddrPortFrom(far.Addr, 7))
	var service *net.TCPListener
	if err := far.Namespace.Do(func() (err error) {
		service, err = net.ListenTCP("tcp4", at)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() {
		service.Close()
		<-ended
	})
	go func() { // one connection after the other
		defer close(ended)
		for {
			conn, err := service.Accept()
			if err != nil {
				return
			}
			io.Copy(conn, conn)
			conn.Close()
		}
	}()
	return link, func() (conn *net.TCPConn) {
		t.Helper()
		if err := near.Namespace.Do(func() (err error) {
			conn, err = net.DialTCP("tcp4", nil, at)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		t.Cleanup(func() { conn.Close() })
		return conn
	}
}

// TestDelayedLinkAddsRoundTrips wants the round trip in a connect, whose SYN must be
// delayed as data is, and in an echo. It is not parallel: others make load.
func TestDelayedLinkAddsRoundTrips(t *testing.T) {
	const oneWay, rounds, wantRight, mayBeWrong = 10 * time.Millisecond, 9, 4, 1
	link, connect := farEcho(t, oneWay)
	// A busy machine carries some packets late. Such noise passes, a link that is of another
	// length does not: of five attempts four must be right. Nothing is ever early.
	for right, wrong := 0, 0; right < wantRight; {
		var connects, echoes []time.Duration
		for range rounds {
			begun := time.Now()
			conn := connect()
			connects = append(connects, time.Since(begun))
			begun = time.Now()
			if _, err := conn.Write([]byte("x")); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(conn, make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			echoes = append(echoes, time.Since(begun))
			conn.Close()
		}
		slices.Sort(connects)
		slices.Sort(echoes)
		if shortest := min(connects[0], echoes[0]); shortest < 2*oneWay {
			t.Fatalf("a round trip of %s: there are at least %s in one", shortest, 2*oneWay)
		}
		if typical := max(connects[rounds/2], echoes[rounds/2]); typical < 2*oneWay+3*time.Millisecond {
			right++
			t.Logf("connect %s, echo %s at the median", connects[rounds/2], echoes[rounds/2])
			continue
		}
		if wrong++; wrong > mayBeWrong {
			t.Fatalf("round trips want %s: connects took %s, echoes %s", 2*oneWay, connects, echoes)
		}
	}
	wantNoneDropped(t, link)
}

// TestDelayedLinkLosesNothing sends more at once than one window.
func TestDelayedLinkLosesNothing(t *testing.T) {
	t.Parallel()
	link, connect := farEcho(t, 10*time.Millisecond)
	conn := connect()
	sent := make([]byte, 4<<20)
	for i := range sent {
		sent[i] = byte(i * 7 >> 3)
	}
	sending := make(chan error, 1)
	go func() {
		_, err := conn.Write(sent)
		sending <- errors.Join(err, conn.CloseWrite())
	}()
	got, err := io.ReadAll(conn)
	if err := errors.Join(err, <-sending); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, sent) {
		t.Errorf("%d bytes came back of %d, or others", len(got), len(sent))
	}
	wantNoneDropped(t, link)
}

func wantNoneDropped(t *testing.T, link *DelayedLink) {
	t.Helper()
	if n, err := link.Dropped(); n != 0 || err != nil {
		t.Errorf("%d packets were dropped (%v)", n, err)
	}
}

// TestDelayedLinkClosesWithPacketsUnderWay closes a link on which the packets take longer
// than the test.
func TestDelayedLinkClosesWithPacketsUnderWay(t *testing.T) {
	t.Parallel()
	near := LinkEnd{NewNamespace(t, "near"), netip.MustParseAddr("10.77.0.1")}
	far := LinkEnd{NewNamespace(t, "far"), netip.MustParseAddr("10.77.0.2")}
	link := StartDelayedLink(t, time.Hour, near, far)
	if err := near.Namespace.Do(func() error {
		conn, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(far.Addr, 7)))
		if err != nil {
			return err
		}
		defer conn.Close()
		for i := range 100 {
			if _, err := fmt.Fprint(conn, i); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := link.Close(); err != nil {
			t.Error(err)
		}
	}
	if out := near.Namespace.Run("ip", "-o", "link"); strings.Contains(out, linkDevice) {
		t.Errorf("the device is still there:\n%s", out)
	}
}
