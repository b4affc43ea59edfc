package target

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"time"

	ftpserver "github.com/fclairamb/ftpserverlib"
	"github.com/spf13/afero"

	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// fileDriver is what the library asks about files, for every session alike.
type fileDriver struct{ server *Server }

var (
	_ ftpserver.ClientDriver                      = fileDriver{}
	_ ftpserver.ClientDriverExtentionFileTransfer = fileDriver{}
	_ ftpserver.ClientDriverExtensionFileList     = fileDriver{}
	_ ftpserver.ClientDriverExtensionRemoveDir    = fileDriver{}
	_ ftpserver.ClientDriverExtensionAllocate     = fileDriver{}
)

// GetHandle opens a file for RETR, STOR or APPE. The offset of a REST comes
// again as a Seek, where it is judged.
func (d fileDriver) GetHandle(name string, flags int, _ int64) (ftpserver.FileTransfer, error) {
	n, err := d.server.tree.open(name, flags&os.O_CREATE != 0)
	if err != nil {
		return nil, err
	}
	h := &handle{server: d.server, node: n, upload: flags&os.O_WRONLY != 0, appending: flags&os.O_APPEND != 0}
	if !d.server.handles.add(h) {
		return nil, net.ErrClosed
	}
	d.server.counters.transfers.Add(1)
	if flags&os.O_TRUNC != 0 {
		n.size.Store(0)
	}
	h.end = n.size.Load()
	if h.upload && h.end == 0 {
		// The content belongs to the name under which it is written, as it
		// does on a disk: a rename takes it along.
		n.phase.Store(mover.ContentOffset(d.server.cfg.Seed, name, d.server.block.Size()))
	}
	h.phase = n.phase.Load()
	return h, nil
}

func (d fileDriver) ReadDir(name string) ([]fs.FileInfo, error) { return d.server.tree.list(name) }
func (d fileDriver) Stat(name string) (fs.FileInfo, error)      { return d.server.tree.stat(name) }
func (d fileDriver) Mkdir(name string, _ fs.FileMode) error     { return d.server.tree.mkdir(name) }
func (d fileDriver) Remove(name string) error                   { return d.server.tree.unlink(name, false) }
func (d fileDriver) RemoveDir(name string) error                { return d.server.tree.unlink(name, true) }
func (d fileDriver) Rename(from, to string) error               { return d.server.tree.rename(from, to) }
func (d fileDriver) Chtimes(name string, _, mod time.Time) error {
	return d.server.tree.setModified(name, mod)
}

// AllocateSpace answers ALLO: there is nothing to reserve.
func (fileDriver) AllocateSpace(int) error { return nil }

// Name and what follows belong to afero.Fs; the library has no use for them
// while SITE, COMB and HASH are off.
func (fileDriver) Name() string { return "ftpmark" }

func (fileDriver) Create(string) (afero.File, error) { return nil, errors.ErrUnsupported }
func (fileDriver) Open(string) (afero.File, error)   { return nil, errors.ErrUnsupported }
func (fileDriver) OpenFile(string, int, fs.FileMode) (afero.File, error) {
	return nil, errors.ErrUnsupported
}
func (fileDriver) MkdirAll(string, fs.FileMode) error { return errors.ErrUnsupported }
func (fileDriver) RemoveAll(string) error             { return errors.ErrUnsupported }
func (fileDriver) Chmod(string, fs.FileMode) error    { return errors.ErrUnsupported }
func (fileDriver) Chown(string, int, int) error       { return errors.ErrUnsupported }
