package profiles

import "slices"

// conflict is a pair of keys that cannot both count. Where they come from
// different sources the higher one takes the other out; where they come from
// one source they are an error, if why says so.
type conflict struct {
	key, other string
	// when reports whether the two values contradict each other; nil: always.
	when func(*Profile) bool
	// oneWay says that only key takes out other, not the reverse.
	oneWay bool
	// why is the error of both in one source; empty where that is checked
	// otherwise, or where the two go together.
	why string
}

// conflicts is the table of all of them.
func conflicts() []conflict {
	ofRate := func(p *Profile) bool { return p.Stages.OfRate() }
	ofSessions := func(p *Profile) bool { return len(p.Stages) > 0 && !p.Stages.OfRate() }
	off := func(p *Profile) bool { return p.TLS.Mode == "off" }
	const model = "a think time or a cap is for the closed load model, arrivals at a rate are the open one"
	table := []conflict{
		{key: "rate", other: "stages", why: "stages set the rate over time"},
		{key: "rate", other: "think", why: model},
		{key: "rate", other: "op_rate", why: model},
		{key: "stages", other: "think", when: ofRate, why: model},
		{key: "stages", other: "op_rate", when: ofRate, why: model},
		{key: "stages", other: "sessions", when: ofSessions, why: "stages set the number of sessions"},
		{key: "stages", other: "arrivals", when: ofSessions, oneWay: true},
		{key: "stages", other: "max_sessions", when: ofSessions, oneWay: true},
		{key: "stages", other: "max_backlog", when: ofSessions, oneWay: true},
		// A duration over stages of a lower source scales these: see Resolve.
		{key: "stages", other: "duration", oneWay: true, why: "stages set the length"},
		{key: "stages", other: "operations", why: "stages set the length"},
		{key: "operations", other: "duration"},

		{key: "think", other: "arrivals", oneWay: true},
		{key: "think", other: "max_sessions", oneWay: true},
		{key: "think", other: "max_backlog", oneWay: true},
		{key: "op_rate", other: "arrivals", oneWay: true},
		{key: "op_rate", other: "max_sessions", oneWay: true},
		{key: "op_rate", other: "max_backlog", oneWay: true},
		{key: "sessions", other: "max_sessions", when: func(p *Profile) bool { return p.MaxSessions < p.Sessions }, oneWay: true},

		{key: "path", other: "size", why: "a size is for files that ftpmark creates, a path is an existing file"},
		{key: "path", other: "files", why: "the number is for files that ftpmark creates, a path is an existing file"},
		{key: "path", other: "reuse", when: func(p *Profile) bool { return p.Reuse }, why: "reuse is for files that ftpmark created, a path is an existing file"},
		{key: "path", other: "verify", when: func(p *Profile) bool { return p.Verify == "checksum" },
			why: "ftpmark does not know the content of an existing file"},

		{key: "tls_insecure", other: "tls_ca", when: func(p *Profile) bool { return p.TLS.Insecure }},
		{key: "tls_insecure", other: "tls_server_name", when: func(p *Profile) bool { return p.TLS.Insecure }},
		{key: "tls_reuse", other: "prot", when: func(p *Profile) bool { return p.TLS.Reuse == "required" && p.TLS.Prot == "C" }},
		{key: "tls_min", other: "tls_max", when: func(p *Profile) bool { return p.TLS.Min == "1.3" && p.TLS.Max == "1.2" }},
	}
	for _, other := range tlsDetails() {
		table = append(table, conflict{key: "tls", other: other, when: off, oneWay: true})
	}
	return append(table, conflict{key: "target", other: "tls", oneWay: true, when: func(p *Profile) bool {
		t, err := ParseTarget(p.Target)
		return err == nil && t.Security != "" && t.Security != p.TLS.Mode
	}})
}

// clashes reports whether two settings contradict each other.
func (c conflict) clashes(a, b setting) bool {
	if c.when == nil {
		return true
	}
	var p Profile
	return a.put(&p) == nil && b.put(&p) == nil && c.when(&p)
}

// contradiction returns the error of two keys of one source; it names the later
// one.
func (d *Draft) contradiction() error {
	for _, c := range conflicts() {
		a, ok1 := d.settings[c.key]
		b, ok2 := d.settings[c.other]
		if !ok1 || !ok2 || c.why == "" || !c.clashes(a, b) {
			continue
		}
		if slices.Index(d.order, c.key) > slices.Index(d.order, c.other) {
			a, b = b, a
		}
		at := b.key
		return at.errorf("contradicts %s: leave out one of them: %s", a.key.beside(), c.why)
	}
	return nil
}
