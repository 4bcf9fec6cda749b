package supervise

import (
	"context"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"
)

const (
	logLimit = 4 << 20 // bytes of a log, and of the older one beside it
	logWatch = 15 * time.Second
)

func (s *Supervisor) logPath(name string) string { return filepath.Join(s.Logs, name+".log") }

// openLog opens a component's log to append. A component writes to the file itself: nothing of this program stands
// between, whose end would take the log along.
func (s *Supervisor) openLog(name string) (*os.File, error) {
	if err := os.MkdirAll(s.Logs, 0o755); err != nil {
		return nil, err
	}
	return os.OpenFile(s.logPath(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
}

// RotateLogs keeps each log at a few MiB: the older part goes to NAME.log.1, and the file begins anew. The component
// has it open for appending, so that it goes on at the new end.
func (s *Supervisor) RotateLogs(ctx context.Context) {
	ticks := time.NewTicker(logWatch)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		paths, _ := filepath.Glob(filepath.Join(s.Logs, "*.log"))
		for _, path := range paths {
			if err := rotate(path, logLimit); err != nil {
				log.Printf("rotate %s: %s", path, err)
			}
		}
	}
}

func rotate(path string, limit int64) error {
	about, err := os.Stat(path)
	if err != nil || about.Size() <= limit {
		return err
	}
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.Create(path + ".1")
	if err != nil {
		return err
	}
	defer to.Close()
	if _, err := io.Copy(to, from); err != nil {
		return err
	}
	return os.Truncate(path, 0)
}
