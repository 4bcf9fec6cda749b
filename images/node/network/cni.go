// Package network connects the Pods of a node with each other, with those of other nodes, and with the outside.
//
// The plugins are the CNI project's own: `ptp` gives a Pod a pair of interfaces whose other end is on the node,
// `host-local` lends it an address, `portmap` publishes hostPorts. Between nodes there is no tunnel: all are on one
// network of the engine, so that a route for each other node's range of Pods is enough.
package network

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// ConfigPath is where containerd looks for the Pod network's configuration. Until it is there, the node is not Ready.
const ConfigPath = "/etc/cni/net.d/10-drydock.conflist"

// Config is the Pod network's configuration for a node. Addresses are not masqueraded by `ptp`, which would do it
// between nodes, too: see Masquerade.
// Source: CNI specification 0.4.0, "Network configuration lists".
func Config(podRange string) []byte {
	return fmt.Appendf(nil, `{
  "cniVersion": "0.4.0",
  "name": "drydock",
  "plugins": [
    {
      "type": "ptp",
      "ipMasq": false,
      "ipam": {"type": "host-local", "ranges": [[{"subnet": %q}]], "routes": [{"dst": "0.0.0.0/0"}]}
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`, podRange)
}

// WriteConfig writes the configuration unless it is there. It appears as a whole: containerd reads it at any moment.
func WriteConfig(path, podRange string) error {
	wanted := Config(podRange)
	if existing, err := os.ReadFile(path); err == nil && bytes.Equal(existing, wanted) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	beside := path + ".new" // not the name of a configuration
	if err := os.WriteFile(beside, wanted, 0o644); err != nil {
		return err
	}
	return os.Rename(beside, path)
}
