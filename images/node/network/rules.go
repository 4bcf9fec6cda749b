package network

import "drydock.dev/node/iptables"

// Masquerade lets Pods reach the outside: nobody there knows a way to their addresses, so that what leaves the
// cluster's range goes out with the node's. Between Pods addresses stay, as Kubernetes' network model wants it.
func Masquerade(podRange string) error {
	return install("nat", "DRYDOCK-MASQUERADE", []string{"POSTROUTING"}, "-s "+podRange+" ! -d "+podRange+" -j MASQUERADE")
}

// Refuse answers for the addresses and ports in the Services' range that no Service has, as kube-proxy's nftables mode
// does. What one has goes to a Pod's address by the time that this is asked; in iptables mode the rest would leave the
// node, for a network where somebody else may have that address.
func Refuse(serviceRange string) error {
	return install("filter", "DRYDOCK-NO-SERVICE", []string{"FORWARD", "OUTPUT"}, "-d "+serviceRange+" -j REJECT")
}

// install gives a table a chain of ours with one rule, and makes the kernel's chains `from` go through it.
func install(table, chain string, from []string, rule string) error {
	run := iptables.Runner(iptables.Execute)
	if err := run.Fill(table, map[string][]string{chain: {rule}}); err != nil {
		return err
	}
	for _, hook := range from {
		if err := run.Jump(table, hook, "--append", chain); err != nil {
			return err
		}
	}
	return nil
}
