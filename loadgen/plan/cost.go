package plan

import (
	"math"
	"time"

	"github.com/ftpmark/ftpmark/profiles"
)

// Cost is what a plan asks of the target and of this machine, as far as that
// can be known before it runs. Figures of one variant, unless said otherwise.
type Cost struct {
	Variants []string
	// Length is one variant's window; 0 if only a number of operations ends it.
	Length time.Duration
	// Sessions are logged in at most at a time, Start at the beginning.
	Sessions, Start int
	// StartTime is how long it takes at least to open those of the beginning at
	// the rate that is asked for, 0 where none is.
	StartTime time.Duration
	// OperationsPerSecond is the most that is asked for, and Operations the
	// sum over the window; +Inf and NaN where only the target's speed bounds
	// them.
	OperationsPerSecond, Operations float64
	// TransferShare is the part of the operations that have a data connection.
	TransferShare float64
	// Files are made before anything is measured, PreparedBytes together.
	Files         int
	PreparedBytes int64
	// MeanBytes is the mean payload of a retr, stor or appe.
	MeanBytes float64
	// MovedBytes is the payload of the window, NaN if not known before.
	MovedBytes float64
	// Descriptors are open at most here, of DescriptorLimit (0: not known).
	Descriptors, DescriptorLimit int
	// ActivePorts listen at most at a time, of ActivePortsLimit (0: any);
	// PassivePorts likewise on the target.
	ActivePorts, ActivePortsLimit   int
	PassivePorts, PassivePortsLimit int
	// EphemeralPorts are used here at a time, of EphemeralLimit.
	EphemeralPorts, EphemeralLimit int
	// Notes warn of what may bound the rate.
	Notes []string
}

// Cost works out what the plan asks for. The plan need not be resolved.
func (p *Plan) Cost() Cost {
	f := &p.Profile
	c := Cost{
		Variants: names(ByMode(p)), Length: f.Length(),
		Sessions: f.MostSessions(), Start: BeginWith(f),
		TransferShare: transferShare(f.Op), Files: FilesOf(f).Count,
		DescriptorLimit: descriptorLimit(), ActivePortsLimit: p.activePorts(),
		PassivePortsLimit: f.PassivePorts.Count, EphemeralLimit: ephemeralPorts() * max(len(f.Source), 1),
		Notes: p.PortNotes(),
	}
	set := FilesOf(f)
	c.PreparedBytes = set.Bytes()
	c.Descriptors = c.Sessions*p.descriptorsPerSession() + spareDescriptors
	if p.active() {
		c.ActivePorts = c.Sessions
	}
	if p.passive() {
		c.PassivePorts = c.Sessions
	}
	c.EphemeralPorts = c.Sessions
	if r := float64(f.ConnectRate); r > 0 && !f.Op.OnlyLogin() {
		c.StartTime = time.Duration(float64(max(c.Start-1, 0)) / r * float64(time.Second))
	}
	c.operations(f)
	c.bytes(f, set)
	return c
}

func (c *Cost) operations(f *profiles.Profile) {
	c.OperationsPerSecond, c.Operations = math.Inf(1), math.NaN()
	switch {
	case f.Open():
		c.OperationsPerSecond = f.PeakRate()
		if curve := Levels(f); c.Length > 0 {
			c.Operations = curve.Count(c.Length)
		}
	case f.OpRate > 0:
		c.OperationsPerSecond = float64(f.OpRate)
		if c.Length > 0 {
			c.Operations = float64(f.OpRate) * c.Length.Seconds()
		}
	}
	if n := float64(f.Operations); n > 0 && !(c.Operations < n) {
		c.Operations = n
	}
}

// bytes adds what moves: the mean of the set's files for downloads, of the
// distribution for uploads.
func (c *Cost) bytes(f *profiles.Profile, set Files) {
	if f.Path != "" {
		c.MeanBytes, c.MovedBytes = math.NaN(), math.NaN()
		return
	}
	ofSet := f.Size.Mean()
	if set.Count > 0 {
		ofSet = float64(c.PreparedBytes) / float64(set.Count)
	}
	var weight, payload, all float64
	for i := range f.Op {
		o := &f.Op[i]
		all += o.Weight
		mean := f.Size.Mean()
		switch {
		case !o.From.IsZero():
			mean = behind(f.Size, o.From)
		case o.Op == "retr":
			mean = ofSet
		case o.Op != "stor" && o.Op != "appe":
			continue
		}
		weight += o.Weight
		payload += o.Weight * mean
	}
	if weight > 0 {
		c.MeanBytes = payload / weight
	}
	c.MovedBytes = c.Operations * payload / all
	if limit := float64(f.Bandwidth.All); limit > 0 && c.Length > 0 && !(c.MovedBytes < limit*c.Length.Seconds()) {
		c.MovedBytes = limit * c.Length.Seconds()
	}
}

// behind is the mean of what lies behind an offset, over the distribution.
func behind(sizes profiles.Sizes, from profiles.Offset) (mean float64) {
	const quantiles = 10_000
	for i := range quantiles {
		size := int64(sizes.At((float64(i) + 0.5) / quantiles))
		mean += float64(size-from.Of(size)) / quantiles
	}
	return mean
}

func names(variants []Variant) (names []string) {
	for _, v := range variants {
		names = append(names, v.Name)
	}
	return names
}
