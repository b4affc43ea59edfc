package loadgen

// recordWriter writes a run's records in the order in which they were handed over, in
// a goroutine of its own: encoding an interval takes milliseconds, and whoever
// opens and closes windows must not be late for it.
type recordWriter struct {
	work chan func() error
	done chan struct{}
}

// pending is how many records may wait to be written. Beyond that the trial
// waits too: nothing is lost.
const pending = 256

// newRecordWriter starts one; failed is told of each record that was not kept.
func newRecordWriter(failed func(error)) *recordWriter {
	s := &recordWriter{work: make(chan func() error, pending), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		for write := range s.work {
			failed(write())
		}
	}()
	return s
}

// write hands a record over.
func (s *recordWriter) write(record func() error) { s.work <- record }

// close waits until everything is written.
func (s *recordWriter) close() {
	close(s.work)
	<-s.done
}
