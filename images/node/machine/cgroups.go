package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	groups = "/sys/fs/cgroup"
	again  = "NODE_ISOLATED" // set in the environment once this program has replaced itself
)

// isolate moves this program into a cgroup namespace of its own, in which the container's group is the root. So the
// Pods' groups lie inside the container's: its limits hold for them, `docker stats` counts them, and its end removes
// them. On cgroup v1 engines put a container into the machine's namespace; on v2 they make one already.
//
// A namespace is a thread's, and this program has several. It takes the new one along by executing itself.
// Source: cgroup_namespaces(7).
func isolate() error {
	if os.Getenv(again) != "" {
		return os.Unsetenv(again)
	}
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return err
	}
	if atRoot(string(own)) {
		return nil
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
		return err
	}
	return unix.Exec(program, os.Args, append(os.Environ(), again+"=1"))
}

// cgroups mounts the hierarchies as this namespace sees them, and makes the root ready to have limited children.
func cgroups() error {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return err
	}
	var about unix.Statfs_t
	if err := unix.Statfs(groups, &about); err != nil {
		return err
	}
	// What the engine mounted goes: it shows another namespace's groups, and would be found first.
	if err := unix.Unmount(groups, unix.MNT_DETACH); err != nil && err != unix.EINVAL {
		return fmt.Errorf("unmount %s: %w", groups, err)
	}
	if about.Type == unix.CGROUP2_SUPER_MAGIC {
		if err := mountAt("cgroup2", groups, ""); err != nil {
			return err
		}
		return unified()
	}
	if err := mountAt("tmpfs", groups, "mode=755"); err != nil {
		return err
	}
	for _, controllers := range hierarchies(string(own)) {
		if err := hierarchy(controllers); err != nil {
			return err
		}
	}
	return nil
}

// hierarchy mounts one hierarchy of cgroup v1. Controllers that share one are also reached by their single names.
func hierarchy(controllers string) error {
	folder := filepath.Join(groups, strings.TrimPrefix(controllers, "name="))
	if err := mountAt("cgroup", folder, controllers); err != nil {
		return err
	}
	for _, single := range strings.Split(controllers, ",") {
		if single == "cpuset" { // a new group has no processors until somebody gives it some
			if err := os.WriteFile(filepath.Join(folder, "cgroup.clone_children"), []byte("1"), 0o644); err != nil {
				return err
			}
		}
		if single != controllers {
			if err := os.Symlink(controllers, filepath.Join(groups, single)); err != nil {
				return err
			}
		}
	}
	return nil
}

// unified prepares cgroup v2. A group with processes in it can't have limited children, so all of them move into a
// child first. Source: kernel documentation, cgroup v2, "No Internal Process Constraint".
func unified() error {
	child := filepath.Join(groups, "init")
	if err := os.MkdirAll(child, 0o755); err != nil {
		return err
	}
	processes, err := os.ReadFile(filepath.Join(groups, "cgroup.procs"))
	if err != nil {
		return err
	}
	for _, process := range strings.Fields(string(processes)) {
		// One that has ended meanwhile needs no moving.
		_ = os.WriteFile(filepath.Join(child, "cgroup.procs"), []byte(process), 0o644)
	}
	available, err := os.ReadFile(filepath.Join(groups, "cgroup.controllers"))
	if err != nil {
		return err
	}
	for _, controller := range strings.Fields(string(available)) {
		if err := os.WriteFile(filepath.Join(groups, "cgroup.subtree_control"), []byte("+"+controller), 0o644); err != nil {
			return fmt.Errorf("enable %s: %w", controller, err)
		}
	}
	return nil
}
