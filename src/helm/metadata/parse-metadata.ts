/** Metadata from the JSON of a registry: Helm's config, or the metadata layer of a split chart. */
import { InvalidChartError } from '../model/invalid-chart-error.js'
import type { Draft } from './decode-struct.js'
import { type ChartMetadata, METADATA } from '../model/chart-metadata.js'
import { decodeYamlFile, explain } from './parse-yaml-file.js'
import type { Reading } from '../model/reading.js'
import { validateMetadata } from './validate-metadata.js'
import type { YamlValue } from '../yaml/yaml.js'

const MAX_DEPTH = 100

/** Name and version, as far as they are known. */
export type Names = { readonly [Field in 'name' | 'version']?: string | undefined }

/**
 * Reads metadata by the rules of Chart.yaml.
 *
 * @param names `own` stand for name and version whatever the JSON says, `other` where nothing else does.
 * @throws {InvalidChartError} if the bytes are not JSON, or if a rule is broken.
 */
export function parseMetadata(
  bytes: Uint8Array,
  names: { readonly own: Names; readonly other: Names },
  reading: Reading,
): ChartMetadata {
  const value = explain('metadata', reading, () => {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return toValue(JSON.parse(text), MAX_DEPTH)
  })
  const draft: Draft = {}
  decodeYamlFile('metadata', { value }, { type: METADATA, draft }, reading)
  for (const field of ['name', 'version'] as const) {
    draft[field] = names.own[field] ?? (draft[field] || names.other[field])
  }
  // Charts of Helm 2 have no apiVersion.
  draft.apiVersion ||= 'v1'
  return validateMetadata(draft, reading)
}

/**
 * Reads Helm's config, which says what Chart.yaml says.
 *
 * @throws {InvalidChartError} as {@link parseMetadata} does, with a hint that fits.
 */
export function parseConfig(bytes: Uint8Array, reading: Reading): ChartMetadata {
  try {
    return parseMetadata(bytes, { own: {}, other: {} }, reading)
  } catch (cause) {
    if (!(cause instanceof InvalidChartError)) throw cause
    throw new InvalidChartError(cause.message, {
      cause,
      hint: 'The config is not one that Helm writes. Push the chart again, or read it with strict: false, which leaves the config out.',
    })
  }
}

function toValue(json: unknown, depth: number): YamlValue {
  if (typeof json !== 'object' || json === null) return json as YamlValue
  if (depth === 0) throw new SyntaxError(`nesting exceeded ${MAX_DEPTH} levels`)
  if (Array.isArray(json)) return json.map((item) => toValue(item, depth - 1))
  return new Map(Object.entries(json).map(([key, item]) => [key, toValue(item, depth - 1)]))
}
