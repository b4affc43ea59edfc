package metrics

import "strings"

// Kind says how a family's numbers behave.
type Kind uint8

// The kinds.
const (
	Counter   Kind = iota // only ever grows
	Gauge                 // goes up and down
	Histogram             // a distribution, each part of which only ever grows
)

// Family is all points of one metric.
type Family struct {
	// Name is OpenTelemetry's, with dots and without a unit.
	Name string
	// Unit is UCUM's: s, By, By/s, or in braces what is counted; empty for none.
	Unit string
	Help string
	Kind Kind
	// Real says that numbers may have a fraction. Else they are whole.
	Real bool
	// Labels name what tells the points apart.
	Labels []string
	Points []Point
}

// Point is one series of a family.
type Point struct {
	// Values are those of the family's labels, in their order.
	Values []string
	Number float64
	// Distribution is set in histograms, and Number is not.
	Distribution *Distribution
}

// PrometheusName returns the name with unit and suffix, as OpenTelemetry's rules
// for Prometheus make it: ftpmark.payload in By becomes ftpmark_payload_bytes_total.
func (f *Family) PrometheusName() string {
	name := strings.ReplaceAll(f.Name, ".", "_")
	switch f.Unit {
	case "s":
		name += "_seconds"
	case "By":
		name += "_bytes"
	case "By/s":
		name += "_bytes_per_second"
	}
	if f.Kind == Counter {
		name += "_total"
	}
	return name
}

// add adds a point with a number.
func (f *Family) add(number float64, values ...string) {
	f.Points = append(f.Points, Point{Values: values, Number: number})
}

// addDistribution adds a copy of a distribution, unless it is nil.
func (f *Family) addDistribution(d *Distribution, values ...string) {
	if d != nil {
		f.Points = append(f.Points, Point{Values: values, Distribution: d.clone()})
	}
}
