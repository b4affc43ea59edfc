package rig

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/workers"
)

// uploads is what preparation has found out about writing to the server.
type uploads struct {
	fresh     bool           // each upload takes a name that nothing has had
	refuses   *stats.Failure // why a file that is there cannot be overwritten
	renames   bool           // an upload to a name that is taken gets another name
	keeps     *stats.Failure // why a file cannot be deleted
	keepsDirs *stats.Failure // why a folder cannot be removed
	tried     bool           // what was tried may be on the server
}

// The names of what is tried, in the work folder.
const (
	tryFile = "try"
	tryDir  = "try-folder"
	// trySize is how large that file is at most.
	trySize = 1024
)

// The values of upload_names.
const (
	namesReuse = "reuse"
	namesFresh = "fresh"
)

// try finds out what the load needs: whether a file can be written, written again
// under its name, and deleted. It says what failed, too.
func (f *files) try(s *workers.Session) (what string, failure *stats.Failure) {
	mix := f.plan.Profile.Op
	f.fresh = f.plan.Profile.UploadNames == namesFresh
	f.tried = true
	if mix.Has("stor") || mix.Has("appe") || mix.Has("dele") || mix.Has("rename") {
		path, size := f.work+"/"+tryFile, min(f.drawn(0), trySize)
		if failure := f.write(s, path, size); failure != nil {
			return "writing " + path, failure
		}
		if mix.StoresWhole() && !f.fresh {
			if failure := f.tryOverwrite(s, path, size); failure != nil {
				return "writing " + path + " once more", failure
			}
		}
		if failure := f.tryRemoval(s, s.RemoveFile(path), &f.keeps); failure != nil {
			return "deleting " + path, failure
		}
	}
	if mix.Has("mkd") || mix.Has("rmd") {
		path := f.work + "/" + tryDir
		err := s.MakeFolder(path)
		if err == nil {
			err = s.RemoveFolder(path)
			if failure := f.tryRemoval(s, err, &f.keepsDirs); failure != nil {
				return "removing " + path, failure
			}
		} else if !s.Usable() {
			return "making " + path, failureOf(err)
		} // else its own operations say so
	}
	return "", nil
}

// tryRemoval notes a refusal, and returns what cost the session.
func (f *files) tryRemoval(s *workers.Session, err error, why **stats.Failure) *stats.Failure {
	if err == nil {
		return nil
	}
	if !s.Usable() {
		return failureOf(err)
	}
	if failure := failureOf(err); failure.Code >= 500 { // else it may pass (RFC 959 §4.2.1)
		*why = failure
	}
	return nil
}

// tryOverwrite uploads to a name that is taken.
func (f *files) tryOverwrite(s *workers.Session, path string, size int64) *stats.Failure {
	failure := f.put(s, path, size+1, false)
	switch {
	case failure == nil:
		f.renames = f.renamed(s, path, size+1)
	case s.Usable() && refusedUpload(failure):
		f.refuses = failure
	default:
		return failure
	}
	if !s.Usable() {
		return &stats.Failure{Phase: stats.Finish, Class: stats.ClassOther, Text: "the session broke when its file was looked for"}
	}
	if f.plan.Profile.UploadNames != namesReuse {
		f.fresh = f.refuses != nil || f.renames
	}
	return nil
}

// refusedUpload reports whether the server said no to an upload, and not to its data
// connection.
func refusedUpload(f *stats.Failure) bool {
	return f.Class == stats.ClassReply && (f.Phase == stats.Command || f.Phase == stats.Finish) &&
		f.Code >= 400 && f.Code != 421 && f.Code != 425 && f.Code != 426
}

// renamed reports whether the second upload to the path, of the given size, lies
// elsewhere, and takes that away.
func (f *files) renamed(s *workers.Session, path string, size int64) bool {
	if got, known, err := s.FileSize(path); err == nil && known && got == size {
		return false
	} else if !s.Usable() {
		return false
	} else if err == nil && known {
		f.removeLike(s, path)
		return true
	}
	return f.removeLike(s, path) > 0
}

// removeLike removes the files in the work folder that are called like the one at
// the path, with something behind, and returns how many there are.
func (f *files) removeLike(s *workers.Session, path string) (n int) {
	entries, _, err := s.ReadFolder(f.work)
	if err != nil {
		return 0
	}
	for _, e := range entries {
		if name := baseName(e.Name); !e.Folder && name != tryFile && strings.HasPrefix(name, tryFile) && s.Usable() {
			n++
			_ = s.RemoveFile(f.work + "/" + name) // else the clean-up finds it
		}
	}
	return n
}

// baseName is the last part of a name: some servers list whole paths.
func baseName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// notes says what was found out, for the report.
func (f *files) notes() (notes []string) {
	switch {
	case f.refuses != nil && f.fresh:
		notes = append(notes, fmt.Sprintf("uploads take fresh names: the server refuses to overwrite: %s", said(f.refuses)))
	case f.renames && f.fresh:
		notes = append(notes, "uploads take fresh names: the server stores an upload to a name that is taken under another name")
	case f.refuses != nil:
		notes = append(notes, fmt.Sprintf("the server refuses to overwrite (%s), and --upload-names reuse has every upload of a session do so", said(f.refuses)))
	case f.renames:
		notes = append(notes, "the server stores an upload to a name that is taken under another name: with --upload-names reuse they pile up until the end")
	case f.fresh:
		notes = append(notes, "uploads take fresh names (--upload-names fresh)")
	}
	if f.fresh && f.keeps == nil {
		notes = append(notes, "a session's former uploads are deleted between its operations, outside of the measurement, and counted as housekeeping: each costs the time of a round trip")
	}
	if f.keeps != nil {
		notes = append(notes, fmt.Sprintf("the server refuses to delete files (%s): what the run writes stays there", said(f.keeps)))
	}
	if f.keepsDirs != nil {
		notes = append(notes, fmt.Sprintf("the server refuses to remove folders (%s): what the run makes stays there", said(f.keepsDirs)))
	}
	if why := f.unmarked; why != nil {
		notes = append(notes, fmt.Sprintf("%s has no %s, so ftpmark clean will not remove it should the run be killed: %s", f.folder, markerName, said(why)))
	}
	return notes
}

// setNotes says what is to know of the files to download.
func (f *files) setNotes() (notes []string) {
	if f.plan.Profile.Reuse {
		notes = append(notes, fmt.Sprintf("%s of the set's %s files were there already, the others were written", quantity.Count(f.found.Load()), quantity.Count(int64(f.set.Count))))
	}
	if f.size < 0 {
		notes = append(notes, fmt.Sprintf("the server does not tell the size of %s: a download that is cut off in order cannot be told from a whole one", f.plan.Profile.Path))
	}
	return notes
}

// said is the server's own reply in a failure's text.
func said(f *stats.Failure) string {
	text := strings.TrimPrefix(f.Text, "the server said ")
	if f.Class == stats.ClassReply && f.Code > 0 {
		if i := strings.Index(text, strconv.Itoa(f.Code)+" "); i > 0 {
			text = text[i:] // behind the command that it answers
		}
	}
	return text
}
