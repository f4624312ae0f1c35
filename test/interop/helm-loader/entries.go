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
	"os"

	archive3 "helm.sh/helm/v3/pkg/chart/loader"
	archive4 "helm.sh/helm/v4/pkg/chart/loader/archive"
)

// What Go and both versions of Helm read in one archive; Helm removes the root folder and leaves out folders.
type sight struct {
	Go    view `json:"go"`
	Helm3 view `json:"helm3"`
	Helm4 view `json:"helm4"`
}

type view struct {
	Refusal string `json:"refusal,omitempty"`
	// Name, kind and SHA-256.
	Entries [][3]string `json:"entries,omitempty"`
}

// Writes for each path of an archive what is read in it.
func listEntries(in io.Reader) error {
	out := json.NewEncoder(os.Stdout)
	for paths := bufio.NewScanner(in); paths.Scan(); {
		next := sight{Go: look(paths.Text(), listGo), Helm3: look(paths.Text(), listHelm3), Helm4: look(paths.Text(), listHelm4)}
		if err := out.Encode(next); err != nil {
			return err
		}
	}
	return nil
}

func look(path string, list func(io.Reader) ([][3]string, error)) view {
	file, err := os.Open(path)
	if err != nil {
		return view{Refusal: err.Error()}
	}
	defer file.Close()
	entries, err := list(file)
	if err != nil {
		return view{Refusal: err.Error()}
	}
	return view{Entries: entries}
}

func listGo(in io.Reader) ([][3]string, error) {
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	entries := [][3]string{}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		bytes, err := io.ReadAll(files)
		if err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeXGlobalHeader {
			entries = append(entries, [3]string{header.Name, kindOf(header), sum(bytes)})
		}
	}
}

func kindOf(header *tar.Header) string {
	if header.FileInfo().IsDir() {
		return "directory"
	}
	if header.Typeflag == tar.TypeReg || header.Typeflag == tar.TypeCont {
		return "file"
	}
	return "other"
}

func listHelm3(in io.Reader) ([][3]string, error) {
	files, err := archive3.LoadArchiveFiles(in)
	entries := [][3]string{}
	for _, file := range files {
		entries = append(entries, [3]string{file.Name, "file", sum(file.Data)})
	}
	return entries, err
}

func listHelm4(in io.Reader) ([][3]string, error) {
	files, err := archive4.LoadArchiveFiles(in)
	entries := [][3]string{}
	for _, file := range files {
		entries = append(entries, [3]string{file.Name, "file", sum(file.Data)})
	}
	return entries, err
}

func sum(bytes []byte) string { return fmt.Sprintf("%x", sha256.Sum256(bytes)) }
