package summary

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
	"github.com/ftpmark/ftpmark/stats/statstest"
)

// One trial reckoned by hand: a window of 2 s, three ok downloads of 1,000
// bytes of which one ends after the close, one from the warm-up that ends
// inside, one failure with 300 bytes, one unfinished with 40, one dropped.
func TestSummaryByHand(t *testing.T) {
	r := recorder.NewRecorder("v", 1, 2, 1)
	shard := r.Shard(0)
	m := shard.NewMeter()
	run := func(s *stats.Sample, bytes int) {
		m.Begin(s.Op, s.Mode)
		m.Moved(bytes)
		shard.Record(m, s)
	}
	// The phases of a download that began 10 ms late; its parts are 2, 3, 4,
	// 5, 80 and 6 ms.
	ok := func(t1 stats.Moment) *stats.Sample {
		return &stats.Sample{
			Op: stats.Retr, Mode: stats.PORT, Commands: 3, Connects: 1, SizeUnverified: true,
			Moments: stats.Moments{t1 - 10*statstest.Millisecond, t1, t1 + 2*statstest.Millisecond, t1 + 8*statstest.Millisecond, t1 + 5*statstest.Millisecond, t1 + 9*statstest.Millisecond, t1 + 14*statstest.Millisecond, t1 + 94*statstest.Millisecond, t1 + 100*statstest.Millisecond},
		}
	}
	const sec = 1000 * statstest.Millisecond
	w := r.OpenWindow(sec)
	run(ok(sec-50*statstest.Millisecond), 500) // due in the warm-up, ended inside
	run(ok(sec+100*statstest.Millisecond), 1000)
	run(ok(sec+200*statstest.Millisecond), 1000)
	failed := ok(sec + 300*statstest.Millisecond)
	failed.Failure = &stats.Failure{Phase: stats.Payload, Class: stats.ClassReply, Code: 426, Text: "426 cut", Hint: "look"}
	run(failed, 300)
	r.AddDropped(stats.Retr, stats.PORT, 2*sec)
	cut := ok(3*sec - 20*statstest.Millisecond)
	last := ok(3*sec - 50*statstest.Millisecond)
	m2 := shard.NewMeter()
	m2.Begin(stats.Retr, stats.PORT)
	m2.Moved(40)
	m.Begin(stats.Retr, stats.PORT)
	m.Moved(600)
	r.CloseWindow(3 * sec)
	m.Moved(400)
	shard.Record(m, last)
	cut.Failure = &stats.Failure{Class: stats.ClassAborted}
	shard.Record(m2, cut)
	_, trial := r.Finish(4*sec, true)

	s := Of(&resultfile.Result{Trials: []*resultfile.Trial{trial}, Footer: &resultfile.Footer{Complete: true}})
	if s.Status != Complete || len(s.Series) != 1 || w != sec {
		t.Fatalf("%+v", s)
	}
	x := s.Series[0]
	for name, c := range map[string]struct{ got, want float64 }{
		"attempts":        {float64(x.Attempts), 5},
		"ok":              {float64(x.OK), 3},
		"failed":          {float64(x.Failed), 1},
		"unfinished":      {float64(x.Unfinished), 1},
		"due":             {float64(x.Due), 6},
		"dropped":         {float64(x.Dropped), 1},
		"bytes":           {float64(x.Bytes), 3000},
		"wasted":          {float64(x.WastedBytes), 340},
		"size unverified": {float64(x.SizeUnverified), 3},
		"window":          {x.WindowSeconds, 2},
		"operations/s":    {x.OperationsPerSecond, 3 / 2.0},
		"goodput":         {x.GoodputBytesPerSecond, (500 + 1000 + 1000 + 600) / 2.0},
		"round trips":     {x.ControlRoundTripsPerOp, 3},
		"connects":        {x.ConnectsPerOp, 1},
		"service":         {x.Latency[stats.Service].Mean, 100e6},
		"response":        {x.Latency[stats.Response].Mean, 110e6},
		"lag":             {x.Latency[stats.Lag].Mean, 10e6},
		"negotiate":       {x.Latency[stats.Negotiate].Mean, 2e6},
		"data_ready":      {x.Latency[stats.DataReady].Mean, 8e6},
		"startup":         {x.Latency[stats.Startup].Mean, 9e6},
		"command":         {x.Latency[stats.Command].Mean, 4e6},
		"ttfb":            {x.Latency[stats.TTFB].Mean, 14e6},
		"payload":         {x.Latency[stats.Payload].Mean, 80e6},
		"finish":          {x.Latency[stats.Finish].Mean, 6e6},
		"open part":       {x.PartitionMean["open"], 3e6},
		"first byte part": {x.PartitionMean["first_byte"], 5e6},
		"throughput":      {float64(x.Throughput.Min), math.Floor(1000 / 0.085)},
	} {
		if c.got != c.want {
			t.Errorf("%s: %g, want %g", name, c.got, c.want)
		}
	}
	if x.Latency[stats.DataTLS] != nil {
		t.Error("a phase that did not occur is there")
	}
	var parts float64
	for _, p := range x.PartitionMean {
		parts += p
	}
	if parts != x.Latency[stats.Service].Mean {
		t.Errorf("parts add up to %g of %g", parts, x.Latency[stats.Service].Mean)
	}
	// All three took the same, but two others could be anywhere: of five the
	// third is certain, the fifth is not. For response the dropped one counts.
	if got := x.Latency[stats.Service].Doubtful; !slices.Equal(got, []string{"p90"}) {
		t.Errorf("service: doubtful %v", got)
	}
	if got := x.Latency[stats.Response].Doubtful; !slices.Equal(got, []string{"p50", "p90"}) {
		t.Errorf("response: doubtful %v", got)
	}
	want := ErrorSummary{
		Variant: "v", Op: "retr", Mode: stats.PORT, Phase: stats.Payload, Code: 426, Class: stats.ClassReply,
		Count: 1, Example: "426 cut", Hint: "look",
	}
	if len(s.Errors) != 1 || s.Errors[0] != want {
		t.Errorf("errors %+v", s.Errors)
	}
}

