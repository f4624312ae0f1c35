/** Serves a chart whose parts are not checked. */
import type { ConnectionOptions } from '../../src/oras/registry/connection/connection-options.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import type { Answer, Place } from './worst-input.js'

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'

/** A chart as it lies in a registry. */
export interface RawChart {
  readonly archive: Uint8Array
  /** The metadata. Default: no metadata. */
  readonly config?: string
  readonly format?: 'helm' | 'split'
  /** More members of the manifest, as JSON. */
  readonly more?: string
  /** More layers, as JSON, each with a comma behind it. */
  readonly layers?: string
}

/** Gives the reference of the chart, and the options by which it is reached. */
export async function serveChart(
  place: Place,
  chart: RawChart,
): Promise<{ reference: string; manifest: string; options: ConnectionOptions }> {
  const { manifest, answers } = answerChart(chart)
  const { host, options } = await place.serve(answers)
  return { reference: `${host}/mychart:1.2.3`, manifest, options }
}

/** Lists the answers that hold a chart. */
function answerChart({ archive, config, format = 'helm', more = '', layers = '' }: RawChart): {
  manifest: string
  answers: readonly Answer[]
} {
  const isHelms = format === 'helm'
  const kind = 'application/vnd.cncf.helm.chart'
  const metadata = config ?? '{}'
  const helms =
    config === undefined ? 'application/vnd.oci.image.config.v1+json' : 'application/vnd.cncf.helm.config.v1+json'
  const first = describe(isHelms ? helms : `${kind}.config.v1+json`, metadata)
  const content = describe(`${kind}.content.v1${isHelms ? '.tar+gzip' : '+tar'}`, archive)
  const manifest = `{"schemaVersion":2,"config":${first},"layers":[${layers}${content}]${more}}`
  const answers = [
    { to: 'GET /v2/mychart/manifests/', headers: { 'content-type': MANIFEST_TYPE }, body: manifest },
    { to: `GET /v2/mychart/blobs/${digest(archive)}`, body: archive },
    { to: `GET /v2/mychart/blobs/${digest(metadata)}`, body: metadata },
  ]
  return { manifest, answers }
}

/** Describes a content as JSON. */
export function describe(mediaType: string, content: string | Uint8Array): string {
  return JSON.stringify({ mediaType, digest: digest(content), size: Buffer.byteLength(content) })
}

function digest(content: string | Uint8Array): string {
  return digestOf(typeof content === 'string' ? Buffer.from(content) : content)
}
