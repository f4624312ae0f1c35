import { describe, expect, it } from 'vitest'
import { isManifest, MANIFEST_MEDIA_TYPES } from '../../../src/oras/oci/media-types.js'

describe('isManifest()', () => {
  it.each(MANIFEST_MEDIA_TYPES)('is true of %s', (mediaType) => {
    expect(isManifest({ mediaType })).toBe(true)
  })

  it.each([
    '',
    'application/vnd.oci.image.config.v1+json',
    'application/vnd.cncf.helm.config.v1+json',
    'application/vnd.docker.distribution.manifest.v1+json',
    'application/vnd.oci.image.manifest.v1+json; charset=utf-8',
    'application/json',
  ])('is false of %j', (mediaType) => {
    expect(isManifest({ mediaType })).toBe(false)
  })
})