// With -n the window closes at the last completion, which is then inside.
func TestLastCompletionClosesTheWindow(t *testing.T) {
	r := recorder.NewRecorder("v", 1, 1, 1)
	r.OpenWindow(1000 * statstest.Millisecond)
	var last stats.Moment
	for i := range stats.Moment(10) {
		last = (1100 + 100*i) * statstest.Millisecond
		r.Shard(0).Record(nil, statstest.Transfer(last-100*statstest.Millisecond, last, 1))
	}
	r.CloseWindow(last)
	_, trial := r.Finish(last+50*statstest.Millisecond, true)
	x := Of(&resultfile.Result{Trials: []*resultfile.Trial{trial}}).Series[0]
	if x.OK != 10 || x.OperationsPerSecond != 10 || x.WindowSeconds != 1 {
		t.Errorf("%d ok, %g/s over %g s", x.OK, x.OperationsPerSecond, x.WindowSeconds)
	}
}

// Rates of several trials are of the windows together, and percentiles come
// from the merged histograms.
func TestTrialsOfAVariantAreMerged(t *testing.T) {
	var trials []*resultfile.Trial
	for n, took := range []stats.Moment{10 * statstest.Millisecond, 1000 * statstest.Millisecond} {
		r := recorder.NewRecorder("v", n+1, 1, 1)
		r.OpenWindow(1000 * statstest.Millisecond)
		for range []int{90, 10}[n] {
			r.Shard(0).Record(nil, statstest.Transfer(1500*statstest.Millisecond, 1500*statstest.Millisecond+took, 1))
		}
		r.CloseWindow(stats.Moment(3+n) * 1000 * statstest.Millisecond)
		_, trial := r.Finish(9000*statstest.Millisecond, true)
		trials = append(trials, trial)
	}
	s := Of(&resultfile.Result{Trials: trials})
	x := s.Series[0]
	if len(s.Series) != 1 || x.OK != 100 || x.WindowSeconds != 5 || x.OperationsPerSecond != 20 {
		t.Errorf("%+v", x)
	}
	l := x.Latency[stats.Service]
	if l.P50/1e5 != 100 || l.P90/1e5 != 100 || l.Max != 1e9 || l.Mean != (90*10e6+10*1e9)/100 {
		t.Errorf("%+v", l)
	}
}

