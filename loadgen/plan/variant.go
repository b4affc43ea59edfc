package plan

import "github.com/ftpmark/ftpmark/profiles"

// Variant is one way of doing what the base plan says.
type Variant struct {
	Name string
	// Plan has one mode, if it transfers anything. Variants that differ in nothing else may share it, or
	// have equal ones: they then use the same files on the target.
	Plan *Plan
	// Settings are what it overrides, for a reader.
	Settings map[string]string
}

// controlOnly names the one variant of operations that make no data connection.
const controlOnly = "control"

// ByMode returns a variant for each mode of the plan; where no operation of the
// mix has a data connection there is one alone.
func ByMode(p *Plan) (vs []Variant) {
	if !p.Profile.Op.Transfers() {
		return []Variant{{Name: controlOnly, Plan: p, Settings: map[string]string{"mode": string(SessionMode(&p.Profile))}}}
	}
	for _, m := range p.Profile.Mode {
		vs = append(vs, Variant{Name: string(m), Plan: p.withMode(m), Settings: map[string]string{"mode": string(m)}})
	}
	return vs
}

// SessionMode is the mode of the sessions of a plan that has one: empty where
// nothing makes a data connection, also not to make the files that are to be
// deleted or renamed.
func SessionMode(p *profiles.Profile) profiles.Mode {
	if len(p.Mode) == 0 || !p.Op.Transfers() && !p.Op.Has("dele") && !p.Op.Has("rename") {
		return ""
	}
	return p.Mode[0]
}

// withMode returns the plan with one mode.
func (p *Plan) withMode(m profiles.Mode) *Plan {
	one := *p
	one.Profile.Mode = profiles.Modes{m}
	return &one
}
