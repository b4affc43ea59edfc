package inference

import (
	"cmp"
	"math"
	"slices"
)

// exactSignedRank is up to how many differences the distribution is exact. Its
// cost grows with the third power: 500 take ten milliseconds, 1000 would take a
// tenth of a second.
const exactSignedRank = 500

// SignedRank returns the two-sided p of Wilcoxon's signed-rank test that
// differences are symmetric about 0, which they are if nothing but chance tells
// the two sides of each pair apart.
//
// Zeros are dropped (Wilcoxon 1945); used is how many differences are left. Ties
// get midranks, and the distribution is the exact permutation distribution
// given the ranks: each of the 2^used signs is as likely. p = min(1, 2·min(P(W≤w),
// P(W≥w))); it is 1 when no difference is left. With more than 500 it is the
// normal approximation with corrections for ties and continuity (Hollander,
// Wolfe & Chicken 2014, Nonparametric Statistical Methods, section 3.1), which
// by then is right to 0.001. A NaN is the caller's error and gives NaN and 0.
func SignedRank(differences []float64) (p float64, used int) {
	if anyNaN(differences) {
		return math.NaN(), 0
	}
	ranks, w := signedRanks(differences)
	n := len(ranks)
	// The distribution is symmetric about half the total, with ties too.
	return min(1, 2*lowerTail(ranks, min(w, n*(n+1)-w))), n
}

// signedRanks returns the doubled ranks of the differences that are not zero,
// and w, the sum of those of the positive ones.
func signedRanks(differences []float64) (ranks []int, w int) {
	left := slices.DeleteFunc(slices.Clone(differences), func(d float64) bool { return d == 0 })
	slices.SortFunc(left, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	sizes := make([]float64, len(left))
	for i, d := range left {
		sizes[i] = math.Abs(d)
	}
	ranks, _ = midranks(sizes)
	for i, d := range left {
		if d > 0 {
			w += ranks[i]
		}
	}
	return ranks, w
}

// lowerTail returns P(W ≤ w) for doubled ranks and a doubled w, which is not
// above the mean.
func lowerTail(ranks []int, w int) float64 {
	if len(ranks) > exactSignedRank {
		return normalTail(ranks, w)
	}
	return exactTail(ranks, w)
}

// exactTail: W adds each of ranks with probability 1/2. Adding one rank after another, it counts the ways to make each sum up to
// w. The counts are whole numbers, exact to 2^53, and do not overflow: there are
// 2^n in all.
func exactTail(ranks []int, w int) float64 {
	unit := 2 // only ties, of an even number of values, make odd doubled ranks
	for _, r := range ranks {
		if r%2 != 0 {
			unit = 1
		}
	}
	w /= unit
	ways := make([]float64, w+1)
	ways[0] = 1
	reach := 0
	for _, r := range ranks {
		r /= unit
		reach = min(reach+r, w)
		for s := reach; s >= r; s-- {
			ways[s] += ways[s-r]
		}
	}
	tail := 0.0
	for _, n := range ways {
		tail += n
	}
	return math.Ldexp(tail, -len(ranks))
}

// normalTail: the sum of the squared midranks has the correction for ties in it.
func normalTail(ranks []int, w int) float64 {
	total, squares := 0.0, 0.0
	for _, r := range ranks {
		total += float64(r)
		squares += float64(r) * float64(r)
	}
	// Half a rank towards the mean, doubled as the ranks are.
	z := (total/2 - float64(w) - 1) / (math.Sqrt(squares) / 2)
	return normal(min(0, -z))
}

// LeastSignedRankP returns the smallest two-sided p that n differences can give
// a signed-rank test, that of all on one side: 2/2^n, and 1 for none.
func LeastSignedRankP(n int) float64 { return min(1, math.Ldexp(2, -n)) }

// normal is the distribution function of the standard normal distribution.
func normal(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
