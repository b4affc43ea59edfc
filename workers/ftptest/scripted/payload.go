package scripted

import (
	"errors"
	"io"
	"strings"
	"time"
)

// scriptedCycle is the period of a scripted file's bytes: a prime, so that it
// never falls in step with a buffer.
const scriptedCycle = 251

// Content returns n bytes of any scripted file from an offset on.
func Content(offset int64, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte((offset + int64(i)) % scriptedCycle)
	}
	return b
}

// payload moves the bytes and returns false if the transfer ends or stalls here.
func (t *scriptedTransfer) payload() bool {
	if !t.secureStep() {
		return false
	}
	t.srv.sleep(t.script.Delays.FirstByte)
	move := t.send
	if t.upload {
		move = t.receive
	}
	stopped, err := move()
	if err != nil {
		t.rec.with(func() { t.op.Err = err })
		t.data.drop()
		t.broken()
		return false
	}
	stop, end := t.script.Download.Stop, t.script.Download.End
	if t.upload {
		stop, end = t.script.Upload.Stop, t.script.Upload.End
	}
	if stopped {
		end = stop
	}
	t.end = end
	return !stopped || stop != EndHold
}

// broken says that the client broke the data connection, if there is still
// anything to be said.
func (t *scriptedTransfer) broken() {
	if t.op.CompletionSent.Before != 0 || t.script.Completion.Silent {
		return
	}
	t.say(t.script, Reply{}, "426 Connection closed; transfer aborted.\r\n", func(at Span) { t.op.CompletionSent = at })
}

// send writes the payload of a download and says whether Stop came into it.
func (t *scriptedTransfer) send() (stopped bool, err error) {
	d := &t.script.Download
	source, left := t.source()
	if d.Stop != ProperEnd && d.StopAfter <= left {
		stopped, left = true, d.StopAfter
	}
	for first := true; left > 0; first = false {
		if !first {
			t.srv.sleep(d.Pace.Pause)
		}
		b := source(min(left, d.Pace.chunk()))
		t.patience()
		at := Span{Before: t.srv.clock()}
		n, err := t.data.stream.Write(b)
		at.After = t.srv.clock()
		t.moved(n, at)
		if err != nil {
			return false, err
		}
		left -= int64(n)
	}
	return stopped, nil
}

// source returns a function that gives the next bytes of a download, and how
// many there are.
func (t *scriptedTransfer) source() (next func(int64) []byte, size int64) {
	d := &t.script.Download
	if t.op.Verb != "RETR" {
		text := strings.NewReader(t.listed)
		return func(n int64) []byte {
			b := make([]byte, n)
			_, _ = io.ReadFull(text, b) // n is never more than there is
			return b
		}, text.Size()
	}
	at := t.op.Offset
	size = max(t.size(t.script, t.op.Path)-at, 0) + d.Extra
	cycles := Content(0, scriptedCycle+int(d.Pace.chunk()))
	return func(n int64) []byte {
		from := at % scriptedCycle
		at += n
		return cycles[from : from+n]
	}, size
}

// receive reads the payload of an upload and says whether Stop came into it.
func (t *scriptedTransfer) receive() (stopped bool, err error) {
	u := &t.script.Upload
	base := t.op.Offset
	if t.op.Verb == "APPE" {
		base = max(t.size(t.script, t.op.Path), 0)
	}
	kept := int64(0) // what a restarted upload leaves standing behind it
	if t.op.Verb == "STOR" && base > 0 {
		kept = t.size(t.script, t.op.Path)
	}
	defer func() { t.store(t.op.Stored, max(base+t.op.Bytes, kept)) }()

	b := make([]byte, u.Pace.chunk())
	for first := true; ; first = false {
		room := int64(len(b))
		if u.Stop != ProperEnd {
			room = min(room, u.StopAfter-t.op.Bytes)
		}
		if room <= 0 {
			return true, nil
		}
		if !first {
			t.srv.sleep(u.Pace.Pause)
		}
		t.patience()
		at := Span{Before: t.srv.clock()}
		n, err := t.data.stream.Read(b[:room])
		at.After = t.srv.clock()
		t.moved(n, at)
		// TLS tells an end without close_notify as an unexpected one: most
		// servers take that.
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			t.rec.with(func() { t.op.FIN = at })
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// moved notes a write or read of n bytes.
func (t *scriptedTransfer) moved(n int, at Span) {
	if n == 0 {
		return
	}
	t.rec.with(func() {
		if t.op.Bytes == 0 {
			t.op.FirstByte = at
		}
		t.op.LastByte = at
		t.op.Bytes += int64(n)
	})
}

func (t *scriptedTransfer) patience() {
	_ = t.data.conn.SetDeadline(time.Now().Add(scriptedPatience))
}
