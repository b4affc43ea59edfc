package rig

import (
	"fmt"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/workers"
)

// fileSet is what the downloads choose from, on the server.
type fileSet struct {
	plan.Files
	folder string
	outer  string // the folder around that, with the marker
	shared bool   // the folder has the same name in each run, and stays
}

// SharedFolder names the folder around a set that another run can use again: what
// the files are decides it.
func SharedFolder(p *profiles.Profile) string {
	what := fmt.Sprintf("%d/%s/%d", p.Seed, p.Size, p.Files)
	return fmt.Sprintf(folderPrefix+"files-%012x", uint64(workers.Phase(p.Seed, what, 1<<48)))
}

// path is where file i is.
func (s *fileSet) path(i int) string { return fmt.Sprintf("%s/f%06d", s.folder, i) }
