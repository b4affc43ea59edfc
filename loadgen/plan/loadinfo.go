package plan

import (
	"fmt"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Load says for the report what the target was asked to carry.
func (p *Plan) Load() *resultfile.LoadInfo {
	f := &p.Profile
	l := &resultfile.LoadInfo{
		Model: "closed", Sessions: BeginWith(f), MaxSessions: f.MostSessions(), Operations: f.Op.String(),
		Verify: verified(f), Files: FilesOf(f).Count, Path: f.Path,
		Bandwidth: f.Bandwidth.String(), SessionBandwidth: f.SessionBandwidth.String(),
	}
	if f.Path == "" && (l.Files > 0 || f.Op.Writes()) {
		l.Size = f.Size.String()
	}
	if f.Open() {
		l.Model, l.Arrivals, l.MaxBacklog = "open", f.Arrivals, f.MaxBacklog
		if f.Rate > 0 {
			l.Rate = f.Rate.String()
		}
		l.RatePerSecond, l.Count = float64(f.Rate), f.Operations
		return l
	}
	if !f.Think.IsZero() {
		l.Think = f.Think.String()
	}
	if f.OpRate > 0 {
		l.OpRate = f.OpRate.String()
	}
	return l
}

// verified says what is checked beyond the number of bytes, empty for nothing.
func verified(p *profiles.Profile) string {
	const sizes = "SIZE after each upload, one more command, not timed"
	uploads := p.Op.Has("stor") || p.Op.Has("appe")
	downloads := p.Verify == "checksum" && p.Op.Has("retr")
	switch {
	case p.Verify != "size" && p.Verify != "checksum":
		return ""
	case uploads && downloads:
		return "the content of downloads; " + sizes
	case uploads:
		return sizes
	case downloads:
		return "the content of downloads"
	}
	return ""
}

// Stages describes the profile's stages for the report.
func (p *Plan) Stages() (infos []resultfile.StageInfo) {
	for _, s := range p.Profile.Stages {
		i := resultfile.StageInfo{Seconds: time.Duration(s.For).Seconds(), From: s.Sessions.From, To: s.Sessions.To, Of: "sessions"}
		if p.Profile.Open() {
			i.From, i.To, i.Of = s.Rate.From, s.Rate.To, "rate"
		}
		i.Name = stageName(time.Duration(s.For), i)
		infos = append(infos, i)
	}
	return infos
}

func stageName(length time.Duration, i resultfile.StageInfo) string {
	level := fmt.Sprintf("%.4g", i.From)
	if i.To != i.From {
		level = fmt.Sprintf("%.4g→%.4g", i.From, i.To)
	}
	unit := " sessions"
	switch {
	case i.Of == "rate":
		unit = "/s"
	case i.From == 1 && i.To == 1:
		unit = " session"
	}
	if round := time.Millisecond; length > round {
		length = length.Round(round) // of stages that were scaled
	}
	return fmt.Sprintf("%s at %s%s", profiles.Duration(length), level, unit)
}
