package target

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"
)

// maxEntries bounds the tree's memory (about 200 MiB) against a load that
// never deletes. The library says 552 to what goes beyond.
const maxEntries = 1 << 20

var (
	errIsDir    = errors.New("is a directory")
	errNotDir   = errors.New("not a directory")
	errNotEmpty = errors.New("directory not empty")
	errRoot     = errors.New("not allowed on the root directory")
	errInside   = errors.New("a directory cannot move into itself")
	errFull     = fmt.Errorf("more than %d entries: %w", maxEntries, ftpserver.ErrStorageExceeded)
)

// tree is the file tree. One lock guards its shape and is held for a few map
// look-ups; sizes and times are atomics of the nodes, so that no byte of a
// transfer touches the lock. Paths are absolute and clean, as the library
// makes them. Errors are [*fs.PathError].
type tree struct {
	now func() time.Time

	mu      sync.RWMutex
	root    *node
	entries int
}

func newTree(now func() time.Time) *tree {
	t := &tree{now: now, root: &node{children: make(map[string]*node)}}
	t.root.touch(now())
	return t
}

// find walks to p; the caller holds the lock.
func (t *tree) find(p string) (*node, error) {
	n, rest := t.root, strings.Trim(p, "/")
	for rest != "" {
		var name string
		name, rest, _ = strings.Cut(rest, "/")
		if !n.isDir() {
			return nil, errNotDir
		}
		child, ok := n.children[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		n = child
	}
	return n, nil
}

// parent finds the directory that holds or would hold p, and p's name in it;
// the caller holds the lock.
func (t *tree) parent(p string) (*node, string, error) {
	dir, name := path.Split(p)
	if name == "" {
		return nil, "", errRoot
	}
	n, err := t.find(dir)
	if err == nil && !n.isDir() {
		err = errNotDir
	}
	return n, name, err
}

// insert adds an entry; the caller holds the lock for writing.
func (t *tree) insert(dir *node, name string, n *node) error {
	if t.entries >= maxEntries {
		return errFull
	}
	dir.children[name] = n
	t.entries++
	n.touch(t.now())
	dir.touch(t.now())
	return nil
}

// remove takes an entry out; the caller holds the lock for writing.
func (t *tree) remove(dir *node, name string) {
	delete(dir.children, name)
	t.entries--
	dir.touch(t.now())
}

// open finds a file, and makes it if create says so.
func (t *tree) open(p string, create bool) (*node, error) {
	t.mu.RLock()
	n, err := t.find(p)
	t.mu.RUnlock()
	if create && errors.Is(err, fs.ErrNotExist) {
		n, err = t.create(p)
	}
	if err == nil && n.isDir() {
		err = errIsDir
	}
	return n, pathError("open", p, err)
}

func (t *tree) create(p string) (*node, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	dir, name, err := t.parent(p)
	if err != nil {
		return nil, err
	}
	if n, ok := dir.children[name]; ok {
		return n, nil // another session was faster
	}
	n := &node{}
	return n, t.insert(dir, name, n)
}

func (t *tree) stat(p string) (fs.FileInfo, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	n, err := t.find(p)
	if err != nil {
		return nil, pathError("stat", p, err)
	}
	return n.info(path.Base(p)), nil
}

// list returns a directory's entries, in no order.
func (t *tree) list(p string) ([]fs.FileInfo, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	n, err := t.find(p)
	if err == nil && !n.isDir() {
		err = errNotDir
	}
	if err != nil {
		return nil, pathError("list", p, err)
	}
	all := make([]fs.FileInfo, 0, len(n.children))
	for name, child := range n.children {
		all = append(all, child.info(name))
	}
	return all, nil
}

func (t *tree) mkdir(p string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	dir, name, err := t.parent(p)
	if err == nil && dir.children[name] != nil {
		err = fs.ErrExist
	}
	if err == nil {
		err = t.insert(dir, name, &node{children: make(map[string]*node)})
	}
	return pathError("mkdir", p, err)
}

// unlink removes a file or, if wantDir, an empty directory.
func (t *tree) unlink(p string, wantDir bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	dir, name, err := t.parent(p)
	if err != nil {
		return pathError("remove", p, err)
	}
	n, ok := dir.children[name]
	switch {
	case !ok:
		err = fs.ErrNotExist
	case wantDir && !n.isDir():
		err = errNotDir
	case !wantDir && n.isDir():
		err = errIsDir
	case len(n.children) > 0:
		err = errNotEmpty
	default:
		t.remove(dir, name)
	}
	return pathError("remove", p, err)
}

// rename moves an entry. As on POSIX systems a file takes the place of
// another; nothing takes the place of a directory.
func (t *tree) rename(from, to string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	oldDir, oldName, err := t.parent(from)
	if err != nil {
		return pathError("rename", from, err)
	}
	n, ok := oldDir.children[oldName]
	if !ok {
		return pathError("rename", from, fs.ErrNotExist)
	}
	newDir, newName, err := t.parent(to)
	if err != nil {
		return pathError("rename", to, err)
	}
	if from == to {
		return nil
	}
	if strings.HasPrefix(to, from+"/") {
		return pathError("rename", to, errInside)
	}
	if there, ok := newDir.children[newName]; ok {
		if there.isDir() || n.isDir() {
			return pathError("rename", to, fs.ErrExist)
		}
		t.remove(newDir, newName)
	}
	t.remove(oldDir, oldName)
	modified := n.modified.Load()
	err = t.insert(newDir, newName, n)
	n.modified.Store(modified)
	return pathError("rename", to, err)
}

func (t *tree) setModified(p string, when time.Time) error {
	t.mu.RLock()
	defer t.mu.RUnlock()
	n, err := t.find(p)
	if err != nil {
		return pathError("chtimes", p, err)
	}
	n.touch(when)
	return nil
}

func pathError(op, p string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: p, Err: err}
}
