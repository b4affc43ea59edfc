package mover

import (
	"bytes"
	"io"
	"testing"
	"time"
)

// TestUploadsWithoutAPipeCopy sends the same bytes where there is no pipe to be
// had, or none that may be filled.
func TestUploadsWithoutAPipeCopy(t *testing.T) {
	b := block(t, 3, 1<<20)
	lent := make([]*kernelPipe, mostPipes)
	for i := range lent {
		if lent[i] = b.pipes.take(); lent[i] == nil {
			t.Fatalf("no pipe %d", i)
		}
	}
	if b.pipes.take() != nil {
		t.Fatal("more pipes than there may be")
	}
	const size = 3<<20 + 5
	check := func(what string) {
		client, server := pipe(t)
		got := make(chan []byte, 1)
		go func() { all, _ := io.ReadAll(server); got <- all }()
		var sent sum
		n, err := Send(client, b, 7, size, &sent, Options{})
		client.CloseWrite()
		want := bytes.Repeat(b.data, 5)[7 : 7+size]
		if all := <-got; err != nil || n != size || !bytes.Equal(all, want) {
			t.Errorf("%s: sent %d, %d arrived, %v", what, n, len(all), err)
		}
	}
	check("all pipes are lent")
	b.pipes.give(lent[0], 0)
	check("a pipe that was used before")
	// A pipe that is closed behind our back refuses to be filled.
	p := b.pipes.take()
	_ = p.close()
	b.pipes.give(&kernelPipe{r: -1, w: -1, size: 1 << 20}, 0)
	check("a pipe that refuses")
}

// TestPipesAreNotReusedWithSomethingInThem would send the rest of one upload as
// the beginning of another.
func TestPipesAreNotReusedWithSomethingInThem(t *testing.T) {
	b := block(t, 3, 1<<20)
	client, server := pipe(t)
	_ = server // never reads
	stop := make(chan error, 1)
	go func() {
		var n sum
		_, err := Send(client, b, 0, 1<<30, &n, Options{Waiting: func(bool) { _ = client.SetWriteDeadline(time.Unix(1, 0)) }})
		stop <- err
	}()
	if err := <-stop; err == nil {
		t.Fatal("the upload ended well")
	}
	b.pipes.mu.Lock()
	defer b.pipes.mu.Unlock()
	if len(b.pipes.free) != 0 || b.pipes.made != 0 {
		t.Errorf("%d pipes are free, %d open", len(b.pipes.free), b.pipes.made)
	}
}
