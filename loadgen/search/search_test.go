package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// target answers for a target.
type target func(Ask) Answer

// limit holds up to a level and says nothing of it.
func limit(l float64) target {
	return func(a Ask) Answer { return Answer{Held: a.Level <= l} }
}

// admits holds up to a level and lets so many in.
func admits(l float64) target {
	return func(a Ask) Answer { return Answer{Held: a.Level <= l, Hint: l} }
}

// fallsOver holds up to a level until more was asked of it once, then up to
// another, and recovers after some asks.
func fallsOver(before, after float64, recovery int) target {
	broken := -1
	return func(a Ask) Answer {
		l := before
		if broken >= 0 {
			if broken++; broken <= recovery {
				l = after
			}
		}
		held := a.Level <= l
		if broken < 0 && !held {
			broken = 0
		}
		return Answer{Held: held}
	}
}

const never = math.MaxInt

// search runs one to its end and checks what always holds.
func search(t testing.TB, c Config, answer target) (outcome, []Ask) {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	var asks []Ask
	last := map[float64]bool{} // told last of a level: a held confirmation
	for {
		a, ok := s.Next()
		if !ok {
			break
		}
		if again, _ := s.Next(); again != a {
			t.Fatalf("asked for %v, then for %v before the answer", a, again)
		}
		if len(asks) == c.Bound() {
			t.Fatalf("%+v: more than %d asks: %v", c, len(asks), asks)
		}
		if !(a.Level > 0 && a.Level <= c.Most) || c.Whole && a.Level != math.Trunc(a.Level) {
			t.Fatalf("%+v: asked for %v", c, a)
		}
		asks = append(asks, a)
		said := answer(a)
		s.Tell(said)
		last[a.Level] = a.Purpose == Confirm && said.Held && !said.Unknown
		f := found(s)
		switch {
		case f.Failed != 0 && f.Level >= f.Failed,
			f.Level < 0 || f.Level > c.Most,
			c.Whole && (f.Level != math.Trunc(f.Level) || f.Failed != math.Trunc(f.Failed)),
			f.Confirmed && !last[f.Level],
			f.AtLeast && (f.Failed != 0 || f.Level != c.Most),
			f.FellOver && f.Failed == 0:
			t.Fatalf("%+v: after %v: %+v, confirmed %v", c, asks, f, last[f.Level])
		}
	}
	return found(s), asks
}

func whole(most float64) Config { return Config{From: 1, Most: most, Precision: 0.05, Whole: true} }

// The ratio of Most to From is not a power of two.
func rates() Config { return Config{From: 0.5, Most: 3000, Precision: 0.05} }

func levels(asks []Ask) (l []float64) {
	for _, a := range asks {
		l = append(l, a.Level)
	}
	return l
}

