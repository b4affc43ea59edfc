package profiles

import (
	"bufio"
	"io"
	"strings"
)

// Netrc looks up a host in a .netrc file: the entry of its machine, else the
// default entry. With a user given, only entries for that user count. found is
// false where the file has none. Macro definitions are passed over.
func Netrc(r io.Reader, host, user string) (login, password string, found bool, err error) {
	type entry struct {
		machine, login, password string
		isDefault                bool
	}
	var entries []entry
	var key string
	inMacro := false
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if inMacro {
			inMacro = strings.TrimSpace(line) != ""
			continue
		}
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			last := len(entries) - 1
			switch {
			case key == "machine":
				entries = append(entries, entry{machine: word})
			case key == "login" && last >= 0:
				entries[last].login = word
			case key == "password" && last >= 0:
				entries[last].password = word
			case key == "macdef":
				inMacro = true
			case key == "" && word == "default":
				entries = append(entries, entry{isDefault: true})
				continue
			case key == "":
				key = word
				continue
			}
			key = ""
			if inMacro {
				break
			}
		}
	}
	if err := lines.Err(); err != nil {
		return "", "", false, err
	}
	for _, e := range entries {
		if (e.isDefault || strings.EqualFold(e.machine, host)) && (user == "" || e.login == user) {
			return e.login, e.password, true, nil
		}
	}
	return "", "", false, nil
}
