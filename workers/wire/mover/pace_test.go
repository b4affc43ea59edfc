package mover

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

// grants is a pace that grants most bytes at a time and keeps what it granted.
type grants struct {
	most    int
	granted int64
	asked   int
	moved   int64
	ahead   bool  // more was counted than granted
	ends    int64 // no more is granted after so many bytes
	paused  bool  // since the last Waiting
	held    bool  // the peer was waited for with no Waiting after a pause
}

var errPaceEnds = errors.New("no more")

func (g *grants) pace(most int) (int, error) {
	if most < 1 {
		panic("nothing was asked for")
	}
	if g.ends > 0 && g.granted >= g.ends {
		return 0, errPaceEnds
	}
	n := min(most, g.most)
	g.asked++
	g.granted += int64(n)
	g.paused = true
	return n, nil
}

func (g *grants) waiting(bool) { g.paused = false }

func (g *grants) Moved(n int) {
	g.moved += int64(n)
	g.ahead = g.ahead || g.moved > g.granted
	g.held = g.held || g.paused
}

// TestPace moves payload both ways by both movers: all of it, no byte before it
// was granted, none granted in vain, and the stall deadline is pushed back
// after each pause.
func TestPace(t *testing.T) {
	b := block(t, 3, 1000)
	for _, portable := range []bool{false, true} {
		for _, compared := range []bool{false, true} {
			for _, size := range []int64{0, 1, 999, 1000, 300_001} {
				for _, most := range []int{1, 655, 1 << 30} {
					if most == 1 && size > 1000 {
						continue
					}
					t.Run(fmt.Sprintf("portable=%v/compared=%v/%d/%d", portable, compared, size, most), func(t *testing.T) {
						check := func(what string, n int64, err error, g *grants) {
							t.Helper()
							if err != nil || n != size || g.moved != size || g.granted != size {
								t.Errorf("%s %d, metered %d, granted %d, %v", what, n, g.moved, g.granted, err)
							}
							if g.ahead || g.held {
								t.Errorf("%s: ahead of the pace %v, a pause held against the peer %v", what, g.ahead, g.held)
							}
						}
						client, server := pipe(t)
						got := make(chan []byte, 1)
						go func() { all, _ := io.ReadAll(server); got <- all }()
						g := &grants{most: most}
						n, err := Send(client, b, 5, size, g, Options{Portable: portable, Pace: g.pace, Waiting: g.waiting})
						check("sent", n, err, g)
						client.CloseWrite()
						want := repetition(b, 5, size)
						if all := <-got; string(all) != string(want) {
							t.Error("other bytes arrived")
						}

						go func() { server.Write(want); server.Close() }()
						g = &grants{most: most}
						o := Options{Portable: portable, Pace: g.pace, Waiting: g.waiting}
						if compared {
							o.Expect = &Expect{Block: b, Offset: 5, Size: size}
						}
						n, err = Discard(client, g, o)
						check("discarded", n, err, g)
					})
				}
			}
		}
	}
}

// TestPaceEnds ends transfers by their pace, and counts what had been granted.
func TestPaceEnds(t *testing.T) {
	b := block(t, 3, 1000)
	for _, portable := range []bool{false, true} {
		client, server := pipe(t)
		go io.Copy(io.Discard, server)
		g := &grants{most: 100, ends: 1000}
		n, err := Send(client, b, 0, 1_000_000, g, Options{Portable: portable, Pace: g.pace})
		if n != 1000 || g.moved != 1000 || !errors.Is(err, errPaceEnds) {
			t.Errorf("portable=%v: sent %d, metered %d, %v", portable, n, g.moved, err)
		}

		client, other := pipe(t)
		go func() { other.Write(make([]byte, 100_000)); other.Close() }()
		g = &grants{most: 100, ends: 1000}
		n, err = Discard(client, g, Options{Portable: portable, Pace: g.pace})
		if n != g.granted || g.moved != g.granted || !errors.Is(err, errPaceEnds) {
			t.Errorf("portable=%v: discarded %d, metered %d, %v", portable, n, g.moved, err)
		}
	}
}
