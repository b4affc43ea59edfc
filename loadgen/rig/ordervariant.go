package rig

import (
	"maps"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig/connect"
	"github.com/ftpmark/ftpmark/profiles"
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
	v, one := *at, *at.env.plan
	if s := o.Step; s != nil {
		plan.SetLevel(&one.Profile, s.Vary, s.Level)
		one.Profile.Duration, one.Profile.Operations = profiles.Duration(s.Most), 0
		v.Settings = map[string]string{}
		maps.Copy(v.Settings, at.Settings)
		v.Settings[s.Vary] = plan.LevelText(s.Vary, s.Level)
	}
	all := one.Profile
	v.all = &all
	if err := takeShare(&one.Profile, o.Share); err != nil {
		return nil, err
	}
	connect, err := connect.New(&one, r.sessions)
	if err != nil {
		return nil, err
	}
	connect.Habits = at.env.connect.Habits
	if s := o.Step; s != nil {
		connect.Patience, connect.Gate = s.Patience, make(chan struct{}, stepAtOnce)
	}
	at.env.files.Grow(one.Profile.MostSessions())
	v.env = &targetEnv{plan: &one, connect: connect, files: at.env.files, target: at.env.target}
	return &v, nil
}
