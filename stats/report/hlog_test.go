package report

import (
	"bytes"
	"errors"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/report/export"
	"github.com/ftpmark/ftpmark/stats/report/run"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

func writtenLog(t testing.TB, file []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := export.WriteLog(&b, resultfile.NewReader(bytes.NewReader(file)), ""); err != nil {
		t.Fatal(err)
	}
	checkPlain(t, HLog, b.Bytes())
	return b.Bytes()
}

// readLog reads a log with HdrHistogram's own reader and adds up its lines by
// their tags.
func readLog(t testing.TB, log []byte) (sums map[string]*hdrhistogram.Histogram, first, lines int64) {
	t.Helper()
	sums = map[string]*hdrhistogram.Histogram{}
	r := hdrhistogram.NewHistogramLogReader(bytes.NewReader(log))
	for {
		h, err := r.NextIntervalHistogram()
		if err != nil {
			t.Fatal(err)
		}
		if h == nil {
			return sums, first, lines
		}
		if lines++; lines == 1 {
			first = h.StartTimeMs()
		}
		if sums[h.Tag()] == nil {
			sums[h.Tag()] = h
		} else if dropped := sums[h.Tag()].Merge(h); dropped != 0 {
			t.Errorf("%s: %d values were dropped", h.Tag(), dropped)
		}
	}
}

// The log of a file's intervals, read by the library's own reader and merged,
// is the distribution that the result has.
func TestLogIsTheResult(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	for name, x := range map[string]trialRun{
		"closed":  {variants: []string{"passive", "active, too"}, trials: 3},
		"open":    {variants: []string{"passive"}, trials: 2, open: true},
		"failing": {variants: []string{"a.b", "a%2Eb"}, trials: 1, failing: true},
		"cut":     {variants: []string{"passive", "active"}, trials: 2, cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			r, file := x.record(t)
			for what, log := range map[string][]byte{
				"intervals": writtenLog(t, file),
				"trials":    rendered(t, &Report{Result: r}, HLog, Options{}),
			} {
				sums, _, _ := readLog(t, log)
				want := 0
				for _, s := range run.Merged(r) {
					for _, p := range export.TagPhases(s.Series, x.open) {
						want++
						checkSum(t, what, sums[export.SeriesTag(s.Variant, s.Op, s.Mode, p)], s.Latency[p])
					}
				}
				if len(sums) != want || want < 10 {
					t.Errorf("%s: %d tags, want %d", what, len(sums), want)
				}
			}
		})
	}
}

// checkSum compares bucket by bucket, and percentiles both by the library's rule
// and by ours, which is that of the nearest rank.
func checkSum(t *testing.T, what string, got *hdrhistogram.Histogram, want *hdr.Histogram) {
	t.Helper()
	if got == nil || got.TotalCount() != want.Count() {
		t.Fatalf("%s: %v, want %d values", what, got, want.Count())
	}
	packed, err := want.Packed()
	if err != nil {
		t.Fatal(err)
	}
	lib := hdrhistogram.New(got.LowestTrackableValue(), got.HighestTrackableValue(), int(got.SignificantFigures()))
	packed.MergeInto(lib)
	if !got.Equals(lib) {
		t.Errorf("%s: other buckets", what)
	}
	bars := got.Distribution()
	for _, p := range []float64{1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100} {
		if a, b := got.ValueAtPercentile(p), lib.ValueAtPercentile(p); a != b {
			t.Errorf("%s: p%v is %d by the library, want %d", what, p, a, b)
		}
		left, nearest := int64(math.Ceil(p/100*float64(got.TotalCount())-1e-9)), int64(0)
		for _, bar := range bars {
			if nearest = bar.To; left <= bar.Count {
				break
			}
			left -= bar.Count
		}
		// The exact extremes are not in the log; the lowest bucket reads as zero.
		if ours := want.ValueAtPercentile(p); min(max(nearest, want.Min()), want.Max()) != ours && ours > want.Min() {
			t.Errorf("%s: p%v is %d, want %d", what, p, nearest, ours)
		}
	}
}

func TestLogTimes(t *testing.T) {
	r, file := trialRun{variants: []string{"passive"}, trials: 2}.record(t)
	log := writtenLog(t, file)
	_, first, lines := readLog(t, log)
	// The first operations that are counted end in the first interval after the
	// window opened.
	opened := r.Header.Epoch.UnixMilli() + int64(r.Trials[0].Window.Open)/1e6
	if d := first - opened; d < -1 || d > 1 {
		t.Errorf("begins %d ms after the window opened", d)
	}
	starts := regexp.MustCompile(`(?m)^Tag=[^,]*,([0-9.]+),([0-9.]+),([0-9.]+),[A-Za-z0-9+/=]+$`).FindAllSubmatch(log, -1)
	if int64(len(starts)) != lines || lines < 50 {
		t.Errorf("%d lines match, %d were read", len(starts), lines)
	}
	before, longest := 0.0, 0.0
	for _, m := range starts {
		at, err := strconv.ParseFloat(string(m[1]), 64)
		length, err2 := strconv.ParseFloat(string(m[2]), 64)
		longest = max(longest, length)
		if errors.Join(err, err2) != nil || at < before {
			t.Fatalf("%s: out of order, where readers stop", m[0])
		}
		before = at
	}
	if math.Abs(longest-1) > 0.1 {
		t.Errorf("intervals of up to %v s", longest)
	}
	if !bytes.Contains(log, []byte("\n#[BaseTime: 1773500966.250 (seconds since epoch)]\n")) {
		t.Errorf("no base time in\n%s", log[:400])
	}
	// Files from before the epoch was kept: the start has to do.
	old := regexp.MustCompile(`"epoch":"[^"]*",`).ReplaceAll(file, nil)
	if log := writtenLog(t, old); !bytes.Contains(log, []byte("\n#[BaseTime: 1773500966.290 (seconds since epoch)]\n")) {
		t.Errorf("no start in\n%s", log[:400])
	}
}

