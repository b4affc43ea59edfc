package profiles

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed bundled/*.yaml
var bundledFiles embed.FS

//go:generate go test . -run TestSchemaIsCurrent -update

//go:embed profile.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of profile files, for editors.
func Schema() []byte { return append([]byte(nil), schema...) }

// Info says what a bundled profile is for.
type Info struct {
	// Name is what [Open] takes, Description the profile's one line.
	Name, Description string
}

// Bundled returns the profiles that come with ftpmark, the default first.
func Bundled() []Info {
	var infos []Info
	for _, name := range bundledNames() {
		d, err := Open(name)
		if err != nil {
			continue // a test reads them all
		}
		var p Profile
		if s, ok := d.settings["description"]; ok && s.put(&p) == nil {
			infos = append(infos, Info{name, p.Description})
		}
	}
	return infos
}

func bundledNames() []string {
	return []string{
		"quick", "small-files", "bulk-download", "bulk-upload", "mixed", "login-storm", "active-vs-passive", "ci-smoke", "ramp", "soak",
	}
}

// Open reads a bundled profile. The error lists the names.
func Open(name string) (*Draft, error) {
	text, err := Text(name)
	if err != nil {
		return nil, err
	}
	return Read(name+".yaml", strings.NewReader(text))
}

// Text returns a bundled profile's file as it is, comments included.
func Text(name string) (string, error) {
	b, err := bundledFiles.ReadFile("bundled/" + name + ".yaml")
	if err != nil {
		hint := ""
		if near := NearestOf(name, bundledNames()); near != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", near)
		}
		return "", fmt.Errorf("unknown profile %q%s: want %s, or a file", name, hint, join(bundledNames()))
	}
	return string(b), nil
}
