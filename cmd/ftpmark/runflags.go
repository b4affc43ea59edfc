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
)

// runFlags are the flags of run, as given.
type runFlags struct {
	profile      profiles.Profile
	modes        []string
	user         string
	passwordFile string
	output       string
	format       string
	quiet        bool
	mover        string
}

// register defines the flags.
func (r *runFlags) register(c *cobra.Command) {
	f, p := c.Flags(), &r.profile
	f.SortFlags = false
	f.StringVar(&p.Op, "op", p.Op, "operation `OP`: retr (download) or stor (upload)")
	f.StringSliceVar(&r.modes, "mode", []string{"passive", "active"}, "`MODE[,MODE...]`, repeatable: passive, active, epsv, pasv, eprt, port; each is measured by itself")
	f.Lookup("mode").DefValue = "passive,active" // without the brackets
	f.IntVarP(&p.Sessions, "sessions", "c", p.Sessions, "number `N` of concurrent sessions")
	f.DurationVarP((*time.Duration)(&p.Duration), "duration", "d", time.Duration(p.Duration), "measured `TIME` of each mode, its window")
	f.Int64VarP(&p.Operations, "operations", "n", 0, "end each mode's window after `N` operations (without -d, only then)")
	f.DurationVar((*time.Duration)(&p.Warmup), "warmup", 0, "unmeasured `TIME` before each window (default 10% of -d, at most 2s; with -n alone, none)")
	f.Var(&p.Size, "size", "`SIZE` of the test files")
	f.StringVar(&p.Path, "path", "", "download this existing `FILE` and write nothing")
	f.Uint64Var(&p.Seed, "seed", 0, "seed `N` of content and random choices (default: a random one, reported)")
	f.BoolVar(&p.Keep, "keep", false, "leave the run's files on the server")

	f.StringVar(&r.user, "user", "", "user `NAME`, where the URL has none")
	f.StringVar(&r.passwordFile, "password-file", "", "`FILE` whose first line is the password")

	f.StringSliceVar(&p.Sources, "source", nil, "local `ADDR[,ADDR...]` that sessions are spread over")
	f.StringVar(&p.ActiveAddress, "active-address", "", "`ADDR` that active mode listens on and advertises (default: the control connection's)")
	f.Var(&p.ActivePorts, "active-ports", "`LO-HI`, the ports of active listeners (default: any)")

	t := &p.TLS
	f.StringVar(&t.Mode, "tls", "", "`MODE`: off, explicit (AUTH TLS) or implicit (default: by the URL's scheme)")
	f.StringVar(&t.Reuse, "tls-reuse", "", "data connections resume the control connection's TLS session, `WHEN`: required, auto or off (default auto)")
	f.StringVar(&t.Prot, "prot", "", "protection `LEVEL` of data connections: P (protected) or C (clear) (default P)")
	f.StringVar(&t.Min, "tls-min", "", "lowest TLS `VERSION`: 1.2 or 1.3 (default 1.2)")
	f.StringVar(&t.Max, "tls-max", "", "highest TLS `VERSION`: 1.2 or 1.3 (default 1.3)")
	f.StringVar(&t.CA, "tls-ca", "", "`FILE` of certificates to trust (default: the system's)")
	f.StringVar(&t.ServerName, "tls-server-name", "", "`NAME` that the certificate must have (default: the host)")
	f.StringVar(&t.Cert, "tls-cert", "", "`FILE` of a client certificate")
	f.StringVar(&t.Key, "tls-key", "", "`FILE` of its key")
	f.BoolVar(&t.Insecure, "tls-insecure", false, "do not verify the server's certificate")

	f.DurationVar((*time.Duration)(&p.ConnectTimeout), "connect-timeout", time.Duration(p.ConnectTimeout), "longest `TIME` for a TCP connect")
	f.DurationVar((*time.Duration)(&p.ReplyTimeout), "reply-timeout", time.Duration(p.ReplyTimeout), "longest `TIME` to wait for a reply")
	f.DurationVar((*time.Duration)(&p.AcceptTimeout), "accept-timeout", time.Duration(p.AcceptTimeout), "longest `TIME` to wait for the server's connect in active mode")
	f.DurationVar((*time.Duration)(&p.StallTimeout), "stall-timeout", time.Duration(p.StallTimeout), "longest `TIME` that payload may stand still")
	f.DurationVar((*time.Duration)(&p.Drain), "drain", time.Duration(p.Drain), "longest `TIME` to wait for operations in flight when a window closes")
	f.StringVar(&r.mover, "mover", r.mover, "`KIND` of payload mover: fast (the kernel's shortcuts) or portable")

	f.StringVarP(&r.output, "output", "o", "", "new result `FILE` (default ftpmark-<UTC>.jsonl here)")
	f.StringVar(&r.format, "format", r.format, "`FORMAT` of the report on stdout: text or json")
	f.BoolVarP(&r.quiet, "quiet", "q", false, "no progress on stderr")
}

