//go:build linux

package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest"
)

// The addresses of a client that is not on the server's network, and of the router
// between the two.
const (
	routedClient = "198.51.100.2"
	clientRouter = "198.51.100.1"
	serverRouter = clientSide // of the server's network
)

// blocked is a network in which a mode does not work, or looks as if it would not.
type blocked struct {
	name string
	// at is the address by which the client knows the server.
	at string
	// build makes the network.
	build func(t *testing.T) sides
}

func blockedNetworks() []blocked {
	return []blocked{
		{"inbound dropped", serverSide, func(t *testing.T) sides { return newFirewalled(t).sides }},
		{"inbound rejected", serverSide, func(t *testing.T) sides {
			n := newLinked(t)
			n.client.Run("nft", filter("ct state established,related accept; tcp flags syn reject with tcp reset"))
			return n
		}},
		{"masquerade without helper", serverSide, func(t *testing.T) sides {
			n := newRouted(t)
			n.router.Run("nft", `table ip nat { chain after { type nat hook postrouting priority srcnat; oifname "toserver" masquerade; }
			}`)
			n.server.Run("ip", "route", "delete", "default")
			return n.sides
		}},
		{"server behind NAT", clientRouter, func(t *testing.T) sides {
			n := newRouted(t)
			n.router.Run("nft", `table ip nat {
				chain before { type nat hook prerouting priority dstnat; iifname "toclient" tcp dport 21-65535 dnat to `+serverSide+`; }
				chain after { type nat hook postrouting priority srcnat; oifname "toclient" ct state new masquerade; }
			}`)
			n.client.Run("ip", "route", "delete", "default")
			return n.sides
		}},
		{"passive ports closed", serverSide, func(t *testing.T) sides {
			n := newLinked(t)
			n.server.Run("nft", filter("ct state established,related accept; tcp dport 21 accept"))
			return n
		}},
	}
}

// filter is a packet filter that lets in what the rules say and the machine itself.
func filter(rules string) string {
	return "table inet firewall { chain input { type filter hook input priority filter; policy drop; iif lo accept; " + rules + "; }\n}"
}

// newLinked makes a client's and a server's namespace with a link between them.
func newLinked(t *testing.T) sides {
	t.Helper()
	n := newSides(t)
	link(n.client, "toserver", clientSide, n.server, "toclient", serverSide)
	return n
}

// link makes a link between two namespaces.
func link(a *ftptest.Namespace, aName, aAddress string, b *ftptest.Namespace, bName, bAddress string) {
	a.Run("ip", "link", "add", aName, "type", "veth", "peer", "name", bName, "netns", b.Name)
	a.Run("ip", "address", "add", aAddress+"/30", "dev", aName)
	b.Run("ip", "address", "add", bAddress+"/30", "dev", bName)
	a.Run("ip", "link", "set", aName, "up")
	b.Run("ip", "link", "set", bName, "up")
}

// routed are a client and a server with a router between them.
type routed struct {
	sides
	router *ftptest.Namespace
}

func newRouted(t *testing.T) routed {
	t.Helper()
	n := routed{newSides(t), ftptest.NewNamespace(t, "r")}
	link(n.client, "torouter", routedClient, n.router, "toclient", clientRouter)
	link(n.router, "toserver", serverRouter, n.server, "torouter", serverSide)
	n.router.Run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
	n.client.Run("ip", "route", "add", "default", "via", clientRouter)
	n.server.Run("ip", "route", "add", "default", "via", serverRouter)
	return n
}

// TestBlockedModes: a mode that the network does not let through is said in the first
// line, with the reason and what to do, and the exit code is 1; the other one is measured.
func TestBlockedModes(t *testing.T) {
	t.Parallel()
	ftptest.SkipShort(t, "it needs root")
	if _, err := exec.LookPath("nft"); err != nil {
		t.Fatalf("%v: run `make servers`", err)
	}
	vsftpd := farServers()[1]
	quick := []string{"--size", "10kB", "--accept-timeout", "3s", "--connect-timeout", "3s", "--reply-timeout", "8s"}
	for _, network := range blockedNetworks() {
		t.Run(network.name, func(t *testing.T) {
			t.Parallel()
			n := network.build(t)
			vsftpd.start(t, n.server)
			var out strings.Builder
			for _, args := range [][]string{
				{"run", "-c", "2", "-d", "2s", "--warmup", "200ms", "-o", "run.jsonl"},
				{"compare", "-c", "2", "-d", "500ms", "--warmup", "100ms", "--pairs", "6", "--cooldown", "0s", "-o", "compare.jsonl"},
				{"compare", "--mode", "pasv,port", "-c", "2", "-d", "500ms", "--warmup", "100ms", "--pairs", "6", "--cooldown", "0s", "-o", "strict.jsonl"},
				{"capacity", "--mode", "active", "--most", "2", "--step-min", "500ms", "--step-max", "1s", "-o", "capacity.jsonl"},
				{"explain"},
				{"explain", "--mode", "pasv,port"},
				{"explain", "--mode", "pasv", "--pasv-address", "obey"},
			} {
				all := append(append([]string{args[0], "ftp://" + network.at + "/pub"}, args[1:]...), quick...)
				begun := time.Now()
				f := startMarked(t, n.client.Within(vsftpd.login(commandOf(t, all...))))
				code := f.Await()
				t.Logf("%.1f s: %s", time.Since(begun).Seconds(), strings.Join(args, " "))
				fmt.Fprintf(&out, "$ ftpmark %s\n", strings.Join(args, " "))
				if said := f.Stdout(); args[0] == "explain" {
					out.WriteString(masked(said))
				} else if line, _, _ := strings.Cut(said, "\n"); strings.HasPrefix(line, "FAILED") {
					fmt.Fprintln(&out, line) // others have figures
				}
				for line := range strings.Lines(f.Stderr()) {
					if line = strings.TrimSpace(line); strings.HasPrefix(line, "ftpmark: ") {
						fmt.Fprintln(&out, "stderr: "+maskedPorts(line))
					}
				}
				fmt.Fprintf(&out, "exit %d\n\n", code)
			}
			golden(t, "blocked-"+strings.ReplaceAll(network.name, " ", "-"), out.String())
		})
	}
}

var ports = regexp.MustCompile(`(:|port |\|)\d{4,5}\b|,\d+,\d+\)`)

func maskedPorts(text string) string { return ports.ReplaceAllString(text, "${1}PORT") }
