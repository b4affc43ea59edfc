package main

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/cmd/ftpmark/markdown"
	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/workers"
)

//go:embed develop.md exit-codes.md liveview/progress.md
var ownManual embed.FS

// topic is a part of the manual, which ftpmark help NAME prints. One that has the name of a
// command follows the command's help.
type topic struct {
	name, about string
	file        string // in the repository
}

// topicGroup is a heading of ftpmark help and the topics below it.
type topicGroup struct {
	title  string
	topics []topic
}

// topicGroups is the manual's table of contents.
func topicGroups() []topicGroup {
	return []topicGroup{
		{"setting up a run", []topic{
			{"run", "what a run does, test files, stopping a run", "loadgen/run.md"},
			{"target", "the server's URL, user and password", "profiles/target.md"},
			{"profiles", "what to run, in a YAML file; the bundled profiles", "profiles/profiles.md"},
			{"environment", "environment variables, and which setting wins", "profiles/environment.md"},
			{"dry-run", "see the settings of a run and what it needs, without running it", "loadgen/plan/dry-run.md"},
			{"progress", "what is shown during a run", "cmd/ftpmark/liveview/progress.md"},
		}},
		{"what is measured", []topic{
			{"operations", "downloads, uploads, listings and others; mixes", "profiles/operations.md"},
			{"files", "sizes, sets of files, verification, names of uploads", "loadgen/rig/fixtures/files.md"},
			{"load", "sessions, rates, stages, bandwidth, thousands of sessions", "loadgen/load.md"},
			{"modes", "active and passive mode", "workers/wire/modes.md"},
			{"tls", "FTPS: session reuse, certificates, versions", "workers/wire/tls.md"},
			{"timing", "phases, what counts as success, throughput, credible numbers", "workers/timing.md"},
			{"servers", "what ftpmark accepts from unusual servers", "workers/wire/servers.md"},
		}},
		{"answers", []topic{
			{"compare", "a verdict: faster, slower, equivalent or inconclusive", "stats/compare/compare.md"},
			{"diff", "compare two results measured at different times; regressions", "stats/compare/diff.md"},
			{"ci", "fail a pipeline on a regression", "stats/compare/ci.md"},
			{"thresholds", "conditions that a result must meet", "stats/threshold/thresholds.md"},
			{"exit-codes", "what each exit code means", "cmd/ftpmark/exit-codes.md"},
			{"capacity", "how much load a server holds", "stats/capacity/capacity.md"},
			{"explain", "one transfer, step by step", "workers/diagnosis/explain.md"},
		}},
		{"results", []topic{
			{"report", "print a report again; HTML pages", "stats/report/report.md"},
			{"formats", "JSON, CSV, Markdown, JUnit and others", "stats/report/formats.md"},
			{"results", "what is in a result file", "stats/resultfile/results.md"},
			{"metrics", "Prometheus and OpenTelemetry", "stats/metrics/README.md"},
		}},
		{"more", []topic{
			{"serve", "the embedded target on its own, for two machines", "loadgen/target/serve.md"},
			{"merge", "several load generators", "loadgen/several.md"},
			{"clean", "remove files that killed runs left on a server", "loadgen/rig/leftovers.md"},
			{"troubleshooting", "failures and what to do about them", "workers/diagnosis/troubleshooting.md"},
			{"develop", "tests, and where things are in the source", "cmd/ftpmark/develop.md"},
		}},
	}
}

// allTopics are the topics of all groups.
func allTopics() (all []topic) {
	for _, g := range topicGroups() {
		all = append(all, g.topics...)
	}
	return all
}

// topicNamed returns the topic of that name.
func topicNamed(name string) (topic, bool) {
	for _, t := range allTopics() {
		if t.name == name {
			return t, true
		}
	}
	return topic{}, false
}

// topicOfCommand returns the topic that has the name of a command.
func topicOfCommand(c *cobra.Command) (topic, bool) {
	if !c.HasParent() || c.Parent().HasParent() {
		return topic{}, false
	}
	return topicNamed(c.Name())
}

// source returns the topic's Markdown.
func (t topic) source() (string, error) {
	room, file, _ := strings.Cut(t.file, "/")
	files := map[string]fs.FS{
		"profiles": profiles.Manual(), "loadgen": loadgen.Manual(), "workers": workers.Manual(), "stats": stats.Manual(), "cmd": ownManual,
	}[room]
	b, err := fs.ReadFile(files, strings.TrimPrefix(file, "ftpmark/"))
	if err != nil {
		return "", fmt.Errorf("the topic %s is not in this program: %w", t.name, err)
	}
	return string(b), nil
}

// topic returns a topic for the terminal.
func (h helpPrinter) topic(t topic) (string, error) {
	source, err := t.source()
	if err != nil {
		return "", err
	}
	return markdown.Text(source, markdown.Options{Width: h.width, Bold: h.bold, Link: t.link}), nil
}

// link is what is printed of a link: where it leads to another topic, how to print that.
func (t topic) link(text, target string) string {
	file := path.Join(path.Dir(t.file), target)
	for _, other := range allTopics() {
		if other.file != file {
			continue
		}
		how := strings.ReplaceAll("ftpmark help "+other.name, " ", terminal.NoBreak)
		if text == other.name {
			return how
		}
		return text + " (" + how + ")"
	}
	return text
}
