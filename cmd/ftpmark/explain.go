package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen"
	"github.com/ftpmark/ftpmark/loadgen/rig"
	"github.com/ftpmark/ftpmark/profiles"
	"github.com/ftpmark/ftpmark/stats"
	"github.com/ftpmark/ftpmark/stats/report/sequence"
	"github.com/ftpmark/ftpmark/stats/resultfile"
)

// explainSize is the size of the file where none is asked for: there is payload
// to see, and it moves at once.
const explainSize = 64 << 10

// explainSchema names the shape of the JSON.
const explainSchema = "ftpmark.explain/v1"

// explainFlags are the flags of explain, as given.
type explainFlags struct {
	measureFlags
}

// explainKeys are the keys of profiles that have a part in a single transfer.
func explainKeys() []string {
	return []string{
		"user", "password_file", "op", "size", "path", "mode", "accept",
		"source", "active_address", "active_ports", "active_peer", "pasv_address", "mover",
		"tls", "tls_reuse", "prot", "tls_min", "tls_max", "tls_ca", "tls_server_name", "tls_cert", "tls_key", "tls_insecure",
		"connect_timeout", "reply_timeout", "accept_timeout", "stall_timeout",
	}
}

func newExplain(s streams) *cobra.Command {
	flags := &explainFlags{newMeasureFlags()}
	c := &cobra.Command{
		Use:   "explain [TARGET]",
		Short: "Show the commands and replies of one transfer, in each mode",
		Long: `Show one transfer in each mode as it happens: every command and reply with its time,
and who opened the data connection, and when. This shows how active and passive mode
differ on that server. Passwords are masked.

Each mode has its own session. For a download, ftpmark first writes a file, in a new
folder under the target's directory, and removes it afterwards; with --path it reads an
existing file and writes nothing. One transfer shows the sequence of events, not how
fast it is: use ftpmark compare for that. Its result files hold the same charts.

TARGET, users and passwords are as for ftpmark run; without one, ftpmark starts its
embedded target.

Exit codes: 0 success, 1 a transfer failed (it is shown up to the failure) or the
target could not be used, 2 usage error, 130 interrupted.`,
		Example: `  ftpmark explain                                          passive and active, no server needed
  ftpmark explain ftp://user@192.0.2.7/                    a download in both modes there
  ftpmark explain ftp://user@192.0.2.7/ --mode pasv,port --op stor
  ftpmark explain ftpes://user@192.0.2.7/ --tls-ca ca.pem  with TLS: AUTH, PBSZ, PROT, handshakes
  ftpmark explain ftp://192.0.2.7/pub --path README        read a file, write nothing
  ftpmark explain --format json | jq '.conversations[].facts'`,
		Args: oneArgument("TARGET"),
		RunE: func(c *cobra.Command, args []string) error { return runExplain(c, args, flags, s) },
	}
	f := c.Flags()
	f.SortFlags = false
	for _, k := range profiles.Keys() {
		if !slices.Contains(explainKeys(), k.Name) {
			continue
		}
		switch k.Name {
		case "op":
			k.Usage, k.Placeholder = "OPERATION to show: "+strings.Join(profiles.Operations(), " "), "OPERATION"
		case "size":
			k.Usage, k.Default = "SIZE of the file", "64KiB"
		case "mode":
			k.Usage = "MODE[,MODE...], repeatable: passive, active, epsv, pasv, eprt, port; each is shown"
		}
		addKey(f, flags.keys, k)
	}
	f.Var(&choiceFlag{&flags.format, []string{"text", "json"}}, "format", "`FORMAT` of the output on stdout: text, json")
	inGroup(f.Lookup("format"), "Result")
	return c
}

// runExplain is the command: flags in, charts out.
func runExplain(c *cobra.Command, args []string, flags *explainFlags, s streams) error {
	for _, line := range strangers(c.Flags(), os.Environ()) {
		fmt.Fprintln(s.err, "ftpmark: "+oneLine(line))
	}
	if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
		return usageError(err)
	}
	plan, err := flags.plan(nil, args)
	if err == nil {
		err = plan.single()
	}
	if err != nil {
		return usageError(err)
	}
	plan.tellIdle(s.err)
	all, left, err := plan.explain(c.Context(), s)
	defer tellLeft(s.err, left)
	if err != nil {
		return err
	}
	if flags.format == "json" {
		err = writeConversations(s.out, plan, all)
	} else {
		_, err = s.out.Write(sequence.Text(all, sequence.Options{Color: colour(s.out)}))
	}
	if err != nil {
		return err
	}
	return failedConversation(all)
}

// single makes of the plan what is needed for one operation.
func (p *planned) single() error {
	for _, one := range p.plans() {
		f := &one.Profile
		if len(f.Op) != 1 {
			return errors.New("--op: want one operation; it is shown in each mode")
		}
		if !p.origins.Set("size") && f.Path == "" {
			f.Size = profiles.FixedSize(explainSize)
		}
		f.Sessions, f.MaxSessions, f.Rate, f.Stages, f.Files = 1, 0, 0, nil, min(f.Files, 1)
		f.Keep, f.Reuse, f.Bandwidth, f.SessionBandwidth = false, false, profiles.Bandwidth{}, profiles.Bandwidth{}
	}
	return nil
}

// explain carries the plan out.
func (p *planned) explain(ctx context.Context, s streams) (all []*stats.Conversation, left []string, err error) {
	ctx, stop, done := interruptible(ctx, s.err)
	defer done()
	disconnect, err := p.connect(ctx)
	if err != nil {
		return nil, nil, cutShort(ctx, err)
	}
	defer disconnect()
	all, err = p.experiment.Explain(ctx, loadgen.Options{
		Stop: stop, Warn: func(m string) { fmt.Fprintln(s.err, "ftpmark: "+oneLine(m)) },
		Left: func(what string) { left = append(left, what) },
	})
	explainLogin(err, credentials(p))
	if errors.Is(err, rig.ErrInterrupted) {
		err = ended(err, nil)
	}
	return all, left, err
}

// failedConversation returns the error that failed operations amount to.
func failedConversation(all []*stats.Conversation) error {
	var failed []string
	for _, c := range all {
		if c.Failure == "" {
			continue
		}
		text := c.Variant + ": " + c.Failure
		if c.Hint != "" {
			text += " (" + c.Hint + ")"
		}
		failed = append(failed, text)
	}
	if len(failed) == 0 {
		return nil
	}
	return errors.New(strings.Join(failed, "; "))
}

// explainedJSON is what explain shows, for a machine.
type explainedJSON struct {
	Schema        string              `json:"schema"`
	Tool          resultfile.ToolInfo `json:"tool"`
	Target        string              `json:"target"`
	Embedded      bool                `json:"embedded"`
	Conversations []conversationJSON  `json:"conversations"`
}

type conversationJSON struct {
	*stats.Conversation
	Facts stats.ConversationFacts `json:"facts"`
}

func writeConversations(w io.Writer, p *planned, all []*stats.Conversation) error {
	x := explainedJSON{Schema: explainSchema, Tool: p.Tool, Target: p.plans()[0].Target.URL(), Embedded: p.Embedded}
	for _, c := range all {
		x.Conversations = append(x.Conversations, conversationJSON{c, c.Facts()})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(x)
}
