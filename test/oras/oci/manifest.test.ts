import { describe, expect, it } from 'vitest'
import { InvalidManifestError } from '../../../src/oras/errors/oci-error.js'
import { bytesContent, readContent } from '../../../src/oras/oci/content.js'
import type { Descriptor } from '../../../src/oras/oci/descriptor.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import {
  buildManifest,
  type ManifestParts,
  parseManifest,
  parseManifestInTurns,
} from '../../../src/oras/oci/manifest.js'
import { INDEX_MEDIA_TYPE, MANIFEST_MEDIA_TYPE } from '../../../src/oras/oci/media-types.js'
import { Turns } from '../../../src/oras/turns.js'
import { catchError } from '../../support/catch-error.js'
import { countTurns } from '../../support/event-loop.js'

const DIGEST = digestOf(Buffer.from('{}'))
const config: Descriptor = { mediaType: 'application/x.config', digest: DIGEST, size: 2 }
const layer: Descriptor = { mediaType: 'application/x.layer', digest: digestOf(Buffer.from('a')), size: 1 }
const CONFIG = `{"mediaType":"application/x.config","digest":"${DIGEST}","size":2}`
const LAYER = `{"mediaType":"application/x.layer","digest":"${layer.digest}","size":1}`

async function build(parts: Omit<ManifestParts, 'config' | 'layers'>): Promise<string> {
  return Buffer.from(await readContent(buildManifest({ config, layers: [layer], ...parts }))).toString()
}

const read = (text: string | Uint8Array, mediaType = MANIFEST_MEDIA_TYPE) =>
  parseManifest(typeof text === 'string' ? Buffer.from(text) : text, mediaType)

describe('buildManifest()', () => {
  it('writes schemaVersion, config, layers and annotations, in this order and nothing else, as Helm does', async () => {
    const json = await build({ annotations: { b: '1', a: '<2>' } })

    expect(json).toBe(
      `{"schemaVersion":2,"config":${CONFIG},"layers":[${LAYER}],"annotations":{"a":"\\u003c2\\u003e","b":"1"}}`,
    )
  })

  it.each([{}, { annotations: {} }, { artifactType: '' }])('leaves out what is empty: %o', async (parts) => {
    expect(await build(parts)).toBe(`{"schemaVersion":2,"config":${CONFIG},"layers":[${LAYER}]}`)
  })

  it('writes an empty list if there are no layers', async () => {
    const manifest = buildManifest({ config, layers: [] })

    expect(Buffer.from(await readContent(manifest)).toString()).toBe(
      `{"schemaVersion":2,"config":${CONFIG},"layers":[]}`,
    )
  })

  it('writes mediaType with the members of image-spec 1.1, in the order of its structs', async () => {
    const json = await build({ artifactType: 'application/x', subject: layer, annotations: { a: 'b' } })

    expect(json).toBe(
      `{"schemaVersion":2,"mediaType":"${MANIFEST_MEDIA_TYPE}","artifactType":"application/x","config":${CONFIG},` +
        `"layers":[${LAYER}],"subject":${LAYER},"annotations":{"a":"b"}}`,
    )
  })

  it('writes descriptors in one order, however they were made, without what is empty or foreign', async () => {
    const mixed = { artifactType: '', foreign: 1, annotations: {}, size: 1, digest: DIGEST, mediaType: 'a/b' }
    const full = { ...mixed, artifactType: 'x/y', annotations: { z: '', a: '' } }

    const manifest = buildManifest({ config: mixed, layers: [full] })

    expect(Buffer.from(await readContent(manifest)).toString()).toBe(
      `{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"${DIGEST}","size":1},"layers":` +
        `[{"mediaType":"a/b","digest":"${DIGEST}","size":1,"annotations":{"a":"","z":""},"artifactType":"x/y"}]}`,
    )
  })

  it('accepts contents and descriptors', () => {
    const content = bytesContent(Buffer.from('{}'), { mediaType: 'application/x.config' })

    expect(buildManifest({ config: content, layers: [] }).descriptor).toEqual(
      buildManifest({ config: content.descriptor, layers: [] }).descriptor,
    )
  })

  it('has the descriptor of an image manifest', async () => {
    const manifest = buildManifest({ config, layers: [layer] })

    expect(manifest.descriptor).toStrictEqual({
      mediaType: MANIFEST_MEDIA_TYPE,
      digest: digestOf(await readContent(manifest)),
      size: (await readContent(manifest)).length,
    })
  })

  it('writes what parseManifest() reads back', async () => {
    const annotated = { ...layer, annotations: { title: 'é\n' }, artifactType: 'x/y' }
    const manifest = buildManifest({ config, layers: [annotated, layer], annotations: { __proto__x: 'y' } })

    expect(parseManifest(await readContent(manifest), MANIFEST_MEDIA_TYPE)).toEqual({
      config,
      layers: [annotated, layer],
      manifests: [],
      annotations: { __proto__x: 'y' },
    })
  })
})

