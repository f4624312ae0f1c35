/** Mounting on the embedded registry: a blob of one repository becomes available in another without sending a byte. */
import { describe, expect, test } from 'vitest'
import { digestOf } from '../../../src/oras/oci/digest.js'
import type { TestRegistry } from '../../../src/testing/registry/start-registry.js'
import {
  BLOB,
  BLOB_DIGEST,
  MANIFEST_DIGEST,
  OTHER_DIGEST,
  send,
  startFilledRegistry,
  testCalls,
} from '../../support/call.js'

const session = /^\/v2\/charts\/two\/blobs\/uploads\/[0-9a-f-]{36}\?_state=[^+/=]+$/
const opened = { location: session, range: '0-0', 'docker-upload-uuid': /^[0-9a-f-]{36}$/, 'content-length': '0' }
const mounted = { location: `/v2/charts/two/blobs/${BLOB_DIGEST}`, 'docker-content-digest': BLOB_DIGEST }
const mount = (digest: string, more = ''): string => `charts/two/blobs/uploads/?mount=${digest}${more}`
const oneSession = (registry: TestRegistry): void => expect(registry.openSessions).toBe(1)
const isThere = async (registry: TestRegistry): Promise<void> => {
  expect(registry.openSessions).toBe(0)
  expect((await send(registry, { path: `charts/two/blobs/${BLOB_DIGEST}` })).text).toBe(BLOB)
}

describe('from a repository', () => {
  testCalls([
    {
      title: 'a blob is mounted',
      method: 'POST',
      path: mount(BLOB_DIGEST, '&from=charts/one'),
      status: 201,
      answer: mounted,
      after: isThere,
    },
    {
      title: 'a blob of the same repository is there already',
      method: 'POST',
      path: `charts/one/blobs/uploads/?mount=${BLOB_DIGEST}&from=charts/one`,
      status: 201,
    },
    {
      title: 'a blob that the other repository may not see opens a session',
      method: 'POST',
      path: mount(OTHER_DIGEST, '&from=charts/one'),
      status: 202,
      answer: opened,
      after: oneSession,
    },
    {
      title: 'an unknown repository is not replaced by one that has the blob',
      method: 'POST',
      path: mount(BLOB_DIGEST, '&from=charts/three'),
      status: 202,
      after: (registry) => expect(registry.blobs('charts/two')).toEqual([]),
    },
    { title: 'a bad digest', method: 'POST', path: mount('sha256:1', '&from=a'), status: 400, code: 'DIGEST_INVALID' },
    { title: 'a bad name', method: 'POST', path: mount(BLOB_DIGEST, '&from=A'), status: 400, code: 'NAME_INVALID' },
  ])
})

describe('from anywhere', () => {
  testCalls([
    {
      title: 'a blob of any repository is mounted',
      method: 'POST',
      path: mount(BLOB_DIGEST),
      status: 201,
      answer: mounted,
      after: isThere,
    },
    {
      title: 'a blob that no repository has opens a session',
      method: 'POST',
      path: mount(OTHER_DIGEST),
      status: 202,
      answer: opened,
      after: oneSession,
    },
    {
      title: 'a manifest is no blob',
      method: 'POST',
      path: mount(MANIFEST_DIGEST),
      status: 202,
      after: oneSession,
    },
    { title: 'a bad digest', method: 'POST', path: mount('sha256:1'), status: 400, code: 'DIGEST_INVALID' },
  ])

  test('a blob that was deleted everywhere is not mounted', async () => {
    const registry = await startFilledRegistry()
    await send(registry, { method: 'DELETE', path: `charts/one/blobs/${BLOB_DIGEST}` })

    expect((await send(registry, { method: 'POST', path: mount(BLOB_DIGEST) })).status).toBe(202)
    await registry.close()
  })

  test('the session that is opened instead takes the digest of the algorithm that was named', async () => {
    const registry = await startFilledRegistry()
    const sha512 = digestOf(Buffer.from('hello'), 'sha512')
    const post = await send(registry, { method: 'POST', path: mount(sha512, '&digest-algorithm=sha512') })
    const location = post.headers.get('location') as string

    const put = await send(registry, { method: 'PUT', path: `${location}&digest=${sha512}`, body: 'hello' })

    expect([post.status, put.status, registry.blobs('charts/two')]).toEqual([202, 201, [sha512]])
    await registry.close()
  })
})

describe('without mounting', () => {
  const refused = { method: 'POST', status: 202, answer: opened }
  const nothing = (registry: TestRegistry): void => expect(registry.blobs('charts/two')).toEqual([])
  testCalls(
    [
      {
        ...refused,
        title: 'a session is opened for a blob that is there',
        path: mount(BLOB_DIGEST, '&from=charts/one'),
        after: nothing,
      },
      { ...refused, title: 'and for one that is anywhere', path: mount(BLOB_DIGEST), after: nothing },
    ],
    { mounting: false },
  )
})