func TestAsksForTheseLevels(t *testing.T) {
	for _, c := range []struct {
		what   string
		config Config
		answer target
		want   []float64
		found  outcome
	}{
		{"a limit that the target names", whole(1000), admits(50),
			[]float64{1, 2, 4, 8, 16, 32, 64, 50, 51, 50}, outcome{Level: 50, Failed: 51, Confirmed: true}},
		{"one that is on the ramp", whole(1000), admits(32),
			[]float64{1, 2, 4, 8, 16, 32, 64, 33, 32}, outcome{Level: 32, Failed: 33, Confirmed: true}},
		{"one that it does not name", whole(1000), limit(50),
			[]float64{1, 2, 4, 8, 16, 32, 64, 48, 56, 52, 50, 50}, outcome{Level: 50, Failed: 52, Confirmed: true}},
		{"just above the ramp's level: the failures might be after-effects", whole(1000), limit(32),
			[]float64{1, 2, 4, 8, 16, 32, 64, 48, 40, 36, 34, 33, 32, 33}, outcome{Level: 32, Failed: 33, Confirmed: true}},
		{"one that is at the very end", whole(48), limit(48),
			[]float64{1, 2, 4, 8, 16, 32, 48, 48}, outcome{Level: 48, AtLeast: true, Confirmed: true}},
		{"a single session only", whole(48), limit(1),
			[]float64{1, 2, 1, 2}, outcome{Level: 1, Failed: 2, Confirmed: true}},
		{"nothing", whole(48), limit(0),
			[]float64{1, 1}, outcome{Failed: 1}},
		{"one level only", Config{From: 7, Most: 7, Precision: .05, Whole: true}, limit(7),
			[]float64{7, 7}, outcome{Level: 7, AtLeast: true, Confirmed: true}},
		{"below the first level", Config{From: 16, Most: 64, Precision: .05, Whole: true}, admits(5),
			[]float64{16, 5, 6, 5}, outcome{Level: 5, Failed: 6, Confirmed: true}},
		{"nothing at all of rates", Config{From: 1024, Most: 4096, Precision: .05}, limit(0),
			[]float64{1024, 512, 128, 16, 1}, outcome{Failed: 1}},
		{"down for good", whole(1000), fallsOver(50, 0, never),
			[]float64{1, 2, 4, 8, 16, 32, 64, 48, 40, 36, 34, 33, 32, 16, 4, 1, 1}, outcome{Failed: 1, FellOver: true}},
		{"down to a half", whole(1000), fallsOver(50, 25, never),
			[]float64{1, 2, 4, 8, 16, 32, 64, 48, 40, 36, 34, 33, 32, 16, 24, 28, 26, 25, 25}, outcome{Level: 25, Failed: 26, Confirmed: true, FellOver: true}},
		{"down for six levels", whole(1000), fallsOver(50, 0, 5),
			[]float64{1, 2, 4, 8, 16, 32, 64, 48, 40, 36, 34, 33, 32, 33, 48, 56, 52, 50, 50}, outcome{Level: 50, Failed: 52, Confirmed: true}},
	} {
		found, asks := search(t, c.config, c.answer)
		if found != c.found {
			t.Errorf("%s: found %+v, want %+v", c.what, found, c.found)
		}
		if l := levels(asks); !slices.Equal(l, c.want) {
			t.Errorf("%s: asked for %v\nwant %v", c.what, l, c.want)
		}
	}
}

// once answers as the target does, but the ask of that number, from 1, wrongly.
func once(number int, answer target) target {
	return func(a Ask) Answer {
		said := answer(a)
		if number--; number == 0 {
			return Answer{Held: !said.Held}
		}
		return said
	}
}

func TestWholeLimitsAreFound(t *testing.T) {
	for l := 1.; l <= 300; l++ {
		f, _ := search(t, whole(1000), admits(l))
		if want := (outcome{Level: l, Failed: l + 1, Confirmed: true}); f != want {
			t.Errorf("limit %v, named: %+v", l, f)
		}
		f, asks := search(t, whole(1000), limit(l))
		if f.Level > l || f.Failed <= l || f.Failed-f.Level > max(1, 0.05*f.Level) || !f.Confirmed || f.FellOver || len(asks) > 20 {
			t.Errorf("limit %v: %+v after %d asks", l, f, len(asks))
		}
		f, _ = search(t, Config{From: 100, Most: 1000, Precision: 0.05, Whole: true}, limit(l))
		if f.Level > l || f.Failed <= l || f.Failed-f.Level > max(1, 0.05*f.Level) || !f.Confirmed {
			t.Errorf("limit %v from 100 on: %+v", l, f)
		}
	}
}

func TestRealLimitsAreFoundWithinPrecision(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		c := Config{From: math.Exp(6*r.Float64() - 3), Precision: math.Exp(-6*r.Float64() - 0.5)}
		c.Most = c.From * math.Exp(10*r.Float64())
		l := c.From/1000 + (c.Most-c.From/1000)*math.Pow(r.Float64(), 4)
		for _, answer := range []target{limit(l), admits(l)} {
			f, _ := search(t, c, answer)
			if f.AtLeast && l == c.Most {
				continue
			}
			if f.Level > l || f.Failed <= l || f.Failed/f.Level-1 > c.Precision+1e-6 || !f.Confirmed || f.FellOver {
				t.Errorf("limit %v, %+v: %+v", l, c, f)
			}
		}
	}
}

