package capacity

import (
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// headline is the answer in one sentence.
func (r *Result) headline(f *found, server string) string {
	if len(r.Steps) == 0 {
		return "the capacity of " + server + " is unknown: no level was measured"
	}
	text := ""
	switch {
	case f.held == nil && f.failed == nil:
		text = "the capacity of " + server + " is unknown: " + r.Why
	case f.held == nil:
		text = server + " held none of the levels tried: at " + r.level(f.failed.Level) + r.byMode() + ", the lowest that failed, " + f.failed.broke(server)
	case r.Capacity == nil:
		text = "the capacity of " + server + " is unknown: it " + r.carried(f) + ", but " + r.Why
	case r.AtLeast:
		text = server + " " + r.carried(f) + ", the highest level tried"
	default:
		text = server + " " + r.carried(f) + "; at " + r.short(f.failed.Level) + " " + f.failed.broke(server)
	}
	if f.fell != nil {
		text += "; it held " + r.short(f.fell.Level) + " before the step at " + r.short(f.after.Level) + ", but not after it"
	}
	return text
}

// carried says what was held: "held 640 sessions passive (p99 187 ms)".
func (r *Result) carried(f *found) string {
	verb := "handled "
	if r.Vary == resultfile.VarySessions {
		verb = "held "
	}
	var more []string
	if p := f.held.ServiceP99; p != nil {
		name := "p99 "
		if r.Vary == resultfile.VaryRate { // users wait for their turn too
			name = "service p99 "
		}
		doubt := ""
		if f.held.Doubtful {
			doubt = ", which failures could change"
		}
		more = append(more, name+duration(*p)+doubt)
	}
	if r.Capacity != nil && !f.confirmed {
		more = append(more, "not confirmed")
	}
	text := verb + r.level(f.held.Level) + r.byMode()
	if len(more) > 0 {
		text += " (" + strings.Join(more, "; ") + ")"
	}
	return text
}

// byMode says which mode, if that is known.
func (r *Result) byMode() string {
	switch r.Mode {
	case "passive", "active":
		return " " + r.Mode
	case "epsv", "pasv", "eprt", "port":
		return " by " + strings.ToUpper(r.Mode)
	}
	return ""
}

// broke says what broke at a level that failed, as the rest of a sentence.
func (s *Step) broke(server string) string {
	switch s.Cause {
	case resultfile.CauseTooMany, resultfile.CauseLogin:
		return "it refused logins" + s.reply(server)
	case resultfile.CausePerAddress:
		return "it refused further logins from one address" + s.reply(server)
	case resultfile.CauseRefused:
		return "it refused connections"
	case resultfile.CauseNoGreeting:
		return "some connections got no greeting"
	case resultfile.CauseAccept:
		return "its active data connections timed out"
	case resultfile.CauseDataPorts:
		return "data ports ran out" + s.code()
	case resultfile.CauseResets:
		return "it dropped connections"
	case resultfile.CauseErrors:
		return "operations failed" + s.code()
	case resultfile.CauseLatency:
		return s.missed("a latency objective was missed")
	case resultfile.CauseThroughput:
		return s.missed("a throughput objective was missed")
	case resultfile.CauseRate:
		return "it did not keep up with the arrivals"
	case resultfile.CauseBandwidth:
		if s.Goodput != nil {
			return "only " + bytesPerSecond(*s.Goodput) + " was achieved"
		}
		return "the bandwidth was not reached"
	case resultfile.CauseDown:
		return "it accepted no more sessions"
	}
	return s.missed("an objective was missed")
}

func (s *Step) code() string {
	if s.Code == 0 {
		return ""
	}
	return " with " + strconv.Itoa(s.Code)
}

// reply is what a server answered to a log-in: the setting that speaks so if
// that is known, else its words.
func (s *Step) reply(server string) string {
	words := strings.TrimSpace(strings.TrimPrefix(s.Text, strconv.Itoa(s.Code)))
	switch name := setting(server, words); {
	case s.Code == 0:
		return ""
	case name != "":
		return s.code() + ": " + name
	case words != "":
		return s.code() + ` "` + plainText(words, 100) + `"`
	}
	return s.code()
}

// missed says which objective was missed and what was found, as the line of its
// outcome has it.
func (s *Step) missed(otherwise string) string {
	line, ok := strings.CutPrefix(s.Text, "MISSED")
	if !ok {
		return otherwise
	}
	line = strings.TrimSpace(line)
	at := strings.LastIndex(line, ": ")
	if at < 0 {
		return plainText(line, 120) + " was missed"
	}
	return plainText(line[:at], 120) + " was missed: " + plainText(line[at+2:], 60)
}
