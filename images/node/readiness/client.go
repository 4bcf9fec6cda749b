// Package readiness tells whether a node is ready, with as little as possible: it is asked several times a second
// while a cluster starts. So it speaks to the API server by plain HTTPS, and belongs to the small program.
package readiness

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"drydock.dev/node/layout"
)

const answerTime = 2 * time.Second // for one question to the API server

// Client asks an API server as the node itself.
type Client struct {
	server string
	http   *http.Client
}

// NewClient reads the node's certificate. The server's is checked for the name `kubernetes`, whatever its address.
func NewClient(server string) (*Client, error) {
	authority, err := os.ReadFile(filepath.Join(layout.PKI, "ca.crt"))
	if err != nil {
		return nil, err
	}
	own, err := tls.LoadX509KeyPair(filepath.Join(layout.PKI, "kubelet.crt"), filepath.Join(layout.PKI, "kubelet.key"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return nil, errors.New("ca.crt holds no certificate")
	}
	config := &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}, ServerName: "kubernetes"}
	return &Client{
		server: server,
		http:   &http.Client{Timeout: answerTime, Transport: &http.Transport{TLSClientConfig: config}},
	}, nil
}

// StatusError is an answer other than 200.
type StatusError struct{ path, status string }

func (e *StatusError) Error() string { return e.path + ": " + e.status }

// get reads a path; `into` takes the JSON, or is nil.
func (c *Client) get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+path, nil)
	if err != nil {
		return err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return &StatusError{path, response.Status}
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}
