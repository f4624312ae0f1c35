// Asks Masterminds/semver, which Helm uses, whether versions are in ranges: JSON lines in, answers out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/Masterminds/semver/v3"
)

type pair struct {
	Range   string `json:"range"`
	Version string `json:"version"`
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	pairs := json.NewDecoder(os.Stdin)
	for {
		var next pair
		if err := pairs.Decode(&next); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintln(out, ask(next))
	}
}

func ask(pair pair) string {
	constraints, err := semver.NewConstraint(pair.Range)
	if err != nil {
		return "bad range"
	}
	version, err := semver.NewVersion(pair.Version)
	if err != nil {
		return "bad version"
	}
	return fmt.Sprint(constraints.Check(version))
}
