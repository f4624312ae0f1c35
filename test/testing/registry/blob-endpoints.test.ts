/** Blobs of the embedded registry, call by call. */
import { describe, expect } from 'vitest'
import { BLOB, BLOB_DIGEST, type Call, OTHER_DIGEST, putBlob, send, testCalls } from '../../support/call.js'

const path = `charts/one/blobs/${BLOB_DIGEST}`
const described = {
  'content-type': 'application/octet-stream',
  'docker-content-digest': BLOB_DIGEST,
  'content-length': '1000',
  'accept-ranges': 'bytes',
}

const range = (value: string, first: number, end: number): Call => ({
  title: `GET with Range ${value} gives that part`,
  path,
  headers: { Range: value },
  status: 206,
  answer: {
    ...described,
    'content-length': String(end - first),
    'content-range': `bytes ${first}-${end - 1}/1000`,
  },
  text: BLOB.slice(first, end),
})

const noRange = (value: string): Call => ({
  title: `GET with Range ${value} is refused`,
  path,
  headers: { Range: value },
  status: 416,
  answer: { 'content-range': 'bytes */1000' },
  code: 'RANGE_INVALID',
})

describe('reading', () => {
  testCalls([
    { title: 'HEAD describes the blob', method: 'HEAD', path, status: 200, answer: described, text: '' },
    { title: 'GET gives the blob', path, status: 200, answer: described, text: BLOB },
    { title: 'the digest may be percent-encoded', path: path.replace(':', '%3A'), status: 200, text: BLOB },
    range('bytes=500-599', 500, 600),
    range('bytes=500-', 500, 1000),
    range('bytes=-100', 900, 1000),
    range('bytes=-5000', 0, 1000),
    range('bytes=900-5000', 900, 1000),
    range('bytes=0-0', 0, 1),
    noRange('bytes=1000-'),
    noRange('bytes=5000-10000'),
    noRange('bytes=500-0'),
    noRange('bytes=-0'),
    { title: 'several ranges are ignored', path, headers: { Range: 'bytes=0-1,5-6' }, status: 200, text: BLOB },
    { title: 'ranges of other units are ignored', path, headers: { Range: 'lines=0-1' }, status: 200, text: BLOB },
    { title: 'HEAD ignores a Range', method: 'HEAD', path, headers: { Range: 'bytes=0-1' }, status: 200 },
    { title: 'HEAD of a missing blob', method: 'HEAD', path: `charts/one/blobs/${OTHER_DIGEST}`, status: 404 },
    { title: 'GET of a missing blob', path: `charts/one/blobs/${OTHER_DIGEST}`, status: 404, code: 'BLOB_UNKNOWN' },
    { title: 'an invalid digest', path: 'charts/one/blobs/sha256:abc', status: 400, code: 'DIGEST_INVALID' },
    { title: 'a digest of md5', path: `charts/one/blobs/md5:${'a'.repeat(32)}`, status: 400, code: 'DIGEST_INVALID' },
    { title: 'no repository by that name', path: `charts/two/blobs/${BLOB_DIGEST}`, status: 404, code: 'BLOB_UNKNOWN' },
    { title: 'an invalid name', path: `Charts/blobs/${BLOB_DIGEST}`, status: 400, code: 'NAME_INVALID' },
    { title: 'a name with a tag', path: `charts:1/blobs/${BLOB_DIGEST}`, status: 400, code: 'NAME_INVALID' },
    { title: 'PUT to a blob', method: 'PUT', path, status: 405, code: 'UNSUPPORTED', answer: { allow: /GET/ } },
  ])
})

describe('visibility', () => {
  testCalls([
    {
      title: 'a blob of another repository is not there until it is uploaded there',
      method: 'HEAD',
      path: `charts/two/blobs/${BLOB_DIGEST}`,
      status: 404,
      after: async (registry) => {
        await putBlob(registry, 'charts/two', BLOB)
        expect((await send(registry, { path: `charts/two/blobs/${BLOB_DIGEST}` })).text).toBe(BLOB)
        expect(registry.blobs('charts/two')).toEqual([BLOB_DIGEST])
      },
    },
    {
      title: 'DELETE takes the blob from this repository only',
      method: 'DELETE',
      path,
      status: 202,
      after: async (registry) => {
        expect((await send(registry, { method: 'HEAD', path })).status).toBe(404)
        expect((await send(registry, { method: 'DELETE', path })).status).toBe(404)
        expect(registry.blobs('charts/one')).toHaveLength(1)
      },
    },
    {
      title: 'DELETE in one repository keeps the blob in another',
      method: 'POST',
      path: `charts/two/blobs/uploads/?mount=${BLOB_DIGEST}&from=charts/one`,
      status: 201,
      after: async (registry) => {
        await send(registry, { method: 'DELETE', path })
        expect((await send(registry, { path: `charts/two/blobs/${BLOB_DIGEST}` })).text).toBe(BLOB)
      },
    },
  ])
})
