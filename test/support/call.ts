/** Calls to an embedded registry as a table: a request, and what the answer has to be. */
import { expect, test } from 'vitest'
import { type Digest, digestOf } from '../../src/oras/oci/digest.js'
import {
  startRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../src/testing/registry/start-registry.js'

export interface Call {
  readonly title: string
  readonly method?: string
  /** After `/v2/`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly status: number
  /** Header by header; `null` if it must not be there, a pattern where the value is not fixed. */
  readonly answer?: Readonly<Record<string, string | RegExp | null>>
  /** The whole body of the answer. */
  readonly text?: string
  /** The code in the answer's error list. */
  readonly code?: string
  /** Looks into the registry after the answer. */
  readonly after?: (registry: TestRegistry) => void | Promise<void>
}

const utf8 = new TextEncoder()
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'

/** The blob of the fixture: 1000 digits. */
export const BLOB = '0123456789'.repeat(100)
export const BLOB_DIGEST: Digest = digestOf(utf8.encode(BLOB))
const CONFIG = '{}'
export const CONFIG_DIGEST: Digest = digestOf(utf8.encode(CONFIG))
/** A digest of nothing that is there. */
export const OTHER_DIGEST: Digest = digestOf(utf8.encode('other'))

/** Writes a manifest with white space that a registry must not touch. */
export function manifestOf(blobs: {
  readonly config?: Digest
  readonly layer?: Digest
  readonly more?: object
}): string {
  const { config = CONFIG_DIGEST, layer = BLOB_DIGEST, more = {} } = blobs
  return JSON.stringify(
    {
      layers: [{ mediaType: 'application/octet-stream', digest: layer, size: BLOB.length }],
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: CONFIG.length },
      schemaVersion: 2,
      ...more,
    },
    undefined,
    3,
  )
}

export const MANIFEST: string = manifestOf({})
export const MANIFEST_DIGEST: Digest = digestOf(utf8.encode(MANIFEST))

/** Sends a request to `/v2/<path>`, and reads the answer whole. */
export async function send(
  registry: TestRegistry,
  call: Pick<Call, 'method' | 'path' | 'headers' | 'body'>,
): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string }> {
  const { method = 'GET', path, headers = {}, body } = call
  const url = path.startsWith('/') ? `${registry.url}${path}` : `${registry.url}/v2/${path}`
  // As bytes, since fetch would call a text "text/plain".
  const bytes = typeof body === 'string' ? utf8.encode(body) : body
  const response = await fetch(url, { method, headers, ...(bytes && { body: bytes as Uint8Array<ArrayBuffer> }) })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** Puts a blob, and hands back its upload's last answer. */
export async function putBlob(registry: TestRegistry, repository: string, blob: string): Promise<void> {
  const path = `${repository}/blobs/uploads/?digest=${digestOf(utf8.encode(blob))}`
  expect((await send(registry, { method: 'POST', path, body: blob })).status).toBe(201)
}

/** Starts a registry whose repository `charts/one` holds the fixture under the tags 1.0.0 and latest. */
export async function startFilledRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  await putBlob(registry, 'charts/one', BLOB)
  await putBlob(registry, 'charts/one', CONFIG)
  for (const tag of ['latest', '1.0.0']) {
    const path = `charts/one/manifests/${tag}`
    await send(registry, { method: 'PUT', path, headers: { 'Content-Type': MANIFEST_TYPE }, body: MANIFEST })
  }
  registry.clearRequests()
  return registry
}

/** Opens an upload session in `charts/one`, and gives its location. */
export async function openUpload(registry: TestRegistry): Promise<string> {
  const { status, headers } = await send(registry, { method: 'POST', path: 'charts/one/blobs/uploads/' })
  expect(status).toBe(202)
  return headers.get('location') as string
}

/** Makes a test of every call, each on a filled registry of its own. */
export function testCalls(calls: readonly Call[], options?: TestRegistryOptions): void {
  test.each(calls)('$title', async (call) => {
    const registry = await startFilledRegistry(options)
    try {
      const { status, headers, text } = await send(registry, call)

      expect({
        status,
        code: call.code && (JSON.parse(text) as { errors: { code: string }[] }).errors[0]?.code,
      }).toEqual({
        status: call.status,
        code: call.code,
      })
      for (const [name, value] of Object.entries(call.answer ?? {})) {
        if (value instanceof RegExp) expect(headers.get(name)).toMatch(value)
        else expect([name, headers.get(name)]).toEqual([name, value])
      }
      if (call.text !== undefined) expect(text).toBe(call.text)
      await call.after?.(registry)
    } finally {
      await registry.close()
    }
  })
}
