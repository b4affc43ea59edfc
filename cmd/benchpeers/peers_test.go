//go:build benchpeers && linux

package benchpeers

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// usualReps is the number of repetitions, and the least that README.md is given.
const usualReps = 5

func TestBenchPeers(t *testing.T) {
	begun := time.Now()
	c, only := settings(t)
	p := built(t)
	c.content = randomFile(t, 1<<30)
	all := kinds(t, p, c.content)
	var parts []part
	for _, k := range all {
		if !only.MatchString(k.label()) {
			continue
		}
		since := time.Now()
		part := k.run(t, c)
		parts = append(parts, part)
		judged, _ := floors(parts[len(parts)-1:])
		fmt.Printf("%s, %s\n%s\n%s\n", k.label(), time.Since(since).Round(time.Second), table(parts[len(parts)-1:]), judged)
	}
	if len(parts) == 0 {
		t.Fatalf("BENCH_ONLY=%s fits none of the kinds of work", only)
	}
	judged, missed := floors(parts)
	text := where(begun, c.reps) + noise(parts) + "\n" + judged + "\n" + table(parts)
	fmt.Println("----\n" + text)
	if len(parts) == len(all) && c.reps >= usualReps && c.scale == 1 {
		if err := intoReadme(text); err != nil {
			t.Error(err)
		}
	} else {
		fmt.Println("README.md is left alone: this was not the whole of it.")
	}
	if missed > 0 && os.Getenv("BENCH_STRICT") != "" {
		t.Errorf("%d floors are missed", missed)
	}
}

// settings are those of the environment.
func settings(t *testing.T) (c conditions, only *regexp.Regexp) {
	t.Helper()
	c = conditions{reps: usualReps, scale: 1}
	var err error
	if v := os.Getenv("BENCH_REPS"); v != "" {
		if c.reps, err = strconv.Atoi(v); err != nil || c.reps < 1 {
			t.Fatalf("BENCH_REPS=%s: want a number of repetitions", v)
		}
	}
	if v := os.Getenv("BENCH_SCALE"); v != "" {
		if c.scale, err = strconv.ParseFloat(v, 64); err != nil || c.scale <= 0 {
			t.Fatalf("BENCH_SCALE=%s: want a number above 0", v)
		}
	}
	if only, err = regexp.Compile(os.Getenv("BENCH_ONLY")); err != nil {
		t.Fatalf("BENCH_ONLY: %v", err)
	}
	return c, only
}

// kinds returns every kind of work. content is a file of 1 GiB.
func kinds(t *testing.T, p programs, content string) []kind {
	t.Helper()
	at := netip.AddrPortFrom(loopbackAddress(), 5201)
	stop, err := background("iperf3", "-s", "-B", at.Addr().String(), "-p", fmt.Sprint(at.Port()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	var all []kind
	for _, w := range slices.Concat(bulk(p, at), uploads(p, content), secured(p, content), small(p)) {
		all = append(all, w)
	}
	return all
}

// built builds ftpmark and bare as users do.
func built(t *testing.T) programs {
	t.Helper()
	dir := t.TempDir()
	c := exec.Command("go", "build", "-trimpath", "-o", dir+string(filepath.Separator), "../ftpmark", "./bare")
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", c, err, out)
	}
	return programs{filepath.Join(dir, "ftpmark"), filepath.Join(dir, "bare")}
}

// randomFile makes a file of random bytes in memory, where the servers' data directories are,
// so that it can be linked into them.
func randomFile(t *testing.T, size int) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "ftpmark-peers-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	name := filepath.Join(dir, "content")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	source := rand.NewChaCha8([32]byte{1})
	piece := make([]byte, 1<<20)
	for range size / len(piece) {
		source.Read(piece)
		if _, err := f.Write(piece); err != nil {
			t.Fatal(err)
		}
	}
	return name
}

// where says where, when and with what.
func where(begun time.Time, reps int) string {
	var b strings.Builder
	said := func(argv ...string) string {
		out, _ := exec.Command(argv[0], argv[1:]...).CombinedOutput()
		line, _, _ := strings.Cut(string(out), "\n")
		return regexp.MustCompile(`\d+(\.\d+)+`).FindString(line)
	}
	cpuinfo, _ := os.ReadFile("/proc/cpuinfo")
	model := "processor unknown"
	if m := regexp.MustCompile(`(?m)^model name\s*: (.*)$`).FindSubmatch(cpuinfo); m != nil {
		model = string(m[1])
	}
	cores := strings.Count(string(cpuinfo), "processor\t:")
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	commit, _ := exec.Command("git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*").Output()
	fmt.Fprintf(&b, "Commit %s, %s, %d cores (%s), Linux %s, loopback, %d repetitions, %s.\n", strings.TrimSpace(string(commit)), begun.UTC().Format("2006-01-02 15:04 UTC"),
		cores, model, strings.TrimSpace(string(kernel)), reps, time.Since(begun).Round(time.Second))
	fmt.Fprintf(&b, "%s; curl %s, wget %s, lftp %s, aria2c %s, iperf3 %s.\n", "Go "+strings.TrimPrefix(runtime.Version(), "go"), said("curl", "--version"), said("wget", "--version"),
		said("lftp", "--version"), said("aria2c", "--version"), said("iperf3", "--version"))
	return b.String()
}

// intoReadme puts text between the two marks of README.md, which is beside this file.
func intoReadme(text string) error {
	const begin, end = "<!-- bench-peers:begin -->\n", "<!-- bench-peers:end -->"
	const name = "README.md"
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(b), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return fmt.Errorf("README.md has not the marks %q and %q", begin, end)
	}
	return os.WriteFile(name, []byte(before+begin+"\n"+text+"\n"+end+after), 0o644)
}
