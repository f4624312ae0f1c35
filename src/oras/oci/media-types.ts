/** The media types of the image specification, and which of them are manifests. */

/** An image manifest. */
export const MANIFEST_MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json'
/** An image index. */
export const INDEX_MEDIA_TYPE = 'application/vnd.oci.image.index.v1+json'
/** An image configuration. */
export const IMAGE_CONFIG_MEDIA_TYPE = 'application/vnd.oci.image.config.v1+json'

/** The media types of all manifests: manifest and index of OCI, and those of Docker with the same members. */
export const MANIFEST_MEDIA_TYPES: readonly string[] = [
  MANIFEST_MEDIA_TYPE,
  INDEX_MEDIA_TYPE,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]

/** Tells whether a descriptor is that of a manifest or an index; otherwise it is that of a blob. */
export function isManifest(descriptor: { readonly mediaType: string }): boolean {
  return MANIFEST_MEDIA_TYPES.includes(descriptor.mediaType)
}
