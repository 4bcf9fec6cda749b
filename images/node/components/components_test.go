package components

import (
	"net"
	"slices"
	"strings"
	"testing"
)

func TestNoComponentSwitchesDefaultsOff(t *testing.T) {
	for _, option := range APIServer(net.IPv4(172, 18, 0, 2)).Argv {
		if strings.HasPrefix(option, "--disable-admission-plugins") || strings.HasPrefix(option, "--feature-gates") {
			t.Error(option)
		}
	}
}

func TestOnlyTheControlPlaneHasAddOns(t *testing.T) {
	for controlPlane, expected := range map[bool]bool{true: true, false: false} {
		if agent := Agent("n", net.IPv4(172, 18, 0, 2), controlPlane, nil); slices.Contains(agent.Argv, "--add-ons") != expected {
			t.Error(agent.Argv)
		}
	}
}
