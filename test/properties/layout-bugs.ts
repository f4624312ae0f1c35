/** Possible bugs in reading artifacts and tags, named by what is wrong. */
import { assembleChart } from '../../src/helm/artifact/assemble-chart.js'
import { layerizeChart } from '../../src/helm/artifact/layerize-chart.js'
import { listVersions } from '../../src/helm/version/list-versions.js'
import { bytesContent, type Content, readContent } from '../../src/oras/oci/content.js'
import type { Layouts } from './layouts.js'
import type { TagOrder } from './tags.js'

export const layoutBugs: Readonly<Record<string, Partial<Layouts>>> = {
  'a folder that is called like the chart counts as the root, also in our own layers': {
    assembleChart: (manifest, contents, options) => {
      const layers = manifest.layers.map(({ annotations = {}, ...layer }) => {
        const { 'org.opencontainers.image.title': _, ...others } = annotations
        return { ...layer, annotations: others }
      })
      return assembleChart({ ...manifest, layers }, contents, options)
    },
  },
  'empty files are lost': {
    assembleChart: async (...args) => {
      const chart = await assembleChart(...args)
      return { ...chart, files: chart.files.filter(({ bytes }) => bytes.length > 0) }
    },
  },
  'files come in the order of their names alone': {
    assembleChart: async (...args) => {
      const chart = await assembleChart(...args)
      return { ...chart, files: chart.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }
    },
  },
  'the annotations of Chart.yaml are lost': {
    assembleChart: async (...args) => {
      const { metadata, ...chart } = await assembleChart(...args)
      const { annotations: _, ...others } = metadata
      return { ...chart, metadata: others }
    },
  },
  'the name stays in the metadata layer': {
    layerizeChart: async (chart, options) => {
      const { layers, ...parts } = await layerizeChart(chart, options)
      if (options.format === 'helm') return { ...parts, layers }
      return { ...parts, layers: await Promise.all(layers.map((layer) => addName(layer, chart.metadata.name))) }
    },
  },
}

export const tagBugs: Readonly<Record<string, Partial<TagOrder>>> = {
  'versions are ordered as text': {
    listVersions: async (...args) => {
      const { versions, otherTags } = await listVersions(...args)
      return { versions: versions.toSorted((a, b) => (a.version < b.version ? 1 : -1)), otherTags }
    },
  },
  'of two tags with and without a "v", the one with it is lost': {
    listVersions: async (...args) => {
      const { versions, otherTags } = await listVersions(...args)
      return { versions: versions.filter(({ tag }) => !tag.startsWith('v')), otherTags }
    },
  },
}

async function addName(layer: Content, name: string): Promise<Content> {
  const { mediaType, annotations } = layer.descriptor
  if (!mediaType.endsWith('+json')) return layer
  const json = JSON.parse(Buffer.from(await readContent(layer)).toString()) as object
  return bytesContent(Buffer.from(JSON.stringify({ ...json, name })), { mediaType, annotations })
}
