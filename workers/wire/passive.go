package wire

import (
	"context"
	"net"
	"net/netip"
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
	network := "tcp4"
	if to.Addr().Is6() {
		network = "tcp6"
	}
	return d.DialTCP(ctx, network, from, to)
}
