package diagnosis

import (
	"testing"

	"github.com/ftpmark/ftpmark/stats"
)

// TestWords holds the words of servers against what they speak of.
func TestWords(t *testing.T) {
	type topic int
	const (
		limit topic = 1 << iota
		address
		ports
		time
		resuming
		security
		attempts
	)
	speaks := map[topic]func(string) bool{
		limit: SpeaksOfLimit, address: SpeaksOfAddress, ports: SpeaksOfPorts, time: speaksOfTime,
		resuming: speaksOfResuming, security: speaksOfTLS, attempts: speaksOfAttempts,
	}
	for words, of := range map[string]topic{
		"There are too many connected users, please try later.":                          limit,           // vsftpd
		"There are too many connections from your internet address.":                     limit | address, // vsftpd
		"Sorry, the maximum number of allowed clients (40) already connected.":           limit,           // ProFTPD
		"Sorry, the maximum number of clients (2) from your host are already connected.": limit | address, // ProFTPD
		"Too many connections (3) from this IP":                                          limit | address, // Pure-FTPd
		"40 users (the maximum) are already logged in, sorry":                            limit,           // Pure-FTPd
		"Too many connections from the same IP address.":                                 limit | address, // pyftpdlib
		"Too many connections. Service temporarily unavailable.":                         limit,           // pyftpdlib
		"OOPS: priv_sock_get_int":                                                        ports,           // vsftpd
		"OOPS: vsf_sysutil_bind":                                                         ports,           // vsftpd
		"Unable to build data connection: Address already in use":                        ports,           // ProFTPD
		"No port available for a data connection":                                        ports,
		"Timeout.": time, // vsftpd
		"Idle timeout (900 seconds): closing control connection": time,     // ProFTPD
		"REST: Append/Restart not permitted, try again":          resuming, // ProFTPD
		"Non-anonymous sessions must use encryption.":            security, // vsftpd
		"SSL/TLS required on the control channel":                security, // ProFTPD
		"Maximum login attempts exceeded, good-bye":              attempts | limit,
		"Login incorrect.":      0,
		"Illegal PORT command.": 0, // vsftpd: it is the address that it does not like
		"Permission denied.":    0,
		"Can't open passive connection: Cannot assign requested address": 0,
		"File successfully transferred":                                  0,
	} {
		for what, speaksOf := range speaks {
			if got, want := speaksOf(words), of&what != 0; got != want {
				t.Errorf("%q, topic %b: %v, want %v", words, what, got, want)
			}
		}
	}
}

// TestLimit tells a place that is not free from a log-in that is wrong.
func TestLimit(t *testing.T) {
	refused := func(phase stats.Phase, code int, text string) *stats.Failure {
		return &stats.Failure{Phase: phase, Class: stats.ClassReply, Code: code, Text: text}
	}
	for _, c := range []struct {
		f    *stats.Failure
		want bool
	}{
		{nil, false},
		{refused(stats.Greeting, 421, "There are too many connected users, please try later."), true},
		{refused(stats.Greeting, 421, "Service not available."), true},
		{refused(stats.LoginDone, 421, "Try later."), true},
		{refused(stats.LoginDone, 530, "Sorry, the maximum number of allowed clients (2) already connected."), true},
		{refused(stats.LoginDone, 530, "Login incorrect."), false},
		{refused(stats.TLS, 421, "Too many connections."), true},
		{refused(stats.TLS, 534, "Too many of these."), false},
		{refused(stats.Setup, 421, "Timeout."), false},
		{&stats.Failure{Phase: stats.Greeting, Class: stats.ClassTimeout, Code: 421, Text: "too many"}, false},
	} {
		if got := Limit(c.f); got != c.want {
			t.Errorf("%+v: %v, want %v", c.f, got, c.want)
		}
	}
}
