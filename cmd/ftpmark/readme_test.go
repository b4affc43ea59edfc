package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ftpmark/ftpmark/profiles"
)

// readmeText is what the README says.
func readmeText(tb testing.TB) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// TestReadme: its profiles are fine, and its table is that of the bundled ones.
func TestReadme(t *testing.T) {
	t.Parallel()
	b := readmeText(t)
	blocks := strings.Split(b, "```yaml\n")[1:]
	if len(blocks) == 0 {
		t.Error("it has no profile")
	}
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		name := filepath.Join(t.TempDir(), "readme.yaml")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if o := executed("profiles", "check", name); o.code != exitFine {
			t.Errorf("exit %d: %s", o.code, o.stdout)
		}
	}
	for _, p := range profiles.Bundled() {
		if !strings.Contains(b, "| `"+p.Name+"` | "+p.Description) {
			t.Errorf("it does not have %s and %q", p.Name, p.Description)
		}
	}
}
