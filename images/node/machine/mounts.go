package machine

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mounts makes writable what an engine mounts read-only where a container is not privileged, and lets mounts spread:
// the kubelet mounts a volume, and the Pod's mount namespace must see it.
// Source: "Mount propagation", Kubernetes documentation, Storage > Volumes.
func mounts() error {
	for _, path := range []string{"/proc/sys", "/sys"} {
		if err := writable(path); err != nil {
			return err
		}
	}
	if err := unix.Mount("", "/", "", unix.MS_SHARED|unix.MS_REC, ""); err != nil {
		return fmt.Errorf("share the mounts: %w", err)
	}
	return nil
}

func writable(path string) error {
	if !readOnly(path) {
		return nil
	}
	remount := func(flags uintptr) error {
		return unix.Mount("", path, "", unix.MS_REMOUNT|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|flags, "")
	}
	// /sys is a mount of its own; /proc/sys is a bind mount of a part of /proc.
	if err := errors.Join(remount(0), remount(unix.MS_BIND)); readOnly(path) {
		return fmt.Errorf("make %s writable: %w", path, err)
	}
	return nil
}

func readOnly(path string) bool {
	var about unix.Statfs_t
	return unix.Statfs(path, &about) == nil && about.Flags&unix.ST_RDONLY != 0
}

// mountAt mounts a pseudo file system on a folder, which is made.
func mountAt(kind, folder, options string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(kind, folder, kind, unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, options); err != nil {
		return fmt.Errorf("mount %s on %s: %w", kind, folder, err)
	}
	return nil
}
