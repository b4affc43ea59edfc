package export

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/comparison"
	"github.com/ftpmark/ftpmark/stats/report/diff"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/threshold"
)

// A JUnit report has one suite for each report and in it one case for
//
//   - each thing that a threshold applies to (class ftpmark.thresholds): a
//     failure where it was missed, an error where it could not be judged;
//   - each metric of a comparison (ftpmark.compare) or a diff (ftpmark.diff),
//     which is never a failure by itself, whatever the verdict: it is no more
//     wrong to be slower than to be active. The case's output has the verdict;
//   - each metric that a diff's gate holds to its bound (ftpmark.gate): as for
//     thresholds;
//   - each variant of a search for capacity (ftpmark.capacity): an error where
//     nothing was found;
//   - the run (ftpmark.run), an error, where it is partial: what passes of one
//     does not make it whole. A diff has one for each of its sides;
//   - the run, where there is none of these: an error also if no operation of
//     some kind succeeded.
//
// So a suite fails where ftpmark exits 3, and has errors where it exits 4.

// JunitSuites is the root element.
type JunitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	// Time is the seconds measured, all windows together; nothing where that is
	// not known.
	Time string `xml:"time,attr,omitempty"`
	// Timestamp is when the run started, in UTC, which JUnit leaves unsaid.
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property,omitempty"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitProblem `xml:"failure"`
	Error   *junitProblem `xml:"error"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// Suite is what a suite is made of: those of its parts that there are.
type Suite struct {
	Name       string
	Summary    *summary.Summary
	Comparison *compare.Comparison
	Diff       *compare.Diff
	Capacity   *capacity.Report
	Thresholds []threshold.Outcome
}

// JUnit returns a JUnit report with a suite for each source.
func JUnit(sources []Suite) ([]byte, error) {
	all := JunitSuites{Name: "ftpmark"}
	for i := range sources {
		s := junitSuiteOf(&sources[i])
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Suites = append(all.Suites, s)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func junitSuiteOf(r *Suite) junitSuite {
	s := junitSuite{Name: terminal.Printable(r.Name, about.MostText)}
	if s.Name == "" {
		s.Name = "ftpmark"
	}
	s.about(r)
	for _, o := range r.Thresholds {
		s.add(junitThreshold(o))
	}
	if c := r.Comparison; c != nil {
		e := comparison.EvidenceOf(c)
		for i := range c.Against {
			a := &c.Against[i]
			for j := range a.Findings {
				f := &a.Findings[j]
				s.finding("ftpmark.compare", a.Variant+" vs "+a.Base+": "+f.Metric, e.InOneLine(f, a.Base, a.Variant))
			}
		}
	}
	if x := r.Diff; x != nil {
		e := diff.EvidenceOf(x)
		for i := range x.Variants {
			v := &x.Variants[i]
			for j := range v.Findings {
				f := &v.Findings[j]
				s.finding("ftpmark.diff", v.Variant+": "+f.Metric, e.InOneLine(f, "base", "new"))
			}
		}
		s.gate(x)
	}
	if r.Capacity != nil {
		s.capacities(r.Capacity)
	}
	s.runs(r)
	return s
}

// about says what was judged.
func (s *junitSuite) about(r *Suite) {
	var started time.Time
	var target resultfile.TargetInfo
	seconds, seed := 0.0, uint64(0)
	switch {
	case r.Summary != nil:
		started, target, seed = r.Summary.Started, r.Summary.Target, r.Summary.Seed
		for i := range r.Summary.Totals {
			if w := r.Summary.Totals[i].WindowSeconds; figures.Finite(w) {
				seconds += w
			}
		}
	case r.Comparison != nil:
		started, target, seed = r.Comparison.Started, r.Comparison.Target, r.Comparison.Seed
	case r.Diff != nil:
		started, target, seed = r.Diff.New.Started, r.Diff.New.Target, r.Diff.New.Seed
	case r.Capacity != nil:
		started, target, seed = r.Capacity.Started, r.Capacity.Target, r.Capacity.Seed
	}
	if seconds > 0 {
		s.Time = strconv.FormatFloat(seconds, 'f', 3, 64)
	}
	if !started.IsZero() {
		s.Timestamp = started.UTC().Format("2006-01-02T15:04:05")
	}
	s.Properties = append(s.Properties,
		junitProperty{"target", terminal.Printable(target.URL, about.MostText)},
		junitProperty{"seed", strconv.FormatUint(seed, 10)})
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Error != nil {
		s.Errors++
	}
	s.Cases = append(s.Cases, c)
}

func junitThreshold(o threshold.Outcome) junitCase {
	c := junitCase{Class: "ftpmark.thresholds", Name: terminal.Printable(o.Threshold.String(), about.MostText)}
	if of := about.OutcomeOf(o); of != "" {
		c.Name += " (" + terminal.Printable(of, about.MostText) + ")"
	}
	p := &junitProblem{Message: terminal.Printable(about.OutcomeFound(o), about.MostText), Type: o.Verdict.String(), Text: terminal.Printable(o.String(), about.MostText)}
	switch o.Verdict {
	case threshold.Pass:
		c.Output = p.Text
	case threshold.Miss:
		c.Failure = p
	default:
		c.Error = p
	}
	return c
}

func (s *junitSuite) finding(class, name, found string) {
	s.add(junitCase{Class: class, Name: terminal.Printable(name, about.MostText), Output: found})
}

// gate adds what a diff's gate found. It speaks for all where it found nothing.
func (s *junitSuite) gate(x *compare.Diff) {
	g := x.Gate
	if g == nil {
		return
	}
	bound := "at most " + figures.Plain(100*g.MaxRegression, 3) + "% worse"
	for i := range g.Findings {
		f := &g.Findings[i]
		text := diff.GateFinding(x, f)
		if f.Why == "" && f.Verdict == compare.GateUnjudged && g.Why != "" {
			text += ": " + g.Why
		}
		s.judged(f.Variant+": "+f.Metric+" "+bound, f.Verdict, text)
	}
	if len(g.Findings) == 0 {
		s.judged(bound, g.Verdict, diff.GateSummary(g))
	}
}

// judged adds a case of a gate.
func (s *junitSuite) judged(name string, v compare.GateVerdict, text string) {
	c := junitCase{Class: "ftpmark.gate", Name: terminal.Printable(name, about.MostText)}
	text = terminal.Printable(strings.ReplaceAll(text, terminal.NoBreak, " "), about.MostText)
	p := &junitProblem{Message: text, Type: terminal.Printable(string(v), about.MostText), Text: text}
	switch v {
	case compare.GatePassed:
		c.Output = text
	case compare.GateMissed:
		c.Failure = p
	default:
		c.Error = p
	}
	s.add(c)
}

// runs adds what is not whole, and the run itself where nothing else was asked
// of it.
func (s *junitSuite) runs(r *Suite) {
	asked := len(s.Cases) > 0
	switch {
	case r.Summary != nil && (!asked || r.Summary.Status != summary.Complete):
		s.add(junitRun(r.Summary))
	case r.Comparison != nil:
		s.whole("run", "the comparison", r.Comparison.Status, r.Comparison.Missing)
	case r.Diff != nil:
		s.whole("run of base", "the base", r.Diff.Base.Status, nil)
		s.whole("run of new", "the new result", r.Diff.New.Status, nil)
	case r.Capacity != nil && !asked:
		s.fault("run", r.Capacity.Status, "nothing was measured")
	}
	if len(s.Cases) == 0 {
		s.fault("run", summary.Complete, "nothing was compared")
	}
}

// whole adds a case if something is not.
func (s *junitSuite) whole(name, what, status string, missing []string) {
	if status != summary.Complete {
		s.fault(name, status, what+" is partial"+lacking(missing))
	}
}

func (s *junitSuite) fault(name, status, text string) {
	s.add(junitCase{Class: junitRuns, Name: name, Error: &junitProblem{Message: text, Type: terminal.Printable(status, about.MostText), Text: text}})
}

const junitRuns = "ftpmark.run"

func lacking(missing []string) (text string) {
	for _, m := range missing {
		text += "; missing: " + terminal.Printable(m, about.MostText)
	}
	return text
}

// junitRun is the case of a run.
func junitRun(s *summary.Summary) junitCase {
	c := junitCase{Class: junitRuns, Name: "run"}
	t, text := run.Verdict(s, nil)
	text = terminal.Printable(text, about.MostText)
	if s.Status != summary.Complete || t == doc.Bad {
		text += lacking(s.Missing)
		c.Error = &junitProblem{Message: text, Type: terminal.Printable(s.Status, about.MostText), Text: text}
		return c
	}
	c.Output = text
	return c
}
