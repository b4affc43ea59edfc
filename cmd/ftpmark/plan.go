package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/plan"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// planned is what is going to be measured, with what is to come of it: where its
// settings came from, and what its result is held to.
type planned struct {
	*plan.Plan
	experiment loadgen.Experiment
	origins    profiles.Origins
	gates      gates
	// search is set for a search for capacity.
	search *loadgen.CapacitySearch
	// more says whether another block is wanted after so many; may be nil.
	more func(soFar *resultfile.Result, blocks int) bool
	// idle are variables of the environment that mean nothing for what is going
	// to be measured.
	idle []string
	// chosen says that the seed is a random one; hidden that the argument's
	// password is left out of the profile.
	chosen, hidden bool
}

// plan makes a plan of a profile, the environment, the argument and the
// flags, of which later ones win.
func (r *measureFlags) plan(profile *profiles.Draft, args []string) (*planned, error) {
	environment, err := profiles.Environment(os.LookupEnv)
	if err != nil {
		return nil, err
	}
	argument, target := profiles.NewDraft(profiles.FromFlag), profiles.Target{}
	if len(args) > 0 {
		if target, err = profiles.ParseTarget(args[0]); err != nil {
			return nil, err
		}
		if err := argument.Set("target", target.URL()); err != nil {
			return nil, err
		}
	}
	p := &planned{hidden: target.HasPassword}
	drafts := []*profiles.Draft{profile, environment, argument, r.keys}
	one := planner{target: target, dry: r.dryRun, clock: stats.NewClock(time.Now())}
	if p.Plan, p.origins, err = one.plan(drafts); err != nil {
		return nil, err
	}
	if p.chosen = !p.origins.Set("seed") && p.Profile.Seed == 0; p.chosen {
		p.Profile.Seed = rand.Uint64N(1 << 53) // exact in any reader's JSON
	}
	if changesLoad(environment) || changesLoad(r.keys) {
		p.Profile.Description = "" // of another load
		delete(p.origins, "description")
	}
	p.experiment.Base = p.Plan
	for i := range p.Profile.Variants {
		if err := p.modeOf(&p.Profile.Variants[i]); err != nil {
			return nil, err
		}
		v, err := one.variant(&p.Profile.Variants[i], p.Plan, drafts)
		if err != nil {
			return nil, err
		}
		p.experiment.Variants = append(p.experiment.Variants, *v)
	}
	p.idle = one.idleIn(p.plans())
	return p, nil
}

// changesLoad reports whether a draft sets more than whom a profile is run against.
func changesLoad(d *profiles.Draft) bool {
	return slices.ContainsFunc(d.Keys(), func(key string) bool { return !slices.Contains([]string{"target", "user", "seed"}, key) })
}

// modeOf refuses a variant that leaves it open which of several modes, asked for
// on the command line, is its own. Of a profile's modes it has the first.
func (p *planned) modeOf(v *profiles.Variant) error {
	named := slices.ContainsFunc(v.Settings, func(o profiles.Override) bool { return o.Key == "mode" })
	if where := p.origins["mode"]; !named && len(p.Profile.Mode) > 1 && where.Source != profiles.FromFile && where.Source != profiles.FromDefault {
		return fmt.Errorf("%s: variant %s must have one mode: add mode= to it, or give only one mode", where, v.Name)
	}
	return nil
}

// judge reads what the result is held to.
func (p *planned) judge() (err error) {
	p.gates, err = parseGates(p)
	return err
}

// planner makes plans.
type planner struct {
	target profiles.Target // the argument, with its password; may be empty
	dry    bool
	clock  stats.Clock
	// idle are, for each plan that was made, the lines about settings of the
	// environment that mean nothing for it.
	idle map[*plan.Plan][]string
}

// plan makes a plan of drafts, of which later ones win.
func (r *planner) plan(drafts []*profiles.Draft) (*plan.Plan, profiles.Origins, error) {
	drafts, idle, plain := profiles.IdleTLS(drafts...)
	profile, origins, err := profiles.Resolve(drafts...)
	if err != nil {
		return nil, nil, err
	}
	p := &plan.Plan{Profile: *profile, Tool: version(), Clock: r.clock}
	r.keepIdle(p, idle, plain)
	target := r.target
	if p.Profile.Target != target.URL() && p.Profile.Target != "" {
		if target, err = profiles.ParseTarget(p.Profile.Target); err != nil {
			return nil, nil, err
		}
	}
	if user := p.Profile.User; origins["user"].Source == profiles.FromOverride && target.User != "" && target.User != user {
		// A variant's own user goes before that of a URL, whose password is not theirs.
		target.User, target.Password, target.HasPassword = user, "", false
	}
	return p, origins, aim(p, target, origins, r.dry)
}

// keepIdle keeps what is to be said of settings that a plan leaves out.
func (r *planner) keepIdle(p *plan.Plan, idle []profiles.Origin, plain bool) {
	why := "the embedded target uses its own certificate"
	if plain {
		why = "TLS is off (turn it on with --tls explicit or --tls implicit)"
	}
	if r.idle == nil {
		r.idle = map[*plan.Plan][]string{}
	}
	for _, o := range idle {
		r.idle[p] = append(r.idle[p], o.String()+" is ignored: "+why)
	}
}

