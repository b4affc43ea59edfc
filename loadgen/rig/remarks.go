package rig

import (
	"fmt"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// localFailures counts the operations that failed for want of this machine's own
// ports or descriptors.
func localFailures(whole *resultfile.Trial) (n int64) {
	for _, s := range whole.Series {
		for _, e := range s.Errors {
			if e.Class == stats.ClassLocal {
				n += e.Count
			}
		}
	}
	return n
}

// note keeps a remark on this trial for the report, and warning one that puts
// its numbers in doubt.
func (t *trial) note(format string, args ...any) {
	t.result.Notes = append(t.result.Notes, Remark{format, fmt.Sprintf(format, args...)})
}

func (t *trial) warning(format string, args ...any) {
	t.result.Warnings = append(t.result.Warnings, Remark{format, fmt.Sprintf(format, args...)})
}

// remark notes what a reader must know of the trial.
func (t *trial) remark(whole *resultfile.Trial) {
	seen := &t.pool.noticed
	switch n := seen.foreign.Load(); {
	case n == 0:
	case t.env.plan.Profile.PASVAddress == profiles.AddressObey:
		t.note("the server's reply to PASV named another host in %s transfers, to which ftpmark connected because of --pasv-address obey", quantity.Count(n))
	default:
		t.note("the server's reply to PASV named another host in %s transfers; its control address was used instead", quantity.Count(n))
	}
	if n := seen.stray.Load(); n > 0 {
		t.note("the server named passive ports outside of --passive-ports in %s transfers: its range was exhausted, and a firewall would drop these", quantity.Count(n))
	}
	switch n := seen.strange.Load(); {
	case n == 0:
	case t.env.plan.Profile.ActivePeer == profiles.PeerAny:
		t.note("%s active data connections came from another address than the server's (%s) and were accepted, because of --active-peer any", quantity.Count(n), seen.stranger.Load())
	default:
		t.note("%s connections to active listeners came from another address than the server's (%s) and were closed; --active-peer any accepts them", quantity.Count(n), seen.stranger.Load())
	}
	if n := seen.accepted.Load(); n > 0 {
		t.note("%s transfers ended in a way that would be a failure without --accept", quantity.Count(n))
	}
	if n := t.rec.Spread(); n > 0 {
		t.note("this system does not report the progress of uploads: the bytes of %s uploads are spread evenly over their time", quantity.Count(n))
	}
	sessions := int64(t.env.plan.Profile.MostSessions())
	var spanning, unfinished int64
	for _, s := range whole.Series {
		spanning += s.Spanning
		unfinished += s.Unfinished
	}
	if spanning > 0 {
		t.warning("%s of %s sessions spent the whole window in one operation that began before it: only the other sessions are counted (were these stuck, or is the window too short?)",
			quantity.Count(spanning), quantity.Count(sessions))
	}
	if unfinished > 0 {
		t.note("%s operations of the window had not ended at the end of the drain (--drain) and were cut off: they count as unfinished", quantity.Count(unfinished))
	}
	if share := whole.DisconnectedShare; share > 0.01 {
		t.warning("sessions were without a connection for %.1f%% of the session time in the window", 100*share)
	}
}
