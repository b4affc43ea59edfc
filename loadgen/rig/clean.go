package rig

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/workers"
)

// FolderState is what a folder on the server, called as those of runs are, is
// taken for.
type FolderState string

// The states.
const (
	// FolderOver belonged to a run that is over: nobody is going to remove it.
	FolderOver FolderState = "over"
	// FolderAlive belongs to a run that may still be going on.
	FolderAlive FolderState = "may be alive"
	// FolderKept was left there on purpose.
	FolderKept FolderState = "kept"
	// FolderUnknown has no marker that says whose it is.
	FolderUnknown FolderState = "unknown"
)

// RunFolder is a folder on the server that is called as those of runs are.
type RunFolder struct {
	Name  string
	State FolderState
	// Why says, in a few words, why it has that state.
	Why string
	// Removed says that it is gone; Err why it is not, though it was to go.
	Removed bool
	Err     error
}

// Clean finds the folders that runs have left below a target's directory, and
// removes those of runs that are over.
//
// A run is over one hour behind its planned end, or, if its length was unknown, 24
// hours behind its start. What has no marker that ftpmark wrote, what was kept and
// what may be alive is never touched.
type Clean struct {
	// Plan has the target, the credentials and how to connect; it is resolved.
	Plan *plan.Plan
	// Remove removes; else the folders are only listed.
	Remove bool
	// OlderThan, if above 0, takes the place of the hour behind the planned end:
	// the run must have started so long ago. A run whose planned end is still to
	// come may be alive all the same.
	OlderThan time.Duration
	// Now is the time, in UTC or not.
	Now func() time.Time
}

// mostFound bounds how many folders are looked at.
const mostFound = 10_000

// Run lists the folders, in the order of their names, and removes. The error says
// why the target could not be used; folders that were found by then are returned
// too. unread counts the lines of the server's listing that no name could be read
// from.
func (c *Clean) Run(ctx context.Context) (found []RunFolder, unread int, err error) {
	connect, err := newConnector(c.Plan, new(recorder.SessionRecorder))
	if err != nil {
		return nil, 0, err
	}
	f := &files{plan: c.Plan, connect: connect.unmetered()}
	entries, unread, mode, err := f.listTarget(ctx)
	if err != nil {
		return nil, 0, err
	}
	sweep := &sweeper{open: func(ctx context.Context) (*workers.Session, *stats.Failure) {
		s, err := f.session(ctx, mode)
		if err != nil {
			return nil, failureOf(err)
		}
		return s, nil
	}}
	defer sweep.close()
	for _, e := range entries {
		if len(found) == mostFound {
			return found, unread, fmt.Errorf("there are more than %d folders called %s…: only these were looked at", mostFound, folderPrefix)
		}
		one, err := c.look(ctx, sweep, e.Name)
		if err != nil {
			return found, unread, err
		}
		if one.State == FolderOver && c.Remove {
			one.Err = sweepRun(ctx, sweep, c.Plan.Target.Join(one.Name))
			one.Removed = one.Err == nil
		}
		found = append(found, one)
		if one.Err != nil && ctx.Err() != nil {
			return found, unread, ErrInterrupted
		}
		sweep.opened = min(sweep.opened, 1) // each folder may lose its sessions
	}
	return found, unread, nil
}

// listTarget lists the folders below the target's directory that are called as
// those of runs are, in the first mode in which that can be done.
func (f *files) listTarget(ctx context.Context) (folders []workers.Entry, unread int, mode profiles.Mode, err error) {
	for _, mode = range f.uploadModes() {
		var s *workers.Session
		if s, err = f.session(ctx, mode); err != nil {
			return nil, 0, "", err
		}
		folders, unread, err = s.ReadFolder(f.plan.Target.Dir)
		s.Close()
		if err == nil {
			break
		}
		if last := failureOf(err); last.Unfinished() || last.Phase != stats.DataReady && last.Phase != stats.Negotiate {
			break
		}
	}
	if err != nil {
		where := "the log-in directory"
		if f.plan.Target.Dir != "" {
			where = fmt.Sprintf("the directory %q", f.plan.Target.Dir)
		}
		return nil, 0, "", &PrepareError{What: "listing " + where, Err: plain(err)}
	}
	for i := range folders {
		folders[i].Name = baseName(folders[i].Name)
	}
	folders = slices.DeleteFunc(folders, func(e workers.Entry) bool {
		return !e.Folder || !strings.HasPrefix(e.Name, folderPrefix) || !properName(e.Name)
	})
	slices.SortFunc(folders, func(a, b workers.Entry) int { return strings.Compare(a.Name, b.Name) })
	folders = slices.CompactFunc(folders, func(a, b workers.Entry) bool { return a.Name == b.Name })
	return folders, unread, mode, nil
}

