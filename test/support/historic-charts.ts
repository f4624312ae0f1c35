/**
 * Charts as each known program has pushed them, built here byte by byte from what is known of these programs; of the
 * writers of the library, only that of manifests is used.
 */
import { gzipSync } from 'node:zlib'
import { bytesContent, type Content } from '../../src/oras/oci/content.js'
import type { Annotations } from '../../src/oras/oci/descriptor.js'
import { buildManifest } from '../../src/oras/oci/manifest.js'
import { makeTar } from './make-chart.js'

/** An artifact, ready to be put. */
export interface HistoricChart {
  readonly name: string
  readonly format: 'helm' | 'split'
  /** The contents, the manifest that is to be tagged last; `chart` is what the chart is called. */
  readonly make: (chart: string) => readonly Content[]
}

const CHART = 'application/vnd.cncf.helm.chart'
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json'
const HELM_CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const TITLE = 'org.opencontainers.image.title'
/** The version of all of them, and their files without Chart.yaml. */
export const VERSION = '1.2.3+build.4'
export const FILES = {
  'values.yaml': 'replicas: 2\n',
  'templates/configmap.yaml': 'kind: ConfigMap\n',
  'README.md': '# Old\n',
}

const content = (mediaType: string, bytes: string | Uint8Array, annotations?: Annotations): Content =>
  bytesContent(Buffer.from(bytes as string), { mediaType, annotations })

const tar = (root: string, files: Readonly<Record<string, string>>): Buffer =>
  makeTar(Object.entries(files).map(([path, text]) => ({ name: `${root}${path}`, text })))

const chartYaml = (name: string, version = VERSION): string =>
  `# Written by hand\napiVersion: v1\nname: ${name}\nversion: ${version}\ndescription: An old chart\n`

const withChartYaml = (name: string): Readonly<Record<string, string>> => ({ 'Chart.yaml': chartYaml(name), ...FILES })

/** The stub that the demo left in place of the metadata. */
const withStub = { 'Chart.yaml': "name: '-'\nversion: '-'\n", ...FILES }

const metadataJson = '{"description":"An old chart","engine":"gotpl","apiVersion":"v1","tillerVersion":">2.0"}'

interface SplitOptions {
  readonly metadata?: string
  readonly title?: string
  readonly keys?: 'chart' | 'sh.helm.chart' | undefined
}

const split = (chart: string, mediaType: string, bytes: Buffer, options: SplitOptions = {}): readonly Content[] => {
  const { metadata, title = 'content.tgz', keys } = options
  const names = keys && { [`${keys}.name`]: chart, [`${keys}.version`]: VERSION }
  const layers = [
    ...(metadata === undefined ? [] : [content(metadata, metadataJson, { [TITLE]: 'meta.json' })]),
    content(mediaType, bytes, { ...names, [TITLE]: title }),
  ]
  const config = content(IMAGE_CONFIG, '{}')
  return [config, ...layers, buildManifest({ config, layers })]
}

const helm = (chart: string, layer: Content, others: readonly Content[] = []): readonly Content[] => {
  const json = `{"name":"${chart}","version":"${VERSION}","description":"An old chart","apiVersion":"v1"}`
  const config = content(HELM_CONFIG, json)
  return [config, layer, ...others, buildManifest({ config, layers: [...others, layer] })]
}

const META = { metadata: `${CHART}.meta.v1+json`, keys: 'chart' } as const
const CONFIG = { metadata: `${CHART}.config.v1+json`, keys: 'chart' } as const

