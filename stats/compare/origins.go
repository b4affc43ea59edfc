package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// maxUnlike bounds how many differences are listed, and maxListed how many of
// them a message names.
const (
	maxUnlike = 100
	maxListed = 12
)

// NotComparable says that two results are of different things: that a number of
// one, held against that of the other, would say nothing of what was changed.
type NotComparable struct {
	Differences []Unlike
	// Machines says that all of them are of the machines that made the load.
	Machines bool
	// Hopeless says that there is nothing in common to compare, whatever is
	// forced.
	Hopeless bool
}

func (e *NotComparable) Error() string {
	var b strings.Builder
	b.WriteString("the results are not comparable: ")
	if e.Machines {
		b.Reset()
		b.WriteString("the results are from different machines: ")
	}
	for i, d := range e.Differences {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == maxListed {
			fmt.Fprintf(&b, "and %d more", len(e.Differences)-i)
			break
		}
		fmt.Fprintf(&b, "%s is %s in the base, %s in the new one", plain(d.What, 60), plain(d.Base, 60), plain(d.New, 60))
	}
	switch {
	case e.Hopeless:
		b.WriteString("; they have no variant in common")
	case e.Machines:
		b.WriteString("; make both on one machine, or use --force")
	default:
		b.WriteString("; make both with the same profile and target, or use --force")
	}
	return b.String()
}

// notCompared are the profile's keys that have no part in what is measured, or
// are compared by themselves: the target, as it was reached, and the variants,
// by their names and settings.
var notCompared = []string{
	"description", "threshold", "password_file", "keep", "target",
	"primary", "threshold_effect", "until", "baseline", "max_regression",
}

// onlyRemarked are the keys in which results may differ and be compared: they
// choose among equals (the seed), say where the load comes from, or how much of
// it there was to learn from.
var onlyRemarked = []string{
	"seed", "user", "reuse", "source", "active_address", "active_ports", "passive_ports",
	"mode", "variant", "variants", "trials", "pairs", "max_pairs", "aa", "compare",
}

// unsaid is what held in results from before these keys were, so that they can
// be compared with those that have the same as a default.
func unsaid() map[string]string {
	return map[string]string{"active_peer": "server", "pasv_address": "control", "upload_names": "auto"}
}

// differences gathers in what two results differ.
type unlikes struct{ list []Unlike }

// add notes a difference, if it is one.
func (u *unlikes) add(what, base, new string) {
	if base != new && len(u.list) < maxUnlike {
		u.list = append(u.list, Unlike{plain(what, 100), orNone(plain(base, 200)), orNone(plain(new, 200))})
	}
}

func orNone(s string) string {
	if s == "" {
		return "not set"
	}
	return s
}

// compareOrigins returns what makes two results of different things, what makes them
// of different machines, and in what else they differ.
func compareOrigins(base, new *origin) (differences, machines, remarks []Unlike) {
	var d, m, r unlikes
	b, n := &base.result.Header, &new.result.Header
	d.add("schema", b.Schema, n.Schema)
	if major(b.Tool.Version) != major(n.Tool.Version) {
		d.add("tool version", b.Tool.Version, n.Tool.Version)
	} else {
		r.add("tool version", b.Tool.Version, n.Tool.Version)
	}
	d.known(&r, "version of the measurement", recorded(b.Tool.Measurement), recorded(n.Tool.Measurement))
	compareProfiles(b, n, &d, &r)
	d.add("target", targetOf(&b.Target), targetOf(&n.Target))
	for _, v := range base.variants {
		if new.of(v) == nil {
			continue
		}
		x, began := settingsOf(base.result, v)
		y, beganToo := settingsOf(new.result, v)
		if began && beganToo {
			for _, k := range keysOf(x, y) {
				d.add("variant "+v+": "+k, x[k], y[k])
			}
		}
		r.add("variant "+v+": verbs", listOf(modesOf(base.of(v))), listOf(modesOf(new.of(v))))
		r.add("variant "+v+": trials", strconv.Itoa(len(base.of(v).trials)), strconv.Itoa(len(new.of(v).trials)))
	}
	r.add("order of trials", orderOf(b), orderOf(n))
	compareHosts(&b.Host, &n.Host, &m, &r)
	r.add("go", b.Tool.Go, n.Tool.Go)
	if !b.Target.Embedded && b.Target.Address != "" && n.Target.Address != "" {
		r.add("server's address", b.Target.Address, n.Target.Address)
	}
	r.add("server's banner", b.Target.Banner, n.Target.Banner)
	r.add("server's system", b.Target.Syst, n.Target.Syst)
	r.add("server's features", listOf(b.Target.Features), listOf(n.Target.Features))
	r.add("TLS", tlsOf(b.Target.TLS), tlsOf(n.Target.TLS))
	return d.list, m.list, r.list
}

