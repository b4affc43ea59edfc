package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
)

// manualFile returns a file of the repository.
func manualFile(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// manualFiles are the Markdown files that users read: README, the topics, and what else is linked
// there.
func manualFiles() []string {
	files := []string{"README.md", "cmd/benchpeers/README.md"}
	for _, t := range allTopics() {
		files = append(files, t.file)
	}
	return files
}

// widths are those that help must fit.
func widths() []int { return []int{60, 80, 100, 120} }

// TestEveryManualFileIsATopic, and each topic has a file and a name of its own.
func TestEveryManualFileIsATopic(t *testing.T) {
	t.Parallel()
	known := append(manualFiles(), "CHANGELOG.md")
	if err := fs.WalkDir(os.DirFS(filepath.Join("..", "..")), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if err == nil && path.Ext(name) == ".md" && !slices.Contains(known, name) {
			t.Errorf("%s is no topic: see topicGroups", name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range allTopics() {
		if slices.Contains(names, x.name) {
			t.Errorf("two topics %s", x.name)
		}
		names = append(names, x.name)
		if of, err := x.source(); err != nil || of != manualFile(t, x.file) {
			t.Errorf("%s: %v, or it is not %s", x.name, err, x.file)
		}
	}
}

// TestHelpListsAll: commands and topics, a line each.
func TestHelpListsAll(t *testing.T) {
	t.Parallel()
	o := executed("help")
	if o.code != exitFine || o.stderr != "" {
		t.Fatalf("exit %d, %s", o.code, o.stderr)
	}
	line := func(name, about string) {
		t.Helper()
		if n := len(regexp.MustCompile(`(?m)^  `+regexp.QuoteMeta(name)+` +`+regexp.QuoteMeta(about)+`$`).FindAllString(o.stdout, -1)); n != 1 {
			t.Errorf("%d lines of %s: %s", n, name, about)
		}
	}
	for _, c := range newRoot(streams{}).Commands() {
		line(c.Name(), c.Short)
	}
	for _, x := range allTopics() {
		line(x.name, x.about)
	}
	if same := executed("--help"); same.stdout != o.stdout {
		t.Error("ftpmark --help is another text")
	}
}

// TestTopicsFit: each topic is plain text that fits the terminal; only code may be wider.
func TestTopicsFit(t *testing.T) {
	t.Parallel()
	for _, x := range allTopics() {
		source := manualFile(t, x.file)
		wide := map[string]bool{} // lines of code
		for _, block := range blocksOf(x.file, source) {
			for line := range strings.Lines(block.text) {
				wide["    "+strings.TrimRight(line, "\n ")] = true
			}
		}
		for _, width := range widths() {
			text, err := helpPrinter{width: width}.topic(x)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if terminal.Width(line) > width && !wide[line] {
					t.Errorf("%s: %d columns of %d: %s", x.name, terminal.Width(line), width, line)
				}
				if !wide[line] && (strings.ContainsAny(line, "`\x1b") || strings.Contains(line, "](") || strings.Contains(line, "**")) {
					t.Errorf("%s has marks: %s", x.name, line)
				}
			}
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(source, "# "), "\n")
		if o := executed("help", x.name); o.code != exitFine || o.stderr != "" || !strings.Contains(o.stdout, title+"\n") {
			t.Errorf("help %s: exit %d, %s, and no %q", x.name, o.code, o.stderr, title)
		}
		if bold, _ := (helpPrinter{width: 80, bold: true}).topic(x); !strings.HasPrefix(bold, "\x1b[1m"+title+"\x1b[0m\n") {
			t.Errorf("%s: its heading is not bold", x.name)
		}
	}
}

// TestHelpFits: the help of every command fits terminals, and says what a value is.
func TestHelpFits(t *testing.T) {
	t.Parallel()
	for _, width := range widths() {
		h := helpPrinter{width: width}
		var look func(*cobra.Command)
		look = func(c *cobra.Command) {
			for line := range strings.Lines(h.command(c)) {
				line = strings.TrimSuffix(line, "\n")
				if n := terminal.Width(line); n > width {
					t.Errorf("%s: %d columns of %d: %s", c.CommandPath(), n, width, line)
				}
				for _, kind := range []string{" string ", " int ", " uint ", " duration ", " strings ", " size "} {
					if strings.HasPrefix(strings.TrimSpace(line), "-") && strings.Contains(line[:min(len(line), 28)], kind) {
						t.Errorf("%s: a Go type: %s", c.CommandPath(), line)
					}
				}
			}
			for _, sub := range c.Commands() {
				look(sub)
			}
		}
		look(newRootWith(streams{}, h))
	}
}

// TestHelpOfCommands: ftpmark help COMMAND is its help and its topic, --help the help alone.
func TestHelpOfCommands(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"run", "compare", "capacity", "explain", "clean", "serve", "merge", "report", "diff", "profiles"} {
		alone, both := executed(command, "--help"), executed("help", command)
		x, ok := topicNamed(command)
		if !ok || alone.code != exitFine || both.code != exitFine {
			t.Fatalf("%s: topic %v, exits %d and %d", command, ok, alone.code, both.code)
		}
		text, err := helpPrinter{width: columnsElsewhere}.topic(x)
		if err != nil {
			t.Fatal(err)
		}
		help, pointed := strings.CutSuffix(alone.stdout, "\nMore: ftpmark help "+command+"\n")
		if !pointed || both.stdout != help+"\n"+text {
			t.Errorf("help %s is not its --help and its topic:\n%s", command, both.stdout)
		}
	}
	for _, command := range [][]string{{"version"}, {"profiles", "check"}} {
		alone, help := executed(append(command, "--help")...), executed(append([]string{"help"}, command...)...)
		if help.code != exitFine || help.stdout != alone.stdout || !strings.Contains(help.stdout, "Usage:\n  ftpmark "+strings.Join(command, " ")) {
			t.Errorf("help %s: exit %d\n%s", command, help.code, help.stdout)
		}
	}
}

// TestUnknownTopics are usage errors of one line.
func TestUnknownTopics(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"tresholds":     `ftpmark: unknown command or topic "tresholds": did you mean thresholds?`,
		"comapre":       `ftpmark: unknown command or topic "comapre": did you mean compare?`,
		"weather":       `ftpmark: unknown command or topic "weather": ftpmark help lists them`,
		"run away":      `ftpmark: unknown command or topic "run away": ftpmark help lists them`,
		"profiles sing": `ftpmark: unknown command or topic "profiles sing": ftpmark help lists them`,
	} {
		o := executed(append([]string{"help"}, strings.Fields(args)...)...)
		if o.code != exitUsage || o.stderr != want+"\n" || o.stdout != "" {
			t.Errorf("exit %d, %q, want %q\n%s", o.code, o.stderr, want, o.stdout)
		}
	}
}

// TestManualLinks: each leads to something, README leads to each topic, and a link that is called
// as a topic leads to that.
func TestManualLinks(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
	linked := map[string]bool{}
	for _, file := range manualFiles() {
		for _, m := range link.FindAllStringSubmatch(manualFile(t, file), -1) {
			text, target := m[1], m[2]
			if strings.HasPrefix(target, "https://") {
				continue
			}
			at := path.Join(path.Dir(file), target)
			if _, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(at))); err != nil {
				t.Errorf("%s: %s leads nowhere: %v", file, target, err)
			}
			if x, ok := topicNamed(text); ok && x.file != at {
				t.Errorf("%s: [%s] leads to %s", file, text, at)
			}
			if file == "README.md" {
				linked[at] = true
			}
		}
	}
	for _, x := range allTopics() {
		if !linked[x.file] {
			t.Errorf("README does not link %s", x.file)
		}
	}
}