export const historicCharts: readonly HistoricChart[] = [
  {
    name: 'the ORAS Helm demo of January 2019: a gzipped archive called tar, below "-", with a stub',
    format: 'split',
    make: (chart) => split(chart, `${CHART}.content.v1+tar`, gzipSync(tar('-/', withStub)), META),
  },
  {
    name: "Helm's trial of February 2019: other titles and annotations",
    format: 'split',
    make: (chart) =>
      split(chart, `${CHART}.content.v1+tar`, gzipSync(tar('-/', withStub)), {
        ...META,
        title: 'chart-content.tgz',
        keys: 'sh.helm.chart',
      }),
  },
  {
    name: 'a plain tar below the name of the chart, with another media type',
    format: 'split',
    make: (chart) => split(chart, `${CHART}.content.v1.tar`, tar(`${chart}/`, withChartYaml(chart)), CONFIG),
  },
  {
    name: 'a plain tar without a root folder and without a Chart.yaml',
    format: 'split',
    make: (chart) => split(chart, `${CHART}.content.v1+tar`, tar('', FILES), CONFIG),
  },
  {
    name: 'names with "./" before them, gzipped under the newer media type',
    format: 'split',
    make: (chart) => split(chart, `${CHART}.content.v1.tar`, gzipSync(tar('./', withStub)), META),
  },
  {
    name: 'a single content layer, name and version in the Chart.yaml inside',
    format: 'split',
    make: (chart) => split(chart, `${CHART}.content.v1+tar`, gzipSync(tar(`${chart}/`, withChartYaml(chart)))),
  },
  {
    name: 'files called as ours are, with a root folder',
    format: 'split',
    make: (chart) =>
      split(chart, `${CHART}.content.v1+tar`, gzipSync(tar(`${chart}/`, FILES)), { ...CONFIG, title: 'content.tar' }),
  },
  {
    name: 'name and version in the manifest alone, and a root folder called so',
    format: 'split',
    make(chart) {
      const parts = split(chart, `${CHART}.content.v1+tar`, tar(`${chart}/`, FILES), { metadata: META.metadata })
      const [config, ...layers] = parts.slice(0, -1) as [Content, ...Content[]]
      const annotations = { [TITLE]: chart, 'org.opencontainers.image.version': VERSION }
      return [config, ...layers, buildManifest({ config, layers, annotations })]
    },
  },
  {
    name: 'name and version in the metadata, and a root folder called so',
    format: 'split',
    make(chart) {
      const names = `{"name":"${chart}","version":"${VERSION}",`
      const metadata = content(META.metadata, metadataJson.replace('{', names))
      const layer = content(`${CHART}.content.v1+tar`, tar(`${chart}/`, FILES))
      const config = content(IMAGE_CONFIG, '{}')
      return [config, metadata, layer, buildManifest({ config, layers: [metadata, layer] })]
    },
  },
  {
    name: 'a metadata layer behind the content layer',
    format: 'split',
    make(chart) {
      const [config, metadata, layer] = split(chart, `${CHART}.content.v1+tar`, tar('', FILES), META) as Content[]
      const parts = [config, layer, metadata] as [Content, Content, Content]
      return [...parts, buildManifest({ config: parts[0], layers: parts.slice(1) })]
    },
  },
  {
    name: 'Helm 3.0 to 3.6: the legacy layer type',
    format: 'helm',
    make: (chart) => helm(chart, content('application/tar+gzip', gzipSync(tar(`${chart}/`, withChartYaml(chart))))),
  },
  {
    name: 'Helm since 3.7',
    format: 'helm',
    make: (chart) =>
      helm(chart, content(`${CHART}.content.v1.tar+gzip`, gzipSync(tar(`${chart}/`, withChartYaml(chart))))),
  },
  {
    name: 'Helm since 3.7, with additional layers of unknown types',
    format: 'helm',
    make: (chart) =>
      helm(chart, content(`${CHART}.content.v1.tar+gzip`, gzipSync(tar(`${chart}/`, withChartYaml(chart)))), [
        content('application/vnd.acme.notes', 'notes'),
        content('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync('image')),
      ]),
  },
  {
    name: "Helm's layer with a config of somebody else",
    format: 'helm',
    make(chart) {
      const config = content('application/vnd.oci.empty.v1+json', '{}')
      const layer = content(`${CHART}.content.v1.tar+gzip`, gzipSync(tar(`${chart}/`, withChartYaml(chart))))
      return [config, layer, buildManifest({ config, layers: [layer] })]
    },
  },
  {
    name: 'an image index that holds the chart and an image',
    format: 'helm',
    make(chart) {
      const layer = content(`${CHART}.content.v1.tar+gzip`, gzipSync(tar(`${chart}/`, withChartYaml(chart))))
      const parts = helm(chart, layer)
      const config = content(IMAGE_CONFIG, '{"os":"linux"}')
      const rootfs = content('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync('image'))
      const image = buildManifest({ config, layers: [rootfs] })
      const manifest = parts.at(-1) as Content
      const index = content(
        'application/vnd.oci.image.index.v1+json',
        JSON.stringify({ schemaVersion: 2, manifests: [image.descriptor, manifest.descriptor] }),
      )
      return [...parts, config, rootfs, image, index]
    },
  },
]
