/** Creates the errors for artifacts that are not one chart: the message says what the artifact is instead. */
import { UnsupportedArtifactError } from '../../oras/errors/oci-error.js'
import { quote } from '../../oras/errors/escape-message.js'
import type { Manifest } from '../../oras/oci/manifest.js'
import { IMAGE_CONFIG_MEDIA_TYPE } from '../../oras/oci/media-types.js'
import { HELM_CONFIG_MEDIA_TYPE, SPLIT_METADATA_MEDIA_TYPES } from '../model/chart-media-types.js'

/** How many media types an error names. */
const MAX_NAMED = 10
/** How many characters of a media type are used. */
const MAX_LENGTH = 255
/** How many layers are checked: a manifest may have tens of thousands. */
const MAX_LAYERS = 1000
const SEVERAL_HINT =
  'Push each chart as an artifact of its own. Repository.fetchManifest() and Repository.get() read these layers one by one.'

/** What an entry of an index is if it is not a chart; kept in place of its manifest, which may be large. */
export interface EntrySummary {
  /** Whether it has a subject. */
  readonly isReferrer: boolean
  /** The first media types in its manifest. */
  readonly mediaTypes: readonly string[]
  /** `undefined` if the entry is an index itself. */
  readonly description: ArtifactDescription | undefined
}

/** Summarizes an entry of an index for {@link unsupportedArtifact}. */
export function summarizeEntry(manifest: Manifest): EntrySummary {
  return {
    isReferrer: manifest.subject !== undefined,
    mediaTypes: takeNames(listMediaTypes(manifest)),
    description: manifest.config && describeManifest(manifest),
  }
}

/**
 * Creates the error for an artifact that has no chart.
 *
 * @param attempt The beginning of the message: `Cannot read chart localhost:5000/mychart:latest`.
 * @param entries The entries of an index that were read.
 */
export function unsupportedArtifact(
  manifest: Manifest,
  attempt: string,
  entries: readonly EntrySummary[] = [],
): UnsupportedArtifactError {
  const own = takeNames(listMediaTypes(manifest))
  const mediaTypes = takeNames([...own, ...entries.flatMap((entry) => entry.mediaTypes)])
  const { what, hint, named } = describeArtifact(manifest, entries)
  return makeError(attempt, what, { mediaTypes, hint, named })
}

/**
 * Creates the error for an artifact with several charts, or several parts of one kind.
 *
 * @param what The parts that there are several of: `charts`.
 */
export function ambiguousArtifact(manifest: Manifest, what: string, attempt: string): UnsupportedArtifactError {
  const mediaTypes = takeNames(listMediaTypes(manifest))
  return makeError(attempt, `an artifact with several ${what}`, { mediaTypes, hint: SEVERAL_HINT })
}

function makeError(
  attempt: string,
  what: string,
  options: { readonly mediaTypes: readonly string[]; readonly hint: string; readonly named?: string | undefined },
): UnsupportedArtifactError {
  const { mediaTypes, named } = options
  const others = mediaTypes.filter((each) => each !== named).map((each) => quote(each).slice(1, -1))
  const found = others.length === 0 ? '' : `: ${others.join(', ')}`
  return new UnsupportedArtifactError(`${attempt}: it is ${what}${found}`, options)
}

/** Lists the media types in a manifest, the artifact's own type first; a generator, because there may be very many. */
function* listMediaTypes({ artifactType, config, layers, manifests }: Manifest): Generator<string | undefined, void> {
  yield artifactType
  for (const descriptors of [config ? [config] : [], layers, manifests]) {
    for (const each of descriptors) {
      yield each.artifactType
      yield each.mediaType
    }
  }
}

/** Takes the first media types, each once. */
function takeNames(mediaTypes: Iterable<string | undefined>): readonly string[] {
  const names = new Set<string>()
  for (const each of mediaTypes) {
    if (each) names.add(each.slice(0, MAX_LENGTH))
    if (names.size === MAX_NAMED) break
  }
  return [...names]
}

/** Describes what an artifact is instead of a chart. */
interface ArtifactDescription {
  /** The text after "it is". */
  readonly what: string
  /** What to do about it. */
  readonly hint: string
  /** The media type in `what`, if there is one. */
  readonly named?: string
}

const EMPTY_CONFIG = 'application/vnd.oci.empty.v1+json'
const IMAGE_CONFIGS: readonly string[] = [IMAGE_CONFIG_MEDIA_TYPE, 'application/vnd.docker.container.image.v1+json']
const IMAGE_LAYER = /^application\/vnd\.(?:oci\.image\.layer\.|docker\.image\.)/
/** The media types that ORAS writes if none is given. */
const NO_TYPE = /^application\/vnd\.unknown\./

const INDEX_HINT =
  'Check the reference; if an entry of the index is a chart, give the digest of that entry. Repository.fetchManifest() reads the index, and copy() moves it with its entries.'
