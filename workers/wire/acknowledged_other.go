//go:build !linux

package wire

// Unacknowledged cannot be known here.
func (d *dataConn) Unacknowledged() (left int64, ok bool) { return 0, false }
