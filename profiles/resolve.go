package profiles

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// merged is the settings of all drafts, with the level of their source.
type merged map[string]layer

type layer struct {
	setting
	level, place int // place is the order within the source
}

// Resolve makes a profile of drafts, of which later ones win: a profile, then
// the environment, then flags, then overrides; nil drafts are passed over. What
// a higher source sets takes out of the lower ones what it contradicts, and a
// duration scales the stages of a lower source to its length. Then the defaults
// are filled in and everything is validated.
//
// A seed is not chosen: where origins has none and Seed is 0, that is left to
// the caller. With keep or reuse a seed that no source gives is 1, so that runs
// agree about the files.
//
// Errors are *[Error], in the words of the source of the setting.
func Resolve(drafts ...*Draft) (*Profile, Origins, error) {
	all := merged{}
	for level, d := range drafts {
		if d == nil {
			continue
		}
		if err := d.contradiction(); err != nil {
			return nil, nil, err
		}
		if err := all.add(d, level); err != nil {
			return nil, nil, err
		}
	}
	p, err := all.profile()
	if err != nil {
		return nil, nil, err
	}
	origins := Origins{}
	for key, s := range all {
		origins[key] = s.origin
	}
	p.complete(origins)
	if at := p.check(); at != nil {
		return nil, nil, all.blame(at)
	}
	return p, origins, nil
}

// add lays a draft over what is there.
func (m merged) add(d *Draft, level int) error {
	for _, key := range d.order {
		s := d.settings[key]
		for _, c := range conflicts() {
			other := ""
			switch {
			case c.key == key:
				other = c.other
			case c.other == key && !c.oneWay:
				other = c.key
			default:
				continue
			}
			if below, ok := m[other]; ok && below.level < level && c.clashes(s, below.setting) {
				delete(m, other)
			}
		}
	}
	for place, key := range d.order {
		s := d.settings[key]
		if below, ok := m["stages"]; ok && key == "duration" {
			scaled, err := scale(below, s)
			if err != nil {
				return err
			}
			m["stages"] = scaled
			continue
		}
		m[key] = layer{s, level, place}
	}
	return nil
}

// scale changes stages to a length, each in proportion. The origin of the result
// stays that of the stages.
func scale(stages layer, duration setting) (layer, error) {
	var p Profile
	if err := stages.put(&p); err != nil {
		return layer{}, err
	}
	if err := duration.put(&p); err != nil {
		return layer{}, err
	}
	whole, want := p.Stages.Length(), time.Duration(p.Duration)
	scaled := slices.Clone(p.Stages)
	var before, end time.Duration // sums, so that the roundings do not add up
	for i := range scaled {
		before += time.Duration(p.Stages[i].For)
		to := time.Duration(math.Round(float64(want) * (float64(before) / float64(whole))))
		if i == len(scaled)-1 {
			to = want
		}
		scaled[i].For = Duration(to - end)
		if end = to; scaled[i].For <= 0 {
			return layer{}, duration.origin.errorf("too short for %d stages: want a longer time", len(scaled))
		}
	}
	stages.put = func(p *Profile) error { p.Stages = slices.Clone(scaled); return nil }
	return stages, nil
}

// profile applies the settings to the defaults.
func (m merged) profile() (*Profile, error) {
	p := Default()
	_, operations := m["operations"]
	_, duration := m["duration"]
	_, stages := m["stages"]
	if stages || operations && !duration {
		p.Duration = 0
	}
	if _, path := m["path"]; path {
		p.Size, p.Files = Sizes{}, 0
	}
	for _, k := range Keys() {
		s, ok := m[k.Name]
		if !ok {
			continue
		}
		if err := s.put(&p); err != nil {
			return nil, s.origin.valueError(s.origin.Text, err)
		}
	}
	if s, ok := m["size"]; ok {
		var err error
		if p.Size, err = p.Size.Load(s.folder); err != nil {
			return nil, s.origin.errorf("%v", err)
		}
	}
	if len(p.Stages) > 0 && !p.Stages.OfRate() {
		if _, given := m["sessions"]; !given {
			p.Sessions = 0
		}
	}
	return &p, nil
}

// complete fills in the defaults that follow from other settings.
func (p *Profile) complete(origins Origins) {
	if !origins.Set("warmup") {
		p.Warmup = DefaultWarmup(Duration(p.Length()))
	}
	if _, fixed := p.Size.Fixed(); !origins.Set("files") && p.Path == "" {
		p.Files = 100
		if fixed {
			p.Files = 1
		}
	}
	if p.Open() {
		p.Arrivals = cmp.Or(p.Arrivals, "constant")
		p.MaxSessions = cmp.Or(p.MaxSessions, p.Sessions)
		p.MaxBacklog = cmp.Or(p.MaxBacklog, max(1000, int(math.Ceil(10*p.PeakRate()))))
	}
	if (p.Keep || p.Reuse) && !origins.Set("seed") {
		p.Seed = 1
	}
	p.securedByTarget()
}

// securedByTarget takes the mode of TLS from the target's scheme, where it is
// not given.
func (p *Profile) securedByTarget() {
	if t, err := ParseTarget(p.Target); err == nil && p.Target != "" && p.TLS.Mode == "" {
		p.TLS.Mode = t.Security
	}
}

// blame makes an error of what makes no sense: in the words of the highest
// source that had a part in it, and there of the last setting.
func (m merged) blame(w *wrong) error {
	var at *layer
	for _, key := range w.keys {
		if s, ok := m[key]; ok && (at == nil || s.level > at.level || s.level == at.level && s.place > at.place) {
			at = &s
		}
	}
	if at == nil {
		return w.at(Origin{Key: w.keys[0]})
	}
	var beside []string
	for _, key := range w.keys {
		if s, ok := m[key]; ok && key != at.key.Key {
			beside = append(beside, s.key.beside())
		}
	}
	if len(beside) > 0 {
		w = &wrong{w.keys, "with " + strings.Join(beside, " and ") + ": " + w.message}
	}
	return w.at(at.origin)
}
