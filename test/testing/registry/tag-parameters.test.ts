/** Tags that come in the query of a manifest's PUT: one request names a manifest many times. */
import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../src/oras/oci/digest.js'
import {
  type Call,
  MANIFEST,
  MANIFEST_DIGEST,
  MANIFEST_TYPE,
  manifestOf,
  OTHER_DIGEST,
  send,
  startFilledRegistry,
  testCalls,
} from '../../support/call.js'

const put = (call: Pick<Call, 'title' | 'status' | 'code' | 'answer' | 'after'> & { readonly to: string }): Call => {
  const { to, ...rest } = call
  const headers = { 'Content-Type': MANIFEST_TYPE }
  return { body: MANIFEST, headers, ...rest, method: 'PUT', path: `charts/one/manifests/${to}` }
}
const sha512 = digestOf(Buffer.from(MANIFEST), 'sha512')
const ten = Array.from({ length: 10 }, (_, index) => `1.${index}`)
const unchanged = { '1.0.0': MANIFEST_DIGEST, latest: MANIFEST_DIGEST }

describe('with a PUT by digest', () => {
  testCalls([
    put({
      title: 'every tag is set, and named in the answer',
      to: `${MANIFEST_DIGEST}?tag=a&tag=b`,
      status: 201,
      answer: { 'oci-tag': 'a, b', location: `/v2/charts/one/manifests/${MANIFEST_DIGEST}` },
      after: (registry) =>
        expect(registry.tags('charts/one')).toEqual({ ...unchanged, a: MANIFEST_DIGEST, b: MANIFEST_DIGEST }),
    }),
    put({
      title: 'ten tags are not too many',
      to: `${MANIFEST_DIGEST}?${ten.map((tag) => `tag=${tag}`).join('&')}`,
      status: 201,
      answer: { 'oci-tag': ten.join(', ') },
    }),
    put({ title: 'a tag counts once', to: `${MANIFEST_DIGEST}?tag=a&tag=a`, status: 201, answer: { 'oci-tag': 'a' } }),
    put({ title: 'no tags, no header', to: MANIFEST_DIGEST, status: 201, answer: { 'oci-tag': null } }),
    put({
      title: 'the tag of a sha512 digest leads to that digest',
      to: `${sha512}?tag=new`,
      status: 201,
      answer: { 'oci-tag': 'new', 'docker-content-digest': sha512 },
      after: async (registry) => {
        const { headers, text } = await send(registry, { path: 'charts/one/manifests/new' })
        expect([headers.get('docker-content-digest'), text]).toEqual([sha512, MANIFEST])
      },
    }),
    put({
      title: 'one bad tag, and none is set',
      to: `${MANIFEST_DIGEST}?tag=good&tag=b%2Bd`,
      status: 400,
      code: 'TAG_INVALID',
      after: (registry) => expect(registry.tags('charts/one')).toEqual(unchanged),
    }),
    put({
      title: 'a wrong digest, and none is set',
      to: `${OTHER_DIGEST}?tag=good`,
      status: 400,
      code: 'DIGEST_INVALID',
      after: (registry) => expect(registry.tags('charts/one')).toEqual(unchanged),
    }),
  ])
})

test('a PUT by tag sets that tag alone, and the answer names no other', async () => {
  const registry = await startFilledRegistry()
  const call = put({ title: '', to: 'a?tag=b', status: 201 })

  const { status, headers } = await send(registry, call)

  expect([status, headers.get('oci-tag')]).toEqual([201, null])
  expect(Object.keys(registry.tags('charts/one'))).toEqual(['1.0.0', 'a', 'latest'])
  await registry.close()
})

test('an existing tag is moved', async () => {
  const registry = await startFilledRegistry()
  const body = manifestOf({ more: { annotations: { a: 'b' } } })
  const digest = digestOf(Buffer.from(body))

  await send(registry, { ...put({ title: '', to: `${digest}?tag=latest`, status: 201 }), body })

  expect(registry.tags('charts/one')).toEqual({ '1.0.0': MANIFEST_DIGEST, latest: digest })
  await registry.close()
})
