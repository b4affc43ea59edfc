package compare

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/recorder"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// Wherever the time is added, the phase that it was added to is named, though
// others hold it too. Where an active server connects only after the transfer
// command, data_ready and command are one.
func TestPhaseThatDiffers(t *testing.T) {
	const d = 5 * time.Millisecond
	for name, c := range map[string]struct {
		change func(i int, p, a *spec)
		want   string
	}{
		"nothing":             {func(i int, p, a *spec) {}, ""},
		"a slow connect":      {func(i int, p, a *spec) { a.ready += d }, "data_ready"},
		"a faster connect":    {func(i int, p, a *spec) { p.ready += d }, "data_ready"},
		"a slow mode command": {func(i int, p, a *spec) { a.negotiate += d }, "negotiate"},
		"a longer path is in no one phase": {func(i int, p, a *spec) {
			a.negotiate += d
			a.ready += d + d/10
			a.goAhead += d
			a.finish += d
		}, ""},
		"two halves": {func(i int, p, a *spec) { a.negotiate += d; a.finish += d }, "negotiate"},
		"less than half": {func(i int, p, a *spec) {
			a.negotiate += 2 * time.Millisecond
			a.ready += time.Millisecond
			a.first += time.Millisecond
			a.finish += time.Millisecond
		}, ""},
		"the go-ahead waits for the connect no longer": {func(i int, p, a *spec) {
			p.goAhead += d
			a.ready += d + noise(i)
		}, ""},
		"nor does that explain what another does": {func(i int, p, a *spec) {
			p.goAhead += d
			a.ready += d
			a.payload += time.Millisecond
		}, "payload"},
		"service in noise": {func(i int, p, a *spec) {
			a.ready += d
			p.payload += time.Duration(1+i%2*8) * time.Millisecond
		}, ""},
		"a slow go-ahead":                       {func(i int, p, a *spec) { a.goAhead += d }, "command"},
		"a slow handshake":                      {func(i int, p, a *spec) { p.handshake = d; a.handshake = 2 * d }, "data_tls"},
		"a slow first byte":                     {func(i int, p, a *spec) { a.first += d }, "ttfb"},
		"slow payload":                          {func(i int, p, a *spec) { a.payload += d }, "payload"},
		"a slow completion":                     {func(i int, p, a *spec) { a.finish += d }, "finish"},
		"a slow completion of nothing":          {func(i int, p, a *spec) { p.bytes, a.bytes = 0, 0; a.finish += d }, "finish"},
		"too little":                            {func(i int, p, a *spec) { a.ready += 200 * time.Microsecond }, ""},
		"in noise":                              {func(i int, p, a *spec) { a.ready += time.Duration(i%2) * d; p.ready += time.Duration((i+1)%2) * d }, ""},
		"another phase makes up for some of it": {func(i int, p, a *spec) { a.ready += d; p.payload += d - time.Millisecond }, "data_ready"},
		"another phase makes up for more":       {func(i int, p, a *spec) { a.ready += d; p.payload += d + time.Millisecond }, "payload"},
		"what is saved elsewhere does not explain a loss": {func(i int, p, a *spec) {
			p.finish += 6 * time.Millisecond
			a.ready += d
			a.payload += d
		}, "data_ready"},
		"the queue is no cause": {func(i int, p, a *spec) { a.lag = 100 * d; a.ready += d }, "data_ready"},
	} {
		for _, late := range []bool{false, true} {
			want := c.want
			if late && (want == "data_ready" || want == "command" || strings.HasPrefix(name, "a longer path")) {
				want = "startup"
			}
			t.Run(fmt.Sprintf("%s/late %v", name, late), func(t *testing.T) {
				got := of(t, result(planned(6), pairs(6, func(i int, p, a *spec) {
					p.atOnce, a.atOnce = true, !late
					c.change(i, p, a)
				})...)).Against[0].Operations[0]
				if got.Differs != want || got.LateConnect != late {
					t.Errorf("%q, late %v, want %q: %+v", got.Differs, got.LateConnect, want, got.Cause)
				}
				if x := got.Cause; x != nil && (x.Phase.String() != want || x.Low > x.Shift || x.Shift > x.High || x.Low*x.High <= 0 ||
					x.Shift*x.ServiceShift <= 0 || x.Share < 0.5 || math.Abs(x.Share*x.ServiceShift-x.Shift) > 1) {
					t.Errorf("%+v", *x)
				}
			})
		}
	}
}

