package profiles

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzProfile(f *testing.F) {
	files, _ := filepath.Glob("testdata/bad/*.yaml")
	for _, name := range bundledNames() {
		files = append(files, "bundled/"+name+".yaml")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("version: 1\nthreshold:\n  - \"\\u2028 \\\"x\\\"\"\nuser: |\n  a\nop: {retr@5%: 1}\nthink: uniform:1s-2s\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Read("f.yaml", strings.NewReader(string(b)))
		if err != nil {
			oneError(t, err)
			return
		}
		p, _, err := Resolve(d)
		if err != nil {
			oneError(t, err)
			return
		}
		if err := p.Validate(); err != nil {
			t.Fatalf("resolved, but not valid: %v", err)
		}
		if p.Size.kind != sizesTable {
			roundTrip(t, p)
		}
	})
}

func oneError(t *testing.T, err error) {
	t.Helper()
	e, ok := err.(*Error)
	if !ok || e.Line < 1 || e.Column < 1 || strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 4000 {
		t.Fatalf("%T: %q", err, err)
	}
}

// fuzzText fuzzes a text form: what is read, shown and read again is the same.
func fuzzText[T interface{ String() string }](f *testing.F, parse func(string) (T, error), use func(*testing.T, T), seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := parse(s)
		if err != nil {
			if strings.ContainsAny(oneLine(err.Error()), "\n\r") {
				t.Fatalf("%q", err)
			}
			return
		}
		again(t, parse, v)
		if use != nil {
			use(t, v)
		}
	})
}

func FuzzParseSizes(f *testing.F) {
	fuzzText(f, ParseSizes, func(t *testing.T, s Sizes) {
		last := Size(-1)
		for _, u := range []float64{0, 0.1, 0.5, 0.9, 0.999999} {
			at := s.At(u)
			if at < last || at < s.low || at > s.Most() {
				t.Fatalf("%s: %d at %v, after %d, from %d to %d", s, at, u, last, s.low, s.Most())
			}
			last = at
		}
		if m := s.Mean(); !(m >= float64(s.low)*0.999-1 && m <= float64(s.Most())*1.001+1) {
			t.Fatalf("%s: mean %v, from %d to %d", s, m, s.low, s.Most())
		}
	}, "1MiB", "0", "1KiB=70,64KiB=25,1MiB=5", "uniform:4KiB-1MiB", "lognormal:median=64KiB,sigma=1.5,max=16MiB", "lognormal:median=1B,sigma=10",
		"pareto:min=4KiB,alpha=1.2,max=1GiB", "pareto:min=1B,alpha=100,max=1024TiB", "pareto:min=1,alpha=1,max=2", "table:x.csv", "1,2,3")
}

func FuzzParseMix(f *testing.F) {
	fuzzText(f, ParseMix, func(t *testing.T, m Mix) {
		if m.Pick(0) != &m[0] || m.Pick(0.9999999) == nil {
			t.Fatalf("%s", m)
		}
		for _, o := range m {
			for _, size := range []int64{0, 1, 1000, 1 << 50} {
				if at := o.From.Of(size); at < 0 || at > size {
					t.Fatalf("%s of %d is %d", o.From, size, at)
				}
			}
		}
	}, "retr", "retr=80,stor=15,list=5", "retr@50%=10,stor@1MiB=5", "noop,login", "retr@0.1%")
}

func FuzzParseStages(f *testing.F) {
	fuzzText(f, ParseStages, func(t *testing.T, s Stages) {
		if s.Length() <= 0 || s.Most() <= 0 {
			t.Fatalf("%s", s)
		}
	}, "30s:10,1m:10..200", "30s:50/s..500/s", "1s:1->2", "1s:1→2", "1m:60..600/m,1s:0/s")
}

func FuzzParseBandwidth(f *testing.F) {
	fuzzText(f, ParseBandwidth, func(t *testing.T, b Bandwidth) {
		if b.IsZero() || b.All < 0 || b.Down < 0 || b.Up < 0 {
			t.Fatalf("%+v", b)
		}
	}, "10MiB/s", "80Mbit/s", "down=10MiB/s,up=5MiB/s", "8Mibit/s", "1.5kB/s", "10Mbps")
}

func FuzzParseThink(f *testing.F) {
	fuzzText(f, ParseThink, func(t *testing.T, k Think) {
		if k.At(0) < 0 || k.At(0.5) < 0 || k.At(0.999999) < k.At(0.5) {
			t.Fatalf("%s", k)
		}
	}, "100ms", "uniform:50ms-150ms", "exponential:100ms", "0s")
}

func FuzzParseRate(f *testing.F) {
	fuzzText(f, ParseRate, func(t *testing.T, r Rate) {
		if !(r > 0 && r <= maxRate) {
			t.Fatalf("%v", float64(r))
		}
	}, "200/s", "600/m", "10/h", "200", "0.3/s", "1000000/s")
}

// FuzzSettings sets two keys from text, as flags do.
func FuzzSettings(f *testing.F) {
	for i, k := range Keys() {
		f.Add(uint8(i), k.Default, uint8(i+1), "10s")
	}
	f.Add(uint8(3), "a \"quoted\" user: # no comment", uint8(47), "a < 1 & b > 2; {c}: [d]")
	f.Fuzz(func(t *testing.T, a uint8, x string, b uint8, y string) {
		keys, d := Keys(), NewDraft(FromFlag)
		for _, s := range []struct {
			at   uint8
			text string
		}{{a, x}, {b, y}} {
			k := keys[int(s.at)%len(keys)]
			if err := d.Set(k.Name, s.text); err != nil && (strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 4000) {
				t.Fatalf("%q", err)
			}
		}
		p, _, err := Resolve(d)
		if err != nil {
			return
		}
		if err := p.Validate(); err != nil {
			t.Fatalf("resolved, but not valid: %v", err)
		}
		if p.Size.kind != sizesTable {
			roundTrip(t, p)
		}
	})
}
