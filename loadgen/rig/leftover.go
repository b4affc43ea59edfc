package rig

import (
	"context"
	"fmt"
	"github.com/ftpmark/ftpmark/loadgen/plan"
	"strings"
	"time"
)

// cleanUp takes the run's files off the server, unless they are to stay: that is told to
// kept, and to stays what stays all the same.
func (f *files) cleanUp(ctx context.Context, kept, stays func(text string)) {
	if f.setUp && f.set.shared {
		kept(f.describeSet() + " were kept: --reuse with the same seed, size and number finds them again")
	}
	if f.plan.Profile.Keep {
		if len(f.made) > 0 {
			kept("the run's files were kept in " + f.made[0].path)
		}
		return
	}
	if err := f.remove(ctx); err != nil {
		stays(err.Error() + "; " + f.wayOut())
	}
}

// wayOut says how to remove the run's folder later.
func (f *files) wayOut() string {
	folder := f.made[0].path
	if f.marked == nil || folder != f.folder {
		return "it is to be removed by hand: ftpmark clean leaves alone what has no " + markerName
	}
	at := f.marked.goneAt().Add(time.Second).UTC()
	return fmt.Sprintf("from %s on, when the run is surely over, this removes it: %s", at.Format(time.RFC3339), cleanLine(f.plan))
}

// cleanLine is the command that removes what runs against the target left there.
func cleanLine(p *plan.Plan) string {
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
