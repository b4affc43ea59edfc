package loadgen

import "github.com/ftpmark/ftpmark/stats"

// localFailures counts the operations that failed for want of this machine's own
// ports or descriptors.
func localFailures(whole *stats.Trial) (n int64) {
	for _, s := range whole.Series {
		for _, e := range s.Errors {
			if e.Class == stats.ClassLocal {
				n += e.Count
			}
		}
	}
	return n
}

// remark notes what a reader must know of the trial.
func (t *trial) remark(whole *stats.Trial) {
	if n := t.foreign.Load(); n > 0 {
		t.run.note("%s: the server's reply to PASV named another host in %s transfers; its control address was used instead", t.variant, count(n))
	}
	if n := t.strange.Load(); n > 0 {
		t.run.note("%s: %s connections to active listeners came from other addresses than the server's and were closed", t.variant, count(n))
	}
	window := whole.Window.Length(whole.End)
	if down, all := t.downFor.Load(), int64(window)*int64(t.run.plan.Profile.Sessions); all > 0 && down*100 > all {
		t.run.note("%s: sessions were without a connection for %.1f%% of the session time in the window", t.variant, 100*float64(down)/float64(all))
	}
}
