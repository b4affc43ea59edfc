package workers

import (
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/workers/wire"
)

// hint says what to do about a failed operation, empty where we do not know.
func hint(t *wire.Trace, f *stats.Failure) string {
	active := t.Mode.Active()
	switch {
	case f.Class == stats.ClassAcceptTimeout,
		active && f.Code == 425 && f.Phase != stats.Finish,
		active && f.Phase == stats.Negotiate && f.Class == stats.ClassTimeout:
		return "the server's connection to this machine did not get through: a firewall or NAT between? try --mode passive"
	case f.Phase == stats.DataReady && !active && (f.Class == stats.ClassTimeout || f.Class == stats.ClassUnreachable || f.Class == stats.ClassRefused):
		return "the server's passive port is closed to this machine: a firewall between? try --mode active"
	case f.Phase == stats.Negotiate && active && unknownVerb(f.Code):
		return "the server refuses this verb or the address in it: see --mode and --active-address"
	case f.Phase == stats.Negotiate && unknownVerb(f.Code):
		return "the server does not know this verb: try another --mode, or the alias passive"
	case f.Class == stats.ClassLocal:
		return "this machine is out of ports or descriptors: fewer sessions, or more --source addresses"
	}
	return codeHint(f.Code)
}

// setUpHint says what to do about a session that could not be opened.
func setUpHint(f *stats.Failure, mode profiles.Mode) string {
	switch {
	case f.Phase == stats.Connect && f.Class == stats.ClassRefused:
		return "is the server running on that host and port?"
	case f.Phase == stats.Connect && (f.Class == stats.ClassTimeout || f.Class == stats.ClassUnreachable):
		return "check the host, the port and the firewalls between"
	case f.Phase == stats.Greeting && (f.Class == stats.ClassMalformed || f.Class == stats.ClassTimeout):
		return "is that an FTP server, and one without implicit TLS?"
	case f.Phase == stats.LoginDone && (f.Code == 530 || f.Code == 430 || f.Code == 532):
		return "check the user and the password"
	case f.Class == stats.ClassLocal:
		return "this machine is out of ports or descriptors: fewer sessions, or more --source addresses"
	case f.Phase == stats.Setup && unknownVerb(f.Code) && (mode == profiles.Active || mode == profiles.Passive):
		return "the server knows neither verb of --mode " + string(mode)
	}
	return codeHint(f.Code)
}

// codeHint says what a reply code asks for, whatever it answered.
func codeHint(code int) string {
	switch code {
	case 421:
		return "the server limits connections or is shutting down: fewer --sessions, or more --source addresses if the limit is per address"
	case 452, 552:
		return "the server's disk or quota is full"
	}
	return ""
}
