package profiles

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxTable bounds the rows of a table, and its bytes.
const (
	maxTable      = 10_000
	maxTableBytes = 1 << 20
)

// Load reads the table that the sizes name, relative to the folder (the working
// directory if empty); other sizes are returned as they are. Errors name the
// file and the line.
func (s Sizes) Load(folder string) (Sizes, error) {
	if s.kind != sizesTable || len(s.list) > 0 {
		return s, nil
	}
	name := s.table
	if !filepath.IsAbs(name) {
		name = filepath.Join(folder, name)
	}
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("there is no table of sizes %s: want the name of a CSV file, relative to the profile's folder", filepath.ToSlash(name))
	}
	if err == nil && !info.Mode().IsRegular() {
		return s, fmt.Errorf("the table of sizes %s is not a regular file: want the name of a CSV file", filepath.ToSlash(name))
	}
	if err != nil {
		return s, fmt.Errorf("the table of sizes cannot be read: %w", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return s, fmt.Errorf("the table of sizes cannot be read: %w", err)
	}
	defer f.Close()
	list, err := readTable(name, f)
	if err != nil {
		return s, err
	}
	loaded := listed(list)
	loaded.kind, loaded.table = sizesTable, s.table
	return loaded, nil
}

// readTable reads rows of size,weight. A first row that has no digit is a
// header; empty lines and those that begin with # are passed over.
func readTable(name string, r io.Reader) ([]weightedSize, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxTableBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(b) > maxTableBytes {
		return nil, fmt.Errorf("%s: the table of sizes is larger than %s", name, Size(maxTableBytes))
	}
	var list []weightedSize
	at := map[Size]int{}
	lines, first := bufio.NewScanner(bytes.NewReader(b)), true
	lines.Buffer(nil, maxTableBytes+1)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
		if line == "" || line[0] == '#' {
			continue
		}
		header := first && !strings.ContainsAny(line, "0123456789")
		if first = false; header {
			continue
		}
		text, weight, two := strings.Cut(line, ",")
		size, err := parseFileSize(unquote(text))
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		w, ok := parseWeight(unquote(weight))
		if !two || !ok {
			return nil, fmt.Errorf("%s:%d: bad weight %q: want size,weight with a number above 0 and at most 1000000000, such as 64KiB,25", name, n, strings.TrimSpace(weight))
		}
		if i, known := at[size]; known {
			list[i].weight += w
			continue
		}
		if len(list) == maxTable {
			return nil, fmt.Errorf("%s:%d: the table has more than %d sizes", name, n, maxTable)
		}
		at[size] = len(list)
		list = append(list, weightedSize{size: size, weight: w})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s:1: the table has no sizes: want rows of size,weight, such as 64KiB,25", name)
	}
	return list, nil
}

// unquote takes away the quotes that spreadsheets put around a cell.
func unquote(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) >= 2 && cell[0] == '"' && cell[len(cell)-1] == '"' {
		return strings.TrimSpace(cell[1 : len(cell)-1])
	}
	return cell
}
