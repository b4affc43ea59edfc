package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/capacity"
	"github.com/ftpmark/ftpmark/stats/compare"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/diff"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/report/figures"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/report/search"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/summary"
	"github.com/ftpmark/ftpmark/stats/summary/timeline"
)

// node is an element of a page, for tests.
type node struct{ *nethtml.Node }

// parsed returns a page as a browser reads it.
func parsed(t testing.TB, out []byte) node {
	t.Helper()
	root, err := nethtml.Parse(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return node{root}
}

// all returns the elements below n of that name, or all with an empty one, that
// have the attributes, given as name, value and so on.
func (n node) all(name string, attributes ...string) (found []node) {
	for x := range n.Descendants() {
		if x.Type != nethtml.ElementNode || name != "" && x.Data != name {
			continue
		}
		has := true
		for i := 0; i+1 < len(attributes); i += 2 {
			value, ok := node{x}.get(attributes[i])
			has = has && ok && value == attributes[i+1]
		}
		if has {
			found = append(found, node{x})
		}
	}
	return found
}

func (n node) get(name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// text returns all text below n.
func (n node) text() string {
	var b strings.Builder
	for x := range n.Descendants() {
		if x.Type == nethtml.TextNode {
			b.WriteString(x.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// raw returns the text of a script or a style as it is.
func (n node) raw() string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}

// pageOf renders and checks what holds for every page.
func pageOf(t testing.TB, reports ...*Report) node {
	t.Helper()
	var b bytes.Buffer
	if err := WriteAll(&b, reports, HTML, Options{}); err != nil {
		t.Fatal(err)
	}
	checkPlain(t, HTML, b.Bytes())
	p := parsed(t, b.Bytes())
	checkSelfContained(t, p)
	checkPolicy(t, p)
	checkAccessible(t, p)
	for _, s := range p.all("script", "type", "application/json") {
		var chart doc.Chart
		if err := json.Unmarshal([]byte(s.raw()), &chart); err != nil {
			t.Errorf("the data of a chart: %v in %s", err, s.raw())
		}
		for _, l := range chart.Lines {
			if len(l.X) != len(l.Y) {
				t.Errorf("a line of %d places and %d values", len(l.X), len(l.Y))
			}
		}
	}
	for _, words := range []string{"NaN", "Inf", "ZgotmplZ"} {
		for _, x := range p.all("td") {
			if strings.Contains(x.text(), words) {
				t.Errorf("%q in a table: %s", words, x.text())
			}
		}
	}
	if bytes.Contains(b.Bytes(), []byte("ZgotmplZ")) {
		t.Error("the template did not know how to escape something")
	}
	return p
}

// checkSelfContained checks that nothing in a page makes a browser fetch anything
// and that nothing runs but the two scripts that are ours.
func checkSelfContained(t testing.TB, p node) {
	t.Helper()
	scripts := 0
	for _, x := range p.all("") {
		switch x.Data {
		case "iframe", "frame", "object", "embed", "base", "img", "video", "audio", "source", "form", "image", "use", "foreignobject", "a":
			if href, _ := x.get("href"); x.Data != "a" || !strings.HasPrefix(href, "#") {
				t.Errorf("an element <%s> %v", x.Data, x.Attr)
			}
		case "script":
			if kind, ok := x.get("type"); !ok {
				scripts++
			} else if kind != "application/json" {
				t.Errorf("a script of type %s", kind)
			}
		case "link":
			if href, _ := x.get("href"); href != "data:," {
				t.Errorf("a link to %s", href)
			}
		case "style":
			for _, words := range []string{"url(", "@import", "http:", "https:", "//"} {
				if strings.Contains(x.raw(), words) {
					t.Errorf("%q in a style", words)
				}
			}
		}
		for _, a := range x.Attr {
			switch key := strings.ToLower(a.Key); {
			case strings.HasPrefix(key, "on"), key == "style", key == "src", key == "srcset", key == "srcdoc", key == "action", key == "formaction", key == "ping", key == "background":
				t.Errorf("an attribute %s=%q of <%s>", a.Key, a.Val, x.Data)
			case key == "href" && a.Val != "data:," && !strings.HasPrefix(a.Val, "#"):
				t.Errorf("a reference to %s", a.Val)
			}
		}
	}
	if scripts != 2 {
		t.Errorf("%d scripts, want the charts' and the page's", scripts)
	}
}

// checkPolicy checks that the page's own policy allows its scripts and styles by
// what they are, and nothing else.
func checkPolicy(t testing.TB, p node) {
	t.Helper()
	metas := p.all("meta", "http-equiv", "Content-Security-Policy")
	if len(metas) != 1 {
		t.Fatalf("%d policies", len(metas))
	}
	policy, _ := metas[0].get("content")
	if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("the policy is %s", policy)
	}
	for _, x := range append(p.all("script"), p.all("style")...) {
		if _, data := x.get("type"); data {
			continue
		}
		sum := sha256.Sum256([]byte(x.raw()))
		if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, x.Data+"-src") || !strings.Contains(policy, hash) {
			t.Errorf("the policy lacks %s of a <%s>: a browser would not take it", hash, x.Data)
		}
	}
}

// checkAccessible checks what somebody needs who does not see the charts.
func checkAccessible(t testing.TB, p node) {
	t.Helper()
	ids := map[string]bool{}
	for _, x := range p.all("") {
		if id, ok := x.get("id"); ok {
			if ids[id] || id == "" {
				t.Errorf("the id %q is there twice, or empty", id)
			}
			ids[id] = true
		}
	}
	for _, x := range p.all("") {
		if href, ok := x.get("href"); ok && strings.HasPrefix(href, "#") && !ids[href[1:]] {
			t.Errorf("a link to %s, which is not there", href)
		}
		labels, _ := x.get("aria-labelledby")
		for label := range strings.FieldsSeq(labels) {
			if !ids[label] {
				t.Errorf("a label %s, which is not there", label)
			}
		}
	}
	for _, f := range p.all("figure") {
		if _, chart := f.get("data-chart"); !chart {
			continue
		}
		images := f.all("", "role", "img")
		if len(images) == 0 {
			t.Errorf("a figure without an image: %s", f.text())
		}
		for _, i := range images {
			if label, _ := i.get("aria-label"); len(label) < 20 {
				t.Errorf("an image called %q", label)
			}
		}
		if tables := f.all("table"); len(tables) == 0 {
			t.Errorf("a chart without its table: %s", f.text())
		}
		if len(f.all("figcaption")) != 1 || len(f.all("h3")) != 1 {
			t.Errorf("a chart without a caption: %s", f.text())
		}
	}
	for _, table := range p.all("table") {
		if captions := table.all("caption"); len(captions) != 1 || captions[0].text() == "" {
			t.Errorf("a table without a caption: %s", table.text())
		}
		for _, row := range table.all("tr") {
			if heads := row.all("th"); len(heads) == 0 {
				t.Errorf("a row without a head: %s", row.text())
			}
		}
	}
	if h := p.all("h1"); len(h) == 0 {
		t.Error("no heading")
	}
	if main := p.all("main"); len(main) != 1 {
		t.Error("no main landmark")
	}
}

// chart returns the figures of one kind.
func (n node) charts(kind string) []node { return n.all("figure", "data-chart", kind) }

// value returns what the cell of a row and a column, from 0, stands for.
func (n node) value(t testing.TB, label string, column int) (value, text string) {
	t.Helper()
	for _, row := range n.all("tr") {
		head := row.all("th", "scope", "row")
		if len(head) == 0 || head[0].text() != label && !strings.HasPrefix(head[0].text(), label+" ") {
			continue
		}
		cell := row.all("td")[column]
		if data := cell.all("data"); len(data) == 1 {
			value, _ = data[0].get("value")
		}
		return value, cell.text()
	}
	t.Fatalf("no row %q in %s", label, n.text())
	return "", ""
}

// sameNumber checks a cell against the number of the JSON report.
func sameNumber(t testing.TB, figure node, label string, column int, want float64) {
	t.Helper()
	text, _ := figure.value(t, label, column)
	if got, err := strconv.ParseFloat(text, 64); err != nil || got != want {
		t.Errorf("%s, column %d: %q, want %v", label, column, text, want)
	}
}

// TestHTMLShowsTheSummary holds the tables of the charts against the figures of
// the JSON report of the same run.
func TestHTMLShowsTheSummary(t *testing.T) {
	r, file := trialRun{variants: []string{"passive", "active"}, trials: 2, failing: true}.record(t)
	s := summary.Of(r)
	p := pageOf(t, &Report{Name: "run.jsonl", Summary: s, Result: r, Timeline: timed(t, file)})

	charts := p.charts("percentiles")
	if len(charts) != 2 {
		t.Fatalf("%d charts of percentiles, want one of retr and one of noop", len(charts))
	}
	for i, series := range run.SeriesOf(s, stats.Retr) {
		l := series.Latency[stats.Service]
		for label, want := range map[string]float64{
			"samples": float64(l.Count), "min": float64(l.Min), "mean": l.Mean, "p50": float64(l.P50), "p90": float64(l.P90), "max": float64(l.Max),
		} {
			sameNumber(t, charts[0], label, i, want)
		}
		if value, text := charts[0].value(t, "p99.99", i); value != "" || text != figures.Unknown {
			t.Errorf("p99.99 of %d samples is %q (%s), want it unknown", l.Count, text, value)
		}
		partition := p.charts("partition")[0]
		for name, want := range series.PartitionMean {
			sameNumber(t, partition, name, 2*i, want)
		}
		sameNumber(t, partition, "= service", 2*i, l.Mean)
	}
	if errors := p.all("section", "id", "r1-errors"); len(errors) != 1 || !strings.Contains(errors[0].text(), `"reset by peer"`) {
		t.Error("the errors are not there")
	}
	for _, kind := range []string{"timeline-goodput", "timeline-ops"} {
		if n := len(p.charts(kind)); n != 1 {
			t.Errorf("%d charts %s", n, kind)
		}
	}
}

// timed reads a file's timeline.
func timed(t testing.TB, file []byte) *timeline.Timeline {
	t.Helper()
	var b timeline.Builder
	for r := resultfile.NewReader(bytes.NewReader(file)); ; {
		record, err := r.Next()
		if err == io.EOF {
			return b.Timeline()
		} else if err != nil {
			t.Fatal(err)
		}
		if i, ok := record.(*resultfile.Interval); ok {
			b.Add(i)
		}
	}
}

// TestHTMLCurves checks that a line of percentiles goes through the JSON
// report's and ends where there are too few samples.
func TestHTMLCurves(t *testing.T) {
	r, _ := trialRun{variants: []string{"passive"}, trials: 3}.record(t)
	s := summary.Of(r)
	p := pageOf(t, &Report{Summary: s, Result: r})
	var chart doc.Chart
	if err := json.Unmarshal([]byte(p.charts("percentiles")[0].all("script")[0].raw()), &chart); err != nil {
		t.Fatal(err)
	}
	l := run.SeriesOf(s, stats.Retr)[0].Latency[stats.Service]
	if l.P99 == nil || l.P999 != nil {
		t.Fatalf("%d samples: the test needs p99 and no p99.9", l.Count)
	}
	want := map[float64]float64{1: float64(l.Min), 2: float64(l.P50), 10: float64(l.P90), 100: float64(*l.P99)}
	line := chart.Lines[0]
	for i, x := range line.X {
		y, ok := want[float64(x)]
		if delete(want, float64(x)); ok && !near5(float64(line.Y[i]), y) {
			t.Errorf("at 1/(1-p) = %v: %v, want %v", x, line.Y[i], y)
		}
		if percent := 100 - 100/float64(x); hdr.SamplesFor(percent) > l.Count {
			t.Errorf("p%v of %d samples", percent, l.Count)
		}
		if i > 0 && line.Y[i] < line.Y[i-1] {
			t.Errorf("the line falls at %v", x)
		}
	}
	if len(want) > 0 {
		t.Errorf("the line has no points at %v", want)
	}
}

// near5 reports whether two numbers agree to five digits.
func near5(a, b float64) bool { return math.Abs(a-b) <= 5e-5*math.Abs(b) }

// TestHTMLOverTime checks that the seconds of the charts add up to the rates of
// the JSON report.
func TestHTMLOverTime(t *testing.T) {
	r, file := trialRun{variants: []string{"passive", "active"}, trials: 1, failing: true}.record(t)
	s := summary.Of(r)
	l := timed(t, file)
	for i := range s.Totals {
		total := &s.Totals[i]
		var done, moved int64
		var seconds float64
		for _, trial := range l.Trials {
			for _, p := range trial.Points {
				if trial.Variant == total.Variant && p.Stage == stats.Measured {
					done, moved, seconds = done+p.Completed, moved+p.Goodput, seconds+p.Seconds()
				}
			}
		}
		for _, c := range []struct {
			what      string
			got, want float64
		}{
			{"seconds", seconds, total.WindowSeconds},
			{"operations/s", float64(done) / seconds, total.OperationsPerSecond},
			{"goodput", float64(moved) / seconds, total.GoodputBytesPerSecond},
		} {
			if math.Abs(c.got-c.want) > 1e-9*c.want {
				t.Errorf("%s of %s: %v, the summary has %v", c.what, total.Variant, c.got, c.want)
			}
		}
	}
	p := pageOf(t, &Report{Summary: s, Result: r, Timeline: l})
	figure := p.charts("timeline-ops")[0]
	label, _ := figure.all("", "role", "img")[0].get("aria-label")
	if want := quantity.Rate.Show(s.Totals[0].OperationsPerSecond) + " over the window"; !strings.Contains(label, want) {
		t.Errorf("%q does not say %q", label, want)
	}
	var chart doc.Chart
	if err := json.Unmarshal([]byte(figure.all("script")[0].raw()), &chart); err != nil {
		t.Fatal(err)
	}
	var failed, marked int64
	for i := range s.Totals {
		failed += s.Totals[i].Failed
	}
	for _, e := range chart.Errors {
		marked += e.Count
	}
	if failed == 0 || marked < failed {
		t.Errorf("%d failures are marked, there were %d in the windows", marked, failed)
	}
	if len(chart.Bands) == 0 || chart.Bands[0].Name != "warm-up" || chart.Bands[0].To != 0 {
		t.Errorf("the warm-up is %v", chart.Bands)
	}
	goodput := p.charts("timeline-goodput")[0]
	for _, row := range goodput.all("tr") {
		cells := row.all("td")
		if len(cells) == 6 && cells[3].text() != "measured" && cells[4].text() != figures.Unknown {
			t.Errorf("goodput outside of the window, where it is not counted: %s", row.text())
		}
	}
}

// TestHTMLMarksStages checks that planned stages are where they began.
func TestHTMLMarksStages(t *testing.T) {
	r, file := trialRun{variants: []string{"passive", "active"}, trials: 1}.record(t)
	r.Header.Stages = resultfile.StageList{{Name: "a", Seconds: 1}, {Name: "b", Seconds: 1.5}, {Name: "c", Seconds: 9}, {Name: "never came", Seconds: 1}}
	p := pageOf(t, &Report{Summary: summary.Of(r), Result: r, Timeline: timed(t, file)})
	var chart doc.Chart
	if err := json.Unmarshal([]byte(p.charts("timeline-ops")[0].all("script")[0].raw()), &chart); err != nil {
		t.Fatal(err)
	}
	if want := []doc.Mark{{At: 0, Name: "stage 1", Style: "faint"}, {At: 1, Name: "stage 2", Style: "faint"}, {At: 2.5, Name: "stage 3", Style: "faint"}}; !slices.Equal(chart.Marks, want) {
		t.Errorf("%v, want %v", chart.Marks, want)
	}
}

// attack is what a server or a file may hold to run something in a reader's
// browser.
const attack = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"' onload=alert(3) {{.}} <!-- ` + "`${alert(4)}`"

// TestHTMLEscapes serves scripts in every text that is not ours and checks that
// they are there to read and nothing else.
func TestHTMLEscapes(t *testing.T) {
	r, file := trialRun{variants: []string{attack, "active"}, trials: 1, failing: true}.record(t)
	h := &r.Header
	h.Target.URL, h.Target.Banner, h.Target.Syst, h.Target.Features = attack, attack, attack, []string{attack}
	h.Tool.Version, h.Host.Kernel, h.Host.Settings = attack, attack, map[string]string{attack: attack}
	profile, err := json.Marshal(map[string]string{"description": attack})
	if err != nil {
		t.Fatal(err)
	}
	h.Profile, h.ProfileSHA256, h.Notes = profile, attack, []string{attack}
	r.Footer.Warnings = []string{attack}
	s := summary.Of(r)
	s.Errors[0].Example, s.Errors[0].Hint, s.Missing = attack, attack, []string{attack}
	l := timed(t, file)
	p := pageOf(t, &Report{Name: attack, Summary: s, Result: r, Timeline: l, Thresholds: outcomes(t, s, "errors.rate < 0.1%")})
	if text := p.text(); strings.Count(text, "<script>alert(1)</script>") < 10 {
		t.Errorf("the words are not there to read: %d times", strings.Count(text, "<script>alert(1)</script>"))
	}
	for _, reports := range [][]*Report{
		{{Name: "a", Summary: forgedNames()}, {Name: attack, Summary: hostile()}},
		{{Name: attack, Comparison: forged()}},
		{{Name: attack, Diff: forgedDiff()}},
		{{Name: attack, Capacity: found1(t, forgedSearch()), Result: forgedSearch()}},
	} {
		pageOf(t, reports...)
	}
}

// TestHTMLComparison checks the pairs' charts against the comparison.
func TestHTMLComparison(t *testing.T) {
	c := passiveActive()
	r := &Report{Name: "compare.jsonl", Comparison: c, Result: &resultfile.Result{Conversations: []*stats.Conversation{{
		Variant: "passive", Mode: stats.EPSV, Op: stats.Retr,
		Steps: stats.StepList{{Kind: stats.StepReply, Way: stats.ToClient, Text: "220 <script>alert(1)</script>"}},
	}}}}
	p := pageOf(t, r)
	answers := p.all("div", "class", "answers")
	if got := len(answers[0].all("p")); got < 2 || !strings.Contains(answers[0].text(), "active moved 8.2% less data than passive: SLOWER in") {
		t.Errorf("the page opens with %s", answers[0].text())
	}
	figures := p.charts("pairs")
	n := 0
	for _, f := range primaries(c) {
		if !f.Primary {
			continue
		}
		figure := figures[n]
		n++
		for i := range f.BaseValues {
			sameNumber(t, figure, strconv.Itoa(i+1), 0, *f.BaseValues[i])
			sameNumber(t, figure, strconv.Itoa(i+1), 1, *f.NewValues[i])
			sameNumber(t, figure, strconv.Itoa(i+1), 2, *f.NewValues[i] / *f.BaseValues[i])
		}
		sameNumber(t, figure, "median", 2, *f.Ratio)
		if dots := len(figure.all("circle")); dots != len(f.BaseValues) {
			t.Errorf("%s: %d dots of %d pairs", f.Metric, dots, len(f.BaseValues))
		}
	}
	if n == 0 || n != len(figures) {
		t.Errorf("%d charts of %d primary metrics", len(figures), n)
	}
	if shown := p.all("svg", "class", "sequence"); len(shown) != 1 || !strings.Contains(shown[0].text(), "220 <script>alert(1)</script>") {
		t.Error("the conversation is not there")
	}
	if text := string(rendered(t, &Report{Comparison: c}, Text, Options{Width: 400})); true {
		for _, line := range answers[0].all("p") {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), strings.TrimSpace(strings.ReplaceAll(line.text(), terminal.NoBreak, " "))) {
				t.Errorf("in other words than the text report: %s", line.text())
			}
		}
	}
}

// TestHTMLCapacity checks the curve and its table against the report.
func TestHTMLCapacity(t *testing.T) {
	for name, result := range map[string]*resultfile.Result{"latency": byLatency(), "modes": bothModes(), "rate": byRate(), "bandwidth": byBandwidth(), "partial": cutSearch(), "refused": refusedAt50()} {
		t.Run(name, func(t *testing.T) {
			c := found1(t, result)
			p := pageOf(t, &Report{Capacity: c, Result: result, Summary: summary.Of(result)})
			figures := p.charts("capacity")
			if len(figures) != len(c.Results) {
				t.Fatalf("%d charts of %d variants", len(figures), len(c.Results))
			}
			for i := range c.Results {
				checkCapacityFigure(t, figures[i], &c.Results[i])
			}
			if !strings.Contains(strings.ToLower(p.all("div", "class", "answers")[0].text()), strings.ToLower(c.Results[0].Headline)) {
				t.Error("the page does not open with the answer")
			}
		})
	}
}

func checkCapacityFigure(t *testing.T, figure node, r *capacity.Result) {
	t.Helper()
	var chart doc.Chart
	if err := json.Unmarshal([]byte(figure.all("script")[0].raw()), &chart); err != nil {
		t.Fatal(err)
	}
	var rows []node
	for _, row := range figure.all("table")[0].all("tr") {
		if len(row.all("td")) > 7 && len(row.all("th", "scope", "row")) == 1 {
			rows = append(rows, row)
		}
	}
	if len(rows) != len(r.Steps) || len(chart.Lines[0].X) != len(r.Steps) || len(chart.Lines[0].Signs) != len(r.Steps) {
		t.Fatalf("%d rows and %d points of %d steps", len(rows), len(chart.Lines[0].X), len(r.Steps))
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		want := fmt.Sprint(doc.Cell{Value: s.OperationsPerSecond}.Exact())
		got := ""
		if data := rows[i].all("td")[3].all("data"); len(data) == 1 {
			got, _ = data[0].get("value")
		}
		if got != want {
			t.Errorf("step %d: %q, want %q", i+1, got, want)
		}
		if x := search.ThroughputOf(r, s); figures.Finite(x) && x > 0 && !near5(float64(chart.Lines[0].Y[i]), x) {
			t.Errorf("step %d: a point at %v, want %v", i+1, chart.Lines[0].Y[i], x)
		}
	}
	if r.Capacity != nil && (len(chart.Marks) == 0 || !near5(float64(chart.Marks[len(chart.Marks)-1].At), *r.Capacity)) {
		t.Errorf("the capacity %v is not marked: %v", *r.Capacity, chart.Marks)
	}
}

// TestHTMLOfAnything renders everything that the other formats are tested with.
func TestHTMLOfAnything(t *testing.T) {
	for _, s := range []*summary.Summary{
		twoModes(), fourModes(), sixColumns(), twoOperations(), openLoad(), openLate(), mix(), mixWithFallback(), logins(), staged(),
		stagedOpenMix(), partial(), limited(), hostile(), fewSamples(), blocked(), nothing(), {}, overridden(), ipv6(), broken(),
	} {
		pageOf(t, &Report{Summary: s})
	}
	for _, c := range []*compare.Comparison{alike(), unsettled(), vetoed(), cutShort(), cutAtOnce(), heldBack(), noisy(), threeVariants(), {}} {
		pageOf(t, &Report{Comparison: c, Summary: twoModes()})
	}
	for _, d := range []*compare.Diff{builds(), goodBuild(), undecided(), singles(), forcedDiff(), moreFailures(), nothingPasses()} {
		pageOf(t, &Report{Diff: d}, &Report{Summary: twoModes()})
	}
	for _, r := range []*resultfile.Result{refusedAt50(), byLatency(), bothModes(), atLeast(), heldBackAt32(), fallen(), outOfPorts(), cutSearch()} {
		pageOf(t, &Report{Capacity: found1(t, r), Result: r, Summary: summary.Of(r)})
	}
	r, file := trialRun{variants: []string{"passive", "active"}, trials: 2, cut: true, open: true}.record(t)
	p := pageOf(t, &Report{Summary: summary.Of(r), Result: r, Timeline: timed(t, file)})
	if badges := p.all("span", "class", "badge"); len(badges) != 1 || badges[0].text() != "partial" {
		t.Errorf("a partial result has the badges %v", badges)
	}
	if text := p.all("header")[0].text(); !strings.Contains(text, "PARTIAL") {
		t.Errorf("a partial result opens with %s", text)
	}
}

// TestHTMLDiff checks the quantiles of both results against the diff.
func TestHTMLDiff(t *testing.T) {
	d := builds()
	p := pageOf(t, &Report{Diff: d})
	figures := p.charts("percentiles")
	n := 0
	for i := range d.Variants {
		for j := range d.Variants[i].Shifts {
			s := &d.Variants[i].Shifts[j]
			var chart doc.Chart
			if err := json.Unmarshal([]byte(figures[n].all("script")[0].raw()), &chart); err != nil {
				t.Fatal(err)
			}
			for k, q := range s.Points {
				sameNumber(t, figures[n], diff.PercentileName(q.Percentile), 0, float64(q.Base))
				sameNumber(t, figures[n], diff.PercentileName(q.Percentile), 1, float64(q.New))
				if !near5(float64(chart.Lines[1].Y[k]), float64(q.New)) || !near5(float64(chart.Lines[1].X[k]), 100/(100-q.Percentile)) {
					t.Errorf("p%v of new is drawn at %v, %v", q.Percentile, chart.Lines[1].X[k], chart.Lines[1].Y[k])
				}
			}
			n++
		}
	}
	if n == 0 || n != len(figures) {
		t.Errorf("%d charts of %d operations", len(figures), n)
	}
	if text := p.all("div", "class", "answers")[0].text(); !strings.HasPrefix(text, "compared ") || !strings.Contains(text, " gate MISSED") {
		t.Errorf("the page opens with %s", text)
	}
}

// TestHTMLSaysTheThresholds checks that a miss is the headline.
func TestHTMLSaysTheThresholds(t *testing.T) {
	p := pageOf(t, judged(t))
	if text := p.all("div", "class", "answers")[0].text(); !strings.Contains(text, "threshold checks missed") {
		t.Errorf("the page opens with %s", text)
	}
	section := p.all("section", "id", "r1-thresholds")
	if len(section) != 1 || !strings.Contains(section[0].text(), "retr.goodput > 1GiB/s") {
		t.Error("the thresholds are not there")
	}
}

// TestHTMLSeveral puts several reports into one page.
func TestHTMLSeveral(t *testing.T) {
	p := pageOf(t, &Report{Name: "a.jsonl", Summary: twoModes()}, &Report{Name: "b.jsonl", Comparison: alike()})
	if n := len(p.all("article")); n != 2 {
		t.Errorf("%d articles", n)
	}
	if nav := p.all("nav", "aria-label", "Results"); len(nav) != 1 || !strings.Contains(nav[0].text(), "a.jsonl b.jsonl") {
		t.Error("the page does not say what is in it")
	}
}

// TestHTMLBaseFirst checks that a comparison has its base first wherever variants
// stand beside each other, whichever happened to run first, and that differences
// are those from the base.
func TestHTMLBaseFirst(t *testing.T) {
	s := twoModes()
	base, variant := s.Series[0].Variant, s.Series[1].Variant
	means := map[string]float64{}
	for _, x := range s.Series[:2] {
		means[x.Variant] = x.Latency[stats.Service].Mean
	}
	c := alike()
	c.Variants[0].Name, c.Variants[1].Name = variant, base // which ran last
	p := pageOf(t, &Report{Name: "/home/someone/secret/result.jsonl", Comparison: c, Summary: s})
	figure := p.charts("partition")[0]
	var names []string
	for _, row := range figure.all("div", "class", "bar") {
		names = append(names, row.all("span")[0].text())
	}
	if len(names) != 2 || !strings.HasPrefix(names[0], variant) || !strings.HasPrefix(names[1], base) {
		t.Errorf("the bars are of %v", names)
	}
	sums := 0
	for _, row := range figure.all("table")[0].all("tr") {
		if cells := row.all("td"); strings.HasPrefix(row.text(), "= service") {
			sums++
			want := figures.FixedFor(max(means[base], means[variant])).Signed(means[base] - means[variant])
			if got := cells[len(cells)-1].text(); got != want {
				t.Errorf("a difference of %s, want %s", got, want)
			}
		}
	}
	if sums != 1 {
		t.Errorf("%d sums of parts", sums)
	}
	var chart doc.Chart
	if err := json.Unmarshal([]byte(p.charts("percentiles")[0].all("script")[0].raw()), &chart); err != nil {
		t.Fatal(err)
	}
	if l := chart.Lines; len(l) != 2 || !strings.HasPrefix(l[0].Name, variant) || l[0].Color != 0 || l[1].Color != 1 {
		t.Errorf("the lines are %v", l)
	}
	if text := p.text(); strings.Contains(text, "secret") || !strings.Contains(text, "result.jsonl") {
		t.Error("the page does not have the result file's name, and that alone")
	}
}
