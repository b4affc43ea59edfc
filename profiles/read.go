package profiles

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
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
		return f.offset(b, n).errorf("the control character %q has no place in a profile: want YAML", b[n])
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
			return nil, f.at("", d.Body.GetToken()).errorf("a YAML directive has no meaning here: want it left out")
		}
		if doc != nil {
			t := d.Start
			if t == nil {
				t = first(d.Body)
			}
			return nil, f.at("", t).errorf("a second YAML document begins here: want one profile in each file")
		}
		doc = d
	}
	if doc == nil && len(tokens) > 0 {
		return nil, f.at("", nil).errorf("the file holds no keys: want a profile, which begins with %q", "version: 1")
	}
	if doc == nil {
		return nil, f.at("", nil).errorf("the file is empty: want a profile, which begins with %q", "version: 1")
	}
	root, ok := doc.Body.(*ast.MappingNode)
	if !ok {
		return nil, f.at("", first(doc.Body)).errorf("%s is not a profile: want keys with values, of which the first is %q", shown(doc.Body), "version: 1")
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
			return at.errorf("not YAML: the next line is taken for a part of this value: want keys that begin at the same column")
		}
		return at.errorf("not YAML: a colon and a space within %q: want quotes around a value that holds them", e.GetToken().Value)
	}
	return at.errorf("not YAML: %s: want \"key: value\" on lines that begin at the same column, and quotes around a value that YAML reads otherwise", e.GetMessage())
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
		return "no value"
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

// keyName returns the text of a mapping's key, and an error for one that is not
// plain.
func (f *file) keyName(owner string, n ast.MapKeyNode) (string, error) {
	if _, merge := n.(*ast.MergeKeyNode); merge {
		return "", f.at(owner, n.GetToken()).errorf("a merge key (<<) has no meaning here: want each key written out")
	}
	text, ok := scalar(n)
	if !ok {
		return "", f.at(owner, n.GetToken()).errorf("%s cannot be a key: want a plain word", shown(n))
	}
	return text, nil
}

// profile decodes the file's mapping.
func (f *file) profile(root *ast.MappingNode) error {
	if err := f.version(root); err != nil {
		return err
	}
	for _, v := range root.Values {
		name, err := f.keyName("", v.Key)
		if err != nil {
			return err
		}
		at := f.at("", v.Key.GetToken())
		k, known := keyOf(name)
		switch {
		case name == "password":
			at.Key = name
			return at.errorf("%s", noPassword)
		case !known:
			return at.errorf("unknown key %q%s", name, f.draft.meant(name))
		case f.draft.Has(name):
			at.Key = name
			return at.errorf("the key is given twice, first on line %d: want it once", f.draft.settings[name].key.Line)
		}
		if err := f.setting(k, v); err != nil {
			return err
		}
	}
	return f.draft.contradiction()
}

// version looks at the version before anything else, because another one may
// have other keys.
func (f *file) version(root *ast.MappingNode) error {
	for _, v := range root.Values {
		if name, _ := scalar(v.Key); name == "version" {
			if text, _ := scalar(v.Value); text != fmt.Sprint(Version) {
				return f.at("version", first(v.Value)).errorf("%s is not supported: want %d, the version that this ftpmark knows", shown(v.Value), Version)
			}
			return nil
		}
	}
	return f.at("version", first(root)).errorf("the key is missing: want %q as the first line", "version: 1")
}

// setting decodes the value of a key.
func (f *file) setting(k Key, v *ast.MappingValueNode) error {
	s := setting{key: f.at(k.Name, v.Key.GetToken()), origin: f.at(k.Name, first(v.Value)), folder: f.draft.folder}
	var err error
	switch value := v.Value.(type) {
	case *ast.SequenceNode:
		if k.Name == "stages" {
			s.put, err = f.stages(value)
		} else if k.List {
			s.put, err = f.list(k, value)
		} else {
			err = s.origin.errorf("a list where one value is wanted: want %s", k.Accepts)
		}
	case *ast.MappingNode:
		if k.Name != "op" {
			err = s.origin.errorf("a mapping where one value is wanted: want %s", k.Accepts)
		} else {
			s.put, err = f.mix(value)
		}
	default:
		var text string
		if text, err = f.text(k.Name, k.Accepts, value); err == nil {
			s.put, err = s.origin.putText(k, text)
		}
		if !k.secret {
			s.origin.Text = text
		}
	}
	if err != nil {
		return err
	}
	f.draft.keep(s)
	return nil
}

// text returns the text of a scalar; the error says what is wanted instead.
func (f *file) text(key, accepts string, n ast.Node) (string, error) {
	text, ok := scalar(n)
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "", f.at(key, first(n)).errorf("%s has no meaning here: want the value written out, %s", shown(n), accepts)
	}
	if !ok {
		return "", f.at(key, first(n)).errorf("%s where one value is wanted: want %s", shown(n), accepts)
	}
	return text, nil
}

// putText checks the text of a key's value and returns what sets it.
func (o Origin) putText(k Key, text string) (func(*Profile) error, error) {
	put := func(p *Profile) error {
		k.clear(p)
		return k.value(p).Set(text)
	}
	var scratch Profile
	if err := put(&scratch); err != nil {
		return nil, o.valueError(text, err)
	}
	return put, nil
}

