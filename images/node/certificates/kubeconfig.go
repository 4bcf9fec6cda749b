package certificates

import (
	"encoding/base64"
	"fmt"
)

// Kubeconfig is a client's file: where the API server is, whom it trusts, and who the client is.
//
// Source: k8s.io/client-go/tools/clientcmd/api/v1, Config.
func Kubeconfig(server string, authority []byte, client Pair) []byte {
	encode := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
clusters:
- name: drydock
  cluster:
    server: %s
    certificate-authority-data: %s
users:
- name: drydock
  user:
    client-certificate-data: %s
    client-key-data: %s
contexts:
- name: drydock
  context: {cluster: drydock, user: drydock}
current-context: drydock
`, server, encode(authority), encode(client.Certificate), encode(client.Key))
}
