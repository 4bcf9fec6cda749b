// Package supervise starts the components of a node, starts those again that die, and ends all in order.
package supervise

import (
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Reaper does what process 1 has to: it takes in the exit of every child, and also of processes whose parent has
// ended before them. Nobody else in this program may wait for a child: whoever waits for any takes theirs away.
type Reaper struct {
	mutex    sync.Mutex
	children map[int]chan syscall.WaitStatus
}

// Child is a process that was started here. Ended yields its exit status once.
type Child struct {
	PID    int
	Ended  <-chan syscall.WaitStatus
	reaper *Reaper
}

// NewReaper starts to take in the exits of children.
func NewReaper() (*Reaper, error) {
	// As process 1 it would get them anyhow; with an init before it (docker run --init) it asks for them.
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return nil, fmt.Errorf("become the reaper of orphans: %w", err)
	}
	reaper := &Reaper{children: map[int]chan syscall.WaitStatus{}}
	exits := make(chan os.Signal, 1)
	signal.Notify(exits, syscall.SIGCHLD)
	go func() {
		for range exits {
			reaper.collect()
		}
	}()
	return reaper, nil
}

// Start starts a program in a session of its own, with nothing to read. The lock keeps an exit from being taken in before
// its process is known.
func (r *Reaper) Start(argv, environment []string, output *os.File) (*Child, error) {
	nothing, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer nothing.Close()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	process, err := os.StartProcess(argv[0], argv, &os.ProcAttr{
		Env:   append(os.Environ(), environment...),
		Files: []*os.File{nothing, output, output},
		Sys:   &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return nil, err
	}
	ended := make(chan syscall.WaitStatus, 1)
	r.children[process.Pid] = ended
	child := &Child{PID: process.Pid, Ended: ended, reaper: r}
	return child, process.Release()
}

// Run runs a program to its end, with its output in this program's own. Any exit but 0 is an error.
func (r *Reaper) Run(argv ...string) error {
	child, err := r.Start(argv, nil, os.Stderr)
	if err != nil {
		return err
	}
	if status := <-child.Ended; status.ExitStatus() != 0 {
		return fmt.Errorf("%v: %s", argv, Describe(status))
	}
	return nil
}

// Signal sends a signal, unless the process has ended: by then its number can be another's.
func (c *Child) Signal(signal syscall.Signal) {
	c.reaper.mutex.Lock()
	defer c.reaper.mutex.Unlock()
	if _, alive := c.reaper.children[c.PID]; alive {
		_ = syscall.Kill(c.PID, signal)
	}
}

func (r *Reaper) collect() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		if ended, ours := r.children[pid]; ours {
			delete(r.children, pid)
			ended <- status
		}
	}
}

// Describe says in words how a process ended.
func Describe(status syscall.WaitStatus) string {
	if status.Signaled() {
		return fmt.Sprintf("killed by %s", unix.SignalName(status.Signal()))
	}
	return fmt.Sprintf("exit status %d", status.ExitStatus())
}
