package wire

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// stagger is how long a connect to one address of a server is waited for before
// the next is tried beside it (RFC 8305 §5).
const stagger = 250 * time.Millisecond

// connectAny connects to the target, or to the first of its addresses that
// answers: they are tried in order, each beside those before it once they have
// failed or been given a moment. Errors are [*Fault], which names every address.
func connectAny(ctx context.Context, cfg *Config) (*net.TCPConn, error) {
	all := cfg.Addresses
	if cfg.Target.IsValid() || len(all) == 1 {
		to := cfg.Target
		if !to.IsValid() {
			to = all[0]
		}
		conn, err := connect(ctx, cfg, to, 0)
		if err != nil {
			return nil, newFault(stats.Connect, "connecting to "+to.String(), err)
		}
		return conn, nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type attempt struct {
		to   netip.AddrPort
		conn *net.TCPConn
		err  error
	}
	ended := make(chan attempt)
	begin := func(to netip.AddrPort) {
		conn, err := connect(ctx, cfg, to, 0)
		ended <- attempt{to, conn, err}
	}
	var tried []string
	var class stats.Class // of what happened first
	next := time.NewTimer(0)
	defer next.Stop()
	for begun, over := 0, 0; over < len(all); {
		select {
		case <-next.C:
			if begun < len(all) {
				go begin(all[begun])
				begun++
				next.Reset(stagger)
			}
		case a := <-ended:
			over++
			if a.err == nil {
				cancel()
				go func() { // those that are still under way
					for ; over < begun; over++ {
						if late := <-ended; late.conn != nil {
							_ = late.conn.Close()
						}
					}
				}()
				return a.conn, nil
			}
			if class == "" {
				class = classOf(a.err)
			}
			tried = append(tried, fmt.Sprintf("%s: %v", a.to, bare(a.err)))
			next.Reset(0)
		}
	}
	if len(tried) == 0 {
		return nil, newFault(stats.Connect, "connecting", errors.New("the target has no address"))
	}
	return nil, &Fault{Phase: stats.Connect, Class: class, What: "connecting to " + strings.Join(tried, "; to ")}
}

// connect opens a TCP connection from the configured source.
//
// Without one the socket must not be bound at all ([net.Dialer.DialTCP] would,
// to no address): a bind asks the kernel for a port that no other connection
// has, to whatever address, where connect needs one that is free towards the
// target. With thousands of connections in TIME_WAIT that search takes
// milliseconds, which would be booked on passive mode.
func connect(ctx context.Context, cfg *Config, to netip.AddrPort, keepAlive time.Duration) (*net.TCPConn, error) {
	d := net.Dialer{Timeout: cfg.Timeouts.Connect, KeepAlive: keepAlive}
	if cfg.Source.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(cfg.Source, 0))
		d.Control = bindLate
	}
	d.Control = withReceiveBuffer(cfg.ReceiveBuffer, d.Control)
	network := "tcp4"
	if to.Addr().Is6() {
		network = "tcp6"
	}
	conn, err := d.DialContext(ctx, network, to.String())
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), nil
}

// socketControl is what package net calls for a socket before it is bound or
// connected.
type socketControl func(network, address string, c syscall.RawConn) error

// withReceiveBuffer makes a socketControl that asks for a receive buffer of
// size bytes and then does what next does; next may be nil. The window that
// TCP advertises is scaled once and for all in the first segment, so a buffer
// of a size of one's own has to be there before it.
func withReceiveBuffer(size int, next socketControl) socketControl {
	if size <= 0 {
		return next
	}
	return func(network, address string, c syscall.RawConn) error {
		var err error
		if e := c.Control(func(fd uintptr) { err = setReceiveBuffer(fd, size) }); e != nil {
			return e
		}
		if err == nil && next != nil {
			err = next(network, address, c)
		}
		return err
	}
}
