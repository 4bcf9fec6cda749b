package policies

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"drydock.dev/node/iptables"
)

// table is the kernel's table for changes of packets, used here to drop some: its chains come before those of `filter`,
// where kube-proxy accepts what it has marked. Source: iptables(8), TABLES.
const table = "mangle"

// Applier gives rules to the kernel. Run runs a program with an input, and is replaced in tests.
type Applier struct {
	Run  iptables.Runner
	sets map[string]Set // what the kernel has
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
	if err := a.Run.Fill(table, rules.Chains); err != nil {
		return err
	}
	if err := a.Run.Jump(table, "FORWARD", "--insert", entry); err != nil {
		return err
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
