package readiness

import (
	"testing"
	"time"
)

func TestReady(t *testing.T) {
	started := time.Date(2026, 1, 1, 12, 0, 0, 400_000_000, time.UTC)
	at := func(status string, seconds int) []condition {
		beat := started.Truncate(time.Second).Add(time.Duration(seconds) * time.Second)
		return []condition{{Type: "DiskPressure", Status: "False"}, {Type: "Ready", Status: status, LastHeartbeatTime: beat}}
	}
	for what, given := range map[string]struct {
		conditions []condition
		ready      bool
	}{
		"in the second of its start": {at("True", 0), true},
		"before this run":            {at("True", -1), false},
		"not ready":                  {at("False", 5), false},
		"unknown":                    {at("Unknown", 5), false},
		"no report":                  {nil, false},
	} {
		if err := ready("n", given.conditions, started); (err == nil) != given.ready {
			t.Errorf("%s: %v", what, err)
		}
	}
}
