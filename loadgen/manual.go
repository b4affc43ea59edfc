package loadgen

import (
	"embed"
	"io/fs"
)

//go:embed load.md run.md several.md plan/dry-run.md rig/leftovers.md rig/fixtures/files.md target/serve.md
var manual embed.FS

// Manual returns the part of the manual that is about this package and those below it:
// Markdown files, by their paths from here.
func Manual() fs.FS { return manual }
