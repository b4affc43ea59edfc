package pace

// ahead is how much of a download the receive buffer should hold at most, as a
// part of a second: the server is to feel the limit. A fifth still lets a path
// of 200 ms reach it, since a window moves once in a round trip.
const ahead = 5

const (
	// smallestBuffer keeps the window from being the limit where a segment is
	// as large as loopback's 64 KiB.
	smallestBuffer = 16 << 10
	// largestBuffer is what every Linux grants (net.core.rmem_max, 208 KiB by
	// default): whoever asked for more could get less without a word.
	largestBuffer = 208 << 10
)

// ReceiveBuffer is the receive buffer (SO_RCVBUF), in bytes, that lets a server
// feel the limits of its downloads: a small download would otherwise fit the
// buffer whole, and the server be done with it at once. It is 0 where the
// system's choice will do, because nothing is limited or the limit is high.
//
// sessions is how many of them share the total limits.
func ReceiveBuffer(total, session Rates, sessions int) int {
	tightest := int64(0)
	for _, limit := range []int64{
		session.Down, session.All,
		share(total.Down, sessions), share(total.All, sessions),
	} {
		if limit > 0 && (tightest == 0 || limit < tightest) {
			tightest = limit
		}
	}
	size := tightest / ahead
	if tightest == 0 || size > largestBuffer {
		return 0
	}
	return int(max(size, smallestBuffer))
}

// share is a session's part of a limit, at least 1 if there is a limit.
func share(limit int64, sessions int) int64 {
	if limit <= 0 {
		return 0
	}
	return max(limit/int64(max(sessions, 1)), 1)
}
