package sequence

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/quantity"
)

// words says what a conversation shows, a sentence each, in no case more than
// its steps say.
func words(c *stats.Conversation) (said []string) {
	f := c.Facts()
	if f.OpenedBy != "" {
		said = append(said, "data connection opened by the "+f.OpenedBy+", "+when(f))
	}
	switch {
	case c.Foreign == "":
	case c.Obeyed:
		said = append(said, "the reply to PASV named another host, "+c.Foreign+", and was obeyed (--pasv-address obey)")
	default:
		said = append(said, "the reply to PASV named another host, "+c.Foreign+"; the control connection's address was used instead (--pasv-address obey does as a strict client would)")
	}
	if c.Moments[stats.T1] == 0 {
		return said
	}
	until := "before the first byte"
	switch {
	case !c.Op.Transfers():
		until = "in total"
	case c.Moments[stats.T6] == 0 && c.Moments[stats.T7] == 0:
		until = "until it failed"
	case c.Bytes == 0:
		until = "before the end of file"
	}
	count := plural(f.RoundTrips, "control round trip")
	if c.Op.Transfers() {
		count += " and " + plural(f.Connects, "connect")
	}
	if f.Handshakes > 0 {
		kind := "full"
		if f.Resumed {
			kind = "resumed"
		}
		count = strings.Replace(count, " and ", ", ", 1) + fmt.Sprintf(" and 1 TLS handshake (%s)", kind)
	}
	last := count + " " + until
	var times []string
	if took, ok := c.Span(stats.TTFB); ok {
		times = append(times, duration(took)+" to the first byte")
	}
	if took, ok := c.Span(stats.Service); ok {
		times = append(times, duration(took)+" in total")
	}
	if len(times) > 0 && c.Op.Transfers() {
		last += "; " + strings.Join(times, ", ")
	}
	return append(said, last)
}

// when says when the data connection was opened. Whether the server's connect or
// its reply comes first is too close to call from here, so that in active mode
// the command is all that is named.
func when(f stats.ConversationFacts) string {
	switch {
	case f.After == "":
		return "before any command"
	case f.Answered && f.OpenedBy == "client":
		return "after the reply to " + f.After
	}
	return "after " + f.After
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// duration shows a time with three significant digits, and seconds without a
// comma.
func duration(d time.Duration) string {
	return strings.ReplaceAll(quantity.Time.Show(float64(d)), ",", "")
}

// clock shows a moment in milliseconds, in at most eight columns up to a day.
func clock(d time.Duration) string {
	ms := float64(d) / 1e6
	decimals := 3
	for limit := 9999.9995; decimals > 0 && ms >= limit; limit *= 10 {
		decimals--
	}
	return strconv.FormatFloat(ms, 'f', decimals, 64)
}
