package main

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"drydock.dev/node/certificates"
	"drydock.dev/node/layout"
	"drydock.dev/node/readiness"
)

// isReady is nil when the node is of use, else the error says what is awaited. It looks again for as long as `limit`.
func isReady(limit time.Duration) error {
	look := func(ctx context.Context) error {
		where, err := savedServer()
		if err != nil {
			return err
		}
		return readiness.All(ctx, where)
	}
	if limit == 0 {
		return look(context.Background())
	}
	deadline := time.Now().Add(limit)
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	return readiness.Wait(ctx, func(context.Context) error { return look(context.Background()) })
}

// issue writes what a worker needs in /etc/kubernetes before it starts.
func issue(to io.Writer, name string) error {
	authority, err := certificates.Load(layout.Kept, certificates.AuthorityName)
	if err != nil {
		return fmt.Errorf("only a control plane can issue certificates: %w", err)
	}
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	files, err := authority.Node(name, server(host))
	if err != nil {
		return err
	}
	writer := tar.NewWriter(to)
	if err := writer.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "pki/", Mode: 0o700}); err != nil {
		return err
	}
	for _, file := range files {
		header := &tar.Header{Name: file.Path, Mode: int64(file.Mode), Size: int64(len(file.Content)), ModTime: time.Now()}
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
		if _, err := writer.Write(file.Content); err != nil {
			return err
		}
	}
	return writer.Close()
}

// version asks a component, as only those know what they were built from.
func version(to io.Writer) error {
	output, err := exec.Command(layout.Programs+"/kubelet", "--version").Output()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(to, strings.TrimPrefix(strings.TrimSpace(string(output)), "Kubernetes "))
	return err
}
