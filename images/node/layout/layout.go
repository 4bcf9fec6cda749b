// Package layout holds the names, places and ranges that the parts of a node agree on.
package layout

const (
	// PodRange is where each node gets a /24 for its Pods from.
	PodRange = "10.244.0.0/16"
	// ServiceRange is where Services get their cluster IPs from.
	ServiceRange = "10.96.0.0/16"
	// ServiceAPI is the cluster IP of the Service `kubernetes`: the first of the range.
	ServiceAPI = "10.96.0.1"
	// ServiceDNS is the cluster IP of CoreDNS, which the kubelet writes into each Pod's resolv.conf.
	ServiceDNS = "10.96.0.10"
	// Domain is the DNS domain of the cluster.
	Domain = "cluster.local"
	// Resolver is a link-local address of every node, where a forwarder answers for names outside the cluster.
	Resolver = "169.254.53.53"
	// APIPort is the TCP port of the API server.
	APIPort = "6443"

	// Config is where a node's configuration lies. `node issue` writes a worker's part of it.
	Config = "/etc/kubernetes"
	// PKI is where a node's keys and certificates lie; on the control plane it is a link to Kept.
	PKI = Config + "/pki"
	// Kept is where the control plane keeps its keys: on the volume, so that a restarted cluster is the same one.
	Kept = "/var/lib/kubernetes/pki"
	// Logs is where each component's log lies.
	Logs = "/var/log/kube"
	// Programs is where the components are, as links to one program.
	Programs = "/usr/local/bin"
	// GatewayAPI is a file with the resource definitions of the Gateway API.
	GatewayAPI = "/usr/local/share/gateway-api.yaml"
	// Started is a file that is as old as this run of the node.
	Started = "/run/node-started"

	// Containerd is the socket of the container runtime.
	Containerd = "/run/containerd/containerd.sock"
	// SystemImage is what the cluster's own Pods start from. It holds the pause program alone.
	SystemImage = "docker.io/drydock/system:1"
)
