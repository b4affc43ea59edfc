//go:build !linux

package mover

import (
	"net"
	"syscall"
)

// Inflow receives from a TCP socket. It belongs to one goroutine at a time.
type Inflow struct {
	conn net.Conn
	o    *Options
}

// NewInflow returns the inflow of a socket. o must stay valid.
func NewInflow(c syscall.Conn, o *Options) (*Inflow, error) {
	return &Inflow{conn: c.(net.Conn), o: o}, nil
}

// Read implements [io.Reader].
func (f *Inflow) Read(p []byte) (int, error) {
	f.o.waiting(false)
	return f.conn.Read(p)
}
