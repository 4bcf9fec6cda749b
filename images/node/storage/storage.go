// Package storage makes PersistentVolumes for claims of the class `local-path`: folders on the node's own disk.
//
// Each node serves the claims whose Pod the scheduler has put there, and so needs no helper Pod on another node, as
// rancher's local-path-provisioner does, whose class and annotations it is otherwise like. The work of a
// provisioner's controller is sig-storage-lib-external-provisioner's.
package storage

import (
	"context"
	"os"
	"path/filepath"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const (
	// Provisioner is what the StorageClass names.
	Provisioner = "drydock.dev/local-path"
	// Folder is where the volumes lie on a node.
	Folder = "/var/lib/local-path"

	selectedNode = "volume.kubernetes.io/selected-node" // set by the scheduler on a claim
)

// Run serves this node's claims until the context ends.
func Run(ctx context.Context, client kubernetes.Interface, node string) {
	controller.NewProvisionController(
		ctx, client, Provisioner, local{node: node, folder: Folder},
		controller.LeaderElection(false), // each node has claims of its own
		controller.MetricsPort(0),
	).Run(ctx)
}

// local is a node's provisioner.
type local struct{ node, folder string }

// ShouldProvision takes the claims whose Pod was put on this node.
func (l local) ShouldProvision(_ context.Context, claim *core.PersistentVolumeClaim) bool {
	return claim.Annotations[selectedNode] == l.node
}

// Provision makes the folder. Anybody may write there: a Pod's user is not known, and no other Pod sees it.
func (l local) Provision(_ context.Context, options controller.ProvisionOptions) (*core.PersistentVolume, controller.ProvisioningState, error) {
	claim := options.PVC
	path := filepath.Join(l.folder, options.PVName+"_"+claim.Namespace+"_"+claim.Name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	if err := os.Chmod(path, 0o777); err != nil { // not cut by the umask
		return nil, controller.ProvisioningFinished, err
	}
	kind := core.HostPathDirectoryOrCreate
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: options.PVName},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			AccessModes:                   claim.Spec.AccessModes,
			VolumeMode:                    claim.Spec.VolumeMode,
			Capacity:                      core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			PersistentVolumeSource:        core.PersistentVolumeSource{HostPath: &core.HostPathVolumeSource{Path: path, Type: &kind}},
			NodeAffinity:                  on(l.node),
		},
	}, controller.ProvisioningFinished, nil
}

// ShouldDelete takes the volumes that lie on this node.
func (l local) ShouldDelete(_ context.Context, volume *core.PersistentVolume) bool {
	affinity := volume.Spec.NodeAffinity
	if affinity == nil || affinity.Required == nil {
		return false
	}
	for _, term := range affinity.Required.NodeSelectorTerms {
		for _, each := range term.MatchExpressions {
			if each.Key == core.LabelHostname && len(each.Values) == 1 && each.Values[0] == l.node {
				return true
			}
		}
	}
	return false
}

// Delete removes the folder with all that is in it.
func (l local) Delete(_ context.Context, volume *core.PersistentVolume) error {
	source := volume.Spec.HostPath
	if source == nil || filepath.Dir(filepath.Clean(source.Path)) != l.folder {
		return &controller.IgnoredError{Reason: "it is no folder of this provisioner"}
	}
	return os.RemoveAll(filepath.Clean(source.Path))
}

func on(node string) *core.VolumeNodeAffinity {
	return &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
		MatchExpressions: []core.NodeSelectorRequirement{
			{Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{node}},
		},
	}}}}
}
