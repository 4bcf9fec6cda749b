package certificates

import (
	"net"
	"os"
	"path/filepath"

	"drydock.dev/node/layout"
)

// AuthorityName is the file name of the cluster's own authority.
const AuthorityName = "ca"

// clients are the kubeconfigs of the control plane's components, and the administrator's.
var clients = map[string]Request{
	"admin":              {CommonName: "kubernetes-admin", Organizations: []string{"system:masters"}},
	"controller-manager": {CommonName: "system:kube-controller-manager"},
	"scheduler":          {CommonName: "system:kube-scheduler"},
}

// ControlPlane makes what a control plane called `host` needs, and keeps it: its authorities, the API server's
// certificate, its clients' kubeconfigs, and the files of the node that it is as well.
func ControlPlane(host string, address net.IP) error {
	if err := linkKept(); err != nil {
		return err
	}
	authority, err := KeepAuthority(layout.PKI, AuthorityName)
	if err != nil {
		return err
	}
	if err := frontProxy(); err != nil {
		return err
	}
	if err := KeepKey(layout.PKI, "service-accounts"); err != nil {
		return err
	}
	if _, err := authority.Keep(layout.PKI, "apiserver", Server(host, address)); err != nil {
		return err
	}
	kubelets := Request{CommonName: "kube-apiserver-kubelet-client", Organizations: []string{"system:masters"}}
	if _, err := authority.Keep(layout.PKI, "apiserver-kubelet-client", kubelets); err != nil {
		return err
	}
	local := "https://127.0.0.1:" + layout.APIPort
	for name, request := range clients {
		server := local
		if name == "admin" { // it is read from outside, too
			server = "https://" + host + ":" + layout.APIPort
		}
		pair, err := authority.Keep(layout.PKI, name, request)
		if err != nil {
			return err
		}
		config := Kubeconfig(server, authority.Certificate, pair)
		if err := os.WriteFile(filepath.Join(layout.Config, name+".conf"), config, 0o600); err != nil {
			return err
		}
	}
	files, err := authority.Node(host, local)
	if err != nil {
		return err
	}
	return Write(layout.Config, files)
}

// Server is the API server's certificate: every name and address that it is called by. Those inside the cluster are
// the Service's; 127.0.0.1 and localhost are also what its published port is.
func Server(host string, address net.IP) Request {
	names := []string{"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc." + layout.Domain, "localhost", host}
	return Request{
		CommonName: "kube-apiserver",
		Names:      names,
		Addresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.ParseIP(layout.ServiceAPI), address},
	}
}

// frontProxy makes the authority of those who may speak for others: the API server, when it hands a request on to an
// extension such as metrics-server. It must not be the clients' authority, else every client could claim to be anybody.
func frontProxy() error {
	authority, err := KeepAuthority(layout.PKI, "front-proxy-ca")
	if err != nil {
		return err
	}
	_, err = authority.Keep(layout.PKI, "front-proxy-client", Request{CommonName: "front-proxy-client"})
	return err
}

func linkKept() error {
	if err := os.MkdirAll(layout.Kept, 0o700); err != nil {
		return err
	}
	if existing, err := os.Readlink(layout.PKI); err == nil && existing == layout.Kept {
		return nil
	}
	return os.Symlink(layout.Kept, layout.PKI)
}
