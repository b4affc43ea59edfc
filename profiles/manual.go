package profiles

import (
	"embed"
	"io/fs"
)

//go:embed environment.md operations.md profiles.md target.md
var manual embed.FS

// Manual returns the part of the manual that is about this package and those below it:
// Markdown files, by their paths from here.
func Manual() fs.FS { return manual }
