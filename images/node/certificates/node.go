package certificates

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// File is one of a node's files, with its path below /etc/kubernetes.
type File struct {
	Path    string
	Content []byte
	Mode    fs.FileMode
}

var label = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

// Node makes the files with which a node joins the cluster: the authority's certificate, the kubelet's own for its
// server, and a kubeconfig each for the kubelet, kube-proxy and the node's agent.
//
// A node's name is a DNS label, and the certificate holds that alone: the API server calls a kubelet by its name,
// and its address is not known before its container has started.
// Source: "Using Node Authorization": group system:nodes, user system:node:NAME.
func (a *Authority) Node(name, server string) ([]File, error) {
	if !label.MatchString(name) {
		return nil, fmt.Errorf("%q is no name of a node: small letters, digits and dashes, at most 63", name)
	}
	serving, err := a.Issue(Request{CommonName: "system:node:" + name, Organizations: []string{"system:nodes"}, Names: []string{name}})
	if err != nil {
		return nil, err
	}
	files := []File{
		{"pki/ca.crt", a.Certificate, 0o644},
		{"pki/kubelet.crt", serving.Certificate, 0o644},
		{"pki/kubelet.key", serving.Key, 0o600},
	}
	for _, client := range []struct {
		file    string
		request Request
	}{
		{"kubelet.conf", Request{CommonName: "system:node:" + name, Organizations: []string{"system:nodes"}}},
		{"kube-proxy.conf", Request{CommonName: "system:kube-proxy"}},
		{"node-agent.conf", Request{CommonName: "drydock:node-agent:" + name, Organizations: []string{"drydock:node-agents"}}},
	} {
		pair, err := a.Issue(client.request)
		if err != nil {
			return nil, err
		}
		files = append(files, File{client.file, Kubeconfig(server, a.Certificate, pair), 0o600})
	}
	return files, nil
}

// Write writes the files below a folder.
func Write(folder string, files []File) error {
	for _, file := range files {
		path := filepath.Join(folder, file.Path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, file.Content, file.Mode); err != nil {
			return err
		}
	}
	return nil
}