// idleIn returns what is to be said of settings that all of the plans leave out.
func (r *planner) idleIn(plans []*plan.Plan) []string {
	return slices.DeleteFunc(slices.Clone(r.idle[plans[0]]), func(line string) bool {
		return slices.ContainsFunc(plans[1:], func(p *plan.Plan) bool { return !slices.Contains(r.idle[p], line) })
	})
}

// variant makes the plan of a variant of base.
func (r *planner) variant(v *profiles.Variant, base *plan.Plan, drafts []*profiles.Draft) (*plan.Variant, error) {
	overrides, err := v.Draft()
	if err != nil {
		return nil, err
	}
	p, origins, err := r.plan(append(drafts[:len(drafts):len(drafts)], overrides))
	if err == nil {
		err = variantFits(p, base, overrides)
	}
	if err != nil {
		return nil, fmt.Errorf("variant %s: %w", v.Name, err)
	}
	p.Profile.Seed, p.Profile.Variants = base.Profile.Seed, nil
	p.Profile.Mode = p.Profile.Mode[:1]
	settings := map[string]string{"mode": p.Profile.Mode.String()}
	for _, o := range v.Settings {
		settings[o.Key] = origins[o.Key].Text
		if o.Key == "target" {
			settings[o.Key] = p.Profile.Target
		}
	}
	return &plan.Variant{Name: v.Name, Plan: p, Settings: settings}, nil
}

// variantFits reports a variant that cannot be measured beside others of base.
func variantFits(p, base *plan.Plan, overrides *profiles.Draft) error {
	switch {
	case p.Profile.Open() != base.Profile.Open():
		return errors.New("its load model differs from the profile's: all variants must be closed (sessions) or all open (arrivals at a rate)")
	case p.Profile.Stages.String() != base.Profile.Stages.String():
		return errors.New("its stages differ from the profile's: stages must be the same in all variants")
	case overrides.Has("mode") && len(p.Profile.Mode) != 1:
		return fmt.Errorf("mode=%s: want one mode in each variant", p.Profile.Mode)
	case overrides.Has("password_file") && p.Target.HasPassword:
		return errors.New("password_file: the target's URL has a password, which takes precedence: remove it from the URL")
	case p.Credentials.Anonymous && p.Target.Host != base.Target.Host && !overrides.Has("password_file"):
		// What was given for one server is not told to another.
		p.Credentials.Password = profiles.AnonymousPassword
	}
	return nil
}

// aim points the plan at a target, the embedded one if it is empty, and finds
// the credentials, unless nobody is going to log in.
func aim(p *plan.Plan, target profiles.Target, origins profiles.Origins, dry bool) (err error) {
	tls := p.Profile.TLS
	if target.Host == "" {
		if err := tls.Validate(); err != nil {
			return err
		}
		if err := forEmbedded(tls); err != nil {
			return err
		}
		if p.Profile.Path != "" {
			return fmt.Errorf("%s needs a TARGET: the embedded target has no existing files", origins["path"])
		}
		p.Embedded = true
		return nil
	}
	if tls.On() {
		target = target.Secured(tls.Mode)
	}
	p.Target, p.Profile.Target = target, target.URL()
	if dry {
		return nil
	}
	sources := profiles.CredentialSources{
		User: p.Profile.User, PasswordFile: p.Profile.PasswordFile, Env: os.LookupEnv, Netrc: profiles.OpenNetrc,
	}
	if _, given := os.LookupEnv("FTPMARK_PASSWORD"); given && origins["password_file"].Source == profiles.FromFile {
		sources.PasswordFile = "" // the environment counts before the profile
	}
	p.Credentials, err = sources.Resolve(target)
	return err
}

// plans returns those that are carried out.
func (p *planned) plans() []*plan.Plan {
	if len(p.experiment.Variants) == 0 {
		return []*plan.Plan{p.Plan}
	}
	var plans []*plan.Plan
	for _, v := range p.experiment.Variants {
		plans = append(plans, v.Plan)
	}
	return plans
}

// ops returns the operations of all variants, each once.
func (p *planned) ops() (ops []stats.Op, err error) {
	for _, plan := range p.plans() {
		for _, o := range plan.Profile.Op {
			op, err := stats.ParseOp(o.Op)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(ops, op) {
				ops = append(ops, op)
			}
		}
	}
	return ops, nil
}

// variantNames returns the names of what is measured.
func (p *planned) variantNames() []string {
	if len(p.experiment.Variants) == 0 {
		return p.Cost().Variants
	}
	var names []string
	for _, v := range p.experiment.Variants {
		names = append(names, v.Name)
	}
	return names
}

// connect starts the embedded targets that are needed, and finds the addresses.
// stop ends the targets.
func (p *planned) connect(ctx context.Context) (stop func(), err error) {
	stop, err = startTargets(ctx, p.plans())
	if err != nil {
		return nil, err
	}
	if err := plan.ResolveAll(ctx, p.plans()); err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}
