package mover

import (
	"fmt"
	"math/rand/v2"
)

// BlockSize is the usual length of a [Block].
const BlockSize = 4 << 20

// Block is the content of every file that ftpmark writes: random bytes that
// repeat. It is safe for concurrent use; it must be closed after its last use.
type Block struct {
	data  []byte // never written to again: sockets may hold its pages
	pipes pipes
}

// NewBlock makes a block of size bytes, which depend on the seed alone. It
// fails if the machine has no memory to give.
func NewBlock(seed uint64, size int) (*Block, error) {
	if size <= 0 {
		return nil, fmt.Errorf("payload block of %d bytes: want at least 1", size)
	}
	b := new(Block)
	if err := b.allocate(size); err != nil {
		return nil, fmt.Errorf("memory for the payload: %w", err)
	}
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	// Incompressible on purpose: a link or a server that compresses would
	// otherwise be measured by its compressor.
	if _, err := rand.NewChaCha8(key).Read(b.data); err != nil {
		return nil, err
	}
	return b, nil
}

// Size is the length after which the content repeats, in bytes.
func (b *Block) Size() int64 { return int64(len(b.data)) }

// Close closes what transfers left open. The memory is given back once nobody
// holds the block any more: a transfer may outlive its run.
func (b *Block) Close() error { return b.pipes.close() }

// at returns up to n bytes of the repetition from offset, without a copy; it
// may return fewer, where the block ends.
func (b *Block) at(offset, n int64) []byte {
	start := offset % b.Size()
	end := min(start+n, b.Size())
	return b.data[start:end]
}
