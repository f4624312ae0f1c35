/** Reads metadata from the JSON in a registry: Helm's config, or the metadata layer of a split chart. */
import { InvalidChartError } from '../model/invalid-chart-error.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import { parseFile } from './parse-file.js'
import type { ReadContext } from '../model/read-context.js'
import { validateMetadata } from './validate-metadata.js'

/** The name and the version of a chart, if they are known. */
export type Names = { readonly [Field in 'name' | 'version']?: string | undefined }

/**
 * Reads metadata from JSON, by the rules of Chart.yaml.
 *
 * @param names Name and version: `own` replaces what the JSON says, `other` is used where the JSON says nothing.
 * @throws {InvalidChartError} if the bytes are not JSON, or if a rule is broken.
 * @throws {LimitExceededError} if the bytes exceed a limit.
 */
export async function parseMetadata(
  bytes: Uint8Array,
  names: { readonly own: Names; readonly other: Names },
  context: ReadContext,
): Promise<ChartMetadata> {
  const { partial } = await parseFile('metadata', { kind: 'json', bytes, partial: {} }, context)
  for (const field of ['name', 'version'] as const) {
    partial[field] = names.own[field] ?? (partial[field] || names.other[field])
  }
  // Charts of Helm 2 have no apiVersion.
  partial.apiVersion ||= 'v1'
  return validateMetadata(partial, context)
}

/**
 * Reads Helm's config, which holds what Chart.yaml says.
 *
 * @throws {InvalidChartError} as {@link parseMetadata} does, with a hint about the config.
 */
export async function parseConfig(bytes: Uint8Array, context: ReadContext): Promise<ChartMetadata> {
  try {
    return await parseMetadata(bytes, { own: {}, other: {} }, context)
  } catch (cause) {
    if (!(cause instanceof InvalidChartError)) throw cause
    throw new InvalidChartError(cause.message, {
      cause,
      hint: 'Push the chart again, or read it with strict: false, which does not use the config.',
    })
  }
}
