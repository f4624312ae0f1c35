/** What the facades that read have in common: a reference becomes a chart's manifest in a repository. */
import type { FoundChart } from './artifact/assemble-chart.js'
import { checkReference } from './artifact/check-agreement.js'
import { type ChartManifest, resolveChart } from './artifact/resolve-chart.js'
import { parseWantedRange, selectVersion } from './version/select-version.js'
import { chartConnection } from './chart-connection.js'
import { type ChartLimits, checkLimits } from './model/chart-limits.js'
import type { ChartMetadata } from './model/chart-metadata.js'
import { type ReadContext, createReadContext } from './model/read-context.js'
import { formatVersionTag, parseStrictVersion, parseVersionTag } from './version/version.js'
import { aBoolean, anAbortSignal, aString, type OptionChecks } from '../oras/errors/read-options.js'
import { ContentMismatchError, InvalidReferenceError, NotFoundError, RegistryError } from '../oras/errors/oci-error.js'
import { redactorOf, withoutSecrets } from '../oras/errors/redact-error.js'
import { type Content, readContent } from '../oras/oci/content.js'
import type { Descriptor } from '../oras/oci/descriptor.js'
import { type Digest, digestAlgorithm, digestOf } from '../oras/oci/digest.js'
import { formatReference, parseReference, type Reference } from '../oras/oci/reference.js'
import { connectionChecks, type ConnectionOptions } from '../oras/registry/connection/connection-options.js'
import { Repository } from '../oras/registry/repository.js'

