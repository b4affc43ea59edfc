package rig

import (
	"maps"
	"strconv"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// stepAtOnce is how many sessions a search opens at a time: a backlog that overflows
// would be taken for the server's limit, and Pure-FTPd's does at 24.
const stepAtOnce = 4

// ordered returns the variant as an order wants it: at the level of a search, and with a
// share of its load. It uses the same files, and what its sessions have found out so far.
func (r *Rig) ordered(at *variantAt, o *Order) (*variantAt, error) {
	if o.Step == nil && o.Share.Whole() {
		return at, nil
	}
	v, plan := *at, *at.env.plan
	if s := o.Step; s != nil {
		Leveled(&plan.Profile, s.Vary, s.Level)
		plan.Profile.Duration, plan.Profile.Operations = profiles.Duration(s.Most), 0
		v.Settings = maps.Clone(at.Settings)
		v.Settings[s.Vary] = LevelText(s.Vary, s.Level)
	}
	all := plan.Profile
	v.all = &all
	if err := takeShare(&plan.Profile, o.Share); err != nil {
		return nil, err
	}
	connect, err := newConnector(&plan, r.sessions)
	if err != nil {
		return nil, err
	}
	connect.habits = at.env.connect.habits
	if s := o.Step; s != nil {
		connect.patience, connect.gate = s.Patience, make(chan struct{}, stepAtOnce)
	}
	at.env.files.grow(plan.Profile.MostSessions())
	v.env = &targetEnv{plan: &plan, connect: connect, files: at.env.files, target: at.env.target}
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
