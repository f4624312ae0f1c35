// What a Go program does that pushes Helm charts with oras-go: it reads a list of archives, takes the metadata out of
// each, and pushes config, layer and manifest as Helm does.
//
//	oras-go <list.json> <registry>/<parent> <how many at a time>
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/content/memory"
	"oras.land/oras-go/v2/registry/remote"
	"sigs.k8s.io/yaml"
)

type chart struct{ Archive string }

type metadata struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	check(err)
	var charts []chart
	check(json.Unmarshal(text, &charts))
	parallel, err := strconv.Atoi(os.Args[3])
	check(err)

	queue := make(chan string)
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for archive := range queue {
				check(push(context.Background(), archive, os.Args[2]))
			}
		})
	}
	for _, each := range charts {
		queue <- each.Archive
	}
	close(queue)
	workers.Wait()
}

func push(ctx context.Context, archive string, parent string) error {
	layer, err := os.ReadFile(archive)
	if err != nil {
		return err
	}
	config, meta, err := readMetadata(layer)
	if err != nil {
		return err
	}
	store := memory.New()
	configDescriptor := content.NewDescriptorFromBytes("application/vnd.cncf.helm.config.v1+json", config)
	layerDescriptor := content.NewDescriptorFromBytes("application/vnd.cncf.helm.chart.content.v1.tar+gzip", layer)
	manifest, err := json.Marshal(ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2},
		Config:    configDescriptor,
		Layers:    []ocispec.Descriptor{layerDescriptor},
		Annotations: map[string]string{
			"org.opencontainers.image.title":   meta.Name,
			"org.opencontainers.image.version": meta.Version,
		},
	})
	if err != nil {
		return err
	}
	root := content.NewDescriptorFromBytes(ocispec.MediaTypeImageManifest, manifest)
	for descriptor, blob := range map[*ocispec.Descriptor][]byte{&configDescriptor: config, &layerDescriptor: layer} {
		if err := store.Push(ctx, *descriptor, bytes.NewReader(blob)); err != nil {
			return err
		}
	}
	if err := store.Push(ctx, root, bytes.NewReader(manifest)); err != nil {
		return err
	}
	tag := strings.ReplaceAll(meta.Version, "+", "_")
	if err := store.Tag(ctx, root, tag); err != nil {
		return err
	}
	repository, err := remote.NewRepository(parent + "/" + meta.Name)
	if err != nil {
		return err
	}
	repository.PlainHTTP = true
	_, err = oras.Copy(ctx, store, tag, repository, tag, oras.DefaultCopyOptions)
	return err
}

func readMetadata(archive []byte) ([]byte, metadata, error) {
	var meta metadata
	inflated, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, meta, err
	}
	for entries := tar.NewReader(inflated); ; {
		header, err := entries.Next()
		if err != nil {
			return nil, meta, err
		}
		if path.Base(header.Name) != "Chart.yaml" || strings.Count(header.Name, "/") != 1 {
			continue
		}
		text, err := io.ReadAll(entries)
		if err != nil {
			return nil, meta, err
		}
		config, err := yaml.YAMLToJSON(text)
		if err != nil {
			return nil, meta, err
		}
		return config, meta, json.Unmarshal(config, &meta)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
