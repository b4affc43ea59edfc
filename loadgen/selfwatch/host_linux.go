package selfwatch

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// hostTime is the processor time that anybody used on this machine, all
// processors together: /proc/stat's first line less idle and iowait, in ticks
// of 10 ms (USER_HZ, fixed at 100 for user space).
func hostTime() time.Duration {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(b), "\n")
	f := strings.Fields(line)
	var ticks int64
	for i, v := range f {
		// cpu user nice system idle iowait irq softirq steal (guest is in user)
		if i == 0 || i == 4 || i == 5 || i > 8 {
			continue
		}
		n, _ := strconv.ParseInt(v, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
