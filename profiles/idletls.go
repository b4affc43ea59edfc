package profiles

import "slices"

// IdleTLS parts the settings of TLS that the environment has and that mean
// nothing for the run: all of them where it has no TLS, and those that are about
// somebody else's certificate where it has no target but the embedded one. They
// are variables for other runs, so they are no mistake. It returns the drafts
// without them, and where they came from; plain says that there is no TLS.
//
// The same settings in a profile or as flags stay, for Resolve to refuse.
func IdleTLS(drafts ...*Draft) (kept []*Draft, idle []Origin, plain bool) {
	var p Profile
	all, ok := p.aim(drafts)
	if !ok {
		return drafts, nil, false
	}
	plain = !p.TLS.On()
	var keys []string
	switch {
	case plain:
		keys = tlsDetails()
	case p.Target == "":
		keys = []string{"tls_ca", "tls_server_name", "tls_cert", "tls_key"}
	}
	for _, d := range drafts {
		if d == nil || d.source != FromEnvironment {
			kept = append(kept, d)
			continue
		}
		rest := NewDraft(d.source)
		rest.folder = d.folder
		for _, key := range d.order {
			// What a higher source has taken out is no matter any more.
			if s, counts := all[key]; counts && s.origin.Source == FromEnvironment && slices.Contains(keys, key) {
				idle = append(idle, d.settings[key].origin)
			} else {
				rest.keep(d.settings[key])
			}
		}
		kept = append(kept, rest)
	}
	return kept, idle, plain
}

// aim fills in the target and the mode of TLS that drafts amount to. It returns
// what the drafts amount to, and whether that makes sense so far.
func (p *Profile) aim(drafts []*Draft) (merged, bool) {
	all := merged{}
	for level, d := range drafts {
		if d != nil && all.add(d, level) != nil {
			return nil, false
		}
	}
	for _, key := range []string{"target", "tls"} {
		if s, ok := all[key]; ok && s.put(p) != nil {
			return nil, false
		}
	}
	p.securedByTarget()
	return all, true
}
