package rig

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
)

const (
	// markerName is the file in a run's folder that says whose it is. It lies
	// beside the folders that are listed and measured, in none of them.
	markerName = "ftpmark-run.json"
	// markerSchema names what is in it.
	markerSchema = "ftpmark.run/v1"
	// mostMarker bounds what is read of one, in bytes.
	mostMarker = 4 << 10
	// folderPrefix begins the name of every folder that a run makes.
	folderPrefix = "ftpmark-"
)

// What a marker's kept may be.
const (
	keptRun = "run" // --keep: everything in the folder stays
	keptSet = "set" // files that other runs read again
)

// marker is what a run leaves in its folder, for [Clean] to judge by if the
// run is killed.
type marker struct {
	Schema string `json:"schema"`
	// Folder is the name of the folder that it lies in: a marker that was moved
	// or copied elsewhere says nothing of that place.
	Folder string `json:"folder"`
	// Tool is the version of the ftpmark that wrote it.
	Tool string `json:"tool"`
	// Started is when the run began, in the clock of the machine that ran it.
	Started time.Time `json:"started"`
	// PlannedEnd is when it is over at the latest if all goes as planned, nil for
	// a run of unknown length and for one that still prepares its files.
	PlannedEnd *time.Time `json:"planned_end"`
	// Kept is run or set where the folder is to stay, else empty.
	Kept string `json:"kept"`
}

// text is the marker as it is written.
func (m *marker) text() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	return append(b, '\n'), err
}

// parseMarker reads the marker that was found in the folder of that name.
func parseMarker(b []byte, folder string) (*marker, error) {
	m := new(marker)
	var fields map[string]json.RawMessage
	switch err := errors.Join(json.Unmarshal(b, m), json.Unmarshal(b, &fields)); {
	case err != nil || m.Schema == "":
		return nil, errors.New("its " + markerName + " is not one that ftpmark wrote")
	case m.Schema != markerSchema:
		return nil, fmt.Errorf("its %s is %.40q, and this ftpmark knows %s alone", markerName, m.Schema, markerSchema)
	case m.Folder != folder:
		return nil, fmt.Errorf("its %s was written for another folder, %.80q", markerName, m.Folder)
	case m.Started.IsZero() || m.PlannedEnd != nil && m.PlannedEnd.Before(m.Started):
		return nil, errors.New("its " + markerName + " does not say when the run was")
	case m.Kept != "" && m.Kept != keptRun && m.Kept != keptSet:
		return nil, fmt.Errorf("its %s has an unknown kept %.40q", markerName, m.Kept)
	case len(fields["kept"]) == 0 || len(fields["planned_end"]) == 0:
		return nil, errors.New("its " + markerName + " is not whole") // a missing key would say: remove
	}
	return m, nil
}

const (
	// endMargin is how long behind its planned end a run may still be alive.
	endMargin = time.Hour
	// unknownLength is how long a run of unknown length may be alive.
	unknownLength = 24 * time.Hour
)

// goneAt is from when on the run is surely over.
func (m *marker) goneAt() time.Time {
	if m.PlannedEnd == nil {
		return m.Started.Add(unknownLength)
	}
	return m.PlannedEnd.Add(endMargin)
}

// over reports whether the run is surely over. older, if above 0, takes the place
// of the margin behind the planned end: the run must have started so long ago. It
// never makes a run over whose planned end has not passed.
func (m *marker) over(now time.Time, older time.Duration) bool {
	return now.After(m.overAt(older))
}

// overAt is from when on the run is over in that sense.
func (m *marker) overAt(older time.Duration) time.Time {
	if older <= 0 {
		return m.goneAt()
	}
	at := m.goneAt()
	if m.PlannedEnd != nil {
		at = *m.PlannedEnd
	}
	if asked := m.Started.Add(older); asked.After(at) {
		return asked
	}
	return at
}

// markerOf makes the marker of one of the run's folders. end is nil for unknown.
func (f *files) markerOf(folder, kept string, end *time.Time) *marker {
	m := &marker{Schema: markerSchema, Folder: path.Base(folder), Kept: kept, Started: f.started.UTC().Truncate(time.Second),
		Tool: strings.TrimSpace(f.plan.Tool.Name + " " + f.plan.Tool.Version)}
	if end != nil {
		at := end.UTC().Truncate(time.Second)
		m.PlannedEnd = &at
	}
	return m
}
