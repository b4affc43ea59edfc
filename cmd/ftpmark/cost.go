package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// costJSON is [plan.Cost] for a machine; what is not known beforehand, or
// has no bound but the target's speed, is null. Figures are of one variant, but
// for least_seconds.
type costJSON struct {
	Variants            []string `json:"variants"`
	LengthSeconds       float64  `json:"length_seconds"`
	LeastSeconds        *float64 `json:"least_seconds"`
	Sessions            int      `json:"sessions"`
	SessionsAtStart     int      `json:"sessions_at_start"`
	StartSeconds        float64  `json:"start_seconds,omitempty"`
	OperationsPerSecond *float64 `json:"operations_per_second"`
	Operations          *float64 `json:"operations"`
	TransferShare       float64  `json:"transfer_share"`
	ConnectsPerSecond   *float64 `json:"data_connections_per_second"`
	Files               int      `json:"files"`
	PreparedBytes       int64    `json:"prepared_bytes"`
	MeanBytes           *float64 `json:"mean_bytes"`
	MovedBytes          *float64 `json:"moved_bytes"`
	Descriptors         int      `json:"descriptors"`
	DescriptorLimit     int      `json:"descriptor_limit,omitempty"`
	ActivePorts         int      `json:"active_ports"`
	ActivePortsLimit    int      `json:"active_ports_limit,omitempty"`
	PassivePorts        int      `json:"passive_ports"`
	PassivePortsLimit   int      `json:"passive_ports_limit,omitempty"`
	EphemeralPorts      int      `json:"ephemeral_ports"`
	EphemeralLimit      int      `json:"ephemeral_ports_limit,omitempty"`
	Notes               []string `json:"notes,omitempty"`
}

// costOf works out the cost of one plan of what is planned.
func costOf(p *planned, plan *plan.Plan) costJSON {
	c := plan.Cost()
	if plan != p.Plan {
		c.Variants = c.Variants[:1]
	}
	known := func(f float64) *float64 {
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
		return &f
	}
	j := costJSON{
		Variants: c.Variants, LengthSeconds: c.Length.Seconds(), Sessions: c.Sessions, SessionsAtStart: c.Start, StartSeconds: c.StartTime.Seconds(),
		OperationsPerSecond: known(c.OperationsPerSecond), Operations: known(c.Operations),
		TransferShare: c.TransferShare, ConnectsPerSecond: known(c.OperationsPerSecond * c.TransferShare),
		Files: c.Files, PreparedBytes: c.PreparedBytes, MeanBytes: known(c.MeanBytes), MovedBytes: known(c.MovedBytes),
		Descriptors: c.Descriptors, DescriptorLimit: c.DescriptorLimit,
		ActivePorts: c.ActivePorts, ActivePortsLimit: c.ActivePortsLimit,
		PassivePorts: c.PassivePorts, PassivePortsLimit: c.PassivePortsLimit,
		EphemeralPorts: c.EphemeralPorts, EphemeralLimit: c.EphemeralLimit, Notes: c.Notes,
	}
	if least := leastTime(plan, len(c.Variants)*max(p.experiment.Trials, 1)); least > 0 {
		j.LeastSeconds = known(least.Seconds())
	}
	return j
}

// leastTime is how long so many trials last together, 0 where only a number of
// operations ends a window.
func leastTime(p *plan.Plan, trials int) time.Duration {
	length := p.Profile.Length()
	if length == 0 || p.Profile.Operations > 0 {
		return 0
	}
	each := time.Duration(p.Profile.Warmup) + length
	if each > math.MaxInt64/time.Duration(max(trials, 1)) {
		return math.MaxInt64
	}
	return each * time.Duration(trials)
}

// costLines tell a person what is asked for, variant by variant where these are
// named.
func costLines(p *planned) (lines []string) {
	if len(p.experiment.Variants) == 0 {
		return linesOfCost(costOf(p, p.Plan), max(p.experiment.Trials, 1))
	}
	for i, v := range p.experiment.Variants {
		if i > 0 {
			lines = append(lines, "")
		}
		c := costOf(p, v.Plan)
		c.Variants = []string{v.Name}
		var settings []string
		for _, k := range slices.Sorted(maps.Keys(v.Settings)) {
			settings = append(settings, k+"="+oneLine(v.Settings[k]))
		}
		lines = append(lines, "overrides         "+strings.Join(settings, ", "))
		lines = append(lines, linesOfCost(c, max(p.experiment.Trials, 1))...)
	}
	return lines
}

