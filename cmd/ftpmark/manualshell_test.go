package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shellCommand is one command of a line.
type shellCommand struct {
	words []string
	to    string // the file that its output goes to
	piped bool   // its input is the output of the command before
}

// shellLines returns the commands of a block: lines that are continued are one, comments are
// left out.
func shellLines(text string) (lines []string) {
	whole := ""
	for line := range strings.Lines(text) {
		line, more := strings.CutSuffix(strings.TrimSpace(line), `\`)
		if whole += line + " "; !more {
			if whole = strings.TrimSpace(whole); whole != "" && whole[0] != '#' {
				lines = append(lines, whole)
			}
			whole = ""
		}
	}
	return lines
}

// parseShell reads the little of a shell's language that the manual uses: quotes, comments, |, &&, >
// and >>.
func parseShell(line string) (commands []shellCommand) {
	commands = []shellCommand{{}}
	word, inWord, toFile := "", false, false
	flush := func() {
		last := &commands[len(commands)-1]
		switch {
		case !inWord:
			return
		case toFile:
			last.to, toFile = word, false
		default:
			last.words = append(last.words, word)
		}
		word, inWord = "", false
	}
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word += string(c)
		case c == '\'' || c == '"':
			quote, inWord = c, true
		case c == ' ':
			flush()
		case c == '#' && !inWord:
			return commands
		case c == '|', c == '&' && strings.HasPrefix(line[i:], "&&"):
			flush()
			commands = append(commands, shellCommand{piped: c == '|'})
			if c == '&' {
				i++
			}
		case c == '>':
			flush()
			toFile = true
			if strings.HasPrefix(line[i:], ">>") {
				i++
			}
		default:
			word += string(c)
			inWord = true
		}
	}
	flush()
	return commands
}

// TestParseShell reads what the manual has.
func TestParseShell(t *testing.T) {
	t.Parallel()
	text := "# a comment\nftpmark run --slo 'p99 < 1 # s' \\\n  -p x  > a.txt   # here\n\nftpmark \"$(a b)\" | jq '.a[]' && echo fine\n"
	var got []string
	for _, line := range shellLines(text) {
		for _, c := range parseShell(line) {
			got = append(got, fmt.Sprintf("%q>%s|%v", c.words, c.to, c.piped))
		}
	}
	want := []string{`["ftpmark" "run" "--slo" "p99 < 1 # s" "-p" "x"]>a.txt|false`, `["ftpmark" "$(a b)"]>|false`, `["jq" ".a[]"]>|true`, `["echo" "fine"]>|false`}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// found reports whether a filter of jq, such as .series[].ok, finds anything in JSON.
func found(text, filter string) error {
	var x any
	if err := json.Unmarshal([]byte(text), &x); err != nil {
		return err
	}
	all := []any{x}
	if !regexp.MustCompile(`^(\.\w+(\[\])?)+$`).MatchString(filter) {
		return fmt.Errorf("jq %q: this test does not know such filters", filter)
	}
	for key := range strings.SplitSeq(filter[1:], ".") {
		key, each := strings.CutSuffix(key, "[]")
		var next []any
		for _, one := range all {
			fields, _ := one.(map[string]any)
			if v, ok := fields[key]; ok && each {
				list, _ := v.([]any)
				next = append(next, list...)
			} else if ok && v != nil {
				next = append(next, v)
			}
		}
		if all = next; len(all) == 0 {
			return fmt.Errorf("jq %q: there is no %q", filter, key)
		}
	}
	return nil
}
