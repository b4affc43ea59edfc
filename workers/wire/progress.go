package wire

import "github.com/ftpmark/ftpmark/stats"

// tracker is a meter that follows an upload by what the server has of it.
type tracker interface {
	Track(p stats.UploadProgress, size int64, at stats.Moment)
	Ended()
}

// track has the upload's meter, if it can, follow what the server gets of it. It
// is called when payload is about to move; ended before the connection is closed.
func (d *dataConn) track(up *Upload, at stats.Moment) {
	t, ok := up.Meter.(tracker)
	if !ok {
		return
	}
	d.tracker = t
	d.link.progress.begin(d.socket, up.Size, d.conn != d.tcp)
	t.Track(&d.link.progress, up.Size, at)
}

// untrack ends it.
func (d *dataConn) untrack() {
	if d.tracker != nil {
		d.tracker.Ended()
		d.tracker = nil
	}
}
