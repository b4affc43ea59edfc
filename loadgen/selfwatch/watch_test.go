package selfwatch

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats/hdr"
)

func TestLimits(t *testing.T) {
	lag := func(d time.Duration) *hdr.Histogram {
		h := hdr.NewLatencyHistogram()
		for range 1000 {
			h.Record(int64(d))
		}
		return h
	}
	for _, c := range []struct {
		name string
		cpu  time.Duration
		cpus float64
		lag  time.Duration
		want []string
	}{
		{"idle", time.Second, 2, time.Millisecond, nil},
		{"just below", 17900 * time.Millisecond, 2, 9 * time.Millisecond, nil},
		{"cpu", 18 * time.Second, 2, time.Millisecond, []string{"cpu: this process used 90% of its 2 CPUs"}},
		{"cpu under a quota", 950 * time.Millisecond, 0.1, time.Millisecond, []string{"cpu: this process used 95%"}},
		{"lag", time.Second, 2, 11 * time.Millisecond, []string{"wake-up lag"}},
		{"both", 20 * time.Second, 2, time.Second, []string{"cpu", "wake-up lag"}},
	} {
		var got []string
		for _, reason := range []string{limitedByCPU(10*time.Second, c.cpu, c.cpus), limitedByLag(lag(c.lag), LagLimit)} {
			if reason != "" {
				got = append(got, reason)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
			continue
		}
		for i := range got {
			if !strings.Contains(got[i], c.want[i]) {
				t.Errorf("%s: %q, want %q", c.name, got[i], c.want[i])
			}
		}
	}
}

// TestLagMattersInProportion: what is much slower than the generator is late is measured
// all the same.
func TestLagMattersInProportion(t *testing.T) {
	h := hdr.NewLatencyHistogram()
	for range lagSamples {
		h.Record(int64(13 * time.Millisecond))
	}
	if limitedByLag(h, 50*time.Millisecond) != "" || limitedByLag(h, 12*time.Millisecond) == "" {
		t.Error("13 ms are a limit beyond 12 ms, and none within 50 ms")
	}
	if w := New(time.Millisecond); w.tolerance != LagLimit {
		t.Errorf("%v are tolerated, want the %v that always are", w.tolerance, LagLimit)
	}
}

func TestQuota(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  float64
		ok    bool
	}{
		{"no control groups", nil, 0, false},
		{"version 2, no limit", map[string]string{"/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n"}, 0, false},
		{"version 2", map[string]string{"/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": "150000 100000\n"}, 1.5, true},
		{"the parent's is less", map[string]string{
			"/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": "150000 100000", "/sys/fs/cgroup/a/cpu.max": "10000 100000"}, 0.1, true},
		{"version 1", map[string]string{
			"/proc/self/cgroup":                      "4:cpu,cpuacct:/x\n0::/\n",
			"/sys/fs/cgroup/cpu/x/cpu.cfs_quota_us":  "50000",
			"/sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000",
			"/sys/fs/cgroup/cpu/cpu.cfs_quota_us":    "-1",
			"/sys/fs/cgroup/cpu/cpu.cfs_period_us":   "100000",
		}, 0.5, true},
		{"nonsense", map[string]string{"/proc/self/cgroup": "x\n0::/a\n", "/sys/fs/cgroup/a/cpu.max": "a b"}, 0, false},
	} {
		got, ok := quota(func(name string) ([]byte, error) {
			if s, ok := c.files[name]; ok {
				return []byte(s), nil
			}
			return nil, errors.New("no such file")
		})
		if got != c.want || ok != c.ok {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestWatchSeesWork(t *testing.T) {
	w := New(0)
	if g := w.Generator(); g.Limited || g.CPUSeconds != 0 {
		t.Errorf("a watch that never began: %+v", g)
	}
	w.Begin()
	for end := time.Now().Add(200 * time.Millisecond); time.Now().Before(end); {
	}
	w.End()
	w.End()
	g := w.Generator()
	if g.CPUSeconds <= 0 || g.CPUs <= 0 || g.SchedLag.Count() == 0 {
		t.Errorf("%+v", g)
	}
}
