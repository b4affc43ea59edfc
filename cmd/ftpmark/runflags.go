package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report"
)

// defaultProfile is the bundled profile of a run that names none.
const defaultProfile = "quick"

// runFlags are the flags of run, as given.
type runFlags struct {
	keys         *profiles.Draft
	profile      string
	dryRun       bool
	output       string
	format       string
	quiet        bool
	allowLimited bool
}

// register defines the flags.
func (r *runFlags) register(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.StringVarP(&r.profile, "profile", "p", r.profile, "profile, `NAME|FILE`: a bundled one (ftpmark profiles list), or a file, with a slash, .yaml or .yml in its name (default quick)")
	f.BoolVar(&r.dryRun, "dry-run", false, "print the plan and what it asks for, and start nothing")
	for _, name := range []string{"profile", "dry-run"} {
		inGroup(f.Lookup(name), "Profile")
	}
	f.Lookup("profile").DefValue = "" // its type would be quoted
	addKeys(f, r.keys)
	f.BoolVar(&r.allowLimited, "allow-limited", false, "let thresholds pass though the load generator was itself the limit")
	f.StringVarP(&r.output, "output", "o", "", "new result `FILE` (default ftpmark-<UTC>.jsonl here)")
	f.Var(&choiceFlag{&r.format, report.Formats()}, "format", "`FORMAT` of what is printed on stdout: text or json")
	f.BoolVarP(&r.quiet, "quiet", "q", false, "no progress on stderr")
	for _, name := range []string{"allow-limited", "output", "format", "quiet"} {
		inGroup(f.Lookup(name), "Result")
	}
}

// planned is a plan with what is to come of it: where its settings came from,
// and what its result is held to.
type planned struct {
	*loadgen.Plan
	origins profiles.Origins
	gates   gates
	// chosen says that the seed is a random one; hidden that the argument's
	// password is left out of the profile.
	chosen, hidden bool
}

// plan makes a plan of a profile, the environment, the argument and the
// flags, of which later ones win.
func (r *runFlags) plan(profile *profiles.Draft, args []string) (*planned, error) {
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
	profileOf, origins, err := profiles.Resolve(profile, environment, argument, r.keys)
	if err != nil {
		return nil, err
	}
	p := &planned{
		Plan:    &loadgen.Plan{Profile: *profileOf, Tool: version(), Clock: stats.NewClock(time.Now())},
		origins: origins, hidden: target.HasPassword,
	}
	if p.chosen = !origins.Set("seed") && p.Profile.Seed == 0; p.chosen {
		p.Profile.Seed = rand.Uint64N(1 << 53) // exact in any reader's JSON
	}
	if len(args) == 0 && p.Profile.Target != "" {
		if target, err = profiles.ParseTarget(p.Profile.Target); err != nil {
			return nil, err
		}
	}
	if err := p.aim(target, r.dryRun); err != nil {
		return nil, err
	}
	p.gates, err = parseGates(&p.Profile, origins)
	return p, err
}

// aim points the plan at a target, the embedded one if it is empty, and finds
// the credentials, unless nobody is going to log in.
func (p *planned) aim(target profiles.Target, dry bool) (err error) {
	tls := p.Profile.TLS
	if target.Host == "" {
		if err := tls.Validate(); err != nil {
			return err
		}
		if err := forEmbedded(tls); err != nil {
			return err
		}
		if p.Profile.Path != "" {
			return fmt.Errorf("%s needs a TARGET: the embedded one has no files", p.origins["path"])
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
	if _, given := os.LookupEnv("FTPMARK_PASSWORD"); given && p.origins["password_file"].Source == profiles.FromFile {
		sources.PasswordFile = "" // the environment counts before the profile
	}
	p.Credentials, err = sources.Resolve(target)
	return err
}

// openProfile reads the bundled profile of that name, or a file.
func openProfile(name string) (*profiles.Draft, error) {
	if isFile(name) {
		return readProfile(name)
	}
	d, err := profiles.Open(name)
	if err != nil {
		if _, there := os.Stat(name); there == nil {
			return nil, fmt.Errorf("%w (for the file: .%c%s)", err, os.PathSeparator, name)
		}
	}
	return d, err
}

// inWordsOf puts the setting that named a profile before an error about it, but
// for one that begins with a place in the file.
func inWordsOf(source string, err error) error {
	var content *profiles.Error
	if errors.As(err, &content) {
		return err
	}
	return fmt.Errorf("%s: %w", source, err)
}

// isFile tells the name of a file from that of a bundled profile.
func isFile(name string) bool {
	return strings.ContainsAny(name, "/"+string(os.PathSeparator)) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml")
}

// readProfile reads a profile's file. The error begins with its name.
func readProfile(name string) (*profiles.Draft, error) {
	d, err := profiles.ReadFile(name)
	var path *fs.PathError
	if errors.As(err, &path) {
		return nil, fmt.Errorf("%s: cannot read the profile: %w", name, path.Err)
	}
	return d, err
}

// create makes the result file.
func (r *runFlags) create(now time.Time) (*stats.FileWriter, error) {
	return createResult(r.output, "ftpmark-", now)
}
