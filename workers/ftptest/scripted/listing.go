package scripted

import (
	"fmt"
	"slices"
	"strings"
)

// listing returns the payload of LIST, NLST or MLSD.
func (s *scriptedSession) listing(script *Script, verb, arg string) (string, error) {
	if text, ok := script.Download.Listings[verb]; ok {
		return text, nil
	}
	if s.srv.tree == nil {
		return scriptedLines(verb, script.Download.items()), nil
	}
	if verb != "MLSD" && strings.HasPrefix(arg, "-") { // options, up to a blank
		_, arg, _ = strings.Cut(arg, " ")
	}
	items, err := s.srv.tree.list(s.full(arg))
	return scriptedLines(verb, items), err
}

// items are the files of Sizes that are there.
func (d *Download) items() (items []scriptedItem) {
	for name, size := range d.Sizes {
		if size >= 0 {
			items = append(items, scriptedItem{name, size})
		}
	}
	slices.SortFunc(items, func(a, b scriptedItem) int { return strings.Compare(a.name, b.name) })
	return items
}

// scriptedLines writes items in a verb's format.
func scriptedLines(verb string, items []scriptedItem) string {
	var b strings.Builder
	for _, i := range items {
		folder := i.size < 0
		switch {
		case verb == "LIST" && folder:
			fmt.Fprintf(&b, "drwxr-xr-x 2 ftp ftp %12d Jan 02 2024 %s\r\n", 4096, i.name)
		case verb == "LIST":
			fmt.Fprintf(&b, "-rw-r--r-- 1 ftp ftp %12d Jan 02 2024 %s\r\n", i.size, i.name)
		case verb == "MLSD" && folder:
			fmt.Fprintf(&b, "type=dir;modify=20240102030405; %s\r\n", i.name)
		case verb == "MLSD":
			fmt.Fprintf(&b, "type=file;size=%d;modify=20240102030405; %s\r\n", i.size, i.name)
		default:
			b.WriteString(i.name + "\r\n")
		}
	}
	return b.String()
}