/** Which chart to read, and how to reach it. */
export interface OpenChartOptions extends ConnectionOptions {
  /**
   * Which version, where the reference has no tag: `1.2.3`, or a range as Helm writes them, of which the newest is
   * read: `^1.2`.
   *
   * @default the newest stable one
   */
  readonly version?: string | undefined
  /**
   * Whether `version` takes prereleases like all other versions.
   *
   * @default `false`, unless the range holds one
   */
  readonly prerelease?: boolean | undefined
  /**
   * Whether the chart must be the one that the reference and the artifact say it is: tag and digest of the reference
   * must agree, a tag that is a whole version must be the chart's, an `oci://` reference must end in the chart's name,
   * and the artifact and its Chart.yaml must have the same name and version. Of these, Helm looks at the first. With
   * `false`, a digest counts and its tag does not. Sizes and digests of contents are always checked.
   *
   * @default true
   */
  readonly strict?: boolean | undefined
  /**
   * How large a chart may be.
   *
   * @default Helm's limits
   */
  readonly limits?: ChartLimits | undefined
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** These options with their defaults, as the facades use them. */
export interface OpenChartSettings {
  readonly connection: ConnectionOptions
  readonly version: string | undefined
  readonly prerelease: boolean | undefined
  readonly strict: boolean
  readonly limits: ChartLimits | undefined
  readonly signal: AbortSignal | undefined
}

/** The checks of these options; the calls that read charts have them all. */
export function openChartChecks(): OptionChecks<OpenChartOptions> {
  return {
    ...connectionChecks(),
    version: aString,
    prerelease: aBoolean,
    strict: aBoolean,
    limits: checkLimits,
    signal: anAbortSignal,
  }
}

/** Takes the options by which a chart is opened out of those of a call, which have been read. */
export function readOpenChartOptions(options: OpenChartOptions): OpenChartSettings {
  const { version, prerelease, strict = true, limits, signal } = options
  return { connection: chartConnection(options), version, prerelease, strict, limits, signal }
}

/** A chart that has been found in a registry. */
export interface OpenedChart extends FoundChart, ChartManifest {
  /** With the tag that was chosen. */
  readonly reference: Reference
  /** Where it was found. */
  readonly repository: Repository
  /** The limits, the signal, and how messages begin. */
  readonly context: ReadContext
}

/**
 * Finds the manifest of a chart and hands it to a function; the contents are not read. Errors hold no secret that the
 * registry wrote.
 */
export async function openChart<T>(
  text: string,
  settings: OpenChartSettings,
  work: (chart: OpenedChart) => Promise<T>,
): Promise<T> {
  const given = parseReference(text)
  const repository = new Repository(given, settings.connection)
  return withoutSecrets(redactorOf(repository), async () => work(await findOpened(text, given, repository, settings)))
}

async function findOpened(
  text: string,
  given: Reference,
  repository: Repository,
  settings: OpenChartSettings,
): Promise<OpenedChart> {
  const { version, prerelease, strict, limits, signal } = settings
  const context = createReadContext(text, { limits, signal })
  const { reference, root } = await findRoot(given, repository, { version, prerelease, strict }, context)
  if (strict && reference.digest) await checkDigest(root, { ...reference, digest: reference.digest }, context)
  const get = (descriptor: Descriptor): Content => repository.get(descriptor)
  const chart = await resolveChart(root, get, context)
  return { ...chart, get, strict, reference, repository, context }
}

/** Holds the reference against the chart that was found, unless the call is told not to. */
export function checkOpened(
  { strict, reference, context }: OpenedChart,
  chart: Pick<ChartMetadata, 'name' | 'version'>,
): void {
  if (strict) checkReference(reference, chart, context)
}

type Wanted = Pick<OpenChartSettings, 'version' | 'prerelease' | 'strict'>

async function findRoot(
  given: Reference,
  repository: Repository,
  { version, prerelease, strict }: Wanted,
  { attempt, signal, turns }: ReadContext,
): Promise<{ readonly reference: Reference; readonly root: Content }> {
  const { tag: givenTag, digest, ...place } = given
  if (givenTag !== undefined && version !== undefined) checkVersion(given, { version, prerelease }, attempt)
  const isByDigest = digest !== undefined && (!strict || (givenTag === undefined && version === undefined))
  const name = isByDigest ? digest : givenTag
  if (name !== undefined) {
    const root = await repository.fetchManifest(name, { signal })
    // That the tag stands for the digest was not looked at.
    if (root) return { reference: isByDigest ? { ...place, digest } : given, root }
    throw new NotFoundError(`${attempt}: there is no such ${isByDigest ? 'manifest' : 'tag'}`, {
      hint: 'Check the reference, and that you may read the repository. listChartVersions() lists its versions.',
    })
  }

  // A version that is whole needs no list, which some registries do not give, and which costs a request.
  const tag = version === undefined ? undefined : formatVersionTag(version)
  const isWhole = parseStrictVersion(parseVersionTag(version ?? '')) !== undefined
  const direct = isWhole && tag !== undefined ? await repository.fetchManifest(tag, { signal }) : undefined
  if (direct) return { reference: { ...given, tag: tag as string }, root: direct }
  if (version !== undefined && !isWhole) parseWantedRange(version)
  const tags: string[] = []
  try {
    for await (const each of repository.tags({ signal })) tags.push(each)
  } catch (cause) {
    // Some registries have no list. That the version is not there is known without it.
    if (!isWhole || !(cause instanceof NotFoundError || cause instanceof RegistryError)) throw cause
    throw new NotFoundError(`${attempt}: there is no tag ${tag}`, {
      cause,
      hint: 'Check the version, and that you may read the repository. The registry does not list its tags.',
    })
  }
  const chosen = await selectVersion(tags, { version, prerelease }, { attempt, turns })
  const root = await repository.fetchManifest(chosen.tag, { signal })
  if (root) return { reference: { ...given, tag: chosen.tag }, root }
  throw new NotFoundError(`${attempt}: the tag ${chosen.tag} was listed, but is not there`, {
    hint: 'Try again: the tag was deleted in between, or the registry lists tags that it does not have.',
  })
}

/** A reference with a tag leaves nothing to choose. */
function checkVersion(
  { tag = '', ...given }: Reference,
  { version, prerelease }: { readonly version: string; readonly prerelease: boolean | undefined },
  attempt: string,
): void {
  if (tag === formatVersionTag(version)) return
  const parsed = parseStrictVersion(parseVersionTag(tag))
  if (parsed && parseWantedRange(version, prerelease)(parsed)) return
  throw new InvalidReferenceError(`${attempt}: its tag ${tag} does not fit the version ${version}`, {
    input: formatReference({ ...given, tag }),
    part: tag,
    hint: 'Leave out the tag, or the option version.',
  })
}

/** A tag may have moved since its digest was written down. */
async function checkDigest(
  root: Content,
  { tag, digest: wanted }: Reference & { readonly digest: Digest },
  { attempt, signal }: ReadContext,
): Promise<void> {
  const { digest } = root.descriptor
  const found =
    digestAlgorithm(digest) === digestAlgorithm(wanted)
      ? digest
      : digestOf(await readContent(root, { signal }), digestAlgorithm(wanted))
  if (found === wanted) return
  const stands = tag === undefined ? 'its manifest is' : `the tag ${tag} stands for`
  throw new ContentMismatchError(`${attempt}: ${stands} ${found}`, {
    expected: wanted,
    actual: found,
    hint: 'The tag was moved, or the digest is that of another version. Leave out the tag, the version or the digest, or read by the digest with strict: false.',
  })
}