// list decodes a list of texts, each with its own position.
func (f *file) list(k Key, n *ast.SequenceNode) (func(*Profile) error, error) {
	var scratch Profile
	for i, item := range n.Values {
		switch item.(type) {
		case *ast.MappingNode, *ast.SequenceNode:
			return nil, f.at(k.Name, first(item)).errorf("%s as an item of the list: want %s", shown(item), k.Accepts)
		}
		text, err := f.text(k.Name, k.Accepts, item)
		if err != nil {
			return nil, err
		}
		origin := f.at(k.Name, first(item))
		if k.Separator != "" && strings.Contains(text, k.Separator) {
			return nil, origin.errorf("%q holds a %q, which parts the list in flags: want one in each item", text, k.Separator)
		}
		whole := text
		if i > 0 {
			whole = k.added(&scratch, text)
		}
		if err := k.value(&scratch).Set(whole); err != nil {
			return nil, origin.valueError(text, err)
		}
	}
	if len(n.Values) == 0 {
		return nil, f.at(k.Name, first(n)).errorf("the list is empty: want %s", k.Accepts)
	}
	text := k.Text(&scratch)
	return func(p *Profile) error {
		k.clear(p)
		return k.value(p).Set(text)
	}, nil
}

// mix decodes a mapping of operations and weights.
func (f *file) mix(n *ast.MappingNode) (func(*Profile) error, error) {
	var mix Mix
	for _, v := range n.Values {
		name, err := f.keyName("op", v.Key)
		if err != nil {
			return nil, err
		}
		at := f.at("op", v.Key.GetToken())
		var op Operation
		if err := op.parseName(name); err != nil {
			return nil, at.valueError(name, err)
		}
		if slices.ContainsFunc(mix, func(o Operation) bool { return o.Op == op.Op && o.From == op.From }) {
			return nil, at.errorf("%q is named twice: want each operation once, with its whole weight", name)
		}
		text, err := f.text("op", "a weight, a number above 0 and at most 1000000000", v.Value)
		if err != nil {
			return nil, err
		}
		var ok bool
		if op.Weight, ok = parseWeight(text); !ok {
			return nil, f.at("op", first(v.Value)).errorf("bad weight %q: want a number above 0 and at most 1000000000", text)
		}
		mix = append(mix, op)
	}
	if len(mix) == 0 {
		return nil, f.at("op", first(n)).errorf("the mix is empty: want at least one operation with its weight, such as {retr: 80, stor: 20}")
	}
	return func(p *Profile) error { p.Op = mix; return nil }, nil
}

// stages decodes a list of stages.
func (f *file) stages(n *ast.SequenceNode) (func(*Profile) error, error) {
	const want = "a stage with for and either sessions or rate, such as {for: 30s, sessions: 10..200}"
	var stages Stages
	rates := false
	for i, item := range n.Values {
		m, ok := item.(*ast.MappingNode)
		if !ok {
			return nil, f.at("stages", first(item)).errorf("%s where a mapping is wanted: want %s", shown(item), want)
		}
		st, rate, err := f.stage(m)
		if err != nil {
			return nil, err
		}
		if i > 0 && rate != rates {
			return nil, f.at("stages", first(item)).errorf("a stage of the other kind than those before: want all stages of sessions or all of a rate")
		}
		rates = rate
		stages = append(stages, st)
	}
	if i, err := stages.check(); err != nil {
		t := first(n)
		if i < len(n.Values) {
			t = first(n.Values[i])
		}
		return nil, f.at("stages", t).errorf("%v", err)
	}
	return func(p *Profile) error { p.Stages = slices.Clone(stages); return nil }, nil
}

// stage decodes one stage and says whether it is of a rate.
func (f *file) stage(m *ast.MappingNode) (st Stage, rate bool, err error) {
	seen := map[string]int{}
	for _, v := range m.Values {
		name, err := f.keyName("stages", v.Key)
		if err != nil {
			return st, false, err
		}
		at, value := f.at("stages."+name, v.Key.GetToken()), f.at("stages."+name, first(v.Value))
		accepts := map[string]string{
			"for": wantTime, "sessions": "a number or a ramp such as 10 or 10..200", "rate": "a rate or a ramp such as 50/s or 50/s..500/s",
		}
		if accepts[name] == "" {
			at.Key = "stages"
			hint := ": want for, sessions and rate"
			if near := nearestOf(name, []string{"for", "sessions", "rate"}); near != "" {
				hint = fmt.Sprintf(": did you mean %q?", near)
			}
			return st, false, at.errorf("unknown key %q%s", name, hint)
		}
		if line, twice := seen[name]; twice {
			return st, false, at.errorf("the key is given twice, first on line %d: want it once", line)
		}
		seen[name] = at.Line
		text, err := f.text(at.Key, accepts[name], v.Value)
		if err != nil {
			return st, false, err
		}
		switch name {
		case "for":
			err = durationValue{&st.For, 1}.Set(text)
		case "sessions":
			st.Sessions, err = ParseSessionSpan(text)
		case "rate":
			rate = true
			st.Rate, err = ParseRateSpan(text)
		}
		if err != nil {
			return st, false, value.valueError(text, err)
		}
		if seen["sessions"] > 0 && seen["rate"] > 0 {
			return st, false, at.errorf("the stage has both sessions and a rate: want one of them")
		}
	}
	at := f.at("stages", first(m))
	switch {
	case seen["for"] == 0:
		return st, false, at.errorf("the stage has no length: want for, such as for: 30s")
	case seen["sessions"] == 0 && seen["rate"] == 0:
		return st, false, at.errorf("the stage has no load: want sessions or rate, such as sessions: 10..200 or rate: 50/s")
	}
	return st, rate, nil
}