// The lines themselves are compressed; what is to be read of them is kept.
func TestLogHead(t *testing.T) {
	_, file := trialRun{variants: []string{"passive", "active \x1b,\n2"}, trials: 1, open: true, cut: true}.record(t)
	cut := file[:len(file)-10]
	short := regexp.MustCompile(`(?m),HIST[A-Za-z0-9+/=]+$`).ReplaceAll(writtenLog(t, cut), []byte(",HIST…"))
	golden(t, "hlog", short)
}

func TestLogFails(t *testing.T) {
	_, file := trialRun{variants: []string{"passive"}, trials: 1}.record(t)
	head, rest, _ := bytes.Cut(file, []byte("\n"))
	for name, c := range map[string]struct{ file, want string }{
		"empty":       {"", "a.jsonl: line 1 (byte 0): not an ftpmark result file: it is empty"},
		"headless":    {string(rest), "a.jsonl: line 1 (byte 0): not an ftpmark result file: it does not begin with a header"},
		"two headers": {string(head) + "\n" + string(head) + "\n", "a.jsonl: line 2 (byte 0): a second header"},
		"backwards": {
			string(head) + "\n" + `{"record":"interval","start_ns":7,"end_ns":5}` + "\n",
			"a.jsonl: line 2 (byte 0): moments out of order: 7 to 5",
		},
		"no JSON": {"what?\n", "a.jsonl: line 1 (byte 0): not a record: invalid character 'w' looking for beginning of value"},
	} {
		r := resultfile.NewReader(strings.NewReader(c.file))
		r.Name = "a.jsonl"
		err := export.WriteLog(io.Discard, r, "")
		var file *resultfile.FileError
		if err == nil || err.Error() != c.want || !errors.As(err, &file) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if err := export.WriteLog(fullDisk{}, resultfile.NewReader(bytes.NewReader(file)), ""); !errors.Is(err, errFull) {
		t.Errorf("%v, want %v", err, errFull)
	}
}

func TestLogOfWhatWasChosen(t *testing.T) {
	r, file := trialRun{variants: []string{"passive", "active"}, trials: 1}.record(t)
	for choice, want := range map[string]int{
		"passive": 9, "passive.retr.epsv": 8, "passive.retr.epsv.ttfb": 1, "passive.noop": 1,
	} {
		sums, _, _ := readLog(t, rendered(t, &Report{Result: r}, HLog, Options{Series: choice}))
		for tag := range sums {
			if !strings.HasPrefix(tag, choice) {
				t.Errorf("%s: %s", choice, tag)
			}
		}
		if len(sums) != want {
			t.Errorf("%s: %d tags, want %d", choice, len(sums), want)
		}
	}
	const want = `no series "passiv": want one of passive.retr.epsv.service, passive.retr.epsv.negotiate, ` +
		"passive.retr.epsv.data_ready, passive.retr.epsv.startup, passive.retr.epsv.ttfb, passive.retr.epsv.command, " +
		"passive.retr.epsv.payload, passive.retr.epsv.finish, passive.noop.none.service, active.retr.eprt.service, " +
		"active.retr.eprt.negotiate, active.retr.eprt.data_ready, …"
	for _, f := range []Format{HLog, HGRM} {
		if err := (&Report{Result: r}).Write(io.Discard, f, Options{Series: "passiv"}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", f, err, want)
		}
	}
	if err := export.WriteLog(io.Discard, resultfile.NewReader(bytes.NewReader(file)), "passiv"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	var one bytes.Buffer
	if err := export.WriteLog(&one, resultfile.NewReader(bytes.NewReader(file)), "passive.noop"); err != nil {
		t.Fatal(err)
	}
	if sums, _, _ := readLog(t, one.Bytes()); len(sums) != 1 {
		t.Errorf("%d tags, want one", len(sums))
	}
}

// Values over the range are in no histogram, and the log says so.
func TestLogOfValuesOverTheRange(t *testing.T) {
	h := hdr.NewLatencyHistogram()
	h.Record(4_000_000)
	h.Record(math.MaxInt64 / 2)
	s := &resultfile.Series{Op: stats.Noop, Counters: resultfile.Counters{OK: 2}}
	s.Latency[stats.Service] = h
	r := &resultfile.Result{Trials: []*resultfile.Trial{{Variant: "x", Series: resultfile.SeriesList{s}}}}
	out := rendered(t, &Report{Result: r}, HLog, Options{})
	if !bytes.HasSuffix(out, []byte("# values above one hour, not included in any histogram: 1\n")) {
		t.Errorf("not said:\n%s", out)
	}
	golden(t, "hgrm-over", rendered(t, &Report{Result: r}, HGRM, Options{}))
}
