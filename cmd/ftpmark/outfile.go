package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
)

// A file that a report goes to may exist and is replaced as a whole: a report
// can be made again. A result file cannot, and is never replaced.

// checkOut says why nothing could be written to a file, if so. It leaves
// nothing behind.
func checkOut(name string) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a folder: name a file in it", name)
	case !info.Mode().IsRegular(): // a pipe or a device
		return nil
	case isResult(name):
		return fmt.Errorf("%s is a result file, which the report would overwrite: choose another name", name)
	}
	beside, err := createBeside(name)
	if err == nil {
		return errors.Join(beside.Close(), os.Remove(beside.Name()))
	}
	if info == nil {
		return about(name, err)
	}
	f, inPlace := os.OpenFile(name, os.O_WRONLY, 0) // in a folder that takes no new files
	if inPlace != nil {
		return inPlace
	}
	return f.Close()
}

// about says of the named file what was said of one that stands in for it.
func about(name string, err error) error {
	if path := new(fs.PathError); errors.As(err, &path) {
		return &fs.PathError{Op: "write", Path: name, Err: path.Err}
	}
	return err
}

// isResult reports whether a file begins as result files do.
func isResult(name string) bool {
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	return bytes.HasPrefix(bytes.ReplaceAll(head[:n], []byte(" "), nil), []byte(`{"record":"header"`))
}

// createBeside makes a new file in the folder of the named one.
func createBeside(name string) (*os.File, error) {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	beside := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+strconv.FormatUint(rand.Uint64(), 36)+".tmp")
	return os.OpenFile(beside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
}

// writeOut writes a file whole: what was there before is replaced once all is
// written, and stays where that fails.
func writeOut(name string, write func(io.Writer) error) error {
	if err := checkOut(name); err != nil {
		return err
	}
	info, err := os.Stat(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, beside := (*os.File)(nil), info == nil || info.Mode().IsRegular()
	if beside {
		if f, err = createBeside(name); err != nil {
			beside = false
		}
	}
	if !beside {
		if f, err = os.OpenFile(name, os.O_WRONLY|os.O_TRUNC, 0); err != nil {
			return about(name, err)
		}
	}
	err = write(f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if !beside {
		return err
	}
	if err == nil {
		target := name
		if real, followed := filepath.EvalSymlinks(name); followed == nil {
			target = real
		}
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
