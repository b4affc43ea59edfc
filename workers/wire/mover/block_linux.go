package mover

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// hugePage is the size of a large page on most machines.
const hugePage = 2 << 20

// allocate makes the block's memory, which lies apart from the program's own: its
// pages are handed to sockets as they are, and what is freed and used again for
// something else must not be what a socket still has to send. In large pages a
// megabyte is one thing to look up instead of 256.
func (b *Block) allocate(size int) error {
	whole, err := unix.Mmap(-1, 0, size+hugePage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return err
	}
	skip := -int(address(whole)) & (hugePage - 1)
	b.data = whole[skip : skip+size : skip+size]
	if size >= hugePage {
		// A kernel that has none to give does with small ones.
		_ = unix.Madvise(b.data[:size&^(hugePage-1)], unix.MADV_HUGEPAGE)
	}
	runtime.AddCleanup(b, func(whole []byte) { _ = unix.Munmap(whole) }, whole)
	return nil
}
