package profiles

import (
	"strings"
)

// Key is a setting of a profile: a key in YAML, a flag and an environment
// variable, with the same text form in all of them.
type Key struct {
	// Name is the key as YAML has it.
	Name string
	// Usage is what the setting does, in one line; Placeholder is the word of
	// it that stands for the value, empty for a setting that is true or false.
	Usage, Placeholder string
	// Short is the flag's one-letter form, if it has one.
	Short string
	// Group is the heading of the setting in help.
	Group string
	// Accepts says what the value may be.
	Accepts string
	// Choices are all of the values, where they are a few words.
	Choices []string
	// Default is the text of the default, empty where there is none or it
	// follows from other settings, as Usage then says.
	Default string
	// List says that the setting is a list: flags add to it, YAML may have a
	// list, and Separator parts its text form.
	List      bool
	Separator string
	// FileOnly says that the key belongs to profile files alone. Argument says
	// that the command line has an argument in place of a flag.
	FileOnly, Argument bool

	value func(*Profile) textValue
	// needed says that the value is checked even where it is zero.
	needed bool
	// secret says that messages do not repeat the text.
	secret bool
}

// Flag returns the flag's name, without its dashes.
func (k Key) Flag() string { return strings.ReplaceAll(k.Name, "_", "-") }

// Env returns the name of the environment variable.
func (k Key) Env() string { return "FTPMARK_" + strings.ToUpper(k.Name) }

// FlagUsage returns the usage with the placeholder in back quotes, as package
// pflag wants it.
func (k Key) FlagUsage() string {
	if k.Placeholder == "" {
		return k.Usage
	}
	return strings.Replace(k.Usage, k.Placeholder, "`"+k.Placeholder+"`", 1)
}

// IsBool reports whether the setting is true or false, so that its flag needs
// no value.
func (k Key) IsBool() bool { return k.Placeholder == "" }

// Text returns the setting's value in p as text.
func (k Key) Text(p *Profile) string { return k.value(p).String() }

// The groups of help.
const (
	groupProfile = "Profile"
	groupTarget  = "Target"
	groupWork    = "Workload"
	groupLoad    = "Load"
	groupLimits  = "Limits"
	groupNetwork = "Network"
	groupTLS     = "TLS"
	groupTime    = "Timeouts"
	groupResult  = "Result"
)

const (
	wantTime      = "a time such as 500ms, 10s or 1m30s"
	wantBandwidth = "a byte rate such as 10MiB/s or 80Mbit/s for both directions together, or down=10MiB/s,up=5MiB/s"
	wantText      = "a text of one line"
	wantBool      = "true or false"
)

func choice(at *string, choices ...string) textValue { return choiceValue{at, choices} }

