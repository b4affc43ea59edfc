package rig

import (
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers"
)

// mark writes the markers of the run's folder and of its shared set. While the
// files are still being prepared nobody knows when the run ends. A server that
// refuses the marker is measured without: the failure is returned only where it
// cost the session.
func (f *files) mark(s *workers.Session, prepared bool) *stats.Failure {
	if f.plan.Embedded { // which does not outlive the run
		return nil
	}
	if f.set.shared && f.setUp && prepared && !f.markedBefore(s) {
		if failure := f.writeMarker(s, f.set.outer, f.markerOf(f.set.outer, keptSet, nil)); failure != nil && !s.Usable() {
			return failure
		}
	}
	if f.folder == "" || !s.Usable() {
		return nil
	}
	var end *time.Time
	if prepared && f.length > 0 {
		at := time.Now().Add(f.length)
		end = &at
	}
	kept := ""
	if f.plan.Profile.Keep {
		kept = keptRun
	}
	m := f.markerOf(f.folder, kept, end)
	if old := f.marked; old != nil {
		if old.PlannedEnd == nil && m.PlannedEnd == nil {
			return nil // it says so already
		}
		// Not every server takes a file that is there already.
		if err := s.RemoveFile(f.folder + "/" + markerName); err != nil {
			return lostWith(s, err)
		}
		f.marked = nil
	}
	if f.unmarked = f.writeMarker(s, f.folder, m); f.unmarked == nil {
		f.marked = m
		return nil
	}
	return lostWith(s, f.unmarked)
}

// lostWith returns the failure if it cost the session.
func lostWith(s *workers.Session, err error) *stats.Failure {
	if s.Usable() {
		return nil
	}
	return failureOf(err)
}

func (f *files) writeMarker(s *workers.Session, folder string, m *marker) *stats.Failure {
	text, err := m.text()
	if err == nil {
		err = s.WriteFile(folder+"/"+markerName, text)
	}
	if err != nil {
		return failureOf(err)
	}
	return nil
}

// markedBefore reports whether the shared set has its marker from another run.
func (f *files) markedBefore(s *workers.Session) bool {
	if !f.before {
		return false
	}
	_, err := readMarker(s, f.set.outer)
	return err == nil
}

// readMarker reads the marker in a folder.
func readMarker(s *workers.Session, folder string) (*marker, error) {
	b, err := s.ReadFile(folder+"/"+markerName, mostMarker)
	if err != nil {
		return nil, err
	}
	return parseMarker(b, baseName(folder))
}
