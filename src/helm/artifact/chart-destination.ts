/** Where a push lands: the reference that was given, completed with the name and the version of the chart. */
import { InvalidReferenceError } from '../../oras/errors/oci-error.js'
import { aBoolean, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import { isObject, wrongArgument } from '../../oras/errors/wrong-argument.js'
import {
  expectReferenceParts,
  formatReference,
  parseReference,
  parseRepository,
  parseTag,
  type Reference,
} from '../../oras/oci/reference.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import { formatVersionTag } from '../version/version.js'

/** What a destination must be. */
export interface ChartDestinationOptions {
  /**
   * Whether a tagged `oci://` reference must match the chart.
   *
   * @default true
   */
  readonly strict?: boolean | undefined
}

function destinationChecks(): OptionChecks<ChartDestinationOptions> {
  return { strict: aBoolean }
}

/**
 * Completes a reference for a chart.
 *
 * | reference | destination |
 * |---|---|
 * | `localhost:5000/mychart:latest` | exactly there |
 * | `localhost:5000/mychart` | tag = the chart's version, with `_` for `+` |
 * | `oci://localhost:5000/charts`, `oci://localhost:5000` | `<that>/<name>:<version>`, as `helm push` |
 * | `oci://localhost:5000/charts/mychart:1.2.3` | there; name and tag must be those of the chart |
 *
 * A plain reference with a digest and no tag stays without one.
 *
 * @throws {InvalidReferenceError} if it does not match, or if name or version cannot be part of a reference.
 * @example
 * ```ts
 * import { chartDestination, formatReference, parseReference } from 'oras-helm'
 *
 * const reference = parseReference('oci://localhost:5000/charts')
 * formatReference(chartDestination(reference, { name: 'mychart', version: '1.2.3+abc' }))
 * // oci://localhost:5000/charts/mychart:1.2.3_abc
 * ```
 */
export function chartDestination(
  reference: Reference,
  metadata: Pick<ChartMetadata, 'name' | 'version'>,
  options: ChartDestinationOptions = {},
): Reference {
  expectReferenceParts(reference)
  const isRight = isObject(metadata) && typeof metadata['name'] === 'string' && typeof metadata['version'] === 'string'
  if (!isRight) throw wrongArgument('the argument metadata', 'the metadata of a chart, { name, version }', metadata)
  const { strict = true } = readOptions(options, destinationChecks())
  const tag = formatVersionTag(metadata.version)
  if (reference.scheme !== 'oci') {
    return reference.tag === undefined && reference.digest === undefined ? checked({ ...reference, tag }) : reference
  }
  if (reference.tag === undefined) {
    const parent = reference.repository === '' ? '' : `${reference.repository}/`
    return checked({ ...reference, repository: `${parent}${metadata.name}`, tag })
  }
  const name = reference.repository.slice(reference.repository.lastIndexOf('/') + 1)
  const isMatch = name === metadata.name && reference.tag === tag
  if (isMatch || !strict) return reference
  const text = formatReference(reference)
  const wanted = `${metadata.name}:${tag}`
  throw new InvalidReferenceError(
    `Cannot push chart ${metadata.name} ${metadata.version} to ${text}: strict mode enabled, ref basename and tag must match the chart name and version`,
    {
      input: text,
      part: `${name}:${reference.tag}`,
      hint: `End the reference in /${wanted}, or give the folder above it, without a tag. strict: false allows other names.`,
    },
  )
}

/**
 * Parses the reference of a push. In an `oci://` reference, the path may have a `/` at its end, two in a row, `.` or `..`,
 * as `helm push` permits; `..` cannot lead out of the registry. Everything else is as strict as a pull.
 *
 * @throws {InvalidReferenceError} if the text is not a reference.
 */
export function parseDestination(text: string): Reference {
  const [, registry, path] = /^(oci:\/\/[^/@]+)\/([^@]*)$/s.exec(text) ?? []
  const cleaned = path === undefined ? undefined : cleanPath(path)
  if (cleaned === undefined || text.length > MAX_TEXT) return parseReference(text)
  return parseReference(cleaned === '' ? `${registry}` : `${registry}/${cleaned}`)
}

// Below the limit of parseReference(), which refuses a longer text.
const MAX_TEXT = 64 * 1024

/** Cleans a path as Go's `path.Join` does; `undefined` if it leads out of its root. */
function cleanPath(path: string): string | undefined {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined
    if (part !== '' && part !== '.' && part !== '..') parts.push(part)
  }
  return parts.join('/')
}

/** Names and versions of charts may hold more than repositories and tags may. */
function checked(reference: Reference & { readonly tag: string }): Reference {
  const { registry, repository, tag } = reference
  const text = formatReference(reference)
  parseRepository(registry, repository, text)
  parseTag(tag, text)
  return reference
}