func TestGeneratorsAreMerged(t *testing.T) {
	g := summarizeGenerators([]resultfile.Generator{
		{Trial: 1, CPUSeconds: 1, CPUs: 2, PeakRSSBytes: 30, Warnings: []string{"w"}},
		{Trial: 2, CPUSeconds: 2.5, CPUs: 2, PeakRSSBytes: 20, Limited: true, Reasons: []string{"a", "b"}, Warnings: []string{"w"}},
		{Limited: true, Reasons: []string{"b"}},
	})
	if got := fmt.Sprintf("%+v", g); got != "{Limited:true Reasons:[a b] Warnings:[w] CPUSeconds:3.5 CPUs:2 PeakRSSBytes:30 SchedLag:<nil> GCPause:<nil>}" {
		t.Error(got)
	}
}

func TestSessionsAddUp(t *testing.T) {
	var r recorder.SessionRecorder
	if r.Take() != nil {
		t.Error("nothing was something")
	}
	r.Opened(stats.SessionPhases{Connect: time.Millisecond, Login: 3 * time.Millisecond})
	r.Failed("a", &stats.Failure{Phase: stats.Connect, Class: stats.ClassRefused, Text: "refused"})
	r.Failed("a", &stats.Failure{Phase: stats.Connect, Class: stats.ClassAborted})
	one := r.Take()
	r.Opened(stats.SessionPhases{Connect: time.Millisecond, TLS: 2 * time.Millisecond})
	r.Failed("b", &stats.Failure{Phase: stats.Connect, Class: stats.ClassRefused, Text: "refused"})
	if one.Opened != 1 || one.Failed != 1 || one.Latency[stats.TLS] != nil || one.Latency[stats.LoginDone].Min() != 3e6 {
		t.Errorf("%+v", one)
	}
	r.Take()
	sum := r.Totals()
	if sum.Opened != 2 || sum.Failed != 2 || sum.Latency[stats.Connect].Count() != 2 || len(sum.Errors) != 2 {
		t.Errorf("%+v", sum)
	}
}

func compileSchema(t *testing.T) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	b, err := os.ReadFile("summary.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("summary.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("summary.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s, doc.(map[string]any)
}

func TestSummariesKeepToTheSchema(t *testing.T) {
	schema, _ := compileSchema(t)
	var f memoryFile
	whole := smallRun(t, resultfile.NewWriter("run.jsonl", &f))
	cut, err := read(f.Bytes()[:f.Len()*2/3])
	if err != nil {
		t.Fatal(err)
	}
	many := recorder.NewRecorder("many", 1, 1, 1)
	many.OpenWindow(1)
	for i := range stats.Moment(31000) {
		s := statstest.Transfer(statstest.Millisecond, 3*statstest.Millisecond+i, 1<<20)
		s.Inside, s.Handshake = 1<<20, time.Millisecond
		many.Shard(0).Record(nil, s)
	}
	many.Shard(0).Record(nil, statstest.Transfer(statstest.Millisecond, 7200*1000*statstest.Millisecond, 5))
	_, trial := many.Finish(100*statstest.Millisecond, false)
	apart := *whole
	apart.Variants = slices.Clone(whole.Variants)
	apart.Variants[0].Settings, apart.Variants[0].Target = map[string]string{"sessions": "2"}, &resultfile.TargetInfo{URL: "ftp://192.0.2.1/"}
	for name, r := range map[string]*resultfile.Result{
		"apart": &apart, "complete": whole, "partial": cut, "nothing": {}, "many": {Trials: []*resultfile.Trial{trial}},
	} {
		b := summaryJSON(t, r)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v in\n%s", name, err, b)
		}
	}
	for name, edit := range map[string]func(*Summary){
		"status":  func(s *Summary) { s.Status = "fine" },
		"phase":   func(s *Summary) { s.Sessions.Latency[stats.Service] = &Latency{} },
		"reasons": func(s *Summary) { s.Generator.Reasons = nil },
		"errors":  func(s *Summary) { s.Errors = nil },
		"count":   func(s *Summary) { s.Series[0].OK = -1 },
		"totals":  func(s *Summary) { s.Totals = nil },
		"total":   func(s *Summary) { s.Totals[0].Due = -1 },
		"load":    func(s *Summary) { s.Load = &resultfile.LoadInfo{Sessions: -1} },
		"step":    func(s *Summary) { s.Stages = []StageSummary{{Series: []StageSeries{}}} },
		"stage":   func(s *Summary) { s.Stages = []StageSummary{{Step: 1}} },
		"waiting": func(s *Summary) {
			s.Stages = []StageSummary{{Step: 1, Series: []StageSeries{{Latency: map[stats.Phase]*Latency{stats.TTFB: {}}}}}}
		},
		"log-in": func(s *Summary) { s.Series[0].Latency[stats.NumPhases] = &Latency{} },
	} {
		s := Of(whole)
		edit(s)
		b, _ := json.Marshal(s)
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(v) == nil {
			t.Errorf("%s: the schema accepts a wrong summary", name)
		}
	}
}

