package diagnosis

import (
	"github.com/ftpmark/ftpmark/stats"
)

// Limit reports whether a session could not be opened because the server has as
// many as it lets in: then one may be opened once another has gone. Servers say so
// with 421 (RFC 959 §4.2.2), but also with a refusal of the log-in, in words.
func Limit(f *stats.Failure) bool {
	if f == nil || f.Class != stats.ClassReply {
		return false
	}
	switch f.Phase {
	case stats.Connect, stats.Greeting, stats.TLS, stats.LoginDone:
		return f.Code == 421 || f.Phase != stats.TLS && f.Code >= 400 && SpeaksOfLimit(f.Text)
	}
	return false
}
