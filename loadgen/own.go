package loadgen

import (
	"fmt"
	"slices"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
	"github.com/ftpmark/ftpmark/workers/wire"
	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// own is what one session slot has on the target for itself: nobody else
// touches it, so that no session waits for another's lock on a file, and no
// operation takes away what another needs. One worker uses it at a time.
type own struct {
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

	touched uses // what may be on the server, for the clean-up
}

// absent is the size of a file that is not there, or not known to be.
const absent = -1

// uses are the kinds of files that a slot may have left on the server.
type uses struct{ stor, part, appe, rename bool }

// The bounds on what a slot piles up.
const (
	mostAppends  = 64
	mostAppended = 256 << 20
	mostFolders  = 100
)

func newOwn(f *files, slot int) *own {
	return &own{files: f, slot: slot, stored: absent, part: absent, appended: absent, name: absent}
}

func (o *own) path(kind string) string { return fmt.Sprintf("%s/%s-%d", o.files.folder, kind, o.slot) }

func (o *own) folder(n int) string { return fmt.Sprintf("%s/mkd-%d-%d", o.files.folder, o.slot, n) }

func (o *own) alias(n int) string { return fmt.Sprintf("%s/rename-%d-%d", o.files.folder, o.slot, n) }

// partSize is the size of the file that this slot resumes: always the same, or
// what a server makes of a file that is longer already would be its own choice.
func (o *own) partSize() int64 {
	return o.files.drawn(laneOfSlots, int64(o.slot))
}

// unmet holds, for each operation, why what it needs could not be made.
type unmet map[stats.Op]*stats.Failure

// prepare makes what the operations of the mix need and is not there: outside
// of the measurement, and before an operation is due where that can be. kept is
// told of each operation that needed something; what could not be made is put
// into failed.
func (o *own) prepare(s *workers.Session, mix profiles.Mix, kept func(stats.Op), failed unmet) {
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
		{stats.Stor, o.part == absent && resumes(mix, "stor"), o.storePart},
		{stats.Appe, o.full() && mix.Has("appe"), o.removeAppended},
	} {
		if !x.unmet {
			continue
		}
		f := broken
		if f == nil {
			kept(x.op)
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

func resumes(mix profiles.Mix, op string) bool {
	for i := range mix {
		if mix[i].Op == op && !mix[i].From.IsZero() {
			return true
		}
	}
	return false
}

// full reports whether the appended file must go before it grows on: it is too
// large, or what there is of it is not known.
func (o *own) full() bool {
	return o.touched.appe && (o.appended == absent || o.appends >= mostAppends || o.appended >= mostAppended)
}

// store makes an empty file for dele.
func (o *own) store(s *workers.Session) *stats.Failure {
	o.touched.stor = true
	f := o.write(s, o.path("stor"), 0)
	o.stored = known(0, f)
	return f
}

func (o *own) storePart(s *workers.Session) *stats.Failure {
	o.touched.part = true
	size := o.partSize()
	f := o.write(s, o.path("part"), size)
	o.part = known(size, f)
	return f
}

// named makes the file to be renamed, and sees to it that its other name is
// free.
func (o *own) named(s *workers.Session) *stats.Failure {
	if o.touched.rename {
		if f := command(s, "DELE "+o.alias(1), 250, 550); f != nil {
			return f
		}
	}
	o.touched.rename = true
	f := o.write(s, o.alias(0), 0)
	if f == nil {
		o.name = 0
	}
	return f
}

func (o *own) makeFolder(s *workers.Session) *stats.Failure {
	n := o.made
	o.made++
	f := command(s, "MKD "+o.folder(n), 257, 250)
	o.madeFolder(n, f)
	return f
}

func (o *own) removeFolder(s *workers.Session) *stats.Failure {
	n := o.folders[0]
	o.folders = o.folders[1:]
	f := command(s, "RMD "+o.folder(n), 250, 550)
	o.removedFolder(n, f)
	return f
}

// madeFolder notes what became of MKD. A refusal for good is the one failure
// after which the folder is surely not there.
func (o *own) madeFolder(n int, f *stats.Failure) {
	switch {
	case f == nil:
		o.folders = append(o.folders, n)
	case f.Class != stats.ClassReply || f.Code < 500:
		o.doubtful = append(o.doubtful, n)
	}
}

// removedFolder notes what became of RMD.
func (o *own) removedFolder(n int, f *stats.Failure) {
	if f != nil {
		o.doubtful = append(o.doubtful, n)
	}
}

func (o *own) removeAppended(s *workers.Session) *stats.Failure {
	f := command(s, "DELE "+o.path("appe"), 250, 550)
	if f == nil {
		o.appended, o.appends, o.touched.appe = absent, 0, false
	}
	return f
}

// write uploads a file outside of the measurement.
func (o *own) write(s *workers.Session, path string, size int64) *stats.Failure {
	return o.files.write(s, path, size)
}

// known is the size of a file after an upload: unknown if that failed.
func known(size int64, f *stats.Failure) int64 {
	if f != nil {
		return absent
	}
	return size
}

// command sends a command outside of the measurement; other replies than the
// given ones are failures.
func command(s *workers.Session, line string, good ...int) *stats.Failure {
	r, _, err := s.Command(line)
	if err != nil {
		return failureOf(err)
	}
	if !slices.Contains(good, r.Code) {
		return &stats.Failure{Phase: stats.Service, Class: stats.ClassReply, Code: r.Code, Text: fmt.Sprintf("the server said %s", r)}
	}
	return nil
}

// job fills in what an operation of this slot does. size is the size drawn for
// an upload, file the one of the set that was chosen.
func (o *own) job(j *workers.Job, what *profiles.Operation, size int64, file int) {
	f := o.files
	switch j.Op {
	case stats.Retr:
		f.download(j, what, file)
	case stats.Size:
		j.Path, j.Want = f.chosen(file)
	case stats.List, stats.Mlsd, stats.Nlst:
		j.Path = f.listed()
	case stats.Stor:
		if !what.From.IsZero() {
			o.resumed(j, what)
			return
		}
		o.touched.stor = true
		j.Path = o.path("stor")
		o.upload(j, 0, size)
	case stats.Appe:
		o.touched.appe = true
		j.Path = o.path("appe")
		o.upload(j, max(o.appended, 0), size)
	case stats.Dele:
		j.Path = o.path("stor")
	case stats.Rename:
		j.Path, j.To = o.alias(o.name), o.alias(1-o.name)
	case stats.Mkd:
		j.Path = o.folder(o.made)
		o.made++
	case stats.Rmd:
		j.Path = o.folder(o.folders[len(o.folders)-1])
	}
}

func (o *own) resumed(j *workers.Job, what *profiles.Operation) {
	o.touched.part = true
	size := o.partSize()
	j.Path, j.From = o.path("part"), what.From.Of(size)
	o.upload(j, j.From, size-j.From)
}

// upload sets the payload of an upload that begins at the given offset of the
// file.
func (o *own) upload(j *workers.Job, from, size int64) {
	b := o.files.block
	j.Upload = &wire.Upload{
		Block: b, Offset: mover.Phase(o.files.plan.Profile.Seed, j.Path, b.Size()) + from,
		Size: size, Meter: j.Meter,
	}
	j.Total = from + size
}

// did notes what became of an operation.
func (o *own) did(j *workers.Job, what *profiles.Operation, f *stats.Failure) {
	switch j.Op {
	case stats.Stor:
		if what.From.IsZero() {
			o.stored = known(j.Total, f)
		} else {
			o.part = known(j.Total, f)
		}
	case stats.Appe:
		o.appended = known(j.Total, f)
		o.appends++
	case stats.Dele:
		o.stored = absent
	case stats.Rename:
		if f == nil {
			o.name = 1 - o.name
		} else {
			o.name = absent
		}
	case stats.Mkd:
		o.madeFolder(o.made-1, f)
	case stats.Rmd:
		last := len(o.folders) - 1
		o.removedFolder(o.folders[last], f)
		o.folders = o.folders[:last]
	}
}

// left returns the files and the folders that may be on the server.
func (o *own) left() (names, folders []string) {
	if o.touched.stor {
		names = append(names, o.path("stor"))
	}
	if o.touched.part {
		names = append(names, o.path("part"))
	}
	if o.touched.appe {
		names = append(names, o.path("appe"))
	}
	if o.touched.rename {
		names = append(names, o.alias(0), o.alias(1))
	}
	for _, n := range append(o.folders, o.doubtful...) {
		folders = append(folders, o.folder(n))
	}
	return names, folders
}
