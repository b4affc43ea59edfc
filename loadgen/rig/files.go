package rig

import (
	"crypto/rand"
	"encoding/hex"
	"path"
	"sync/atomic"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/schedule"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

// files are what a run reads and writes on the target: a folder of its own with
// a set to download and what each session slot writes, or one existing file
// that it only reads.
type files struct {
	plan    *plan.Plan
	connect *connector
	block   *workers.Block
	writes  profiles.Mode // the mode in which files are written outside of the measurement

	folder string       // the run's own, empty if it makes none
	work   string       // the folder in it that the slots write to, empty if none does
	set    fileSet      // what is downloaded, without files if nothing is
	source string       // the existing file of --path, else empty
	size   int64        // its size, -1 if the server would not say
	slots  []*slotFiles // what each slot has

	made   []madeFolder // the run's folders that are on the server, outer ones first
	setUp  bool         // the set's folder is there
	before bool         // and was so before the run: a shared one
	begun  int          // files of the set that may be there: the first so many
	found  atomic.Int64 // files of the set that were there already
	uploads

	started  time.Time      // of the run
	length   time.Duration  // it takes at most once it is prepared, 0 if that is not known
	marked   *marker        // what its folder has, nil for none
	unmarked *stats.Failure // why there is none
}

// madeFolder is a folder that the run has made.
type madeFolder struct {
	path   string
	unsure bool // nobody said that it came to be
}

// The folders in that of a run, or of a set that stays: its marker lies beside
// them, so that no listing shows it.
const (
	setFolder  = "files"
	workFolder = "work"
)

// newFiles names the run's files; nothing is touched yet.
func newFiles(p *plan.Plan, c *connector, b *workers.Block) *files {
	f := &files{plan: p, connect: c.unmetered(), block: b, started: time.Now()}
	profile := &p.Profile
	if profile.Path != "" {
		f.source = p.Target.Join(profile.Path)
	}
	f.grow(profile.MostSessions())
	f.set = fileSet{Files: plan.FilesOf(profile)}
	if f.set.Count == 0 && !profile.Op.Writes() {
		return f
	}
	var id [6]byte
	_, _ = rand.Read(id[:]) // never fails
	f.folder = p.Target.Join(folderPrefix + hex.EncodeToString(id[:]))
	f.set.outer = f.folder
	if f.set.shared = f.set.Count > 0 && (profile.Keep || profile.Reuse); f.set.shared {
		f.set.outer = p.Target.Join(SharedFolder(profile))
		if !profile.Op.Writes() {
			f.folder = ""
		}
	}
	f.set.folder = f.set.outer + "/" + setFolder
	if profile.Op.Writes() {
		f.work = f.folder + "/" + workFolder
	}
	return f
}

// grow sees to it that there are so many slots.
func (f *files) grow(n int) {
	for slot := len(f.slots); slot < n; slot++ {
		f.slots = append(f.slots, newSlotFiles(f, slot))
	}
}

// drawn is the size of the profile's distribution that does not change for a slot.
func (f *files) drawn(slot int64) int64 {
	return int64(f.plan.Profile.Size.At(schedule.Uniform(f.plan.Profile.Seed, schedule.StreamOfSlots, slot)))
}

// chosen returns the path and the size of a file to read; -1 if that is not
// known.
func (f *files) chosen(file int) (string, int64) {
	if f.source != "" {
		return f.source, f.size
	}
	return f.set.path(file), f.set.Size(file)
}

// listed is the folder that listings show.
func (f *files) listed() string {
	if f.source == "" {
		return f.set.folder
	}
	return path.Dir(f.source)
}

// download sets what a download reads and what it must get.
func (f *files) download(j *workers.Job, what *profiles.Operation, file int) {
	var size int64
	j.Path, size = f.chosen(file)
	j.Want, j.From = size, int64(what.From.Bytes)
	if size >= 0 {
		j.From = what.From.Of(size)
		j.Want = size - j.From
	}
	if f.source == "" && f.plan.Profile.Verify == "checksum" {
		phase := workers.Phase(f.plan.Profile.Seed, j.Path, f.block.Size())
		j.Expect = &workers.Expect{Block: f.block, Offset: phase + j.From, Size: j.Want}
	}
}

// write uploads a file outside of the measurement.
func (f *files) write(s *workers.Session, path string, size int64) *stats.Failure {
	return f.put(s, path, size, f.verifies())
}

// verifies reports whether uploads are followed by SIZE.
func (f *files) verifies() bool {
	return f.plan.Profile.Verify == "size" || f.plan.Profile.Verify == "checksum"
}

func (f *files) put(s *workers.Session, path string, size int64, verify bool) *stats.Failure {
	phase := workers.Phase(f.plan.Profile.Seed, path, f.block.Size())
	job := workers.Job{Op: stats.Stor, Path: path, Meter: nobody{}, Total: size, VerifySize: verify}
	job.Upload = &workers.Upload{Block: f.block, Offset: phase, Size: size, Meter: job.Meter}
	return s.Do(&job).Failure
}

// nobody is a meter for payload that is not measured.
type nobody struct{}

func (nobody) Moved(int) {}

// smallFile is a file to download of at most so many bytes, if there is one.
func (f *files) smallFile(most int64) int {
	for i := range min(f.set.Count, 1000) {
		if f.set.Size(i) <= most {
			return i
		}
	}
	return 0
}

// count is how many files there are to download.
func (f *files) count() int { return f.set.Count }

// slot is what a session slot has.
func (f *files) slot(n int) *slotFiles { return f.slots[n] }

// removable reports whether there is anything on the server that will be removed.
func (f *files) removable() bool { return len(f.made) > 0 && !f.plan.Profile.Keep }
