package compare

import (
	"fmt"
	"strings"
	"unicode"
)

// plain makes text from a file fit for one line of a message: what does not
// print is escaped, and it is cut after so many characters.
func plain(s string, most int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > most {
			b.WriteString("…")
			break
		}
		if unicode.IsPrint(r) && !unicode.IsMark(r) && r != unicode.ReplacementChar {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
