package target

import (
	"bytes"
	"testing"

	"github.com/ftpmark/ftpmark/workers/wire/mover"
)

// contentOf returns n bytes of what ftpmark writes to a file of that name.
func contentOf(t *testing.T, block *mover.Block, seed uint64, name string, from int64, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	at := mover.ContentOffset(seed, name, block.Size()) + from
	sink := writerConn{w: &b}
	if _, err := mover.Send(sink, block, at, int64(n), noMeter{}, mover.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDownloadIsWhatWasUploaded uploads what ftpmark would, in every way that a
// file can come to be, and reads it back by another form of its name.
func TestDownloadIsWhatWasUploaded(t *testing.T) {
	const seed, size = 7, 5_000_000 // more than a block
	block, err := mover.NewBlock(seed, mover.BlockSize)
	if err != nil {
		t.Fatal(err)
	}
	defer block.Close()
	s := start(t, Config{Seed: seed})
	c := enter(t, s.Addr())
	c.do(257, "MKD /home")
	c.do(257, "MKD /home/run")
	c.do(250, "CWD /home")
	whole := contentOf(t, block, seed, "run/file", 0, size)
	again := func(what, name string) {
		t.Helper()
		if got := c.receive("EPSV", "RETR %s", name); !bytes.Equal(got, whole) {
			t.Errorf("%s: %s is another content, of %d bytes", what, name, len(got))
		}
	}

	c.deliver("EPSV", whole, "STOR run/file")
	again("STOR", "/home/run/file")
	again("STOR", "run/file")
	c.do(350, "REST 4999990")
	if got := c.receive("EPRT", "RETR run/file"); !bytes.Equal(got, whole[4999990:]) {
		t.Error("REST: another content")
	}

	c.deliver("EPRT", whole[:1000], "STOR run/file")
	c.do(350, "REST 900")
	c.deliver("EPSV", whole[900:2000], "STOR run/file")
	c.deliver("EPSV", whole[2000:], "APPE run/file")
	again("STOR, REST and STOR, APPE", "run/file")

	c.do(350, "RNFR run/file")
	c.do(250, "RNTO other")
	again("rename", "other")
	c.deliver("EPSV", nil, "STOR run/file")
	if bytes.Equal(contentOf(t, block, seed, "home/other", 0, 100), whole[:100]) {
		t.Error("two names have one content")
	}
	c.deliver("EPSV", make([]byte, 100), "STOR other")
	if got := c.receive("EPSV", "RETR other"); !bytes.Equal(got, contentOf(t, block, seed, "home/other", 0, 100)) {
		t.Error("what is written over a file begins where the file's name says")
	}
}
