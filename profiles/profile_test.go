package profiles

import (
	"strings"
	"testing"
	"time"
)

func TestValidate(t *testing.T) {
	if p := Default(); p.Validate() != nil {
		t.Fatalf("the default: %v", p.Validate())
	}
	for want, change := range map[string]func(*Profile){
		"--op":            func(p *Profile) { p.Op = nil },
		"--path":          func(p *Profile) { p.Op, p.Path = Mix{{Op: "stor", Weight: 1}}, "x" },
		"--sessions":      func(p *Profile) { p.Sessions = 0 },
		"nothing to do":   func(p *Profile) { p.Duration = 0 },
		"--operations":    func(p *Profile) { p.Operations = -1 },
		"--warmup":        func(p *Profile) { p.Warmup = -1 },
		"listed twice":    func(p *Profile) { p.Mode = Modes{EPSV, EPSV} },
		"want passive":    func(p *Profile) { p.Mode = nil },
		"--stall-timeout": func(p *Profile) { p.StallTimeout = 0 },
		"--size":          func(p *Profile) { p.Size = FixedSize(-1) },
	} {
		p := Default()
		change(&p)
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

func TestDefaultWarmup(t *testing.T) {
	for in, want := range map[time.Duration]time.Duration{
		0: 0, time.Second: 100 * time.Millisecond, 10 * time.Second: time.Second, time.Hour: 2 * time.Second,
	} {
		if got := DefaultWarmup(Duration(in)); time.Duration(got) != want {
			t.Errorf("%v: %v, want %v", in, got, want)
		}
	}
}

func TestParseMode(t *testing.T) {
	for _, m := range AllModes() {
		if got, err := ParseMode(strings.ToUpper(string(m))); err != nil || got != m {
			t.Errorf("%s: %s, %v", m, got, err)
		}
	}
	if _, err := ParseMode("ftp"); err == nil || !strings.Contains(err.Error(), "passive, active, epsv, pasv, eprt or port") {
		t.Errorf("the error does not list the modes: %v", err)
	}
}

func TestParsePortRange(t *testing.T) {
	for in, want := range map[string]PortRange{"1-2": {1, 2}, "40000-40999": {40000, 40999}, "21": {21, 21}} {
		if got, err := ParsePortRange(in); err != nil || got != want {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	for _, bad := range []string{"", "0-1", "2-1", "1-65536", "a-b", "1-2-3", "-5"} {
		if got, err := ParsePortRange(bad); err == nil {
			t.Errorf("%q: taken for %v", bad, got)
		}
	}
}
