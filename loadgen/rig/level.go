package rig

import (
	"strconv"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// stepAtOnce is how many sessions a search opens at a time: a backlog that overflows
// would be taken for the server's limit, and Pure-FTPd's does at 24.
const stepAtOnce = 4

// stepped returns the variant at the level that a search asks for: it uses the same
// files, and what its sessions have found out so far.
func (r *Rig) stepped(at *variantAt, o *StepOrder) (*variantAt, error) {
	plan := *at.env.plan
	Leveled(&plan.Profile, o.Vary, o.Level)
	plan.Profile.Duration, plan.Profile.Operations = profiles.Duration(o.Most), 0
	connect, err := newConnector(&plan, r.sessions)
	if err != nil {
		return nil, err
	}
	connect.habits, connect.patience, connect.gate = at.env.connect.habits, o.Patience, make(chan struct{}, stepAtOnce)
	at.env.files.grow(plan.Profile.MostSessions())
	v := *at
	v.env = &targetEnv{plan: &plan, connect: connect, files: at.env.files, target: at.env.target}
	v.Settings = map[string]string{o.Vary: LevelText(o.Vary, o.Level)}
	for k, s := range at.Settings {
		if k != o.Vary {
			v.Settings[k] = s
		}
	}
	return &v, nil
}

// Leveled sets what a search varies in a profile.
func Leveled(p *profiles.Profile, vary string, level float64) {
	switch vary {
	case resultfile.VarySessions:
		p.Sessions = int(level)
	case resultfile.VaryRate:
		p.Rate = profiles.Rate(level)
		p.MaxBacklog = max(1000, int(10*level))
	case resultfile.VaryBandwidth:
		p.Bandwidth = profiles.Bandwidth{All: profiles.ByteRate(level)}
	}
}

// LevelText writes a level as a setting.
func LevelText(vary string, level float64) string {
	switch vary {
	case resultfile.VaryRate:
		return strconv.FormatFloat(level, 'g', 6, 64) + "/s"
	case resultfile.VaryBandwidth:
		return strconv.FormatFloat(level, 'f', 0, 64) + "B/s"
	}
	return strconv.FormatFloat(level, 'f', 0, 64)
}