// known notes a difference of what both results have, and a remark where an older one lacks
// it.
func (u *unlikes) known(remarks *unlikes, what, base, new string) {
	if base == "" || new == "" {
		u = remarks
	}
	u.add(what, base, new)
}

// recorded returns a number as text, nothing for one that was not recorded.
func recorded(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Comparable tells before a run whether its result can be held against a base:
// planned has what is known of it by then, its header and the records that begin
// its variants. The error is a *[NotComparable].
func Comparable(base, planned *resultfile.Result) error {
	b, n := newResult(base, "the base"), newResult(planned, "the new result")
	differences, machines, _ := compareOrigins(&b, &n)
	common := slices.ContainsFunc(b.variants, func(v string) bool { return slices.Contains(n.variants, v) })
	if len(differences)+len(machines) > 0 || !common {
		return &NotComparable{Differences: append(differences, machines...), Machines: len(differences) == 0 && common, Hopeless: !common}
	}
	return nil
}

// compareProfiles compares the profiles as resolved, key by key; where their
// hashes are the same there is nothing to compare.
func compareProfiles(base, new *resultfile.Header, d, r *unlikes) {
	if base.ProfileSHA256 != "" && base.ProfileSHA256 == new.ProfileSHA256 {
		return
	}
	b, bWhy := decodeProfile(base.Profile)
	n, nWhy := decodeProfile(new.Profile)
	if bWhy != "" || nWhy != "" {
		if bWhy != nWhy {
			d.add("profile", orThere(bWhy), orThere(nWhy))
		}
		return
	}
	for k, was := range unsaid() {
		for _, values := range []map[string]string{b, n} {
			if _, said := values[k]; !said {
				values[k] = was
			}
		}
	}
	for _, k := range keysOf(b, n) {
		switch {
		case slices.Contains(notCompared, k):
		case slices.Contains(onlyRemarked, k):
			r.add(k, b[k], n[k])
		default:
			d.add(k, b[k], n[k])
		}
	}
}

func orThere(why string) string {
	if why == "" {
		return "recorded"
	}
	return why
}

// decodeProfile returns the profile's values by key, each in one spelling; why
// is why there are none.
func decodeProfile(b json.RawMessage) (values map[string]string, why string) {
	if len(b) == 0 {
		return nil, "not recorded"
	}
	var profile map[string]any
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.UseNumber()
	if err := decoder.Decode(&profile); err != nil {
		return nil, "not readable"
	}
	values = make(map[string]string, len(profile))
	for k, v := range profile {
		if s, ok := v.(string); ok {
			values[k] = s
			continue
		}
		spelt, err := json.Marshal(v)
		if err != nil {
			return nil, "not readable"
		}
		values[k] = string(spelt)
	}
	return values, ""
}

// keysOf returns the keys of both, sorted.
func keysOf(a, b map[string]string) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}

// major returns what comes before the first dot of a version.
func major(version string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	if _, err := strconv.Atoi(first); err != nil {
		return ""
	}
	return first
}

// targetOf names what was measured. The ports of the embedded target and of servers that a
// test starts on this machine are others each time; who logged in is not part of it.
func targetOf(t *resultfile.TargetInfo) string {
	if t.Embedded {
		return "embedded"
	}
	u, err := url.Parse(t.URL)
	if err != nil {
		return t.URL
	}
	u.User = nil
	u.Host = strings.ToLower(u.Host)
	if name := u.Hostname(); loopback(name) {
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
	}
	return strings.TrimSuffix(u.String(), "/")
}

func loopback(name string) bool {
	ip, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && ip.IsLoopback()
}

func orderOf(h *resultfile.Header) string {
	if h.Compare != nil {
		return "interleaved"
	}
	return "one variant after another"
}

// compareHosts compares the machines that made the load: their system, kernel and processors
// change what is measured, the rest may.
func compareHosts(b, n *resultfile.Host, m, r *unlikes) {
	m.known(r, "host's system", b.OS, n.OS)
	m.known(r, "host's kernel", b.Kernel, n.Kernel)
	m.known(r, "host's processor", b.CPUModel, n.CPUModel)
	m.known(r, "host's processors", recorded(b.CPUs), recorded(n.CPUs))
	r.add("host's memory", strconv.FormatInt(b.MemoryBytes, 10), strconv.FormatInt(n.MemoryBytes, 10))
	for _, k := range keysOf(b.Settings, n.Settings) {
		r.add("host's "+k, b.Settings[k], n.Settings[k])
	}
}

func tlsOf(t *resultfile.TLSInfo) string {
	if t == nil {
		return "none"
	}
	return strings.Join([]string{t.Mode, t.Version, t.CipherSuite, "reuse " + t.Reuse, "prot " + t.Prot}, " ")
}

func listOf(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
