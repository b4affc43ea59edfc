package profiles

import (
	"fmt"
	"strings"
)

// wrong is what makes no sense about a profile: the keys that have a part in
// it, the most telling one first, and what is wanted.
type wrong struct {
	keys    []string
	message string
}

// Validate returns the first thing that makes no sense, in the flags' words: a
// value that is out of range, or values that do not go together. Defaults must
// have been filled in.
func (p *Profile) Validate() error {
	for _, k := range Keys() {
		text := k.Text(p)
		if isUnset(text) && (!k.needed || k.Name == "sessions" && len(p.Stages) > 0) {
			continue
		}
		at := Origin{Source: FromFlag, Key: k.Name, Text: text}
		if k.secret {
			at.Text = ""
		}
		var scratch Profile
		if err := k.value(&scratch).Set(text); err != nil {
			return at.valueError(text, err)
		}
	}
	if w := p.check(); w != nil {
		return w.at(Origin{Source: FromFlag, Key: w.keys[0]})
	}
	return nil
}

// check returns the first combination of values that makes no sense.
func (p *Profile) check() *wrong {
	for _, check := range []func(*Profile) *wrong{
		(*Profile).checkLoad, (*Profile).checkModel, (*Profile).checkWork, (*Profile).checkTLS,
	} {
		if w := check(p); w != nil {
			return w
		}
	}
	return nil
}

// at makes an error of it, with keys in braces as the source calls them.
func (w *wrong) at(o Origin) *Error {
	message := w.message
	for _, key := range keyNames() {
		message = strings.ReplaceAll(message, "{"+key+"}", word(o.Source, key))
	}
	return o.errorf("%s", message)
}

func wrongf(keys, format string, args ...any) *wrong {
	return &wrong{strings.Fields(keys), fmt.Sprintf(format, args...)}
}

// checkLoad is about how much is run.
func (p *Profile) checkLoad() *wrong {
	stages := len(p.Stages) > 0
	if stages {
		if _, err := p.Stages.check(); err != nil {
			return wrongf("stages", "%v", err)
		}
	}
	switch {
	case p.Length() == 0 && p.Operations == 0:
		return wrongf("duration", "nothing to do: want {duration} or {operations} above 0")
	case stages && p.Duration > 0:
		return wrongf("stages duration", "stages set the length: leave out {duration}")
	case stages && p.Operations > 0:
		return wrongf("stages operations", "stages set the length: leave out {operations}")
	case stages && !p.Stages.OfRate() && p.Sessions > 0:
		return wrongf("stages sessions", "stages set the number of sessions: leave out {sessions}")
	case stages && p.Rate > 0:
		return wrongf("stages rate", "stages set the rate over time: leave out one of them")
	case p.MostSessions() < 1 || p.Sessions < 1 && (!stages || p.Stages.OfRate()):
		return wrongf("sessions", "want 1 or more")
	}
	return nil
}

// checkModel is about the closed and the open model.
func (p *Profile) checkModel() *wrong {
	if p.Open() {
		switch {
		case !p.Think.IsZero():
			return wrongf("think rate stages", "a think time is for the closed load model, arrivals at a rate are the open one: leave out one of them")
		case p.OpRate > 0:
			return wrongf("op_rate rate stages", "a cap is for the closed load model, arrivals at a rate are the open one: leave out one of them")
		case p.MaxSessions != 0 && p.MaxSessions < p.Sessions:
			return wrongf("max_sessions sessions", "below the initial %d sessions: want %d or more", p.Sessions, p.Sessions)
		}
		return nil
	}
	for _, needs := range []struct {
		key string
		set bool
	}{
		{"arrivals", p.Arrivals != ""}, {"max_sessions", p.MaxSessions != 0}, {"max_backlog", p.MaxBacklog != 0},
	} {
		if needs.set {
			return wrongf(needs.key, "this needs the open load model: set {rate}, or {stages} of rates, as well")
		}
	}
	return nil
}

// checkWork is about operations and files.
func (p *Profile) checkWork() *wrong {
	switch {
	case p.Path == "" && p.Size.IsZero():
		return wrongf("size", "want a size, or {path} of an existing file")
	case p.Size.kind == sizesTable && len(p.Size.list) == 0:
		return wrongf("size", "the table of sizes was not read")
	case p.Path == "" && p.Files < 1:
		return wrongf("files", "want 1 or more")
	}
	if p.Path != "" {
		switch {
		case !p.Size.IsZero():
			return wrongf("path size", "a size is for files that ftpmark creates, a path is an existing file: leave out one of them")
		case p.Files != 0:
			return wrongf("path files", "the number is for files that ftpmark creates, a path is an existing file: leave out one of them")
		case p.Op.Writes():
			return wrongf("path op", "a path is only read: want {op} of retr, list, mlsd, nlst, size, noop and login only")
		case p.Reuse:
			return wrongf("path reuse", "reuse is for files that ftpmark created, a path is an existing file: leave out one of them")
		case p.Verify == "checksum":
			return wrongf("path verify", "ftpmark does not know the content of an existing file: want {verify} bytes or size")
		}
		return nil
	}
	for _, o := range p.Op {
		if o.From.Bytes > 0 && o.From.Bytes >= p.Size.Most() {
			return wrongf("op size", "%s begins at or after the end of every file: want an offset below %s", o.name(), p.Size.Most())
		}
	}
	return nil
}

// checkTLS is about TLS. Without a target its settings may yet be for one that
// the caller knows.
func (p *Profile) checkTLS() *wrong {
	if p.Target != "" {
		t, err := ParseTarget(p.Target)
		if err != nil {
			return wrongf("target", "%s", strings.TrimPrefix(err.Error(), "target: "))
		}
		if t.HasPassword {
			return wrongf("target", "%s", noPassword)
		}
		if t.Security != "" && p.TLS.Mode != t.Security {
			return wrongf("tls target", "%s contradicts the target's scheme: leave one of them out", p.TLS.Mode)
		}
	}
	if p.Target == "" && p.TLS.Mode == "" {
		t := p.TLS
		t.Mode = "explicit"
		return t.check()
	}
	return p.TLS.check()
}
