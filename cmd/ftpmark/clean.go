package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/loadgen/rig/fixtures"
	"github.com/ftpmark/ftpmark/profiles"
)

// cleanFlags are the flags of clean, as given.
type cleanFlags struct {
	measureFlags
	yes       bool
	olderThan time.Duration
}

// cleanKeys are the keys of profiles that say how to reach a server.
func cleanKeys() []string {
	return []string{
		"user", "password_file", "mode", "accept", "source", "active_address", "active_ports", "active_peer", "pasv_address",
		"tls", "tls_reuse", "prot", "tls_min", "tls_max", "tls_ca", "tls_server_name", "tls_cert", "tls_key", "tls_insecure",
		"connect_timeout", "reply_timeout", "accept_timeout", "stall_timeout",
	}
}

func newClean(s streams) *cobra.Command {
	flags := &cleanFlags{measureFlags: newMeasureFlags()}
	c := &cobra.Command{
		Use:   "clean TARGET",
		Short: "Find and remove files that killed runs left on a server",
		Long: `List the folders that ftpmark runs created below the target's directory; with --yes,
remove those of runs that are over. A run removes its own folder when it ends, also
after Ctrl-C. Only runs that were killed or lost the server leave theirs behind.

Each folder has a marker, ftpmark-run.json, with the run's start and planned end. A
run is over one hour after its planned end. If its length is unknown, or if it was
killed while it prepared its files, it is over 24 hours after its start. With
--older-than TIME, a run with a planned end is over as soon as that end has passed and
the run started at least TIME ago. clean never removes a folder
  of a run that may be alive
  that was kept by --keep or --reuse
  without a marker, or with one that ftpmark did not write there
  that holds anything with a name that ftpmark does not use
It does not follow links.

TARGET, users and passwords are as for ftpmark run.

Exit codes: 0 success, 1 a folder could not be removed or the target could not be
used, 2 usage error, 130 interrupted.`,
		Example: `  ftpmark clean ftp://user@192.0.2.7/                      list leftover folders
  ftpmark clean --yes ftp://user@192.0.2.7/                remove those of runs that are over
  ftpmark clean --yes --older-than 30m ftp://user@192.0.2.7/pub`,
		Args: oneArgument("TARGET"),
		RunE: func(c *cobra.Command, args []string) error { return runClean(c, args, flags, s) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.BoolVarP(&flags.yes, "yes", "y", false, "remove the folders of runs that are over, instead of only listing them")
	f.DurationVar(&flags.olderThan, "older-than", 0, "a run that started at least this `TIME` ago is over as soon as its planned end has passed")
	f.BoolVarP(&flags.quiet, "quiet", "q", false, "print only errors on stderr")
	for _, name := range []string{"yes", "older-than", "quiet"} {
		inGroup(f.Lookup(name), "Removal")
	}
	for _, k := range profiles.Keys() {
		if !slices.Contains(cleanKeys(), k.Name) {
			continue
		}
		if k.Name == "mode" {
			k.Usage = "MODE[,MODE...] for listing folders, of which the first that works is used: passive, active, epsv, pasv, eprt, port"
		}
		addKey(f, flags.keys, k)
	}
	return c
}

// runClean is the command: flags in, a list out.
func runClean(c *cobra.Command, args []string, flags *cleanFlags, s streams) error {
	for _, line := range strangers(c.Flags(), os.Environ()) {
		fmt.Fprintln(s.err, "ftpmark: "+oneLine(line))
	}
	if err := fromEnvironment(c.Flags(), os.LookupEnv); err != nil {
		return usageError(err)
	}
	if flags.olderThan < 0 || c.Flags().Changed("older-than") && flags.olderThan == 0 {
		return usageError(fmt.Errorf("--older-than %s: want a time above 0, such as 1h", flags.olderThan))
	}
	plan, err := flags.plan(nil, args)
	if err != nil {
		return usageError(err)
	}
	if plan.Embedded {
		return usageError(errors.New("clean needs a TARGET, such as ftp://user@192.0.2.7/ (see ftpmark clean --help)"))
	}
	plan.tellIdle(s.err)
	ctx, stop := signal.NotifyContext(c.Context(), endSignals()...)
	defer stop()
	disconnect, err := plan.connect(ctx)
	if err != nil {
		return cutShort(ctx, err)
	}
	defer disconnect()
	found, unread, err := flags.clean(ctx, plan)
	if unwritten := writeFolders(s.out, found); err == nil {
		err = unwritten
	}
	if unread > 0 {
		fmt.Fprintf(s.err, "ftpmark: %d lines of the server's listing could not be read: folders in them are not listed\n", unread)
	}
	explainLogin(err, credentials(plan))
	if err != nil {
		return cutShort(ctx, err)
	}
	return cleaned(s.err, flags, found)
}

func (r *cleanFlags) clean(ctx context.Context, plan *planned) ([]fixtures.RunFolder, int, error) {
	clean := fixtures.Clean{Plan: plan.Plan, Remove: r.yes, OlderThan: r.olderThan, Now: time.Now}
	return clean.Run(ctx)
}

// writeFolders lists the folders.
func writeFolders(w io.Writer, found []fixtures.RunFolder) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, f := range found {
		state, why := string(f.State), f.Why
		switch {
		case f.Removed:
			state = "removed"
		case f.Err != nil:
			state, why = "not removed", f.Err.Error()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", oneLine(f.Name), state, oneLine(why))
	}
	return table.Flush()
}

// cleaned says what came of it, and returns the error if something stays that was
// to go.
func cleaned(talk io.Writer, flags *cleanFlags, found []fixtures.RunFolder) error {
	over, stays := 0, 0
	for _, f := range found {
		if f.State == fixtures.FolderOver {
			over++
		}
		if f.Err != nil {
			stays++
		}
	}
	if !flags.quiet {
		switch {
		case len(found) == 0:
			fmt.Fprintln(talk, "ftpmark: no run folders found")
		case over == 0:
			fmt.Fprintln(talk, "ftpmark: no folders of runs that are over")
		case !flags.yes:
			fmt.Fprintf(talk, "ftpmark: %s of runs that are over: use --yes to remove them\n", folderCount(over))
		case over > stays:
			fmt.Fprintf(talk, "ftpmark: %s removed\n", folderCount(over-stays))
		}
	}
	if stays > 0 {
		return fmt.Errorf("could not remove %s of runs that are over", folderCount(stays))
	}
	return nil
}

func folderCount(n int) string {
	if n == 1 {
		return "1 folder"
	}
	return fmt.Sprintf("%d folders", n)
}
