// Package addons brings into the cluster what a cluster of the course has beyond Kubernetes itself: the manifests of
// this folder and the Gateway API's resource definitions, by server-side apply.
package addons

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"

	"drydock.dev/node/layout"
)

//go:embed manifests/*.yaml
var manifests embed.FS

// owner is whose fields the applied ones are. What a learner changes by hand stays theirs until the next start.
const owner = "drydock"

// Apply applies the manifests in the order of their names.
func Apply(ctx context.Context, config *rest.Config) error {
	objects, err := Objects()
	if err != nil {
		return err
	}
	return apply(ctx, config, objects)
}

// ApplyGatewayAPI applies the Gateway API's resource definitions. They are a megabyte, with which the API server is
// busy for some seconds.
func ApplyGatewayAPI(ctx context.Context, config *rest.Config) error {
	text, err := os.ReadFile(layout.GatewayAPI)
	if err != nil {
		return err
	}
	objects, err := decode(text)
	if err != nil {
		return fmt.Errorf("%s: %w", layout.GatewayAPI, err)
	}
	return apply(ctx, config, objects)
}

func apply(ctx context.Context, config *rest.Config, objects []*unstructured.Unstructured) error {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	discoverer, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	groups, err := restmapper.GetAPIGroupResources(discoverer)
	if err != nil {
		return err
	}
	mapper := restmapper.NewDiscoveryRESTMapper(groups)
	force := meta.PatchOptions{FieldManager: owner, Force: new(true)}
	for _, object := range objects {
		kind := object.GroupVersionKind()
		mapping, err := mapper.RESTMapping(kind.GroupKind(), kind.Version)
		if err != nil {
			return err
		}
		text, err := object.MarshalJSON()
		if err != nil {
			return err
		}
		resource := client.Resource(mapping.Resource).Namespace(object.GetNamespace())
		if _, err := resource.Patch(ctx, object.GetName(), types.ApplyPatchType, text, force); err != nil {
			return fmt.Errorf("apply %s %s: %w", kind.Kind, object.GetName(), err)
		}
	}
	return nil
}

// Label gives the control plane's Node its role, which a kubelet may not claim for itself.
func Label(ctx context.Context, config *rest.Config, name string) error {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	patch := []byte(`{"metadata": {"labels": {"node-role.kubernetes.io/control-plane": ""}}}`)
	nodes := schema.GroupVersionResource{Version: "v1", Resource: "nodes"}
	_, err = client.Resource(nodes).Patch(ctx, name, types.MergePatchType, patch, meta.PatchOptions{})
	return err
}

// Objects reads the manifests.
func Objects() ([]*unstructured.Unstructured, error) {
	entries, err := manifests.ReadDir("manifests")
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	for _, entry := range entries { // sorted by name
		text, err := manifests.ReadFile("manifests/" + entry.Name())
		if err != nil {
			return nil, err
		}
		text = bytes.ReplaceAll(text, []byte("SYSTEM_IMAGE"), []byte(layout.SystemImage))
		text = bytes.ReplaceAll(text, []byte("SERVICE_DNS"), []byte(layout.ServiceDNS))
		found, err := decode(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		objects = slices.Concat(objects, found)
	}
	return objects, nil
}

func decode(text []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := decoder.Decode(&object.Object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if object.Object != nil {
			objects = append(objects, object)
		}
	}
}
