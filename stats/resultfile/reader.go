package resultfile

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
)

// maxLine is the longest record that is read. Ours are some 100 KiB.
const maxLine = 16 << 20

// FileError is a record that cannot be read.
type FileError struct {
	Name   string // the file, if known
	Line   int    // from 1
	Offset int64  // of the line's first byte
	Err    error
}

// Error names the place and the cause.
func (e *FileError) Error() string {
	s := fmt.Sprintf("line %d (byte %d): %v", e.Line, e.Offset, e.Err)
	if e.Name != "" {
		s = e.Name + ": " + s
	}
	return s
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// SchemaError refuses a file that this version does not read.
type SchemaError struct {
	Schema string // as the file states it
	Newer  bool   // of a later version than [Schema]
	Tool   ToolInfo
}

// Error says what to do.
func (e *SchemaError) Error() string {
	if e.Newer {
		return fmt.Sprintf("schema %s, written by %s %s, is newer than %s, which this version reads: use a newer ftpmark",
			e.Schema, e.Tool.Name, e.Tool.Version, Schema)
	}
	return fmt.Sprintf("not an ftpmark result file: schema %q where %s is expected", e.Schema, Schema)
}

// FileReader reads a result file record by record. It holds one record at a
// time, whatever the file's length.
type Reader struct {
	// Name is the file's, for messages; it may be empty.
	Name string

	r      *bufio.Reader
	line   []byte
	number int
	offset int64 // of the current line
	length int64 // of the current line with its end
	cut    bool
	done   bool
}

// NewFileReader reads from r, which should be at the file's beginning.
func NewReader(r io.Reader) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 64<<10)}
}

// Next returns the next record: a *[Header], *[stats.Conversation], *[Variant],
// *[Interval], *[Sessions], *[Generator], *[Trial], *[Step] or *[Footer]. Kinds
// that it does not know are passed over. At the end it returns io.EOF; so it does when the last
// line was cut off in writing (see [Reader.CutOff]). Other errors are
// *[FileError], or what reading gave.
func (f *Reader) Next() (any, error) {
	for !f.done {
		whole, err := f.readLine()
		if err != nil {
			f.done = true
			return nil, err
		}
		if len(f.line) == 0 && whole {
			continue
		}
		record, err := decodeRecord(f.line)
		if err != nil {
			f.done = true
			var schema *SchemaError
			if !whole && !errors.As(err, &schema) {
				f.cut = true
				break
			}
			return nil, f.fail(err)
		}
		if record != nil {
			return record, nil
		}
	}
	return nil, io.EOF
}

// CutOff reports whether the file ended within a record, and on which line.
func (f *Reader) CutOff() (line int, cut bool) { return f.number, f.cut }

func (f *Reader) fail(err error) error {
	return &FileError{Name: f.Name, Line: f.number, Offset: f.offset, Err: err}
}

// readLine reads a line without its end and reports whether it had one.
func (f *Reader) readLine() (whole bool, err error) {
	f.number++
	f.offset += f.length
	f.line, f.length = f.line[:0], 0
	for {
		part, err := f.r.ReadSlice('\n')
		f.line = append(f.line, part...)
		f.length = int64(len(f.line))
		switch {
		case len(f.line) > maxLine:
			return false, f.fail(fmt.Errorf("a record is longer than %d MiB", maxLine>>20))
		case err == nil:
			f.line = f.line[:len(f.line)-1]
			return true, nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(f.line) > 0:
			return false, nil
		case errors.Is(err, io.EOF):
			f.number--
			return false, io.EOF
		default:
			return false, f.fail(err)
		}
	}
}

func decodeRecord(line []byte) (any, error) {
	var kind struct {
		Record string `json:"record"`
	}
	if err := json.Unmarshal(line, &kind); err != nil {
		return nil, fmt.Errorf("not a record: %w", err)
	}
	var record any
	switch kind.Record {
	case recordHeader:
		return decodeHeader(line)
	case recordTalk:
		record = new(stats.Conversation)
	case recordVariant:
		record = new(Variant)
	case recordInterval:
		record = new(Interval)
	case recordSessions:
		record = new(Sessions)
	case recordGenerator:
		record = new(Generator)
	case recordTrial:
		record = new(Trial)
	case recordStep:
		record = new(Step)
	case recordFooter:
		record = new(Footer)
	case "":
		return nil, errors.New(`not a record: it has no "record"`)
	default:
		return nil, nil
	}
	if err := json.Unmarshal(line, record); err != nil {
		return nil, fmt.Errorf("%s record: %w", kind.Record, err)
	}
	return record, nil
}

// decodeHeader looks at the schema first: a newer header may not even decode.
func decodeHeader(line []byte) (any, error) {
	var s struct {
		Schema string
		Tool   json.RawMessage
	}
	if err := json.Unmarshal(line, &s); err != nil {
		return nil, fmt.Errorf("header record: %w", err)
	}
	if s.Schema != Schema {
		e := &SchemaError{Schema: s.Schema, Newer: newerSchema(s.Schema)}
		_ = json.Unmarshal(s.Tool, &e.Tool) // a courtesy: it may have changed too
		return nil, e
	}
	h := new(Header)
	if err := json.Unmarshal(line, h); err != nil {
		return nil, fmt.Errorf("header record: %w", err)
	}
	return h, nil
}

func newerSchema(s string) bool {
	known, v, _ := strings.Cut(Schema, "/v")
	name, version, ok := strings.Cut(s, "/v")
	if !ok || name != known {
		return false
	}
	mine, _ := strconv.Atoi(v)
	theirs, err := strconv.ParseUint(version, 10, 64)
	return err == nil && theirs > uint64(mine)
}

// ReadFile reads the named result file whole. See [Read].
func ReadFile(name string) (*Result, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := NewReader(f)
	r.Name = name
	return Read(r, nil)
}

// ReadResult reads a result file whole. A file that was cut off or has no
// footer gives a partial result without an error, and so does one of more trials
// than can be kept; one that is damaged in its midst, newer than this version or
// no result file gives an error. watch, if set, sees each interval as it is read,
// those of trials that are left out too: they are not kept.
func Read(f *Reader, watch func(*Interval)) (*Result, error) {
	return new(Collector).read(f, watch)
}

// read adds a file's records and returns the result.
func (c *Collector) read(f *Reader, watch func(*Interval)) (*Result, error) {
	for {
		record, err := f.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if i, ok := record.(*Interval); ok && watch != nil {
			watch(i)
		}
		if err := c.Write(record); err != nil {
			return nil, f.fail(err)
		}
	}
	if line, cut := f.CutOff(); cut {
		c.cutLine = line
	}
	r, err := c.Result()
	if err != nil {
		return nil, f.fail(fmt.Errorf("not an ftpmark result file: %w", err))
	}
	return r, nil
}
