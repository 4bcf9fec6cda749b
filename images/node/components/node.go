package components

import (
	_ "embed"
	"net"
	"os"
	"path/filepath"

	"drydock.dev/node/layout"
	"drydock.dev/node/supervise"
)

//go:embed kubelet.yaml
var kubeletConfig string

//go:embed kube-proxy.yaml
var proxyConfig string

// Containerd runs the containers. Its configuration is the image's /etc/containerd/config.toml.
func Containerd() supervise.Component {
	containerd := component("containerd", nil, "--log-level=warn")
	containerd.Argv[0] = "/usr/bin/containerd"
	return containerd
}

// Kubelet starts the Pods of this node.
func Kubelet(name string, address net.IP, after Waiting) supervise.Component {
	return component("kubelet", after,
		"--config="+layout.Config+"/kubelet.yaml",
		"--kubeconfig="+layout.Config+"/kubelet.conf",
		"--hostname-override="+name,
		"--node-ip="+address.String(),
	)
}

// Proxy makes the rules by which a Service's address leads to its Pods.
func Proxy(name string, after Waiting) supervise.Component {
	return component("kube-proxy", after,
		"--config="+layout.Config+"/kube-proxy.yaml",
		"--hostname-override="+name,
	)
}

// Agent is this project's own part of a node: Pod network, NetworkPolicy, volumes, DNS of the outside, add-ons.
func Agent(name string, address net.IP, controlPlane bool, after Waiting) supervise.Component {
	options := []string{"--name=" + name, "--address=" + address.String()}
	if controlPlane {
		options = append(options, "--add-ons")
	}
	return component("node-agent", after, options...)
}

// WriteConfig writes the files that the kubelet and kube-proxy are configured by.
func WriteConfig() error {
	values := map[string]string{
		"PKI": layout.PKI, "CONFIG": layout.Config, "CONTAINERD": layout.Containerd,
		"DNS": layout.ServiceDNS, "DOMAIN": layout.Domain, "PODS": layout.PodRange,
	}
	fill := func(text string) string { return os.Expand(text, func(name string) string { return values[name] }) }
	for name, text := range map[string]string{
		"kubelet.yaml":    fill(kubeletConfig),
		"kube-proxy.yaml": fill(proxyConfig),
		"resolv.conf":     "nameserver " + layout.Resolver + "\n",
	} {
		if err := os.WriteFile(filepath.Join(layout.Config, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
