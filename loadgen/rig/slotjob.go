package rig

import (
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

// job fills in what an operation of this slot does. size is the size drawn for
// an upload, file the one of the set that was chosen.
func (o *slotFiles) job(j *workers.Job, what *profiles.Operation, size int64, file int) {
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
		o.nextStored(f.fresh)
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

func (o *slotFiles) resumed(j *workers.Job, what *profiles.Operation) {
	o.touched.part = true
	size := o.partSize()
	j.Path, j.From = o.path("part"), what.From.Of(size)
	o.upload(j, j.From, size-j.From)
}

// upload sets the payload of an upload that begins at the given offset of the
// file.
func (o *slotFiles) upload(j *workers.Job, from, size int64) {
	b := o.files.block
	j.Upload = &workers.Upload{
		Block: b, Offset: workers.Phase(o.files.plan.Profile.Seed, j.Path, b.Size()) + from,
		Size: size, Meter: j.Meter,
	}
	j.Total = from + size
}

// did notes what became of an operation.
func (o *slotFiles) did(j *workers.Job, what *profiles.Operation, f *stats.Failure) {
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
		if o.stored = absent; f == nil {
			o.touched.stor = false
		}
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
func (o *slotFiles) left() (names, folders []string) {
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
	names = append(names, o.behind...)
	for _, n := range append(o.folders, o.doubtful...) {
		folders = append(folders, o.folder(n))
	}
	return names, folders
}
