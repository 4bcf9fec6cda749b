package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"drydock.dev/node/layout"
	"drydock.dev/node/supervise"
	"drydock.dev/node/systemimage"
)

const (
	containerdTime = 30 * time.Second // until a containerd that does not answer counts as failed
	imageFile      = "/run/system-image.tar"
	imageLoaded    = "/var/lib/containerd/system-image-loaded"
)

// loadSystemImage gives containerd the image of the cluster's own Pods, unless a run before this one has.
func loadSystemImage(reaper *supervise.Reaper) error {
	if err := awaitContainerd(); err != nil {
		return err
	}
	if _, err := os.Stat(imageLoaded); err == nil {
		return nil
	}
	file, err := os.Create(imageFile)
	if err != nil {
		return err
	}
	defer os.Remove(imageFile)
	if err := errors.Join(systemimage.Write(file, layout.Programs+"/pause"), file.Close()); err != nil {
		return err
	}
	if err := reaper.Run("/usr/bin/ctr", "--namespace=k8s.io", "images", "import", imageFile); err != nil {
		return err
	}
	return os.WriteFile(imageLoaded, nil, 0o644)
}

func awaitContainerd() error {
	for limit := time.Now().Add(containerdTime); ; time.Sleep(50 * time.Millisecond) {
		connection, err := net.Dial("unix", layout.Containerd)
		if err == nil {
			return connection.Close()
		}
		if time.Now().After(limit) {
			return fmt.Errorf("containerd does not answer, its log is %s/containerd.log: %w", layout.Logs, err)
		}
	}
}
