package network

import (
	"fmt"
	"os/exec"
	"strings"
)

// chain is ours in the table nat.
const chain = "DRYDOCK-MASQUERADE"

// Masquerade lets Pods reach the outside: nobody there knows a way to their addresses, so that what leaves the
// cluster's range goes out with the node's. Between Pods addresses stay, as Kubernetes' network model wants it.
func Masquerade(podRange string) error {
	rules := strings.Join([]string{
		"*nat",
		":" + chain + " - [0:0]",
		"-A " + chain + " -s " + podRange + " ! -d " + podRange + " -j MASQUERADE",
		"COMMIT", "",
	}, "\n")
	restore := exec.Command("iptables-restore", "--wait", "--noflush")
	restore.Stdin = strings.NewReader(rules)
	if output, err := restore.CombinedOutput(); err != nil {
		return fmt.Errorf("iptables-restore: %w: %s", err, output)
	}
	if exec.Command("iptables", "--wait", "--table=nat", "--check", "POSTROUTING", "--jump", chain).Run() == nil {
		return nil
	}
	output, err := exec.Command("iptables", "--wait", "--table=nat", "--append", "POSTROUTING", "--jump", chain).CombinedOutput()
	if err != nil {
		return fmt.Errorf("iptables: %w: %s", err, output)
	}
	return nil
}
