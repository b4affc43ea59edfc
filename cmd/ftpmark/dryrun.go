package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/report"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// dryRun writes the plan and what it asks for, and returns what this machine or
// the target has too little of. It starts and connects nothing.
func dryRun(w io.Writer, p *planned, format report.Format) error {
	write := p.writeYAML
	if format == report.JSON {
		write = p.writeJSON
	}
	if err := write(w); err != nil {
		return err
	}
	return p.experiment.CheckLimits()
}

// writeYAML writes the plan as a profile that can be used again, with its cost
// in comments.
func (p *planned) writeYAML(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# The plan. Saved to a file, it is a profile: ftpmark run -p ./my.yaml\n")
	width := 0
	lines := p.settings()
	for _, l := range lines {
		if n := utf8.RuneCountInString(l.text); n <= 40 {
			width = max(width, n)
		}
	}
	for _, l := range lines {
		pad := max(width-utf8.RuneCountInString(l.text), 0)
		fmt.Fprintf(&b, "%s%s  # %s\n", l.text, strings.Repeat(" ", pad), l.from)
		for _, item := range l.items {
			fmt.Fprintf(&b, "  - %s\n", scalar(item))
		}
	}
	if c := p.experiment.Compare; c != nil {
		b.WriteString("\n# How variants are compared (set by flags, not by profiles):\n")
		for _, l := range compareLines(p, c) {
			b.WriteString("#   " + l + "\n")
		}
	}
	if p.search != nil {
		lines, err := searchLines(p)
		if err != nil {
			return err
		}
		b.WriteString("\n# How the capacity is searched (set by flags, not by profiles):\n")
		for _, l := range lines {
			b.WriteString("#   " + l + "\n")
		}
	} else {
		b.WriteString("\n# What it needs:\n")
		for _, l := range costLines(p) {
			b.WriteString(strings.TrimRight("#   "+l, " ") + "\n")
		}
	}
	if p.experiment.RecordTranscript {
		b.WriteString("#   beforehand        one operation of each variant is recorded for the report, not measured\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// compareLines tell how variants will be compared.
func compareLines(p *planned, c *resultfile.ComparePlan) []string {
	pairs := fmt.Sprintf("%d blocks with one trial of each variant, in random order", c.Pairs)
	if c.UntilVerdict {
		pairs = fmt.Sprintf("%d to %d blocks, until every primary metric has a verdict", c.Pairs, c.MaxPairs)
	}
	lines := []string{
		"base              " + p.variantNames()[0],
		"pairs             " + pairs,
		"primary           " + strings.Join(c.Primary, ", "),
		fmt.Sprintf("minimum change    %g%%", 100*c.ThresholdEffect),
	}
	var each time.Duration
	for _, plan := range p.plans() {
		n := 1
		if len(p.experiment.Variants) == 0 {
			n = len(p.variantNames())
		}
		each += time.Duration(n) * (leastTime(plan, 1) + p.experiment.Cooldown)
	}
	if each > 0 {
		lines = append(lines, "time              at least "+seconds((time.Duration(c.Pairs)*each).Seconds())+" in total, with warm-ups and pauses")
	}
	return lines
}

// searchLines tell how a capacity will be searched.
func searchLines(p *planned) ([]string, error) {
	s := p.search
	f, err := s.Forecast()
	if err != nil {
		return nil, err
	}
	names := p.variantNames()
	all := time.Duration(len(names))
	level := func(x float64) string {
		text := plan.LevelText(s.Plan.Vary, x)
		if s.Plan.Vary == resultfile.VarySessions {
			text += " sessions"
		}
		return text
	}
	lines := []string{"variants          " + strings.Join(names, ", ") + ", in turns"}
	for _, o := range s.Plan.Objectives {
		lines = append(lines, "objective         "+o)
	}
	if c := costOf(p, p.Plan); c.Files > 0 {
		lines = append(lines, "prepared          "+prepared(c))
	}
	return append(lines,
		fmt.Sprintf("levels            %s, doubling up to %s until one is missed, then between them to within %g%%", level(s.Plan.From), level(s.Plan.Most), 100*s.Plan.Precision),
		fmt.Sprintf("steps             %d to %d of each variant, the last of which confirms what was found", f.FewestSteps, f.MostSteps),
		fmt.Sprintf("time              %s to %s in total, plus logging in", seconds((all*f.Least).Seconds()), seconds((all*f.Most).Seconds())),
	), nil
}

// planLine is a line of the plan: a key, and where it came from.
type planLine struct {
	text, from string
	items      []string
}

// settings returns a line for each key that has a value.
func (p *planned) settings() (lines []planLine) {
	for _, k := range profiles.Keys() {
		text := k.Text(&p.Profile)
		if k.Name == "size" {
			// A table in its own words, so that its file need not be there.
			b, err := p.Profile.Size.MarshalText()
			if err == nil {
				text = string(b)
			}
		}
		switch text {
		case "":
			continue
		case "0", "0s", "0/s", "false":
			if !p.origins.Set(k.Name) {
				continue
			}
		}
		l := planLine{text: k.Name + ": " + scalar(text), from: p.from(k)}
		switch k.Name {
		case "threshold":
			l.text, l.items = k.Name+":", p.Profile.Thresholds
		case "variant":
			l.text = k.Name + ":"
			for i := range p.Profile.Variants {
				l.items = append(l.items, p.Profile.Variants[i].String())
			}
		}
		lines = append(lines, l)
	}
	return lines
}

// from says where a key's value came from.
func (p *planned) from(k profiles.Key) string {
	o, given := p.origins[k.Name]
	switch {
	case k.Name == "seed" && p.chosen:
		return "random"
	case !given:
		return "default"
	case k.Name == "target" && o.Source == profiles.FromFlag && p.hidden:
		return "argument, without its password"
	case k.Name == "target" && o.Source == profiles.FromFlag:
		return "argument"
	case o.Source == profiles.FromFlag:
		return "flag --" + k.Flag()
	case o.Source == profiles.FromEnvironment:
		return "environment " + k.Env()
	}
	return fmt.Sprintf("file %s:%d", oneLine(filepath.Base(o.File)), o.Line)
}

// plain is what YAML reads as the text that it is, whatever comes around it.
var plain = regexp.MustCompile(`^[0-9A-Za-z/][0-9A-Za-z_./=,@%+:<>()?'; -]*$`)

// scalar returns a text as a YAML scalar.
func scalar(text string) string {
	word := strings.ToLower(text)
	if plain.MatchString(text) && !strings.Contains(text, ": ") && !strings.HasSuffix(text, ":") && !strings.HasSuffix(text, " ") && word != "null" {
		return text
	}
	b, err := json.Marshal(text) // YAML's double quotes hold what JSON's do
	if err != nil {
		return `""`
	}
	return string(b)
}

// planJSON is the plan for a machine. Numbers that are not known beforehand are
// null.
type planJSON struct {
	Profile  profiles.Profile        `json:"profile"`
	Origins  map[string]string       `json:"origins"`
	Embedded bool                    `json:"embedded"`
	Cost     costJSON                `json:"cost"`
	Trials   int                     `json:"trials"`
	Compare  *resultfile.ComparePlan `json:"compare,omitempty"`
	Capacity *searchJSON             `json:"capacity,omitempty"`
	Variants []variantJSON           `json:"variants,omitempty"`
}

// searchJSON is a search for capacity for a machine. Steps are of each variant, seconds of
// all of them.
type searchJSON struct {
	*resultfile.CapacityPlan
	FewestSteps  int     `json:"fewest_steps"`
	MostSteps    int     `json:"most_steps"`
	LeastSeconds float64 `json:"least_seconds"`
	MostSeconds  float64 `json:"most_seconds"`
}

// variantJSON is a named variant for a machine.
type variantJSON struct {
	Name     string            `json:"name"`
	Settings map[string]string `json:"settings"`
	Cost     costJSON          `json:"cost"`
}

func (p *planned) writeJSON(w io.Writer) error {
	x := planJSON{Profile: p.Profile, Origins: map[string]string{}, Embedded: p.Embedded, Cost: costOf(p, p.Plan), Trials: max(p.experiment.Trials, 1), Compare: p.experiment.Compare}
	if p.search != nil {
		f, err := p.search.Forecast()
		if err != nil {
			return err
		}
		all := float64(len(p.variantNames()))
		x.Capacity = &searchJSON{&p.search.Plan, f.FewestSteps, f.MostSteps, all * f.Least.Seconds(), all * f.Most.Seconds()}
	}
	for _, v := range p.experiment.Variants {
		c := costOf(p, v.Plan)
		c.Variants = []string{v.Name}
		x.Variants = append(x.Variants, variantJSON{v.Name, v.Settings, c})
	}
	for _, k := range profiles.Keys() {
		if p.origins.Set(k.Name) || k.Name == "seed" {
			x.Origins[k.Name] = p.from(k)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(x)
}
