package workers

import (
	"embed"
	"io/fs"
)

//go:embed timing.md diagnosis/explain.md diagnosis/troubleshooting.md wire/modes.md wire/servers.md wire/tls.md
var manual embed.FS

// Manual returns the part of the manual that is about this package and those below it:
// Markdown files, by their paths from here.
func Manual() fs.FS { return manual }
