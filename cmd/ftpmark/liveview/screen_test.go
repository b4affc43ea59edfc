package liveview

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
)

// recorded keeps each write apart.
type recorded struct{ writes []string }

func (r *recorded) Write(b []byte) (int, error) {
	if len(b) > 0 {
		r.writes = append(r.writes, string(b))
	}
	return len(b), nil
}

// screenOf returns a screen of 80 columns, or as many as are said later.
func screenOf(r *recorded, columns *int) *Screen {
	return NewScreen(Terminal{Writer: r, Size: func() (int, int) { return *columns, 0 }}, time.Now, []string{"epsv"})
}

func second(i int) loadgen.Progress {
	return loadgen.Progress{Variant: "epsv", Part: rig.PartWindow, Elapsed: time.Duration(i) * time.Second, OperationsPerSec: 10}
}

// TestScreenIsDrawnFourTimesASecond at most, and what was told last is shown in
// the end.
func TestScreenIsDrawnFourTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorded
		columns := 80
		s := screenOf(&r, &columns)
		begun := time.Now()
		for i := range 1000 {
			s.Observe(time.Now(), second(i))
			time.Sleep(3 * time.Millisecond)
		}
		time.Sleep(leastPause)
		synctest.Wait()
		if most := int(time.Since(begun)/leastPause) + 1; len(r.writes) < 10 || len(r.writes) > most {
			t.Errorf("%d drawings, want at most %d", len(r.writes), most)
		}
		if last := r.writes[len(r.writes)-1]; !strings.Contains(last, "16m39s") {
			t.Errorf("the last drawing is %q", last)
		}
		s.Close()
	})
}

// TestScreenIsLeftAloneWhereNothingChanged.
func TestScreenIsLeftAloneWhereNothingChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorded
		columns := 80
		s := screenOf(&r, &columns)
		s.Observe(time.Now(), second(1))
		for range 3 {
			s.Redraw()
			time.Sleep(300 * time.Millisecond) // less than the sparkline moves on
		}
		synctest.Wait()
		if len(r.writes) != 1 {
			t.Errorf("%q", r.writes)
		}
		columns = 40
		s.Redraw()
		time.Sleep(leastPause)
		synctest.Wait()
		if len(r.writes) != 2 || !strings.HasPrefix(r.writes[1], "\r"+toLineEnd+up1) {
			t.Errorf("after another size %q", r.writes)
		}
		s.Close()
	})
}

// TestWhatIsSaidStandsAbove the block, and nothing follows the end.
func TestWhatIsSaidStandsAbove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r recorded
		columns := 80
		s := screenOf(&r, &columns)
		if n, err := s.Write([]byte("before\n")); n != 7 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		s.Observe(time.Now(), second(1))
		time.Sleep(time.Second)
		if n, err := s.Write([]byte("within\n")); n != 7 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		time.Sleep(time.Second)
		s.Observe(time.Now(), second(2))
		s.Observe(time.Now(), second(3)) // is due when the screen is closed
		s.Close()
		s.Observe(time.Now(), second(4))
		s.Redraw()
		s.Resume()
		synctest.Wait()
		if _, err := s.Write([]byte("after\n")); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		all := strings.Join(r.writes, "")
		for _, part := range []string{"before\n", ": measuring", up1, "within\n", ": measuring", up1, "after\n"} {
			_, rest, found := strings.Cut(all, part)
			if !found {
				t.Fatalf("%q is not where it belongs in %q", part, r.writes)
			}
			all = rest
		}
		if all != "" {
			t.Errorf("%q follows", all)
		}
	})
}

// TestRegionCountsTheRowsOfBrokenLines where a terminal became narrower.
func TestRegionCountsTheRowsOfBrokenLines(t *testing.T) {
	t.Parallel()
	lines := []Line{{{strings.Repeat("x", 79), plain}}, {{"y", plain}}, {{strings.Repeat("é", 40), plain}}}
	for columns, rows := range map[int]int{80: 3, 200: 3, 40: 4, 39: 6, 20: 7} {
		r := Region{}
		r.Draw(lines, 80)
		if got := strings.Count(r.Erase(columns), up1); got != rows {
			t.Errorf("%d columns: %d rows, want %d", columns, got, rows)
		}
		if got := r.Erase(columns); got != "" {
			t.Errorf("a second time: %q", got)
		}
	}
}

// TestScreensAreNotClearedAsAWhole: tmux would keep what was on them.
func TestScreensAreNotClearedAsAWhole(t *testing.T) {
	t.Parallel()
	r := Region{}
	line := Line{{"x", plain}}
	all := r.Draw([]Line{line, line}, 80) + r.Draw([]Line{line}, 80) + r.Draw(nil, 80) + r.Draw([]Line{line}, 80) + r.Draw([]Line{line}, 60) + r.Erase(60)
	if strings.Contains(all, "A"+toEnd) || strings.HasSuffix(all, toEnd) || strings.Count(all, toEnd) != 1 {
		t.Errorf("%q", all)
	}
}