const EMPTY_INDEX_HINT = 'The index lists no manifests: create it again with the manifests that it should list.'
const PLUGIN_HINT = 'Helm 4 installs it with "helm plugin install". copy() moves it to another registry.'
const INCOMPLETE_HINT = 'Push the chart again: the layer with its files is missing from its manifest.'
const REFERRER_HINT =
  'It describes another artifact: give the reference of that one. Repository.fetchManifest() and Repository.get() read this one.'
const IMAGE_HINT =
  'Check the reference: a chart often has a repository of its own, next to that of the image. copy() moves an image to another registry.'
const FLUX_HINT = 'Flux reads it by an OCIRepository. copy() moves it to another registry.'
const NO_TYPE_HINT =
  'If it is a chart, push it with pushChart(), or give ORAS the media type application/vnd.cncf.helm.chart.content.v1.tar+gzip for the file. Repository.get() reads its layers.'
const OTHER_HINT = 'Read its manifest with Repository.fetchManifest() and its layers with Repository.get().'

const IMAGE: ArtifactDescription = { what: 'a container image', hint: IMAGE_HINT }

// The first matching row decides. They come before images, because signatures and SBOMs often have the config of an image.
const KINDS: readonly (readonly [pattern: RegExp, description: ArtifactDescription])[] = [
  [/helm\.plugin/, { what: 'a Helm plugin', hint: PLUGIN_HINT }],
  [/cosign|sigstore|notary/, { what: 'a signature', hint: REFERRER_HINT }],
  [/spdx|cyclonedx|syft|sbom|in-toto|dsse/, { what: 'an SBOM or an attestation', hint: REFERRER_HINT }],
  [/\bwasm\b/, { what: 'a Wasm module', hint: OTHER_HINT }],
  [/vnd\.cncf\.flux\./, { what: 'a Flux artifact', hint: FLUX_HINT }],
]

/**
 * Describes an artifact that holds no chart.
 *
 * @param entries The entries of an index that were read.
 */
function describeArtifact(manifest: Manifest, entries: readonly EntrySummary[]): ArtifactDescription {
  const { config, manifests, subject } = manifest
  if (config === undefined || manifests.length > 0) return describeIndex(manifest, entries)
  const description = describeManifest(manifest)
  if (!subject) return description
  return { ...description, what: `${description.what} about ${subject.digest}`, hint: REFERRER_HINT }
}

function describeIndex({ manifests }: Manifest, entries: readonly EntrySummary[]): ArtifactDescription {
  if (manifests.length === 0) return { what: 'an empty index', hint: EMPTY_INDEX_HINT }
  if (entries.length > 0 && entries.every(({ isReferrer }) => isReferrer)) {
    return { what: 'a list of referrers', hint: REFERRER_HINT }
  }
  const descriptions = entries.flatMap(({ description }) => description ?? [])
  // Build tools add an attestation for each image.
  const others = descriptions.filter((each) => each !== IMAGE && each.hint !== REFERRER_HINT)
  return descriptions.includes(IMAGE) && others.length === 0
    ? { what: 'an index of container images', hint: IMAGE_HINT }
    : { what: 'an index without a chart', hint: INDEX_HINT }
}

function describeManifest({ artifactType, config, layers }: Manifest): ArtifactDescription {
  const configType = (config?.mediaType ?? '').slice(0, MAX_LENGTH)
  const layerTypes = layers.slice(0, MAX_LAYERS).map(({ mediaType }) => mediaType.slice(0, MAX_LENGTH))
  const mediaTypes = [(artifactType ?? '').slice(0, MAX_LENGTH), configType, ...layerTypes]
  const known = KINDS.find(([pattern]) => mediaTypes.some((each) => pattern.test(each)))
  if (known) return known[1]
  if (mediaTypes.some((each) => SPLIT_METADATA_MEDIA_TYPES.includes(each))) {
    return { what: 'a split chart without its content', hint: INCOMPLETE_HINT }
  }
  if (configType === HELM_CONFIG_MEDIA_TYPE) return { what: 'a Helm artifact without a chart', hint: INCOMPLETE_HINT }

  const saysNothing = ['', EMPTY_CONFIG, ...IMAGE_CONFIGS]
  const type = [artifactType ?? '', configType].find((each) => !saysNothing.includes(each))?.slice(0, MAX_LENGTH)
  if (type !== undefined) {
    if (NO_TYPE.test(type)) return { what: 'an ORAS artifact without a type', hint: NO_TYPE_HINT }
    return { what: `an artifact of type ${quote(type).slice(1, -1)}`, hint: OTHER_HINT, named: type }
  }
  // Files that ORAS pushed have the media type of image layers, too, but another config.
  const hasImageLayers = layers.length === 0 || layerTypes.some((each) => IMAGE_LAYER.test(each))
  if (IMAGE_CONFIGS.includes(configType) && hasImageLayers) return IMAGE
  return { what: 'an artifact of another kind', hint: OTHER_HINT }
}