describe('parseManifest()', () => {
  const INDEX = `{"schemaVersion":2,"manifests":[${LAYER}]}`
  const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json'
  const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'

  it.each([
    ['a manifest', `{"config":${CONFIG},"layers":[${LAYER}]}`, MANIFEST_MEDIA_TYPE, [layer], []],
    ["Docker's manifest", `{"config":${CONFIG},"layers":[${LAYER}]}`, DOCKER, [layer], []],
    ['a manifest that names its type', `{"mediaType":"${DOCKER}","config":${CONFIG}}`, DOCKER, [], []],
    ['a manifest without layers', `{"config":${CONFIG},"layers":null}`, MANIFEST_MEDIA_TYPE, [], []],
    ['a manifest with unknown members', `{"config":${CONFIG},"x":[1]}`, MANIFEST_MEDIA_TYPE, [], []],
    ['an index', INDEX, INDEX_MEDIA_TYPE, [], [layer]],
    ["Docker's list", INDEX, DOCKER_LIST, [], [layer]],
    ['an empty index', '{"manifests":[]}', INDEX_MEDIA_TYPE, [], []],
  ])('reads %s', (_, text, mediaType, layers, manifests) => {
    expect(read(text, mediaType)).toEqual({
      config: mediaType === INDEX_MEDIA_TYPE || mediaType === DOCKER_LIST ? undefined : config,
      layers,
      manifests,
      annotations: {},
    })
  })

  const withLayer = (members: string): string => `{"config":${CONFIG},"layers":[{${members}}]}`
  const sized = (size: string): string => withLayer(`"mediaType":"a/b","digest":"${DIGEST}","size":${size}`)

  it.each<[promise: string, reason: string, text: string | Uint8Array, mediaType?: string]>([
    ['nothing', 'it is not JSON', ''],
    ['half of it', 'it is not JSON', `{"config":${CONFIG}`],
    ['bytes that are no UTF-8', 'it is not JSON', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['a web page', 'it is not JSON', '<!doctype html>'],
    ['null', 'it is not an object', 'null'],
    ['a list', 'it is not an object', '[]'],
    ['text', 'it is not an object', '"manifest"'],
    ['very deep nesting', 'it is not an object', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['an index that is a manifest too', 'it is an index and a manifest at once', `{"manifests":[],"config":${CONFIG}}`],
    ['an index with layers', 'it is an index and a manifest at once', '{"manifests":[],"layers":[]}', INDEX_MEDIA_TYPE],
    ['an index with layers that are null', 'it is an index and a manifest at once', '{"manifests":[],"layers":null}'],
    [
      'a manifest that calls itself an index',
      `it calls itself "${INDEX_MEDIA_TYPE}", but was announced as "${MANIFEST_MEDIA_TYPE}"`,
      `{"mediaType":"${INDEX_MEDIA_TYPE}","config":${CONFIG}}`,
    ],
    [
      'a type that is no text',
      `it calls itself what is no text, but was announced as "${MANIFEST_MEDIA_TYPE}"`,
      `{"mediaType":null,"config":${CONFIG}}`,
    ],
    ['an index announced as a manifest', `its members are not those of "${MANIFEST_MEDIA_TYPE}"`, INDEX],
    [
      'a manifest announced as an index',
      `its members are not those of "${INDEX_MEDIA_TYPE}"`,
      `{"config":${CONFIG}}`,
      INDEX_MEDIA_TYPE,
    ],
    [
      'an index whose manifests are no list',
      `its members are not those of "${INDEX_MEDIA_TYPE}"`,
      '{"manifests":{}}',
      INDEX_MEDIA_TYPE,
    ],
    ['manifests that are no list', 'a list of descriptors is not a list', `{"manifests":{},"config":${CONFIG}}`],
    ['layers that are no list', 'a list of descriptors is not a list', `{"config":${CONFIG},"layers":{"0":${LAYER}}}`],
    ['no config', 'a descriptor is missing', '{"layers":[]}'],
    ['a config that is a list', 'a descriptor is missing', '{"config":[]}'],
    ['a config only by its prototype', 'a descriptor is missing', `{"__proto__":{"config":${CONFIG}}}`],
    ['a layer that is null', 'a descriptor is missing', `{"config":${CONFIG},"layers":[null]}`],
    ['a layer without a type', 'a descriptor has no type or digest', withLayer(`"digest":"${DIGEST}","size":1`)],
    ['a layer without a digest', 'a descriptor has no type or digest', withLayer('"mediaType":"a/b","size":1')],
    [
      'a layer whose members are inherited',
      'a descriptor has no type or digest',
      withLayer(`"__proto__":${LAYER},"size":1`),
    ],
    [
      'a digest that is a path',
      'a descriptor has no valid digest',
      withLayer('"mediaType":"a/b","digest":"sha256:../../x","size":1'),
    ],
    [
      'a digest by another algorithm',
      'a descriptor has no valid digest',
      withLayer(`"mediaType":"a/b","digest":"sha1:${'0'.repeat(40)}","size":1`),
    ],
    ['no size', 'a descriptor has no valid size', withLayer(`"mediaType":"a/b","digest":"${DIGEST}"`)],
    ['a size that is text', 'a descriptor has no valid size', sized('"1"')],
    ['a negative size', 'a descriptor has no valid size', sized('-1')],
    ['half a byte', 'a descriptor has no valid size', sized('0.5')],
    ['a size of 2^53', 'a descriptor has no valid size', sized('9007199254740992')],
    ['a size of 2^62', 'a descriptor has no valid size', sized('4611686018427387904')],
    ['an endless size', 'a descriptor has no valid size', sized('1e999')],
    ['annotations that are a list', 'annotations are not an object', `{"config":${CONFIG},"annotations":["a"]}`],
    ['an annotation that is a number', 'an annotation is not text', `{"config":${CONFIG},"annotations":{"a":1}}`],
    [
      'an annotation of a layer that is null',
      'an annotation is not text',
      withLayer(`"mediaType":"a/b","digest":"${DIGEST}","size":1,"annotations":{"a":null}`),
    ],
  ])('refuses %s', async (_, reason, text, mediaType) => {
    const error = await catchError(() => read(text, mediaType))

    expect(error).toBeInstanceOf(InvalidManifestError)
    expect(error.code).toBe('ERR_INVALID_MANIFEST')
    expect(error.message).toBe(`Cannot read manifest: ${reason}`)
    expect(error.hint).toBe(
      'It does not follow the OCI image specification. Push the artifact again with another client.',
    )
  })

  it('treats __proto__ as an ordinary key', () => {
    const { annotations, layers } = read(
      `{"config":${CONFIG},"annotations":{"__proto__":"x"},"layers":[{"mediaType":"a/b","digest":"${DIGEST}","size":1,` +
        '"annotations":{"__proto__":"y"}}]}',
    )

    expect(Object.entries(annotations)).toEqual([['__proto__', 'x']])
    expect(Object.entries(layers[0]?.annotations ?? {})).toEqual([['__proto__', 'y']])
    expect(Object.getPrototypeOf(annotations)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('keeps only the known members of a descriptor', () => {
    const { layers } = read(
      withLayer(
        `"mediaType":"a/b","digest":"${DIGEST}","size":1,"urls":["http://evil.example"],"data":"e30=","artifactType":7`,
      ),
    )

    expect(layers).toStrictEqual([{ mediaType: 'a/b', digest: DIGEST, size: 1 }])
  })
})

describe('parseManifestInTurns()', () => {
  const many = (count: number): Uint8Array =>
    Buffer.from(`{"config":${CONFIG},"layers":[${Array<string>(count).fill(LAYER).join(',')}]}`)

  it('reads what parseManifest() reads, and does not block the event loop meanwhile', async () => {
    const bytes = many(30_000)
    const { turns } = await countTurns(async () => {
      const manifest = await parseManifestInTurns(bytes, MANIFEST_MEDIA_TYPE, new Turns())
      expect(manifest).toEqual(parseManifest(bytes, MANIFEST_MEDIA_TYPE))
    })

    expect(turns).toBeGreaterThanOrEqual(4)
  })

  it('stops at the signal, with its reason', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    setImmediate(() => controller.abort(reason))

    await expect(parseManifestInTurns(many(30_000), MANIFEST_MEDIA_TYPE, new Turns(controller.signal))).rejects.toBe(
      reason,
    )
  })
})
