package report

import (
	"bytes"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/about"
	"github.com/ftpmark/ftpmark/stats/report/export"
	"github.com/ftpmark/ftpmark/stats/report/render/text"
)

// renderAll joins reports as their format allows.
func renderAll(reports []*Report, f Format, o Options) ([]byte, error) {
	if f == HTML {
		return renderHTML(reports)
	}
	var parts [][]byte
	for _, r := range reports {
		if f == JUnit {
			if err := r.writable(f); err != nil {
				return nil, err
			}
			continue
		}
		one, err := r.render(f, o)
		if err != nil {
			return nil, err
		}
		parts = append(parts, one)
	}
	switch f {
	case JUnit:
		var sources []export.Suite
		for _, r := range reports {
			sources = append(sources, r.junit())
		}
		return export.JUnit(sources)
	case JSON:
		return jsonArray(parts), nil
	case CSV:
		return csvJoined(parts), nil
	case HLog:
		return bytes.Join(parts, nil), nil // its readers stop at an empty line
	case Text:
		for i, r := range reports {
			parts[i] = append(text.Title(terminal.Printable(r.Name, about.MostText), o.text()), parts[i]...)
		}
	}
	return bytes.Join(parts, []byte("\n")), nil
}

func jsonArray(documents [][]byte) []byte {
	for i, d := range documents {
		documents[i] = bytes.TrimSuffix(d, []byte("\n"))
	}
	out := append([]byte("[\n"), bytes.Join(documents, []byte(",\n"))...)
	return append(out, "\n]\n"...)
}

// csvJoined leaves out a head that is the same as the one before.
func csvJoined(tables [][]byte) []byte {
	var all, head []byte
	for _, t := range tables {
		first, rows, _ := bytes.Cut(t, []byte("\n"))
		if all != nil && bytes.Equal(first, head) {
			t = rows
		}
		all, head = append(all, t...), first
	}
	return all
}
