// Package agent is this project's own part of a node, which runs as a component like the others: it lays the Pod
// network, enforces NetworkPolicy, makes volumes, answers for DNS outside the cluster, and on the control plane applies
// the add-ons.
package agent

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"

	"drydock.dev/node/addons"
	"drydock.dev/node/forwarder"
	"drydock.dev/node/layout"
	"drydock.dev/node/machine"
	"drydock.dev/node/network"
	"drydock.dev/node/policies"
	"drydock.dev/node/readiness"
	"drydock.dev/node/storage"
)

const retry = 300 * time.Millisecond // between two tries of a part that failed

// Main runs the agent until it is asked to stop, and returns its exit status.
func Main() int {
	flags := flag.NewFlagSet("node-agent", flag.ExitOnError)
	name := flags.String("name", "", "the node's name")
	address := flags.String("address", "", "the node's address")
	withAddOns := flags.Bool("add-ons", false, "apply the cluster's add-ons, as its administrator")
	_ = flags.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, *name, *address, *withAddOns); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func run(ctx context.Context, name, address string, withAddOns bool) error {
	if net.ParseIP(address) == nil {
		return fmt.Errorf("--address=%q is no address", address)
	}
	config, err := read("node-agent")
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	if withAddOns { // first, as they hold what this agent may do
		admin, err := read("admin")
		if err != nil {
			return err
		}
		admin.Host = config.Host // by the loopback, as the others
		again(ctx, "add-ons", func() error { return addons.Apply(ctx, admin) })
		go again(ctx, "label", func() error { return addons.Label(ctx, admin, name) })
		go func() { // nobody waits for it, and it would make all else slower
			again(ctx, "DNS", func() error { return readiness.DNS(ctx) })
			again(ctx, "Gateway API", func() error { return addons.ApplyGatewayAPI(ctx, admin) })
		}()
	}
	parts := []func(){
		func() { again(ctx, "masquerade", func() error { return network.Masquerade(layout.PodRange) }) },
		func() { again(ctx, "refuse", func() error { return network.Refuse(layout.ServiceRange) }) },
		func() { again(ctx, "resolver", func() error { return resolve(ctx) }) },
		func() { policies.Run(ctx, informers.NewSharedInformerFactory(client, 0)) },
		func() { network.Run(ctx, informers.NewSharedInformerFactory(client, 0), name) },
		func() { storage.Run(ctx, client, name) },
	}
	var running sync.WaitGroup
	for _, part := range parts {
		running.Go(part)
	}
	running.Wait()
	return nil
}

func read(name string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", filepath.Join(layout.Config, name+".conf"))
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = -1, 0 // the API server is this cluster's own
	return config, nil
}

// resolve answers for DNS outside the cluster, by the servers that the engine gave this container.
func resolve(ctx context.Context) error {
	found, err := machine.Nameservers()
	if err != nil {
		return err
	}
	if err := network.AddResolverAddress(layout.Resolver); err != nil {
		return err
	}
	servers := make([]string, len(found))
	for number, server := range found {
		servers[number] = net.JoinHostPort(server, "53")
	}
	return forwarder.Serve(ctx, net.JoinHostPort(layout.Resolver, "53"), servers)
}

// again does a part until it succeeds, or the context ends.
func again(ctx context.Context, what string, do func() error) {
	for ctx.Err() == nil {
		err := do()
		if err == nil {
			return
		}
		klog.ErrorS(err, "failed; it is tried again", "part", what)
		select {
		case <-ctx.Done():
		case <-time.After(retry):
		}
	}
}
