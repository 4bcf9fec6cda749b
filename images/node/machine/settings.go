package machine

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// settings are the kernel's for this container's network: a node forwards between Pods, and answers on the loopback
// addresses that hostPorts are published at.
var settings = map[string]string{
	"net/ipv4/ip_forward":              "1",
	"net/ipv4/conf/all/route_localnet": "1",
	"net/ipv4/conf/all/rp_filter":      "0",
}

func sysctls() error {
	var failed []error
	for name, value := range settings {
		if err := os.WriteFile(filepath.Join("/proc/sys", name), []byte(value), 0o644); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// identify gives the node an id of its own: all containers of an image would have the same. It stays on the volume.
// Source: machine-id(5).
func identify() error {
	const kept = "/var/lib/kubernetes/machine-id"
	id, err := os.ReadFile(kept)
	if errors.Is(err, fs.ErrNotExist) {
		random := make([]byte, 16)
		if _, err := rand.Read(random); err != nil {
			return err
		}
		id = []byte(hex.EncodeToString(random) + "\n")
		if err := os.MkdirAll(filepath.Dir(kept), 0o700); err != nil {
			return err
		}
		err = os.WriteFile(kept, id, 0o644)
	}
	if err != nil {
		return err
	}
	return os.WriteFile("/etc/machine-id", id, 0o644)
}

// forget removes what the last run of this node left and that no longer holds: addresses lent to Pods whose network
// namespaces are gone with /run, and the Pods' groups, if the engine kept the container's.
func forget() error {
	// Also /var/run: on a volume it is a folder, where it must lead to the tmpfs.
	for _, path := range []string{"/var/lib/cni", "/var/run"} {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	if err := os.Symlink("/run", "/var/run"); err != nil {
		return err
	}
	folders, err := filepath.Glob(groups + "/*/kubepods*")
	if err != nil {
		return err
	}
	unified, err := filepath.Glob(groups + "/kubepods*")
	if err != nil {
		return err
	}
	for _, folder := range append(folders, unified...) {
		if err := removeGroup(folder); err != nil {
			return fmt.Errorf("remove the group of an earlier run's Pods: %w", err)
		}
	}
	return nil
}

// removeGroup removes a group and those in it, from the innermost: their files can't be removed, and need not be.
func removeGroup(folder string) error {
	var inside []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			inside = append([]string{path}, inside...)
		}
		return err
	})
	for _, path := range inside {
		if failed := os.Remove(path); failed != nil && !strings.Contains(failed.Error(), "no such file") {
			err = errors.Join(err, failed)
		}
	}
	return err
}
