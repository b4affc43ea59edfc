package stats

// Backlog is a connection that payload of an upload was handed to.
type Backlog interface {
	// Unacknowledged returns how many bytes of it the peer has not acknowledged
	// yet; ok is false where that cannot be known. It is safe for concurrent
	// use, also while the connection is being closed.
	Unacknowledged() (bytes int64, ok bool)
}
