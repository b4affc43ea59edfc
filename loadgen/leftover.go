package loadgen

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
)

// cleanUp takes the run's files off the servers, unless they are to stay. failed
// says that there is going to be no report: what stays is then told at once.
func (r *run) cleanUp(ctx context.Context, failed bool) {
	for _, s := range r.envs {
		f := s.files
		if f.setUp && f.set.shared {
			r.kept(failed, "%s were kept: --reuse with the same seed, size and number finds them again", f.describeSet())
		}
		if s.plan.Profile.Keep {
			if len(f.made) > 0 {
				r.kept(failed, "the run's files were kept in %s", f.made[0].path)
			}
			continue
		}
		if err := f.remove(ctx); err != nil {
			text := err.Error() + "; " + f.wayOut()
			r.note("%s", text)
			r.stays(text)
		}
	}
}

// kept notes what stays because it was asked for.
func (r *run) kept(failed bool, format string, args ...any) {
	r.note(format, args...)
	if failed {
		r.stays(fmt.Sprintf(format, args...))
	}
}

// wayOut says how to remove the run's folder later.
func (f *files) wayOut() string {
	folder := f.made[0].path
	if f.marked == nil || folder != f.folder {
		return "it is to be removed by hand: ftpmark clean leaves alone what has no " + markerName
	}
	at := f.marked.goneAt().Add(time.Second).UTC()
	return fmt.Sprintf("from %s on, when the run is surely over, this removes it: %s", at.Format(time.RFC3339), f.plan.cleanLine())
}

// cleanLine is the command that removes what runs against the target left there.
func (p *Plan) cleanLine() string {
	t := p.Target
	if t.User == "" && !p.Credentials.Anonymous {
		t.User = p.Credentials.User
	}
	return "ftpmark clean --yes " + shellWord(t.URL())
}

// shellWord quotes a word where a shell would read more into it.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("%+-./:=@_,", r)
	}
	if strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// longest is how long the run takes at most once its files are prepared, if it
// goes as planned; 0 where that is not known.
func (r *run) longest() time.Duration {
	if r.explaining {
		return r.longestExplained()
	}
	if r.search != nil || r.experiment.More != nil {
		return 0
	}
	var block time.Duration
	for i := range r.variants {
		p := &r.variants[i].env.plan.Profile
		window := time.Duration(p.Length())
		if window == 0 {
			return 0
		}
		logins := usualPatience + time.Duration(p.ConnectTimeout)
		if p.ConnectRate > 0 {
			logins += time.Duration(float64(p.MostSessions()) / float64(p.ConnectRate) * float64(time.Second))
		}
		block += logins + explainTime + time.Duration(p.Warmup) + window + time.Duration(p.Drain) + cleanUpBound(p.MostSessions()*mostFolders) + r.experiment.Cooldown
	}
	all := time.Duration(max(r.experiment.Trials, 1)) * block
	for _, s := range r.envs {
		all += cleanUpBound(setCount(&s.plan.Profile))
	}
	if len(r.envs) > 1 { // the others' files are prepared after these
		all += time.Duration(len(r.envs)-1) * time.Hour
	}
	if all < block { // it is more than a duration can say
		return 0
	}
	return all
}

// longestExplained is how long it takes at most to show one operation of each
// variant.
func (r *run) longestExplained() (all time.Duration) {
	for i := range r.variants {
		all += longestOperation(&r.variants[i].env.plan.Profile)
	}
	return all + cleanUpTime
}

// longestOperation bounds a log-in and an operation of some 20 replies.
func longestOperation(p *profiles.Profile) time.Duration {
	return time.Duration(p.ConnectTimeout)*2 + 20*time.Duration(p.ReplyTimeout) + time.Duration(p.AcceptTimeout) + 2*time.Duration(p.StallTimeout)
}
