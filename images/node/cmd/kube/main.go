// Command kube is every component of a node in one program, chosen by the name that it is called by. They share most
// of their packages, so that together they are hardly larger than the largest, and the machine holds them once.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	_ "time/tzdata" // CronJobs have time zones

	"github.com/coredns/coredns/coremain"
	"github.com/spf13/cobra"
	"k8s.io/apiserver/pkg/server"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubectl's ways to sign in elsewhere
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
	metrics "sigs.k8s.io/metrics-server/cmd/metrics-server/app"

	"drydock.dev/node/agent"
)

var components = map[string]func() int{
	"kube-apiserver":          command(apiserver.NewAPIServerCommand),
	"kube-controller-manager": command(controllers.NewControllerManagerCommand),
	"kube-scheduler":          command(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kube-proxy":              command(proxy.NewProxyCommand),
	// It listens for signals itself; a context that does as well would be the second, and that is a panic.
	"kubelet":        command(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
	"kubectl":        command(func() *cobra.Command { return kubectl.NewDefaultKubectlCommand() }),
	"metrics-server": metricsServer,
	"coredns":        func() int { coremain.Run(); return 0 },
	"node-agent":     agent.Main,
}

func command(make func() *cobra.Command) func() int {
	return func() int { return cli.Run(make()) }
}

// metricsServer has its own options for logs, so it is not run as the others.
func metricsServer() int {
	defer logs.FlushLogs()
	if metrics.NewMetricsServerCommand(server.SetupSignalHandler()).Execute() != nil {
		return 1
	}
	return 0
}

func main() {
	name := filepath.Base(os.Args[0])
	run, known := components[name]
	if !known {
		names := strings.Join(slices.Sorted(maps.Keys(components)), ", ")
		fmt.Fprintf(os.Stderr, "kube: called as %q; link it as one of %s\n", name, names)
		os.Exit(2)
	}
	os.Exit(run())
}
