package readiness

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"drydock.dev/node/layout"
)

const pause = 100 * time.Millisecond // between two looks

// API says why the API server is not ready, or nil. Source: "Kubernetes API health endpoints".
func (c *Client) API(ctx context.Context) error {
	if err := c.get(ctx, "/readyz", nil); err != nil {
		return fmt.Errorf("the API server does not answer yet: %w", err)
	}
	return nil
}

// Listening says why the API server takes no requests, or nil. It refuses some for a second or two after that.
func (c *Client) Listening(ctx context.Context) error {
	var refused *StatusError
	if err := c.get(ctx, "/readyz", nil); err != nil && !errors.As(err, &refused) {
		return fmt.Errorf("the API server does not listen yet: %w", err)
	}
	return nil
}

type condition struct {
	Type, Status, Message string
	LastHeartbeatTime     time.Time
}

// Node says why a node is not Ready, or nil. A Ready from before this run of the node does not count: the API server
// keeps the last word of a kubelet that has ended.
func (c *Client) Node(ctx context.Context, name string, started time.Time) error {
	var node struct {
		Status struct{ Conditions []condition }
	}
	if err := c.get(ctx, "/api/v1/nodes/"+name, &node); err != nil {
		return fmt.Errorf("node %s has not registered yet: %w", name, err)
	}
	return ready(name, node.Status.Conditions, started)
}

func ready(name string, conditions []condition, started time.Time) error {
	for _, each := range conditions {
		switch {
		case each.Type != "Ready":
		case each.LastHeartbeatTime.Before(started.Truncate(time.Second)): // the API has whole seconds
			return fmt.Errorf("the kubelet of %s has not reported since its start", name)
		case each.Status != "True":
			return fmt.Errorf("node %s is not Ready yet: %s", name, each.Message)
		default:
			return nil
		}
	}
	return fmt.Errorf("the kubelet of %s has not reported yet", name)
}

// DNS says why the cluster's DNS does not answer, or nil. Asking it at its Service's address also shows that
// kube-proxy has made its rules here.
func DNS(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(layout.ServiceDNS, "53"))
	}}
	if _, err := resolver.LookupHost(ctx, "kubernetes.default.svc."+layout.Domain+"."); err != nil {
		return errors.New("CoreDNS does not answer yet")
	}
	return nil
}

// All says what is still awaited before a node is of use, or nil.
func All(ctx context.Context, server string) error {
	started, err := os.Stat(layout.Started)
	if err != nil {
		return errors.New("the node is being prepared")
	}
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	client, err := NewClient(server)
	if err != nil {
		return fmt.Errorf("certificates are awaited: %w", err)
	}
	if err := client.API(ctx); err != nil {
		return err
	}
	if err := client.Node(ctx, name, started.ModTime()); err != nil {
		return err
	}
	return DNS(ctx)
}

// Wait looks until something holds. It returns the last reason why not when the context ends.
func Wait(ctx context.Context, holds func(context.Context) error) error {
	for {
		err := holds(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
