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
	data []byte
	file memoryFile
}

// NewBlock makes a block of size bytes, which depend on the seed alone. It
// fails if the machine has no memory file to give.
func NewBlock(seed uint64, size int) (*Block, error) {
	if size <= 0 {
		return nil, fmt.Errorf("payload block of %d bytes: want at least 1", size)
	}
	data := make([]byte, size)
	var key [32]byte
	for i := range 8 {
		key[i] = byte(seed >> (8 * i))
	}
	// Incompressible on purpose: a link or a server that compresses would
	// otherwise be measured by its compressor.
	if _, err := rand.NewChaCha8(key).Read(data); err != nil {
		return nil, err
	}
	file, err := newMemoryFile(data)
	if err != nil {
		return nil, fmt.Errorf("memory file for the payload: %w", err)
	}
	return &Block{data: data, file: file}, nil
}

// Size is the length after which the content repeats, in bytes.
func (b *Block) Size() int64 { return int64(len(b.data)) }

// Close gives the memory file back.
func (b *Block) Close() error { return b.file.Close() }

// at returns up to n bytes of the repetition from offset, without a copy; it
// may return fewer, where the block ends.
func (b *Block) at(offset, n int64) []byte {
	start := offset % b.Size()
	end := min(start+n, b.Size())
	return b.data[start:end]
}
