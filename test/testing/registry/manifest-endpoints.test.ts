/** Manifests of the embedded registry, call by call. */
import { describe, expect } from 'vitest'
import { digestOf } from '../../../src/oras/oci/digest.js'
import {
  type Call,
  CONFIG_DIGEST,
  BLOB_DIGEST,
  MANIFEST,
  MANIFEST_DIGEST,
  MANIFEST_TYPE,
  manifestOf,
  OTHER_DIGEST,
  putBlob,
  send,
  testCalls,
} from '../../support/call.js'

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'
const described = {
  'content-type': MANIFEST_TYPE,
  'docker-content-digest': MANIFEST_DIGEST,
  'content-length': String(MANIFEST.length),
}

const put = (
  call: Omit<Call, 'method' | 'path'> & { readonly reference?: string; readonly repository?: string },
): Call => {
  const { reference = 'new', repository = 'charts/one', ...rest } = call
  return {
    headers: { 'Content-Type': MANIFEST_TYPE },
    ...rest,
    method: 'PUT',
    path: `${repository}/manifests/${reference}`,
  }
}
const indexOf = (digest: string): string =>
  JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: MANIFEST_TYPE, digest, size: MANIFEST.length }] })
const unusual = `\t${MANIFEST.replace('schemaVersion', 'schema\\u0056ersion').replace('1000', '1e3')}\r\n`
const sha512 = digestOf(Buffer.from(MANIFEST), 'sha512')

describe('reading', () => {
  testCalls([
    {
      title: 'GET by tag gives the very bytes',
      path: 'charts/one/manifests/latest',
      status: 200,
      answer: described,
      text: MANIFEST,
    },
    {
      title: 'GET by digest',
      path: `charts/one/manifests/${MANIFEST_DIGEST}`,
      status: 200,
      answer: described,
      text: MANIFEST,
    },
    {
      title: 'HEAD by tag',
      method: 'HEAD',
      path: 'charts/one/manifests/1.0.0',
      status: 200,
      answer: described,
      text: '',
    },
    { title: 'an unknown tag', path: 'charts/one/manifests/2.0.0', status: 404, code: 'MANIFEST_UNKNOWN' },
    { title: 'an unknown digest', path: `charts/one/manifests/${OTHER_DIGEST}`, status: 404, code: 'MANIFEST_UNKNOWN' },
    {
      title: 'the digest of a blob',
      path: `charts/one/manifests/${BLOB_DIGEST}`,
      status: 404,
      code: 'MANIFEST_UNKNOWN',
    },
    {
      title: 'another repository',
      path: `charts/two/manifests/${MANIFEST_DIGEST}`,
      status: 404,
      code: 'MANIFEST_UNKNOWN',
    },
    { title: 'an invalid tag', path: 'charts/one/manifests/1.0.0%2B1', status: 400, code: 'TAG_INVALID' },
    {
      title: 'an invalid digest',
      path: 'charts/one/manifests/sha256:baddigest',
      status: 400,
      code: 'DIGEST_INVALID',
    },
    { title: 'POST', method: 'POST', path: 'charts/one/manifests/latest', status: 405, code: 'UNSUPPORTED' },
  ])
})

