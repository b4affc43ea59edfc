package selfwatch

import (
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
)

// Processors is how many processors this process may run on.
func Processors() int { return runtime.NumCPU() }

// Allowance is how many processors' worth of time this process may use: the
// least of the processors it may run on, the threads the runtime lets run, and
// the quota of its control group.
func Allowance() float64 {
	a := min(float64(runtime.NumCPU()), float64(runtime.GOMAXPROCS(0)))
	if q, ok := quota(os.ReadFile); ok {
		a = min(a, q)
	}
	return a
}

// quota returns the least processor quota of this process's control groups, of
// version 2 (cpu.max) or 1 (cpu.cfs_quota_us), where there is one.
func quota(read func(string) ([]byte, error)) (least float64, ok bool) {
	b, err := read("/proc/self/cgroup")
	if err != nil {
		return 0, false
	}
	note := func(q float64, found bool) {
		if found && (!ok || q < least) {
			least, ok = q, true
		}
	}
	for line := range strings.Lines(string(b)) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(part) != 3 {
			continue
		}
		for dir := part[2]; ; dir = path.Dir(dir) {
			switch {
			case part[1] == "":
				note(parseMax(text(read, path.Join("/sys/fs/cgroup", dir, "cpu.max"))))
			case strings.Contains(","+part[1]+",", ",cpu,"):
				base := path.Join("/sys/fs/cgroup/cpu", dir)
				note(parseMax(text(read, base+"/cpu.cfs_quota_us") + " " + text(read, base+"/cpu.cfs_period_us")))
			}
			if dir == "/" || dir == "." {
				break
			}
		}
	}
	return least, ok
}

// parseMax reads "QUOTA PERIOD"; "max" or a negative quota is none.
func parseMax(s string) (float64, bool) {
	f := strings.Fields(s)
	if len(f) != 2 {
		return 0, false
	}
	q, err1 := strconv.ParseFloat(f[0], 64)
	p, err2 := strconv.ParseFloat(f[1], 64)
	if err1 != nil || err2 != nil || q <= 0 || p <= 0 {
		return 0, false
	}
	return q / p, true
}

func text(read func(string) ([]byte, error), name string) string {
	b, _ := read(name)
	return strings.TrimSpace(string(b))
}
