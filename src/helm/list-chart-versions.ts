/** The facade that lists the versions of a chart in a registry, which Helm has no command for. */
import { chartConnection } from './chart-connection.js'
import { type ChartVersion, listVersions } from './version/list-versions.js'
import { parseWantedRange } from './version/select-version.js'
import { aBoolean, anAbortSignal, aString, type OptionChecks, readOptions } from '../oras/errors/read-options.js'
import { expectReference, formatReference, parseReference } from '../oras/oci/reference.js'
import { connectionChecks, type ConnectionOptions } from '../oras/registry/connection/connection-options.js'
import { Repository } from '../oras/registry/repository.js'
import { Turns } from '../oras/turns.js'

/** Which versions to list. */
export interface ListChartVersionsOptions extends ConnectionOptions {
  /**
   * A range as Helm writes them: `^1.2`, `>=1.2 <2`, `1.x`.
   *
   * @default all but prereleases
   */
  readonly range?: string | undefined
  /**
   * Whether to list prereleases like all other versions.
   *
   * @default `false`, unless the range holds one itself
   */
  readonly prerelease?: boolean | undefined
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

function listChecks(): OptionChecks<ListChartVersionsOptions> {
  return {
    ...connectionChecks(),
    range: aString,
    prerelease: aBoolean,
    signal: anAbortSignal,
  }
}

/** The versions of a chart. */
export interface ListChartVersionsResult {
  /** The repository: the reference without tag and digest. */
  readonly reference: string
  /** Newest first. */
  readonly versions: readonly ChartVersion[]
  /** The tags that are not whole versions, whatever the range: `latest`, `1.2`, signatures. */
  readonly otherTags: readonly string[]
}

/**
 * Lists the versions of a chart: all tags of its repository that are versions. Whether each tag stands for a chart is
 * not checked.
 *
 * @param reference The repository; a tag or a digest in it is ignored.
 * @throws {InvalidReferenceError} if the reference or the range is not valid; nothing was sent.
 * @throws {NotFoundError} if the registry has no such repository.
 * @throws {OciError} with a code of docs/errors.md.
 * @throws {TypeError} if an argument or an option is wrong; nothing was done.
 * @example
 * ```ts
 * import { listChartVersions } from 'oras-helm'
 *
 * const { versions } = await listChartVersions('oci://localhost:5000/charts/mychart', { range: '^0.1' })
 * for (const { version, tag } of versions) console.log(version, tag)
 * ```
 */
export async function listChartVersions(
  reference: string,
  options: ListChartVersionsOptions = {},
): Promise<ListChartVersionsResult> {
  expectReference(reference)
  const { range = '*', prerelease, signal, ...given } = readOptions(options, listChecks())
  const connection = chartConnection(given)
  const { tag: _, digest: __, ...place } = parseReference(reference)
  const isWanted = parseWantedRange(range, prerelease)
  const tags: string[] = []
  for await (const each of new Repository(place, connection).tags({ signal })) tags.push(each)
  return { reference: formatReference(place), ...(await listVersions(tags, new Turns(signal), isWanted)) }
}