describe('putting a manifest', () => {
  const created = {
    location: `/v2/charts/one/manifests/${MANIFEST_DIGEST}`,
    'docker-content-digest': MANIFEST_DIGEST,
  }
  testCalls([
    put({ title: 'PUT by tag', body: MANIFEST, status: 201, answer: created }),
    put({ title: 'PUT by digest', reference: MANIFEST_DIGEST, body: MANIFEST, status: 201, answer: created }),
    put({
      title: 'PUT by a sha512 digest',
      reference: sha512,
      body: MANIFEST,
      status: 201,
      answer: { 'docker-content-digest': sha512 },
      after: async (registry) => {
        const { headers, text } = await send(registry, { path: `charts/one/manifests/${sha512}` })
        expect([headers.get('docker-content-digest'), text]).toEqual([sha512, MANIFEST])
      },
    }),
    put({
      title: 'PUT moves a tag and keeps the manifest it pointed to',
      reference: 'latest',
      body: manifestOf({ more: { annotations: { a: 'b' } } }),
      status: 201,
      after: (registry) => {
        expect(registry.tags('charts/one')['1.0.0']).toBe(MANIFEST_DIGEST)
        expect(registry.tags('charts/one')['latest']).not.toBe(MANIFEST_DIGEST)
        expect(registry.manifests('charts/one')).toHaveLength(2)
      },
    }),
    put({
      title: 'PUT by a digest that is not the body’s',
      reference: OTHER_DIGEST,
      body: MANIFEST,
      status: 400,
      code: 'DIGEST_INVALID',
    }),
    put({
      title: 'a missing layer is named',
      body: manifestOf({ layer: OTHER_DIGEST }),
      status: 400,
      text: JSON.stringify({
        errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: `repository charts/one has no blob ${OTHER_DIGEST}` }],
      }),
      after: (registry) => expect(Object.keys(registry.tags('charts/one'))).toEqual(['1.0.0', 'latest']),
    }),
    put({
      title: 'a missing config',
      body: manifestOf({ config: OTHER_DIGEST }),
      status: 400,
      code: 'MANIFEST_BLOB_UNKNOWN',
    }),
    put({
      title: 'blobs of another repository are missing blobs',
      repository: 'charts/two',
      body: MANIFEST,
      status: 400,
      code: 'MANIFEST_BLOB_UNKNOWN',
      after: async (registry) => {
        expect(registry.repositories()).toEqual(['charts/one'])
        await putBlob(registry, 'charts/two', '{}')
        await send(registry, {
          method: 'POST',
          path: `charts/two/blobs/uploads/?mount=${BLOB_DIGEST}&from=charts/one`,
        })
        const again = put({ title: '', repository: 'charts/two', body: MANIFEST, status: 201 })
        expect((await send(registry, again)).status).toBe(201)
      },
    }),
    put({
      title: 'a missing subject is no reason to refuse',
      body: manifestOf({ more: { subject: { mediaType: MANIFEST_TYPE, digest: OTHER_DIGEST, size: 5 } } }),
      status: 201,
    }),
    put({
      title: 'layers that may not be distributed may be missing',
      body: manifestOf({ layer: OTHER_DIGEST }).replace(
        'application/octet-stream',
        'application/vnd.oci.image.layer.nondistributable.v1.tar',
      ),
      status: 201,
    }),
    put({ title: 'an index', headers: { 'Content-Type': INDEX_TYPE }, body: indexOf(MANIFEST_DIGEST), status: 201 }),
    put({
      title: 'an index whose manifest is missing',
      headers: { 'Content-Type': INDEX_TYPE },
      body: indexOf(OTHER_DIGEST),
      status: 400,
      code: 'MANIFEST_BLOB_UNKNOWN',
    }),
    put({
      title: 'a mediaType that contradicts the Content-Type',
      body: manifestOf({ more: { mediaType: INDEX_TYPE } }),
      status: 400,
      code: 'MANIFEST_INVALID',
    }),
    put({ title: 'no Content-Type', headers: {}, body: MANIFEST, status: 400, code: 'MANIFEST_INVALID' }),
    put({
      title: 'what is written in an unusual way stays as it is',
      body: unusual,
      status: 201,
      after: async (registry) => {
        expect((await send(registry, { path: 'charts/one/manifests/new' })).text).toBe(unusual)
      },
    }),
    put({ title: 'no JSON', body: '{', status: 400, code: 'MANIFEST_INVALID' }),
    put({ title: 'a manifest of 3.9 MB', body: manifestOf({ more: { x: 'x'.repeat(3_900_000) } }), status: 201 }),
    put({
      title: 'a manifest over 4 MiB',
      body: ' '.repeat(4 * 1024 * 1024 + 1),
      status: 413,
      code: 'MANIFEST_INVALID',
    }),
    put({
      title: 'a tag of 129 characters',
      reference: 'a'.repeat(129),
      body: MANIFEST,
      status: 400,
      code: 'TAG_INVALID',
    }),
  ])
})

describe('deleting', () => {
  testCalls([
    {
      title: 'DELETE by digest removes all its tags, and keeps the blobs',
      method: 'DELETE',
      path: `charts/one/manifests/${MANIFEST_DIGEST}`,
      status: 202,
      after: (registry) => {
        expect(registry.tags('charts/one')).toEqual({})
        expect(registry.manifests('charts/one')).toEqual([])
        expect(registry.blobs('charts/one')).toEqual([CONFIG_DIGEST, BLOB_DIGEST].toSorted())
      },
    },
    {
      title: 'DELETE by tag removes the tag alone',
      method: 'DELETE',
      path: 'charts/one/manifests/latest',
      status: 202,
      after: (registry) => {
        expect(registry.tags('charts/one')).toEqual({ '1.0.0': MANIFEST_DIGEST })
        expect(registry.manifests('charts/one')).toEqual([MANIFEST_DIGEST])
      },
    },
    {
      title: 'DELETE of nothing',
      method: 'DELETE',
      path: 'charts/one/manifests/2.0.0',
      status: 404,
      code: 'MANIFEST_UNKNOWN',
    },
  ])
})
