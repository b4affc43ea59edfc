package plan

import (
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// settings are the kernel's knobs that change what a transfer costs, as files
// below /proc/sys.
func settings() []string {
	return []string{
		"net/core/rmem_max", "net/core/wmem_max", "net/core/somaxconn",
		"net/ipv4/tcp_rmem", "net/ipv4/tcp_wmem", "net/ipv4/tcp_congestion_control",
		"net/ipv4/tcp_tw_reuse", "net/ipv4/tcp_fin_timeout", "net/ipv4/tcp_max_tw_buckets",
		"net/ipv4/ip_local_port_range", "net/ipv4/tcp_mtu_probing",
	}
}

// Host describes this machine, as far as it tells.
func Host() resultfile.Host {
	h := resultfile.Host{OS: runtime.GOOS, CPUs: runtime.NumCPU(), Settings: map[string]string{}}
	h.Kernel = firstLine("/proc/sys/kernel/osrelease")
	for _, s := range settings() {
		if v := firstLine("/proc/sys/" + s); v != "" {
			h.Settings[strings.ReplaceAll(s, "/", ".")] = strings.Join(strings.Fields(v), " ")
		}
	}
	if n := descriptorLimit(); n > 0 {
		h.Settings["limit.descriptors"] = strconv.Itoa(n)
	}
	h.CPUModel = field("/proc/cpuinfo", "model name")
	if kb, err := strconv.ParseInt(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB"), 10, 64); err == nil {
		h.MemoryBytes = kb << 10
	}
	return h
}

func firstLine(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return line
}

// field returns the value of the first "key : value" line of a file.
func field(name, key string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
