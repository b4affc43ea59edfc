package mover

import (
	"hash/fnv"
	"io"
	"strings"
)

// ContentOffset is where in a block's repetition the content of the file at path
// begins, in [0, size): each file has a content of its own, which anybody who
// knows the seed can make again. size is the block's, in bytes.
//
// A file goes by several names, relative and absolute, so only the last two
// elements of its path count, and how many slashes lie between them does not.
// The mapping never changes: files may have been written by an older release.
func ContentOffset(seed uint64, path string, size int64) int64 {
	if size <= 0 {
		return 0
	}
	rest, name := lastElement(path)
	_, dir := lastElement(rest)
	if dir != "" {
		name = dir + "/" + name
	}
	h := fnv.New64a()
	_, _ = io.WriteString(h, name)
	// FNV-1a leaves names that differ in their last character close together,
	// and the seed has to change all of them: both are mixed twice over.
	return int64(finalise(h.Sum64()^finalise(seed)) % uint64(size))
}

// lastElement splits the last element off a path, without slashes.
func lastElement(path string) (rest, last string) {
	path = strings.TrimRight(path, "/")
	i := strings.LastIndexByte(path, '/')
	return path[:i+1], path[i+1:]
}

// finalise spreads every bit of h over all of them: the output step of
// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
func finalise(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
