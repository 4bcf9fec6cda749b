// Package components says how each component of a node is called.
//
// Options that are not here have Kubernetes' own defaults, admission among them. Sources: each component's page under
// "Command line tools reference" and "Component configuration APIs" of the Kubernetes documentation.
package components

import (
	"context"
	"net"

	"drydock.dev/node/layout"
	"drydock.dev/node/supervise"
)

// small makes a Go program collect its garbage earlier than it would, at some processor time: GOGC is by how many
// per cent the heap may grow in between. Source: runtime/debug, SetGCPercent.
const small = "GOGC=60"

// Waiting says what must hold before a component may start.
type Waiting func(context.Context) error

func component(name string, after Waiting, options ...string) supervise.Component {
	return supervise.Component{
		Name:        name,
		Argv:        append([]string{layout.Programs + "/" + name}, options...),
		Environment: []string{small},
		After:       after,
	}
}

// Etcd keeps the cluster's state. It does not wait for the disk: after a power cut the newest writes can be missing,
// which a course's cluster may risk for a start that is seconds shorter.
func Etcd() supervise.Component {
	const clients, peers = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
	etcd := component("etcd", nil,
		"--data-dir=/var/lib/etcd",
		"--unsafe-no-fsync",
		"--listen-client-urls="+clients, "--advertise-client-urls="+clients,
		"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers,
		"--initial-cluster=default="+peers,
		"--snapshot-count=5000", // entries that are kept in memory
		"--logger=zap", "--log-level=warn",
	)
	etcd.Argv[0] = "/usr/bin/etcd"
	return etcd
}

// APIServer is the only one who speaks to etcd. It calls kubelets by their names, which the engine's DNS knows: their
// certificates hold those. Metrics-server is asked at its Pod, as the Service's address needs rules of kube-proxy.
func APIServer(address net.IP) supervise.Component {
	return component("kube-apiserver", nil,
		"--advertise-address="+address.String(),
		"--secure-port="+layout.APIPort,
		"--etcd-servers=http://127.0.0.1:2379",
		"--service-cluster-ip-range="+layout.ServiceRange,
		"--tls-cert-file="+layout.PKI+"/apiserver.crt", "--tls-private-key-file="+layout.PKI+"/apiserver.key",
		"--client-ca-file="+layout.PKI+"/ca.crt",
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged",
		"--service-account-issuer=https://kubernetes.default.svc."+layout.Domain,
		"--service-account-key-file="+layout.PKI+"/service-accounts.key",
		"--service-account-signing-key-file="+layout.PKI+"/service-accounts.key",
		"--kubelet-certificate-authority="+layout.PKI+"/ca.crt",
		"--kubelet-client-certificate="+layout.PKI+"/apiserver-kubelet-client.crt",
		"--kubelet-client-key="+layout.PKI+"/apiserver-kubelet-client.key",
		"--kubelet-preferred-address-types=Hostname,InternalIP",
		"--enable-aggregator-routing",
		"--requestheader-client-ca-file="+layout.PKI+"/front-proxy-ca.crt",
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file="+layout.PKI+"/front-proxy-client.crt",
		"--proxy-client-key-file="+layout.PKI+"/front-proxy-client.key",
		"--profiling=false",
	)
}

// ControllerManager ends at once where the API server is not ready, so it waits for it. Each of its controllers first
// asks for an account of its own: by the default of 20 requests a second that alone takes seconds.
func ControllerManager(after Waiting) supervise.Component {
	return component("kube-controller-manager", after, append(asClient("controller-manager"),
		"--service-account-private-key-file="+layout.PKI+"/service-accounts.key",
		"--root-ca-file="+layout.PKI+"/ca.crt",
		"--cluster-signing-cert-file="+layout.PKI+"/ca.crt", "--cluster-signing-key-file="+layout.PKI+"/ca.key",
		"--use-service-account-credentials",
		"--kube-api-qps=500", "--kube-api-burst=1000",
		"--allocate-node-cidrs", "--cluster-cidr="+layout.PodRange,
		"--service-cluster-ip-range="+layout.ServiceRange,
	)...)
}

// Scheduler chooses a node for each Pod.
func Scheduler(after Waiting) supervise.Component {
	return component("kube-scheduler", after, asClient("scheduler")...)
}

// asClient has the options of a component that is the only one of its kind, and asks the API server who may read its
// metrics.
func asClient(name string) []string {
	config := layout.Config + "/" + name + ".conf"
	return []string{
		"--kubeconfig=" + config, "--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
		"--leader-elect=false", "--profiling=false",
	}
}
