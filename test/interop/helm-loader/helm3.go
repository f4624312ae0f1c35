package main

import (
	"helm.sh/helm/v3/pkg/action"
	definition "helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	util "helm.sh/helm/v3/pkg/chartutil"
)

var helm3 = helm{
	packFolder: func(folder, destination string) (string, error) {
		client := action.NewPackage()
		client.Destination = destination
		return client.Run(folder, nil)
	},
	load: func(path string) (loaded, error) {
		read, err := loader.Load(path)
		if err != nil {
			return loaded{}, err
		}
		return fromHelm3(read), nil
	},
}

func fromHelm3(chart *definition.Chart) loaded {
	read := loaded{name: chart.Name(), metadata: chart.Metadata, lock: chart.Lock}
	for _, each := range chart.Dependencies() {
		read.dependencies = append(read.dependencies, fromHelm3(each))
	}
	read.save = func(destination string) (string, error) { return util.Save(chart, destination) }
	return read
}
