package scripted

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// Tree makes a [Server]'s files and folders real: sessions have a
// working directory, against which names are resolved; what is not there is
// refused with 550; a folder that is not empty cannot be removed; listings show
// what is there, and read an argument that begins with a dash as options, as ls
// does (MLSD does not).
type Tree struct {
	// Folders are those at the start, besides the root. The folders around a
	// folder or file need not be named.
	Folders []string
	// Files are the sizes of the files at the start, by full name.
	Files map[string]int64
	// Home is where sessions begin; empty is the root.
	Home string
	// PlainNames refuses names with a slash in them with 553, but for CWD: a
	// client is to change directory.
	PlainNames bool
}

var (
	errScriptedNoFile   = errors.New("no such file")
	errScriptedNoFolder = errors.New("no such folder")
	errScriptedExists   = errors.New("there already")
	errScriptedNotEmpty = errors.New("folder is not empty")
	errScriptedSlash    = errors.New("a name with a slash is not allowed")
)

// scriptedTree is a tree of files and folders. Its methods take clean absolute
// names and may be called from any goroutine.
type scriptedTree struct {
	mu      sync.Mutex
	folders map[string]bool
	files   map[string]int64
}

func newScriptedTree(t *Tree) *scriptedTree {
	tree := &scriptedTree{folders: map[string]bool{"/": true}, files: map[string]int64{}}
	for _, name := range append(slices.Clone(t.Folders), t.Home) {
		tree.addFolder(path.Join("/", name))
	}
	for name, size := range t.Files {
		name = path.Join("/", name)
		tree.addFolder(path.Dir(name))
		tree.files[name] = size
	}
	return tree
}

// addFolder adds a folder and those around it.
func (t *scriptedTree) addFolder(name string) {
	for ; name != "/"; name = path.Dir(name) {
		t.folders[name] = true
	}
}

// size returns a file's size, negative if it is not there.
func (t *scriptedTree) size(name string) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if size, ok := t.files[name]; ok {
		return size
	}
	return -1
}

func (t *scriptedTree) isFolder(name string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.folders[name]
}

// room says whether a file may be written under that name.
func (t *scriptedTree) room(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case !t.folders[path.Dir(name)]:
		return errScriptedNoFolder
	case t.folders[name]:
		return errScriptedExists
	}
	return nil
}

// put writes a file. Its folder may have gone meanwhile: then so does the file.
func (t *scriptedTree) put(name string, size int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.folders[path.Dir(name)] {
		t.files[name] = size
	}
}

func (t *scriptedTree) remove(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.files[name]; !ok {
		return errScriptedNoFile
	}
	delete(t.files, name)
	return nil
}

// rename moves a file onto whatever file is there.
func (t *scriptedTree) rename(from, to string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	size, ok := t.files[from]
	switch {
	case !ok:
		return errScriptedNoFile
	case !t.folders[path.Dir(to)]:
		return errScriptedNoFolder
	case t.folders[to]:
		return errScriptedExists
	}
	delete(t.files, from)
	t.files[to] = size
	return nil
}

func (t *scriptedTree) makeFolder(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, file := t.files[name]
	switch {
	case file || t.folders[name]:
		return errScriptedExists
	case !t.folders[path.Dir(name)]:
		return errScriptedNoFolder
	}
	t.folders[name] = true
	return nil
}

func (t *scriptedTree) removeFolder(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case name == "/" || !t.folders[name]:
		return errScriptedNoFolder
	case len(t.inside(name)) > 0:
		return errScriptedNotEmpty
	}
	delete(t.folders, name)
	return nil
}

// scriptedItem is a line of a listing; a folder's size is negative.
type scriptedItem struct {
	name string
	size int64
}

// list returns what lies in a folder, or the file of that name, in order.
func (t *scriptedTree) list(name string) ([]scriptedItem, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if size, ok := t.files[name]; ok {
		return []scriptedItem{{path.Base(name), size}}, nil
	}
	if !t.folders[name] {
		return nil, errScriptedNoFolder
	}
	return t.inside(name), nil
}

// inside needs the tree locked.
func (t *scriptedTree) inside(folder string) (items []scriptedItem) {
	for name, size := range t.files {
		if path.Dir(name) == folder {
			items = append(items, scriptedItem{path.Base(name), size})
		}
	}
	for name := range t.folders {
		if name != "/" && path.Dir(name) == folder {
			items = append(items, scriptedItem{path.Base(name), -1})
		}
	}
	slices.SortFunc(items, func(a, b scriptedItem) int { return strings.Compare(a.name, b.name) })
	return items
}

// all returns every name, a folder's with a slash behind it, in order.
func (t *scriptedTree) all() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	names := slices.Collect(maps.Keys(t.files))
	for name := range t.folders {
		if name != "/" {
			names = append(names, name+"/")
		}
	}
	slices.Sort(names)
	return names
}

// Paths returns the full names of all files and folders that the server has, a
// folder's with a slash behind it, in order. Without a Tree there are none.
func (s *Server) Paths() []string {
	if s.tree == nil {
		return nil
	}
	return s.tree.all()
}