// A false failure must not hide what lies above it, wherever it comes.
func TestOneWrongAnswerCostsLittle(t *testing.T) {
	for l := 1.; l <= 300; l++ {
		for number := 1; number <= 20; number++ {
			f, asks := search(t, whole(1000), once(number, limit(l)))
			if number > len(asks) {
				break
			}
			// A level that was held once by mistake is confirmed or not; one that
			// failed by mistake may cost what a last step is wide.
			if f.Level > l || f.Level < math.Floor(l*0.89)-1 || !f.Confirmed {
				t.Errorf("limit %v, answer %d of %v is wrong: %+v", l, number, levels(asks), f)
			}
		}
	}
}

func TestAConfirmationThatIsRefusedOnceIsRepeated(t *testing.T) {
	refusals := 1
	lingering := func(a Ask) Answer {
		if a.Purpose == Confirm && refusals > 0 {
			refusals--
			return Answer{Hint: 47}
		}
		return admits(50)(a)
	}
	f, asks := search(t, whole(1000), lingering)
	if want := (outcome{Level: 50, Failed: 51, Confirmed: true}); f != want {
		t.Errorf("found %+v after %v", f, asks)
	}
	// Not a second time.
	refusals = 2
	f, asks = search(t, whole(1000), lingering)
	if f.Level >= 50 || !f.Confirmed {
		t.Errorf("found %+v after %v", f, asks)
	}
}

func TestALevelThatIsNotConfirmedHasFailed(t *testing.T) {
	// What is held for a short while is more than what is held for longer.
	f, asks := search(t, rates(), func(a Ask) Answer {
		if a.Purpose == Confirm {
			return limit(90)(a)
		}
		return limit(100)(a)
	})
	if f.Level > 90 || f.Level < 80 || !f.Confirmed || f.FellOver {
		t.Errorf("found %+v after %v", f, asks)
	}
	// No confirmation ever.
	f, asks = search(t, rates(), func(a Ask) Answer { return Answer{Held: a.Purpose != Confirm && a.Level < 100} })
	if f.Confirmed || f.Level >= 100 || f.Level == 0 {
		t.Errorf("found %+v after %v", f, asks)
	}
	// Nor of the highest.
	f, asks = search(t, whole(64), func(a Ask) Answer { return Answer{Held: a.Purpose != Confirm || a.Level < 64} })
	if want := (outcome{Level: 62, Failed: 64, Confirmed: true}); f != want {
		t.Errorf("found %+v after %v", f, asks)
	}
}

func TestATargetThatFellOver(t *testing.T) {
	for before := 2.; before <= 700; before++ {
		for _, part := range []float64{0, 0.3, 0.5, 0.9} {
			after := math.Floor(part * before)
			f, asks := search(t, whole(1000), fallsOver(before, after, never))
			top := math.Exp2(math.Floor(math.Log2(before))) // of the ramp
			if f.Level > after || f.Level < math.Floor(after*0.94)-1 || after > 0 && !f.Confirmed {
				t.Errorf("%v, then %v: %+v after %v", before, after, f, levels(asks))
			}
			if want := after < top*0.85-2 || after == 0; want && !f.FellOver {
				t.Errorf("%v, then %v: %+v after %v", before, after, f, levels(asks))
			}
			if f.FellOver && after >= top {
				t.Errorf("%v, then %v: all of the ramp was held: %+v", before, after, f)
			}
			if after == 0 && len(asks) > 30 {
				t.Errorf("%v, then nothing: %d asks", before, len(asks))
			}
		}
		for recovery := range 12 {
			f, asks := search(t, whole(1000), fallsOver(before, 0, recovery))
			if f.Level > before || f.Level == 0 && recovery < 4 || f.Level > 0 && !f.Confirmed {
				t.Errorf("%v, back after %d: %+v after %v", before, recovery, f, levels(asks))
			}
		}
	}
}

