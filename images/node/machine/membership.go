package machine

import "strings"

// membership is a line of /proc/PID/cgroup: a hierarchy's controllers (none on cgroup v2), and the group in it.
type membership struct{ controllers, path string }

// memberships reads /proc/PID/cgroup. Source: cgroups(7).
func memberships(text string) []membership {
	var found []membership
	for line := range strings.Lines(text) {
		if fields := strings.SplitN(strings.TrimSpace(line), ":", 3); len(fields) == 3 {
			found = append(found, membership{fields[1], fields[2]})
		}
	}
	return found
}

// atRoot tells whether a process is in the root group of each hierarchy, as far as its namespace shows.
func atRoot(text string) bool {
	for _, member := range memberships(text) {
		if member.path != "/" {
			return false
		}
	}
	return true
}

// hierarchies are the controllers of each hierarchy of cgroup v1.
func hierarchies(text string) []string {
	var found []string
	for _, member := range memberships(text) {
		if member.controllers != "" {
			found = append(found, member.controllers)
		}
	}
	return found
}
