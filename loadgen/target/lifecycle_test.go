package target

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"testing"
	"time"
)

func TestServeCanBeCalledOnce(t *testing.T) {
	s := start(t, Config{})
	eventually(t, "served", s.served.Load)
	if err := s.Serve(context.Background()); err == nil {
		t.Error("served twice")
	}
}

func TestEndOfContextBeforeServe(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Serve(ctx); err != nil {
		t.Error(err)
	}
}

func TestEndOfContextClosesSessions(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx) }()

	idle := enter(t, s.Addr())
	large := enter(t, s.Addr())
	large.deliver("EPSV", make([]byte, 32<<20), "STOR /large")
	stalled := large.connect(large.passive("EPSV"))
	defer stalled.Close()
	large.send("RETR /large") // and never read
	large.expect(150)
	waiting := enter(t, s.Addr())
	waiting.passive("EPSV")
	waiting.send("RETR /large") // and never connect
	unused := enter(t, s.Addr())
	unused.passive("EPSV")
	uploading := enter(t, s.Addr())
	upload := uploading.connect(uploading.passive("EPSV"))
	defer upload.Close()
	uploading.send("STOR /upload") // and never end
	uploading.expect(150)
	eventually(t, "three open transfers", func() bool { return s.Stats().OpenTransfers == 3 })

	cancelled := time.Now()
	cancel()
	if err := <-served; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if took := time.Since(cancelled); took > 2*time.Second {
		t.Errorf("Serve took %s to end", took)
	}
	for _, c := range []*client{idle, large, waiting, unused, uploading} {
		if _, err := io.Copy(io.Discard, c.conn); errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a session is open: %v", err)
		}
	}
	if got := s.Stats(); got.OpenSessions != 0 || got.OpenTransfers != 0 || s.passive.size() != 0 {
		t.Errorf("left open: %+v, %d passive listeners", got, s.passive.size())
	}
	if c, err := net.Dial("tcp", s.Addr().String()); err == nil {
		_ = c.Close()
		t.Error("the listener is open")
	}
	eventually(t, "no goroutines left", func() bool { return runtime.NumGoroutine() <= before })
}
