package mover

import (
	"fmt"
	"testing"
)

// TestPhaseIsFixed holds the mapping that files on servers were written by.
func TestContentOffsetIsFixed(t *testing.T) {
	for _, c := range []struct {
		seed uint64
		path string
		size int64
		want int64
	}{
		{0, "", BlockSize, 3666252},
		{0, "file", BlockSize, 716092},
		{1, "file", BlockSize, 561731},
		{1, "dir/file", BlockSize, 321657},
		{1, "dir/file", 1000, 281},
		{1 << 63, "ftpmark-0123456789ab/stor-7", BlockSize, 887889},
	} {
		if got := ContentOffset(c.seed, c.path, c.size); got != c.want {
			t.Errorf("ContentOffset(%d, %q, %d) = %d, want %d", c.seed, c.path, c.size, got, c.want)
		}
	}
}

// TestPhaseOfOneFile gives one file its several names, and other files theirs.
func TestContentOffsetOfOneFile(t *testing.T) {
	want := ContentOffset(7, "dir/file", BlockSize)
	for _, same := range []string{"/dir/file", "//dir/file", "/home/user/dir/file", "dir//file", "x///dir///file", "dir/file/"} {
		if got := ContentOffset(7, same, BlockSize); got != want {
			t.Errorf("%q begins at %d, but dir/file at %d", same, got, want)
		}
	}
	if a, b := ContentOffset(7, "file", BlockSize), ContentOffset(7, "//file", BlockSize); a != b {
		t.Errorf("file begins at %d, but //file at %d", a, b)
	}
	for _, other := range []string{"file", "dir/file2", "dir2/file", "dirfile", "file/dir", "dir/fil", "d/irfile", ""} {
		if ContentOffset(7, other, BlockSize) == want {
			t.Errorf("%q begins where dir/file does", other)
		}
	}
	if ContentOffset(8, "dir/file", BlockSize) == want {
		t.Error("two seeds give one phase")
	}
}

// TestPhasesSpread counts the phases of names that differ little in 64 parts of
// the block: with 64 expected in each, none is far off.
func TestContentOffsetsSpread(t *testing.T) {
	var parts [64]int
	for i := range 64 * 64 {
		p := ContentOffset(1, fmt.Sprintf("ftpmark/stor-%d", i), BlockSize)
		if p < 0 || p >= BlockSize {
			t.Fatalf("phase %d is outside of the block", p)
		}
		parts[p*64/BlockSize]++
	}
	for i, n := range parts {
		if n < 24 || n > 104 { // five standard deviations
			t.Errorf("part %d has %d phases of 4096, want about 64", i, n)
		}
	}
}

// FuzzPhase holds the range, and that a leading folder and a doubled slash
// change nothing of a path of two elements.
func FuzzContentOffset(f *testing.F) {
	f.Add(uint64(1), "dir", "file", int64(BlockSize))
	f.Add(uint64(0), "", "", int64(1))
	f.Add(uint64(1<<63), "\x00", "ä", int64(1000))
	f.Fuzz(func(t *testing.T, seed uint64, dir, name string, size int64) {
		p := ContentOffset(seed, dir+"/"+name, size)
		if p < 0 || size > 0 && p >= size || size <= 0 && p != 0 {
			t.Fatalf("phase %d for a block of %d", p, size)
		}
		_, d := lastElement(dir)
		_, n := lastElement(name)
		if d != dir || n != name || d == "" || n == "" {
			return
		}
		if q := ContentOffset(seed, "/a//"+dir+"//"+name, size); q != p {
			t.Fatalf("%q/%q begins at %d or %d", dir, name, p, q)
		}
	})
}
