// Runs Helm's own code on charts: reads paths of folders and archives, and writes what Helm decides about each.
// With the argument "entries" it writes what Go and Helm read in archives.
package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"regexp"
)

type question struct {
	// A chart folder, which is packed, or an archive, which is loaded and packed again.
	Path string `json:"path"`
	// The archive that another program packed of it.
	Ours string `json:"ours,omitempty"`
}

type answer struct {
	Helm3 decisions `json:"helm3"`
	Helm4 decisions `json:"helm4"`
}

type decisions struct {
	Theirs decision  `json:"theirs"`
	Ours   *decision `json:"ours,omitempty"`
}

type decision struct {
	Refusal string `json:"refusal,omitempty"`
	// Why an archive that was loaded cannot be packed again.
	NotPacked string `json:"notPacked,omitempty"`
	// The chart and its subcharts as they were read, and as they are read again after packing: the packing of Helm itself
	// changes some.
	Loaded []chart `json:"loaded,omitempty"`
	Packed []chart `json:"packed,omitempty"`
	// Of the packed archive.
	Entries []entry `json:"entries,omitempty"`
}

type chart struct {
	Path string `json:"path"`
	// As in the config of a push.
	Metadata string `json:"metadata"`
	Lock     string `json:"lock"`
}

// No digest for Chart.yaml and Chart.lock, which are written again.
type entry struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256,omitempty"`
}

// One version of Helm.
type helm struct {
	// As `helm package`.
	packFolder func(folder, destination string) (string, error)
	// As `helm push` reads an archive, and `helm package` a folder.
	load func(path string) (loaded, error)
}

type loaded struct {
	name           string
	metadata, lock any
	dependencies   []loaded
	save           func(destination string) (string, error)
}

func main() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
	if len(os.Args) > 1 && os.Args[1] == "entries" {
		if err := listEntries(os.Stdin); err != nil {
			fail(err)
		}
		return
	}
	out := json.NewEncoder(os.Stdout)
	questions := json.NewDecoder(bufio.NewReader(os.Stdin))
	for {
		var next question
		if err := questions.Decode(&next); err == io.EOF {
			return
		} else if err != nil {
			fail(err)
		}
		if err := out.Encode(answer{Helm3: decide(helm3, next), Helm4: decide(helm4, next)}); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func decide(helm helm, next question) decisions {
	decided := decisions{Theirs: refuse(func() (decision, error) { return decideOn(helm, next.Path) })}
	if next.Ours != "" {
		ours := refuse(func() (decision, error) { return describe(helm, next.Ours) })
		decided.Ours = &ours
	}
	return decided
}

func refuse(attempt func() (decision, error)) (decided decision) {
	defer func() {
		if cause := recover(); cause != nil {
			decided = decision{Refusal: fmt.Sprint("panic: ", cause)}
		}
	}()
	decided, err := attempt()
	if err != nil {
		return decision{Refusal: err.Error()}
	}
	return decided
}

func decideOn(helm helm, source string) (decision, error) {
	info, err := os.Stat(source)
	if err != nil {
		return decision{}, err
	}
	destination, err := os.MkdirTemp("", "helm-loader")
	if err != nil {
		return decision{}, err
	}
	defer os.RemoveAll(destination)
	loaded, err := helm.load(source)
	if err != nil {
		return decision{}, err
	}
	decided := decision{Loaded: walk(loaded, loaded.name)}
	if info.IsDir() {
		archive, err := helm.packFolder(source, destination)
		if err != nil {
			return decision{}, err
		}
		packed, err := describe(helm, archive)
		decided.Packed, decided.Entries = packed.Loaded, packed.Entries
		return decided, err
	}
	archive, err := loaded.save(destination)
	if err != nil {
		decided.NotPacked = err.Error()
		return decided, nil
	}
	packed, err := describe(helm, archive)
	if err != nil {
		decided.NotPacked = err.Error()
	}
	decided.Packed, decided.Entries = packed.Loaded, packed.Entries
	return decided, nil
}

// The content of an archive, and how Helm reads it.
func describe(helm helm, archive string) (decision, error) {
	loaded, err := helm.load(archive)
	if err != nil {
		return decision{}, fmt.Errorf("%s, once packed: %w", filepath.Base(archive), err)
	}
	entries, err := list(archive)
	return decision{Loaded: walk(loaded, loaded.name), Entries: entries}, err
}

func walk(loaded loaded, at string) []chart {
	charts := []chart{{Path: at, Metadata: toJSON(loaded.metadata), Lock: toJSON(loaded.lock)}}
	for _, each := range loaded.dependencies {
		charts = append(charts, walk(each, path.Join(at, "charts", each.name))...)
	}
	return charts
}

var rewritten = regexp.MustCompile(`^[^/]+(/charts/[^/]+)*/Chart\.(yaml|lock)$`)

func list(archive string) ([]entry, error) {
	packed, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	unzipped, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	entries := []entry{}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, files); err != nil {
			return nil, err
		}
		next := entry{Name: header.Name}
		if !rewritten.MatchString(header.Name) {
			next.SHA256 = fmt.Sprintf("%x", hash.Sum(nil))
		}
		entries = append(entries, next)
	}
}

// As Helm writes the config.
func toJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "error: " + err.Error()
	}
	return string(text)
}
