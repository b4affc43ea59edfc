package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ftpmark/ftpmark/stats/spelling"
)

// newHelp makes the command that prints the help of commands and the topics of the manual.
func newHelp(s streams, h helpPrinter) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND|TOPIC]",
		Short: "Print the help of a command, or a topic of the manual",
		Long: `Print the help of a command and the topic of the same name, or a topic of the manual.
Without an argument, list the commands and topics.`,
		Example: `  ftpmark help                 commands and topics
  ftpmark help thresholds      a topic
  ftpmark help compare         a command's help, and then its topic`,
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return helpNames(c.Root()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			text, err := h.help(c.Root(), args)
			if err != nil {
				return err
			}
			_, err = io.WriteString(s.out, text)
			return err
		},
	}
}

// help returns what is printed of a command or a topic.
func (h helpPrinter) help(root *cobra.Command, args []string) (string, error) {
	c, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		c = nil
	}
	name := strings.Join(args, " ")
	t, known := topicNamed(name)
	if c == nil && !known {
		return "", usageError(unknownTopic(root, name))
	}
	text := ""
	if c != nil {
		text = h.command(c)
	}
	if known {
		of, err := h.topic(t)
		if err != nil {
			return "", err
		}
		if text != "" {
			text += "\n"
		}
		text += of
	}
	return text, nil
}

// unknownTopic says that there is no such command or topic, and which may be meant.
func unknownTopic(root *cobra.Command, name string) error {
	if near := spelling.Nearest(name, helpNames(root)); near != "" {
		return fmt.Errorf("unknown command or topic %q: did you mean %s?", name, near)
	}
	return fmt.Errorf("unknown command or topic %q: ftpmark help lists them", name)
}

// helpNames are the names of commands and topics, each once.
func helpNames(root *cobra.Command) (names []string) {
	for _, c := range root.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	for _, t := range allTopics() {
		if !slices.Contains(names, t.name) {
			names = append(names, t.name)
		}
	}
	return names
}
