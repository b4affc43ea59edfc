package schedule

// Uniform returns the random number of an index in a stream, in [0, 1), in
// steps of 2^-53. It depends on nothing else, so an operation's choices are the
// same whichever session carries it out and whenever. Streams are independent
// of each other, and so are seeds.
//
// It is output number index of the generator SplitMix64 (G. L. Steele, D. Lea
// and C. H. Flood, Fast Splittable Pseudorandom Number Generators, OOPSLA
// 2014), whose outputs can be had in any order, begun at a hash of the seed and
// the stream.
func Uniform(seed, stream uint64, index int64) float64 {
	start := mix64(mix64(seed+golden) ^ stream)
	return float64(mix64(start+golden*(uint64(index)+1))>>11) / (1 << 53)
}

// golden is 2^64 divided by the golden ratio, odd: the step of SplitMix64.
const golden = 0x9e3779b97f4a7c15

// mix64 is the finaliser of SplitMix64: a bijection in which each bit of the
// input sways each of the output.
func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
