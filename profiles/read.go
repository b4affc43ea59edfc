package profiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The bounds of a profile file. Its nesting and its tokens are bounded because
// the parser's time grows with their square.
const (
	maxFileBytes = 1 << 20
	maxTokens    = 30_000
	maxNesting   = 8
)

// ReadFile reads a profile file. A table of sizes that it names is looked for
// in the file's folder, by Resolve. Errors about the content are *[Error].
func ReadFile(path string) (*Draft, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, err := read(path, f, filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Read reads a profile; the name is what errors call it. A table of sizes that
// it names is looked for in the working directory. Errors about the content are
// *[Error].
func Read(name string, r io.Reader) (*Draft, error) { return read(name, r, "") }

func read(name string, r io.Reader, folder string) (*Draft, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &file{name: name, draft: &Draft{source: FromFile, folder: folder, settings: map[string]setting{}}}
	if err := f.decode(b); err != nil {
		return nil, err
	}
	return f.draft, nil
}

// file is a profile file while it is read.
type file struct {
	name  string
	draft *Draft
}

// at is the origin of a token's position.
func (f *file) at(key string, t *token.Token) Origin {
	o := Origin{Source: FromFile, File: f.name, Key: key, Line: 1, Column: 1}
	if t != nil && t.Position != nil {
		o.Line, o.Column = max(1, t.Position.Line), max(1, t.Position.Column)
	}
	return o
}

// offset is the origin of a position in the file's text.
func (f *file) offset(b []byte, n int) Origin {
	before := b[:n]
	line := bytes.Count(before, []byte("\n"))
	last := before[bytes.LastIndexByte(before, '\n')+1:]
	return Origin{Source: FromFile, File: f.name, Line: line + 1, Column: utf8.RuneCount(last) + 1}
}

func (f *file) decode(b []byte) error {
	if len(b) > maxFileBytes {
		return f.offset(b, maxFileBytes).errorf("the file is too large: want a profile of at most %s", Size(maxFileBytes))
	}
	if !utf8.Valid(b) {
		n := 0
		for rest := b; ; {
			r, size := utf8.DecodeRune(rest)
			if r == utf8.RuneError && size <= 1 {
				break
			}
			n, rest = n+size, rest[size:]
		}
		return f.offset(b, n).errorf("the byte %#02x is not UTF-8: want a file in UTF-8", b[n])
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if n := bytes.IndexFunc(b, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }); n >= 0 {
		return f.offset(b, n).errorf("control character %q is not allowed in a profile: want YAML", b[n])
	}
	root, err := f.parse(b)
	if err != nil {
		return err
	}
	return f.profile(root)
}

// parse returns the mapping of the file's one document.
func (f *file) parse(b []byte) (root *ast.MappingNode, err error) {
	tokens := lexer.Tokenize(string(b))
	if err := f.bounded(tokens); err != nil {
		return nil, err
	}
	parsed, err := parseTokens(tokens)
	if err != nil {
		return nil, f.syntax(b, err)
	}
	var doc *ast.DocumentNode
	for _, d := range parsed.Docs {
		switch d.Body.(type) {
		case nil, *ast.CommentGroupNode:
			continue
		case *ast.DirectiveNode:
			return nil, f.at("", d.Body.GetToken()).errorf("YAML directives are not supported: leave this one out")
		}
		if doc != nil {
			t := d.Start
			if t == nil {
				t = first(d.Body)
			}
			return nil, f.at("", t).errorf("a second YAML document begins here: want one profile per file")
		}
		doc = d
	}
	if doc == nil && len(tokens) > 0 {
		return nil, f.at("", nil).errorf("the file has no keys: want a profile, which begins with %q", "version: 1")
	}
	if doc == nil {
		return nil, f.at("", nil).errorf("the file is empty: want a profile, which begins with %q", "version: 1")
	}
	root, ok := doc.Body.(*ast.MappingNode)
	if !ok {
		return nil, f.at("", first(doc.Body)).errorf("%s is not a profile: want keys with values, the first being %q", shown(doc.Body), "version: 1")
	}
	return root, nil
}

// bounded refuses what only an attack on the parser would hold.
func (f *file) bounded(tokens token.Tokens) error {
	flow, entries, line, count := 0, 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.CommentType:
			continue
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position.Line != line {
				line, entries = t.Position.Line, 0
			}
			entries++
		}
		if count++; flow > maxNesting || entries > maxNesting || count > maxTokens || t.Position.IndentNum > 1000 {
			return f.at("", t).errorf("the file is too large or too deeply nested for a profile: want keys with values")
		}
	}
	return nil
}

// parseTokens runs the parser, whose panics (over input that it never expected)
// are errors like others.
func parseTokens(tokens token.Tokens) (file *ast.File, err error) {
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, fmt.Errorf("the YAML cannot be read")
		}
	}()
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// syntax is the error of a file that is not YAML.
func (f *file) syntax(b []byte, err error) error {
	var e yaml.Error
	if !errors.As(err, &e) {
		return f.at("", nil).errorf("not YAML: %v", err)
	}
	if strings.Contains(e.GetMessage(), "tab") || strings.Contains(e.GetMessage(), "\t") {
		n := 0
		for line := range bytes.SplitAfterSeq(b, []byte("\n")) {
			indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
			if tab := bytes.IndexByte(indent, '\t'); tab >= 0 {
				return f.offset(b, n+tab).errorf("a tab in the indentation: want spaces")
			}
			n += len(line)
		}
	}
	at := f.at("", e.GetToken())
	if strings.HasPrefix(e.GetMessage(), "mapping value is not allowed") {
		if strings.Contains(strings.TrimSpace(e.GetToken().Origin), "\n") {
			return at.errorf("not YAML: the next line is read as part of this value: begin all keys at the same column")
		}
		return at.errorf("not YAML: a colon and a space in %q: put the value in quotes", e.GetToken().Value)
	}
	return at.errorf("not YAML: %s: want \"key: value\" on lines that begin at the same column, and quotes around values with special characters", e.GetMessage())
}

// first returns the token where a node begins; that of a mapping in block style
// would be its first colon.
func first(n ast.Node) *token.Token {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return first(n.Values[0])
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	}
	return n.GetToken()
}

// shown is what a message calls a node.
func shown(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "an empty value"
	case *ast.AnchorNode:
		return "an anchor (&)"
	case *ast.AliasNode:
		return "an alias (*)"
	case *ast.TagNode:
		return "a tag (!)"
	case *ast.LiteralNode:
		return fmt.Sprintf("%q", n.Value.Value)
	}
	return fmt.Sprintf("%q", n.GetToken().Value)
}

// scalar returns the text of a node that is one.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	case *ast.LiteralNode:
		return strings.TrimSuffix(n.Value.Value, "\n"), true
	}
	return "", false
}
