package addons

import (
	"slices"
	"strings"
	"testing"
)

func TestObjects(t *testing.T) {
	objects, err := Objects()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, object := range objects {
		found = append(found, object.GetKind()+"/"+object.GetName())
		if text, _ := object.MarshalJSON(); strings.Contains(string(text), "SYSTEM_IMAGE") || strings.Contains(string(text), "SERVICE_DNS") {
			t.Error("a word was not filled in: ", object.GetName())
		}
	}
	for _, wanted := range []string{"Deployment/coredns", "Deployment/metrics-server", "StorageClass/local-path", "ClusterRole/drydock:node-agent"} {
		if !slices.Contains(found, wanted) {
			t.Error("missing: ", wanted)
		}
	}
}
