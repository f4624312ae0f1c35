/** Uploads to the embedded registry, in one request and in many. */
import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../../src/oras/oci/digest.js'
import type { TestRegistry } from '../../../src/testing/registry/start-registry.js'
import { openUpload, OTHER_DIGEST, send, startFilledRegistry, testCalls } from '../../support/call.js'

const uploads = 'charts/one/blobs/uploads/'
const session = /^\/v2\/charts\/one\/blobs\/uploads\/[0-9a-f-]{36}\?_state=[^+/=]+$/
const opened = { location: session, range: '0-0', 'docker-upload-uuid': /^[0-9a-f-]{36}$/, 'content-length': '0' }
const digest = digestOf(Buffer.from('hello'))
const sha512 = digestOf(Buffer.from('hello'), 'sha512')
const noSession = (registry: TestRegistry): void => expect(registry.openSessions).toBe(0)
const oneSession = (registry: TestRegistry): void => expect(registry.openSessions).toBe(1)

describe('in one request', () => {
  const created = { location: `/v2/charts/one/blobs/${digest}`, 'docker-content-digest': digest }
  testCalls([
    { title: 'POST opens a session', method: 'POST', path: uploads, status: 202, answer: opened, after: oneSession },
    {
      title: 'POST with a digest and a body',
      method: 'POST',
      path: `${uploads}?digest=${digest}`,
      body: 'hello',
      status: 201,
      answer: created,
      after: async (registry) => {
        noSession(registry)
        expect((await send(registry, { path: `charts/one/blobs/${digest}` })).text).toBe('hello')
      },
    },
    {
      title: 'POST with another digest',
      method: 'POST',
      path: `${uploads}?digest=${OTHER_DIGEST}`,
      body: 'hello',
      status: 400,
      code: 'DIGEST_INVALID',
      after: (registry) => expect(registry.blobs('charts/one')).not.toContain(OTHER_DIGEST),
    },
    {
      title: 'POST for an algorithm that the registry cannot compute',
      method: 'POST',
      path: `${uploads}?digest-algorithm=md5`,
      status: 400,
      code: 'DIGEST_INVALID',
      after: noSession,
    },
    { title: 'GET of all uploads', path: uploads, status: 405, code: 'UNSUPPORTED' },
    { title: 'POST to a bad name', method: 'POST', path: 'Charts/blobs/uploads/', status: 400, code: 'NAME_INVALID' },
    { title: 'an unknown session', path: `${uploads}1234`, status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
    {
      title: 'a refusal comes when the whole body has arrived',
      method: 'PATCH',
      path: `${uploads}1234`,
      body: new Uint8Array(1_000_000),
      status: 404,
      after: (registry) => expect(registry.requests[0]?.bytesIn).toBe(1_000_000),
    },
  ])
})

describe('in many requests', () => {
  let registry: TestRegistry
  let location: string
  beforeEach(async () => {
    registry = await startFilledRegistry()
    location = await openUpload(registry)
  })
  afterEach(() => registry.close())

  const patch = async (at: string, body: string, range?: string): ReturnType<typeof send> => {
    const headers: Record<string, string> = range === undefined ? {} : { 'Content-Range': range }
    return send(registry, { method: 'PATCH', path: at, headers, body })
  }
  const next = (answer: { readonly headers: Headers }): string => answer.headers.get('location') as string

  test('chunks are joined; every answer has a new location and the range received', async () => {
    const first = await patch(location, 'he', '0-1')
    const second = await patch(next(first), 'llo', '2-4')
    const done = await send(registry, { method: 'PUT', path: `${next(second)}&digest=${digest}` })

    expect([first.status, first.headers.get('range')]).toEqual([202, '0-1'])
    expect([second.status, second.headers.get('range')]).toEqual([202, '0-4'])
    expect(new Set([location, next(first), next(second)]).size).toBe(3)
    expect([done.status, next(done)]).toEqual([201, `/v2/charts/one/blobs/${digest}`])
    expect((await send(registry, { path: next(done) })).text).toBe('hello')
    expect(registry.openSessions).toBe(0)
  })

  test.each([
    ['sha256', digest],
    ['sha512', sha512],
  ])('the last chunk may come with the PUT, and the digest may be a %s', async (_, expected) => {
    const first = await patch(location, 'hel')
    const put = { method: 'PUT', path: `${next(first)}&digest=${expected}`, headers: { 'Content-Range': '3-4' } }

    expect((await send(registry, { ...put, body: 'lo' })).status).toBe(201)
    expect((await send(registry, { path: `charts/one/blobs/${expected}` })).text).toBe('hello')
  })

  test.each([
    ['sha512', sha512],
    ['sha512', digest],
    ['sha256', sha512],
  ])('a session for %s takes %s', async (algorithm, expected) => {
    const post = await send(registry, { method: 'POST', path: `${uploads}?digest-algorithm=${algorithm}` })
    expect([post.status, next(post)]).toEqual([202, expect.stringMatching(session)])

    const done = await send(registry, { method: 'PUT', path: `${next(post)}&digest=${expected}`, body: 'hello' })

    expect([done.status, done.headers.get('docker-content-digest')]).toEqual([201, expected])
  })

  test('an empty blob needs no bytes', async () => {
    const empty = digestOf(new Uint8Array())
    const done = await send(registry, { method: 'PUT', path: `${location}&digest=${empty}` })
    const head = await send(registry, { method: 'HEAD', path: next(done) })

    expect([done.status, head.status, head.headers.get('content-length')]).toEqual([201, 200, '0'])
  })

  test('a body may be streamed without a length', async () => {
    const bytes = randomBytes(3_000_000)
    const expected = digestOf(bytes)
    const status = await new Promise((resolve, reject) => {
      const put = request(`${registry.url}${location}&digest=${expected}`, { method: 'PUT' })
      put.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject)
      for (let at = 0; at < bytes.length; at += 100_000) put.write(bytes.subarray(at, at + 100_000))
      put.end()
    })

    expect(status).toBe(201)
    const { headers } = await send(registry, { method: 'HEAD', path: `charts/one/blobs/${expected}` })
    expect(headers.get('content-length')).toBe('3000000')
  })

  test('a chunk out of order is refused, and the session survives', async () => {
    const first = await patch(location, 'he', '0-1')
    const wrong = await patch(next(first), 'o', '4-4')
    const again = await patch(next(first), 'he', '0-1')
    const status = await send(registry, { path: next(first) })

    expect([wrong.status, wrong.headers.get('range'), again.status]).toEqual([416, '0-1', 416])
    expect([status.status, status.headers.get('range'), next(status)]).toEqual([204, '0-1', next(first)])
    expect((await patch(next(status), 'llo', '2-4')).status).toBe(202)
  })

  test('an old location, and one without its query, is refused', async () => {
    await patch(location, 'he')

    for (const path of [location, location.split('?')[0] as string]) {
      const { status, text } = await patch(path, 'llo')
      expect([status, text]).toEqual([404, expect.stringContaining('BLOB_UPLOAD_INVALID')])
    }
    expect(registry.openSessions).toBe(1)
  })

  test('an old location returns how far the upload is; a chunk that is sent again is out of order', async () => {
    await patch(location, 'he', '0-1')
    const again = await patch(location, 'he', '0-1')
    const status = await send(registry, { path: location })

    expect([again.status, again.headers.get('range')]).toEqual([416, '0-1'])
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-1'])
  })

  test('an invalid range, or one whose length is not that of the body, is refused', async () => {
    expect((await patch(location, 'he', 'bytes 0-1/2')).status).toBe(400)
    const { status, text } = await patch(location, 'he', '0-9')
    expect([status, text]).toEqual([400, expect.stringContaining('SIZE_INVALID')])
  })

  test('a wrong digest ends the session and leaves nothing', async () => {
    const { status, text } = await send(registry, {
      method: 'PUT',
      path: `${location}&digest=${OTHER_DIGEST}`,
      body: 'hello',
    })

    expect([status, text]).toEqual([400, expect.stringContaining('DIGEST_INVALID')])
    expect(registry.openSessions).toBe(0)
    expect(registry.blobs('charts/one')).not.toContain(OTHER_DIGEST)
  })

  test('a PUT without a digest is refused, and the session survives', async () => {
    expect((await send(registry, { method: 'PUT', path: location, body: 'hello' })).status).toBe(400)
    expect(registry.openSessions).toBe(1)
  })

  test('a session can be used only in its repository', async () => {
    expect((await send(registry, { path: location.replace('charts/one', 'charts/two') })).status).toBe(404)
  })

  test('a session can be cancelled only once', async () => {
    expect((await send(registry, { method: 'DELETE', path: location })).status).toBe(204)
    expect((await send(registry, { method: 'DELETE', path: location })).status).toBe(404)
    expect(registry.openSessions).toBe(0)
  })

  test.each(['PATCH', 'PUT'])('a %s is refused if its session is cancelled meanwhile', async (method) => {
    const sending = request(`${registry.url}${location}&digest=${digest}`, { method })
    const answered = new Promise((resolve, reject) => {
      sending.once('response', (response) => resolve(response.resume().statusCode)).once('error', reject)
    })
    sending.write('hel')
    await expect.poll(() => registry.requests.at(-1)?.bytesIn).toBe(3)
    await send(registry, { method: 'DELETE', path: location })
    sending.end('lo')

    expect(await answered).toBe(404)
    expect(registry.blobs('charts/one')).not.toContain(digest)
  })

  test('a broken connection leaves the session with the bytes that came', async () => {
    const put = request(`${registry.url}${location}&digest=${digest}`, { method: 'PUT' })
    const broken = new Promise((resolve) => put.once('error', resolve))
    put.write('hel')
    await expect.poll(() => registry.requests.at(-1)?.bytesIn).toBe(3)
    put.destroy(new Error('broken'))
    await broken
    await expect.poll(() => registry.requests.at(-1)?.end).toBeDefined()

    expect(registry.requests.at(-1)?.status).toBeUndefined()
    expect((await send(registry, { path: location })).headers.get('range')).toBe('0-2')
    expect(registry.openSessions).toBe(1)
  })
})
