package selfwatch

import (
	"fmt"
	"runtime/debug"
	"time"

	"github.com/ftpmark/ftpmark/stats/hdr"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

const (
	// beat is how often the wake-up lag is sampled: rarely enough to cost
	// little (each is a wake-up of a process that may sleep), often enough for a
	// p99 within seconds.
	beat = 5 * time.Millisecond
	// LagLimit is the wake-up lag, at p99, beyond which a result is limited, unless what
	// is measured is so much slower that more does not matter.
	LagLimit = 10 * time.Millisecond
	// lagSamples are too few for a p99 below that.
	lagSamples = 500
	// cpuLimit is the share of the allowance from which a result is limited.
	cpuLimit = 0.90
	// hostBusy is the share of the host's processors from which a reader
	// should know that others took part.
	hostBusy = 0.95
)

// Watch observes this process between [Watch.Begin] and [Watch.End]. It belongs
// to one goroutine.
type Watch struct {
	begun     bool
	at        time.Time
	took      time.Duration
	cpu, busy time.Duration // this process's, the host's
	open      int64         // descriptors when the watch ended
	resting   int64         // sockets in TIME_WAIT then
	cpuUsed   time.Duration
	hostUsed  time.Duration
	gcBefore  int64
	pauses    *hdr.Histogram
	lag       *hdr.Histogram
	tolerance time.Duration // of wake-up lag, at p99
	stop      chan struct{}
	stopped   chan struct{}
}

// New returns a watch that has not begun. tolerance is the wake-up lag, at p99, that does
// not matter to what is measured; 0, and less than 10 ms, is 10 ms.
func New(tolerance time.Duration) *Watch {
	return &Watch{lag: hdr.NewLatencyHistogram(), pauses: hdr.NewLatencyHistogram(), tolerance: max(tolerance, LagLimit)}
}

// Begin starts watching.
func (w *Watch) Begin() {
	w.begun, w.at = true, time.Now()
	w.cpu, w.busy = processTime(), hostTime()
	w.gcBefore = collections()
	w.stop, w.stopped = make(chan struct{}), make(chan struct{})
	go w.beats()
}

// beats measures how late a sleeping goroutine is woken.
func (w *Watch) beats() {
	defer close(w.stopped)
	tick := time.NewTimer(beat)
	defer tick.Stop()
	for {
		due := time.Now().Add(beat)
		tick.Reset(beat)
		select {
		case <-tick.C:
			w.lag.Record(int64(max(time.Since(due), 0)))
		case <-w.stop:
			return
		}
	}
}

// End stops watching. It does nothing if watching never began.
func (w *Watch) End() {
	if !w.begun || w.stop == nil {
		return
	}
	close(w.stop)
	<-w.stopped
	w.stop = nil
	w.took = time.Since(w.at)
	w.cpuUsed = processTime() - w.cpu
	w.hostUsed = hostTime() - w.busy
	w.open, w.resting = descriptors(), timeWait()
	w.countPauses()
}

// countPauses adds the garbage collector's pauses since Begin, as far back as
// the runtime remembers (256 of them).
func (w *Watch) countPauses() {
	var s debug.GCStats
	debug.ReadGCStats(&s)
	for i := range min(int(s.NumGC-w.gcBefore), len(s.Pause)) {
		w.pauses.Record(int64(s.Pause[i]))
	}
}

func collections() int64 {
	var s debug.GCStats
	debug.ReadGCStats(&s)
	return s.NumGC
}

// ProcessTime returns the processor time that this process has used so far.
func ProcessTime() time.Duration { return processTime() }

// Generator returns what was seen, with the verdict on it.
func (w *Watch) Generator() *resultfile.Generator {
	g := &resultfile.Generator{CPUs: Allowance(), PeakRSSBytes: peakRSS(), SchedLag: w.lag, GCPause: w.pauses}
	if !w.begun {
		return g
	}
	g.CPUSeconds = w.cpuUsed.Seconds()
	g.Descriptors, g.TimeWait = w.open, w.resting
	busy := limitedByCPU(w.took, w.cpuUsed, g.CPUs)
	late := limitedByLag(w.lag, w.tolerance)
	for _, reason := range []string{busy, late} {
		if reason != "" {
			g.Reasons = append(g.Reasons, reason)
		}
	}
	g.Limited, g.LimitedByLag = len(g.Reasons) > 0, late != "" && busy == ""
	if share := w.hostUsed.Seconds() / (w.took.Seconds() * float64(Processors())); !g.Limited && share >= hostBusy {
		g.Warnings = append(g.Warnings, fmt.Sprintf(
			"shared-host: all CPUs of this machine together were %.0f%% busy, and the generator used %.0f%% of them: other processes here, perhaps the server, used the rest",
			min(100*share, 100), 100*w.cpuUsed.Seconds()/(w.took.Seconds()*float64(Processors()))))
	}
	return g
}

// limitedByCPU returns how much of its allowance the generator used, if that made it the
// limit.
func limitedByCPU(took, cpu time.Duration, cpus float64) string {
	share := cpu.Seconds() / (took.Seconds() * cpus)
	if share < cpuLimit {
		return ""
	}
	return fmt.Sprintf("cpu: this process used %.0f%% of its %.3g CPUs", 100*share, cpus)
}

// limitedByLag returns how late the generator woke up, if that was more than is tolerated.
func limitedByLag(lag *hdr.Histogram, tolerance time.Duration) string {
	if lag.Count() < lagSamples {
		return ""
	}
	p99 := time.Duration(lag.ValueAtPercentile(99))
	if p99 <= tolerance {
		return ""
	}
	return fmt.Sprintf("wake-up lag: p99 was %v in the window, above %v", p99.Round(100*time.Microsecond), tolerance)
}
