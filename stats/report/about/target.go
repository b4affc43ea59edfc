package about

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"

	"github.com/ftpmark/ftpmark/stats/quantity/terminal"
	"github.com/ftpmark/ftpmark/stats/report/doc"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// WriteTarget says which server it was, and of whom.
func WriteTarget(d *doc.Doc, head, who string, t *resultfile.TargetInfo) {
	d.Fact(head, doc.Plain, who+cmp.Or(TargetAt(t), "an unknown target"))
	if t.Embedded {
		d.Fact("", doc.Plain, "the embedded target, in a separate process on this machine")
	}
	if t.TLS != nil {
		WriteTLS(d, who, t.TLS)
	}
	if says := serverSays(t); says != "" {
		d.Fact("", doc.Faint, says)
	}
	WriteRules(d, who, t)
}

// MostListed bounds how many of a variant's settings a person is shown.
const MostListed = 12

// TargetAt returns the target's URL, and where its host is a name the address
// that was used.
func TargetAt(t *resultfile.TargetInfo) string {
	text := terminal.Printable(t.URL, MostText)
	if address := UsedAddress(t); address != "" {
		text += " at " + address
	}
	return text
}

// UsedAddress returns the address that was used, nothing where it is not known
// or stands in the URL.
func UsedAddress(t *resultfile.TargetInfo) string {
	u, err := url.Parse(t.URL)
	if err != nil || t.Address == "" {
		return ""
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return ""
	}
	if host, _, err := net.SplitHostPort(t.Address); err == nil {
		return terminal.Printable(host, 60)
	}
	return terminal.Printable(t.Address, 60)
}

// Rules says which rules were in force that are laxer than the usual ones: what
// a reader must know before any number, as these count what others do not. Each
// is printable.
func Rules(t *resultfile.TargetInfo) (said []string) {
	for _, e := range t.Accept[:min(len(t.Accept), MostListed)] {
		switch e {
		case "no-close-notify":
			said = append(said, "accepts transfers without close_notify: one truncated at that point counts as success (--accept no-close-notify)")
		case "reset-after-complete":
			said = append(said, "accepts a connection reset after the last byte: it is not a failure (--accept reset-after-complete)")
		default:
			said = append(said, "accepts transfers that end with "+terminal.Printable(e, 60))
		}
	}
	if t.ActivePeer == "any" {
		said = append(said, "accepts active data connections from any address (--active-peer any)")
	}
	return said
}

// WriteRules says which rules were in force that are laxer than the usual ones, and of whom.
func WriteRules(d *doc.Doc, who string, t *resultfile.TargetInfo) {
	head := "rules"
	for _, rule := range Rules(t) {
		d.Fact(head, doc.Doubt, who+rule)
		head = ""
	}
}

// WeakSuite says why the cipher suite is weak, nothing if it is not.
func WeakSuite(t *resultfile.TLSInfo) string {
	if t == nil || t.Weak == "" {
		return ""
	}
	return "the server chose a weak cipher suite: " + terminal.Printable(t.Weak, 200)
}
