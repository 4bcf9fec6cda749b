package supervise

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// once: a process can have one reaper, as the second would take the first one's children.
var once = sync.OnceValues(NewReaper)

func supervisor(t *testing.T) *Supervisor {
	t.Helper()
	reaper, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return &Supervisor{Reaper: reaper, Logs: t.TempDir()}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for limit := time.Now().Add(10 * time.Second); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("not within 10 s: ", what)
		}
	}
}

func TestStartsAgainAndKeepsTheLog(t *testing.T) {
	s := supervisor(t)
	s.Start(Component{Name: "echo", Argv: []string{"/bin/sh", "-c", "echo run; exit 3"}})
	eventually(t, "a second run", func() bool {
		text, _ := os.ReadFile(filepath.Join(s.Logs, "echo.log"))
		return strings.Count(string(text), "run\n") >= 2
	})
	s.Stop(time.Second, "echo")
}

func TestStopKillsWhoIgnoresIt(t *testing.T) {
	s := supervisor(t)
	s.Start(Component{Name: "deaf", Argv: []string{"/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"}})
	eventually(t, "its start", func() bool {
		text, _ := os.ReadFile(filepath.Join(s.Logs, "deaf.log"))
		return bytes.Contains(text, []byte("up"))
	})
	began := time.Now()
	s.Stop(200*time.Millisecond, "deaf")
	if took := time.Since(began); took < 200*time.Millisecond || took > 5*time.Second {
		t.Error("stopped after ", took)
	}
}

func TestReapsOrphans(t *testing.T) {
	s := supervisor(t)
	output := filepath.Join(t.TempDir(), "pid")
	if err := s.Reaper.Run("/bin/sh", "-c", "sleep 0.2 & echo $! >"+output); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the end of the orphan", func() bool {
		pid, _ := os.ReadFile(output)
		_, err := os.Stat("/proc/" + strings.TrimSpace(string(pid)))
		return os.IsNotExist(err)
	})
}

func TestRunTellsOfFailure(t *testing.T) {
	s := supervisor(t)
	if err := s.Reaper.Run("/bin/sh", "-c", "kill -9 $$"); err == nil || !strings.Contains(err.Error(), "SIGKILL") {
		t.Error(err)
	}
	if err := s.Reaper.Run("/bin/sh", "-c", "exit 0"); err != nil {
		t.Error(err)
	}
}

func TestRotate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(path, []byte("0123456789"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := rotate(path, 5); err != nil {
		t.Fatal(err)
	}
	old, _ := os.ReadFile(path + ".1")
	if now, _ := os.ReadFile(path); len(now) != 0 || string(old) != "0123456789" {
		t.Errorf("%q, %q", now, old)
	}
}
