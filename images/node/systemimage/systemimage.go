// Package systemimage makes the image that the cluster's own Pods start from, so that no registry is ever asked.
//
// It holds the pause program alone. CoreDNS and metrics-server are the node's own files, which their Pods mount: one
// program of 150 MB, once on the disk and once in the memory.
package systemimage

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"

	"drydock.dev/node/layout"
)

// Write writes the image as an archive, as `docker save` does.
// Source: moby, image/spec/spec.md, "Combined Image JSON + Filesystem Changeset Format".
func Write(to io.Writer, pause string) error {
	program, err := os.ReadFile(pause)
	if err != nil {
		return err
	}
	var layer bytes.Buffer
	if err := archive(&layer, entry{"pause", program, 0o755}); err != nil {
		return err
	}
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"Entrypoint": []string{"/pause"}},
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer.Bytes()))}},
	})
	if err != nil {
		return err
	}
	manifest, err := json.Marshal([]map[string]any{
		{"Config": "config.json", "RepoTags": []string{layout.SystemImage}, "Layers": []string{"layer.tar"}},
	})
	if err != nil {
		return err
	}
	return archive(to, entry{"manifest.json", manifest, 0o644}, entry{"config.json", config, 0o644}, entry{"layer.tar", layer.Bytes(), 0o644})
}

type entry struct {
	name    string
	content []byte
	mode    int64
}

func archive(to io.Writer, entries ...entry) error {
	writer := tar.NewWriter(to)
	for _, each := range entries {
		header := &tar.Header{Name: each.name, Mode: each.mode, Size: int64(len(each.content))}
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
		if _, err := writer.Write(each.content); err != nil {
			return err
		}
	}
	return writer.Close()
}
