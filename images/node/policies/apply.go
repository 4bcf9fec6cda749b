package policies

import (
	"fmt"
	"maps"
	"os/exec"
	"slices"
	"strings"
)

// table is the kernel's table for changes of packets, used here to drop some: its chains come before those of `filter`,
// where kube-proxy accepts what it has marked. Source: iptables(8), TABLES.
const table = "mangle"

// Applier gives rules to the kernel. Run runs a program with an input, and is replaced in tests.
type Applier struct {
	Run  func(input, program string, arguments ...string) error
	sets map[string]Set // what the kernel has
}

// Execute runs a program; its output is part of the error.
func Execute(input, program string, arguments ...string) error {
	command := exec.Command(program, arguments...)
	command.Stdin = strings.NewReader(input)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(string(output)))
	}
	return nil
}

// Apply makes the kernel's rules these. Sets come before the rules that name them, and old ones go after: at no
// moment is a packet judged by half of the rules.
func (a *Applier) Apply(rules Rules) error {
	if script := Fill(a.sets, rules.Sets); script != "" {
		if err := a.Run(script, "ipset", "restore"); err != nil {
			a.sets = nil // unknown: all are written the next time
			return err
		}
	}
	if err := a.Run(Restore(rules.Chains), "iptables-restore", "--wait", "--noflush"); err != nil {
		return err
	}
	if a.Run("", "iptables", "--wait", "--table="+table, "--check", "FORWARD", "--jump", entry) != nil {
		if err := a.Run("", "iptables", "--wait", "--table="+table, "--insert", "FORWARD", "--jump", entry); err != nil {
			return err
		}
	}
	for old := range a.sets {
		if _, kept := rules.Sets[old]; !kept {
			if err := a.Run("", "ipset", "destroy", old); err != nil {
				return err
			}
		}
	}
	a.sets = rules.Sets
	return nil
}

// Fill writes the commands of `ipset restore` that make the sets which the kernel has those that are wanted. A set
// changes at once as a whole: another one is filled, and the two swap their names.
func Fill(existing, wanted map[string]Set) string {
	var script strings.Builder
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		set, before := wanted[name], existing[name]
		if before.Kind == set.Kind && slices.Equal(before.Members, set.Members) {
			continue
		}
		next := "drydock-next-" + strings.NewReplacer(":", "-", ",", "-").Replace(set.Kind)
		fmt.Fprintf(&script, "create %s %s -exist\n", name, set.Kind)
		fmt.Fprintf(&script, "create %s %s -exist\nflush %s\n", next, set.Kind, next)
		for _, member := range set.Members {
			fmt.Fprintf(&script, "add %s %s\n", next, member)
		}
		fmt.Fprintf(&script, "swap %s %s\ndestroy %s\n", next, name, next)
	}
	return script.String()
}

// Restore writes the chains as `iptables-restore` takes them: each is emptied and filled in one step with the others.
func Restore(chains map[string][]string) string {
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
	return script.String()
}
