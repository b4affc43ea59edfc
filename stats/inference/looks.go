package inference

import "math"

// Look is one look at a comparison that goes on until it is decided.
type Look struct {
	// Pairs is how many there are at this look.
	Pairs int
	// Alpha is the error rate spent at it: Critical of its [Rule], whose Level is
	// 1-Alpha.
	Alpha float64
}

// Looks plans a group-sequential comparison: at how many pairs to look, from
// first (6 or more, for 5%) to most, and the error rate to spend at each look, of
// alpha in all. The last look is at most.
//
// Looking again and again, and stopping when one likes what one sees, makes
// false verdicts common. So alpha is spent over the looks (Lan & DeMets 1983):
// each is tested at its own share as if it were the only one, and its interval
// is a repeated confidence interval (Jennison & Turnbull 1989) at the level of
// 1 less that share. The chance of a false difference at any of the looks is
// then at most the sum of the shares, alpha. That holds for the exact, discrete
// p, however the looks depend on each other, and whatever decides to go on or to
// stop: several metrics together, say, so that one goes on past its own verdict.
// It costs some power against boundaries that assume normal increments, which
// p-values from ten pairs do not have. False equivalence is held by the
// intervals in the same way, and as well as they hold their level: see [Rule].
//
// Looks are about half as many pairs again from one to the next, because to look
// more often would cost more than it saves, and shares are equal (in the manner
// of Pocock, Biometrika 1977), because an early verdict is the point. A look
// whose share is less than twice [LeastSignedRankP] of its pairs would hardly
// ever decide and waste its share: the first look is then later, at the least
// number of pairs that is worth a look. From 10 to 40 pairs at 5% they are 10,
// 16, 25 and 40, at 1.25% each; from 6 they are 9, 13, 19, 28 and 40 at 1% each.
// Where not even that leaves room for two, there is one look, at most, with the
// whole of alpha.
func Looks(first, most int, alpha float64) []Look {
	for from := max(first, 1); from < most; from++ {
		steps := int(math.Round(math.Log(float64(most)/float64(from)) / math.Log(1.5)))
		share := alpha / float64(steps+1)
		if steps == 0 {
			break
		}
		if 2*LeastSignedRankP(from) <= share {
			return spread(from, most, steps, share)
		}
	}
	return []Look{{Pairs: most, Alpha: alpha}}
}

// spread puts steps+1 looks from first to most, each the same factor apart.
func spread(first, most, steps int, share float64) []Look {
	looks := make([]Look, steps+1)
	for i := range looks {
		factor := math.Pow(float64(most)/float64(first), float64(i)/float64(steps))
		looks[i] = Look{Pairs: int(math.Round(float64(first) * factor)), Alpha: share}
	}
	looks[steps].Pairs = most // not subject to rounding
	return looks
}
