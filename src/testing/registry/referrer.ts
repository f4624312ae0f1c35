/** Referrers: manifests that are about another one, a signature for example. */
import type { Descriptor } from '../../oras/oci/descriptor.js'
import type { Digest } from '../../oras/oci/digest.js'
import type { Manifest } from '../../oras/oci/manifest.js'

/** What a manifest is about, and how the list of its subject's referrers shows it. */
export interface Referrer {
  readonly subject: Digest
  readonly descriptor: Descriptor
}

/**
 * Describes a manifest that has a subject: with the type of the artifact, which for an image is the type of its config
 * unless it says another, and with all of its annotations.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export function findReferrer(
  { subject, artifactType, config, annotations }: Manifest,
  { mediaType, digest, size }: Descriptor,
): Referrer | undefined {
  if (!subject) return undefined
  const type = artifactType || config?.mediaType || undefined
  const descriptor = {
    mediaType,
    digest,
    size,
    ...(type !== undefined && { artifactType: type }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }
  return { subject: subject.digest, descriptor }
}
