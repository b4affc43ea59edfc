package prom

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/metrics"
)

// dashboard is what is looked at of Grafana's.
type dashboard struct {
	UID        string
	Title      string
	Templating struct {
		List []struct{ Name, Type, Definition string }
	}
	Panels []struct {
		ID         int
		Type       string
		Title      string
		Datasource struct{ UID string }
		GridPos    struct{ X, Y, W, H int }
		Targets    []struct {
			Expr       string
			Datasource struct{ UID string }
		}
	}
}

// example reads a file that ships.
func example(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "report", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// described returns the names and labels of all metrics that are served.
func described(t *testing.T) (names, labels map[string]bool) {
	t.Helper()
	names = map[string]bool{}
	labels = map[string]bool{"instance": true, "job": true, "le": true}
	for _, f := range metrics.New(metrics.Config{}).Families() {
		names[f.PrometheusName()] = true
		if f.Kind == metrics.Histogram {
			names[f.PrometheusName()+"_bucket"] = true
		}
		for _, l := range f.Labels {
			labels[l] = true
		}
	}
	s, err := Listen("127.0.0.1:0", filled(t), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, _, scrape := asked(t, "GET", s.URL(), "")
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)`).FindAllStringSubmatch(scrape, -1) {
		names[m[1]] = true
		if m[2] == "histogram" {
			names[m[1]+"_bucket"] = true
		}
	}
	return names, labels
}

var (
	selector   = regexp.MustCompile(`\{([^}]*)\}`)
	matcher    = regexp.MustCompile(`([a-z_]+) *(=~|!~|!=|=)`)
	grouping   = regexp.MustCompile(`\b(by|on|without|ignoring) *\(([^)]*)\)`)
	duration   = regexp.MustCompile(`\[[^\]]*\]`)
	identifier = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*(?: *\()?`)
)

// usedIn returns the metrics and labels that a query names.
func usedIn(expr string) (names, labels []string) {
	for _, m := range selector.FindAllStringSubmatch(expr, -1) {
		for _, l := range matcher.FindAllStringSubmatch(m[1], -1) {
			labels = append(labels, l[1])
		}
	}
	expr = selector.ReplaceAllString(expr, "")
	for _, m := range grouping.FindAllStringSubmatch(expr, -1) {
		for _, l := range strings.Split(m[2], ",") {
			labels = append(labels, strings.TrimSpace(l))
		}
	}
	expr = duration.ReplaceAllString(grouping.ReplaceAllString(expr, ""), "")
	for _, word := range identifier.FindAllString(expr, -1) {
		if !strings.HasSuffix(word, "(") && word != "or" && word != "and" && word != "unless" {
			names = append(names, word)
		}
	}
	return names, labels
}

// TestUsedIn: what the next test goes by.
func TestUsedIn(t *testing.T) {
	names, labels := usedIn(`histogram_quantile(0.99, sum by (a, le) (rate(x_bucket{b=~"$b",c!="by (q)"}[1m]))) / on (d) y_total or sum(z{})`)
	if got := strings.Join(names, " ") + "; " + strings.Join(labels, " "); got != "x_bucket y_total z; b c a le d" {
		t.Error(got)
	}
}

// TestDashboardUsesWhatThereIs: each query names metrics and labels that are
// served, from the data source that is chosen, and no panel covers another.
func TestDashboardUsesWhatThereIs(t *testing.T) {
	t.Parallel()
	var d dashboard
	if err := json.Unmarshal(example(t, "grafana-dashboard.json"), &d); err != nil {
		t.Fatal(err)
	}
	names, labels := described(t)
	used := map[string]bool{}
	check := func(where, expr string) {
		n, l := usedIn(expr)
		for _, name := range n {
			used[name] = true
			if !names[name] {
				t.Errorf("%s: there is no metric %s: %s", where, name, expr)
			}
		}
		for _, label := range l {
			if !labels[label] {
				t.Errorf("%s: there is no label %s: %s", where, label, expr)
			}
		}
		if len(n) == 0 {
			t.Errorf("%s: no metric in %s", where, expr)
		}
	}
	variables := map[string]string{}
	for _, v := range d.Templating.List {
		variables[v.Name] = v.Type
		if v.Type == "query" {
			query, _, _ := strings.Cut(strings.TrimPrefix(v.Definition, "label_values("), ", ")
			check(v.Name, query)
		}
	}
	if variables["datasource"] != "datasource" || variables["variant"] != "query" {
		t.Errorf("variables %v", variables)
	}
	ids, places := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if ids[p.ID] || p.Title == "" {
			t.Errorf("panel %d, %q", p.ID, p.Title)
		}
		ids[p.ID] = true
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if places[at] != "" || at[0] >= 24 {
					t.Fatalf("%q lies over %q at %v", p.Title, places[at], at)
				}
				places[at] = p.Title
			}
		}
		if p.Type == "row" {
			continue
		}
		if len(p.Targets) == 0 || p.Datasource.UID != "${datasource}" {
			t.Errorf("%q: %d queries of %q", p.Title, len(p.Targets), p.Datasource.UID)
		}
		for _, x := range p.Targets {
			check(p.Title, x.Expr)
			if x.Datasource.UID != "${datasource}" {
				t.Errorf("%q: a query of %q", p.Title, x.Datasource.UID)
			}
		}
	}
	for _, name := range []string{
		"ftpmark_operations_total", "ftpmark_payload_bytes_total", "ftpmark_phase_duration_seconds", "ftpmark_failures_total",
		"ftpmark_sessions", "ftpmark_generator_cpu_seconds_total",
	} {
		if !used[name] {
			t.Errorf("nothing shows %s", name)
		}
	}
}
