package rig

import (
	"fmt"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

// slotFiles is what one session slot has on the target for itself: nobody else
// touches it, so that no session waits for another's lock on a file, and no
// operation takes away what another needs. One worker uses it at a time.
type slotFiles struct {
	files *files
	slot  int

	stored   int64 // size of the file that stor writes; absent
	part     int64 // size of the one that is resumed; absent
	appended int64 // size of the one that appe grows; absent
	appends  int   // how often it has grown
	name     int   // which of its two names the renamed file has; absent
	made     int   // how many folders have been asked for
	folders  []int // those that are there, the newest last
	doubtful []int // those that may be there

	touched  uses     // what may be on the server, for the clean-up
	version  versions // which of its names each file has
	uploaded bool     // the name of stor has been used
	behind   []string // files under former names that may be on the server, the oldest first
	lost     int      // those of them that are not remembered
}

// absent is the size of a file that is not there, or not known to be.
const absent = -1

// uses are the kinds of files that a slot may have left on the server.
type uses struct{ stor, part, appe, rename bool }

// versions number the names that the files of a slot have had, where they cannot
// go on having one.
type versions struct{ stor, part, appe, rename int }

// The bounds on what a slot piles up.
const (
	mostAppends  = 64
	mostAppended = 256 << 20
	mostFolders  = 100
	// mostBehind is how many former names are remembered, of files that a server
	// does not delete: the clean-up finds others in its listing.
	mostBehind = 1000
)

func newSlotFiles(f *files, slot int) *slotFiles {
	return &slotFiles{files: f, slot: slot, stored: absent, part: absent, appended: absent, name: absent}
}

// successor is what the slot begins the next trial with, once its files were asked
// away: other names, where those may still be taken.
func (o *slotFiles) successor() *slotFiles {
	n := newSlotFiles(o.files, o.slot)
	if o.files.keeps != nil || o.files.keepsDirs != nil {
		n.made, n.lost = o.made, o.lost
		n.version = versions{o.version.stor + 1, o.version.part + 1, o.version.appe + 1, o.version.rename + 1}
		names, _ := o.left()
		n.forget(names...)
	}
	return n
}

// path is where the file of that kind is: stor-3, or stor-3-1 and so on under
// another name than its first.
func (o *slotFiles) path(kind string) string {
	var n int
	switch kind {
	case "stor":
		n = o.version.stor
	case "part":
		n = o.version.part
	case "appe":
		n = o.version.appe
	}
	return o.versioned(kind, n)
}

func (o *slotFiles) versioned(kind string, n int) string {
	if n == 0 {
		return fmt.Sprintf("%s/%s-%d", o.files.work, kind, o.slot)
	}
	return fmt.Sprintf("%s/%s-%d-%d", o.files.work, kind, o.slot, n)
}

func (o *slotFiles) folder(n int) string { return fmt.Sprintf("%s/mkd-%d-%d", o.files.work, o.slot, n) }

// alias is one of the two names of the file that is renamed.
func (o *slotFiles) alias(n int) string {
	return fmt.Sprintf("%s/rename-%d-%d", o.files.work, o.slot, 2*o.version.rename+n)
}

// forget notes files that the slot has no use for any more and that may be there.
func (o *slotFiles) forget(paths ...string) {
	for _, p := range paths {
		if len(o.behind) < mostBehind {
			o.behind = append(o.behind, p)
		} else {
			o.lost++
		}
	}
}

// tidy deletes what uploads have left under former names, as far as the server
// deletes anything.
func (o *slotFiles) tidy(s *workers.Session) *stats.Failure {
	for len(o.behind) > 0 && o.files.keeps == nil {
		if err := s.RemoveFile(o.behind[0]); err != nil && !s.Usable() {
			return failureOf(err)
		} // refused: it may never have come to be; the clean-up lists what is there
		o.behind = o.behind[1:]
	}
	return nil
}

// partSize is the size of the file that this slot resumes: always the same, or
// what a server makes of a file that is longer already would be its own choice.
func (o *slotFiles) partSize() int64 {
	return o.files.drawn(int64(o.slot))
}

// unmet holds, for each operation, why what it needs could not be made.
type unmet map[stats.Op]*stats.Failure

// prepare makes what the operations of the mix need and is not there: outside
// of the measurement, and before an operation is due where that can be. prepared is
// told of each operation that needed something; what could not be made is put
// into failed.
func (o *slotFiles) prepare(s *workers.Session, mix profiles.Mix, prepared func(stats.Op), failed unmet) {
	type need struct {
		op    stats.Op
		unmet bool
		meet  func(*workers.Session) *stats.Failure
	}
	var broken *stats.Failure
	for _, x := range [...]need{
		{stats.Dele, o.stored == absent && mix.Has("dele"), o.store},
		{stats.Rename, o.name == absent && mix.Has("rename"), o.named},
		{stats.Rmd, len(o.folders) == 0 && mix.Has("rmd"), o.makeFolder},
		{stats.Mkd, len(o.folders) >= mostFolders && mix.Has("mkd"), o.removeFolder},
		{stats.Stor, o.part == absent && mix.Resumes("stor"), o.storePart},
		{stats.Stor, len(o.behind) > 0 && o.files.keeps == nil && mix.StoresWhole(), o.tidy},
		{stats.Appe, o.full() && mix.Has("appe"), o.removeAppended},
	} {
		if !x.unmet {
			continue
		}
		f := broken
		if f == nil {
			prepared(x.op)
			f = x.meet(s)
		}
		if f != nil {
			failed[x.op] = f
		}
		if !s.Usable() {
			broken = f
		}
	}
}

// full reports whether the appended file must go before it grows on: it is too
// large, or what there is of it is not known.
func (o *slotFiles) full() bool {
	return o.touched.appe && (o.appended == absent || o.appends >= mostAppends || o.appended >= mostAppended)
}

// store makes an empty file for dele. What there may still be of the one before is
// not written to: a server may not take that.
func (o *slotFiles) store(s *workers.Session) *stats.Failure {
	o.nextStored(o.files.fresh || o.files.keeps != nil)
	o.touched.stor = true
	f := o.write(s, o.path("stor"), 0)
	o.stored = known(0, f)
	return f
}

// nextStored goes on to another name for stor, if it is to be one that nothing has
// had.
func (o *slotFiles) nextStored(fresh bool) {
	if fresh {
		if o.touched.stor {
			o.forget(o.path("stor"))
		}
		if o.uploaded {
			o.version.stor++
		}
		o.touched.stor, o.stored = false, absent
	}
	o.uploaded = true
}

func (o *slotFiles) storePart(s *workers.Session) *stats.Failure {
	if o.touched.part && (o.files.fresh || o.files.keeps != nil) {
		o.forget(o.path("part"))
		o.version.part++
	}
	o.touched.part = true
	size := o.partSize()
	f := o.write(s, o.path("part"), size)
	o.part = known(size, f)
	return f
}

// named makes the file to be renamed, and sees to it that its other name is
// free.
func (o *slotFiles) named(s *workers.Session) *stats.Failure {
	if o.touched.rename {
		for n := range 2 {
			// A refusal: there is nothing of that name, or the server deletes nothing.
			if err := s.RemoveFile(o.alias(n)); err != nil && !s.Usable() {
				return failureOf(err)
			}
		}
		if o.files.keeps != nil {
			o.forget(o.alias(0), o.alias(1))
			o.version.rename++
		}
	}
	o.touched.rename = true
	f := o.write(s, o.alias(0), 0)
	if f == nil {
		o.name = 0
	}
	return f
}

func (o *slotFiles) makeFolder(s *workers.Session) *stats.Failure {
	n := o.made
	o.made++
	var f *stats.Failure
	if err := s.MakeFolder(o.folder(n)); err != nil {
		f = failureOf(err)
	}
	o.madeFolder(n, f)
	return f
}

func (o *slotFiles) removeFolder(s *workers.Session) *stats.Failure {
	n := o.folders[0]
	o.folders = o.folders[1:]
	err := s.RemoveFolder(o.folder(n))
	if err == nil {
		return nil
	}
	o.doubtful = append(o.doubtful, n)
	return lostWith(s, err)
}

// madeFolder notes what became of MKD. A refusal for good is the one failure
// after which the folder is surely not there.
func (o *slotFiles) madeFolder(n int, f *stats.Failure) {
	switch {
	case f == nil:
		o.folders = append(o.folders, n)
	case f.Class != stats.ClassReply || f.Code < 500:
		o.doubtful = append(o.doubtful, n)
	}
}

// removedFolder notes what became of RMD.
func (o *slotFiles) removedFolder(n int, f *stats.Failure) {
	if f != nil {
		o.doubtful = append(o.doubtful, n)
	}
}

func (o *slotFiles) removeAppended(s *workers.Session) *stats.Failure {
	if err := s.RemoveFile(o.path("appe")); err != nil {
		if !s.Usable() {
			return failureOf(err)
		}
		// It is not there, or cannot be deleted: then the next one is another.
		o.forget(o.path("appe"))
		o.version.appe++
	}
	o.appended, o.appends, o.touched.appe = absent, 0, false
	return nil
}

// write uploads a file outside of the measurement.
func (o *slotFiles) write(s *workers.Session, path string, size int64) *stats.Failure {
	return o.files.write(s, path, size)
}

// known is the size of a file after an upload: unknown if that failed.
func known(size int64, f *stats.Failure) int64 {
	if f != nil {
		return absent
	}
	return size
}
