/** The errors for artifacts that are not one chart. */
import { UnsupportedArtifactError } from '../../oras/errors/oci-error.js'
import type { Manifest } from '../../oras/oci/manifest.js'
import { describeArtifact } from './describe-artifact.js'
import { quote } from '../../oras/errors/escape-message.js'

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
  const { what, hint, named } = describeArtifact(manifest, entries)
  return makeError(where, what, { mediaTypes, hint, named })
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
  options: { readonly mediaTypes: readonly string[]; readonly hint: string; readonly named?: string | undefined },
): UnsupportedArtifactError {
  const { mediaTypes, named } = options
  const others = mediaTypes.filter((each) => each !== named).map((each) => quote(each).slice(1, -1))
  const found = others.length === 0 ? '' : `: ${others.join(', ')}`
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

const SEVERAL_HINT =
  'Push each chart as an artifact of its own; Repository.fetchManifest() and Repository.get() read these layers one by one.'
