/** Requests for manifests: HEAD, GET and PUT. */
import {
  ContentMismatchError,
  LimitExceededError,
  OciError,
  RegistryError,
  UnauthorizedError,
} from '../errors/oci-error.js'
import { bytesContent, checkedContent, type Content, readContent } from '../oci/content.js'
import type { Descriptor } from '../oci/descriptor.js'
import { type Digest, digestAlgorithm, digestOf, parseDigest } from '../oci/digest.js'
import { MANIFEST_LIMIT } from '../oci/manifest.js'
import { MANIFEST_MEDIA_TYPES } from '../oci/media-types.js'
import { expectNoWebPage, mediaTypeOf, protocolError } from './connection/answer-error.js'
import { readBody } from '../http/read-body.js'
import { checkStoredDigest } from './check-stored-digest.js'
import type { ClientResponse, RequestOptions } from './connection/endpoint.js'
import type { RegistryClient } from './connection/registry-client.js'

/** Finds the descriptor of a tag or a digest; `undefined` if the repository has no such manifest. */
export async function headManifest(
  client: RegistryClient,
  name: string,
  options: RequestOptions,
): Promise<Descriptor | undefined> {
  const response = await requestManifest(client, 'HEAD', name, options)
  await response.discard()
  if (response.status === 404) return undefined
  const mediaType = expectMediaType(response)
  const stored = response.header('docker-content-digest') ?? ''
  checkDigest(name, stored)
  const digest = name.includes(':') ? parseDigest(name) : readDigest(stored)
  const size = Number(response.header('content-length'))
  // Some registries send no digest or length with a HEAD, or invalid ones; then the manifest itself is read.
  if (digest === undefined || !Number.isSafeInteger(size) || size === 0) {
    return (await getManifest(client, name, options))?.descriptor
  }
  return { mediaType, digest, size }
}

/** Reads the manifest of a tag or a digest; `undefined` if the repository has no such manifest. */
export async function getManifest(
  client: RegistryClient,
  name: string,
  options: RequestOptions,
): Promise<Content | undefined> {
  const response = await requestManifest(client, 'GET', name, options)
  if (response.status === 404) {
    await response.discard()
    return undefined
  }
  const mediaType = expectMediaType(response)
  const manifest = bytesContent(await readWhole(response), { mediaType })
  checkDigest(response.header('docker-content-digest') ?? '', manifest.descriptor.digest)
  if (!name.includes(':') || name === manifest.descriptor.digest) return manifest
  // A manifest that was requested by digest keeps that digest, also if it is sha512.
  const wanted = parseDigest(name)
  checkDigest(wanted, digestOf(await readContent(manifest), digestAlgorithm(wanted)))
  return checkedContent({ ...manifest.descriptor, digest: wanted }, () => manifest.open())
}

/** Reads the bytes of a manifest by its descriptor, unverified; leaving the iteration early closes the connection. */
export async function* readManifest(
  client: RegistryClient,
  descriptor: Descriptor,
  options: RequestOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { digest, mediaType, size } = descriptor
  const response = await client.send({
    method: 'GET',
    url: `manifests/${digest}`,
    action: `read ${digest} from ${client.name}`,
    expect: [200],
    headers: { accept: mediaType },
    ...(size <= MANIFEST_LIMIT && { readAhead: size }),
    ...options,
  })
  yield* response.read()
}

/** Puts a manifest under a tag, or under its digest. */
export async function putManifest(
  client: RegistryClient,
  manifest: Content,
  name: string,
  options: RequestOptions,
): Promise<void> {
  const { digest, mediaType } = manifest.descriptor
  const { signal } = options
  const bytes = await readContent(manifest, { limit: MANIFEST_LIMIT, signal })
  let sent = 0
  const sending = client.send({
    method: 'PUT',
    url: `manifests/${name}`,
    action: `put manifest ${digest} as ${client.format(name)}`,
    expect: [200, 201, 202],
    headers: { 'content-type': mediaType },
    body: { size: bytes.length, open: () => (sent++, bytes) },
    ...options,
  })
  const response = await sending.catch(async (error: unknown) => {
    // If tags are immutable, a retry is refused; but the first request may have succeeded, and only its response was lost.
    const isRefusal = error instanceof RegistryError || error instanceof UnauthorizedError
    const isDone = sent > 1 && isRefusal && (await isThere(client, name, digest, options))
    if (!isDone) throw error
  })
  if (!response) return
  await response.discard()
  checkStoredDigest(response, digest)
}

async function isThere(
  client: RegistryClient,
  name: string,
  digest: Digest,
  options: RequestOptions,
): Promise<boolean> {
  try {
    return (await headManifest(client, name, options))?.digest === digest
  } catch (error) {
    options.signal?.throwIfAborted()
    if (error instanceof OciError) return false
    throw error
  }
}

function requestManifest(
  client: RegistryClient,
  method: 'GET' | 'HEAD',
  name: string,
  options: RequestOptions,
): Promise<ClientResponse> {
  return client.send({
    method,
    url: `manifests/${name}`,
    action: `${method === 'HEAD' ? 'look for' : 'read'} ${client.format(name)}`,
    expect: [200, 404],
    headers: { accept: MANIFEST_MEDIA_TYPES.join(', ') },
    readAhead: MANIFEST_LIMIT,
    ...options,
  })
}

function expectMediaType(response: ClientResponse): string {
  expectNoWebPage(response, response.attempt)
  const mediaType = mediaTypeOf(response)
  if (mediaType !== '') return mediaType
  response.close()
  throw protocolError(response, response.attempt, 'the answer has no media type')
}

async function readWhole(response: ClientResponse): Promise<Uint8Array> {
  const bytes = await readBody(response, MANIFEST_LIMIT)
  if (bytes) return bytes
  throw new LimitExceededError(`Cannot ${response.attempt.action}: it is larger than ${MANIFEST_LIMIT} bytes`, {
    limit: MANIFEST_LIMIT,
    hint: 'No option raises this limit, which is that of many registries. Check the reference.',
  })
}

/** Parses the digest in a header; `undefined` if it is missing, or of an algorithm that the library does not compute. */
function readDigest(text: string): Digest | undefined {
  try {
    return parseDigest(text)
  } catch {
    return undefined
  }
}

/** Compares two digests of the same algorithm; other digests, and tags, cannot be compared. */
function checkDigest(expected: string, actual: string): void {
  if (!expected.includes(':') || expected === actual || expected.split(':')[0] !== actual.split(':')[0]) return
  throw new ContentMismatchError(`Cannot read manifest ${expected}: the registry answered with ${actual}`, {
    expected,
    actual,
    hint: 'The registry or a proxy on the way sent other bytes than those that were asked for: try again, or check both.',
  })
}
