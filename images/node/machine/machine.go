// Package machine prepares a container to be a node: what systemd and a distribution do on a computer.
//
// Nothing here knows of Kubernetes beyond the places that its components write to. The engine either starts the
// container privileged, or gives it single capabilities; what is missing then is made up for here.
package machine

import (
	"fmt"
	"log"
	"os"
	"syscall"

	"drydock.dev/node/layout"
)

// openFiles is how many files a component may have open: etcd and containerd want more than the usual 1024.
const openFiles = 65536

// Prepare makes the container ready for the components. It may replace this program by itself, once (see isolate).
func Prepare() error {
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"a cgroup namespace", isolate},
		{"cgroups", cgroups},
		{"mounts", mounts},
		{"/dev/kmsg", kernelLog},
		{"open files", raiseOpenFiles},
		{"the machine's id", identify},
		{"what the last run left", forget},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("prepare %s: %w", step.what, err)
		}
	}
	if err := sysctls(); err != nil {
		log.Printf("%s; the engine's own values stay", err)
	}
	return os.WriteFile(layout.Started, nil, 0o644)
}

func raiseOpenFiles() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	limit.Cur = min(limit.Max, openFiles)
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}

// kernelLog gives the kubelet the kernel's log, where it looks for the kernel's out-of-memory kills. An engine that
// passes no device gets an empty stand-in: without the file the kubelet does not start.
// Source: kind, images/base/files/usr/local/bin/entrypoint, fix_kmsg.
func kernelLog() error {
	if _, err := os.Stat("/dev/kmsg"); err == nil {
		return nil
	}
	return os.Symlink("/dev/null", "/dev/kmsg")
}
