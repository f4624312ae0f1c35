/** A registry that accepts manifests whose blobs and manifests it does not have. */
import { describe } from 'vitest'
import { type Call, MANIFEST_TYPE, manifestOf, OTHER_DIGEST, testCalls } from '../../support/call.js'

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'
const index = JSON.stringify({
  schemaVersion: 2,
  manifests: [{ mediaType: MANIFEST_TYPE, digest: OTHER_DIGEST, size: 5 }],
})
const put = (title: string, type: string, body: string, expected: Pick<Call, 'status' | 'code'>): Call => {
  const headers = { 'Content-Type': type }
  return { title, method: 'PUT', path: 'charts/one/manifests/new', headers, body, ...expected }
}

describe('sparse: true', () => {
  testCalls(
    [
      put('a manifest without its layer', MANIFEST_TYPE, manifestOf({ layer: OTHER_DIGEST }), { status: 201 }),
      put('a manifest without its config', MANIFEST_TYPE, manifestOf({ config: OTHER_DIGEST }), { status: 201 }),
      put('an index without its manifest', INDEX_TYPE, index, { status: 201 }),
      put('what is no manifest stays refused', MANIFEST_TYPE, '{}', { status: 400, code: 'MANIFEST_INVALID' }),
    ],
    { sparse: true },
  )
})

describe('sparse: false', () => {
  const refused = { status: 400, code: 'MANIFEST_BLOB_UNKNOWN' }
  testCalls([
    put('a manifest without its layer', MANIFEST_TYPE, manifestOf({ layer: OTHER_DIGEST }), refused),
    put('an index without its manifest', INDEX_TYPE, index, refused),
  ])
})