// A generator that is the limit from some moment on ends the search soon, and nothing that
// was known before is lost.
func TestOnlyUnknownLevelsEndTheSearch(t *testing.T) {
	for _, fresh := range []func() target{
		func() target { return limit(50) },
		func() target { return admits(50) },
		func() target { return limit(1000) },
		func() target { return limit(0) },
		func() target { return fallsOver(50, 10, never) },
	} {
		_, asks := search(t, whole(1000), fresh())
		for at := range asks {
			n, answer := 0, fresh()
			f, told := search(t, whole(1000), func(a Ask) Answer {
				if n++; n > at {
					return Answer{Held: true, Unknown: true, Hint: 3}
				}
				return answer(a)
			})
			if len(told) > at+2*mostLeftOut || f.Confirmed && told[len(told)-1].Purpose == Confirm {
				t.Errorf("after %d asks: %+v, %v", at, f, told)
			}
			if at == 0 && (!f.Unknown || f.Level != 0 || f.Failed != 0) {
				t.Errorf("nothing was ever known: %+v, %v", f, told)
			}
		}
	}
}

// TestLevelsThatAreUnknownAreSearchedAround: a machine that is busy now and then hides
// some levels; the limit is found all the same, and never a wrong one.
func TestLevelsThatAreUnknownAreSearchedAround(t *testing.T) {
	for _, c := range []struct {
		config Config
		limit  float64
	}{{whole(1000), 41}, {whole(1000), 700}, {rates(), 280}, {rates(), 7.3}} {
		const searches = 200
		right := 0
		for seed := range uint64(searches) {
			random := rand.New(rand.NewPCG(seed, 17))
			f, asks := search(t, c.config, func(a Ask) Answer {
				return Answer{Held: a.Level <= c.limit, Unknown: random.IntN(4) == 0}
			})
			if f.Level > c.limit || f.Failed > 0 && f.Failed <= c.limit {
				t.Fatalf("limit %v: %+v after %v", c.limit, f, asks)
			}
			close := f.Level >= c.limit/(1+c.config.Precision)/(1+c.config.Precision/2) || c.config.Whole && f.Level >= c.limit-1
			if close && f.Confirmed {
				right++
			}
		}
		if right < searches*8/10 {
			t.Errorf("limit %v: found and confirmed in %d of %d searches", c.limit, right, searches)
		}
		t.Logf("limit %v: found and confirmed in %d of %d searches", c.limit, right, searches)
	}
}

func TestNoiseEndsAndStaysWithinBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	most, sum, low, high := 0, 0, 0, 0
	const n = 4000
	for i := range n {
		flips := []float64{0.02, 0.1, 0.5}[i%3]
		l := 2 + 200*r.Float64()
		c := whole(1000)
		if i%2 == 0 {
			c = rates()
		}
		f, asks := search(t, c, func(a Ask) Answer {
			return Answer{Held: (a.Level <= l) != (r.Float64() < flips)}
		})
		most = max(most, len(asks))
		sum += len(asks)
		if flips == 0.02 {
			if f.Level < l*0.85-1 {
				low++
			}
			if f.Level > l*1.1 {
				high++
			}
		}
	}
	t.Logf("%.1f asks on average, at most %d; with 1 in 50 answers wrong %d of %d found too low, %d too high", float64(sum)/n, most, low, n/3, high)
	if low > n/3/20 || high > n/3/50 {
		t.Errorf("with 1 in 50 answers wrong %d of %d found too low, %d too high", low, n/3, high)
	}
}

// A latency objective fails more and more often, not at one level.
func TestABlurredLimitIsFoundNearItsMiddle(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	const n = 2000
	var ratios []float64
	asked, fell := 0, 0
	for range n {
		l := 5 + 500*r.Float64()
		f, asks := search(t, rates(), func(a Ask) Answer {
			return Answer{Held: r.Float64() < 1/(1+math.Pow(a.Level/l, 40))} // 88% at 5% below, 12% at 5% above
		})
		ratios = append(ratios, f.Level/l)
		asked += len(asks)
		if f.FellOver {
			fell++
		}
	}
	slices.Sort(ratios)
	low, middle, high := ratios[n/20], ratios[n/2], ratios[n-n/20]
	t.Logf("%.3f of the middle, 90%% of them between %.3f and %.3f, in %.1f asks; %d of %d said to have fallen over", middle, low, high, float64(asked)/n, fell, n)
	if low < 0.88 || middle < 0.94 || high > 1.05 || fell > n/200 {
		t.Errorf("%.3f of the middle, 90%% of them between %.3f and %.3f; %d of %d said to have fallen over", middle, low, high, fell, n)
	}
}

func TestWhatCannotBeSearchedIsRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []Config{
		{}, {From: 1, Most: 10}, {From: 0, Most: 10, Precision: .1}, {From: 11, Most: 10, Precision: .1},
		{From: nan, Most: 10, Precision: .1}, {From: 1, Most: nan, Precision: .1}, {From: 1, Most: inf, Precision: .1},
		{From: 1, Most: 10, Precision: 1}, {From: 1, Most: 10, Precision: nan}, {From: -1, Most: 10, Precision: .1},
		{From: 1.5, Most: 10, Precision: .1, Whole: true}, {From: 1, Most: 10.5, Precision: .1, Whole: true},
		{From: 1, Most: 1e17, Precision: .1, Whole: true},
	} {
		if s, err := New(c); err == nil {
			t.Errorf("%+v: %v", c, s)
		}
	}
}

func TestTellingWithoutAnAskPanics(t *testing.T) {
	s, err := New(whole(10))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 * mostLeftOut {
		s.Tell(Answer{Unknown: true})
	}
	defer func() {
		if recover() == nil {
			t.Error("told after the end")
		}
	}()
	s.Tell(Answer{Held: true})
}

// FuzzSearch gives each answer from a byte: what it says and how it hints.
func FuzzSearch(f *testing.F) {
	f.Add(1., 1000., 0.05, true, []byte{1, 1, 1, 0, 0, 1, 1})
	f.Add(0.5, 3000., 0.01, false, []byte{1, 1, 4, 0, 8, 1, 1})
	f.Add(64., 64., 0.5, true, []byte{0, 1, 0, 1, 12, 1, 1})
	f.Add(1e-300, 1e300, 1e-9, false, []byte{1, 1, 1, 1, 1, 1, 1, 0})
	f.Fuzz(func(t *testing.T, from, most, precision float64, whole bool, answers []byte) {
		c := Config{from, most, precision, whole}
		if _, err := New(c); err != nil || len(answers) == 0 {
			return
		}
		n := -1
		low, high := 0., most
		search(t, c, func(a Ask) Answer {
			n++
			b := answers[n%len(answers)]
			said := Answer{Held: b&1 == 1, Unknown: b == 255}
			if said.Held {
				low = a.Level
			} else {
				high = a.Level
			}
			switch b >> 1 % 8 {
			case 1:
				said.Hint = low
			case 2:
				said.Hint = low + (high-low)*float64(b)/256
			case 3:
				said.Hint = high
			case 4:
				said.Hint = a.Level - 1
			case 5:
				said.Hint = math.Inf(1 - 2*int(b>>7))
			case 6:
				said.Hint = math.NaN()
			case 7:
				said.Hint = float64(b)
			}
			return said
		})
	})
}

// BenchmarkSearch reports how many levels it takes: that is what a search costs.
func BenchmarkSearch(b *testing.B) {
	for _, c := range []struct {
		name   string
		config Config
		answer func() target
	}{
		{"named", whole(1000), func() target { return admits(50) }},
		{"unnamed", whole(1000), func() target { return limit(50) }},
		{"rate", rates(), func() target { return limit(640) }},
		{"down", whole(1000), func() target { return fallsOver(640, 0, never) }},
		{"halved", whole(1000), func() target { return fallsOver(640, 320, never) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				_, asks := search(b, c.config, c.answer())
				n = len(asks)
			}
			b.ReportMetric(float64(n), "asks")
		})
	}
}

func ExampleSearch() {
	s, err := New(Config{From: 1, Most: 1000, Precision: 0.05, Whole: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for {
		ask, more := s.Next()
		if !more {
			break
		}
		const maxClients = 5
		s.Tell(Answer{Held: ask.Level <= maxClients, Hint: maxClients})
		fmt.Print(ask.Purpose, " ", ask.Level, ", ")
	}
	fmt.Printf("found %v\n", found(s).Level)
	// Output: ramp 1, ramp 2, ramp 4, ramp 8, search 5, search 6, confirm 5, found 5
}
