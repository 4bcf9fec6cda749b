package machine

import (
	"slices"
	"strings"
	"testing"
)

const (
	v1 = "5:cpuset:/docker/abc\n3:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n0::/docker/abc\n"
	v2 = "0::/\n"
)

func TestHierarchies(t *testing.T) {
	if found := hierarchies(v1); !slices.Equal(found, []string{"cpuset", "cpu,cpuacct", "name=systemd"}) {
		t.Error(found)
	}
	if found := hierarchies(v2); len(found) != 0 {
		t.Error(found)
	}
}

func TestAtRoot(t *testing.T) {
	if atRoot(v1) || !atRoot(v2) || !atRoot("4:memory:/\n0::/\n") {
		t.Error("wrong")
	}
}

func TestNameservers(t *testing.T) {
	text := "# a comment\nsearch lan\nnameserver 127.0.0.11\nnameserver ::1\noptions ndots:0\n"
	if found := nameservers(strings.NewReader(text)); !slices.Equal(found, []string{"127.0.0.11", "::1"}) {
		t.Error(found)
	}
}
