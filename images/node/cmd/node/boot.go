package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"drydock.dev/node/certificates"
	"drydock.dev/node/components"
	"drydock.dev/node/layout"
	"drydock.dev/node/machine"
	"drydock.dev/node/readiness"
	"drydock.dev/node/supervise"
)

// An engine gives a container 10 s to stop. Each step of the way down has a share of it.
const (
	graceKubelet = 1 * time.Second
	gracePods    = 2 * time.Second
	graceOthers  = 1 * time.Second
	graceAPI     = 2 * time.Second
	graceEtcd    = 2 * time.Second
)

func controlPlane() error {
	name, address, err := prepare("127.0.0.1")
	if err != nil {
		return err
	}
	if err := certificates.ControlPlane(name, address); err != nil {
		return fmt.Errorf("certificates: %w", err)
	}
	supervisor, err := begin()
	if err != nil {
		return err
	}
	supervisor.Start(components.Etcd())
	supervisor.Start(components.APIServer(address))
	api, err := readiness.NewClient(server("127.0.0.1"))
	if err != nil {
		return err
	}
	supervisor.Start(components.ControllerManager(until(api.API)))
	supervisor.Start(components.Scheduler(until(api.API)))
	return node(supervisor, name, address, true, until(api.Listening))
}

func worker(controlPlane string) error {
	name, address, err := prepare(controlPlane)
	if err != nil {
		return err
	}
	api, err := readiness.NewClient(server(controlPlane))
	if err != nil {
		return fmt.Errorf("a worker needs what `node issue %s` printed in %s: %w", name, layout.Config, err)
	}
	supervisor, err := begin()
	if err != nil {
		return err
	}
	return node(supervisor, name, address, false, until(api.API))
}

// prepare makes the container a node, and says what it is called and where it is.
func prepare(controlPlane string) (string, net.IP, error) {
	if err := machine.Prepare(); err != nil {
		return "", nil, err
	}
	name, err := os.Hostname()
	if err != nil {
		return "", nil, err
	}
	if err := components.WriteConfig(); err != nil {
		return "", nil, err
	}
	if err := os.WriteFile(controlPlaneFile, []byte(controlPlane+"\n"), 0o644); err != nil {
		return "", nil, err
	}
	address, err := machine.Address()
	return name, address, err
}

func begin() (*supervise.Supervisor, error) {
	reaper, err := supervise.NewReaper()
	if err != nil {
		return nil, err
	}
	// An address of a Pod that is not there leads nowhere. Without this it would be asked for outside of the node.
	if err := reaper.Run("/usr/sbin/ip", "route", "replace", "unreachable", layout.PodRange); err != nil {
		return nil, err
	}
	supervisor := &supervise.Supervisor{Reaper: reaper, Logs: layout.Logs}
	supervisor.Start(components.Containerd())
	go supervisor.RotateLogs(context.Background())
	return supervisor, nil
}

// until waits for what a component needs.
func until(holds func(context.Context) error) components.Waiting {
	return func(ctx context.Context) error { return readiness.Wait(ctx, holds) }
}

// node starts what every node runs, and stays until the engine asks it to stop.
func node(supervisor *supervise.Supervisor, name string, address net.IP, controlPlane bool, after components.Waiting) error {
	stopping := make(chan os.Signal, 1)
	signal.Notify(stopping, syscall.SIGTERM, syscall.SIGINT)

	supervisor.Start(components.Agent(name, address, controlPlane, after))
	supervisor.Start(components.Proxy(name, after))
	if err := loadSystemImage(supervisor.Reaper); err != nil {
		return err
	}
	supervisor.Start(components.Kubelet(name, address, after))

	log.Printf("%s: stopping", <-stopping)
	supervisor.Stop(graceKubelet, "kubelet")
	machine.EndPods(gracePods)
	supervisor.Stop(graceOthers, "node-agent", "kube-proxy", "kube-scheduler", "kube-controller-manager", "containerd")
	supervisor.Stop(graceAPI, "kube-apiserver")
	supervisor.Stop(graceEtcd, "etcd")
	return nil
}
