package network

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func node(name, podRange, address string) *core.Node {
	made := &core.Node{ObjectMeta: meta.ObjectMeta{Name: name}, Spec: core.NodeSpec{PodCIDR: podRange}}
	if address != "" {
		made.Status.Addresses = []core.NodeAddress{
			{Type: core.NodeHostName, Address: name}, {Type: core.NodeInternalIP, Address: address},
		}
	}
	return made
}

func TestPlan(t *testing.T) {
	plan := MakePlan("a", []*core.Node{
		node("a", "10.244.0.0/24", "172.18.0.2"),
		node("b", "10.244.1.0/24", "172.18.0.3"),
		node("has no range yet", "", "172.18.0.4"),
		node("has no address yet", "10.244.2.0/24", ""),
	})
	if !plan.Equal(Plan{Own: "10.244.0.0/24", Routes: map[string]string{"10.244.1.0/24": "172.18.0.3"}}) {
		t.Error(plan)
	}
}

func TestConfigIsJSONAndAppearsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.d", "a.conflist")
	for _, podRange := range []string{"10.244.0.0/24", "10.244.0.0/24", "10.244.7.0/24"} {
		if err := WriteConfig(path, podRange); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != string(Config("10.244.7.0/24")) || !json.Valid(text) {
		t.Error(err, string(text))
	}
	if beside, _ := filepath.Glob(filepath.Dir(path) + "/*.new"); len(beside) != 0 {
		t.Error(beside)
	}
}
