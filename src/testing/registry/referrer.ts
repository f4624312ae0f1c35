/** Referrers: manifests with a `subject`, such as signatures. */
import type { Descriptor } from '../../oras/oci/descriptor.js'
import type { Digest } from '../../oras/oci/digest.js'
import type { Manifest } from '../../oras/oci/manifest.js'

/** The subject of a manifest, and the descriptor that lists the manifest among the referrers of that subject. */
export interface Referrer {
  readonly subject: Digest
  readonly descriptor: Descriptor
}

/**
 * Describes a manifest for the referrers of its subject, with its artifact type and annotations. Without an
 * `artifactType`, the artifact type is the media type of the config.
 *
 * @returns `undefined` for a manifest without a subject.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 */
export function describeReferrer(
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
