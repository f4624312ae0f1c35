// Says which requests go through a proxy in Go programs: JSON lines in, answers out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"
)

type question struct {
	NoProxy string `json:"noProxy"`
	URL     string `json:"url"`
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	questions := json.NewDecoder(os.Stdin)
	for {
		var next question
		if err := questions.Decode(&next); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintln(out, ask(next))
	}
}

func ask(question question) string {
	target, err := url.Parse(question.URL)
	if err != nil {
		return "bad url"
	}
	config := httpproxy.Config{
		HTTPProxy:  "http://proxy.test:3128",
		HTTPSProxy: "http://proxy.test:3128",
		NoProxy:    question.NoProxy,
	}
	proxy, err := config.ProxyFunc()(target)
	if err != nil {
		return "bad proxy"
	}
	if proxy == nil {
		return "direct"
	}
	return "proxy"
}
