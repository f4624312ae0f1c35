/** What an artifact is that is no chart, and what to call instead. */
import { UnsupportedArtifactError } from '../errors.js'
import type { Manifest } from '../oci/manifest.js'
import { HELM_CONFIG_MEDIA_TYPE, SPLIT_METADATA_MEDIA_TYPES } from './chart-media-types.js'
import { quote } from './quote.js'

const MAX_NAMED = 10
const MAX_LENGTH = 255

/**
 * Makes the error for an artifact in which there is no chart.
 *
 * @param where Begins the message: `Cannot read chart localhost:5000/mychart:latest`.
 * @param entries What was found in an index.
 */
export function refuseArtifact(
  manifest: Manifest,
  where: string,
  entries: readonly Manifest[] = [],
): UnsupportedArtifactError {
  const mediaTypes = listMediaTypes([manifest, ...entries])
  const { what, hint } = describe(manifest, mediaTypes)
  return makeError(where, what, { mediaTypes, hint })
}

/**
 * Makes the error for an artifact of which it is not certain what counts.
 *
 * @param what What there are several of: `charts`.
 */
export function refuseSeveral(manifest: Manifest, what: string, where: string): UnsupportedArtifactError {
  const mediaTypes = listMediaTypes([manifest])
  return makeError(where, `an artifact with several ${what}`, { mediaTypes, hint: SEVERAL_HINT })
}

function makeError(
  where: string,
  what: string,
  options: { readonly mediaTypes: readonly string[]; readonly hint: string },
): UnsupportedArtifactError {
  const { mediaTypes } = options
  const found = mediaTypes.length === 0 ? '' : `: ${mediaTypes.map((each) => quote(each).slice(1, -1)).join(', ')}`
  return new UnsupportedArtifactError(`${where}: it is ${what}${found}`, options)
}

/** Each once, the artifact's own type first; those of a registry may be anything, and very many. */
function listMediaTypes(manifests: readonly Manifest[]): readonly string[] {
  const all = manifests.flatMap(({ artifactType, config, layers, manifests: entries }) => {
    const descriptors = [...(config ? [config] : []), ...layers, ...entries]
    return [artifactType, ...descriptors.flatMap((each) => [each.artifactType, each.mediaType])]
  })
  const named = [...new Set(all)].filter((each) => each !== undefined && each !== '') as string[]
  return named.slice(0, MAX_NAMED).map((mediaType) => mediaType.slice(0, MAX_LENGTH))
}

interface Description {
  /** Goes after "it is". */
  readonly what: string
  readonly hint: string
}

const IMAGE = /^application\/vnd\.(?:oci\.image\.layer\.|docker\.(?:image|container)\.)/
const SIGNATURE = /cosign|sigstore|notary/
const SBOM = /spdx|cyclonedx|syft|sbom|in-toto/

function describe({ manifests, config }: Manifest, mediaTypes: readonly string[]): Description {
  const has = (pattern: RegExp): boolean => mediaTypes.some((mediaType) => pattern.test(mediaType))
  if (manifests.length > 0 || config === undefined) return { what: 'an index without a chart', hint: INDEX_HINT }
  if (has(/helm\.plugin/)) return { what: 'a Helm plugin', hint: PLUGIN_HINT }
  if (mediaTypes.some((each) => SPLIT_METADATA_MEDIA_TYPES.includes(each))) {
    return { what: 'a split chart without its content', hint: EMPTY_HINT }
  }
  if (config.mediaType === HELM_CONFIG_MEDIA_TYPE) return { what: 'a Helm artifact without a chart', hint: EMPTY_HINT }
  if (has(SIGNATURE)) return { what: 'a signature', hint: REFERRER_HINT }
  if (has(SBOM)) return { what: 'an SBOM or an attestation', hint: REFERRER_HINT }
  if (has(IMAGE)) return { what: 'a container image', hint: IMAGE_HINT }
  return { what: 'an artifact of another kind', hint: OTHER_HINT }
}

const SEVERAL_HINT =
  'Push each chart as an artifact of its own; Repository.fetchManifest() and Repository.get() read these layers one by one.'
const INDEX_HINT =
  'Name one of its entries by its digest if one is a chart; copy() moves the whole index, and Repository.fetchManifest() reads it.'
const PLUGIN_HINT = 'Helm 4 installs it with "helm plugin install"; copy() moves it to another registry.'
const EMPTY_HINT = 'Push the chart again: the layer with its files is missing from its manifest.'
const REFERRER_HINT =
  'It is about another artifact: name that one. Repository.fetchManifest() and Repository.get() read this one.'
const IMAGE_HINT =
  'Container tools pull images; copy() moves one to another registry. Charts often stand beside the image, in a repository of their own.'
const OTHER_HINT = 'Read its manifest with Repository.fetchManifest() and its layers with Repository.get().'