// TestReadme fits on a few screens.
func TestReadme(t *testing.T) {
	t.Parallel()
	text := manualFile(t, "README.md")
	if n := strings.Count(text, "\n"); n > 160 {
		t.Errorf("it has %d lines", n)
	}
	for line := range strings.Lines(text) {
		if n := terminal.Width(strings.TrimSuffix(line, "\n")); n > 120 && !strings.HasPrefix(line, "|") {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if !strings.Contains(text, "\nmake test ") {
		t.Error("it does not say how to test")
	}
}

// TestProfilesOfTheManual are valid, and the table is that of the bundled ones.
func TestProfilesOfTheManual(t *testing.T) {
	t.Parallel()
	profilesSeen := 0
	for _, file := range manualFiles() {
		for _, block := range blocksOf(file, manualFile(t, file)) {
			if block.language != "yaml" {
				continue
			}
			profilesSeen++
			name := filepath.Join(t.TempDir(), "manual.yaml")
			if err := os.WriteFile(name, []byte(block.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if o := executed("profiles", "check", name); o.code != exitFine {
				t.Errorf("%s: exit %d: %s", file, o.code, o.stdout)
			}
		}
	}
	if profilesSeen == 0 {
		t.Error("there is no profile")
	}
	table := manualFile(t, "profiles/profiles.md")
	for _, p := range profiles.Bundled() {
		if !strings.Contains(table, "| `"+p.Name+"` | "+p.Description) {
			t.Errorf("the table does not have %s and %q", p.Name, p.Description)
		}
	}
}

// TestFlagsOfTheManual exist.
func TestFlagsOfTheManual(t *testing.T) {
	t.Parallel()
	known := []string{"pattern"} // of gh
	var look func(*cobra.Command)
	look = func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		for _, sub := range c.Commands() {
			look(sub)
		}
	}
	look(newRoot(streams{}))
	flag := regexp.MustCompile("(?m)(?:^|[\\s`(])--([a-z][a-z-]*)")
	seen := 0
	for _, file := range manualFiles() {
		for _, m := range flag.FindAllStringSubmatch(manualFile(t, file), -1) {
			if seen++; !slices.Contains(known, m[1]) {
				t.Errorf("%s: there is no flag --%s", file, m[1])
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d flags", seen)
	}
}

// manualBlock is a block of code of the manual.
type manualBlock struct {
	file           string
	line           int // of its first line
	language, text string
}

// blocksOf returns a file's blocks of code.
func blocksOf(file, text string) (blocks []manualBlock) {
	var block *manualBlock
	number := 0
	for line := range strings.Lines(text) {
		number++
		language, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && block == nil:
			block = &manualBlock{file: file, line: number + 1, language: strings.TrimSpace(language)}
		case fence:
			blocks, block = append(blocks, *block), nil
		case block != nil:
			block.text += line
		}
	}
	return blocks
}
