package compare

import (
	"math"
	"slices"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/inference"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// operations compares where the time of each operation goes, in the blocks that
// both sides have.
func (c *comparing) operations(ops []stats.Op, base, new *side) []Operation {
	list := []Operation{}
	for _, op := range ops {
		o := Operation{Op: op.String(), Phases: []PhaseShift{}}
		o.RoundTrips[0], o.Connects[0] = perOperation(base, op)
		o.RoundTrips[1], o.Connects[1] = perOperation(new, op)
		o.LateConnect = lateConnect(op, base, new)
		o.Mean = makeup(op, base, new)
		for _, p := range phasesOf(op, c.open) {
			if s, ok := c.shift(op, p, base, new); ok {
				o.Phases = append(o.Phases, s)
			}
		}
		if o.Cause = c.cause(op, base, new, o.LateConnect); o.Cause != nil {
			o.Differs = o.Cause.Phase.String()
		}
		list = append(list, o)
	}
	return list
}

// phasesOf returns the phases that an operation can have. In a closed load
// nothing is late, and response is service.
func phasesOf(op stats.Op, open bool) (ps []stats.Phase) {
	if open {
		ps = append(ps, stats.Lag)
	}
	switch {
	case op.Transfers():
		for p := stats.Negotiate; p <= stats.Finish; p++ {
			ps = append(ps, p)
		}
	case op == stats.Login:
		for p := stats.Connect; p <= stats.Setup; p++ {
			ps = append(ps, p)
		}
	}
	ps = append(ps, stats.Service)
	if open {
		ps = append(ps, stats.Response)
	}
	return ps
}

// perOperation returns the control round trips and the connects for each ok
// operation, zeros where none was ok.
func perOperation(s *side, op stats.Op) (roundTrips, connects float64) {
	var c resultfile.Counters
	for _, t := range s.trials {
		for _, x := range t.Series {
			if x.Op == op {
				c.Add(&x.Counters)
			}
		}
	}
	if c.OK <= 0 {
		return 0, 0
	}
	return float64(c.Commands) / float64(c.OK), float64(c.Connects) / float64(c.OK)
}

// shift compares one phase; ok is false if neither side has it.
func (c *comparing) shift(op stats.Op, p stats.Phase, base, new *side) (s PhaseShift, ok bool) {
	s.Phase = p
	b, doubtful := medians(base, op, p)
	n, doubtfulToo := medians(new, op, p)
	if len(b) == 0 && len(n) == 0 {
		return s, false
	}
	s.Doubtful = doubtful || doubtfulToo
	// The trials that have the phase are not like those that lack it.
	if len(b) == len(base.trials) {
		s.Base = number(inference.Median(b))
	}
	if len(n) == len(new.trials) {
		s.New = number(inference.Median(n))
	}
	if s.Base == nil || s.New == nil {
		return s, true
	}
	d := differences(b, n)
	s.Shift = number(inference.Median(d))
	if len(d) >= resultfile.MinPairs {
		i := c.interval(d)
		s.Low, s.High = number(i.Low), number(i.High)
	}
	return s, true
}

func (c *comparing) interval(differences []float64) inference.Interval {
	return inference.BootstrapMedian(differences, 1-c.look.Alpha, c.resamples, c.result.Header.Seed)
}

// medians returns the p50 of a phase in each trial that has it, and whether
// operations that are not in it could change one.
func medians(s *side, op stats.Op, p stats.Phase) (p50s []float64, doubtful bool) {
	for _, t := range s.trials {
		h, others := pooled([]*resultfile.Trial{t}, op, p)
		if h.Count() > 0 {
			p50s = append(p50s, float64(h.ValueAtPercentile(50)))
			doubtful = doubtful || h.Doubtful(50, others)
		}
	}
	return p50s, doubtful
}

// part is a piece of an operation's service time. Parts do not overlap and add
// up to it, which the phases do not: most of them begin at t1 and hold those
// before. A part has the name of the phase that it is the end of.
type part struct {
	phase stats.Phase
	mean  float64 // over ok operations, nanoseconds
}

// partsOf cuts the mean operation of a trial. A transfer's parts are
//
//	negotiate   the mode command, until its reply
//	data_ready  from there until the data socket is ready: data_ready less negotiate
//	command     from there until the server's go-ahead: startup less data_ready
//	data_tls    the handshake of the data connection
//	ttfb        else from there until bytes move
//	payload     until the last byte
//	finish      until the completion reply
//
// So a server that is slow to connect in active mode shows in data_ready and not
// in command, though its go-ahead is late too. If it connects only after the
// transfer command and is compared with passive mode (late), data_ready and command
// are one part, startup: the boundary between them is elsewhere there. A log-in's parts are its set-up's
// phases. Other operations have one part, and so none.
func partsOf(t *resultfile.Trial, op stats.Op, late bool) (parts []part) {
	var s resultfile.Series
	for _, x := range t.Series {
		if x.Op == op {
			s.Counters.Add(&x.Counters)
		}
	}
	if s.OK <= 0 {
		return nil
	}
	mean := func(p stats.Phase) float64 { return meanOver([]*resultfile.Trial{t}, op, p, s.OK) }
	if op == stats.Login {
		for p := stats.Connect; p <= stats.Setup; p++ {
			parts = append(parts, part{p, mean(p)})
		}
		return parts
	}
	if !op.Transfers() {
		return nil
	}
	// The partition knows t6 where nothing moved too, when there is no ttfb.
	var segments [stats.NumSegments]float64
	for i, ns := range s.Partition {
		segments[i] = float64(ns) / float64(s.OK)
	}
	negotiate, ready, startup := mean(stats.Negotiate), mean(stats.DataReady), mean(stats.Startup)
	handshake := mean(stats.DataTLS)
	moving := segments[0] + segments[1] + segments[2] + segments[3]
	parts = []part{{stats.Negotiate, negotiate}}
	if late {
		parts = append(parts, part{stats.Startup, startup - negotiate})
	} else {
		parts = append(parts, part{stats.DataReady, ready - negotiate}, part{stats.Command, startup - ready})
	}
	return append(parts,
		part{stats.DataTLS, handshake},
		part{stats.TTFB, moving - startup - handshake},
		part{stats.Payload, segments[4]},
		part{stats.Finish, segments[5]},
	)
}

// meanOver returns the sum of a phase's values divided by the number of ok operations.
func meanOver(trials []*resultfile.Trial, op stats.Op, p stats.Phase, ok int64) float64 {
	h, _ := pooled(trials, op, p)
	return h.Mean() * float64(h.Count()) / float64(ok)
}

// lateConnect reports whether one side lets the server connect, the other does not,
// and the server does so, in the mean, only after the transfer command was sent.
func lateConnect(op stats.Op, base, new *side) bool {
	a, b := base.active(op), new.active(op)
	if !op.Transfers() || a == b {
		return false
	}
	trials := new.trials
	if a {
		trials = base.trials
	}
	mean := func(p stats.Phase) float64 { return meanOver(trials, op, p, 1) }
	return mean(stats.DataReady) > mean(stats.Startup)-mean(stats.Command)
}

// active reports whether the server opened data connections of the operation.
func (s *side) active(op stats.Op) bool {
	return slices.ContainsFunc(s.trials, func(t *resultfile.Trial) bool {
		return slices.ContainsFunc(t.Series, func(x *resultfile.Series) bool { return x.Op == op && x.Mode.Active() })
	})
}

// makeup returns what the mean operations of two sides are made of, nil unless that
// is known of both.
func makeup(op stats.Op, base, new *side) *[2]Makeup {
	var both [2]Makeup
	for i, s := range []*side{base, new} {
		var ok bool
		if both[i], ok = s.makeup(op); !ok {
			return nil
		}
	}
	return &both
}

func (s *side) makeup(op stats.Op) (m Makeup, ok bool) {
	var sum resultfile.Series
	for _, t := range s.trials {
		for _, x := range t.Series {
			if x.Op == op {
				sum.Counters.Add(&x.Counters)
			}
		}
	}
	if !op.Transfers() || op.Uploads() || sum.OK <= 0 || sum.Paths <= 0 {
		return m, false
	}
	n := float64(sum.OK)
	m.RoundTrip = float64(sum.RTT) / float64(sum.Paths)
	m.Wire = m.RoundTrip * float64(sum.Commands+sum.Connects) / n
	m.Handshake = meanOver(s.trials, op, stats.DataTLS, sum.OK)
	m.Payload = float64(sum.Partition[4]) / n
	m.Server = meanOver(s.trials, op, stats.Service, sum.OK) - m.Wire - m.Handshake - m.Payload
	return m, m.Server >= 0
}

// Of service's shift a part must hold leastShare to be called its cause. Of
// parts of about one size, mostOf of the largest, the earliest is.
const (
	leastShare = 0.5
	mostOf     = 0.8
)

// cause returns the part (see [partsOf]) in which an operation differs, nil if
// there is none. The service time itself must have shifted: the interval of its
// mean excludes zero. The part's interval does too, on the same side; its shift
// comes to the practical threshold of the base's service time and to half of
// service's shift. All of them are medians of the paired differences of means.
//
// In active mode the socket may be ready before the go-ahead or after it, so
// that data_ready gains what command loses though nothing takes longer: either
// is named only if both together pass for the cause too. With late they are one
// part (see [partsOf]).
func (c *comparing) cause(op stats.Op, base, new *side, late bool) *PartShift {
	if len(base.trials) < resultfile.MinPairs {
		return nil
	}
	var phases []stats.Phase
	var shifts [][]float64 // by part, then block
	var service, before []float64
	for i := range base.trials {
		b, n := partsOf(base.trials[i], op, late), partsOf(new.trials[i], op, late)
		if len(b) == 0 || len(n) == 0 {
			return nil
		}
		if i == 0 {
			shifts = make([][]float64, len(b))
		}
		for j := range b {
			if i == 0 {
				phases = append(phases, b[j].phase)
			}
			shifts[j] = append(shifts[j], n[j].mean-b[j].mean)
		}
		before = append(before, serviceOf(base.trials[i], op))
		service = append(service, serviceOf(new.trials[i], op)-before[i])
	}
	whole, direction := inference.Median(service), c.direction(service)
	if whole == 0 || direction == 0 {
		return nil
	}
	least := max(c.plan.ThresholdEffect*inference.Median(before), leastShare*math.Abs(whole))
	passes := func(d []float64) bool {
		return math.Abs(inference.Median(d)) >= least && c.direction(d) == direction
	}
	ready, command := slices.Index(phases, stats.DataReady), slices.Index(phases, stats.Command)
	clear := make([]float64, len(shifts))
	most := 0.0
	for j, d := range shifts {
		if !passes(d) || (j == ready || j == command) && !passes(sums(shifts[ready], shifts[command])) {
			continue
		}
		clear[j] = math.Abs(inference.Median(d))
		most = max(most, clear[j])
	}
	if most == 0 {
		return nil
	}
	j := slices.IndexFunc(clear, func(x float64) bool { return x >= mostOf*most })
	m, i := inference.Median(shifts[j]), c.interval(shifts[j])
	return &PartShift{Phase: phases[j], Shift: m, Low: i.Low, High: i.High, ServiceShift: whole, Share: m / whole}
}

// serviceOf returns the mean service time of a trial.
func serviceOf(t *resultfile.Trial, op stats.Op) float64 {
	h, _ := pooled([]*resultfile.Trial{t}, op, stats.Service)
	return h.Mean()
}

func sums(a, b []float64) []float64 {
	s := make([]float64, len(a))
	for i := range s {
		s[i] = a[i] + b[i]
	}
	return s
}

// direction is 1 or -1 where the interval of the median lies above or below
// zero, 0 where it does not exclude it.
func (c *comparing) direction(d []float64) int {
	switch i := c.interval(d); {
	case i.Low > 0:
		return 1
	case i.High < 0:
		return -1
	}
	return 0
}
