package rig

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/loadgen/rig/connect"
	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// targetEnv is where variants do their work: a target, how sessions to it are opened,
// and the files there. Variants that differ in their mode alone share one, so
// that they read the same files.
type targetEnv struct {
	plan    *plan.Plan
	connect *connect.Connector
	files   *fixtures.Files
	target  resultfile.TargetInfo
	used    bool // a trial has run
}

// variantAt is a variant with the environment that it is measured in.
type variantAt struct {
	plan.Variant
	mode profiles.Mode // of the sessions, empty where none moves data
	env  *targetEnv
	all  *profiles.Profile // whose load its share is a part of; nil where it has all of it
	// succeeded says that an operation of it has, in any trial.
	succeeded *atomic.Bool
}

// whole is the profile that the load of all shares follows.
func (v *variantAt) whole() *profiles.Profile {
	if v.all != nil {
		return v.all
	}
	return &v.env.plan.Profile
}

// placeVariants gives each variant its environment.
func (r *Rig) placeVariants(variants []plan.Variant) error {
	for _, v := range variants {
		p := variantAt{Variant: v, mode: plan.SessionMode(&v.Plan.Profile), succeeded: new(atomic.Bool)}
		for _, s := range r.envs {
			same, err := alike(s.plan, v.Plan)
			if err != nil {
				return err
			}
			if same {
				p.env = s
				break
			}
		}
		if p.env == nil {
			plan := *v.Plan
			plan.Clock = r.base.Clock
			p.env = &targetEnv{plan: &plan}
			r.envs = append(r.envs, p.env)
		} else if p.mode != "" && !slices.Contains(p.env.plan.Profile.Mode, p.mode) {
			p.env.plan.Profile.Mode = append(slices.Clone(p.env.plan.Profile.Mode), p.mode)
		}
		r.variants = append(r.variants, p)
	}
	for _, s := range r.envs {
		var err error
		if s.connect, err = connect.New(s.plan, r.sessions); err != nil {
			return err
		}
		s.files = fixtures.New(s.plan, s.connect, r.block)
	}
	return nil
}

// alike reports whether two plans differ in nothing but their modes.
func alike(a, b *plan.Plan) (bool, error) {
	if a.Address != b.Address || a.Target != b.Target || a.Credentials != b.Credentials {
		return false, nil
	}
	var texts [2][]byte
	for i, p := range []*plan.Plan{a, b} {
		profile := p.Profile
		profile.Mode = nil
		var err error
		if texts[i], err = json.Marshal(profile); err != nil {
			return false, fmt.Errorf("profile: %w", err)
		}
	}
	return bytes.Equal(texts[0], texts[1]), nil
}

// Prepare puts the files of all variants in place. The run then takes so long at most, 0
// if that is not known: the marker in its folder holds when it will be over.
func (r *Rig) Prepare(ctx context.Context, atMost time.Duration) error {
	for i, s := range r.envs {
		for _, other := range r.envs[:i] {
			if other.plan.Target.Host == s.plan.Target.Host && slices.Contains(s.plan.Addresses, other.plan.Address) {
				s.plan.Used(other.plan.Address) // or they would measure different servers
			}
		}
		var err error
		if s.target, err = s.files.Prepare(ctx, atMost, r.tell.Preparing); err != nil {
			return err
		}
		for _, note := range slices.Concat(s.files.Notes(), s.plan.PortNotes(), s.files.SetNotes()) {
			r.tell.Note(note)
		}
		for i := range r.variants {
			// What has no data connection takes whatever mode works for its files.
			if v := &r.variants[i]; v.env == s && v.mode != "" && s.files.Writes != "" && !v.Plan.Profile.Op.Transfers() {
				v.mode = s.files.Writes
			}
		}
	}
	return nil
}