// TestMakeupAddsUp: of each side, what the mean operation is made of adds up to it.
func TestMakeupAddsUp(t *testing.T) {
	r := result(planned(6), pairs(6, func(i int, p, a *spec) { a.ready += 5 * time.Millisecond; a.payload += time.Millisecond })...)
	for _, x := range r.Trials {
		for _, s := range x.Series {
			s.Paths, s.RTT = s.OK, s.OK*int64(200*time.Microsecond)
		}
	}
	m := of(t, r).Against[0].Operations[0].Mean
	if m == nil {
		t.Fatal("nothing is known")
	}
	want := [2]Makeup{{200e3, 600e3, 0, 5e6, 4.4e6}, {200e3, 600e3, 0, 6e6, 9.4e6}}
	for i := range m {
		if math.Abs(m[i].Wire-want[i].Wire) > 1 || math.Abs(m[i].Payload-want[i].Payload) > 1e4 || math.Abs(m[i].Server-want[i].Server) > 2e4 {
			t.Errorf("%+v, want %+v", m[i], want[i])
		}
	}
	for _, x := range r.Trials {
		for _, s := range x.Series {
			s.RTT = s.OK * int64(10*time.Millisecond)
		}
	}
	if m := of(t, r).Against[0].Operations[0].Mean; m != nil {
		t.Errorf("three round trips of 10 ms in an operation of 10 ms: %+v", *m)
	}
}

// The numbers of a cause are those of the piece that is named, and not of the
// phase of that name, which holds those before it.
func TestNumbersOfTheCause(t *testing.T) {
	o := of(t, result(planned(6), pairs(6, func(i int, p, a *spec) {
		a.atOnce = true
		a.negotiate += time.Millisecond
		a.ready += time.Duration(2+i) * time.Millisecond
	})...)).Against[0].Operations[0]
	x := o.Cause
	if x == nil || x.Phase != stats.DataReady || x.Shift != 5.5e6 || x.ServiceShift != 6.5e6 || x.Share != 5.5/6.5 || x.Low < 3e6 || x.High > 8e6 || x.Low > 4.5e6 || x.High < 6.5e6 {
		t.Errorf("%+v", x)
	}
	if p := o.Phases[1]; *p.Shift != 6.5e6 {
		t.Errorf("%v", *p.Shift)
	}
}

// The table of phases by hand: median against median, and the median shift of
// the blocks with an interval.
func TestPhaseTable(t *testing.T) {
	c := of(t, result(planned(6), pairs(6, func(i int, p, a *spec) {
		a.ready += time.Duration(i) * time.Millisecond
		p.handshake = time.Millisecond
	})...))
	o := c.Against[0].Operations[0]
	var phases []stats.Phase
	for _, p := range o.Phases {
		phases = append(phases, p.Phase)
	}
	want := []stats.Phase{
		stats.Negotiate, stats.DataReady, stats.Startup, stats.TTFB, stats.Command,
		stats.DataTLS, stats.DataTLSFull, stats.Payload, stats.Finish, stats.Service,
	}
	if o.Op != "retr" || !slices.Equal(phases, want) {
		t.Fatalf("%s: %v", o.Op, phases)
	}
	ready := o.Phases[1]
	if *ready.Base != 2e6 || *ready.New != 5.5e6 || *ready.Shift != 3.5e6 || *ready.Low < 1e6 || *ready.High > 6e6 || *ready.Low > 2.5e6 || *ready.High < 4.5e6 || ready.Doubtful {
		t.Errorf("%v %v %v", *ready.Base, *ready.New, *ready.Shift)
	}
	handshake := o.Phases[5]
	if *handshake.Base != 1e6 || handshake.New != nil || handshake.Shift != nil || handshake.Low != nil {
		t.Errorf("%+v", handshake)
	}
	if o.RoundTrips != [2]float64{2, 2} || o.Connects != [2]float64{1, 1} {
		t.Errorf("%v round trips, %v connects", o.RoundTrips, o.Connects)
	}
	c = of(t, result(planned(6), pairs(5, func(i int, p, a *spec) { a.failed = 700; p.payload += noise(i) })...))
	service := c.Against[0].Operations[0].Phases[7]
	if service.Shift == nil || service.Low != nil || !service.Doubtful {
		t.Errorf("%+v", service)
	}
}

// A log-in's parts are the phases of its set-up.
func TestLogInThatDiffers(t *testing.T) {
	var trials []*resultfile.Trial
	for i := 1; i <= 6; i++ {
		for _, v := range []string{"plain", "tls"} {
			r := recorder.NewRecorder(v, i, 1, 1)
			r.OpenWindow(1000 * ms)
			for range 20 {
				up := stats.SessionPhases{Connect: time.Millisecond, Greeting: time.Millisecond, Login: time.Millisecond, Setup: time.Millisecond}
				took := 4 * ms
				if v == "tls" {
					up.TLS = 6 * time.Millisecond
					took += 6 * ms
				}
				s := &stats.Sample{Op: stats.Login, SetUp: up, Commands: 4}
				s.Moments[stats.T0], s.Moments[stats.T1], s.Moments[stats.T8] = 1001*ms, 1001*ms, 1001*ms+took
				r.Shard(0).Record(nil, s)
			}
			r.CloseWindow(2000 * ms)
			_, trial := r.Finish(2000*ms, true)
			trials = append(trials, trial)
		}
	}
	o := of(t, result(planned(6), trials...)).Against[0].Operations[0]
	if o.Op != "login" || o.Differs != "tls" || o.RoundTrips != [2]float64{4, 4} {
		t.Errorf("%+v", o)
	}
}
