// Command node is the first process of a node's container, and what is asked about the node from outside.
//
// It is a program of its own, without Kubernetes' packages: it stays small as process 1, and answers in milliseconds.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"drydock.dev/node/layout"
)

const usage = `usage: node control-plane      run the control plane, which is a node as well (the container's command)
       node worker NAME        run a node that joins the control plane in the container NAME
       node ready [--wait S]   exit 0 when this node is of use; else say what is awaited, and exit 1
       node issue NAME         print a tar of what the worker NAME needs in /etc/kubernetes
       node version            print Kubernetes' version
`

var errUsage = errors.New(strings.TrimSpace(usage))

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	log.SetPrefix("node: ")
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		if errors.Is(err, errUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) == 1 && arguments[0] == "control-plane":
		return controlPlane()
	case len(arguments) == 2 && arguments[0] == "worker":
		return worker(arguments[1])
	case len(arguments) == 1 && arguments[0] == "ready":
		return isReady(0)
	case len(arguments) == 3 && arguments[0] == "ready" && arguments[1] == "--wait":
		limit, err := time.ParseDuration(arguments[2] + "s")
		if err != nil {
			return errUsage
		}
		return isReady(limit)
	case len(arguments) == 2 && arguments[0] == "issue":
		return issue(os.Stdout, arguments[1])
	case len(arguments) == 1 && arguments[0] == "version":
		return version(os.Stdout)
	}
	return errUsage
}

// controlPlaneFile holds the control plane's name, for who asks about the node later.
var controlPlaneFile = filepath.Join(layout.Config, "control-plane")

// savedServer is where this node finds the API server.
func savedServer() (string, error) {
	name, err := os.ReadFile(controlPlaneFile)
	if err != nil {
		return "", errors.New("the node is being prepared")
	}
	return server(strings.TrimSpace(string(name))), nil
}

func server(host string) string { return "https://" + host + ":" + layout.APIPort }
