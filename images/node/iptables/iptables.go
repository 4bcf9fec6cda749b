// Package iptables gives chains of our own to the kernel with the programs of iptables(8).
package iptables

import (
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
)

// Runner runs a program with an input. Its output is part of the error.
type Runner func(input, program string, arguments ...string) error

// Execute is the Runner of a node; tests have others.
func Execute(input, program string, arguments ...string) error {
	command := exec.Command(program, arguments...)
	command.Stdin = strings.NewReader(input)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(string(output)))
	}
	return nil
}

// Fill makes a table's chains hold these rules and no others: each is emptied and filled in one step with the others.
func (run Runner) Fill(table string, chains map[string][]string) error {
	var script strings.Builder
	fmt.Fprintf(&script, "*%s\n", table)
	names := slices.Sorted(maps.Keys(chains))
	for _, name := range names {
		fmt.Fprintf(&script, ":%s - [0:0]\n", name)
	}
	for _, name := range names {
		for _, rule := range chains[name] {
			fmt.Fprintf(&script, "-A %s %s\n", name, rule)
		}
	}
	script.WriteString("COMMIT\n")
	return run(script.String(), "iptables-restore", "--wait", "--noflush")
}

// Jump has the kernel's own chain `hook` go through ours, once: `how` is --append or --insert.
func (run Runner) Jump(table, hook, how, chain string) error {
	if run("", "iptables", "--wait", "--table="+table, "--check", hook, "--jump", chain) == nil {
		return nil
	}
	return run("", "iptables", "--wait", "--table="+table, how, hook, "--jump", chain)
}
