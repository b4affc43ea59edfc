package main

import (
	"strconv"
	"strings"
)

// passwordIn finds the password of a URL, [scheme://]user:password@host, in an
// argument.
func passwordIn(arg string) (from, to int, ok bool) {
	start := 0
	if i := strings.Index(arg, "://"); i >= 0 {
		start = i + 3
	}
	end := len(arg)
	if i := strings.IndexByte(arg[start:], '/'); i >= 0 {
		end = start + i
	}
	at := strings.LastIndexByte(arg[start:end], '@')
	if at < 0 {
		return 0, 0, false
	}
	colon := strings.IndexByte(arg[start:start+at], ':')
	if colon < 0 {
		return 0, 0, false
	}
	return start + colon + 1, start + at, true
}

// withoutPasswords hides the passwords of URLs among the arguments where a
// message repeats them: an argument in the wrong place is quoted as it is.
func withoutPasswords(message string, args []string) string {
	for _, arg := range args {
		from, to, ok := passwordIn(arg)
		if !ok || from == to {
			continue
		}
		secret := arg[from-1 : to+1] // with its : and @
		quoted := strconv.Quote(secret)
		message = strings.ReplaceAll(message, secret, ":***@")
		message = strings.ReplaceAll(message, quoted[1:len(quoted)-1], ":***@")
	}
	return message
}
