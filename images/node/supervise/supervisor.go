package supervise

import (
	"context"
	"log"
	"sync"
	"syscall"
	"time"
)

const (
	firstPause   = 500 * time.Millisecond // before a component that died starts again; doubled each time
	longestPause = 10 * time.Second
	steady       = 30 * time.Second // who has run for so long begins with the first pause again
)

// Component is a program that runs as long as the node does. After waits until it may start, and is asked each time.
type Component struct {
	Name        string
	Argv        []string
	Environment []string
	After       func(context.Context) error
}

// Supervisor keeps components running.
type Supervisor struct {
	Reaper *Reaper
	Logs   string // the folder of their logs

	mutex   sync.Mutex
	running map[string]*keeper
}

type keeper struct {
	stop  context.CancelFunc
	ended chan struct{}
	grace time.Duration
}

// Start begins to keep a component running. It returns at once.
func (s *Supervisor) Start(component Component) {
	ctx, stop := context.WithCancel(context.Background())
	kept := &keeper{stop: stop, ended: make(chan struct{})}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.running == nil {
		s.running = map[string]*keeper{}
	}
	s.running[component.Name] = kept
	go func() {
		defer close(kept.ended)
		s.keep(ctx, kept, component)
	}()
}

// Stop ends components, all at the same time, and returns when the last has ended. Who is not gone after `grace` is
// killed.
func (s *Supervisor) Stop(grace time.Duration, names ...string) {
	var ending []*keeper
	s.mutex.Lock()
	for _, name := range names {
		if kept, known := s.running[name]; known {
			kept.grace = grace
			kept.stop()
			ending = append(ending, kept)
		}
	}
	s.mutex.Unlock()
	for _, kept := range ending {
		<-kept.ended
	}
}

func (s *Supervisor) keep(ctx context.Context, kept *keeper, component Component) {
	pause := firstPause
	for ctx.Err() == nil {
		if component.After != nil {
			if err := component.After(ctx); err != nil {
				return // it was stopped before it began
			}
		}
		began := time.Now()
		outcome := s.runOnce(ctx, kept, component)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > steady {
			pause = firstPause
		}
		log.Printf("%s: %s; it starts again in %s, its log is %s", component.Name, outcome, pause, s.logPath(component.Name))
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// runOnce runs a component until it ends or is stopped, and says how it ended.
func (s *Supervisor) runOnce(ctx context.Context, kept *keeper, component Component) string {
	output, err := s.openLog(component.Name)
	if err != nil {
		return err.Error()
	}
	defer output.Close()
	child, err := s.Reaper.Start(component.Argv, component.Environment, output)
	if err != nil {
		return err.Error()
	}
	log.Printf("%s: started", component.Name)
	select {
	case status := <-child.Ended:
		return Describe(status)
	case <-ctx.Done():
	}
	child.Signal(syscall.SIGTERM)
	select {
	case status := <-child.Ended:
		return Describe(status)
	case <-time.After(kept.grace):
	}
	child.Signal(syscall.SIGKILL)
	return Describe(<-child.Ended)
}
