package profiles

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// draft makes a draft of lines "key: value" in a file, or of settings
// "key=value" from another source.
func draft(t testing.TB, source Source, settings ...string) *Draft {
	t.Helper()
	if source == FromFile {
		d, err := Read("my.yaml", strings.NewReader("version: 1\n"+strings.Join(settings, "\n")+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := NewDraft(source)
	for _, s := range settings {
		key, text, _ := strings.Cut(s, "=")
		if err := d.Set(key, text); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// expected is Default with its warm-up.
func expected(change func(*Profile)) *Profile {
	p := Default()
	p.Warmup = DefaultWarmup(p.Duration)
	if change != nil {
		change(&p)
	}
	return &p
}

func TestResolveNothing(t *testing.T) {
	for _, drafts := range [][]*Draft{nil, {nil}, {NewDraft(FromFlag), NewDraft(FromEnvironment)}} {
		p, origins, err := Resolve(drafts...)
		if err != nil || len(origins) != 0 || !reflect.DeepEqual(p, expected(nil)) {
			t.Errorf("%+v, %v, %v", p, origins, err)
		}
		if err := p.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestQuickIsTheDefault(t *testing.T) {
	d, err := Open("quick")
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := Resolve(d)
	if err != nil {
		t.Fatal(err)
	}
	p.Description = ""
	if !reflect.DeepEqual(p, expected(nil)) {
		t.Errorf("%+v\nwant %+v", p, expected(nil))
	}
}

func TestBundled(t *testing.T) {
	infos := Bundled()
	if len(infos) != 10 || infos[0].Name != "quick" {
		t.Fatalf("%v", infos)
	}
	files, err := bundledFiles.ReadDir("bundled")
	if err != nil || len(files) != len(infos) {
		t.Errorf("%d files, %v", len(files), err)
	}
	for _, i := range infos {
		text, err := Text(i.Name)
		if err != nil {
			t.Fatal(err)
		}
		comment := 0
		for _, line := range strings.Split(text, "\n") {
			if !strings.HasPrefix(line, "#") {
				break
			}
			comment++
		}
		if comment < 2 || !strings.HasSuffix(i.Description, "?") {
			t.Errorf("%s: %d lines of comment, %q", i.Name, comment, i.Description)
		}
		d, err := Open(i.Name)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := Resolve(d)
		if err != nil {
			t.Fatal(err)
		}
		if p.Op.Has("mlsd") || p.Target != "" || p.Path != "" {
			t.Errorf("%s does not run everywhere", i.Name)
		}
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", i.Name, err)
		}
		roundTrip(t, p)
	}
	if _, err := Open("quik"); err == nil || !strings.Contains(err.Error(), `did you mean "quick"`) {
		t.Errorf("a misspelt name: %v", err)
	}
}

// roundTrip checks that a resolved profile's JSON is a profile that resolves to
// the same. A table of sizes becomes a list of them.
func roundTrip(t testing.TB, p *Profile) {
	t.Helper()
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read("profile.json", strings.NewReader(string(b)))
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	back, _, err := Resolve(d)
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	again, err := json.Marshal(back)
	if err != nil || string(again) != string(b) {
		t.Fatalf("%s became\n%s, %v", b, again, err)
	}
	if p.Size.kind != sizesTable && !reflect.DeepEqual(back, p) {
		t.Fatalf("%+v became\n%+v", p, back)
	}
	var plain Profile
	if err := json.Unmarshal(b, &plain); err != nil || p.Size.kind != sizesTable && !reflect.DeepEqual(&plain, p) {
		t.Fatalf("%s is unmarshalled as %+v, %v", b, plain, err)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, c := range [][]string{
		{"path: a file # no comment", "op: retr,size"}, {"operations: 5"}, {"operations: 5", "duration: 3s"}, {"size: 0"},
		{"stages: [{for: 3s, rate: 0..10/s}, {for: 1s, rate: 0}]", "max_sessions: 20"}, {"rate: 7/m", "arrivals: poisson"},
		{"think: exponential:50ms", "op_rate: 10/h"}, {"threshold: ['a < 1 & b > \"2\"', \"x: y # z\", '{}', '- a', '\\u0041']", "user: 'ü\u00a0\"\\'"},
		{"tls: explicit", "tls_min: 1.2", "tls_insecure: true", "prot: P", "tls_cert: c", "tls_key: k"}, {"source: [::1]", "active_address: 127.0.0.1", "passive_ports: 7"},
		{"bandwidth: down=8bit/s", "session_bandwidth: 1MB/s", "active_ports: 7", "mode: [pasv]", "mover: portable", "keep: true", "verify: size"},
		{"target: ftps://u@h:2121/a%20b", "description: '1.2'", "user: 'null'", "password_file: 'true'"}, {"size: table:testdata/bad/../good.csv"},
	} {
		p, _, err := Resolve(draft(t, FromFile, c...))
		if err != nil {
			t.Errorf("%v: %v", c, err)
			continue
		}
		roundTrip(t, p)
		if err := p.Validate(); err != nil {
			t.Errorf("%v: resolved, but not valid: %v", c, err)
		}
	}
}

func TestLayers(t *testing.T) {
	file := func(s ...string) *Draft { return draft(t, FromFile, s...) }
	flags := func(s ...string) *Draft { return draft(t, FromFlag, s...) }
	env := func(s ...string) *Draft { return draft(t, FromEnvironment, s...) }
	over := func(s ...string) *Draft { return draft(t, FromOverride, s...) }
	of := func(s string) Stages {
		stages, err := ParseStages(s)
		if err != nil {
			t.Fatal(err)
		}
		return stages
	}
	size := func(s string) Sizes {
		v, err := ParseSizes(s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	open := func(p *Profile, rate Rate, sessions, backlog int) {
		p.Rate, p.Arrivals, p.MaxSessions, p.MaxBacklog = rate, "constant", sessions, backlog
	}
	for name, c := range map[string]struct {
		drafts []*Draft
		want   func(*Profile)
	}{
		"later wins":          {[]*Draft{file("sessions: 2"), env("sessions=3"), flags("sessions=4")}, func(p *Profile) { p.Sessions = 4 }},
		"overrides win":       {[]*Draft{flags("size=1KiB"), over("size=64KiB")}, func(p *Profile) { p.Size = size("64KiB") }},
		"nil drafts":          {[]*Draft{nil, env("sessions=3"), nil}, func(p *Profile) { p.Sessions = 3 }},
		"rate over stages":    {[]*Draft{file("stages: 10s:1..5"), flags("rate=10/s")}, func(p *Profile) { open(p, 10, 8, 1000) }},
		"rate over think":     {[]*Draft{file("think: 1s", "op_rate: 5/s"), flags("rate=500/s")}, func(p *Profile) { open(p, 500, 8, 5000) }},
		"sessions over":       {[]*Draft{file("stages: 10s:1..5"), flags("sessions=3")}, func(p *Profile) { p.Sessions = 3 }},
		"sessions with rates": {[]*Draft{file("stages: 10s:5/s"), flags("sessions=3")}, func(p *Profile) { open(p, 0, 3, 1000); p.Sessions, p.Stages, p.Duration = 3, of("10s:5/s"), 0 }},
		"stages over": {[]*Draft{file("rate: 10/s", "arrivals: poisson", "max_backlog: 5", "max_sessions: 9", "duration: 1h", "operations: 7", "sessions: 4"), flags("stages=10s:1..5")},
			func(p *Profile) { p.Stages, p.Sessions, p.Duration = of("10s:1..5"), 0, 0 }},
		"stages of rates over think": {[]*Draft{file("think: 1s", "sessions: 4"), flags("stages=1s:1/s,4s:5/s")},
			func(p *Profile) {
				open(p, 0, 4, 1000)
				p.Sessions, p.Stages, p.Duration, p.Warmup = 4, of("1s:1/s,4s:5/s"), 0, Duration(500*time.Millisecond)
			}},
		"think over rate":            {[]*Draft{file("rate: 10/s", "arrivals: poisson", "max_sessions: 9"), over("think=1s")}, func(p *Profile) { _ = p.Think.Set("1s") }},
		"think over stages of rates": {[]*Draft{file("stages: 5s:1/s"), over("op_rate=1/s")}, func(p *Profile) { p.OpRate = 1 }},
		"think with stages of sessions": {[]*Draft{file("stages: 10s:1..5"), over("think=1s")}, func(p *Profile) {
			p.Stages, p.Sessions, p.Duration = of("10s:1..5"), 0, 0
			_ = p.Think.Set("1s")
		}},
		"path over size":     {[]*Draft{file("size: 1KiB", "files: 5", "reuse: true", "verify: checksum"), flags("path=f")}, func(p *Profile) { p.Path, p.Size, p.Files = "f", Sizes{}, 0 }},
		"size over path":     {[]*Draft{file("path: f"), flags("size=1KiB,1MiB")}, func(p *Profile) { p.Size, p.Files = size("1KiB,1MiB"), 100 }},
		"operations over":    {[]*Draft{file("duration: 1h"), flags("operations=5")}, func(p *Profile) { p.Operations, p.Duration, p.Warmup = 5, 0, 0 }},
		"operations, stages": {[]*Draft{file("stages: 10s:1..5"), flags("operations=5")}, func(p *Profile) { p.Operations, p.Duration, p.Warmup = 5, 0, 0 }},
		"duration over":      {[]*Draft{file("operations: 5"), flags("duration=20s")}, func(p *Profile) { p.Duration, p.Warmup = Duration(20*time.Second), Duration(2*time.Second) }},
		"both in one": {[]*Draft{flags("operations=5", "duration=5s")}, func(p *Profile) {
			p.Operations, p.Duration, p.Warmup = 5, Duration(5*time.Second), Duration(time.Second/2)
		}},
		"duration scales": {[]*Draft{file("stages: 10s:1,20s:1..5"), flags("duration=6s")}, func(p *Profile) {
			p.Stages, p.Sessions, p.Duration, p.Warmup = of("2s:1,4s:1..5"), 0, 0, Duration(600*time.Millisecond)
		}},
		"scales again": {[]*Draft{file("stages: 10s:1,20s:1..5"), flags("duration=6s"), over("duration=3s")}, func(p *Profile) {
			p.Stages, p.Sessions, p.Duration, p.Warmup = of("1s:1,2s:1..5"), 0, 0, Duration(300*time.Millisecond)
		}},
		"rate and duration": {[]*Draft{file("stages: 10s:1"), flags("duration=6s", "rate=1/s")}, func(p *Profile) {
			open(p, 1, 8, 1000)
			p.Duration, p.Warmup = Duration(6*time.Second), Duration(600*time.Millisecond)
		}},
		"more sessions":       {[]*Draft{file("rate: 1/s", "max_sessions: 9"), flags("sessions=20")}, func(p *Profile) { open(p, 1, 20, 1000); p.Sessions = 20 }},
		"tls off":             {[]*Draft{file("tls: explicit", "tls_ca: ca.pem", "prot: C"), over("tls=off")}, func(p *Profile) { p.TLS.Mode = "off" }},
		"insecure over ca":    {[]*Draft{file("tls: explicit", "tls_ca: ca.pem"), flags("tls_insecure=true")}, func(p *Profile) { p.TLS.Mode, p.TLS.Insecure = "explicit", true }},
		"scheme":              {[]*Draft{file("tls: explicit"), flags("target=ftps://h")}, func(p *Profile) { p.Target, p.TLS.Mode = "ftps://h", "implicit" }},
		"no target yet":       {[]*Draft{file("tls_min: 1.3")}, func(p *Profile) { p.TLS.Min = "1.3" }},
		"seed of kept files":  {[]*Draft{flags("keep=true")}, func(p *Profile) { p.Keep, p.Seed = true, 1 }},
		"seed given":          {[]*Draft{flags("reuse=true", "seed=0")}, func(p *Profile) { p.Reuse = true }},
		"warmup given":        {[]*Draft{file("warmup: 0s")}, func(p *Profile) { p.Warmup = 0 }},
		"flags add to lists":  {[]*Draft{file("mode: pasv"), flags("mode=epsv", "mode=port", "threshold=a < 1", "threshold=b < 2; c < 3")}, func(p *Profile) { p.Mode, p.Thresholds = Modes{EPSV, PORT}, []string{"a < 1", "b < 2", "c < 3"} }},
		"others replace":      {[]*Draft{over("mode=epsv", "mode=port", "source=::1", "source=::2")}, func(p *Profile) { p.Mode, p.Source = Modes{PORT}, []string{"::2"} }},
		"files of many sizes": {[]*Draft{file("size: uniform:1KiB-2KiB")}, func(p *Profile) { p.Size, p.Files = size("uniform:1KiB-2KiB"), 100 }},
	} {
		p, origins, err := Resolve(c.drafts...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := expected(c.want); !reflect.DeepEqual(p, want) {
			t.Errorf("%s:\n%+v, want\n%+v", name, p, want)
		}
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if origins.Set("path") != (p.Path != "") {
			t.Errorf("%s: origins %v", name, origins)
		}
		roundTrip(t, p)
	}
}

// TestWords: errors are in the words of the source.
func TestWords(t *testing.T) {
	set := func(source Source, key, text string) error { return NewDraft(source).Set(key, text) }
	_, _, late := Resolve(draft(t, FromFile, "sessions: 9"), draft(t, FromFlag, "rate=1/s", "max_sessions=4"))
	_, _, both := Resolve(draft(t, FromFlag, "rate=1/s", "think=1s"))
	_, _, lower := Resolve(draft(t, FromFile, "arrivals: poisson"), draft(t, FromFlag, "sessions=4"))
	_, _, tls := Resolve(draft(t, FromFlag, "target=ftp://h", "tls_cert=c", "tls_key=k"))
	_, _, table := Resolve(draft(t, FromEnvironment, "size=table:none.csv"))
	_, _, short := Resolve(draft(t, FromFile, "stages: 1s:1,1s:2"), draft(t, FromFlag, "duration=1ns"))
	_, fromEnv := Environment(func(name string) (string, bool) { return "x", name == "FTPMARK_KEEP" })
	for _, c := range []struct {
		err  error
		want string
	}{
		{set(FromFlag, "size", "1XB"), `--size 1XB: unknown unit "XB": want B, KiB`},
		{set(FromEnvironment, "size", "1XB"), `FTPMARK_SIZE=1XB: unknown unit "XB": want B, KiB`},
		{set(FromOverride, "session_bandwidth", "10"), `session_bandwidth=10: "10" has no unit`},
		{set(FromFlag, "session_bandwidth", "10"), `--session-bandwidth 10: "10" has no unit: want 10B/s (bytes) or 10bit/s (bits)`},
		{set(FromFlag, "sessions", "0"), `--sessions 0: want a whole number from 1 to 1000000`},
		{set(FromFlag, "sesions", "0"), `--sesions 0: unknown key: did you mean "--sessions"?`},
		{set(FromOverride, "sesions", "0"), `sesions=0: unknown key: did you mean "sessions"?`},
		{set(FromFlag, "password", "secret"), `--password: a password is not allowed here`},
		{set(FromFlag, "version", "1"), `--version 1: this key is only for profile files`},
		{set(FromEnvironment, "target", "ftp://u:secret@h"), `FTPMARK_TARGET=: a password is not allowed here`},
		{set(FromFlag, "mode", "ftp"), `--mode ftp: unknown mode "ftp": want passive, active, epsv, pasv, eprt or port`},
		{late, `--max-sessions 4: with sessions on line 2: below the initial 9 sessions`},
		{both, `--think 1s: contradicts --rate 1/s: leave out one of them`},
		{lower, `my.yaml:2:11: arrivals: this needs the open load model: set rate, or stages of rates, as well`},
		{tls, `this needs TLS: set --tls explicit or --tls implicit`},
		{table, `FTPMARK_SIZE=table:none.csv: there is no table of sizes none.csv`},
		{short, `--duration 1ns: too short for 2 stages`},
		{fromEnv, `FTPMARK_KEEP=x: want true or false`},
	} {
		var e *Error
		if !errors.As(c.err, &e) || !strings.Contains(e.Error(), c.want) || strings.Contains(e.Error(), "secret") || strings.Contains(e.Error(), "\n") {
			t.Errorf("%v; want %s", c.err, c.want)
		}
	}
}

func TestEnvironment(t *testing.T) {
	vars := map[string]string{"FTPMARK_SIZE": "64KiB", "FTPMARK_SESSION_BANDWIDTH": "1MiB/s", "FTPMARK_SESSIONS": "", "FTPMARK_VERSION": "9", "FTPMARK_PASSWORD": "secret"}
	d, err := Environment(func(name string) (string, bool) { v, ok := vars[name]; return v, ok })
	if err != nil || !slices.Equal(d.Keys(), []string{"size", "session_bandwidth"}) || !d.Has("size") || d.Has("sessions") {
		t.Fatalf("%v, %v", d, err)
	}
	_, origins, err := Resolve(d)
	if err != nil || origins["size"].String() != "FTPMARK_SIZE=64KiB" || origins.Set("seed") {
		t.Errorf("%v, %v", origins, err)
	}
}

func TestKeys(t *testing.T) {
	seen, short := map[string]bool{}, map[string]bool{}
	p := *expected(nil)
	for _, k := range Keys() {
		if seen[k.Name] || k.Short != "" && short[k.Short] || k.Usage == "" || k.Group == "" || k.Accepts == "" {
			t.Errorf("%+v", k)
		}
		seen[k.Name], short[k.Short] = true, true
		if k.Placeholder != "" && strings.Count(k.FlagUsage(), "`") != 2 {
			t.Errorf("%s: %s", k.Name, k.FlagUsage())
		}
		if len(k.Usage) > 110 || strings.Contains(k.Usage, "`") {
			t.Errorf("%s: the usage is long: %s", k.Name, k.Usage)
		}
		if k.Default != "" && k.Default != k.Text(&p) {
			t.Errorf("%s: default %q, want %q", k.Name, k.Default, k.Text(&p))
		}
	}
	k, _ := keyOf("session_bandwidth")
	if k.Flag() != "session-bandwidth" || k.Env() != "FTPMARK_SESSION_BANDWIDTH" {
		t.Errorf("%s, %s", k.Flag(), k.Env())
	}
	for flag, name := range map[string]string{"c": "sessions", "d": "duration", "n": "operations", "r": "rate"} {
		if k, _ := keyOf(name); k.Short != flag {
			t.Errorf("-%s is not %s", flag, name)
		}
	}
}

func TestProfileMethods(t *testing.T) {
	rates, _ := ParseStages("10s:5/s..50/s,5s:20/s")
	sessions, _ := ParseStages("10s:5..50")
	for name, c := range map[string]struct {
		p      Profile
		open   bool
		most   int
		peak   float64
		length time.Duration
	}{
		"closed":             {Profile{Sessions: 8, Duration: Duration(time.Second)}, false, 8, 0, time.Second},
		"open":               {Profile{Sessions: 8, MaxSessions: 20, Rate: 7}, true, 20, 7, 0},
		"stages of rates":    {Profile{Sessions: 8, Stages: rates}, true, 8, 50, 15 * time.Second},
		"stages of sessions": {Profile{Stages: sessions}, false, 50, 0, 10 * time.Second},
	} {
		if c.p.Open() != c.open || c.p.MostSessions() != c.most || c.p.PeakRate() != c.peak || c.p.Length() != c.length {
			t.Errorf("%s: %v, %d, %v, %v", name, c.p.Open(), c.p.MostSessions(), c.p.PeakRate(), c.p.Length())
		}
	}
}
