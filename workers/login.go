package workers

import (
	"context"

	"github.com/ftpmark/ftpmark/stats"
)

// Login measures a log-in: t1 is when the connect begins, t8 when the set-up is
// done. The good-bye and the close that follow belong to no span. due is when it
// was to start, zero for now; with an empty [Config].Mode none is resolved.
//
// Where a second connection was needed, the operation begins with the first; SetUp
// and Commands are the second's.
func Login(ctx context.Context, cfg Config, due stats.Moment) *stats.Sample {
	sample := &stats.Sample{Op: stats.Login}
	m := &sample.Moments
	m[stats.T1] = cfg.Wire.Clock()
	s, f := open(ctx, cfg)
	switch {
	case f == nil:
		m[stats.T1], m[stats.T8] = s.setUp.begun, s.setUp.ready
		sample.SetUp, sample.Commands = s.setUp.phases, s.setUp.commands
		s.Close()
	case f.Class == stats.ClassReply:
		m[stats.T8] = cfg.Wire.Clock()
	}
	sample.Failure = f
	if m[stats.T0] = due; due == 0 {
		m[stats.T0] = m[stats.T1]
	}
	return sample
}
