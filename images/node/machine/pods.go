package machine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// EndPods asks every process of a Pod to end, and kills those that are still there after `grace`. The kubelet must
// have ended before, else it starts them again. Its own way, `kubectl drain`, would take them off this node.
func EndPods(grace time.Duration) {
	signalAll(syscall.SIGTERM)
	for limit := time.Now().Add(grace); len(podProcesses()) > 0 && time.Now().Before(limit); {
		time.Sleep(50 * time.Millisecond)
	}
	signalAll(syscall.SIGKILL)
}

func signalAll(signal syscall.Signal) {
	for _, process := range podProcesses() {
		_ = syscall.Kill(process, signal) // it may have ended meanwhile
	}
}

// podProcesses are the processes whose group lies in the kubelet's. The pause program of each Pod is one of them.
func podProcesses() []int {
	paths, _ := filepath.Glob("/proc/[0-9]*/cgroup")
	var found []int
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(text), "/kubepods") {
			continue
		}
		if process, err := strconv.Atoi(filepath.Base(filepath.Dir(path))); err == nil {
			found = append(found, process)
		}
	}
	return found
}
