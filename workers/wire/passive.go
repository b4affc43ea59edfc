package wire

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// connect opens a TCP connection from the configured source.
func connect(ctx context.Context, cfg *Config, to netip.AddrPort, keepAlive time.Duration) (*net.TCPConn, error) {
	d := net.Dialer{Timeout: cfg.Timeouts.Connect, KeepAlive: keepAlive}
	var from netip.AddrPort
	if cfg.Source.IsValid() {
		from = netip.AddrPortFrom(cfg.Source, 0)
		d.Control = bindLate
	}
	d.Control = withReceiveBuffer(cfg.ReceiveBuffer, d.Control)
	network := "tcp4"
	if to.Addr().Is6() {
		network = "tcp6"
	}
	return d.DialTCP(ctx, network, from, to)
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