func linesOfCost(c costJSON, trials int) (lines []string) {
	add := func(name, format string, args ...any) {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%-17s ", name)+fmt.Sprintf(format, args...), " "))
	}
	each, times := " in total", ""
	if trials > 1 {
		each, times = " in each trial", fmt.Sprintf(", %d trials", trials)
	}
	if len(c.Variants) > 1 {
		how := ", one after the other"
		if trials > 1 {
			how = fmt.Sprintf(", %d trials of each, in blocks with one of each", trials)
		} else {
			each = " in each variant"
		}
		add("variants", "%s%s", strings.Join(c.Variants, ", "), how)
	} else {
		add("variant", "%s%s", strings.Join(c.Variants, ", "), times)
	}
	if c.Sessions != c.SessionsAtStart {
		add("sessions", "%s initially, up to %s", countOf(float64(c.SessionsAtStart)), countOf(float64(c.Sessions)))
	} else {
		add("sessions", "%s", countOf(float64(c.Sessions)))
	}
	if c.StartSeconds > 0 {
		add("start", "at least %s, until %s sessions are logged in", seconds(c.StartSeconds), countOf(float64(c.SessionsAtStart)))
	}
	operations(c, each, add)
	payload(c, each, add)
	add("descriptors", "%s here%s", countOf(float64(c.Descriptors)), ofLimit(c.DescriptorLimit))
	if c.ActivePorts > 0 {
		add("active ports", "%s here%s", countOf(float64(c.ActivePorts)), ofLimit(c.ActivePortsLimit))
	}
	if c.PassivePorts > 0 {
		add("passive ports", "%s on the target%s", countOf(float64(c.PassivePorts)), ofLimit(c.PassivePortsLimit))
	}
	add("ephemeral ports", "%s here%s", countOf(float64(c.EphemeralPorts)), ofLimit(c.EphemeralLimit))
	if c.LeastSeconds != nil {
		add("time", "at least %s with the warm-up, plus logging in and preparing files", seconds(*c.LeastSeconds))
	} else {
		add("time", "until the operations are done")
	}
	for _, n := range c.Notes {
		lines = append(lines, wrapped("note: "+oneLine(n), 90, "      ")...)
	}
	return lines
}

func operations(c costJSON, each string, add func(string, string, ...any)) {
	rate, number := "as many per second as the target can handle", ""
	if c.OperationsPerSecond != nil {
		rate = "at most " + countOf(*c.OperationsPerSecond) + "/s"
	}
	if c.Operations != nil {
		number = ", " + countOf(*c.Operations) + each
	}
	add("operations", "%s%s", rate, number)
	switch {
	case c.TransferShare == 0:
		add("data connections", "none")
	case c.ConnectsPerSecond != nil:
		add("data connections", "at most %s/s", countOf(*c.ConnectsPerSecond))
	case c.TransferShare == 1:
		add("data connections", "one for each operation")
	default:
		add("data connections", "one for each of %s%% of the operations", countOf(100*c.TransferShare))
	}
}

func payload(c costJSON, each string, add func(string, string, ...any)) {
	if c.Files > 0 {
		add("prepared", "%s", prepared(c))
	} else {
		add("prepared", "no files")
	}
	switch {
	case c.MeanBytes == nil:
		add("payload", "the size of the file")
	case *c.MeanBytes == 0:
		add("payload", "none")
	case c.MovedBytes == nil:
		add("payload", "%s in each transfer", mean(*c.MeanBytes))
	default:
		add("payload", "%s in each transfer, about %s%s", mean(*c.MeanBytes), bytesOf(*c.MovedBytes), each)
	}
}

// prepared says what is written to the server beforehand and, where that is long enough to
// matter, how long it takes at the rate of a usual network.
func prepared(c costJSON) string {
	text := quantity.Counted(c.Files, "file") + " with " + bytesOf(float64(c.PreparedBytes))
	const gigabit = 1e9 / 8 // B/s
	if c.PreparedBytes >= 1<<30 {
		text += ", " + seconds(math.Round(float64(c.PreparedBytes)/gigabit)) + " at 1 Gbit/s"
	}
	return text
}

// mean says a mean number of bytes, exactly if it is that of equal files.
func mean(bytes float64) string {
	if bytes == math.Trunc(bytes) && bytes < 1<<53 {
		if s := profiles.Size(bytes).String(); !strings.HasSuffix(s, "kB") || len(s) < 6 {
			return s
		}
	}
	return bytesOf(bytes)
}

func bytesOf(n float64) string { return quantity.Size.Show(n) }

// ofLimit says of how many, if that is known.
func ofLimit(limit int) string {
	if limit == 0 {
		return ""
	}
	return ", of " + countOf(float64(limit))
}

// countOf writes a number with its thousands apart, and with up to three
// digits behind the point if it is small.
func countOf(f float64) string {
	if f < 1000 {
		return strconv.FormatFloat(f, 'g', 4, 64)
	}
	return quantity.Grouped(strconv.FormatFloat(math.Round(f), 'f', 0, 64))
}

func seconds(s float64) string {
	return profiles.Duration(time.Duration(s * float64(time.Second)).Round(10 * time.Millisecond)).String()
}

// wrapped breaks a text into lines of a width, all but the first indented.
func wrapped(text string, width int, indent string) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > width:
			lines = append(lines, line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}
