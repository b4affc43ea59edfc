package servers

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

// runDirPattern is the name of every run directory.
const runDirPattern = "ftpmark-server-*"

// runDir is the directory of one started server: configuration, logs and data.
type runDir struct {
	path string
	lock *os.File
}

// newRunDir makes a run directory, in memory where there is /dev/shm: the servers'
// speed in a test should not be a disk's. The lock held on a file in it says that its
// owner lives; whoever comes next sweeps away what a killed test left behind.
func newRunDir() (*runDir, error) {
	base := "/dev/shm"
	if st, err := os.Stat(base); err != nil || !st.IsDir() || syscall.Access(base, 2) != nil {
		base = os.TempDir()
	}
	sweepRunDirs(base)
	path, err := os.MkdirTemp(base, runDirPattern)
	if err != nil {
		return nil, err
	}
	d := &runDir{path: path}
	// Sessions run as another user and have to get in.
	if err := os.Chmod(path, 0o755); err != nil {
		return nil, errors.Join(err, d.remove())
	}
	if err := d.takeLock(); err != nil {
		return nil, errors.Join(err, d.remove())
	}
	return d, nil
}

// takeLock locks a file before it gets the name that a sweep looks at, so that no sweep
// ever sees a living directory unlocked.
func (d *runDir) takeLock() error {
	fresh := filepath.Join(d.path, "lock.new")
	f, err := os.OpenFile(fresh, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	d.lock = f
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return err
	}
	return os.Rename(fresh, filepath.Join(d.path, "lock"))
}

// remove deletes the directory with all that is in it.
func (d *runDir) remove() error {
	err := os.RemoveAll(d.path)
	if d.lock != nil {
		d.lock.Close()
	}
	return err
}

// sweepRunDirs removes the run directories in base whose owner is dead. Those of other
// users it cannot open, and leaves.
func sweepRunDirs(base string) {
	found, _ := filepath.Glob(filepath.Join(base, runDirPattern))
	for _, path := range found {
		f, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			os.RemoveAll(path)
		}
		f.Close()
	}
}
