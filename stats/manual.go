package stats

import (
	"embed"
	"io/fs"
)

//go:embed capacity/capacity.md compare/ci.md compare/compare.md compare/diff.md metrics/README.md report/formats.md report/report.md resultfile/results.md threshold/thresholds.md
var manual embed.FS

// Manual returns the part of the manual that is about this package and those below it:
// Markdown files, by their paths from here.
func Manual() fs.FS { return manual }
