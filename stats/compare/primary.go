package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/spelling"
)

// maxPrimary is the most metrics that may be declared to decide.
const maxPrimary = 20

// DefaultPrimary returns the metrics that decide where none were declared:
// goodput and service.p99, or operations and service.p99 if none of the
// operations moves data. In an open load they are response.p99 and response.p50:
// how much is done there is what was asked for, and service leaves out the wait.
func DefaultPrimary(ops []stats.Op, open bool) []string {
	switch {
	case open:
		return []string{"response.p99", "response.p50"}
	case transfer(ops):
		return []string{goodput.name, "service.p99"}
	}
	return []string{operations.name, "service.p99"}
}

// ParsePrimary reports what is wrong with the names of metrics that are to
// decide: "goodput", "operations", "errors.rate", and the likes of
// "service.p99", which means that of each operation, or "retr.service.p99". ops
// are the operations that are to run and open whether the load is of the open
// model; with no ops, names are only checked for being one at all.
func ParsePrimary(names []string, ops []stats.Op, open bool) error {
	if len(names) > maxPrimary {
		return fmt.Errorf("%d primary metrics: want at most %d", len(names), maxPrimary)
	}
	var seen []string
	for _, name := range names {
		ms, err := parsePrimary(name, ops, open)
		if err != nil {
			return err
		}
		for _, m := range ms {
			if m.absent != "" && len(ops) > 0 {
				return fmt.Errorf("primary metric %q: %s", name, m.absent)
			}
			if slices.Contains(seen, m.String()) {
				return fmt.Errorf("primary metric %q: %s is declared twice", name, m)
			}
			seen = append(seen, m.String())
		}
	}
	return nil
}

// parsePrimary returns what a name means: a metric, or one for each operation.
// A metric that no trial can have is returned as absent.
func parsePrimary(name string, ops []stats.Op, open bool) ([]Metric, error) {
	for _, q := range ofAll {
		if q.name == name {
			m := Metric{q: q}
			if q.transfers && !transfer(ops) {
				m.absent = "no operation moves data"
			}
			return []Metric{m}, nil
		}
	}
	q, op, named := ofName(name)
	if q == nil {
		return nil, unknownPrimary(name)
	}
	if named {
		m := Metric{q: q, op: op}
		switch {
		case q.transfers && !op.Transfers():
			m.absent = op.String() + " moves no data"
		case !slices.Contains(ops, op):
			m.absent = "there is no operation " + op.String()
		}
		return []Metric{m.inLoad(open)}, nil
	}
	var ms []Metric
	for _, op := range ops {
		if !q.transfers || op.Transfers() {
			ms = append(ms, Metric{q: q, op: op}.inLoad(open))
		}
	}
	if len(ms) == 0 {
		absent := Metric{q: q, op: stats.NumOps, absent: "there are no operations"}
		if q.transfers {
			absent.absent = "no operation moves data"
		}
		ms = append(ms, absent)
	}
	return ms, nil
}

// inLoad returns m as it is in a load of the open model, or of the closed one.
func (m Metric) inLoad(open bool) Metric {
	if m.q.open && !open && m.absent == "" {
		m.absent = "in a closed load operations are due when they begin: use service instead"
	}
	return m
}

// ofName returns the quantity of a name such as "retr.service.p99", and the
// operation if it names one; nil for no such quantity.
func ofName(name string) (q *quantity, op stats.Op, named bool) {
	for _, q := range ofOneOp {
		if q.name == name {
			return q, 0, false
		}
		if first, ok := strings.CutSuffix(name, "."+q.name); ok {
			if op, err := stats.ParseOp(first); err == nil {
				return q, op, true
			}
		}
	}
	return nil, 0, false
}

func unknownPrimary(name string) error {
	var names []string
	for _, q := range slices.Concat(ofAll, ofOneOp) {
		names = append(names, q.name)
	}
	all := slices.Clone(names)
	for op := range stats.NumOps {
		for _, q := range ofOneOp {
			all = append(all, op.String()+"."+q.name)
		}
	}
	meant := ""
	if near := spelling.Nearest(name, all); near != "" {
		meant = fmt.Sprintf(" (did you mean %s?)", near)
	}
	last := len(names) - 1
	return fmt.Errorf("primary metric %s: unknown metric%s: want %s or %s; or one of a single operation, such as retr.service.p99",
		plain(name, 60), meant, strings.Join(names[:last], ", "), names[last])
}

// resolve returns the metrics of a comparison, the primary ones first, and how
// many these are.
func resolve(primary []string, ops []stats.Op, open bool) (ms []Metric, declared int, err error) {
	if len(primary) > maxPrimary {
		return nil, 0, fmt.Errorf("%d primary metrics: want at most %d", len(primary), maxPrimary)
	}
	add := func(more []Metric) {
		for _, m := range more {
			if !slices.ContainsFunc(ms, func(x Metric) bool { return x.String() == m.String() }) {
				ms = append(ms, m)
			}
		}
	}
	for _, name := range primary {
		of, err := parsePrimary(name, ops, open)
		if err != nil {
			return nil, 0, err
		}
		add(of)
	}
	declared = len(ms)
	add(metricsOf(ops, open))
	return ms, declared, nil
}
