package about

import (
	"strings"

	"github.com/ftpmark/ftpmark/stats/quantity"
	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Opening says in one line what was done: what to whom, with which load but for what was
// varied, which may be nothing. Without a load, which is that of all variants or not recorded,
// it names no target either: that may be another for each.
func Opening(what string, l *resultfile.LoadInfo, vary string, t *resultfile.TargetInfo) string {
	text := what
	if l == nil {
		return text
	}
	return text + ": " + Load(l, vary) + At(t)
}

// At says at what target something was done, as the end of a sentence.
func At(t *resultfile.TargetInfo) (text string) {
	if t.URL != "" {
		text = "; at " + TargetAt(t)
	}
	if t.TLS != nil {
		text += " with " + terminal.Printable(t.TLS.Mode, 20) + " TLS"
	}
	return text
}

// Load says in one line what the target was asked to carry, but for what was varied: one of
// [resultfile.VarySessions] and its like, or nothing.
func Load(l *resultfile.LoadInfo, vary string) string {
	var parts []string
	for _, part := range []string{work(l), model(l, vary), limits(l, vary)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// said makes fit what a profile says, which a file may have forged.
func said(s string) string { return terminal.Printable(s, 300) }

// work says what the operations are and what they work on.
func work(l *resultfile.LoadInfo) string {
	text := said(strings.ReplaceAll(strings.ReplaceAll(l.Operations, ", ", ","), ",", ", ")) // so that it wraps
	files := said(l.Path)
	switch {
	case files != "":
	case l.Files > 0:
		files = quantity.Counted(l.Files, "file")
	case l.Size != "":
		files = "files"
	}
	if l.Size != "" {
		files += " of " + said(l.Size)
	}
	if text != "" && files != "" {
		text += ", "
	}
	return text + files
}

func model(l *resultfile.LoadInfo, vary string) string {
	over := quantity.Counted(l.Sessions, "session")
	if l.MaxSessions > l.Sessions {
		over = quantity.Count(int64(l.Sessions)) + " to " + quantity.Counted(l.MaxSessions, "session")
	}
	var parts []string
	switch {
	case l.Model == resultfile.OpenLoad:
		arrivals := "arrivals over " + over
		if l.Arrivals != "" {
			arrivals = said(l.Arrivals) + " " + arrivals
		}
		if l.Rate != "" && vary != resultfile.VaryRate {
			arrivals = said(l.Rate) + " " + arrivals
		}
		parts = append(parts, arrivals)
	case vary != resultfile.VarySessions:
		parts = append(parts, over)
	}
	if l.Think != "" {
		parts = append(parts, "think "+said(l.Think))
	}
	if l.MaxBacklog > 0 {
		parts = append(parts, "up to "+quantity.Count(int64(l.MaxBacklog))+" waiting")
	}
	if len(parts) == 0 {
		return ""
	}
	return said(l.Model) + ": " + strings.Join(parts, ", ")
}

func limits(l *resultfile.LoadInfo, vary string) string {
	if vary == resultfile.VaryBandwidth {
		l = &resultfile.LoadInfo{OpRate: l.OpRate, SessionBandwidth: l.SessionBandwidth}
	}
	var limits []string
	for _, x := range []struct{ limit, of string }{
		{l.OpRate, " operations"}, {l.Bandwidth, " in total"}, {l.SessionBandwidth, " per session"},
	} {
		if x.limit != "" {
			limits = append(limits, said(x.limit)+x.of)
		}
	}
	if len(limits) == 0 {
		return ""
	}
	return "limited to " + List(limits)
}
