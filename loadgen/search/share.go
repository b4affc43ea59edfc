package search

import (
	"math"

	"github.com/aclements/go-moremath/stats"
)

// Share is, second by second, how many operations took longer than an objective's bound. The
// zero Share has seen nothing. It is not safe for concurrent use.
type Share struct {
	longer, of []float64
}

// Add adds a second.
func (s *Share) Add(longer, of int64) {
	s.longer, s.of = append(s.longer, float64(longer)), append(s.of, float64(of))
}

// Settled reports whether the part that took longer can be told from what is allowed: 0.01
// for a p99. It can if none took longer, or if its interval at 90% does not hold allowed.
//
// A queue that once is long delays one operation after the other, so these are no samples
// that could be counted one by one: each second is a batch (A. M. Law, Simulation Modeling
// and Analysis, 5th edition, section 9.5.3), and the part is the ratio of two sums over the
// batches, with the standard error of such (W. G. Cochran, Sampling Techniques, 3rd edition,
// chapter 6) and Student's t with n - 1 degrees of freedom.
func (s *Share) Settled(allowed float64) bool {
	var longer, of float64
	for i := range s.of {
		longer, of = longer+s.longer[i], of+s.of[i]
	}
	if longer == 0 {
		return true
	}
	n := float64(len(s.of))
	if n < fewestSeconds {
		return false
	}
	share, squares := longer/of, 0.0
	for i := range s.of {
		off := s.longer[i] - share*s.of[i]
		squares += off * off
	}
	deviation := math.Sqrt(squares/(n*(n-1))) / (of / n)
	t := math.Abs(share-allowed) / deviation // infinite where all seconds agree
	return 2*(1-stats.TDist{V: n - 1}.CDF(t)) < 1-confidence
}
