package mover

import "sync"

// buffers lends the portable movers their read buffers, so that an idle session
// holds none.
var buffers = sync.Pool{New: func() any { b := make([]byte, portableBuffer); return &b }}

func takeBuffer() *[]byte  { return buffers.Get().(*[]byte) }
func giveBuffer(b *[]byte) { buffers.Put(b) }
