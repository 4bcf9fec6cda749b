package storage

import (
	"errors"
	"os"
	"testing"

	core "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

func TestAVolumesLife(t *testing.T) {
	here, there := local{"a", t.TempDir()}, local{"b", "/nowhere"}
	claim := &core.PersistentVolumeClaim{ObjectMeta: meta.ObjectMeta{
		Name: "data", Namespace: "shop", Annotations: map[string]string{selectedNode: "a"},
	}}
	if !here.ShouldProvision(t.Context(), claim) || there.ShouldProvision(t.Context(), claim) {
		t.Error("the wrong node provisions")
	}
	policy := core.PersistentVolumeReclaimDelete
	volume, _, err := here.Provision(t.Context(), controller.ProvisionOptions{
		StorageClass: &storage.StorageClass{ReclaimPolicy: &policy}, PVName: "pvc-1", PVC: claim,
	})
	if err != nil {
		t.Fatal(err)
	}
	about, err := os.Stat(volume.Spec.HostPath.Path)
	if err != nil || about.Mode().Perm() != 0o777 {
		t.Error(err, about)
	}
	if !here.ShouldDelete(t.Context(), volume) || there.ShouldDelete(t.Context(), volume) {
		t.Error("the wrong node deletes")
	}
	if err := here.Delete(t.Context(), volume); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(volume.Spec.HostPath.Path); !os.IsNotExist(err) {
		t.Error("the folder is still there")
	}
}

func TestDeletesNothingElse(t *testing.T) {
	here := local{"a", t.TempDir()}
	for _, path := range []string{"/etc", here.folder, here.folder + "/x/../.."} {
		volume := &core.PersistentVolume{}
		volume.Spec.HostPath = &core.HostPathVolumeSource{Path: path}
		var ignored *controller.IgnoredError
		if err := here.Delete(t.Context(), volume); !errors.As(err, &ignored) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
