package target

import (
	"io/fs"
	"sync/atomic"
	"time"
)

// node is a file or a directory. It does not know its name: a rename moves it
// under whoever has it open.
type node struct {
	children map[string]*node // nil for a file; guarded by the tree's lock
	size     atomic.Int64     // bytes
	phase    atomic.Int64     // where in the block's repetition the content begins
	modified atomic.Int64     // nanoseconds since 1970
}

func (n *node) isDir() bool { return n.children != nil }

func (n *node) touch(t time.Time) { n.modified.Store(t.UnixNano()) }

// reach makes the file at least size bytes long. Two uploads to one name may
// run at once, as on a disk.
func (n *node) reach(size int64) {
	for {
		old := n.size.Load()
		if old >= size || n.size.CompareAndSwap(old, size) {
			return
		}
	}
}

// info is a node as it was at one moment.
func (n *node) info(name string) fs.FileInfo {
	return info{name: name, dir: n.isDir(), size: n.size.Load(), modified: time.Unix(0, n.modified.Load())}
}

type info struct {
	name     string
	dir      bool
	size     int64
	modified time.Time
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) ModTime() time.Time { return i.modified }
func (i info) IsDir() bool        { return i.dir }
func (i info) Sys() any           { return nil }

func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