// plan makes a plan of the flags.
func (r *runFlags) plan(c *cobra.Command, args []string) (*loadgen.Plan, error) {
	p, set := r.profile, c.Flags().Changed
	if set("operations") && !set("duration") {
		p.Duration = 0
	}
	if set("operations") && p.Operations < 1 {
		return nil, fmt.Errorf("--operations %d: want 1 or more", p.Operations)
	}
	if !set("warmup") {
		p.Warmup = profiles.DefaultWarmup(p.Duration)
	}
	if !set("seed") {
		p.Seed = rand.Uint64N(1 << 53) // exact in any reader's JSON
	}
	p.Modes = nil
	for _, m := range r.modes {
		mode, err := profiles.ParseMode(strings.TrimSpace(m))
		if err != nil {
			return nil, fmt.Errorf("--mode: %w", err)
		}
		p.Modes = append(p.Modes, mode)
	}
	switch r.mover {
	case "fast":
	case "portable":
		p.PortableMover = true
	default:
		return nil, fmt.Errorf("--mover %q: want fast or portable", r.mover)
	}
	if p.Path != "" {
		if set("size") {
			return nil, errors.New("--size is for files that ftpmark makes; --path reads one that is there")
		}
		p.Size = 0
	}
	if len(args) == 0 || p.TLS.Mode != "" {
		if err := p.Validate(); err != nil {
			return nil, err
		}
	}
	plan := &loadgen.Plan{Profile: p, Tool: version(), Clock: stats.NewClock(time.Now())}
	if len(args) == 0 {
		if err := forEmbedded(p.TLS); err != nil {
			return nil, err
		}
		if p.Path != "" {
			return nil, errors.New("--path needs a TARGET: the embedded one has no files")
		}
		plan.Embedded = true
		return plan, nil
	}
	var err error
	if plan.Target, err = profiles.ParseTarget(args[0]); err != nil {
		return nil, err
	}
	mode := &plan.Profile.TLS.Mode
	switch {
	case *mode == "" && plan.Target.Security != "":
		*mode = plan.Target.Security
	case plan.Target.Security != "" && *mode != plan.Target.Security:
		return nil, fmt.Errorf("--tls %s contradicts the target's scheme: leave one of them out", *mode)
	case *mode != "" && *mode != "off":
		plan.Target = plan.Target.Secured(*mode)
	}
	if err := plan.Profile.Validate(); err != nil {
		return nil, err
	}
	plan.Profile.Target = plan.Target.URL()
	sources := profiles.CredentialSources{
		User: r.user, PasswordFile: r.passwordFile, Env: os.LookupEnv, Netrc: profiles.OpenNetrc,
	}
	plan.Credentials, err = sources.Resolve(plan.Target)
	return plan, err
}

// create makes the result file. A default name that is taken gets a number.
func (r *runFlags) create(now time.Time) (*stats.FileWriter, error) {
	if r.output != "" {
		return stats.CreateFile(r.output)
	}
	name := "ftpmark-" + now.UTC().Format("20060102T150405Z")
	for i := 1; ; i++ {
		full := name + ".jsonl"
		if i > 1 {
			full = fmt.Sprintf("%s-%d.jsonl", name, i)
		}
		f, err := stats.CreateFile(full)
		if i == 100 || !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}