// The schema and the types name the same fields, of the same kind, required
// exactly where the types always write them, and describe every one.
func TestSchemaAndTypesAgree(t *testing.T) {
	_, doc := compileSchema(t)
	compareSchema(t, doc, doc, reflect.TypeFor[Summary](), "summary")
}

func compareSchema(t *testing.T, doc, node map[string]any, typ reflect.Type, path string) {
	t.Helper()
	if ref, ok := node["$ref"].(string); ok {
		node = doc["$defs"].(map[string]any)[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if node["description"] == nil {
		t.Errorf("%s has no description", path)
	}
	want := map[reflect.Kind]string{
		reflect.Bool: "boolean", reflect.String: "string", reflect.Slice: "array",
		reflect.Struct: "object", reflect.Map: "object", reflect.Float64: "number",
		reflect.Int64: "integer", reflect.Int: "integer", reflect.Uint64: "integer",
	}[typ.Kind()]
	if typ.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		want = "string"
	}
	constant := node["const"] != nil || node["enum"] != nil
	if is := fmt.Sprint(node["type"]); !constant && !strings.Contains(is, want) {
		t.Errorf("%s is %s in the schema, %s in Go", path, is, typ)
	}
	switch {
	case want == "array":
		if items := node["items"].(map[string]any); items["$ref"] != nil {
			compareSchema(t, doc, items, typ.Elem(), path+"[]")
		}
	case typ.Kind() == reflect.Map:
		if items, ok := node["additionalProperties"].(map[string]any); ok {
			compareSchema(t, doc, items, typ.Elem(), path+"{}")
		}
	case want == "object":
		properties := node["properties"].(map[string]any)
		required, _ := node["required"].([]any)
		var names []string
		for _, f := range reflect.VisibleFields(typ) {
			if f.Anonymous {
				continue
			}
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
			property, ok := properties[name].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is not in the schema", path, name)
				continue
			}
			if slices.Contains(required, any(name)) == (options == "omitempty") {
				t.Errorf("%s.%s: required in one, optional in the other", path, name)
			}
			compareSchema(t, doc, property, f.Type, path+"."+name)
		}
		for name := range properties {
			if !slices.Contains(names, name) {
				t.Errorf("%s.%s is in no Go type", path, name)
			}
		}
	}
}

// What a variant overrides is said of it, but not the mode that it is named for.
func TestSummarySetsVariantsApart(t *testing.T) {
	there := &resultfile.TargetInfo{URL: "ftp://192.0.2.1/"}
	few := &resultfile.LoadInfo{Model: resultfile.ClosedLoad, Sessions: 2}
	r := &resultfile.Result{
		Variants: []resultfile.Variant{
			{Variant: "epsv", Trial: 1, Settings: map[string]string{"mode": "epsv"}},
			{Variant: "there", Trial: 1, Settings: map[string]string{"mode": "epsv"}, Target: there, Load: few},
			{Variant: "here", Trial: 1, Settings: map[string]string{"mode": "here", "sessions": "2"}},
		},
		Trials: []*resultfile.Trial{{Variant: "epsv"}, {Variant: "there"}, {Variant: "here"}, {Variant: "unheard of"}},
	}
	totals := Of(r).Totals
	if len(totals) != 4 {
		t.Fatalf("%d totals", len(totals))
	}
	for i, want := range []map[string]string{nil, {"mode": "epsv"}, {"mode": "here", "sessions": "2"}, nil} {
		x := &totals[i]
		if !maps.Equal(x.Settings, want) || (x.Target != nil) != (i == 1) || (x.Load == few) != (i == 1) {
			t.Errorf("%s: %+v", x.Variant, x)
		}
	}
	if x := totals[1].Target; x.URL != there.URL || x.Features == nil || there.Features != nil {
		t.Errorf("target %+v of %+v", x, there)
	}
}
