package wire

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

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
