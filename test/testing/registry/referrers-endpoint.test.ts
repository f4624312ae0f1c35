/** Referrers of the embedded registry: the manifests whose subject is a given manifest. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { startRegistry, type TestRegistry } from '../../../src/testing/registry/start-registry.js'
import {
  MANIFEST,
  MANIFEST_DIGEST,
  MANIFEST_TYPE,
  manifestOf,
  OTHER_DIGEST,
  send,
  startFilledRegistry,
  testCalls,
} from '../../support/call.js'

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json'
const empty = JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [] })
const none = {
  status: 200,
  answer: { 'content-type': INDEX_TYPE, 'oci-filters-applied': null, link: null },
  text: empty,
}

describe('without referrers', () => {
  testCalls([
    { ...none, title: 'a manifest without referrers', path: `charts/one/referrers/${MANIFEST_DIGEST}` },
    { ...none, title: 'a manifest that is not there', path: `charts/one/referrers/${OTHER_DIGEST}` },
    { ...none, title: 'a repository that is not there', path: `charts/two/referrers/${MANIFEST_DIGEST}` },
    {
      title: 'an invalid digest',
      path: 'charts/one/referrers/sha256:baddigest',
      status: 400,
      code: 'DIGEST_INVALID',
    },
    { title: 'a tag', path: 'charts/one/referrers/latest', status: 400, code: 'DIGEST_INVALID' },
    { title: 'a bad name', path: `Charts/referrers/${MANIFEST_DIGEST}`, status: 400, code: 'NAME_INVALID' },
    {
      title: 'POST',
      method: 'POST',
      path: `charts/one/referrers/${MANIFEST_DIGEST}`,
      status: 405,
      code: 'UNSUPPORTED',
      answer: { allow: 'GET' },
    },
  ])
})

describe('with referrers', () => {
  let registry: TestRegistry
  beforeEach(async () => {
    registry = await startFilledRegistry()
  })
  afterEach(() => registry.close())

  const subject = { mediaType: MANIFEST_TYPE, digest: MANIFEST_DIGEST, size: MANIFEST.length }
  const push = async (body: string, type = MANIFEST_TYPE, name = digestOf(Buffer.from(body)).toString()) => {
    const path = `charts/one/manifests/${name}`
    const answer = await send(registry, { method: 'PUT', path, headers: { 'Content-Type': type }, body })
    expect(answer.status).toBe(201)
    return answer.headers.get('oci-subject')
  }
  const list = async (query = '', digest: string = MANIFEST_DIGEST): Promise<readonly unknown[]> => {
    const { status, text } = await send(registry, { path: `charts/one/referrers/${digest}${query}` })
    expect(status).toBe(200)
    return (JSON.parse(text) as { manifests: unknown[] }).manifests
  }
  const described = (body: string, more: object = {}, mediaType = MANIFEST_TYPE): object => ({
    mediaType,
    digest: digestOf(Buffer.from(body)),
    size: body.length,
    ...more,
  })
  const indexOf = (more: object): string => JSON.stringify({ schemaVersion: 2, manifests: [], subject, ...more })

  test('the answer to the push names the subject, by digest and by tag; without a subject there is nothing', async () => {
    const body = manifestOf({ more: { subject } })

    expect(await push(body)).toBe(MANIFEST_DIGEST)
    expect(await push(body, MANIFEST_TYPE, 'signature')).toBe(MANIFEST_DIGEST)
    expect(await push(MANIFEST)).toBeNull()
    expect(await list()).toHaveLength(1)
  })

  test('the artifact type is that of the manifest, else that of its config; an index without one has none', async () => {
    const typed = manifestOf({ more: { subject, artifactType: 'application/vnd.example.sbom' } })
    const untyped = manifestOf({ more: { subject, artifactType: '' } })
    const typedIndex = indexOf({ artifactType: 'application/vnd.example.list' })
    const untypedIndex = indexOf({})
    for (const body of [typed, untyped]) await push(body)
    for (const body of [typedIndex, untypedIndex]) await push(body, INDEX_TYPE)

    expect(await list()).toEqual([
      described(typed, { artifactType: 'application/vnd.example.sbom' }),
      described(untyped, { artifactType: CONFIG_TYPE }),
      described(typedIndex, { artifactType: 'application/vnd.example.list' }, INDEX_TYPE),
      described(untypedIndex, {}, INDEX_TYPE),
    ])
  })

  test('the annotations are all those of the manifest, and no others', async () => {
    const annotations = { 'org.example.a': '1', b: '' }
    const body = manifestOf({ more: { subject: { ...subject, annotations: { c: 'no' } }, annotations } })
    await push(body)

    expect(await list()).toEqual([described(body, { artifactType: CONFIG_TYPE, annotations })])
  })

  test('artifactType filters, and the answer says so', async () => {
    const [one, other] = ['one', 'other'].map((type) => manifestOf({ more: { subject, artifactType: `a/${type}` } }))
    for (const body of [one, other] as string[]) await push(body)

    expect(await list('?artifactType=a%2Fother')).toEqual([described(other as string, { artifactType: 'a/other' })])
    expect(await list('?artifactType=a')).toEqual([])
    const path = `charts/one/referrers/${MANIFEST_DIGEST}?artifactType=a`
    expect((await send(registry, { path })).headers.get('oci-filters-applied')).toBe('artifactType')
  })

  test('a subject may come later, be deleted, or never be there', async () => {
    const body = manifestOf({ more: { subject: { ...subject, digest: OTHER_DIGEST } } })

    expect(await push(body)).toBe(OTHER_DIGEST)
    expect(await list('', OTHER_DIGEST)).toHaveLength(1)
    expect(await list()).toEqual([])

    await push(manifestOf({ more: { subject } }))
    await send(registry, { method: 'DELETE', path: `charts/one/manifests/${MANIFEST_DIGEST}` })
    expect(await list()).toHaveLength(1)
  })

  test('a referrer disappears when it is deleted, and stays when only its tag is deleted', async () => {
    const body = manifestOf({ more: { subject } })
    await push(body, MANIFEST_TYPE, 'signature')

    await send(registry, { method: 'DELETE', path: 'charts/one/manifests/signature' })
    expect(await list()).toHaveLength(1)
    await send(registry, { method: 'DELETE', path: `charts/one/manifests/${digestOf(Buffer.from(body))}` })
    expect(await list()).toEqual([])
  })

  test('each repository has its own referrers', async () => {
    await push(manifestOf({ more: { subject } }))

    const { text } = await send(registry, { path: `charts/two/referrers/${MANIFEST_DIGEST}` })
    expect(text).toBe(empty)
  })

  test('a referrer that a client listed under a tag is listed here, too', async () => {
    const body = manifestOf({ more: { subject } })
    await push(body)
    const entry = described(body, { artifactType: CONFIG_TYPE })
    const index = JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [entry] })
    await push(index, INDEX_TYPE, MANIFEST_DIGEST.replace(':', '-'))

    expect(await list()).toEqual([entry])
  })

  test('an invalid subject is refused', async () => {
    const body = manifestOf({ more: { subject: { ...subject, digest: 'sha256:1' } } })
    const call = { method: 'PUT', path: 'charts/one/manifests/a', headers: { 'Content-Type': MANIFEST_TYPE }, body }

    expect((await send(registry, call)).status).toBe(400)
    expect(registry.manifests('charts/one')).toEqual([MANIFEST_DIGEST])
  })
})

test('reading referrers needs the right to pull', async () => {
  const auth = { scheme: 'basic', username: 'ada', password: 'lovelace' } as const
  const path = `charts/one/referrers/${MANIFEST_DIGEST}`
  for (const [anonymousPull, status] of [
    [true, 200],
    [false, 401],
  ] as const) {
    const registry = await startRegistry({ auth: { ...auth, anonymousPull } })
    expect((await send(registry, { path })).status).toBe(status)
    await registry.close()
  }
})
