package recorder

import (
	"time"

	"github.com/ftpmark/ftpmark/stats"
)

// upload follows the upload that a meter's session has under way. The shard's
// lock guards it.
//
// While the upload goes on only bounds are known of what the server has, so an
// interval counts an estimate between them: what the session's last upload would
// have had after the same time. At its end it is known when the server had all.
// What it had at the window's edges is then what it would have had at its own
// mean rate, within the bounds that were read at the edge; and what the intervals
// have not counted yet counts where the upload ends. So a sum over the window is
// wrong by less than the bounds are apart, and right for a steady server; an
// interval is right too where uploads are alike.
type upload struct {
	on       bool                 // an upload is being followed, until it is recorded
	out      bool                 // it began after the window's close
	unknown  bool                 // its progress was asked for and not to be had
	progress stats.UploadProgress // nil once it has ended
	size     int64
	begun    stats.Moment
	rate     float64 // of the session's last good one, in bytes per nanosecond; 0 for none

	least, acked int64 // as read so far
	estimate     int64 // the largest so far
	from         int64 // the estimate at the window's opening
	open, close  edge

	first *firstUpload // nil once the session's second has told
}

// firstUpload is a session's first upload, if the window opened during it. A
// server that holds a session to a rate lets its first bytes go at once (a token
// bucket is full at first; vsftpd: 64 KiB). Spread over the upload these would
// seem to have moved in the window. So once the session's second upload has told
// the rate, the first one's bytes before the window are counted back from its
// end, which takes away from the second what the first had too much.
type firstUpload struct {
	total, had, most int64 // in all; by the opening, as counted; and at most
	left             time.Duration
}

// burst is the most bytes that are taken for a session's first burst.
const burst = 64 << 10

// over returns how many bytes the first upload counted too much, if the second
// came at that rate.
func (f *firstUpload) over(rate float64) int64 {
	had := f.total - int64(rate*float64(f.left))
	return max(min(had, f.most, f.had+burst)-f.had, 0)
}

// edge is what was known when the window opened or closed during an upload; the
// zero edge is none.
type edge struct {
	at          stats.Moment
	least, most int64
}

// begin follows a new upload in a shard with window w.
func (u *upload) begin(p stats.UploadProgress, size int64, at stats.Moment, w stats.Window) {
	*u = upload{on: true, out: w.Close != 0, progress: p, size: size, begun: at, rate: u.rate, first: u.first}
}

// read asks for the bounds now. An upload that has ended and is not recorded yet
// may have been whole.
func (u *upload) read(now stats.Moment) edge {
	if u.progress == nil {
		return edge{now, u.least, u.size}
	}
	least, most, ok := u.progress.Received()
	if !ok {
		u.unknown = true
		return edge{now, u.least, u.size}
	}
	u.least = max(u.least, min(least, u.size))
	u.acked = max(u.acked, u.least, min(most, u.size))
	return edge{now, u.least, u.acked}
}

// guess moves the estimate on to what is known now. A session's first upload has
// none before it to go by: the middle between the bounds will do.
func (u *upload) guess(now stats.Moment) {
	e := u.read(now)
	likely := int64(u.rate * float64(max(now.Sub(u.begun), 0)))
	if u.rate == 0 && !u.unknown {
		likely = e.least + (e.most-e.least)/2
	}
	u.estimate = max(u.estimate, min(max(likely, e.least), e.most))
}

// opened and closed note the window's edge. The last part before the close
// counts once the upload has ended, save what is sure.
func (u *upload) opened(at stats.Moment) {
	u.guess(at)
	u.open = edge{at, u.least, u.size}
	if !u.unknown && u.progress != nil {
		u.open.most = u.acked
	}
	u.from = u.estimate
}

func (u *upload) closed(at stats.Moment) {
	u.close = u.read(at)
	u.estimate = max(u.estimate, u.least)
}

// had returns what the server had at an edge, of total bytes that it has at the
// end.
func (u *upload) had(e edge, total int64, end stats.Moment) int64 {
	n := total
	if e.at < end {
		n = int64(float64(total) * float64(max(e.at.Sub(u.begun), 0)) / float64(end.Sub(u.begun)))
	}
	return min(max(n, e.least), e.most, total)
}

// inside returns how many bytes of the finished upload, of which queued bytes
// went to the kernel, the server got in the window w, taken of which are counted
// already. Of one that failed no more than was acknowledged counts.
func (u *upload) inside(o *stats.Sample, queued, taken int64, w stats.Window) int64 {
	total, end := queued, o.Moments[stats.T8]
	if o.Failure != nil && !u.unknown {
		total = min(queued, u.acked)
	}
	var over int64
	first := u.rate == 0
	if o.Failure == nil && end > u.begun {
		u.rate = float64(total) / float64(end.Sub(u.begun))
		if u.first != nil {
			over, u.first = u.first.over(u.rate), nil
		}
	}
	if w.Open == 0 || u.out {
		return taken
	}
	n := total
	if u.close.at != 0 {
		n = u.had(u.close, total, end)
	}
	if u.open.at != 0 {
		had := u.had(u.open, total, end)
		n -= had
		if first && o.Failure == nil && u.open.at < end && u.close.at == 0 {
			u.first = &firstUpload{total, had, min(u.open.most, total), end.Sub(u.open.at)}
		}
	}
	return max(n-over, taken)
}
