package main

import (
	"crypto/tls"
	"fmt"
	"testing"
	"time"

	"github.com/ftpmark/ftpmark/workers/ftptest/scripted"
)

// server makes the settings whole, and a file of the certificate.
func (q *quirkTLS) server(t *testing.T) (*scripted.TLS, string) {
	t.Helper()
	pair, file := q.certificate.Make(t)
	settings := q.settings
	settings.Config = &tls.Config{
		Certificates: []tls.Certificate{pair}, MinVersion: q.min, MaxVersion: q.max, CipherSuites: q.suites,
	}
	return &settings, file
}

// quirksOfTLS: TLS as users have it.
func quirksOfTLS() (rows []quirk) {
	add := func(q ...quirk) { rows = append(rows, q...) }
	passive := modeFlags("passive")
	add(quirk{id: "TLS/explicit", tls: &quirkTLS{}, curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "TLS/implicit", tls: &quirkTLS{settings: scripted.TLS{Implicit: true}}, curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "R40", tls: &quirkTLS{}, script: answers(replies{"AUTH": reply(200)}), curl: peerFails, lftp: peerWorks})
	add(quirk{id: "R40/2yz", tls: &quirkTLS{}, script: answers(replies{"AUTH": reply(230)}), args: passive, lftp: peerWorks})
	add(quirk{id: "R41", tls: &quirkTLS{}, script: answers(replies{"AUTH": reply(334)}), curl: peerWorks, lftp: peerWorks})
	add(quirk{id: "R41/AUTH SSL", tls: &quirkTLS{}, args: passive, curl: peerWorks,
		script: scripted.Script{Choose: func(turn scripted.Turn) *scripted.Script {
			if turn.Verb == "AUTH" && turn.Arg != "SSL" {
				no := answers(replies{"AUTH": reply(504)})
				return &no
			}
			return nil
		}}})
	for _, code := range []int{500, 502, 504, 530, 534} {
		// The hint is true here: it is the server that has no TLS.
		add(quirk{id: fmt.Sprintf("R41/refused %d", code), tls: &quirkTLS{}, script: answers(replies{"AUTH": reply(code)}), args: passive,
			code: exitFailed, failed: -1, says: []string{"AUTH TLS", fmt.Sprint(code)}, curl: peerFails, lftp: peerFails})
	}
	for id, r := range map[string]replies{
		"R43": {"PBSZ": reply(503)}, "R43/500": {"PBSZ": reply(500)}, "R43/PBSZ 202": {"PBSZ": reply(202)}, "R43/PBSZ 250": {"PBSZ": reply(250)},
		"R43/PROT 202": {"PROT": reply(202)}, "R43/PROT 250": {"PROT": reply(250)},
	} {
		add(quirk{id: id, tls: &quirkTLS{}, script: answers(r), args: passive, curl: peerWorks, lftp: peerWorks})
	}
	// In the clear nothing is measured unless it is asked for.
	add(quirk{id: "R43/PROT 534", tls: &quirkTLS{}, script: answers(replies{"PROT": reply(534)}), args: passive,
		code: exitFailed, failed: -1, says: []string{"PROT P", "534"}})

	for id, suite := range map[string]uint16{
		"S02": tls.TLS_RSA_WITH_AES_128_CBC_SHA, "S02/GCM": tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
		"S02/AES256": tls.TLS_RSA_WITH_AES_256_CBC_SHA, "S02/AES128 GCM": tls.TLS_RSA_WITH_AES_128_GCM_SHA256,
	} {
		add(quirk{id: id, tls: &quirkTLS{certificate: scripted.Certificate{RSA: true}, max: tls.VersionTLS12, suites: []uint16{suite}},
			args: passive, says: []string{tls.CipherSuiteName(suite)}, curl: peerWorks, lftp: peerWorks})
	}

	noEnd := quirkTLS{settings: scripted.TLS{NoCloseNotify: true}}
	add(quirk{id: "S03", tls: &noEnd, code: exitFailed, failed: 2 * quirkOperations,
		says: []string{"close_notify", "--accept no-close-notify"}, curl: peerWorks, lftp: peerWorks})
	for _, op := range []string{"retr", "list", "stor"} {
		q := quirk{id: "S03/accepted " + op, tls: &noEnd, args: []string{"--op", op, "--accept", "no-close-notify"}, head: []string{"no-close-notify"}}
		add(q)
	}
	add(quirk{id: "S03/both accepted", tls: &noEnd, args: []string{"--accept", "no-close-notify,reset-after-complete"}, head: []string{"no-close-notify"}})
	add(quirk{id: "S03/stor", tls: &noEnd, args: []string{"--op", "stor"}})
	for _, q := range []quirkTLS{noEnd, {max: tls.VersionTLS12, settings: scripted.TLS{NoCloseNotify: true}}} {
		// Cut, it stays a failure.
		add(quirk{id: fmt.Sprintf("S03/cut %x", q.max), tls: &q,
			script: onVerb("RETR", scripted.Script{Download: scripted.Download{Stop: scripted.EndFIN, StopAfter: 1000}}),
			args:   []string{"--accept", "no-close-notify", "--path", "probe.bin"}, code: exitFailed, failed: 2 * quirkOperations})
	}

	for id, more := range map[string][]string{"S04": nil, "S04/name given": {"--tls-server-name", "localhost"}} {
		add(quirk{id: id, tls: &quirkTLS{certificate: scripted.Certificate{OnlyCommonName: true, RSA: true}}, args: append(modeFlags("passive"), more...),
			code: exitFailed, failed: -1, says: []string{"SAN", "--tls-insecure"}, never: []string{"with --tls-server-name"}, curl: peerWorks})
	}
	add(quirk{id: "S04/insecure", tls: &quirkTLS{certificate: scripted.Certificate{OnlyCommonName: true}}, args: append(modeFlags("passive"), "--tls-insecure")})

	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		for _, op := range []string{"retr", "stor", "list"} {
			id := fmt.Sprintf("%s %s", op, tls.VersionName(version))
			early := quirk{id: "S05/" + id, args: []string{"--op", op}, curl: peerWorks, tls: &quirkTLS{
				min: version, max: version, settings: scripted.TLS{DataHandshake: scripted.HandshakeBeforePreliminary}}}
			if version == tls.VersionTLS13 && op == "retr" {
				// lftp begins it when it has waited 5 s for the preliminary reply.
				early.id, early.lftp, early.lftpTimeout = "S05", peerWorks, 7
			}
			add(early)
			early.id, early.curl, early.lftp = "S05/slow "+id, peerNotTried, peerNotTried
			early.tls = &quirkTLS{min: version, max: version, settings: scripted.TLS{
				DataHandshake: scripted.HandshakeBeforePreliminary, DataDelay: 30 * time.Millisecond}}
			add(early)
			late := early
			late.id = "S05/after " + id
			late.tls = &quirkTLS{min: version, max: version, settings: scripted.TLS{DataDelay: 30 * time.Millisecond}}
			add(late)
		}
	}
	// One that waits with its connect is handshaken with after its 150.
	add(quirk{id: "S05/active after 150", tls: &quirkTLS{}, script: scripted.Script{ActiveConnect: scripted.AfterPreliminary}, args: modeFlags("active"), lftp: peerWorks})
	add(quirk{id: "S05/empty", tls: &quirkTLS{settings: scripted.TLS{DataHandshake: scripted.HandshakeBeforePreliminary}},
		args: []string{"--op", "nlst"}})
	return rows
}
