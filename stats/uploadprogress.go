package stats

// UploadProgress tells how much of an upload's payload the server has. Handing bytes
// to the kernel does not bring them there; and what the server's kernel has
// acknowledged still waits, up to its receive buffer, for the server to read it.
type UploadProgress interface {
	// Received returns between which numbers of bytes the server has: it cannot
	// have more than most, which is what its side has acknowledged, and is taken
	// to have least. ok is false where that cannot be found out. It is never
	// called twice at a time, but from other goroutines than the session's, and
	// also while the connection is being closed; it must not block.
	Received() (least, most int64, ok bool)
}