// look judges one folder by its marker. An error is one of the session.
func (c *Clean) look(ctx context.Context, sweep *sweeper, name string) (RunFolder, error) {
	var m *marker
	one := RunFolder{Name: name, State: FolderUnknown}
	err := sweep.do(ctx, func(s *workers.Session) error {
		b, err := s.ReadFile(c.Plan.Target.Join(name)+"/"+markerName, mostMarker)
		if err != nil {
			if failureOf(err).Class == stats.ClassLong {
				one.Why = "its " + markerName + " is larger than any that ftpmark writes"
				return nil
			}
			if s.Usable() {
				one.Why = "no " + markerName + " can be read in it: " + failureOf(err).Text
				return nil
			}
			return err
		}
		if m, err = parseMarker(b, name); err != nil {
			one.Why = err.Error()
		}
		return nil
	})
	if err != nil {
		return one, &PrepareError{What: "reading " + name + "/" + markerName, Err: err}
	}
	if m != nil {
		one.State, one.Why = m.judge(c.Now(), c.OlderThan)
	}
	return one, nil
}

// judge says what the folder of the marker is taken for, and why.
func (m *marker) judge(now time.Time, older time.Duration) (FolderState, string) {
	start := m.Started.UTC().Format(time.RFC3339)
	if m.Kept == keptSet {
		return FolderKept, "files that --reuse finds again, since " + start
	}
	if m.Kept != "" {
		return FolderKept, "by --keep, since " + start
	}
	why := "started " + start
	if m.PlannedEnd != nil {
		why += ", planned until " + m.PlannedEnd.UTC().Format(time.RFC3339)
	} else {
		why += ", of unknown length"
	}
	if m.over(now, older) {
		return FolderOver, why
	}
	if now.After(m.goneAt()) { // only --older-than spares it
		return FolderAlive, why + ": not older than asked for"
	}
	return FolderAlive, why + ": surely over after " + m.overAt(older).UTC().Format(time.RFC3339)
}

// ownName is what the names begin with that a run's folders hold, or that servers
// give to uploads that are cut off. A server may put more behind a name.
var ownName = regexp.MustCompile(`(?i)^(f\d{6}|(stor|part|appe|rename|mkd)-\d+|try|\.pureftpd-upload\.|\.in\.)`)

// sweepRun removes the folder of a run that is over, and from it only what is
// called as what ftpmark makes, in the places where it makes it: nothing else is
// looked into, and what a link leads to is not touched. The marker goes last, so
// that whatever stays has it.
func sweepRun(ctx context.Context, sweep *sweeper, folder string) error {
	var entries []workers.Entry
	if err := sweep.do(ctx, func(s *workers.Session) (err error) {
		entries, _, err = s.ReadFolder(folder)
		return err
	}); err != nil {
		return fmt.Errorf("listing it: %w", plain(err))
	}
	for _, e := range entries {
		name := baseName(e.Name)
		ours := name == setFolder || name == workFolder
		if !properName(name) || !e.Folder && strings.HasPrefix(name, markerName) {
			continue
		}
		if !ours || !e.Folder {
			return fmt.Errorf("it holds %.100q, %s", name, foreign)
		}
		if err := sweepOurs(ctx, sweep, folder+"/"+name, func(e workers.Entry) bool {
			return ownName.MatchString(e.Name)
		}); err != nil {
			return fmt.Errorf("in %s: %w", name, err)
		}
	}
	return sweepOurs(ctx, sweep, folder, func(e workers.Entry) bool { return !e.Folder && strings.HasPrefix(e.Name, markerName) })
}

// foreign is what ftpmark does not make.
const foreign = "which ftpmark did not make"

// sweepOurs removes a folder with what is the run's own in it.
func sweepOurs(ctx context.Context, sweep *sweeper, path string, ours func(workers.Entry) bool) error {
	gone, err := sweep.empty(ctx, path, func(e workers.Entry) string {
		if ours(e) {
			return ""
		}
		return foreign
	})
	if err == nil && !gone {
		err = sweep.rmd(ctx, path) // for the server's words
	}
	return err
}