// Keys returns every key, in the order of help. Flag, environment variable, YAML and help
// follow from a key's line here. What it means elsewhere is said there: whether results
// that differ in it are compared (stats/compare/origins.go) or merged
// (stats/merge/comparable.go), whether generators divide it (loadgen/rig/share.go), and
// whether explain and clean take it (cmd/ftpmark).
func Keys() []Key {
	keys := []Key{
		{Name: "version", Usage: "version N of the profile format", Placeholder: "N", Group: groupProfile, FileOnly: true, Accepts: "1",
			value: func(p *Profile) textValue { return wholeValue[int]{&p.Version, Version, Version} }, needed: true},
		{Name: "description", Usage: "the question that the profile answers, a TEXT", Placeholder: "TEXT", Group: groupProfile, FileOnly: true, Accepts: wantText,
			value: func(p *Profile) textValue { return lineValue{&p.Description} }},

		{Name: "target", Usage: "server and directory as a URL, without a password (default: the embedded target)", Placeholder: "URL", Group: groupTarget, Argument: true,
			Accepts: "ftp://[USER@]HOST[:PORT][/DIR], or the same with ftpes:// (explicit TLS) or ftps:// (implicit TLS)",
			value:   func(p *Profile) textValue { return targetValue{&p.Target} }, secret: true},
		{Name: "user", Usage: "user NAME, if the URL has none", Placeholder: "NAME", Group: groupTarget, Accepts: wantText,
			value: func(p *Profile) textValue { return lineValue{&p.User} }},
		{Name: "password_file", Usage: "FILE whose first line is the password", Placeholder: "FILE", Group: groupTarget, Accepts: "the name of a file",
			value: func(p *Profile) textValue { return lineValue{&p.PasswordFile} }},

		{Name: "op", Usage: "operation, or a MIX of operations with weights: retr=80,stor=15,list=5", Placeholder: "MIX", Group: groupWork,
			Accepts: "an operation (" + join(Operations()) + ") or several with weights, such as retr=80,stor=15,list=5; retr@50%=10 and stor@1MiB=5 are resumed transfers",
			value:   func(p *Profile) textValue { return &p.Op }, needed: true},
		{Name: "size", Usage: "SIZE of the test files, or a distribution of sizes", Placeholder: "SIZE", Group: groupWork,
			Accepts: "a size such as 1MiB, sizes with weights such as 1KiB=70,64KiB=25,1MiB=5, uniform:4KiB-1MiB, lognormal:median=64KiB,sigma=1.5,max=16MiB, pareto:min=4KiB,alpha=1.2,max=1GiB or table:FILE.csv",
			value:   func(p *Profile) textValue { return &p.Size }},
		{Name: "files", Usage: "number N of files that downloads choose from (default 1, or 100 if sizes differ)", Placeholder: "N", Group: groupWork, Accepts: "a whole number from 1 to 1000000",
			value: func(p *Profile) textValue { return wholeValue[int]{&p.Files, 1, 1_000_000} }},
		{Name: "path", Usage: "download this existing FILE and write nothing", Placeholder: "FILE", Group: groupWork, Accepts: "the path of a file on the server",
			value: func(p *Profile) textValue { return lineValue{&p.Path} }},
		{Name: "mode", Usage: "MODE[,MODE...], repeatable: passive, active, epsv, pasv, eprt, port; each is measured separately", Placeholder: "MODE[,MODE...]", Group: groupWork, List: true, Separator: ",",
			Accepts: "modes of data connections, " + join(AllModes()) + ", each at most once",
			value:   func(p *Profile) textValue { return &p.Mode }, needed: true},
		{Name: "variant", Usage: "VARIANT with its name and overrides, such as few:sessions=4,mode=eprt, repeatable; each is measured separately", Placeholder: "VARIANT", Group: groupWork, List: true, Separator: ";",
			Accepts: "a name and its overrides, such as active:mode=eprt,sessions=4; in a file also {active: {mode: eprt, sessions: 4}}",
			value:   func(p *Profile) textValue { return &p.Variants }, secret: true},
		{Name: "verify", Usage: "LEVEL of verification: bytes (number of bytes), size (also SIZE after uploads) or checksum (also content)", Placeholder: "LEVEL", Group: groupWork, Choices: []string{"bytes", "size", "checksum"},
			value: func(p *Profile) textValue { return choice(&p.Verify, "bytes", "size", "checksum") }},
		{Name: "accept", Usage: "ENDING[,ENDING...] of transfers that still count as success: no-close-notify, reset-after-complete", Placeholder: "ENDING[,ENDING...]", Group: groupWork, List: true, Separator: ",",
			Accepts: "endings of transfers that are failures by default, " + join(AllEndings()) + ", each at most once",
			value:   func(p *Profile) textValue { return &p.Accept }},
		{Name: "upload_names", Usage: "HOW to name uploads: reuse (one name per session), fresh (one per upload) or auto (reuse if possible)", Placeholder: "HOW", Group: groupWork, Choices: []string{UploadReuse, UploadFresh, UploadAuto},
			value: func(p *Profile) textValue { return choice(&p.UploadNames, UploadReuse, UploadFresh, UploadAuto) }},

		{Name: "sessions", Usage: "number N of concurrent sessions", Placeholder: "N", Short: "c", Group: groupLoad, Accepts: "a whole number from 1 to 1000000",
			value: func(p *Profile) textValue { return wholeValue[int]{&p.Sessions, 1, maxSessions} }, needed: true},
		{Name: "duration", Usage: "measured TIME of each mode (its window)", Placeholder: "TIME", Short: "d", Group: groupLoad, Accepts: wantTime,
			value: func(p *Profile) textValue { return durationValue{&p.Duration, 0} }},
		{Name: "operations", Usage: "end each mode's window after N operations, or after -d if that is also given and ends first", Placeholder: "N", Short: "n", Group: groupLoad, Accepts: "a whole number from 1 to 1000000000000",
			value: func(p *Profile) textValue { return wholeValue[int64]{&p.Operations, 1, 1e12} }},
		{Name: "rate", Usage: "start operations at this RATE, whether or not earlier ones ended (open model)", Placeholder: "RATE", Short: "r", Group: groupLoad, Accepts: "a rate such as 200/s, 600/m or 10/h, at most 1000000/s",
			value: func(p *Profile) textValue { return &p.Rate }},
		{Name: "arrivals", Usage: "spacing of arrivals, KIND: constant or poisson (default constant)", Placeholder: "KIND", Group: groupLoad, Choices: []string{"constant", "poisson"},
			value: func(p *Profile) textValue { return choice(&p.Arrivals, "constant", "poisson") }},
		{Name: "max_sessions", Usage: "with --rate, open up to N sessions if needed (default: the number of --sessions)", Placeholder: "N", Group: groupLoad, Accepts: "a whole number from 1 to 1000000",
			value: func(p *Profile) textValue { return wholeValue[int]{&p.MaxSessions, 1, maxSessions} }},
		{Name: "max_backlog", Usage: "with --rate, let at most N arrivals wait and drop the rest (default: ten seconds' worth, at least 1000)", Placeholder: "N", Group: groupLoad, Accepts: "a whole number from 1 to 100000000",
			value: func(p *Profile) textValue { return wholeValue[int]{&p.MaxBacklog, 1, 100_000_000} }},
		{Name: "stages", Usage: "load over time, STAGES such as 30s:10,1m:10..200 (sessions) or 30s:50/s..500/s (rate)", Placeholder: "STAGES", Group: groupLoad,
			Accepts: "stages, each with a time and either sessions or a rate, such as 30s:10,1m:10..200 or 30s:50/s..500/s",
			value:   func(p *Profile) textValue { return &p.Stages }},
		{Name: "think", Usage: "think time of each session between operations, a TIME or a distribution", Placeholder: "TIME", Group: groupLoad, Accepts: "a time such as 100ms, uniform:50ms-150ms or exponential:100ms, at most 24h",
			value: func(p *Profile) textValue { return &p.Think }},
		{Name: "op_rate", Usage: "limit on the operations of all sessions together, a RATE (closed model, unlike --rate)", Placeholder: "RATE", Group: groupLoad, Accepts: "a rate such as 200/s, 600/m or 10/h, at most 1000000/s",
			value: func(p *Profile) textValue { return &p.OpRate }},
		{Name: "warmup", Usage: "unmeasured TIME before each window (default 10% of -d, at most 2s; none with -n alone)", Placeholder: "TIME", Group: groupLoad, Accepts: wantTime,
			value: func(p *Profile) textValue { return durationValue{&p.Warmup, 0} }},
		{Name: "seed", Usage: "seed N of content and random choices (default: random, shown in the report; 1 with --keep or --reuse)", Placeholder: "N", Group: groupLoad, Accepts: "a whole number from 0 to 18446744073709551615",
			value: func(p *Profile) textValue { return wholeValue[uint64]{&p.Seed, 0, 1<<64 - 1} }},
		{Name: "keep", Usage: "leave the run's files on the server", Group: groupLoad,
			value: func(p *Profile) textValue { return boolValue{&p.Keep} }},
		{Name: "reuse", Usage: "use the files that an earlier run with --keep left", Group: groupLoad,
			value: func(p *Profile) textValue { return boolValue{&p.Reuse} }},

		{Name: "bandwidth", Usage: "limit on the payload of all sessions together, a BANDWIDTH such as 100MiB/s or down=80Mbit/s,up=1MB/s", Placeholder: "BANDWIDTH", Group: groupLimits, Accepts: wantBandwidth,
			value: func(p *Profile) textValue { return &p.Bandwidth }},
		{Name: "session_bandwidth", Usage: "limit on the payload of each session, a BANDWIDTH", Placeholder: "BANDWIDTH", Group: groupLimits, Accepts: wantBandwidth,
			value: func(p *Profile) textValue { return &p.SessionBandwidth }},
		{Name: "connect_rate", Usage: "log in at most at this RATE (default: as fast as possible, 24 at a time)", Placeholder: "RATE", Group: groupLimits, Accepts: "a rate such as 500/s or 600/m, at most 1000000/s",
			value: func(p *Profile) textValue { return &p.ConnectRate }},

		{Name: "source", Usage: "local ADDR[,ADDR...] to spread sessions over", Placeholder: "ADDR[,ADDR...]", Group: groupNetwork, List: true, Separator: ",", Accepts: "IP addresses",
			value: func(p *Profile) textValue { return listValue{&p.Source, ",", checkAddress} }},
		{Name: "active_address", Usage: "local ADDR that ftpmark listens on and advertises in active mode (default: that of the control connection)", Placeholder: "ADDR", Group: groupNetwork, Accepts: "an IP address",
			value: func(p *Profile) textValue { return addressValue{&p.ActiveAddress} }},
		{Name: "active_ports", Usage: "LO-HI, the local ports for active mode (default: any)", Placeholder: "LO-HI", Group: groupNetwork, Accepts: "a range of ports such as 40000-40999",
			value: func(p *Profile) textValue { return &p.ActivePorts }},
		{Name: "active_peer", Usage: "WHO may open active data connections: server (only the address of the control connection) or any", Placeholder: "WHO", Group: groupNetwork, Choices: []string{PeerServer, PeerAny},
			value: func(p *Profile) textValue { return choice(&p.ActivePeer, PeerServer, PeerAny) }},
		{Name: "pasv_address", Usage: "WHERE to connect after PASV: control (the control connection's address) or obey (the reply's)", Placeholder: "WHERE", Group: groupNetwork, Choices: []string{AddressControl, AddressObey},
			value: func(p *Profile) textValue { return choice(&p.PASVAddress, AddressControl, AddressObey) }},
		{Name: "passive_ports", Usage: "check that the server has enough passive PORTS: their number or LO-HI, as configured there", Placeholder: "PORTS", Group: groupNetwork, Accepts: "a number of ports such as 20, or a range such as 40000-40019",
			value: func(p *Profile) textValue { return &p.PassivePorts }},
		{Name: "mover", Usage: "KIND of data transfer: fast (within the kernel) or portable", Placeholder: "KIND", Group: groupNetwork, Choices: []string{"fast", "portable"},
			value: func(p *Profile) textValue { return choice(&p.Mover, "fast", "portable") }},

		{Name: "tls", Usage: "MODE: off, explicit (AUTH TLS) or implicit (default: from the URL's scheme)", Placeholder: "MODE", Group: groupTLS, Choices: []string{"off", "explicit", "implicit"},
			value: func(p *Profile) textValue { return choice(&p.TLS.Mode, "off", "explicit", "implicit") }},
		{Name: "tls_reuse", Usage: "WHEN data connections resume the control connection's TLS session: required, auto or off (default auto)", Placeholder: "WHEN", Group: groupTLS, Choices: []string{"required", "auto", "off"},
			value: func(p *Profile) textValue { return choice(&p.TLS.Reuse, "required", "auto", "off") }},
		{Name: "prot", Usage: "protection LEVEL of data connections: P (protected) or C (clear) (default P)", Placeholder: "LEVEL", Group: groupTLS, Choices: []string{"P", "C"},
			value: func(p *Profile) textValue { return choice(&p.TLS.Prot, "P", "C") }},
		{Name: "tls_min", Usage: "lowest TLS VERSION: 1.2 or 1.3 (default 1.2)", Placeholder: "VERSION", Group: groupTLS, Choices: []string{"1.2", "1.3"},
			value: func(p *Profile) textValue { return choice(&p.TLS.Min, "1.2", "1.3") }},
		{Name: "tls_max", Usage: "highest TLS VERSION: 1.2 or 1.3 (default 1.3)", Placeholder: "VERSION", Group: groupTLS, Choices: []string{"1.2", "1.3"},
			value: func(p *Profile) textValue { return choice(&p.TLS.Max, "1.2", "1.3") }},
		{Name: "tls_ca", Usage: "FILE of certificates to trust (default: the system's)", Placeholder: "FILE", Group: groupTLS, Accepts: "the name of a file",
			value: func(p *Profile) textValue { return lineValue{&p.TLS.CA} }},
		{Name: "tls_server_name", Usage: "NAME that the certificate must have (default: the host)", Placeholder: "NAME", Group: groupTLS, Accepts: "the name of a host",
			value: func(p *Profile) textValue { return lineValue{&p.TLS.ServerName} }},
		{Name: "tls_cert", Usage: "FILE of a client certificate", Placeholder: "FILE", Group: groupTLS, Accepts: "the name of a file",
			value: func(p *Profile) textValue { return lineValue{&p.TLS.Cert} }},
		{Name: "tls_key", Usage: "FILE of the client certificate's key", Placeholder: "FILE", Group: groupTLS, Accepts: "the name of a file",
			value: func(p *Profile) textValue { return lineValue{&p.TLS.Key} }},
		{Name: "tls_insecure", Usage: "do not verify the server's certificate", Group: groupTLS,
			value: func(p *Profile) textValue { return boolValue{&p.TLS.Insecure} }},

		{Name: "connect_timeout", Usage: "maximum TIME for a TCP connect", Placeholder: "TIME", Group: groupTime, Accepts: wantTime,
			value: func(p *Profile) textValue { return durationValue{&p.ConnectTimeout, 1} }, needed: true},
		{Name: "reply_timeout", Usage: "maximum TIME to wait for a reply", Placeholder: "TIME", Group: groupTime, Accepts: wantTime,
			value: func(p *Profile) textValue { return durationValue{&p.ReplyTimeout, 1} }, needed: true},
		{Name: "accept_timeout", Usage: "maximum TIME to wait for the server's connection in active mode", Placeholder: "TIME", Group: groupTime, Accepts: wantTime,
			value: func(p *Profile) textValue { return durationValue{&p.AcceptTimeout, 1} }, needed: true},
		{Name: "stall_timeout", Usage: "maximum TIME without any payload moving", Placeholder: "TIME", Group: groupTime, Accepts: wantTime,
			value: func(p *Profile) textValue { return durationValue{&p.StallTimeout, 1} }, needed: true},
		{Name: "drain", Usage: "maximum TIME to wait, after a window closes, for operations in flight and the backlog", Placeholder: "TIME", Group: groupTime, Accepts: wantTime,
			value: func(p *Profile) textValue { return durationValue{&p.Drain, 0} }},

		{Name: "threshold", Usage: "EXPRESSION that the result must meet, such as 'errors.rate < 0.1%', repeatable", Placeholder: "EXPRESSION", Group: groupResult, List: true, Separator: ";", Accepts: "expressions such as errors.rate < 0.1%, each at most once",
			value: func(p *Profile) textValue { return listValue{&p.Thresholds, ";", nil} }},
	}
	p := Default()
	for i := range keys {
		k := &keys[i]
		if !isUnset(k.Text(&p)) && !k.FileOnly && k.Name != "files" {
			k.Default = k.Text(&p)
		}
		switch {
		case k.IsBool():
			k.Accepts = wantBool
		case k.Choices != nil:
			k.Accepts = join(k.Choices)
		}
	}
	return keys
}

// isUnset reports whether the text is that of a zero value.
func isUnset(text string) bool {
	switch text {
	case "", "0", "0s", "0/s", "false":
		return true
	}
	return false
}

// keyNames returns the names of all keys.
func keyNames() []string {
	var names []string
	for _, k := range Keys() {
		names = append(names, k.Name)
	}
	return names
}

// keyOf returns the key of that name.
func keyOf(name string) (Key, bool) {
	for _, k := range Keys() {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}

// Nearest returns the key that the name was probably meant to be, empty where
// none is near.
func Nearest(name string) string {
	if name == "slo" { // capacity's flag for its objectives
		return "threshold"
	}
	return NearestOf(strings.ReplaceAll(strings.ToLower(name), "-", "_"), keyNames())
}
