package diagnosis

import "strings"

// The words of servers, as many as are known to matter. Whatever else goes by what a
// server says asks here.

// SpeaksOfLimit reports whether a server's words are about how many there are.
func SpeaksOfLimit(words string) bool {
	return says(words, "too many", "maximum", "max ", "limit", "no more", "already connected", "already logged in",
		"users are connected", "connections from", "number of clients", "try again later", "server is full", "busy")
}

// SpeaksOfAddress reports whether a server's words are about how many there are from one
// address.
func SpeaksOfAddress(words string) bool {
	return says(words, "from your", "from this", "this ip", "same ip", "ip address", "internet address", "per ip", "per host", "same host", "your host", "your address", "too many connections from")
}

// says reports whether the words hold one of the phrases, which are in small letters.
func says(words string, phrases ...string) bool {
	words = strings.ToLower(words)
	for _, p := range phrases {
		if strings.Contains(words, p) {
			return true
		}
	}
	return false
}

// speaksOfTime reports whether a server's words are about how long something took.
func speaksOfTime(words string) bool {
	return says(words, "timeout", "timed out", "idle", "inactiv")
}

// speaksOfResuming reports whether a server's words are about appending to a file.
func speaksOfResuming(words string) bool {
	return says(words, "append", "restart", "resum")
}

// speaksOfDeath reports whether a server's words say that it has met an error of
// its own and gives up, which vsftpd does with 500.
func speaksOfDeath(words string) bool { return strings.Contains(words, "OOPS") }

// SpeaksOfPorts reports whether a server's words say that it found no port to
// listen on: vsftpd dies of that with 500, other servers say so. Of its two processes the
// one that binds dies of it, and the one that asked it for a port, which may be heard first,
// of having no answer.
func SpeaksOfPorts(words string) bool {
	return says(words, "bind", "priv_sock_get_int", "address already in use", "no port", "no free port", "no available")
}

// speaksOfWhere reports whether a server's words refuse an address that it was told to
// connect to, which vsftpd calls illegal.
func speaksOfWhere(words string) bool {
	return says(words, "illegal", "address", "foreign")
}

// speaksOfTLS reports whether a server's words ask for encryption.
func speaksOfTLS(words string) bool {
	for word := range strings.FieldsFuncSeq(strings.ToLower(words), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if word == "tls" || word == "ssl" || word == "ftps" || strings.HasPrefix(word, "encrypt") {
			return true
		}
	}
	return false
}

// speaksOfAttempts reports whether a server's words are about log-ins that failed
// before, of which it takes no more.
func speaksOfAttempts(words string) bool {
	return says(words, "attempts", "login failures", "authentication failures")
}
